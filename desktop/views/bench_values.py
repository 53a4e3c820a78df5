"""A draft's parts as the values that the bench's controls show."""

from __future__ import annotations

from desktop.flow.draft import Draft
from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import RatingGrid
from desktop.views.parts import FlagCategory, FlagChoices, FlagRow
from feedback_store.rubrics import FlagSet, Rubric


def rating_grid(draft: Draft, rubric: Rubric) -> RatingGrid:
    """The ratings by position and axis."""
    return RatingGrid(
        axes=tuple((axis.id, axis.name, axis.lowest, axis.highest) for axis in rubric.axes),
        answers=len(draft.order),
        values={
            (position, axis.id): value
            for position, key in enumerate(draft.order)
            for axis in rubric.axes
            if (value := draft.rating(key, axis.id)) is not None
        },
    )


def flag_choices(flags: FlagSet) -> FlagChoices:
    """What the flag popup offers."""
    groups = tuple((group.id, group.name) for group in flags.target_groups)
    return FlagChoices(
        categories=tuple(
            FlagCategory(
                category.id,
                category.letter,
                category.name,
                groups if category.asks_target_group else (),
                tuple((kind.id, kind.name) for kind in category.kinds),
            )
            for category in flags.categories
        ),
        severities=tuple(severity.name for severity in flags.severities),
    )


def flag_row(draft: Draft, index: int, flags: FlagSet | None) -> FlagRow:
    """One flag as the list shows it."""
    flag = draft.flags[index]
    category = flags.category(flag.category) if flags else None
    name = category.name if category else flag.category
    if flag.target_group:
        name = f"{name}: {flag.target_group.replace('_', ' ')}"
    quote = flag.span.exact if flag.span else flag.note or _("the whole answer")
    return FlagRow(draft.position(flag.candidate), flag.category, flag.severity, name, " ".join(quote.split()))
