"""Which rating `min_rating` counts: the one that is named, or the one there is. Never a guess among several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from feedback_store.errors import StoreError
from feedback_store.pairs import Rules
from feedback_store.record_parts import Judgement
from feedback_store.rubrics.parts import MORE_IS_NOT_BETTER, MORE_IS_WORSE


def settle(rules: Rules, judgements: Iterable[Judgement]) -> Rules:
    """The rules with their rating's axis named, where a least rating is asked for.

    Without a name it is the verdict's axis where ratings have it too, or the only axis that was rated. Never one on
    which more is worse: the most harmful answers would be taken for the best. Raises StoreError, which lists the axes.
    """
    if rules.min_rating is None:
        return rules
    rated = sorted({rating.axis for judgement in judgements for rating in judgement.ratings})
    if not rated:
        raise StoreError("No judgement has ratings. Leave out --min-rating.", code="no_ratings")
    said = (rules.axis,) if rules.axis in rated else tuple(each for each in rated if each not in MORE_IS_NOT_BETTER)
    wanted = rules.rating_axis or (said[0] if len(said) == 1 else rated[0] if len(rated) == 1 else None)
    if wanted in MORE_IS_WORSE and wanted in rated:
        raise StoreError.worded(
            "On {axis!r} more is worse: --min-rating would keep the answers that do most harm. Leave it out, or name "
            "another rating with --rating-axis.",
            code="more_is_worse",
            axis=wanted,
        )
    if wanted is None:
        raise StoreError.worded(
            "--min-rating counts one rating, and there are several. Name one with --rating-axis: {known}.",
            code="which_rating",
            known=", ".join(rated),
        )
    if wanted not in rated:
        raise StoreError.worded(
            "No judgement is rated on {wanted!r}. Name one of these with --rating-axis: {known}.",
            code="no_such_rating",
            wanted=wanted,
            known=", ".join(rated),
        )
    return replace(rules, rating_axis=wanted)
