"""A rubric's parts as frozen types: what a person is asked about an answer. Must not know files or records.

Every optional field is left out of the canonical JSON at its default, so a field added later changes no hash.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from feedback_store import canonical

# `$` in Python also matches before a last newline; `(?!\n)` closes that.
Id = Annotated[
    str,
    Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)", description="an id: a letter a to z, then letters, digits and _"),
]
AskedId = Annotated[  # of questions: some are published with capitals
    str,
    Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$(?!\n)", description="an id: a letter, then letters, digits and _"),
]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Decimal = Annotated[
    str,
    Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$(?!\n)", description='a decimal number as a text, like "0.5"'),
]

_FIXED_VALUES = {"yes_no": ("yes", "no"), "yes_no_unsure": ("yes", "no", "unsure")}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a rubric: immutable and strict."""


class Choice(Part, frozen=True):
    """Something that can be picked: records hold the id, the screen shows the name."""

    id: Id
    name: Text
    help: str = ""


class Step(Part, frozen=True):
    """A value of a scale, with its published name where it has one, and our help."""

    value: int
    name: str = ""
    help: str = ""


class Axis(Part, frozen=True):
    """What is rated. Every integer from the first step's value to the last's is a value; `na`: "not applicable" too.

    A short scale names each value; a slider (1 to 100) names its ends.
    """

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

    def allows(self, value: int | str) -> bool:
        """Whether a rating may have this value."""
        if isinstance(value, int):
            return self.lowest <= value <= self.highest
        return self.na and value == "na"


class Question(Part, frozen=True):
    """A question about one answer: yes or no, with or without unsure, one choice, or several (none is allowed)."""

    id: AskedId
    text: Text
    kind: Literal["yes_no", "yes_no_unsure", "one", "several"]
    choices: tuple[Choice, ...] = ()
    help: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """What may be answered."""
        return _FIXED_VALUES.get(self.kind) or tuple(choice.id for choice in self.choices)


class VerdictAxis(Part, frozen=True):
    """In which respect the answers are ranked."""

    id: Id
    name: Text
    help: str = ""


class Category(Part, frozen=True):
    """A kind of flag; `letter` is its mark on the screen and the key that picks it."""

    id: Id
    letter: Annotated[str, Meta(pattern=r"^[A-Z]$(?!\n)", description="one letter A to Z")]
    name: Text
    help: str = ""
    asks_target_group: bool = False
    kinds: tuple[Choice, ...] = ()


class Severity(Part, frozen=True):
    """A named step, mildest first; a flag's severity is its index, `weight` is for statistics (a decimal string)."""

    name: Text
    weight: Decimal
    help: str = ""


class FlagSet(Part, frozen=True):
    """Categories, target groups and severities that belong together."""

    id: Id
    categories: Annotated[tuple[Category, ...], Meta(min_length=1)]
    severities: Annotated[tuple[Severity, ...], Meta(min_length=1)]
    target_groups: tuple[Choice, ...] = ()

    def category(self, name: str) -> Category | None:
        return next((category for category in self.categories if category.id == name), None)

    @property
    def severest(self) -> int:
        """The index of the highest severity."""
        return len(self.severities) - 1


OVERALL = VerdictAxis("overall", "Overall")
# Axes of shipped rubrics, whose ids copies keep: a rubric does not say on which of its axes more is better.
MORE_IS_WORSE = ("severity_level",)
MORE_IS_NOT_BETTER = (*MORE_IS_WORSE, "complexity", "verbosity")  # how bad, or how much


class Rubric(Part, frozen=True, dict=True):
    """One version of a rubric. `strength`: two answers are compared by how much better one is.

    `asks_revision`: one of the answers is to be rewritten.
    """

    id: Id
    version: Annotated[int, Meta(ge=1)]
    name: Text
    source: str
    licence: str
    axes: tuple[Axis, ...] = ()
    questions: tuple[Question, ...] = ()
    verdicts: tuple[VerdictAxis, ...] = (OVERALL,)
    strength: bool = False
    flags: FlagSet | None = None
    justification_min_words: Annotated[int, Meta(ge=0)] = 0
    asks_revision: bool = False

    def axis(self, name: str) -> Axis | None:
        return next((axis for axis in self.axes if axis.id == name), None)

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.id == name), None)

    @property
    def verdict_axes(self) -> tuple[str, ...]:
        return tuple(verdict.id for verdict in self.verdicts)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON, by which records name the rubric."""
        return canonical.sha256_hex(canonical.encode(self))
