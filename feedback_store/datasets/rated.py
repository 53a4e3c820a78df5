"""Which rating `min_rating` counts: the one that is named, or the one there is. Never a guess among several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from feedback_store.errors import StoreError
from feedback_store.pairs import Rules
from feedback_store.record_parts import Judgement
from feedback_store.rubrics.parts import MORE_IS_NOT_BETTER, MORE_IS_WORSE


def settle(rules: Rules, judgements: Iterable[Judgement]) -> Rules:
    """The rules with their rating's axis named, where a least rating is asked for.

    Never one on which more is worse: the most harmful answers would be taken for the best. Raises StoreError, which
    lists the axes.
    """
    if rules.min_rating is None:
        return rules
    rated = sorted({rating.axis for judgement in judgements for rating in judgement.ratings})
    if not rated:
        raise StoreError("No judgement has ratings. Leave out --min-rating.", code="no_ratings")
    axis = rules.rating_axis or _meant(rules.axis, rated)
    if axis is None:
        raise StoreError.worded(
            "--min-rating counts one rating, and there are several. Name one with --rating-axis: {known}.",
            code="which_rating",
            known=", ".join(rated),
        )
    if axis not in rated:
        raise StoreError.worded(
            "No judgement is rated on {wanted!r}. Name one of these with --rating-axis: {known}.",
            code="no_such_rating",
            wanted=axis,
            known=", ".join(rated),
        )
    if axis in MORE_IS_WORSE:
        raise StoreError.worded(
            "On {axis!r} more is worse: --min-rating would keep the answers that do most harm. Leave it out, or name "
            "another rating with --rating-axis.",
            code="more_is_worse",
            axis=axis,
        )
    return replace(rules, rating_axis=axis)


def _meant(verdict_axis: str, rated: Sequence[str]) -> str | None:
    """The axis that is meant where none is named: the verdict's, the only one, or the only one on which more is better.

    None where it could be one or another.
    """
    if verdict_axis in rated:
        return verdict_axis
    if len(rated) == 1:
        return rated[0]
    better = [axis for axis in rated if axis not in MORE_IS_NOT_BETTER]
    return better[0] if len(better) == 1 else None
