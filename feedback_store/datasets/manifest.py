"""manifest.json: counts, what was left out and why, lengths, licence and terms, and the SHA-256 of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from feedback_store import canonical
from feedback_store.datasets.facts import Facts
from feedback_store.datasets.folder import MADE_BY
from feedback_store.datasets.rows import REASONS

VERSION = 1


def manifest(facts: Facts, options: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The manifest over `files`, which are all files of the export but itself."""
    rows = {file.path: file.rows for file in facts.data}
    return as_json(
        {
            "made_by": MADE_BY,
            "manifest": VERSION,
            "format": facts.format.name,
            "name": facts.name,
            "licence": facts.licence,
            "terms": facts.terms,
            "options": dict(options),
            "judgements": {"read": facts.read, "used": facts.used}
            | ({"redacted": facts.redacted} if facts.redacted else {}),
            "groups": facts.groups,
            "trainers": facts.trainers,
            "rows": {file.split: file.rows for file in facts.data},
            "left_out": {
                reason: {"count": count, "meaning": REASONS[reason]} for reason, count in facts.left_out.items()
            },
            "lengths": facts.lengths,
            "rubrics": [{"id": i, "version": version, "sha256": digest} for i, version, digest in facts.rubrics],
            "models": [{"name": model.name, "licence": model.licence} for model in facts.models],
            "files": [
                {"path": path, "bytes": len(data), "sha256": canonical.sha256_hex(data)}
                | ({"rows": rows[path]} if path in rows else {})
                for path, data in sorted(files.items())
            ],
        }
    )


def as_json(value: object) -> bytes:
    """JSON for people and programs: indented, in the order given, UTF-8."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"
