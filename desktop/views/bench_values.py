"""A draft's parts as the values that the bench's controls show."""

from __future__ import annotations

from desktop.flow.draft import Draft
from desktop.flow.wording import gettext as _
from desktop.views.parts import FlagChoices, FlagRow, RatingGrid
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
    return FlagChoices(
        categories=tuple((c.id, c.letter, c.name, c.asks_target_group, c.kinds) for c in flags.categories),
        severities=tuple(severity.name for severity in flags.severities),
        target_groups=flags.target_groups,
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
