"""Judgements from lines that another program wrote: `preceptor records import`.

A line is a record without what this profile sets (ids, times, who), or the short form of docs/datasets.md. Each field
may be short or full by itself; import_forms.py spells the short ones out. Must not know the store: whether a line was
imported before, the caller asks with `import_key`.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from feedback_store import canonical, import_forms, records, rubrics
from feedback_store.errors import EnvironmentTrouble, RecordError
from feedback_store.import_forms import refuse
from feedback_store.record_parts import App, Judgement, Versioned
from feedback_store.refusals import convert
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Rubric

MAX_LINE_BYTES = records.MAX_RECORD_BYTES

# What this profile sets itself; a line that brings it is refused rather than silently overruled.
OWN_FIELDS = ("v", "kind", "id", "rev", "supersedes", "nonce", "created_at", "project", "trainer", "app")
SHORT_FIELDS = ("verdict", "tags", "domain", "language")
FIELDS = (*(name for name in Judgement.__struct_fields__ if name not in OWN_FIELDS), *SHORT_FIELDS)


def read_file(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, with their numbers from 1; raises EnvironmentTrouble.

    Of a line longer than MAX_LINE_BYTES one byte too many is given, which `parse_line` refuses; the rest is skipped.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                whole = len(line) <= MAX_LINE_BYTES or line.endswith(b"\n")
                rest = line
                while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
                    rest = file.readline(MAX_LINE_BYTES + 1)
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if whole:
                    line = line.strip(b" \t\r\n")
                if line:
                    yield number, line
    except OSError as error:
        raise EnvironmentTrouble.worded(
            "{path} cannot be read: {reason}.", code="unreadable_file", path=str(path), reason=error.strerror or error
        ) from error


def import_key(line: bytes) -> str:
    """What makes two lines the same: the SHA-256 of the canonical JSON, whatever the order of keys and the spaces.

    Raises CanonicalError, as `parse_line` does for the same line.
    """
    return canonical.sha256_hex(canonical.encode(_loads(line)))


def parse_line(
    line: bytes,
    *,
    rubric: Rubric,
    project: str,
    trainer: str,
    app: App,
    guideline: Versioned | None = None,
    known_rubrics: Iterable[Rubric] = (),
    moment: str | None = None,
) -> Judgement:
    """One line as the first revision of a judgement, held to its rubric.

    `rubric` and `guideline` are the project's and hold where the line names none; a line that names another rubric
    must name one of `known_rubrics` or a shipped one. Raises CanonicalError, RecordError or RubricError, each a
    sentence; `values["path"]` names the field where there is one.
    """
    fields = _loads(line)
    if not isinstance(fields, dict):
        refuse("$", "A line is one JSON object.")
    _check_fields(fields)
    moment = moment or records.now()
    used = _rubric(fields.get("rubric"), [rubric, *known_rubrics, *rubrics.available()])
    fields |= {
        "v": 1,
        "kind": "judgement",
        "id": records.new_id(),
        "rev": 1,
        "nonce": records.new_nonce(),
        "created_at": moment,
        "project": project,
        "trainer": trainer,
        "app": records.to_builtins(app),
        "rubric": {"id": used.id, "version": used.version, "sha256": used.sha256},
    }
    if guideline is not None:
        fields.setdefault("guideline", records.to_builtins(guideline))
    import_forms.spell_out(fields, used, moment)
    judgement: Judgement = convert(RecordError, fields, Judgement)
    if not any(message.content.strip() for message in judgement.prompt.messages if message.role != "system"):
        refuse("$.prompt", "The prompt is empty; say what was asked.")
    records.encode(judgement)
    check_judgement(judgement, used)
    return judgement


def _loads(line: bytes) -> Any:
    if len(line) > MAX_LINE_BYTES:
        raise RecordError.worded(
            "The line is longer than {most:,} bytes. Shorten an answer.",
            code="line_too_large",
            path="$",
            most=MAX_LINE_BYTES,
        )
    return canonical.strict_loads(line)


def _check_fields(fields: dict[str, Any]) -> None:
    for name in fields:
        if name in OWN_FIELDS:
            refuse(f"$.{name}", "Preceptor sets this itself; leave it out.")
    import_forms.check_known("$", fields, FIELDS)
    if "prompt" not in fields:
        refuse("$.prompt", "A judgement needs a prompt.")
    if "candidates" not in fields:
        refuse("$.candidates", "A judgement needs candidates.")


def _rubric(named: object, at_hand: Iterable[Rubric]) -> Rubric:
    known = list(at_hand)
    if named is None:
        return known[0]
    if isinstance(named, str):
        same = [rubric for rubric in known if rubric.id == named]
    else:
        wanted: Versioned = convert(RecordError, named, Versioned, "$.rubric")
        same = [r for r in known if (r.id, r.version, r.sha256) == (wanted.id, wanted.version, wanted.sha256)]
        named = f"{wanted.id} {wanted.version}"
    if not same:
        names = ", ".join(dict.fromkeys(rubric.id for rubric in known))
        refuse(
            "$.rubric", "The rubric {named} is not at hand in these bytes. Known: {names}.", named=named, names=names
        )
    return same[0]
