"""What a judgement lacks before it can be saved, and what the trainer is asked to look at again.

`missing` blocks Save and is said in words at its place; `doubts` never block and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from desktop.flow import beginning, judging, personal, revising
from desktop.flow.draft import OVERALL, Draft
from desktop.flow.failed_answers import settled, to_be_settled
from desktop.flow.personal import Findings
from desktop.flow.quantities import count_text
from desktop.flow.ranking import RankingError, letter, parse
from desktop.flow.word_diff import count_words
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, ours
from feedback_store.record_parts import Verdict
from feedback_store.rubrics import Axis, Rubric
from feedback_store.rubrics.parts import MORE_IS_NOT_BETTER

Place = Literal[
    "prompt",
    "answers",
    "own",
    "ranking",
    "ratings",
    "flags",
    "why",
    "revision",
    "personal",
    "begun_flag",
    "begun_reason",
]
AS_A_WHOLE = ("helpfulness", "likert_scale", "score")  # axes of shipped rubrics: how good on the whole, more is better
SAFER, HARM = "safe", "severity_level"  # a verdict of a shipped rubric, and its axis on which more is worse
READING_WORDS_PER_MINUTE = 600  # nobody reads faster with understanding; see docs/decisions


@dataclass(frozen=True)
class Notice:
    """A sentence and the place that it is about; `short` is for where the sentence has no room, beside Save."""

    place: Place
    text: str
    short: str = ""


def missing(draft: Draft, rubric: Rubric) -> tuple[Notice, ...]:
    """What must still be done before Save, in the order of the screen."""
    if not draft.answers:
        return (Notice("prompt", _("No answers yet")),)
    return (
        *_answers_to_come(draft),
        *_unfinished(draft, rubric),
        *_missing_ratings(draft, rubric),
        *_missing_ranking(draft, rubric),
        *_flags_without_words(draft),
        *_missing_version(draft, rubric),
        *_missing_reason(draft, rubric),
    )


def refused_text(missing: Sequence[Notice]) -> str:
    """That nothing was saved, for what is missing first, and what comes after it."""
    first, *then = (notice.text for notice in missing)
    words = _("Not saved. {missing}.").format(missing=first)
    return " ".join((words, _("Then: {missing}.").format(missing="; ".join(then)))) if then else words


def doubts(
    draft: Draft, rubric: Rubric, findings: Findings | None = None, *, read_ms: int | None = None
) -> tuple[Notice, ...]:
    """What looks unmeant; saving goes ahead all the same. Personal data only as far as it was searched for by then.

    `read_ms`: how long the answers could be read.
    """
    found: list[Notice] = []
    exposed = personal.warning(draft, findings.places(draft)) if findings is not None else ""
    if exposed:
        found.append(Notice("personal", exposed))
    found.extend(_ranking_against_ratings(draft, rubric))
    if draft.set_aside:
        words = ngettext(
            "The version of {} is not in the record.", "The versions of {} are not in the record.", len(draft.set_aside)
        )
        letters = ", ".join(letter(draft.position(each.of)) for each in draft.set_aside)
        found.append(Notice("revision", words.format(letters)))
    read_before = draft.supersedes is not None or draft.basis is not None
    if read_ms is not None and not read_before and read_ms < _reading_time(draft):
        found.append(Notice("answers", _("Decided faster than the answers can be read.")))
    return tuple(found)


def count_missing_ratings(draft: Draft, rubric: Rubric) -> int:
    """Ratings that the rubric asks for and the draft lacks; answers of one's own are rated like any."""
    if draft.unrankable:
        return 0
    return sum(draft.rating(key, axis.id) is None for key in settled(draft) for axis in rubric.axes)


def count_missing_answers(draft: Draft, rubric: Rubric) -> int:
    """Questions about the answers that the rubric asks and nobody has answered."""
    if draft.unrankable:
        return 0
    return sum(draft.answered_with(key, asked.id) is None for key in settled(draft) for asked in rubric.questions)


def missing_by_answer(draft: Draft, rubric: Rubric) -> tuple[Notice, ...]:
    """One line an answer: "D still needs three ratings"."""
    found, nothing = [], to_be_settled(draft)
    for position, key in enumerate(draft.order):
        if draft.unrankable or position in nothing:
            continue
        lacking = sum(draft.rating(key, axis.id) is None for axis in rubric.axes)
        asked = _open_questions(sum(draft.answered_with(key, each.id) is None for each in rubric.questions))
        if lacking:
            text = ngettext("{letter} still needs {count} rating.", "{letter} still needs {count} ratings.", lacking)
            text = text.format(letter=letter(position), count=lacking)
            found.append(Notice("ratings", f"{text} {asked}." if asked else text))
        elif asked:
            found.append(Notice("ratings", f"{letter(position)}: {asked}."))
    return tuple(found)


