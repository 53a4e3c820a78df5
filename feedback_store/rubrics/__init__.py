"""Rubrics as data: named axes with scales, questions and flag categories, each file one version of one rubric.

A rubric in use never changes; a change is a new version. Names and scales of the presets are the published ones, the
help texts are ours. Must not know records; whether a judgement keeps to its rubric is asked in rubric_check.py.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.errors import CanonicalError, RubricError

FOLDER = Path(__file__).resolve().parent
MAX_BYTES = 256 * 1024

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)")]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rubric: immutable and strict."""


class Step(Part, frozen=True):
    """One value of a scale, with its published name where it has one, and our help."""

    value: int
    name: str = ""
    help: str = ""


class Axis(Part, frozen=True):
    """What is rated: every value from the first step to the last; `na` allows "not applicable"."""

    id: Id
    name: Text
    steps: Annotated[tuple[Step, ...], Meta(min_length=2)]
    help: str = ""
    na: bool = False

    @property
    def lowest(self) -> int:
        return self.steps[0].value

    @property
    def highest(self) -> int:
        return self.steps[-1].value


class Question(Part, frozen=True):
    """A question about one answer: yes/no/unsure, one choice, or several."""

    id: Id
    text: Text
    kind: Literal["yes_no", "yes_no_unsure", "one", "several"]
    choices: tuple[Id, ...] = ()
    help: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """What may be answered."""
        fixed = {"yes_no": ("yes", "no"), "yes_no_unsure": ("yes", "no", "unsure")}
        return fixed.get(self.kind, self.choices)


class Category(Part, frozen=True):
    """A kind of flag; `letter` is its mark and the key that picks it."""

    id: Id
    letter: Annotated[str, Meta(pattern=r"^[A-Z]$(?!\n)")]
    name: Text
    help: str = ""
    asks_target_group: bool = False
    kinds: tuple[Id, ...] = ()


class Severity(Part, frozen=True):
    """A named step; a flag's severity is its index, `weight` is for statistics (a decimal string)."""

    name: Text
    weight: Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$(?!\n)")]


class FlagSet(Part, frozen=True):
    """Categories, target groups and severities that belong together."""

    id: Id
    categories: tuple[Category, ...]
    severities: Annotated[tuple[Severity, ...], Meta(min_length=1)]
    target_groups: tuple[Id, ...] = ()

    def category(self, name: str) -> Category | None:
        return next((category for category in self.categories if category.id == name), None)


class Rubric(Part, frozen=True):
    """One version of a rubric."""

    id: Id
    version: Annotated[int, Meta(ge=1)]
    name: Text
    source: str
    licence: str
    axes: tuple[Axis, ...] = ()
    questions: tuple[Question, ...] = ()
    verdict_axes: tuple[Id, ...] = ("overall",)
    strength: bool = False
    flags: FlagSet | None = None
    justification_min_words: Annotated[int, Meta(ge=0)] = 0

    def axis(self, name: str) -> Axis | None:
        return next((axis for axis in self.axes if axis.id == name), None)

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.id == name), None)

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, by which records name the rubric."""
        return canonical.sha256_hex(encode(self))


def encode(rubric: Rubric) -> bytes:
    """The rubric's canonical JSON."""
    return canonical.encode(rubric)


def parse(data: bytes) -> Rubric:
    """Read a rubric from JSON; raises RubricError with the path of the first fault."""
    if len(data) > MAX_BYTES:
        raise RubricError(f"A rubric has at most {MAX_BYTES:,} bytes.", code="rubric_too_large", path="$")
    try:
        value = canonical.strict_loads(data)
        if isinstance(value, dict) and isinstance(value.get("flags"), str):
            value["flags"] = msgspec.to_builtins(flag_set(value["flags"]))
        rubric = msgspec.convert(value, Rubric)
    except CanonicalError as error:
        raise RubricError(str(error), code="rubric", path="$") from error
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        path = path.rstrip("`") or "$"
        raise RubricError(f"{path}: {message}.", code="rubric", path=path) from error
    _check(rubric)
    return rubric


@lru_cache(maxsize=32)
def load(rubric_id: str, version: int | None = None) -> Rubric:
    """A preset by its id, the newest version unless one is named; raises RubricError for an unknown one."""
    found = [r for r in available() if r.id == rubric_id and version in (None, r.version)]
    if not found:
        known = ", ".join(sorted({r.id for r in available()}))
        raise RubricError(
            f"There is no rubric {rubric_id!r}. Known: {known}.", code="unknown_rubric", path="$", known=known
        )
    return max(found, key=lambda rubric: rubric.version)


@lru_cache(maxsize=1)
def available() -> tuple[Rubric, ...]:
    """Every preset that is shipped, in the order of their names."""
    return tuple(parse(path.read_bytes()) for path in sorted(FOLDER.glob("*.json")))


@lru_cache(maxsize=8)
def flag_set(name: str) -> FlagSet:
    """A shipped flag set by its id; raises RubricError for an unknown one."""
    path = FOLDER / "flag_sets" / f"{name}.json"
    if not name.isidentifier() or not path.exists():
        raise RubricError(f"There is no flag set {name!r}.", code="unknown_flag_set", path="$.flags")
    return msgspec.convert(canonical.strict_loads(path.read_bytes()), FlagSet)


def _check(rubric: Rubric) -> None:
    for axis in rubric.axes:
        values = [step.value for step in axis.steps]
        if values != sorted(set(values)):
            raise RubricError(
                f"$.axes: the steps of {axis.id} must rise and differ.", code="rubric", path=f"$.axes.{axis.id}"
            )
    groups: list[tuple[str, list[str]]] = [
        ("axes", [axis.id for axis in rubric.axes]),
        ("questions", [question.id for question in rubric.questions]),
        ("flags.categories", [c.id for c in rubric.flags.categories] if rubric.flags else []),
        ("flags.categories letters", [c.letter for c in rubric.flags.categories] if rubric.flags else []),
    ]
    for where, names in groups:
        if len(set(names)) != len(names):
            raise RubricError(f"$.{where}: two entries have the same name.", code="rubric", path=f"$.{where}")
