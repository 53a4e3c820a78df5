"""A rubric's parts by their places, and what can be done to one: each act takes a rubric and returns the next.

An id is what records hold, a name is what is shown. Once a part was in a version that was kept its id never changes,
whatever it is called; until then the id follows the name. A part that comes later never gets an id that another one
had. Must not know the store or the screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import msgspec

from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.rubrics import Axis, Category, Choice, FlagSet, Question, Rubric, Step, VerdictAxis

replace = msgspec.structs.replace

Kind = Literal["rubric", "verdicts", "axes", "questions", "flags", "categories"]
Part = Rubric | VerdictAxis | Axis | Question | FlagSet | Category
Named = TypeVar("Named", VerdictAxis, Axis, Question, Category, Choice)

LISTS: tuple[Kind, ...] = ("verdicts", "axes", "questions", "categories")
MOST_STEPS = 11  # a longer scale names its ends only, and whatever was named in between
LONGEST_ID = 64
OWN_FLAGS = "own"
_BINDS = re.compile(
    r"\bBY[- ](NC[- ])?(SA|NC|ND)\b|share-?alike|non-?commercial|no-?deriv|\b[AL]?GPL|rights reserved|proprietary",
    re.IGNORECASE,
)
_NAMELESS = {"rubric": "rubric", "verdicts": "ranking", "axes": "axis", "questions": "question", "categories": "flag"}


@dataclass(frozen=True)
class Spot:
    """Where a part stands: the rubric itself, one of a list, or the severities and groups of its flags."""

    kind: Kind
    index: int = 0


RUBRIC = Spot("rubric")
FLAGS = Spot("flags")
Ids = frozenset[tuple[str, str]]  # (kind or owner's id, id)


def spots(rubric: Rubric) -> tuple[Spot, ...]:
    """Every place of a rubric, in the order of its outline."""
    flags = (FLAGS,) if rubric.flags is not None else ()
    lists = {kind: tuple(Spot(kind, index) for index in range(len(parts(rubric, kind)))) for kind in LISTS}
    return (RUBRIC, *lists["verdicts"], *lists["axes"], *lists["questions"], *flags, *lists["categories"])


def parts(rubric: Rubric, kind: Kind) -> tuple[Part, ...]:
    """The parts of a list; none where the rubric has no flags."""
    match kind:
        case "verdicts":
            return rubric.verdicts
        case "axes":
            return rubric.axes
        case "questions":
            return rubric.questions
        case "categories":
            return rubric.flags.categories if rubric.flags is not None else ()
    raise ValueError(kind)


def part(rubric: Rubric, spot: Spot) -> Part:
    """The part at a place; IndexError where there is none."""
    if spot.kind == "rubric":
        return rubric
    if spot.kind == "flags":
        if rubric.flags is None:
            raise IndexError(spot)
        return rubric.flags
    return parts(rubric, spot.kind)[spot.index]


def put(rubric: Rubric, spot: Spot, made: Part, kept: Ids = frozenset()) -> Rubric:
    """The rubric with another part at a place. `kept` are the ids that stood in versions that were kept."""
    if isinstance(made, Rubric):
        return made
    if isinstance(made, FlagSet):
        groups = _identified(made.target_groups, kept, "target_groups", "group")
        return _with_flags(rubric, replace(made, target_groups=groups))
    if isinstance(made, Question):
        made = replace(made, choices=_identified(made.choices, kept, f"questions.{made.id}", "choice"))
    if isinstance(made, Category):
        made = replace(made, kinds=_identified(made.kinds, kept, f"categories.{made.id}", "kind"))
    others = [each for at, each in enumerate(parts(rubric, spot.kind)) if at != spot.index]
    if (spot.kind, made.id) not in kept:
        used = {each.id for each in others if not isinstance(each, Rubric)}
        made = replace(made, id=_fresh(_words(made), _NAMELESS[spot.kind], used | _ids(kept, spot.kind)))
    return _with(rubric, spot.kind, (*others[: spot.index], made, *others[spot.index :]))


def add(rubric: Rubric, kind: Kind, kept: Ids = frozenset()) -> tuple[Rubric, Spot]:
    """The rubric with one more part at the end of a list, to be named, and the place of it."""
    index = len(parts(rubric, kind))
    if kind == "categories" and rubric.flags is None:
        return replace(rubric, flags=rubrics.flag_set(rubrics.FLAG_SETS[0])), FLAGS
    new = _new(rubric, kind)
    return put(_with(rubric, kind, (*parts(rubric, kind), new)), Spot(kind, index), new, kept), Spot(kind, index)


def remove(rubric: Rubric, spot: Spot) -> Rubric:
    """The rubric without a part; its flags go as a whole. The rubric itself stays."""
    if spot.kind == "rubric":
        return rubric
    if spot.kind == "flags":
        return replace(rubric, flags=None)
    left = parts(rubric, spot.kind)
    return _with(rubric, spot.kind, (*left[: spot.index], *left[spot.index + 1 :]))


def move(rubric: Rubric, spot: Spot, step: int) -> tuple[Rubric, Spot]:
    """The rubric with a part so many places further in its list, as far as that goes, and where it stands now."""
    if spot.kind not in LISTS:
        return rubric, spot
    found = list(parts(rubric, spot.kind))
    to = min(max(spot.index + step, 0), len(found) - 1)
    found.insert(to, found.pop(spot.index))
    return _with(rubric, spot.kind, tuple(found)), Spot(spot.kind, to)


def rescaled(axis: Axis, lowest: int, highest: int) -> Axis:
    """The axis from another lowest to another highest value; the words of the values that stay are kept."""
    highest = max(highest, lowest + 1)
    known = {step.value: step for step in axis.steps}
    short = highest - lowest < MOST_STEPS
    wanted = range(lowest, highest + 1) if short else sorted({lowest, highest, *_named_between(axis, lowest, highest)})
    return replace(axis, steps=tuple(known.get(value, Step(value)) for value in wanted))


def copied(rubric: Rubric, name: str, taken: Collection[str]) -> Rubric:
    """A rubric of one's own, with an id that none of `taken` is. Its source says what it was made from.

    Its own licence is left to be named, unless what it was made from binds it.
    """
    source = _("Made from “{name}”, version {version}; its source: {source}; its licence: “{licence}”").format(
        name=rubric.name,
        version=rubric.version,
        source=rubric.source.strip().rstrip(".") or "–",
        licence=rubric.licence.strip() or "–",
    )
    licence = rubric.licence if binds(rubric.licence) else ""
    return replace(rubric, id=rubric_id(name, taken), version=1, name=name, source=source, licence=licence)


def binds(licence: str) -> bool:
    """Whether a licence holds for what is made from the rubric too, so that it is not the author's to choose.

    What a licence says of something that is “not included” binds nothing.
    """
    return _BINDS.search(re.sub(r"\([^)]*not included[^)]*\)", "", licence)) is not None


def rubric_id(name: str, taken: Collection[str]) -> str:
    """An id for a rubric of this name."""
    return _fresh(name, "rubric", set(taken))


def ids_of(rubric: Rubric) -> Ids:
    """Every id of a rubric's parts, each with its kind; those inside a part with that part's id."""
    found: set[tuple[str, str]] = set()
    found |= {(kind, each.id) for kind in LISTS for each in parts(rubric, kind) if not isinstance(each, Rubric)}
    for question in rubric.questions:
        found |= {(f"questions.{question.id}", choice.id) for choice in question.choices}
    if rubric.flags is not None:
        found |= {("target_groups", group.id) for group in rubric.flags.target_groups}
        for category in rubric.flags.categories:
            found |= {(f"categories.{category.id}", kind.id) for kind in category.kinds}
    return frozenset(found)


def _with(rubric: Rubric, kind: Kind, made: Sequence[Part]) -> Rubric:
    if kind == "categories":
        assert rubric.flags is not None
        return _with_flags(rubric, replace(rubric.flags, categories=tuple(made)))
    return replace(rubric, **{kind: tuple(made)})


def _with_flags(rubric: Rubric, flags: FlagSet) -> Rubric:
    """A set with other words than a shipped one does not pass for it."""
    same = (name for name in rubrics.FLAG_SETS if replace(flags, id=name) == rubrics.flag_set(name))
    return replace(rubric, flags=replace(flags, id=next(same, OWN_FLAGS)))


def _new(rubric: Rubric, kind: Kind) -> VerdictAxis | Axis | Question | Category:
    match kind:
        case "verdicts":
            return VerdictAxis("", "")
        case "axes":
            like = rubric.axes[-1] if rubric.axes else None
            lowest, highest = (like.lowest, like.highest) if like is not None else (1, 5)
            return rescaled(Axis("", "", (Step(lowest), Step(highest))), lowest, highest)
        case "questions":
            return Question("", "", "yes_no_unsure")
        case "categories":
            used = {each.letter for each in rubric.flags.categories} if rubric.flags is not None else set()
            letters = (letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in used)
            return Category("", next(letters, ""), "")
    raise ValueError(kind)


def _identified(choices: Sequence[Choice], kept: Ids, owner: str, fallback: str) -> tuple[Choice, ...]:
    """Choices with an id each: those that were kept have theirs, the others get one after their name."""
    found: list[Choice] = []
    used = {choice.id for choice in choices if (owner, choice.id) in kept} | _ids(kept, owner)
    for choice in choices:
        if (owner, choice.id) not in kept:
            choice = replace(choice, id=_fresh(choice.name, fallback, used))
            used.add(choice.id)
        found.append(choice)
    return tuple(found)


def _ids(kept: Ids, owner: str) -> set[str]:
    return {name for of, name in kept if of == owner}


def _words(made: VerdictAxis | Axis | Question | Category) -> str:
    return made.text if isinstance(made, Question) else made.name


def _fresh(words: str, fallback: str, taken: Collection[str]) -> str:
    """An id after these words that is not taken."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    stem = re.sub(r"^[^a-z]+", "", stem)[: LONGEST_ID - 4].rstrip("_") or fallback
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}_{number}"
    return found


def _named_between(axis: Axis, lowest: int, highest: int) -> list[int]:
    return [step.value for step in axis.steps if lowest < step.value < highest and (step.name or step.help)]