def typed_wrong(draft: Draft, rubric: Rubric) -> str:
    """What is wrong with the ranking that is being typed, and what to do; "" where nothing is."""
    if draft.typed is None or not rubric.verdicts:
        return ""
    try:
        parse(draft.typed, len(draft.order), with_strength=rubric.strength)
    except RankingError as error:
        return str(error)
    return ""


def missing_axes(draft: Draft, rubric: Rubric) -> tuple[str, ...]:
    """The respects in which the answers are still to be ranked."""
    if len(draft.answers) < 2:
        return ()
    return tuple(axis for axis in rubric.verdict_axes if draft.verdict_on(axis) is None)


def _answers_to_come(draft: Draft) -> Iterator[Notice]:
    if draft.prompt_changed:
        yield Notice("prompt", _("The answers are to another prompt"))
    writing = sum(not answer.ready for answer in draft.answers)
    if writing:
        text = ngettext("{} answer is still writing", "{} answers are still writing", writing)
        yield Notice("answers", text.format(writing))
    if judging.empty_own(draft) is not None:
        yield Notice("own", _("Your own answer is empty"))
    nothing = ", ".join(letter(position) for position in to_be_settled(draft))
    if nothing:
        words = _("{letters}: nothing was written. Write again, or leave out")
        yield Notice("answers", words.format(letters=nothing), _("Nothing in {letters}").format(letters=nothing))


