"""Candidates that come and go while others write, and what is not evaluated twice."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, refused, texts
from gguf_files import tiny_adapter, tiny_model, tiny_recurrent

from local_models.client import EngineClient
from local_models.errors import RequestError
from local_models.events import Finished, TextDelta
from local_models.requests import Adapter, CandidateRequest, Dry, Message, Sampling

replace = msgspec.structs.replace
ROOT = Path(__file__).resolve().parents[2]
STORY = "Write a long story about a lighthouse, its keeper and the sea."
LONG = "The keeper wrote down what he saw, every hour of every day of every year. " * 30


def greedy(request: CandidateRequest, max_tokens: int = 24) -> CandidateRequest:
    return replace(request, candidates=(Sampling(seed=0, temperature=0, max_tokens=max_tokens),))


def turn(request: CandidateRequest, *more: Message) -> CandidateRequest:
    return replace(request, messages=(*request.messages, *more), id=request.id + "'")


# Joining


def test_an_answer_asked_late_joins_those_that_are_written_and_evaluates_nothing(
    engine: EngineClient, starter: str
) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=150, repeat_penalty=1.3) for seed in range(3))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 6)
    late = Asked(engine, ask(starter, STORY, n=1, seed=99, max_tokens=8))
    done = late.job.wait(60)
    assert len(first.of(Finished)) < 3, "it did not wait for the others"
    assert (done.evaluated_tokens, done.reused_tokens) == (0, done.prompt_tokens)
    assert done.k == 4
    assert first.job.wait(60).k == 4
    assert len(texts(late)[0]) > 0


def test_one_is_written_again_while_the_others_stand(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=150, repeat_penalty=1.3) for seed in range(3))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 6)
    first.job.cancel(1)
    again = Asked(engine, ask(starter, STORY, n=1, seed=5, max_tokens=8))
    again.job.wait(60)
    first.job.wait(60)
    assert [event.candidate for event in first.of(Finished) if event.finish == "cancelled"] == [1]


def test_another_prompt_waits_until_the_present_one_is_answered(engine: EngineClient, starter: str) -> None:
    first = Asked(engine, ask(starter, STORY, n=2, max_tokens=30))
    other = Asked(engine, ask(starter, "Name a colour.", n=1, max_tokens=4))
    other.job.wait(60)
    assert len(first.of(Finished)) == 2
    assert other.job.wait(0).k == 1


def test_cancelling_who_joined_leaves_the_others_writing(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=60, repeat_penalty=1.3) for seed in range(2))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 4)
    late = Asked(engine, ask(starter, STORY, n=1, seed=9, max_tokens=400))
    late.seen(TextDelta)
    late.job.cancel()
    late.job.wait(60)
    assert late.of(Finished)[0].finish == "cancelled"
    first.job.wait(60)
    assert all(event.finish != "cancelled" for event in first.of(Finished))


# What is evaluated once


def test_the_same_prompt_again_is_not_evaluated_and_gives_the_same_texts(engine: EngineClient, starter: str) -> None:
    first = Asked(engine, ask(starter, STORY))
    first.job.wait(60)
    again = Asked(engine, ask(starter, STORY))
    done = again.job.wait(60)
    assert (done.evaluated_tokens, done.reused_prefix) == (0, True)
    assert texts(again) == texts(first)
    anew = Asked(engine, replace(ask(starter, STORY), reuse_prefix=False))
    done = anew.job.wait(60)
    assert (done.evaluated_tokens, done.reused_prefix) == (done.prompt_tokens, False)
    assert texts(anew) == texts(first)


def test_the_next_turn_evaluates_only_what_is_new(fresh_engine: EngineClient, starter: str) -> None:
    """From each of three answers at a high temperature: some of them are not tokenized in the usual way."""
    engine = fresh_engine
    request = ask(starter, LONG, n=3, max_tokens=32)
    wild = tuple(replace(each, temperature=1.6, top_k=200, min_p=0) for each in request.candidates)
    asked = Asked(engine, replace(request, candidates=wild))
    before = asked.job.wait(60)
    answers = asked.of(Finished)
    assert len(answers) == 3
    for answer in answers:
        Asked(engine, replace(asked.job.request, id=f"again {answer.candidate}")).job.wait(60)
        followed = turn(asked.job.request, Message("assistant", answer.text), Message("user", "Go on."))
        followed = replace(followed, id=f"next {answer.candidate}", candidates=(Sampling(seed=1, max_tokens=1),))
        done = Asked(engine, followed).job.wait(60)
        held = before.prompt_tokens + answer.completion_tokens
        cut = answer.finish == "length"  # then nothing was decoded after its last token
        assert done.evaluated_tokens == done.prompt_tokens - held + cut, answer.text
        assert done.reused_tokens + done.evaluated_tokens == done.prompt_tokens


def test_a_conversation_goes_on_in_a_larger_context_without_evaluating_it_anew(
    fresh_engine: EngineClient, starter: str
) -> None:
    engine = fresh_engine
    asked = Asked(engine, ask(starter, LONG, n=1, max_tokens=20))
    before = asked.job.wait(60)
    followed = turn(asked.job.request, Message("assistant", texts(asked)[0]), Message("user", "And then?"))
    larger = Asked(engine, replace(followed, candidates=tuple(Sampling(seed=s, max_tokens=300) for s in range(4))))
    larger.seen(TextDelta)
    larger.job.cancel()
    done = larger.job.wait(60)
    assert done.reused_tokens >= before.prompt_tokens


def test_what_follows_a_reused_beginning_is_what_follows_it_fresh(fresh_engine: EngineClient, starter: str) -> None:
    """Greedy, so that only the last bits of the logits can make a difference: the first words must not."""
    engine = fresh_engine
    asked = Asked(engine, greedy(ask(starter, LONG)))
    asked.job.wait(60)
    followed = greedy(turn(asked.job.request, Message("assistant", texts(asked)[0]), Message("user", "Why?")), 12)
    reused, anew = Asked(engine, followed), None
    assert reused.job.wait(60).reused_prefix
    anew = Asked(engine, replace(followed, reuse_prefix=False))
    assert not anew.job.wait(60).reused_prefix
    assert texts(reused)[0].split()[:3] == texts(anew)[0].split()[:3]


def test_a_short_common_beginning_is_not_reused(fresh_engine: EngineClient, starter: str) -> None:
    """The template's own system prompt is common to all: reusing it would cost repeatability and save nothing."""
    Asked(fresh_engine, ask(starter, "Name a colour.", n=1, max_tokens=2)).job.wait(60)
    done = Asked(fresh_engine, ask(starter, "Name a river.", n=1, max_tokens=2)).job.wait(60)
    assert not done.reused_prefix


