"""A rubric in words: its outline, and what one version changes against another. Must not know Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desktop.flow import rubric_edits as edits
from desktop.flow.rubric_edits import FLAGS, RUBRIC, Kind, Spot
from desktop.flow.wording import gettext as _
from feedback_store.rubrics import Axis, Category, FlagSet, Question, Rubric, VerdictAxis


@dataclass(frozen=True)
class OutlineRow:
    """A heading (no place), or a part: its words and a short note."""

    text: str
    spot: Spot | None = None
    note: str = ""


def source_text(rubric: Rubric) -> str:
    """Where a rubric is from, and its licence, in a line."""
    source, licence = rubric.source.strip().rstrip("."), rubric.licence.strip().rstrip(".")
    if not licence:
        return _("Source: {source}. No licence is named yet.").format(source=source)
    return _("Source: {source}. {licence}.").format(source=source, licence=licence)


def licence_of_copy(made: Rubric) -> str:
    """What is to be known of a copy's licence, right after it was made."""
    if made.licence:
        return _("It says what it was made from, and has its licence, which holds for copies too.")
    return _("It says what it was made from. Its licence is yours to name.")


def kind_titles() -> dict[Kind, str]:
    """What the lists of a rubric are called."""
    return {
        "verdicts": _("Rankings"),
        "axes": _("Ratings"),
        "questions": _("Questions"),
        "categories": _("Flags"),
    }


def outline(rubric: Rubric) -> tuple[OutlineRow, ...]:
    """Every part under its heading; empty lists stand there too, so that something can be added to them."""
    rows = [OutlineRow(part_words(rubric), RUBRIC)]
    for kind, title in kind_titles().items():
        rows.append(OutlineRow(title))
        if kind == "categories" and rubric.flags is not None:
            rows.append(OutlineRow(_("How bad, and whom"), FLAGS))
        for index, part in enumerate(edits.parts(rubric, kind)):
            rows.append(OutlineRow(part_words(part), Spot(kind, index), _note(part)))
    return tuple(rows)


def part_words(part: edits.Part) -> str:
    """A part by its name, or what is missing of it."""
    if isinstance(part, Question):
        return part.text.strip() or _("(no question yet)")
    return (part.id if isinstance(part, FlagSet) else part.name.strip()) or _("(no name yet)")


def changes(before: Rubric, after: Rubric) -> tuple[str, ...]:
    """What is other in `after`, a line each; a part that was renamed is the same part."""
    return tuple(_changes(before, after))


def _changes(before: Rubric, after: Rubric) -> Iterator[str]:
    for kind in edits.LISTS:
        yield from _list_changes(_by_id(before, kind), _by_id(after, kind))
    if before.flags is not None and after.flags is not None:
        then = [(each.name, each.weight) for each in before.flags.severities]
        now = [(each.name, each.weight) for each in after.flags.severities]
        if then != now:
            yield _("How bad a flag can be: {steps}").format(steps=", ".join(name for name, _weight in now))
    if before.justification_min_words != after.justification_min_words:
        yield _("Words in “Why”, at least: {count}").format(count=after.justification_min_words)
    if before.strength != after.strength:
        yield (
            _("Of two answers it is said how much better one is.")
            if after.strength
            else _("How much better one of two answers is, is not asked any more.")
        )
    if before.asks_revision != after.asks_revision:
        yield _("One answer is rewritten.") if after.asks_revision else _("No answer has to be rewritten any more.")


def _list_changes(before: Mapping[str, edits.Part], after: Mapping[str, edits.Part]) -> Iterator[str]:
    for key, then in before.items():
        if key not in after:
            yield _("Not asked any more: {name}").format(name=part_words(then))
    for key, now in after.items():
        old = before.get(key)
        if old is None:
            yield _("New: {name}").format(name=part_words(now))
        elif old != now:
            yield from _part_changes(old, now)
    stayed = [key for key in before if key in after]
    if stayed != [key for key in after if key in before]:
        yield _("In another order: {names}").format(names=", ".join(part_words(part) for part in after.values()))


def _part_changes(before: edits.Part, after: edits.Part) -> Iterator[str]:
    if isinstance(before, Axis) and isinstance(after, Axis):
        then, now = (before.lowest, before.highest), (after.lowest, after.highest)
        if then != now:
            said = _("{name}: rated from {lowest} to {highest}, before from {least} to {most}")
            yield said.format(name=part_words(after), lowest=now[0], highest=now[1], least=then[0], most=then[1])
            return
    if part_words(before) != part_words(after):
        yield _("“{before}” is called “{after}” now").format(before=part_words(before), after=part_words(after))
    else:
        yield _("Other words in: {name}").format(name=part_words(after))


def _by_id(rubric: Rubric, kind: Kind) -> dict[str, edits.Part]:
    return {part.id: part for part in edits.parts(rubric, kind)}


def _note(part: edits.Part) -> str:
    if isinstance(part, Axis):
        return f"{part.lowest}–{part.highest}"
    if isinstance(part, Category):
        return part.letter
    if isinstance(part, Question):
        return _("choices") if part.kind in ("one", "several") else _("yes/no")
    assert isinstance(part, VerdictAxis | Rubric | FlagSet)
    return ""
