"""Rubrics from JSON, strictly: a broken file is refused with a sentence that names the place. Must not know records.

In a file `flags` may be the id of a shipped flag set; it is read as that set in full, so that a rubric's hash covers
everything that was asked.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from feedback_store import canonical
from feedback_store.errors import CanonicalError, RubricError
from feedback_store.refusals import convert
from feedback_store.rubrics.parts import FlagSet, Question, Rubric

FOLDER = Path(__file__).resolve().parent
MAX_BYTES = 256 * 1024
FLAG_SETS = ("general", "mlcommons_hazards", "mqm_style")  # the shipped ones, the usual one first
DEFAULT = "helpsteer2"  # the preset of a project for which none was chosen


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
        _check_differ(path, "id", ids)
    for index, axis in enumerate(rubric.axes):
        values = [step.value for step in axis.steps]
        if values != sorted(set(values)):
            path = f"$.axes[{index}].steps"
            raise RubricError.worded("Each step's value is higher than the one before.", code="steps", path=path)
    for index, question in enumerate(rubric.questions):
        if question.id.lower() in {other.id.lower() for other in rubric.questions[:index]}:
            raise RubricError.worded(
                "“{twice}” stands twice, with other capitals.",
                code="twice",
                path=f"$.questions[{index}].id",
                twice=question.id,
            )
        _check_choices(f"$.questions[{index}].choices", question)
    if rubric.flags is not None:
        _check_flags("$.flags", rubric.flags)
    return rubric


def read(path: Path) -> Rubric:
    """A rubric file, never more of it than a rubric may have; raises RubricError as `parse`, OSError."""
    with path.open("rb") as file:
        return parse(file.read(MAX_BYTES + len(codecs.BOM_UTF8) + 1).removeprefix(codecs.BOM_UTF8))


def file_of(rubric: Rubric) -> bytes:
    """The rubric as a file for people: the same fields as in its canonical JSON, in their order and on lines."""
    return msgspec.json.format(msgspec.json.encode(rubric), indent=2) + b"\n"


def check_own(rubric: Rubric) -> Rubric:
    """A rubric of one's own, as strictly as a file of it; raises RubricError as `parse`.

    Ids of shipped rubrics are theirs: a changed one under the same id would pass for the published one.
    """
    parse(encode(rubric))
    shipped = [known for known in available() if known.id == rubric.id]
    if shipped and rubric not in shipped:
        raise RubricError.worded(
            "{id} is the shipped rubric “{name}”. Give yours another id.",
            code="shipped_id",
            path="$.id",
            id=rubric.id,
            name=shipped[-1].name,
        )
    return rubric


@lru_cache(maxsize=1)
def available() -> tuple[Rubric, ...]:
    """Every version of every shipped rubric, by id and version."""
    found = [parse(path.read_bytes()) for path in FOLDER.glob("*.json")]
    return tuple(sorted(found, key=lambda rubric: (rubric.id, rubric.version)))


def newest() -> tuple[Rubric, ...]:
    """What is offered: the newest version of every shipped rubric, by id. Earlier ones are found by number and hash."""
    return tuple({rubric.id: rubric for rubric in available()}.values())


@lru_cache(maxsize=1)
def _by_hash() -> dict[str, Rubric]:
    """What is at hand in this process, to which `remember` adds."""
    return {rubric.sha256: rubric for rubric in available()}


def remember(rubric: Rubric) -> None:
    """Have a rubric at hand by its hash. The hash says all of it, so whose it is does not matter."""
    _by_hash()[rubric.sha256] = rubric


def at_hand(sha256: str) -> Rubric | None:
    """The rubric with this hash, shipped or remembered; None where nobody here has it."""
    return _by_hash().get(sha256)


def load(rubric_id: str, version: int | None = None) -> Rubric:
    """A shipped rubric by its id, the newest version unless one is named; RubricError for an unknown one."""
    versions = [rubric for rubric in available() if rubric.id == rubric_id]
    found = [rubric for rubric in versions if version in (None, rubric.version)]
    if found:
        return found[-1]
    if versions:
        known = ", ".join(str(rubric.version) for rubric in versions)
        raise _unknown(
            "{name} has no version {version}. Known: {known}.",
            rubric_id,
            known,
            name=versions[0].name,
            version=version,
        )
    known = ", ".join(dict.fromkeys(rubric.id for rubric in available()))
    raise _unknown("There is no rubric {rubric!r}. Known: {known}.", rubric_id, known)


def _unknown(template: str, rubric_id: str, known: str, **values: object) -> RubricError:
    return RubricError.worded(template, code="unknown_rubric", rubric=rubric_id, known=known, **values)


@lru_cache(maxsize=8)
def flag_set(name: str) -> FlagSet:
    """A shipped flag set by its id; RubricError for an unknown one."""
    if name not in FLAG_SETS:
        known = ", ".join(FLAG_SETS)
        raise RubricError.worded(
            "There is no flag set {name!r}. Known: {known}.",
            code="unknown_flag_set",
            path="$.flags",
            name=name,
            known=known,
        )
    flags: FlagSet = convert(RubricError, _loads((FOLDER / "flag_sets" / f"{name}.json").read_bytes()), FlagSet)
    _check_flags("$", flags)
    return flags


def _loads(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        raise RubricError.worded(
            "A rubric has at most {most:,} bytes.", code="rubric_too_large", path="$", most=MAX_BYTES
        )
    try:
        return canonical.strict_loads(data)
    except CanonicalError as error:
        raise RubricError.again(error, code="rubric") from error


def _named_lists(rubric: Rubric) -> Iterator[tuple[str, Sequence[str]]]:
    yield "$.axes", [axis.id for axis in rubric.axes]
    yield "$.questions", [question.id for question in rubric.questions]
    yield "$.verdicts", rubric.verdict_axes


def _check_choices(path: str, question: Question) -> None:
    _check_differ(path, "id", [choice.id for choice in question.choices])
    if question.kind in ("one", "several"):
        if len(question.choices) < 2:
            raise RubricError.worded("A question with choices has two or more.", code="choices", path=path)
    elif question.choices:
        raise RubricError.worded("A yes-or-no question has no choices of its own.", code="choices", path=path)


def _check_flags(path: str, flags: FlagSet) -> None:
    _check_differ(f"{path}.categories", "id", [category.id for category in flags.categories])
    _check_differ(f"{path}.categories", "letter", [category.letter for category in flags.categories])
    _check_differ(f"{path}.severities", "name", [severity.name for severity in flags.severities])
    _check_differ(f"{path}.target_groups", "id", [group.id for group in flags.target_groups])
    for index, category in enumerate(flags.categories):
        _check_differ(f"{path}.categories[{index}].kinds", "id", [kind.id for kind in category.kinds])
        if category.asks_target_group and not flags.target_groups:
            raise RubricError.worded(
                "“{category}” asks for a target group, and none is named.",
                code="target_groups",
                path=f"{path}.target_groups",
                category=category.name,
            )


def _check_differ(path: str, field: str, names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise RubricError.worded(
                "“{twice}” stands twice.", code="twice", path=f"{path}[{index}].{field}", twice=name
            )