def test_a_model_that_cannot_go_back_evaluates_anew_and_says_so(fresh_engine: EngineClient, tmp_path: Path) -> None:
    model = str(tiny_recurrent(tmp_path / "mamba.gguf"))
    engine = fresh_engine
    first = Asked(engine, ask(model, LONG[:600], n=3, max_tokens=10))
    done = first.job.wait(60)
    assert (done.k, done.evaluated_tokens) == (3, done.prompt_tokens)
    assert len(first.of(Finished)) == 3
    other = Asked(engine, ask(model, LONG[:500] + "?", n=2, max_tokens=5))
    done = other.job.wait(60)
    assert (done.reused_tokens, done.evaluated_anew, done.evaluated_tokens) == (0, True, done.prompt_tokens)
    again = Asked(engine, ask(model, LONG[:600], n=3, max_tokens=10))
    again.job.wait(60)
    assert texts(again) == texts(first)


# How they are drawn


def test_an_answer_that_was_cut_goes_on_where_it_stopped(engine: EngineClient, starter: str) -> None:
    whole = Asked(engine, greedy(ask(starter, STORY), 40))
    whole.job.wait(60)
    cut = Asked(engine, greedy(ask(starter, STORY), 20))
    cut.job.wait(60)
    (event,) = cut.of(Finished)
    assert event.finish == "length"
    onward = greedy(turn(cut.job.request, Message("assistant", event.text)), 20)
    more = Asked(engine, onward)
    done = more.job.wait(60)
    assert event.text + texts(more)[0] == texts(whole)[0]
    assert done.reused_prefix


def test_a_json_schema_lets_nothing_else_be_written(engine: EngineClient, starter: str) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "count": {"type": "integer", "maximum": 9}},
        "required": ["colour", "count"],
        "additionalProperties": False,
    }
    drawn = tuple(Sampling(seed=s, temperature=1.5, max_tokens=60, json_schema=json.dumps(schema)) for s in range(4))
    asked = Asked(engine, replace(ask(starter, "Tell a joke."), candidates=drawn))
    asked.job.wait(60)
    for event in asked.of(Finished):
        assert event.finish == "stop"
        found = json.loads(event.text)
        assert found["colour"] in ("red", "blue") and isinstance(found["count"], int)


