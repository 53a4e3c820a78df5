"""A draft's parts as the values that the bench's controls show, and back from a place on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase, digits

from desktop.flow import judging
from desktop.flow.describing import group_text, severity_name
from desktop.flow.draft import Draft
from desktop.flow.failed_answers import to_be_settled
from desktop.flow.flag_signs import signs_of
from desktop.flow.masking import covered_quote
from desktop.flow.places import Asks
from desktop.flow.wording import gettext as _
from desktop.flow.wording import gloss, named, ours
from desktop.qt_models.ratings import NOT_APPLICABLE, Mark, RatingLine, Value
from desktop.views.parts import FlagChoices, FlagRow, RatingGrid
from feedback_store.rubrics import Axis, FlagSet, Question, Rubric
from feedback_store.rubrics.parts import Choice


def rating_grid(draft: Draft, rubric: Rubric) -> RatingGrid:
    """The rubric's axes and then its questions as rows, with what was said of each answer."""
    lines = (*map(_axis_line, rubric.axes), *map(_question_line, rubric.questions))
    values: dict[tuple[int, int], Value] = {}
    for position, key in enumerate(draft.order):
        for row, axis in enumerate(rubric.axes):
            values[position, row] = draft.rating(key, axis.id)
        for row, question in enumerate(rubric.questions, len(rubric.axes)):
            values[position, row] = draft.answered_with(key, question.id)
    given = {place: value for place, value in values.items() if value is not None}
    return RatingGrid(lines, len(draft.order), given, frozenset(to_be_settled(draft)))


def rated(draft: Draft, rubric: Rubric, position: int, row: int, value: Value) -> Draft:
    """The draft with the value of one cell of the grid; None takes it back."""
    if row >= len(rubric.axes):
        said = None if value is None or isinstance(value, int) else value
        return judging.answer(draft, position, rubric.questions[row - len(rubric.axes)].id, said)
    axis = rubric.axes[row].id
    if value == NOT_APPLICABLE:
        return judging.rate(draft, position, axis, "na")
    return judging.rate(draft, position, axis, value if isinstance(value, int) else None)


def rest_answered_no(draft: Draft, rubric: Rubric, position: int) -> Draft:
    """No to each yes-or-no question about an answer that is still open."""
    asked = [question.id for question in rubric.questions if question.kind.startswith("yes_no")]
    return judging.answer_rest(draft, position, asked, "no")


def scale_text(rubric: Rubric) -> str:
    """The scale that all axes share, "" where they differ."""
    scales = {(axis.lowest, axis.highest) for axis in rubric.axes}
    return _("{} to {}").format(*scales.pop()) if len(scales) == 1 else ""


def rating_digits(rubric: Rubric) -> str:
    """The digits that rate on the rubric's scales: "0…4"."""
    lowest = min((axis.lowest for axis in rubric.axes), default=0)
    highest = max((axis.highest for axis in rubric.axes), default=9)
    return f"{lowest}…{highest}" if highest <= 9 else "0…9"


def line_keys(rubric: Rubric, row: int) -> tuple[Asks, str]:
    """What the line of the ratings at `row` asks, and the keys that give its values."""
    at = row - len(rubric.axes)
    if not 0 <= at < len(rubric.questions):
        return "scale", rating_digits(rubric)
    question = rubric.questions[at]
    if not question.choices:
        return "yes_no", "YN" if question.kind == "yes_no" else "YNU"
    keys = _choice_keys(question)
    shown = f"{keys[0]}…{keys[-1]}" if len(keys) > 1 else keys[0]
    return "several" if question.kind == "several" else "one", shown


def _choice_keys(question: Question) -> str:
    """A key for each choice, as far as there are any."""
    keys = digits[1:] if len(question.choices) < 10 else ascii_uppercase
    return keys[: len(question.choices)]


def _axis_line(axis: Axis) -> RatingLine:
    steps = tuple((step.value, ": ".join(filter(None, (step.name, ours(step.help))))) for step in axis.steps)
    return RatingLine(
        axis.name, axis.lowest, axis.highest, na=axis.na, steps=steps, help=ours(axis.help), gloss=gloss(axis.name)
    )


def _question_line(question: Question) -> RatingLine:
    words = {"yes": ("Y", _("yes")), "no": ("N", _("no")), "unsure": ("U", _("unsure"))}
    keys = _choice_keys(question)
    given = [keys[place] if place < len(keys) else "" for place in range(len(question.choices))]
    marks = [
        Mark(key, choice.id, key or "?", choice.name, gloss(choice.name))
        for key, choice in zip(given, question.choices, strict=True)
    ]
    if not question.choices:
        marks = [Mark(words[value][0], value, words[value][1], words[value][1]) for value in question.values]
    several = question.kind == "several"
    return RatingLine(
        question.text, marks=tuple(marks), several=several, help=ours(question.help), gloss=gloss(question.text)
    )


def flag_choices(flags: FlagSet) -> FlagChoices:
    """What the flag popup offers."""
    return FlagChoices(
        categories=tuple((c.id, c.letter, ours(c.name), c.asks_target_group, _said(c.kinds)) for c in flags.categories),
        severities=tuple(severity_name(severity.name) for severity in flags.severities),
        target_groups=_said(flags.target_groups),
        glosses={c.id: gloss(c.name) for c in flags.categories if ours(c.name) == c.name},
        helps={c.id: ours(c.help) for c in flags.categories},
    )


def flag_row(draft: Draft, index: int, flags: FlagSet | None) -> FlagRow:
    """One flag as the list shows it."""
    flag = draft.flags[index]
    category = flags.category(flag.category) if flags else None
    name = ours(category.name) if category else flag.category
    if flag.target_group:
        name = f"{name}: {group_text(flag.target_group, flags)}"
    gone = judging.quote_gone(draft, flag)
    if flag.span is None:
        quote = _("the whole answer")
    elif gone:
        quote = flag.span.exact  # of an answer of one's own, where nothing is covered
    else:
        quote = covered_quote(draft, flag.candidate, flag.span.start, flag.span.end)
    if flag.suggestion:
        quote = f"{quote} → {flag.suggestion}"
    return FlagRow(
        draft.position(flag.candidate),
        flag.category,
        flag.severity,
        name,
        " ".join(quote.split()),
        gone=gone,
        note=" ".join((flag.note or "").split()),
        sign=signs_of(flags).get(flag.category),
    )


def _said(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The same, with their names as they are shown."""
    return tuple(Choice(each.id, named(each.name)) for each in choices)
