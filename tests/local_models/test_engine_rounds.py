"""Candidates that come and go while others write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from asked import LONG, STORY, Asked, ask, greedy, refused, replace, texts

from local_models.client import EngineClient
from local_models.errors import RequestError
from local_models.events import Finished, TextDelta
from local_models.requests import Sampling

ROOT = Path(__file__).resolve().parents[2]


def test_an_answer_asked_late_joins_those_that_are_written_and_evaluates_nothing(
    engine: EngineClient, starter: str
) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=150, repeat_penalty=1.3) for seed in range(3))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 6)
    late = Asked(engine, ask(starter, STORY, n=1, seed=99, max_tokens=8))
    done = late.job.wait(180)
    assert len(first.of(Finished)) < 3, "it did not wait for the others"
    assert (done.evaluated_tokens, done.reused_tokens) == (0, done.prompt_tokens)
    assert done.k == 4
    assert first.job.wait(180).k == 4
    assert len(texts(late)[0]) > 0


def test_one_is_written_again_while_the_others_stand(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=150, repeat_penalty=1.3) for seed in range(3))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 6)
    first.job.cancel(1)
    again = Asked(engine, ask(starter, STORY, n=1, seed=5, max_tokens=8))
    again.job.wait(180)
    first.job.wait(180)
    assert [event.candidate for event in first.of(Finished) if event.finish == "cancelled"] == [1]


def test_another_prompt_waits_until_the_present_one_is_answered(engine: EngineClient, starter: str) -> None:
    first = Asked(engine, ask(starter, STORY, n=2, max_tokens=30))
    other = Asked(engine, ask(starter, "Name a colour.", n=1, max_tokens=4))
    other.job.wait(180)
    assert len(first.of(Finished)) == 2
    assert other.job.wait(0).k == 1


def test_cancelling_who_joined_leaves_the_others_writing(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=60, repeat_penalty=1.3) for seed in range(2))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 4)
    late = Asked(engine, ask(starter, STORY, n=1, seed=9, max_tokens=400))
    late.seen(TextDelta)
    late.job.cancel()
    late.job.wait(180)
    assert late.of(Finished)[0].finish == "cancelled"
    first.job.wait(180)
    assert all(event.finish != "cancelled" for event in first.of(Finished))


def test_a_grammar_that_leaves_nothing_to_say_fails_alone(fresh_engine: EngineClient, starter: str) -> None:
    """It parses; llama.cpp ends the process when a token is taken all the same."""
    dead = Sampling(seed=1, grammar=r"root ::= [^\x00-\U0010FFFF]", max_tokens=8)
    alone, _ = refused(fresh_engine, replace(ask(starter), candidates=(dead,)))
    assert alone.code == "bad_grammar" and "no way to go on" in str(alone)
    long = tuple(Sampling(seed=seed, max_tokens=60, repeat_penalty=1.3) for seed in range(2))
    writing = Asked(fresh_engine, replace(ask(starter, STORY), candidates=long))
    writing.seen(TextDelta, 2)
    worker = fresh_engine.worker_pid
    joined = Asked(fresh_engine, replace(ask(starter, STORY), candidates=(dead, long[0])))
    with pytest.raises(RequestError):
        joined.job.wait(180)
    assert writing.job.wait(180).completion_tokens > 100 and fresh_engine.worker_pid == worker


@pytest.mark.long
def test_candidates_that_were_cancelled_before_their_first_token_give_their_places_back(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Their sequences were lost for the round, and whoever joined then took the worker down."""
    many = tuple(Sampling(seed=seed, max_tokens=16, min_tokens=16) for seed in range(16))
    prompt = LONG * 2
    first = Asked(fresh_engine, replace(ask(starter, prompt), candidates=many))
    first.seen_stage("prompt")
    for number in range(15):
        first.job.cancel(number)
    first.seen(TextDelta)
    joined = Asked(fresh_engine, replace(ask(starter, prompt), candidates=many[:4]))
    assert joined.job.wait(180).completion_tokens == 4 * 16
    assert first.job.wait(180).completion_tokens == 16


@pytest.mark.long
def test_a_prompt_that_was_stopped_half_way_is_read_whole_the_next_time(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Its sequence held half of it; "PINEAPPLE" is at its end, where only who has read it all can know it."""
    engine = fresh_engine
    question = LONG + LONG + "The secret word is PINEAPPLE. Repeat the secret word and nothing else."
    stopped = Asked(engine, greedy(ask(starter, question), 12))
    stopped.seen_stage("prompt")
    stopped.job.cancel()
    assert stopped.job.wait(180).evaluated_tokens < stopped.job.wait(0).prompt_tokens
    again = Asked(engine, greedy(ask(starter, question), 12))
    done = again.job.wait(180)
    assert (done.reused_tokens, done.evaluated_tokens) == (0, done.prompt_tokens)
    fresh = Asked(engine, replace(greedy(ask(starter, question), 12), reuse_prefix=False))
    fresh.job.wait(180)
    assert texts(again) == texts(fresh)


def test_who_joins_with_a_grammar_that_cannot_be_read_fails_alone(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=60, repeat_penalty=1.3) for seed in range(2))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 4)
    wrong = replace(ask(starter, STORY), candidates=(Sampling(seed=1), Sampling(seed=1, grammar="root ::= (")))
    error, _ = refused(engine, wrong)
    assert error.code == "bad_grammar"
    first.job.wait(180)
    assert len(first.of(Finished)) == 2


BROKEN = """
import sys
from local_models.cancelling import Cancelling
from local_models.events import Failed, Finished, TextDelta
from local_models.llama.engine import LlamaEngine
from local_models.llama.library import start_backend
from local_models.llama.model import LlamaModel
from local_models.requests import CandidateRequest, Message, Sampling
from local_models.threads import Threads

log = start_backend(lambda _: None)
cancelling = Cancelling()
engine = LlamaEngine(
    LlamaModel(sys.argv[1], on_load=lambda _: None, stopped=lambda: False), Threads(1), cancelling
)

def asked(name):
    drawn = tuple(Sampling(seed=seed, max_tokens=20) for seed in range(3))
    return CandidateRequest(name, sys.argv[1], (Message("user", "Why?"),), drawn)

def run(name, breaks, joins=()):
    events, waiting = [], list(joins)
    def emit(event):
        events.append(event)
        if breaks and isinstance(event, TextDelta) and sum(isinstance(each, TextDelta) for each in events) == 12:
            raise MemoryError
    request = asked(name)
    cancelling.begin(name)
    prepared = engine.prepare(request)
    if not engine.has_room(2048, prepared):
        engine.make_room(2048, request, prepared)
    engine.generate(request, prepared, emit, lambda fits: (waiting.pop(), prepared) if waiting else None)
    return events

whole = {e.candidate: e.text for e in run("first", False) if isinstance(e, Finished)}
failed = [e for e in run("second", True, [asked("third")]) if isinstance(e, Failed)]
print(sorted((e.request, e.code) for e in failed))
print({e.candidate: e.text for e in run("fourth", False) if isinstance(e, Finished)} == whole)
"""


def test_a_round_that_breaks_off_fails_everybody_in_it_and_leaves_nothing_behind(tiny: str) -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN, tiny], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == ["[('second', 'no_memory'), ('third', 'no_memory')]", "True"]