def test_a_grammar_is_obeyed_beside_candidates_without_one(engine: EngineClient, starter: str) -> None:
    bound = Sampling(seed=1, temperature=1, max_tokens=20, grammar='root ::= ("yes" | "no") "."')
    asked = Asked(engine, replace(ask(starter), candidates=(bound, *ask(starter).candidates[:2])))
    asked.job.wait(60)
    found = texts(asked)
    assert found[0] in ("yes.", "no.")
    assert all(text not in ("yes.", "no.") for text in found[1:])


@pytest.mark.parametrize(
    "wrong",
    [
        Sampling(seed=1, grammar="root ::= ("),
        Sampling(seed=1, grammar="leaf ::= [a-z]"),
        Sampling(seed=1, json_schema="{"),
    ],
    ids=["not GBNF", "no root", "not JSON"],
)
def test_a_grammar_that_cannot_be_read_is_refused_with_a_sentence(
    engine: EngineClient, starter: str, wrong: Sampling
) -> None:
    error, _ = refused(engine, replace(ask(starter), candidates=(*ask(starter).candidates, wrong)))
    assert error.code == "bad_grammar"
    asked = Asked(engine, ask(starter, n=1, max_tokens=2))
    asked.job.wait(60)
    assert asked.of(Finished), "the worker goes on"


