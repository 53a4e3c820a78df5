"""Two judgements of the same answers beside each other: answer by answer what each says, by one set of letters.

For whoever is to decide between them: the answers' texts, the places that either flagged, and every line in which they
differ. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from desktop.flow.arena_vote import vote_words
from desktop.flow.describing import flag_set_of, flag_words, rubric_of
from desktop.flow.flag_places import stands
from desktop.flow.flag_signs import FlagSign, signs_of
from desktop.flow.ranking import from_tiers, letter, spaced_ranking
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ours
from feedback_store.record_parts import Flag, Judgement, Verdict
from feedback_store.rubrics import FlagSet, Question, Rubric

Side = Literal["mine", "theirs"]
SIDES: tuple[Side, Side] = ("mine", "theirs")


@dataclass(frozen=True)
class Mark:
    """A place in an answer's text (code points) that one side flagged."""

    side: Side
    start: int
    end: int
    category: str
    severity: int
    sign: FlagSign | None = None


@dataclass(frozen=True)
class Line:
    """What both say about one thing; "" where one says nothing.

    `long` is a text to be read as a whole. `marks` are the places of the answer that it is about.
    """

    about: str
    mine: str
    theirs: str
    long: bool = False
    marks: tuple[int, ...] = ()

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


@dataclass(frozen=True)
class Group:
    """The lines about one answer, with its text and its marks; those about all of them have no key and no text."""

    key: str
    title: str
    lines: tuple[Line, ...]
    text: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def differences(self) -> int:
        return sum(line.differs for line in self.lines)


def groups(mine: Judgement, theirs: Judgement) -> tuple[Group, ...]:
    """What both say of all answers together, then of each; letters and their order are those of `mine`."""
    pair = _Pair(mine, theirs)
    return (Group("", _("All answers"), tuple(pair.of_all())), *(pair.of_answer(key) for key in pair.order))


def asked(judgement: Judgement) -> list[tuple[str, str]]:
    """What was asked, turn by turn: who speaks, and what is said."""
    who = {"system": _("System"), "user": _("Prompt"), "assistant": _("Answer")}
    return [(who.get(each.role, each.role), each.content) for each in judgement.prompt.messages]


