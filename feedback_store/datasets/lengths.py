"""How long the texts of a column are: trainers of models silently drop or cut what exceeds their limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

PERCENTILES = (50, 90, 95, 99, 100)


def measure(texts: Sequence[str], count_tokens: Callable[[str], int] | None) -> dict[str, dict[str, int]]:
    """Percentiles of characters, and of tokens where they can be counted: {"characters": {"p50": …}, …}."""
    found = {"characters": percentiles([len(text) for text in texts])}
    if count_tokens is not None:
        found["tokens"] = percentiles([count_tokens(text) for text in texts])
    return found


def percentiles(values: Sequence[int]) -> dict[str, int]:
    """Nearest-rank percentiles, so that each is a value that occurs; p100 is the largest."""
    ordered = sorted(values)
    return {f"p{p}": ordered[-(-len(ordered) * p // 100) - 1] for p in PERCENTILES} if ordered else {}