def test_what_is_left_to_chance_and_what_is_not_take_turns_in_contexts_of_their_own(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Without chance a text does not depend on what is written beside it: that takes another kind of context."""
    engine = fresh_engine
    chance = ask(starter, n=2, max_tokens=60)
    certain = replace(ask(starter), candidates=greedy(ask(starter), 12).candidates * 4)
    first = Asked(engine, chance)
    second = Asked(engine, certain)
    third = Asked(engine, replace(chance, id="third"))
    done = [each.job.wait(60) for each in (first, second, third)]
    assert [each.k for each in done] == [2, 4, 2], "none joined another"
    assert texts(third) == texts(first)
    alone = Asked(engine, replace(certain, id="alone", candidates=certain.candidates[:1]))
    alone.job.wait(60)
    assert set(texts(second)) == set(texts(alone))


def test_dry_keeps_a_model_from_repeating_itself(engine: EngineClient, starter: str) -> None:
    plain = greedy(ask(starter, "Write: the sea, the sea, the sea, the sea, and go on like this."), 80)
    dry = replace(plain, id="dry", candidates=(replace(plain.candidates[0], dry=Dry(multiplier=5)),))

    def repeats(request: CandidateRequest) -> int:
        asked = Asked(engine, request)
        asked.job.wait(60)
        data = texts(asked)[0]
        runs = [data[at : at + 24] for at in range(len(data) - 24)]
        return len(runs) - len(set(runs))

    assert repeats(plain) > 2 and repeats(dry) == 0


def test_log_probabilities_are_told_for_the_tokens_of_the_text(engine: EngineClient, starter: str) -> None:
    asked = Asked(engine, replace(ask(starter, n=2), log_probabilities=True))
    asked.job.wait(60)
    for event in asked.of(Finished):
        assert len(event.scores) == event.completion_tokens
        places = [score.place for score in event.scores]
        assert places == sorted(places) and places[0] == 0 and places[-1] < len(event.text)
        assert all(-60 < score.log_probability <= 0 for score in event.scores)
    likely = Asked(engine, replace(greedy(ask(starter)), log_probabilities=True))
    likely.job.wait(60)
    mean = sum(s.log_probability for s in likely.of(Finished)[0].scores) / 24
    assert math.exp(mean) > 0.2, "the likeliest tokens are likely"
    silent = Asked(engine, ask(starter, n=1))
    silent.job.wait(60)
    assert silent.of(Finished)[0].scores == ()


# Adapters


def test_an_adapter_changes_the_texts_by_its_scale_and_is_off_for_the_next(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    adapter = str(tiny_adapter(tmp_path / "lora.gguf"))

    def said(*adapters: Adapter) -> list[str]:
        asked = Asked(fresh_engine, replace(greedy(ask(tiny)), adapters=adapters))
        asked.job.wait(60)
        return texts(asked)

    plain, strong = said(), said(Adapter(adapter, 2.0))
    assert plain != strong
    assert said(Adapter(adapter, 0.0)) == plain
    assert said() == plain
    assert said(Adapter(adapter, 2.0)) == strong


def test_requests_with_other_adapters_do_not_share_a_batch(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    adapter = str(tiny_adapter(tmp_path / "lora.gguf"))
    first = Asked(fresh_engine, ask(tiny, n=2, max_tokens=100))
    other = Asked(fresh_engine, replace(ask(tiny, n=1, max_tokens=3), adapters=(Adapter(adapter),)))
    assert other.job.wait(60).k == 1
    assert len(first.of(Finished)) == 2


def test_an_adapter_that_was_trained_anew_under_its_name_is_another(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    path = tiny_adapter(tmp_path / "adapter.gguf", seed=1)
    request = replace(greedy(ask(tiny)), adapters=(Adapter(str(path), 50),))

    def said(name: str) -> str:
        asked = Asked(fresh_engine, replace(request, id=name))
        asked.job.wait(60)
        return texts(asked)[0]

    first = said("first")
    path.unlink()
    tiny_adapter(path, seed=2)
    second = said("second")
    assert second != first
    path.unlink()
    tiny_adapter(path, seed=1)
    assert said("third") == first


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
        joined.job.wait(60)
    assert writing.job.wait(60).completion_tokens > 100 and fresh_engine.worker_pid == worker


def test_candidates_that_were_cancelled_before_their_first_token_give_their_places_back(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Their sequences were lost for the round, and whoever joined then took the worker down."""
    many = tuple(Sampling(seed=seed, max_tokens=80, min_tokens=80) for seed in range(16))
    prompt = LONG * 3
    first = Asked(fresh_engine, replace(ask(starter, prompt), candidates=many))
    first.seen_stage("prompt")
    for number in range(15):
        first.job.cancel(number)
    first.seen(TextDelta)
    joined = Asked(fresh_engine, replace(ask(starter, prompt), candidates=many[:4]))
    assert joined.job.wait(60).completion_tokens == 4 * 80
    assert first.job.wait(60).completion_tokens == 80


def test_an_adapter_for_another_model_is_refused_and_the_model_serves_on(
    fresh_engine: EngineClient, tiny: str, tmp_path: Path
) -> None:
    other = str(tiny_adapter(tmp_path / "other.gguf", width=32))
    model = str(tiny_model(tmp_path / "model.gguf"))
    none = str(tmp_path / "none.gguf")
    for path, code in ((other, "bad_adapter"), (model, "bad_adapter"), (none, "not_found")):
        error, _ = refused(fresh_engine, replace(ask(tiny), adapters=(Adapter(path),)))
        assert error.code == code
        assert Path(path).name in str(error)
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(60)


# What must not be reused


def test_a_prompt_that_was_stopped_half_way_is_read_whole_the_next_time(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Its sequence held half of it; "PINEAPPLE" is at its end, where only who has read it all can know it."""
    engine = fresh_engine
    question = LONG + LONG + "The secret word is PINEAPPLE. Repeat the secret word and nothing else."
    stopped = Asked(engine, greedy(ask(starter, question), 12))
    stopped.seen_stage("prompt")
    stopped.job.cancel()
    assert stopped.job.wait(60).evaluated_tokens < stopped.job.wait(0).prompt_tokens
    again = Asked(engine, greedy(ask(starter, question), 12))
    done = again.job.wait(60)
    assert (done.reused_tokens, done.evaluated_tokens) == (0, done.prompt_tokens)
    fresh = Asked(engine, replace(greedy(ask(starter, question), 12), reuse_prefix=False))
    fresh.job.wait(60)
    assert texts(again) == texts(fresh)


def test_who_joins_with_a_grammar_that_cannot_be_read_fails_alone(engine: EngineClient, starter: str) -> None:
    long = tuple(Sampling(seed=seed, max_tokens=60, repeat_penalty=1.3) for seed in range(2))
    first = Asked(engine, replace(ask(starter, STORY), candidates=long))
    first.seen(TextDelta, 4)
    wrong = replace(ask(starter, STORY), candidates=(Sampling(seed=1), Sampling(seed=1, grammar="root ::= (")))
    error, _ = refused(engine, wrong)
    assert error.code == "bad_grammar"
    first.job.wait(60)
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
