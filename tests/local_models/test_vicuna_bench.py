"""Prompts that nobody here wrote, each answered twice by the starter model: none fails, all end as they should.

All of them are asked, judged and stored in tests/end_to_end/test_prompts_judged.py.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, texts

from local_models.client import EngineClient
from local_models.events import Finished
from local_models.requests import Message

DATA = Path(__file__).resolve().parents[1] / "data" / "vicuna_bench.jsonl"
PROMPTS = [json.loads(line)["turns"][0] for line in DATA.read_text(encoding="utf-8").splitlines()]
ABOVE_ALL = "You are a helpful assistant."


def test_the_data_is_whole() -> None:
    assert len(PROMPTS) == 80


def _answer(engine: EngineClient, model: str, number: int, max_tokens: int) -> None:
    request = ask(model, PROMPTS[number], n=2, seed=number, max_tokens=max_tokens)
    if number % 2:
        request = msgspec.structs.replace(request, messages=(Message("system", ABOVE_ALL), *request.messages))
    asked = Asked(engine, request)
    done = asked.job.wait(180)
    assert done.evaluated_tokens == done.prompt_tokens
    assert len(set(texts(asked))) == 2
    for event in asked.of(Finished):
        assert event.finish in ("stop", "length")
        assert event.text
        assert 0 < event.completion_tokens <= max_tokens


@pytest.mark.parametrize("number", sorted(random.Random(80).sample(range(80), 4)))
def test_a_prompt_is_answered_twice(engine: EngineClient, starter: str, number: int) -> None:
    _answer(engine, starter, number, 24)
