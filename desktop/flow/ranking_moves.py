"""Moves of one answer in a ranking, as the chips ask for them. Plain values; every answer keeps its one place."""

from __future__ import annotations

from desktop.flow.ranking import Ranking

Tiers = tuple[tuple[int, ...], ...]


def move(ranking: Ranking, position: int, step: int) -> Ranking:
    """One place to the better (-1) or the worse (1): out of a tie first, then past the next tier."""
    tiers = [list(tier) for tier in ranking.tiers]
    at = _tier_of(ranking.tiers, position)
    if len(tiers[at]) > 1:
        tiers[at].remove(position)
        tiers.insert(at if step < 0 else at + 1, [position])
    elif 0 <= at + step < len(tiers):
        tiers[at], tiers[at + step] = tiers[at + step], tiers[at]
    return _made(ranking, tiers)


def tie(ranking: Ranking, position: int) -> Ranking:
    """Tie an answer with the tier above it."""
    tiers = [list(tier) for tier in ranking.tiers]
    at = _tier_of(ranking.tiers, position)
    if at == 0 or len(tiers[at]) > 1:
        return ranking
    tiers[at - 1].append(position)
    del tiers[at]
    return _made(ranking, tiers)


def untie(ranking: Ranking, position: int) -> Ranking:
    """Take an answer out of its tie, below the others."""
    if len(ranking.tiers[_tier_of(ranking.tiers, position)]) == 1:
        return ranking
    return move(ranking, position, 1)


def put(ranking: Ranking, position: int, tier: int, *, tied: bool) -> Ranking:
    """Put an answer into tier `tier` (as counted now), or before it as a tier of its own."""
    tiers = [[p for p in others if p != position] for others in ranking.tiers]
    if tied and tier < len(tiers):
        tiers[tier].append(position)
    else:
        tiers.insert(tier, [position])
    return _made(ranking, tiers)


def _tier_of(tiers: Tiers, position: int) -> int:
    return next(index for index, tier in enumerate(tiers) if position in tier)


def _made(before: Ranking, tiers: list[list[int]]) -> Ranking:
    made = tuple(tuple(sorted(tier)) for tier in tiers if tier)
    return Ranking(made, before.strength if len(made) == len(before.tiers) else None)
