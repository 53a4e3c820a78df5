"""What an export knows of itself: the one source of its manifest, card and Croissant description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_store.datasets.rows import Format, Row
from feedback_store.pairs import ASSISTED, REVISION

UNNAMED = "unspecified"  # a licence, at a collector that was made without one


@dataclass(frozen=True)
class DataFile:
    """A data file: its path below the folder, its split, rows, size in bytes and SHA-256."""

    path: str
    split: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class ModelFact:
    """A model whose answers are in the data, with its licence where the records tell one."""

    name: str
    licence: str


@dataclass(frozen=True)
class Facts:
    """`licence` and `terms` are "" where nobody has named any."""

    format: Format
    name: str
    licence: str
    terms: str
    latest: str  # when the newest judgement in the data was saved
    read: int
    used: int
    redacted: int  # of the judgements in the data, those in which words were blacked out
    groups: int
    trainers: int
    left_out: Mapping[str, int]
    columns: Mapping[str, str]
    keys: Mapping[str, Sequence[str]]  # of the messages in a column, for columns that hold messages
    lengths: Mapping[str, Mapping[str, Mapping[str, int]]]
    rubrics: Sequence[tuple[str, int, str]]
    models: Sequence[ModelFact]
    languages: Sequence[str]
    notes: Sequence[str]
    data: Sequence[DataFile]

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.data)


def licence_of(text: str) -> str:
    """A licence as somebody named it; "" for the word that a collector keeps where nobody did."""
    named = text.strip()
    return "" if named.lower() == UNNAMED else named


def rubrics_of(rows: Sequence[Row]) -> list[tuple[str, int, str]]:
    """Id, version and SHA-256 of every rubric by which the rows were judged."""
    named = (row.judgement.rubric for row in rows)
    return sorted({(rubric.id, rubric.version, rubric.sha256) for rubric in named})


def models_of(rows: Sequence[Row]) -> list[ModelFact]:
    """The models whose answers the rows hold, which were revised for them, or which drafted a revision."""
    found: set[ModelFact] = set()
    for row in rows:
        sources = set(row.sources.values())
        revision = None if sources.isdisjoint((REVISION, ASSISTED)) else row.judgement.revision
        models = [revision.drafted.origin.model] if revision is not None and revision.drafted is not None else []
        for candidate in row.judgement.candidates:
            model = candidate.origin.model
            if model is not None and (model.name in sources or (revision is not None and candidate.key == revision.of)):
                models.append(model)
        found.update(ModelFact(model.name, licence_of(model.licence or "")) for model in models if model is not None)
    return sorted(found, key=lambda model: (model.name, model.licence))


def languages_of(rows: Sequence[Row]) -> list[str]:
    return sorted({row.judgement.prompt.language for row in rows if row.judgement.prompt.language})


def keys_of(row: Row) -> dict[str, tuple[str, ...]]:
    """The keys of the messages in each column of messages; they are the same in every row."""
    return {name: tuple(value[0]) for name, value in row.columns.items() if not isinstance(value, bool)}
