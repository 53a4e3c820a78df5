"""docs/record.schema.json, made from the types: `python -m feedback_store.record_schema > docs/record.schema.json`.

A test compares the file with what this makes. The schema says what types can say, for programs that have no Preceptor;
the rules between fields stand in record_shape.py, and the bytes' canonical form in canonical.py.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from feedback_store.record_parts import Record
from feedback_store.records import MAX_RECORD_BYTES

HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Preceptor record, version 1",
    "description": (
        "The shape of one record: fields, ranges and patterns. What a schema cannot say is written in docs/records.md: "
        f"keys that candidates have, tiers that hold each once, spans that quote their text, real times, at most "
        f"{MAX_RECORD_BYTES} bytes of canonical JSON (a profile of RFC 8785) without null and fractions."
    ),
}

NULL = {"type": "null"}


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record."""
    made = _without_null(msgspec.json.schema(Record))
    assert isinstance(made, dict)
    return HEAD | made


def text() -> str:
    """The whole file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _without_null(node: object) -> object:
    """`node` without the nulls of Python's types: in a record what is absent is left out."""
    if isinstance(node, list):
        return [_without_null(part) for part in node]
    if not isinstance(node, dict):
        return node
    made: dict[str, Any] = {
        name: _without_null(part) for name, part in node.items() if (name, part) != ("default", None)
    }
    if NULL not in made.get("anyOf", ()):
        return made
    kinds = [kind for kind in made.pop("anyOf") if kind != NULL]
    return made | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


if __name__ == "__main__":
    sys.stdout.write(text())
