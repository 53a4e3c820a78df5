"""Two judgements of the same answers beside each other, line by line, by one set of letters. Must not know Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.flow.describing import flag_set_of, flag_text, rubric_of
from desktop.flow.ranking import format_ranking, from_tiers, letter
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours
from feedback_store.records import Judgement, Verdict


@dataclass(frozen=True)
class Line:
    """What both say about one thing; "" where one says nothing."""

    about: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


def lines(mine: Judgement, theirs: Judgement) -> tuple[Line, ...]:
    """Verdicts, ratings, questions, flags, rewriting, confidence and reasons; letters are those of `mine`."""
    order = mine.shown.order
    rubric = rubric_of(mine)
    axes = {axis.id: axis.name for axis in rubric.axes} if rubric else {}
    asked = {question.id: question.text for question in rubric.questions} if rubric else {}
    respects = {verdict.id: verdict.name for verdict in rubric.verdicts} if rubric else {}
    sides = [_Side(each, order) for each in (mine, theirs)]

    def made() -> Iterator[Line]:
        for axis in _union(*(side.verdicts for side in sides)):
            yield Line(ours(respects.get(axis, axis)), *(side.verdicts.get(axis, "") for side in sides))
        for axis in _union(*(side.ratings for side in sides), first=axes):
            yield Line(axes.get(axis, axis), *(side.ratings.get(axis, "") for side in sides))
        for question in _union(*(side.answers for side in sides), first=asked):
            yield Line(asked.get(question, question), *(side.answers.get(question, "") for side in sides))
        yield Line(_("Flags"), *(side.flags for side in sides))
        yield Line(_("Rewritten"), *(side.revision for side in sides))
        yield Line(_("How sure"), *(side.confidence for side in sides))
        yield Line(_("Why"), *(side.why for side in sides))

    return tuple(line for line in made() if line.mine or line.theirs)


class _Side:
    """One judgement in words, by the letters of an order."""

    def __init__(self, judgement: Judgement, order: tuple[str, ...]) -> None:
        place = {key: letter(position) for position, key in enumerate(order)}
        self.verdicts = {verdict.axis: _verdict(verdict, order) for verdict in judgement.verdicts}
        self.ratings: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        for key in order:
            for rating in (each for each in judgement.ratings if each.candidate == key):
                _add(self.ratings, rating.axis, f"{place[key]} {rating.value}")
            for said in (each for each in judgement.answers if each.candidate == key):
                value = ", ".join(said.value) if isinstance(said.value, tuple) else said.value
                _add(self.answers, said.question, f"{place[key]} {value or '–'}")
        known = flag_set_of(judgement)
        flags = sorted(judgement.flags, key=lambda flag: (order.index(flag.candidate), flag.category))
        self.flags = "\n".join(flag_text(flag, place[flag.candidate], known) for flag in flags)
        revision = judgement.revision
        self.revision = f"{place[revision.of]}: {revision.text}" if revision is not None else ""
        self.confidence = str(judgement.confidence or "")
        self.why = judgement.justification or ""


def _verdict(verdict: Verdict, order: tuple[str, ...]) -> str:
    if verdict.not_rankable is not None:
        return _("Not rankable")
    if verdict.level is not None:
        return _("All good") if verdict.level == "all_good" else _("All bad")
    return format_ranking(from_tiers(verdict.tiers or (), order, verdict.strength)).upper()


def _add(found: dict[str, str], name: str, text: str) -> None:
    found[name] = f"{found[name]}, {text}" if name in found else text


def _union(*found: dict[str, str], first: dict[str, str] | None = None) -> tuple[str, ...]:
    """All names, those of the rubric first and in its order."""
    known = [name for name in first or {} if any(name in each for each in found)]
    return tuple(dict.fromkeys([*known, *(name for each in found for name in each)]))
