"""Draws from logits of our own: the shortcuts that the chains take change nothing that is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from gguf_files import tiny_model
from hypothesis import given, settings
from hypothesis import strategies as st

from local_models.llama import samplers
from local_models.llama.library import start_backend
from local_models.llama.model import LlamaModel
from local_models.llama.samplers import Chain, few_enough
from local_models.requests import Dry, Sampling

DRAWS = 40


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    log = start_backend(lambda _text: None)
    path: Path = tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")
    made = LlamaModel(str(path), on_load=lambda _share: None, stopped=lambda: False)
    yield made
    made.close()
    del log


drawn_with = st.builds(
    Sampling,
    seed=st.integers(0, 1000),
    temperature=st.sampled_from([0.0, 0.7, 1.5]),
    top_k=st.integers(1, 40),
    top_p=st.sampled_from([0.5, 0.95, 1.0]),
    min_p=st.sampled_from([0.0, 0.05]),
    repeat_penalty=st.sampled_from([1.0, 1.1, 2.0]),
    repeat_last_n=st.integers(1, 24),
    frequency_penalty=st.sampled_from([0.0, 0.5]),
    presence_penalty=st.sampled_from([0.0, 1.0]),
    dry=st.sampled_from([None, Dry(multiplier=2, allowed=1, last_n=8)]),
)


@settings(max_examples=60, derandomize=True)  # of two equal logits either way may draw another, once in many runs
@given(sampling=drawn_with, numbers=st.integers(0, 2**32 - 1))
def test_choosing_the_likeliest_before_the_penalties_changes_no_draw(
    model: LlamaModel, sampling: Sampling, numbers: int
) -> None:
    logits = np.random.default_rng(numbers).normal(0, 3, (DRAWS, model.vocab_size)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samplers, "WORTHWHILE", 1)
        quick = _drawn(model, sampling, logits)
        patch.setattr(samplers, "WORTHWHILE", model.vocab_size * 2)
        assert few_enough(sampling, model.vocab_size, model.trained_context) == 0, "this one looks at all"
        assert _drawn(model, sampling, logits) == quick


def test_the_likeliest_are_chosen_first_where_it_pays_and_is_safe() -> None:
    def few(**wish: object) -> int:
        return few_enough(Sampling(seed=1, **wish), 49_152, 8192)  # type: ignore[arg-type]

    assert few(repeat_penalty=1.1) == 40 + 64
    assert few(repeat_penalty=1.1, temperature=0) == 1 + 64
    assert few(repeat_penalty=1.1, dry=Dry()) == 40 + 64 + 8192
    assert few() == 0, "llama.cpp's own top-k comes first anyway"
    assert few(repeat_penalty=1.1, top_k=0) == 0, "every token can be drawn"
    assert few(repeat_penalty=0.9) == few(frequency_penalty=-1) == 0, "a token may rise from below"
    assert few(repeat_penalty=1.1, repeat_last_n=40_000) == 0, "too many to be worth it"


def _drawn(model: LlamaModel, sampling: Sampling, logits: np.ndarray) -> list[int]:
    chain = Chain(model, sampling)
    try:
        return [chain.draw_from(row) for row in logits]
    finally:
        chain.close()
