"""Endpoints: a server's answers as a worker's events, what it is told, and cancelling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from asked import Asked as Heard
from endpoint_bench import (
    KEY,
    Bench,
    endless,
    four,
    one,
    request,
    silent,
    telling,
    until,
)
from openai_server import TEXT, Asked, Line, well

from local_models import sampling
from local_models.endpoints.engine import EndpointEngine
from local_models.endpoints.kept import Endpoint, Limits
from local_models.endpoints.request import Answered
from local_models.errors import WorkerError
from local_models.events import Finished, TextDelta
from local_models.requests import Adapter, Dry, Message, Sampling

# What goes well


def test_an_answer_comes_as_a_workers_events(bench: Bench) -> None:
    server = bench.server(has_key=True)
    heard = bench.ask(Sampling(seed=5, max_tokens=9, temperature=0.5, top_p=0.9, stop=("STOP",)))
    done = heard.job.wait(60)
    assert "".join(delta.text for delta in heard.of(TextDelta)) == TEXT
    (finished,) = heard.of(Finished)
    assert isinstance(finished, Answered)
    assert (finished.text, finished.finish, finished.reasoning) == (TEXT, "stop", "")
    assert (finished.prompt_tokens, finished.completion_tokens, finished.counted) == (7, 6, True)
    assert finished.sent == ("temperature", "top_p", "max_tokens", "seed", "stop")
    assert 0 < finished.first_ms <= finished.total_ms
    assert (done.prompt_tokens, done.completion_tokens) == (7, 6)
    assert [type(event).__name__ for event in heard.events][-2:] == ["Answered", "Done"]
    (asked,) = server.questions
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": "moon",
        "messages": [{"role": "user", "content": "How do tides work?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 9,
        "seed": 5,
        "stop": ["STOP"],
    }


def test_candidates_that_are_drawn_alike_share_one_request_and_say_no_seed(bench: Bench) -> None:
    server = bench.server()
    answers = bench.answers(*four("balanced"))
    assert [answer.text for answer in answers] == [TEXT] * 4
    (asked,) = server.questions
    assert (asked.body["n"], asked.body["seed"]) == (4, 1)
    assert all("seed" not in answer.sent and not answer.counted for answer in answers)
    assert bench.list.find("gpu").takes_n is True


def test_candidates_that_are_drawn_otherwise_have_a_request_and_a_seed_each(bench: Bench) -> None:
    server = bench.server()
    drawn = four("varied")
    answers = bench.answers(*drawn)
    assert {asked.body["seed"] for asked in server.questions} == {each.seed for each in drawn}
    assert {asked.body["temperature"] for asked in server.questions} == {each.temperature for each in drawn}
    assert not any("n" in asked.body for asked in server.questions)
    assert all("seed" in answer.sent and answer.counted for answer in answers)
    assert bench.list.find("gpu").takes_n is None


def ignores_n(asked: Asked, line: Line) -> None:
    asked.body.pop("n", None)
    well(asked, line)


def refuses_n(asked: Asked, line: Line) -> None:
    if "n" in asked.body:
        line.reply(400, {"error": {"message": "only n = 1 is supported", "type": "invalid_request_error"}})
    else:
        well(asked, line)


@pytest.mark.parametrize(("answer", "first"), [(ignores_n, 1 + 3), (refuses_n, 1 + 4)])
def test_what_one_request_did_not_give_is_asked_in_parallel_and_remembered(
    bench: Bench, answer: Callable[[Asked, Line], None], first: int
) -> None:
    server = bench.server(answer)
    for asked in (first, first + 4):
        assert [each.text for each in bench.answers(*four())] == [TEXT] * 4
        assert len(server.questions) == asked
        assert bench.list.find("gpu").takes_n is False


def test_a_refusal_that_was_not_about_n_is_not_remembered(bench: Bench) -> None:
    bench.server(lambda asked, line: line.reply(400, {"error": {"message": "no such schema"}}))
    error, _ = bench.refusal(*four())
    assert error.code == "endpoint_refused" and "'no such schema'" in str(error)
    assert bench.list.find("gpu").takes_n is None


def test_no_more_requests_are_under_way_than_the_endpoint_allows(bench: Bench) -> None:
    met, under_way, most = threading.Barrier(2), [], []

    def slowly(asked: Asked, line: Line) -> None:
        """Each waits for another one; counted before an answer is begun, since whoever hears its end asks the next."""
        under_way.append(asked)
        most.append(len(under_way))
        met.wait(60)
        under_way.remove(asked)
        well(asked, line)

    server = bench.server(slowly, limits=Limits(at_once=2))
    both = [bench.ask(*four("varied")) for _ in range(2)]
    for heard in both:
        heard.job.wait(60)
    assert (len(server.questions), max(most)) == (8, 2)


@pytest.mark.parametrize(
    ("owner", "more"),
    [
        ("llamacpp", {"top_k": 40, "min_p": 0.05, "repeat_penalty": 1.1, "repeat_last_n": 64}),
        ("vllm", {"top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1}),
        ("library", {}),
        ("organization", {}),
    ],
)
def test_a_server_is_told_only_what_it_is_known_to_understand(bench: Bench, owner: str, more: dict[str, float]) -> None:
    server = bench.server(owner=owner)
    (answer,) = bench.answers(*sampling.preset("balanced", 1, 1, 64))
    body = server.questions[0].body
    usual = {"model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "seed"}
    assert {name: value for name, value in body.items() if name not in usual} == more
    assert ("top_k" in answer.sent, "repeat_last_n" in answer.sent) == (bool(more), owner == "llamacpp")
    bench.answers(*one())
    assert [each.path for each in server.asked].count("/v1/models") == 1


def test_dry_schema_and_grammar_go_to_a_llama_server(bench: Bench) -> None:
    server = bench.server(server="llama.cpp")
    schema = '{"type":"object"}'
    (answer,) = bench.answers(Sampling(seed=1, dry=Dry(), json_schema=schema, frequency_penalty=0.5))
    body = server.questions[0].body
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert (body["dry_multiplier"], body["frequency_penalty"]) == (0.8, 0.5)
    assert {"dry", "json_schema", "frequency_penalty"} < set(answer.sent)
    bench.answers(Sampling(seed=1, grammar='root ::= "a"'))
    assert server.questions[1].body["grammar"] == 'root ::= "a"'


@pytest.mark.parametrize("schema", ["[", "[]", "nothing", '{"a": 1}, "model": "other"', "[" * 5000])
def test_a_schema_that_is_no_json_object_is_never_sent(bench: Bench, schema: str) -> None:
    bench.server(server="llama.cpp")
    refused, _heard = bench.refusal(Sampling(seed=1, json_schema=schema))
    assert refused.code == "endpoint_unsupported" and "no JSON object" in str(refused)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"adapters": (Adapter("a.gguf"),)}, "takes no LoRA adapters"),
        ({"messages": (Message("user", "Why?"), Message("assistant", "Because"))}, "is not known to go on"),
        ({"candidates": (Sampling(seed=1, grammar="root ::= 'a'"),)}, "is not known to take a grammar"),
    ],
)
def test_what_a_server_cannot_be_asked_is_a_sentence_and_nothing_is_sent(
    bench: Bench, more: dict[str, Any], said: str
) -> None:
    server = bench.server()
    candidates = more.pop("candidates", ())
    error, _ = bench.refusal(*candidates, **more)
    assert error.code == "endpoint_unsupported" and said in str(error)
    assert not server.questions


@pytest.mark.parametrize("kind", ["llama.cpp", "vllm"])
def test_an_answer_that_was_cut_off_goes_on_where_the_server_can(bench: Bench, kind: str) -> None:
    server = bench.server(lambda asked, line: well(asked, line, (" of the", " moon.")), server=kind)
    before = (Message("user", "Why?"), Message("assistant", "Because"))
    (answer,) = bench.answers(messages=before)
    assert answer.text == " of the moon."
    body = server.questions[0].body
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    assert body["messages"][-1] == {"role": "assistant", "content": "Because"}


def test_conversations_with_a_system_prompt_are_sent_whole(bench: Bench) -> None:
    server = bench.server()
    roles = ("system", "user", "assistant", "user")
    bench.answers(messages=tuple(Message(role, f"{role} says") for role in roles))  # type: ignore[arg-type]
    assert [each["role"] for each in server.questions[0].body["messages"]] == list(roles)


# Texts


@pytest.mark.parametrize(
    ("pieces", "text", "reasoning", "finish"),
    [
        (
            [{"text": "<th"}, {"text": "ink>Hm."}, {"text": "</think>\n\nYes."}, {"finish": "stop"}],
            "Yes.",
            "Hm.",
            "stop",
        ),
        ([{"reasoning_content": "Hm."}, {"text": "Yes."}, {"finish": "stop"}], "Yes.", "Hm.", "stop"),
        ([{"reasoning": "Hm."}, {"text": "Yes."}, {"finish": "eos"}], "Yes.", "Hm.", "stop"),
        ([{"reasoning_content": "Hm."}, {"finish": "stop"}], "", "Hm.", "length"),
        ([{"text": "<think>Hm"}, {"finish": "length"}], "", "Hm", "length"),
        ([{"text": "One"}, {"finish": "length"}], "One", "", "length"),
        ([{"text": "One"}], "One", "", "stop"),
        ([{"text": "One ST"}, {"text": "OP two"}, {"text": " three", "finish": "stop"}], "One ", "", "stop"),
        ([{"finish": "stop"}], "", "", "stop"),
    ],
)
def test_text_reasoning_and_end_are_told_as_a_worker_tells_them(
    bench: Bench, pieces: list[dict[str, Any]], text: str, reasoning: str, finish: str
) -> None:
    bench.server(telling(*pieces))
    heard = bench.ask(Sampling(seed=1, stop=("STOP",)))
    heard.job.wait(60)
    (answer,) = heard.of(Finished)
    assert (answer.text, answer.reasoning, answer.finish) == (text, reasoning, finish)
    assert "".join(delta.text for delta in heard.of(TextDelta) if not delta.reasoning) == text
    assert "".join(delta.text for delta in heard.of(TextDelta) if delta.reasoning) == reasoning


def test_more_stop_texts_than_a_server_takes_end_the_answer_here(bench: Bench) -> None:
    server = bench.server()
    (answer,) = bench.answers(Sampling(seed=1, stop=("1", "2", "3", "4", " the")))
    assert (answer.text, answer.finish) == ("Tides come from", "stop")
    assert server.questions[0].body["stop"] == ["1", "2", "3", "4"]


def test_a_server_that_never_says_its_count_costs_two_seconds_at_most(bench: Bench) -> None:
    def answer(asked: Asked, line: Line) -> None:
        line.head()
        line.piece("Yes.", finish="stop")
        line.wait(30)

    bench.server(answer)
    began = time.monotonic()
    (answer_,) = bench.answers()
    assert (answer_.text, answer_.finish, answer_.counted) == ("Yes.", "stop", False)
    assert time.monotonic() - began < 15, "the server would have held it for thirty"


# Cancelling


@pytest.mark.parametrize("preset", ["balanced", "varied"])
def test_one_answer_is_cancelled_while_the_others_are_written(bench: Bench, preset: str) -> None:
    bench.server(endless)
    heard = bench.ask(*four(preset))
    heard.seen(TextDelta, 12)
    heard.job.cancel(2)
    finished = heard.seen(Finished)
    assert (finished.candidate, finished.finish) == (2, "cancelled")
    assert finished.text.startswith("word ")
    count = len(heard.of(TextDelta))
    heard.seen(TextDelta, count + 9)
    assert {delta.candidate for delta in heard.of(TextDelta)[count + 3 :]} == {0, 1, 3}
    heard.job.cancel()
    heard.job.wait(60)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"] * 4


@pytest.mark.parametrize("answer", [endless, silent])
def test_a_cancel_is_felt_at_once_and_closes_the_streams(bench: Bench, answer: Callable[[Asked, Line], None]) -> None:
    server = bench.server(answer)
    heard = bench.ask(*four("varied"))
    until(lambda: len(server.questions) == 4)
    heard.job.cancel()
    heard.job.wait(60)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"] * 4, "and not what the server ended with"
    assert server.hung_up.wait(60)
    until(lambda: server.under_way == 0)


def test_what_is_cancelled_before_it_began_is_not_asked(bench: Bench) -> None:
    server = bench.server(endless, limits=Limits(at_once=1))
    first = bench.ask(*one())
    first.seen(TextDelta)
    second = bench.ask(*one(), text="second")
    second.job.cancel()
    second.job.wait(60)
    first.job.cancel()
    first.job.wait(60)
    assert [each.finish for heard in (first, second) for each in heard.of(Finished)] == ["cancelled"] * 2
    assert len(server.questions) == 1


def test_a_cancel_is_felt_while_a_key_is_asked_for(bench: Bench) -> None:
    server = bench.server(has_key=True)
    asked, answered = threading.Event(), threading.Event()

    def key_of(endpoint: Endpoint) -> str:
        asked.set()
        answered.wait(120)
        return KEY

    engine = EndpointEngine(bench.list, key_of)
    heard = Heard(engine, request())
    assert asked.wait(60)
    heard.job.cancel()
    heard.job.wait(60)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"]
    answered.set()
    engine.close()
    assert not server.questions


def test_closing_the_engine_ends_what_runs_and_refuses_what_comes(bench: Bench) -> None:
    bench.server(endless)
    heard = bench.ask(*one())
    heard.seen(TextDelta)
    bench.engine.close()
    heard.job.wait(60)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"]
    with pytest.raises(WorkerError):
        bench.ask(*one())
