"""Rubrics from JSON, strictly: a broken file is refused with a sentence that names the place. Must not know records.

In a file `flags` may be the id of a shipped flag set; it is read as that set in full, so that a rubric's hash covers
everything that was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from feedback_store import canonical
from feedback_store.errors import CanonicalError, RubricError
from feedback_store.refusals import convert, refuse
from feedback_store.rubrics.parts import FlagSet, Question, Rubric

FOLDER = Path(__file__).resolve().parent
MAX_BYTES = 256 * 1024
DEFAULT = "helpsteer2"  # the preset of a project for which none was chosen

_refuse = partial(refuse, RubricError)


def encode(rubric: Rubric) -> bytes:
    """The rubric's canonical JSON."""
    return canonical.encode(rubric)


def parse(data: bytes) -> Rubric:
    """Read a rubric from JSON; raises RubricError with the path of the first fault."""
    value = _loads(data)
    if isinstance(value, dict) and isinstance(value.get("flags"), str):
        value["flags"] = msgspec.to_builtins(flag_set(value["flags"]))
    rubric: Rubric = convert(RubricError, value, Rubric)
    for path, ids in _named_lists(rubric):
        _check_differ(path, ids)
    for index, axis in enumerate(rubric.axes):
        values = [step.value for step in axis.steps]
        if values != sorted(set(values)):
            _refuse(f"$.axes[{index}].steps", "Each step's value is higher than the one before")
    for index, question in enumerate(rubric.questions):
        _check_choices(f"$.questions[{index}].choices", question)
    if rubric.flags is not None:
        _check_flags("$.flags", rubric.flags)
    return rubric


@lru_cache(maxsize=1)
def available() -> tuple[Rubric, ...]:
    """Every version of every shipped rubric, by id and version."""
    found = [parse(path.read_bytes()) for path in FOLDER.glob("*.json")]
    return tuple(sorted(found, key=lambda rubric: (rubric.id, rubric.version)))


def load(rubric_id: str, version: int | None = None) -> Rubric:
    """A shipped rubric by its id, the newest version unless one is named; RubricError for an unknown one."""
    versions = [rubric for rubric in available() if rubric.id == rubric_id]
    found = [rubric for rubric in versions if version in (None, rubric.version)]
    if found:
        return found[-1]
    if versions:
        known = ", ".join(str(rubric.version) for rubric in versions)
        sentence = f"{versions[0].name} has no version {version}. Known: {known}."
    else:
        known = ", ".join(dict.fromkeys(rubric.id for rubric in available()))
        sentence = f"There is no rubric {rubric_id!r}. Known: {known}."
    raise RubricError(sentence, code="unknown_rubric", path="$", rubric=rubric_id, known=known)


@lru_cache(maxsize=8)
def flag_set(name: str) -> FlagSet:
    """A shipped flag set by its id; RubricError for an unknown one."""
    shipped = {path.stem: path for path in (FOLDER / "flag_sets").glob("*.json")}
    if name not in shipped:
        known = ", ".join(sorted(shipped))
        _refuse("$.flags", f"There is no flag set {name!r}. Known: {known}")
    flags: FlagSet = convert(RubricError, _loads(shipped[name].read_bytes()), FlagSet)
    _check_flags("$", flags)
    return flags


def _loads(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        raise RubricError(f"A rubric has at most {MAX_BYTES:,} bytes.", code="rubric_too_large", path="$")
    try:
        return canonical.strict_loads(data)
    except CanonicalError as error:
        raise RubricError(str(error), code="rubric", path="$") from error


def _named_lists(rubric: Rubric) -> Iterator[tuple[str, Sequence[str]]]:
    yield "$.axes", [axis.id for axis in rubric.axes]
    yield "$.questions", [question.id for question in rubric.questions]
    yield "$.verdicts", rubric.verdict_axes


def _check_choices(path: str, question: Question) -> None:
    _check_differ(path, [choice.id for choice in question.choices])
    if question.kind in ("one", "several"):
        if len(question.choices) < 2:
            _refuse(path, "A question with choices has two or more")
    elif question.choices:
        _refuse(path, "A yes-or-no question has no choices of its own")


def _check_flags(path: str, flags: FlagSet) -> None:
    _check_differ(f"{path}.categories", [category.id for category in flags.categories])
    _check_differ(f"{path}.categories", [category.letter for category in flags.categories])
    _check_differ(f"{path}.severities", [severity.name for severity in flags.severities])
    _check_differ(f"{path}.target_groups", [group.id for group in flags.target_groups])
    for index, category in enumerate(flags.categories):
        _check_differ(f"{path}.categories[{index}].kinds", [kind.id for kind in category.kinds])
        if category.asks_target_group and not flags.target_groups:
            _refuse(f"{path}.target_groups", f"{category.name} asks for a target group, and none is named")


def _check_differ(path: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            _refuse(path, f"{name!r} stands twice")