class _Pair:
    """Two judgements, and the order in which their answers are shown."""

    def __init__(self, mine: Judgement, theirs: Judgement) -> None:
        self._both = (mine, theirs)
        added = tuple(key for key in theirs.shown.order if key not in mine.shown.order)
        self.order = (*mine.shown.order, *added)
        self._rubric: Rubric | None = rubric_of(mine)
        self._flags: FlagSet | None = flag_set_of(mine)
        self._signs = signs_of(self._flags)
        self._respects = {each.id: ours(each.name) for each in self._rubric.verdicts} if self._rubric else {}

    def of_all(self) -> Iterator[Line]:
        for axis in self._axes():
            name = self._respects.get(axis, axis)
            about = name if len(self._axes()) > 1 else _("Ranking")
            yield self._line(about, partial(self._said, axis))
        yield from _if_said(
            self._line(_("How sure"), lambda each: str(each.confidence or "")),
            self._line(_("Why"), lambda each: each.justification or "", long=True),
        )

    def of_answer(self, key: str) -> Group:
        texts = [next((c.text for c in each.candidates if c.key == key), "") for each in self._both]
        text = texts[0] or texts[1]
        flagged, marks = self._flagged(key, text)
        lines = (
            *(self._place(key, axis) for axis in self._axes() if len(self.order) > 1),
            *self._ratings(key),
            *self._questions(key),
            *flagged,
            self._line(_("Rewritten"), lambda each: _rewritten(each, key), long=True),
        )
        if all(texts) and texts[0] != texts[1]:
            lines = (*lines, Line(_("Its text"), texts[0], texts[1], long=True))
        title = _("Answer {letter}").format(letter=letter(self.order.index(key)))
        return Group(key, title, tuple(_if_said(*lines)), text, marks)

    def _axes(self) -> tuple[str, ...]:
        return _union(*([verdict.axis for verdict in each.verdicts] for each in self._both))

    def _line(self, about: str, say: Callable[[Judgement], str], *, long: bool = False) -> Line:
        return Line(about, say(self._both[0]), say(self._both[1]), long=long)

    def _said(self, axis: str, judgement: Judgement) -> str:
        verdict = _verdict_on(judgement, axis)
        if verdict is None:
            return ""
        if voted := vote_words(judgement, verdict, self.order):
            return voted
        if verdict.not_rankable is not None:
            reason = verdict.not_rankable.strip()
            return f"{_('Not rankable')}: {reason}" if reason else _("Not rankable")
        if verdict.level is not None:
            return _("All good") if verdict.level == "all_good" else _("All bad")
        return spaced_ranking(from_tiers(verdict.tiers or (), self.order, verdict.strength))

    def _place(self, key: str, axis: str) -> Line:
        """Which place an answer has, counted by the answers before it."""

        def say(judgement: Judgement) -> str:
            verdict = _verdict_on(judgement, axis)
            before = 0
            for tier in (verdict.tiers or ()) if verdict is not None and verdict.level is None else ():
                if key in tier:
                    return _("{place}, tied").format(place=before + 1) if len(tier) > 1 else str(before + 1)
                before += len(tier)
            return ""

        respect = self._respects.get(axis, axis)
        return self._line(_("Place: {respect}").format(respect=respect) if len(self._axes()) > 1 else _("Place"), say)

    def _ratings(self, key: str) -> Iterator[Line]:
        named = {axis.id: axis.name for axis in self._rubric.axes} if self._rubric else {}
        rated = [each.axis for judgement in self._both for each in judgement.ratings if each.candidate == key]
        for axis in _union(named, rated):

            def say(judgement: Judgement, axis: str = axis) -> str:
                values = [r.value for r in judgement.ratings if (r.candidate, r.axis) == (key, axis)]
                return "".join(_("does not apply") if value == "na" else str(value) for value in values)

            yield self._line(named.get(axis, axis), say)

    def _questions(self, key: str) -> Iterator[Line]:
        known = {question.id: question for question in self._rubric.questions} if self._rubric else {}
        answered = [each.question for judgement in self._both for each in judgement.answers if each.candidate == key]
        for name in _union(known, answered):
            question = known.get(name)

            def say(judgement: Judgement, name: str = name, question: Question | None = question) -> str:
                values = [s.value for s in judgement.answers if (s.candidate, s.question) == (key, name)]
                choices = {choice.id: choice.name for choice in question.choices} if question else {}
                several = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
                return ", ".join(choices.get(one, one) for one in several) or (_("none of them") if values else "")

            yield self._line(question.text if question else name, say)

    def _flagged(self, key: str, text: str) -> tuple[list[Line], tuple[Mark, ...]]:
        """Flags of the same words stand in one line, whoever set them."""
        lines: list[Line] = []
        marks: list[Mark] = []
        mine, theirs = ([flag for flag in each.flags if flag.candidate == key] for each in self._both)
        for flags in _matched(mine, theirs):
            first = next(flag for flag in flags if flag is not None)
            places = []
            for side, flag in zip(SIDES, flags, strict=True):
                if flag is not None and flag.span is not None and stands(flag.span, text):
                    places.append(len(marks))
                    start, end, sign = flag.span.start, flag.span.end, self._signs.get(flag.category)
                    marks.append(Mark(side, start, end, flag.category, flag.severity, sign))
            about = f"“{' '.join(first.span.exact.split())}”" if first.span else _("Whole answer")
            said = [self._flag_said(flag, first) if flag is not None else "" for flag in flags]
            lines.append(Line(about, said[0], said[1], marks=tuple(places)))
        return lines, tuple(marks)

    def _flag_said(self, flag: Flag, first: Flag) -> str:
        """A flag in words; with its own quote where that is another than the line's."""
        words = flag_words(flag, self._flags)
        if flag.span is None or first.span is None or flag.span.exact == first.span.exact:
            return words
        return f"{words} “{' '.join(flag.span.exact.split())}”"


def _matched(mine: Sequence[Flag], theirs: Sequence[Flag]) -> Iterator[tuple[Flag | None, Flag | None]]:
    """Flags of one category whose places overlap, in pairs; then in the order of the text those that stand alone."""
    left = list(theirs)
    found: list[tuple[Flag | None, Flag | None]] = []
    for flag in mine:
        like = max(left, key=lambda each: _overlap(flag, each), default=None)
        if like is not None and _overlap(flag, like) <= 0:
            like = None
        if like is not None:
            left.remove(like)
        found.append((flag, like))
    found += [(None, flag) for flag in left]
    return iter(sorted(found, key=_where))


def _overlap(one: Flag, other: Flag) -> int:
    """How many characters two flags of one category share; flags of a whole answer share it."""
    if (one.category, one.kind) != (other.category, other.kind) or (one.span is None) != (other.span is None):
        return 0
    if one.span is None or other.span is None:
        return 1
    return min(one.span.end, other.span.end) - max(one.span.start, other.span.start)


def _where(flags: tuple[Flag | None, Flag | None]) -> int:
    return min(flag.span.start if flag.span else -1 for flag in flags if flag is not None)


def _rewritten(judgement: Judgement, key: str) -> str:
    revision = judgement.revision
    return revision.text if revision is not None and revision.of == key else ""


def _verdict_on(judgement: Judgement, axis: str) -> Verdict | None:
    return next((each for each in judgement.verdicts if each.axis == axis), None)


def _union(*names: Iterable[str]) -> tuple[str, ...]:
    """All names, in the order in which they come first."""
    return tuple(dict.fromkeys(name for each in names for name in each))


def _if_said(*lines: Line) -> Iterator[Line]:
    """The lines in which one says something."""
    return (line for line in lines if line.mine or line.theirs)
