"""Judgements to a folder of training data: `export` from records to files, in one call.

Same records and options, same bytes, whatever order the records come in. The folder appears whole or not at all.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from feedback_store import canonical, rubrics
from feedback_store.datasets import folder, splits
from feedback_store.datasets.card import card
from feedback_store.datasets.croissant import croissant
from feedback_store.datasets.facts import DataFile, Facts, keys_of, languages_of, licence_of, models_of, rubrics_of
from feedback_store.datasets.formats import format_named
from feedback_store.datasets.lengths import measure
from feedback_store.datasets.manifest import manifest
from feedback_store.datasets.rated import settle
from feedback_store.datasets.rows import REASONS, Format, Making, Row, content, text_of
from feedback_store.datasets.selection import Selection, select, trainer_numbers
from feedback_store.errors import Phrase, StoreError
from feedback_store.pairs import Rules
from feedback_store.record_parts import Judgement, Record
from feedback_store.rubrics import Rubric

_SOURCES = "a model, human, revision, assisted revision (a model drafted it), page, endpoint or import"
_ABOUT_COLUMNS = {
    "source": f"where the answer came from: {_SOURCES}",
    "chosen_source": f"where the better answer came from: {_SOURCES}",
    "rejected_source": f"where the worse answer came from: {_SOURCES}",
    "reference_source": f"where the rewritten answer came from: {_SOURCES}",
    "record": "id of the judgement",
    "comparison": "id of the comparison that was judged",
    "trainer": "who judged: a number, or an opaque id",
}


@dataclass(frozen=True)
class ExportOptions:
    """What an export may be told, beside the format.

    `rules`: what becomes of a judgement (pairs.py). `shares`: how the groups are split. `thinking`: reasoning leaves
    as its own key. `trainer_ids`: opaque ids in place of t1, t2, …. `minimal`: only the columns that trainers of
    models read. `name`, `licence`, `terms`: what the card says. `rubrics`: one's own, in every version.
    """

    rules: Rules = field(default_factory=Rules)
    shares: splits.Shares = field(default_factory=splits.Shares)
    thinking: bool = False
    trainer_ids: bool = False
    minimal: bool = False
    name: str = "Judgements"
    licence: str = ""
    terms: str = ""
    rubrics: Sequence[Rubric] = ()


@dataclass(frozen=True)
class ExportResult:
    """`files` by their path below the folder, `counts` of rows by split, `excluded` counts by reason (REASONS)."""

    folder: Path
    files: Mapping[str, Path]
    counts: Mapping[str, int]
    excluded: Mapping[str, int]
    read: int
    used: int

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def export(
    records: Iterable[Record],
    *,
    format: str,
    out: Path,
    options: ExportOptions | None = None,
    count_tokens: Callable[[str], int] | None = None,
    replace: bool = False,
) -> ExportResult:
    """Write the records as a dataset into the folder `out`; with `replace` in the place of an earlier one.

    Raises NotFoundError for an unknown format; StoreError where no row comes of the records, where it is not clear
    which rating counts, where `out` holds other files, or an export (code "export_exists") that is not to be replaced;
    EnvironmentTrouble where the disk refuses. Then nothing was written, and what was there stands.
    """
    options = options or ExportOptions()
    form = format_named(format)
    folder.check_free(out.resolve(), replace=replace)
    selection = select(records)
    options = dataclasses.replace(options, rules=settle(options.rules, selection.judgements))
    rows, left_out = _rows(selection, form, options)
    if not rows:
        raise _nothing(form, left_out)
    files, facts = _files(rows, left_out, selection, form, options, count_tokens)
    folder.write(out, files, replace=replace)
    return ExportResult(
        folder=out,
        files={path: out / path for path in files},
        counts={file.split: file.rows for file in facts.data},
        excluded=left_out,
        read=facts.read,
        used=facts.used,
    )


def _rows(selection: Selection, form: Format, options: ExportOptions) -> tuple[list[Row], dict[str, int]]:
    at_hand = {rubric.sha256: rubric for rubric in (*rubrics.available(), *options.rubrics)}
    rows: list[Row] = []
    left_out: Counter[str] = Counter()
    left_out["withdrawn"] = selection.withdrawn
    seen: set[bytes] = set()
    for judgement in selection.judgements:
        making = Making(options.rules, at_hand.get(judgement.rubric.sha256), options.thinking)
        made = form.make(judgement, making)
        left_out.update(made.left_out)
        for row in made.rows:
            if form.distinct and content(row) in seen:
                left_out["repeated"] += 1
                continue
            seen.add(content(row))
            rows.append(row)
    return rows, {reason: left_out[reason] for reason in REASONS if left_out[reason]}


def _files(
    rows: Sequence[Row],
    left_out: Mapping[str, int],
    selection: Selection,
    form: Format,
    options: ExportOptions,
    count_tokens: Callable[[str], int] | None,
) -> tuple[dict[str, bytes], Facts]:
    groups = splits.assign(selection.judgements, options.shares)
    trainers = trainer_numbers(selection.judgements)
    files: dict[str, bytes] = {}
    data: list[DataFile] = []
    for split in splits.SPLITS:
        part = form.arrange([row for row in rows if groups.split[row.judgement.id] == split])
        if not part:
            continue
        path = f"data/{split}.jsonl"
        files[path] = b"".join(msgspec.json.encode(_line(row, options, trainers)) + b"\n" for row in part)
        data.append(DataFile(path, split, len(part), len(files[path]), canonical.sha256_hex(files[path])))
    used = {row.judgement.id: row.judgement for row in rows}
    facts = Facts(
        format=form,
        name=options.name,
        licence=licence_of(options.licence),
        terms=options.terms,
        latest=max(judgement.created_at for judgement in used.values()),
        read=len(selection.judgements) + selection.withdrawn,
        used=len(used),
        redacted=sum(judgement.redactions is not None for judgement in used.values()),
        groups=len({groups.group[record] for record in used}),
        trainers=len({judgement.trainer for judgement in used.values()}),
        left_out=left_out,
        columns=_columns(rows[0], form, options),
        keys=keys_of(rows[0]),
        lengths=_lengths(rows, form, count_tokens),
        rubrics=rubrics_of(rows),
        models=models_of(rows),
        languages=languages_of(rows),
        notes=form.notes(rows),
        data=data,
    )
    files["README.md"] = card(facts)
    files["croissant.json"] = croissant(facts)
    files[folder.MANIFEST] = manifest(facts, _told(options), files)
    return files, facts


def _line(row: Row, options: ExportOptions, trainers: Mapping[str, str]) -> dict[str, Any]:
    return {**row.columns, **({} if options.minimal else _about(row, options, trainers))}


def _about(row: Row, options: ExportOptions, trainers: Mapping[str, str]) -> dict[str, str]:
    judgement: Judgement = row.judgement
    trainer = judgement.trainer if options.trainer_ids else trainers[judgement.trainer]
    named = {"record": judgement.id, "comparison": judgement.comparison.id, "trainer": trainer}
    return {**row.sources, **named}


def _columns(row: Row, form: Format, options: ExportOptions) -> dict[str, str]:
    if options.minimal:
        return dict(form.columns)
    about = (*row.sources, "record", "comparison", "trainer")
    return {**form.columns, **{name: _ABOUT_COLUMNS[name] for name in about}}


def _lengths(
    rows: Sequence[Row], form: Format, count_tokens: Callable[[str], int] | None
) -> dict[str, dict[str, dict[str, int]]]:
    measured = [name for name in form.columns if not isinstance(rows[0].columns[name], bool)]
    return {name: measure([text_of(row.columns[name]) for row in rows], count_tokens) for name in measured}


def _told(options: ExportOptions) -> dict[str, Any]:
    """The options as the manifest repeats them; what has a place of its own there is left out."""
    told = dataclasses.asdict(options.rules) | {
        "validation_percent": options.shares.validation,
        "test_percent": options.shares.test,
        "salt": options.shares.salt,
        "thinking": options.thinking,
        "trainer_ids": options.trainer_ids,
        "minimal": options.minimal,
    }
    return {name: value for name, value in told.items() if value is not None}


def _nothing(form: Format, left_out: Mapping[str, int]) -> StoreError:
    why = Phrase("there are no judgements")
    for place, (reason, count) in enumerate(left_out.items()):
        each = Phrase("{count} × {reason}", {"count": count, "reason": Phrase(REASONS[reason])})
        why = Phrase("{first}; {second}", {"first": why, "second": each}) if place else each
    return StoreError.worded(
        "None of these judgements gives a row for {format}: {why}. Choose another format, or judge further.",
        code="nothing_to_export",
        format=form.name,
        why=why,
        left_out=dict(left_out),
    )
