"""Seeds differ, are decided by one number, and fit llama.cpp; presets are data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_models import sampling
from local_models.errors import RequestError
from local_models.requests import MAX_SEED, spread_seeds


@given(st.integers(0, MAX_SEED), st.integers(0, 64))
def test_seeds_are_distinct_repeatable_and_begin_with_the_one_given(seed: int, count: int) -> None:
    found = spread_seeds(seed, count)
    assert len(set(found)) == len(found) == count
    assert all(0 <= each <= MAX_SEED for each in found)
    assert found == spread_seeds(seed, count + 5)[:count]
    assert found[:1] == (seed,)[:count]


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 2**64])
def test_a_seed_outside_of_llama_cpps_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        spread_seeds(seed, 4)


@pytest.mark.parametrize("name", sampling.NAMES)
def test_a_preset_gives_each_answer_its_own_seed(name: str) -> None:
    found = sampling.preset(name, 6, 5, 99)
    assert [each.seed for each in found] == list(spread_seeds(5, 6))
    assert {each.max_tokens for each in found} == {99}


def test_varied_varies_the_temperature_and_the_others_do_not() -> None:
    assert len({each.temperature for each in sampling.preset("varied", 4, 1, 8)}) == 4
    assert len({each.temperature for each in sampling.preset("balanced", 4, 1, 8)}) == 1


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(RequestError, match="balanced, varied, precise") as caught:
        sampling.preset("wild", 4, 1, 8)
    assert caught.value.code == "unknown_preset"