def _missing_ratings(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    lacking, asked = count_missing_ratings(draft, rubric), count_missing_answers(draft, rubric)
    if lacking or asked:
        ratings = ngettext("{} rating missing", "{} ratings missing", lacking).format(lacking) if lacking else ""
        short = _("{} missing") if lacking else _("{} open")
        text = ", ".join(filter(None, (ratings, _open_questions(asked))))
        yield Notice("ratings", text, short.format(lacking + asked))


def _open_questions(asked: int) -> str:
    return ngettext("{} question is open", "{} questions are open", asked).format(asked) if asked else ""


def _missing_ranking(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    """What is wrong with the ranking that is being typed stands for all that it lacks."""
    typed = typed_wrong(draft, rubric)
    if typed:
        yield Notice("ranking", typed, _("Not ranked"))
    else:
        yield from _missing_verdicts(draft, rubric)


def _missing_verdicts(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    names = {verdict.id: verdict.name for verdict in rubric.verdicts}
    for axis in missing_axes(draft, rubric):
        alone = len(names) == 1
        text = _("The ranking is missing") if alone else _("Not ranked yet: {axis}").format(axis=names[axis])
        yield Notice("ranking", text, _("Not ranked"))
    for verdict in draft.verdicts:
        compares = len(draft.order) == 2 and verdict.tiers is not None and verdict.level is None
        if compares and rubric.strength and verdict.strength is None:
            yield Notice("ranking", _("Say how much better, like a>>b"))
        if verdict.not_rankable is not None and not verdict.not_rankable.strip():
            yield Notice("ranking", _("Say why the answers cannot be ranked"))


def _unfinished(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    """What was begun and stands on no list: said before what is missing, for the keyboard can be far from it."""
    if beginning.unfinished_flag(draft, rubric):
        yield Notice("begun_flag", _("A flag is not finished: finish or drop it"), _("Flag not finished"))
    if beginning.unfinished_reason(draft, rubric):
        text = _("The reason for “not rankable” is not finished: finish or drop it")
        yield Notice("begun_reason", text, _("Reason not finished"))


def _flags_without_words(draft: Draft) -> Iterator[Notice]:
    """A record cannot hold a flag on words that are not there; which to change is the trainer's to say."""
    for flag in draft.flags:
        if judging.quote_gone(draft, flag):
            text = _("The words of a flag on {} are gone. Remove the flag, or write them again.")
            yield Notice("flags", text.format(letter(draft.position(flag.candidate))), _("Flag without words"))


def _missing_version(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    version = revising.to_be_saved(draft).revision
    if rubric.asks_revision and (version is None or not version.text.strip()):
        yield Notice("revision", _("Rewrite one of the answers"))
    if version is not None and version.being_drafted:
        yield Notice("revision", _("A model is still rewriting an answer"), _("Rewriting"))
    elif version is not None and revising.rewrites_nothing(draft):
        words = _("Your version of {letter} is the same as the original: change or discard it")
        text = words.format(letter=letter(draft.position(version.of)))
        yield Notice("revision", text, _("Nothing rewritten"))


def _missing_reason(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    short = (rubric.justification_min_words or 0) - count_words(draft.justification)
    if short > 0:
        text = ngettext("{} more word in Why", "{} more words in Why", short)
        yield Notice("why", text.format(count_text(short)))


def _ranking_against_ratings(draft: Draft, rubric: Rubric) -> Iterator[Notice]:
    """For each ranking the pair that its ratings contradict most: one stands above, the other is rated higher."""
    for verdict in draft.verdicts:
        if verdict.tiers is None or verdict.level is not None:
            continue
        yield from _less_harmful(draft, rubric, verdict)
        axes = _held_against(rubric, verdict.axis)
        if not axes:
            continue
        pairs = [pair for two in combinations(verdict.tiers, 2) for pair in product(*two)]
        against = [(_lead(draft, axes, above, below), above, below) for above, below in pairs]
        lead, above, below = max(against, key=lambda each: each[0], default=(0, "", ""))
        if lead == 0:
            continue
        letters = {"above": letter(draft.position(above)), "below": letter(draft.position(below))}
        if len(axes) == 1:
            (axis,) = axes
            text = _("{above} is ranked above {below}, but {below} is rated higher: {axis}, {higher} against {lower}.")
            higher, lower = draft.rating(below, axis.id), draft.rating(above, axis.id)
            text = text.format(**letters, axis=ours(axis.name), higher=higher, lower=lower)
        else:
            text = _("{above} is ranked above {below}, but {below} is rated higher in everything.").format(**letters)
        yield Notice("ranking", text)


def _less_harmful(draft: Draft, rubric: Rubric, verdict: Verdict) -> Iterator[Notice]:
    """Where answers are ranked by how safe they are: one stands above, and is rated as doing more harm."""
    axis = rubric.axis(HARM) if verdict.axis == SAFER else None
    if axis is None or verdict.tiers is None:
        return
    pairs = [pair for two in combinations(verdict.tiers, 2) for pair in product(*two)]
    rated = [(draft.rating(above, HARM), draft.rating(below, HARM), above, below) for above, below in pairs]
    known = [(a, b, above, below) for a, b, above, below in rated if isinstance(a, int) and isinstance(b, int)]
    worse, milder, above, below = max(known, key=lambda each: each[0] - each[1], default=(0, 0, "", ""))
    if worse > milder:
        text = _("{above} is ranked as safer than {below}, but rated as worse: {axis}, {worse} against {milder}.")
        letters = {"above": letter(draft.position(above)), "below": letter(draft.position(below))}
        yield Notice("ranking", text.format(**letters, axis=ours(axis.name), worse=worse, milder=milder))


def _held_against(rubric: Rubric, verdict: str) -> tuple[Axis, ...]:
    """The axes that together can contradict a verdict: the one that asks the same, or else all on which more is better.

    All of them speak for an order on the whole alone: one of several verdicts is about something of its own.
    """
    same = _rated_alike(rubric, verdict)
    if same is not None:
        return (same,)
    if rubric.verdict_axes != (OVERALL,) or verdict != OVERALL:
        return ()
    return tuple(axis for axis in rubric.axes if axis.id not in MORE_IS_NOT_BETTER)


def _rated_alike(rubric: Rubric, verdict: str) -> Axis | None:
    """The axis that asks the same as a verdict, so that the two can contradict each other; None where none does."""
    same = rubric.axis(verdict)
    if same is None and rubric.verdict_axes == (OVERALL,) == (verdict,):
        same = next((axis for axis in rubric.axes if axis.id in AS_A_WHOLE), None)
    return same


def _lead(draft: Draft, axes: Sequence[Axis], above: str, below: str) -> int:
    """By how much the lower one is rated higher in all; 0 where one axis does not say so, or no number is there."""
    rated = [(draft.rating(above, axis.id), draft.rating(below, axis.id)) for axis in axes]
    leads = [other - mine for mine, other in rated if isinstance(mine, int) and isinstance(other, int)]
    return sum(leads) if leads and min(leads) > 0 else 0


def _reading_time(draft: Draft) -> int:
    words = sum(count_words(answer.text) for answer in draft.answers)
    return int(words / READING_WORDS_PER_MINUTE * 60_000)
