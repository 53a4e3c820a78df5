"""The scripted engine keeps the rules of the real one: order, deltas, cancel, limits, close."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from asked import Asked, ask, texts

from local_models.errors import RequestError, WorkerError
from local_models.events import Done, Failed, Finished, TextDelta
from local_models.requests import Sampling
from local_models.scripted import ScriptedEngine

ANSWERS = ("The first answer.", "A second one, longer than the first.", "Third.")


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    made = ScriptedEngine(ANSWERS)
    yield made
    made.close()


@pytest.fixture
def slow() -> Iterator[ScriptedEngine]:
    made = ScriptedEngine(["word " * 10_000], pause=0.01)
    yield made
    made.close()


def test_answers_come_word_by_word_and_go_round(engine: ScriptedEngine) -> None:
    asked = Asked(engine, ask("any", n=4))
    done = asked.job.wait(60)
    assert texts(asked) == [*ANSWERS, ANSWERS[0]]
    for event in asked.of(Finished):
        assert "".join(d.text for d in asked.of(TextDelta) if d.candidate == event.candidate) == event.text
        assert event.finish == "stop"
    assert isinstance(asked.events[-1], Done)
    assert (done.k, done.backend) == (4, "script")


def test_a_script_may_look_at_the_prompt() -> None:
    engine = ScriptedEngine(lambda prompt, count: [f"{prompt} {index}" for index in range(count)])
    asked = Asked(engine, ask("any", "Hello", n=2))
    asked.job.wait(60)
    engine.close()
    assert texts(asked) == ["Hello 0", "Hello 1"]


def test_one_answer_or_all_can_be_stopped(slow: ScriptedEngine) -> None:
    drawn = tuple(Sampling(seed=seed, max_tokens=10_000) for seed in range(3))
    asked = Asked(slow, msgspec.structs.replace(ask("any"), candidates=drawn))
    asked.seen(TextDelta, 6)
    asked.job.cancel(1)
    assert asked.seen(Finished, timeout=60).candidate == 1
    asked.job.cancel()
    asked.job.wait(60)
    assert {event.finish for event in asked.of(Finished)} == {"cancelled"}


def test_an_answer_is_cut_at_its_most_tokens(engine: ScriptedEngine) -> None:
    asked = Asked(engine, ask("any", n=3, max_tokens=2))
    asked.job.wait(60)
    assert texts(asked) == ["The first", "A second", "Third."]
    assert [event.finish for event in sorted(asked.of(Finished), key=lambda e: e.candidate)] == [
        "length",
        "length",
        "stop",
    ]


def test_closing_stops_what_runs_and_fails_what_waits() -> None:
    engine = ScriptedEngine(["word " * 10_000], pause=0.01)
    running, waiting = Asked(engine, ask("any")), Asked(engine, ask("any"))
    running.seen(TextDelta)
    engine.close()
    assert isinstance(running.events[-1], Done)
    assert isinstance(waiting.events[-1], Failed)
    with pytest.raises(WorkerError, match="closed"):
        engine.generate(ask("any"), lambda _: None)


def test_an_empty_prompt_is_refused(engine: ScriptedEngine) -> None:
    with pytest.raises(RequestError, match="empty"):
        engine.generate(ask("any", " "), lambda _: None)
