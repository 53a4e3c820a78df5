"""Whether a model fits is estimated before anything is loaded, and the refusal names a context that would."""

from __future__ import annotations

from pathlib import Path

import pytest
from gguf_files import plausible
from hypothesis import given
from hypothesis import strategies as st
from seven_billion import SEVEN

from local_models import fit
from local_models.errors import FitError
from local_models.model_files.gguf import ModelHeader, read_header

MEGABYTES = 1_000_000


@pytest.fixture(scope="module")
def starter_header(starter: str) -> ModelHeader:
    return read_header(Path(starter))


def test_the_cache_is_what_the_architecture_says(starter_header: ModelHeader) -> None:
    assert fit.cache_bytes(starter_header, 1024) == 1024 * 30 * 3 * 64 * 2 * 2


@given(context=st.integers(1, 1 << 20), available=st.integers(0, 1 << 36))
def test_a_context_that_is_said_to_fit_does(context: int, available: int) -> None:
    try:
        found = fit.check(SEVEN, context, available)
    except FitError as error:
        fits = int(str(error.values["fits"]))
        assert fits <= context
        assert fits == 0 or fit.check(SEVEN, fits, available).total + fit.KEEP_FREE <= available
        assert f"{context:,}" in str(error)
    else:
        assert found.total + fit.KEEP_FREE <= available
        assert found.total == found.weights + found.cache + found.other


def test_a_refusal_says_what_is_needed_what_is_there_and_what_would_fit() -> None:
    with pytest.raises(FitError) as caught:
        fit.check(SEVEN, 65_536, 8_000_000_000)
    sentence = str(caught.value)
    assert "65,536 tokens" in sentence
    assert "14.7 GB" in sentence
    assert "7.7 GB can be used" in sentence
    assert "would fit" in sentence
    with pytest.raises(FitError, match="smaller model"):
        fit.check(SEVEN, 512, 2_000_000_000)


def test_the_limit_on_address_space_leaves_room_for_what_is_estimated() -> None:
    for context in (512, 32_768, 1 << 20):
        assert fit.address_space(SEVEN, context, 4) > fit.estimate(SEVEN, context).total


def test_free_memory_is_known_here() -> None:
    assert 0 < fit.available_memory() < 2**62


def test_the_prompts_cells_are_counted_once() -> None:
    assert fit.context_for(1000, [256] * 4) == 1000 + 4 * 256 + 1


def test_a_header_without_numbers_costs_its_weights(tmp_path: Path) -> None:
    made = plausible()
    made.keys = made.keys[:1]
    header = read_header(made.write(tmp_path / "m.gguf"))
    assert fit.estimate(header, 4096).cache == 0
    assert fit.estimate(header, 4096).weights == header.file_size
