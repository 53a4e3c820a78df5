"""A cancel is felt at once, whatever the worker does: waiting, loading, reading the prompt, writing."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, texts

from local_models.client import EngineClient
from local_models.events import Done, Finished, Progress, TextDelta
from local_models.requests import Sampling

FELT_S = 60.0  # it is some 10 ms on a quiet machine


def long_answers(n: int = 4) -> tuple[Sampling, ...]:
    """Candidates that do not end by themselves within a test."""
    return tuple(Sampling(seed=seed, temperature=0.7, repeat_penalty=1.3, max_tokens=500) for seed in range(n))


@pytest.fixture
def writing(engine: EngineClient, starter: str) -> Asked:
    """Four long answers of which each has begun."""
    request = ask(starter, "Write a long story about a lighthouse, its keeper and the sea, with many chapters.")
    asked = Asked(engine, msgspec.structs.replace(request, candidates=long_answers()))
    asked.seen(TextDelta, 12)
    return asked


def test_one_answer_stops_and_the_others_go_on(writing: Asked) -> None:
    asked_at = time.monotonic()
    writing.job.cancel(2)
    stopped = writing.seen(Finished)
    assert time.monotonic() - asked_at < FELT_S
    assert (stopped.candidate, stopped.finish) == (2, "cancelled")
    before = len(writing.of(TextDelta))
    writing.seen(TextDelta, before + 9)
    assert all(delta.candidate != 2 for delta in writing.of(TextDelta)[before:])
    writing.job.cancel()
    writing.job.wait(FELT_S)


def test_all_answers_stop_and_keep_what_was_written(writing: Asked) -> None:
    writing.job.cancel()
    done = writing.job.wait(FELT_S)
    found = writing.of(Finished)
    assert [event.finish for event in found] == ["cancelled"] * 4
    for event in found:
        told = "".join(delta.text for delta in writing.of(TextDelta) if delta.candidate == event.candidate)
        assert event.text == told != ""
    assert done.completion_tokens == sum(event.completion_tokens for event in found)


def test_a_cancel_is_felt_while_the_prompt_is_read(engine: EngineClient, starter: str) -> None:
    asked = Asked(engine, ask(starter, "The sea was calm and the light went round. " * 200))
    asked.seen_stage("prompt")
    asked.job.cancel()
    done = asked.job.wait(FELT_S)
    assert texts(asked) == [""] * 4
    assert done.completion_tokens == 0
    assert asked.of(Progress)[-1].done < done.prompt_tokens


def test_a_cancel_is_felt_while_the_model_is_loaded(fresh_engine: EngineClient, starter: str) -> None:
    asked = Asked(fresh_engine, msgspec.structs.replace(ask(starter), candidates=long_answers()))
    asked.seen(Progress)
    asked.job.cancel()
    asked.job.wait(FELT_S)
    assert {event.finish for event in asked.of(Finished)} == {"cancelled"}
    again = Asked(fresh_engine, ask(starter, n=1, max_tokens=4))
    again.job.wait(180)
    assert again.of(Finished)[0].finish != "cancelled"


def test_a_request_cancelled_in_the_queue_never_begins(engine: EngineClient, writing: Asked, starter: str) -> None:
    waiting = Asked(engine, ask(starter, n=2))
    waiting.job.cancel()
    assert not waiting.events
    writing.job.cancel()
    done = waiting.job.wait(FELT_S)
    assert done.evaluated_tokens == 0
    assert [event.finish for event in waiting.of(Finished)] == ["cancelled"] * 2
    assert isinstance(waiting.events[-1], Done)


def test_one_answer_cancelled_in_the_queue_is_the_only_one_that_stops(
    engine: EngineClient, writing: Asked, starter: str
) -> None:
    waiting = Asked(engine, ask(starter, n=3, max_tokens=6))
    waiting.job.cancel(1)
    writing.job.cancel()
    waiting.job.wait(180)
    assert {event.candidate: event.finish == "cancelled" for event in waiting.of(Finished)} == {
        0: False,
        1: True,
        2: False,
    }


def test_a_model_whose_answers_were_all_stopped_one_by_one_is_not_loaded(
    engine: EngineClient, writing: Asked, tiny: str
) -> None:
    waiting = Asked(engine, ask(tiny, n=2))
    for candidate in range(2):
        waiting.job.cancel(candidate)
    writing.job.cancel()
    done = waiting.job.wait(FELT_S)
    assert [event.finish for event in waiting.of(Finished)] == ["cancelled"] * 2
    assert not done.backend and not waiting.of(Progress)


def test_a_cancel_that_comes_too_late_changes_nothing(engine: EngineClient, tiny: str) -> None:
    request = ask(tiny, n=1, max_tokens=3)
    first = Asked(engine, request)
    first.job.wait(180)
    first.job.cancel()
    second = Asked(engine, request)  # of the same id
    second.job.wait(180)
    assert second.of(Finished)[0].finish != "cancelled"
    assert texts(first) == texts(second)


def test_closing_stops_what_runs_and_fails_what_waits(tiny: str, starter: str) -> None:
    engine = EngineClient(threads=1)
    request = msgspec.structs.replace(ask(starter), candidates=long_answers())
    running, waiting = Asked(engine, request), Asked(engine, ask(tiny))
    running.seen(TextDelta)
    worker = engine.worker_pid
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < FELT_S
    assert {event.finish for event in running.of(Finished)} == {"cancelled"}
    assert waiting.events[-1].code == "closed"
    assert not Path(f"/proc/{worker}").exists()
