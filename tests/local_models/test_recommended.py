"""The recommended models: data that is whole and true where it can be checked here, and whether they fit."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from local_models import fit
from local_models.model_files import architectures, recommended
from local_models.model_files.gguf import read_header
from local_models.model_files.recommended import Recommended
from local_models.model_files.tensor_types import FILE_TYPES

ALL = recommended.recommended()
GIGABYTES = 1_000_000_000


def test_the_list_is_short_and_begins_with_the_model_for_trying() -> None:
    assert 6 <= len(ALL) <= 10
    assert [model.use for model in ALL].index("trying") == 0
    assert [model.size for model in ALL] == sorted(model.size for model in ALL)
    assert len({model.name for model in ALL}) == len({(m.repo, m.file, m.package) for m in ALL}) == len(ALL)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.name)
def test_every_entry_can_be_added_and_would_load(model: Recommended) -> None:
    assert bool(model.package) != bool(model.address)
    if model.address:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+/[\w.-]+\.gguf", model.address)
        assert recommended.known(model.repo, model.file) is model
    assert re.fullmatch(r"[0-9a-f]{64}|", model.sha256)
    assert model.quantization in FILE_TYPES.values()
    assert model.licence
    architectures.check(Path(model.file), model.header)


def test_what_is_said_of_the_starter_model_is_what_its_file_says(starter: str) -> None:
    said, header = ALL[0], read_header(Path(starter))
    assert hashlib.sha256(Path(starter).read_bytes()).hexdigest() == said.sha256
    shape = ("layers", "heads", "kv_heads", "head_size", "width", "cached_numbers", "vocabulary")
    kept = ("file_size", "architecture", *shape)
    assert {name: getattr(said.header, name) for name in kept} == {name: getattr(header, name) for name in kept}
    assert said.quantization == header.quantization
    assert fit.estimate(said.header, 2048) == fit.estimate(replace(header), 2048)


@pytest.mark.parametrize("available", [0, GIGABYTES, 2 * GIGABYTES, 3 * GIGABYTES, 64 * GIGABYTES])
def test_what_is_said_to_fit_would_be_loaded(available: int) -> None:
    for found in recommended.fitting(available):
        assert found.needed > found.model.size
        if found.fits:
            assert fit.check(found.model.header, recommended.USUAL_CONTEXT, available).total == found.needed
        else:
            assert found.needed + fit.KEEP_FREE > available
    assert recommended.fitting(available)[0].fits == (available > 0)


def test_a_longer_context_needs_more() -> None:
    for short, long in zip(recommended.fitting(0, 512), recommended.fitting(0, 32_768), strict=True):
        assert short.needed < long.needed


def test_a_file_that_is_not_in_the_list_is_not_known() -> None:
    assert recommended.known("", "") is None
    assert recommended.known("Qwen/Qwen3-8B-GGUF", "other.gguf") is None
