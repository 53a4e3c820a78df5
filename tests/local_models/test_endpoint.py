"""Endpoints: a server's answers as a worker's events, every misbehaviour as a sentence, and no key anywhere else."""

from __future__ import annotations

import itertools
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asked import Asked as Heard
from asked import refused
from hypothesis import example, given
from hypothesis import strategies as st
from openai_server import TEXT, Asked, Line, Server, serving, well

from local_models import sampling
from local_models.endpoints.address import check_address, is_unprotected
from local_models.endpoints.engine import EndpointEngine
from local_models.endpoints.kept import Endpoint, EndpointList, Limits, check_name
from local_models.endpoints.request import Answered
from local_models.endpoints.stream import End, EventStream, Piece, Refused, Usage
from local_models.errors import EndpointError, EngineError, RequestError, WorkerError
from local_models.events import Finished, TextDelta
from local_models.requests import Adapter, CandidateRequest, Dry, Message, Sampling

KEY = "sk-vErY-sEcReT-0123456789"
QUICK = Limits(connect_s=2, first_s=5, between_s=5, whole_s=20)
_numbers = itertools.count(1)

Ask = Callable[..., Heard]


class Bench:
    """An endpoint engine over a list in a folder, and the servers that are named there."""

    def __init__(self, folder: Path) -> None:
        self.list = EndpointList(folder / "endpoints.json")
        self.engine = EndpointEngine(self.list, lambda endpoint: KEY, pauses=(0.01, 0.02, 0.03))
        self.servers: list[Server] = []

    def server(self, answer: Callable[[Asked, Line], None] = well, *, name: str = "gpu", **more: Any) -> Server:
        known = {field: more.pop(field) for field in ("has_key", "server", "takes_n", "limits") if field in more}
        server = Server(answer, **more)
        self.servers.append(server)
        self.list.add(Endpoint(name, server.address, "moon", **{"limits": QUICK, **known}))
        return server

    def ask(self, *candidates: Sampling, name: str = "gpu", text: str = "How do tides work?", **more: Any) -> Heard:
        return Heard(self.engine, request(*candidates, name=name, text=text, **more))

    def answers(self, *candidates: Sampling, **more: Any) -> list[Answered]:
        """Ask, wait for the end, and the answers by candidate."""
        heard = self.ask(*candidates, **more)
        heard.job.wait(20)
        return sorted((event for event in heard.of(Finished) if isinstance(event, Answered)), key=lambda e: e.candidate)

    def refusal(self, *candidates: Sampling, **more: Any) -> tuple[EngineError, Heard]:
        return refused(self.engine, request(*candidates, **more))

    def close(self) -> None:
        self.engine.close()
        for server in self.servers:
            server.close()


def request(*candidates: Sampling, name: str = "gpu", text: str = "Why?", **more: Any) -> CandidateRequest:
    fields = {"messages": (Message("user", text),), **more}
    return CandidateRequest(
        id=f"request {next(_numbers)}", model_path=f"endpoint:{name}", candidates=candidates or one(), **fields
    )


def one() -> tuple[Sampling, ...]:
    return (Sampling(seed=5),)


def four(preset: str = "balanced") -> tuple[Sampling, ...]:
    return sampling.preset(preset, 4, 1, 64)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()
    left = [thread for thread in threading.enumerate() if thread.name.startswith("endpoint")]
    for thread in left:
        thread.join(5)
    assert not [thread for thread in left if thread.is_alive()]


# What goes well


def test_an_answer_comes_as_a_workers_events(bench: Bench) -> None:
    server = bench.server(has_key=True)
    heard = bench.ask(Sampling(seed=5, max_tokens=9, temperature=0.5, top_p=0.9, stop=("STOP",)))
    done = heard.job.wait(10)
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
    def slowly(asked: Asked, line: Line) -> None:
        time.sleep(0.05)
        well(asked, line)

    server = bench.server(slowly, limits=Limits(at_once=2))
    both = [bench.ask(*four("varied")) for _ in range(2)]
    for heard in both:
        heard.job.wait(20)
    assert (len(server.questions), server.most_under_way) == (8, 2)


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


def telling(*pieces: dict[str, Any]) -> Callable[[Asked, Line], None]:
    def answer(asked: Asked, line: Line) -> None:
        line.head()
        for piece in pieces:
            line.piece(**piece)
        line.done()

    return answer


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
    heard.job.wait(10)
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
    assert time.monotonic() - began < 4


# Cancelling


def endless(asked: Asked, line: Line) -> None:
    line.head()
    for _ in range(2000):
        for index in range(asked.body.get("n", 1)):
            line.piece("word ", index)
        if line.wait(0.01):
            raise ConnectionError


def silent(asked: Asked, line: Line) -> None:
    if line.wait(30):
        raise ConnectionError


@pytest.mark.parametrize("preset", ["balanced", "varied"])
def test_one_answer_is_cancelled_while_the_others_are_written(bench: Bench, preset: str) -> None:
    bench.server(endless)
    heard = bench.ask(*four(preset))
    heard.seen(TextDelta, 12)
    began = time.monotonic()
    heard.job.cancel(2)
    finished = heard.seen(Finished)
    assert time.monotonic() - began < 0.1
    assert (finished.candidate, finished.finish) == (2, "cancelled")
    assert finished.text.startswith("word ")
    count = len(heard.of(TextDelta))
    heard.seen(TextDelta, count + 9)
    assert {delta.candidate for delta in heard.of(TextDelta)[count + 3 :]} == {0, 1, 3}
    heard.job.cancel()
    heard.job.wait(1)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"] * 4


@pytest.mark.parametrize("answer", [endless, silent])
def test_a_cancel_is_felt_at_once_and_closes_the_streams(bench: Bench, answer: Callable[[Asked, Line], None]) -> None:
    server = bench.server(answer)
    heard = bench.ask(*four("varied"))
    _until(lambda: len(server.questions) == 4)
    began = time.monotonic()
    heard.job.cancel()
    heard.job.wait(1)
    assert time.monotonic() - began < 0.1
    assert len(heard.of(Finished)) == 4
    assert server.hung_up.wait(2)
    _until(lambda: server.under_way == 0)


def test_what_is_cancelled_before_it_began_is_not_asked(bench: Bench) -> None:
    server = bench.server(endless, limits=Limits(at_once=1))
    first = bench.ask(*one())
    first.seen(TextDelta)
    second = bench.ask(*one(), text="second")
    second.job.cancel()
    second.job.wait(1)
    first.job.cancel()
    first.job.wait(1)
    assert len(server.questions) == 1


def test_a_cancel_is_felt_while_a_key_is_asked_for(bench: Bench) -> None:
    server = bench.server(has_key=True)
    asked, answered = threading.Event(), threading.Event()

    def key_of(endpoint: Endpoint) -> str:
        asked.set()
        answered.wait(10)
        return KEY

    engine = EndpointEngine(bench.list, key_of)
    heard = Heard(engine, request())
    assert asked.wait(5)
    heard.job.cancel()
    heard.job.wait(1)
    assert [each.finish for each in heard.of(Finished)] == ["cancelled"]
    answered.set()
    engine.close()
    assert not server.questions


def test_closing_the_engine_ends_what_runs_and_refuses_what_comes(bench: Bench) -> None:
    bench.server(endless)
    heard = bench.ask(*one())
    heard.seen(TextDelta)
    bench.engine.close()
    heard.job.wait(1)
    with pytest.raises(WorkerError):
        bench.ask(*one())


# What goes wrong


def status(code: int, value: object = "", *more: str) -> Callable[[Asked, Line], None]:
    return lambda asked, line: line.reply(code, value, *more)


def raw(data: bytes) -> Callable[[Asked, Line], None]:
    return lambda asked, line: line.raw(data)


def stream(*lines: bytes) -> Callable[[Asked, Line], None]:
    def answer(asked: Asked, line: Line) -> None:
        line.head()
        for each in lines:
            line.raw(each)

    return answer


def hang_up(asked: Asked, line: Line) -> None:
    line.reset()


def big_head(asked: Asked, line: Line) -> None:
    line.raw(b"HTTP/1.1 200 OK\r\n")
    for number in range(4000):
        line.raw(b"X-%d: %s\r\n" % (number, b"x" * 1000))


CONTEXT = {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error"}}
VLLM_CONTEXT = {"message": "This model's maximum context length is 64 tokens.", "code": 400}
WRONG = [
    (status(401, {"error": {"message": f"bad key {KEY}"}}), "endpoint_key", "wants another key"),
    (status(403, {"error": f"no {KEY}"}), "endpoint_forbidden", "does not let this key in"),
    (
        status(404, {"error": {"message": "no such model"}}),
        "endpoint_no_model",
        "has no model 'moon'. It has: sun, star.",
    ),
    (status(400, {"error": {"code": "model_not_found"}}), "endpoint_no_service", "no chat completions"),
    (status(400, CONTEXT), "endpoint_context", "no room"),
    (status(400, VLLM_CONTEXT), "endpoint_context", "no room"),
    (status(400, {"error": {"message": "bad schema"}}), "endpoint_refused", "refused (status 400): 'bad schema'"),
    (status(400, {"error": {"message": f"a\x1b[1m{KEY}\nb"}}), "endpoint_refused", "'a[1m… b'"),
    (status(413, "<html>too large"), "endpoint_refused", "refused (status 413)"),
    (status(301, "", "Location: http://127.0.0.1:1/"), "endpoint_redirect", "points to another address"),
    (status(500, {"error": "out of memory"}), "endpoint_trouble", "failed (status 500): 'out of memory'"),
    (status(503, {"error": {"message": "Loading model"}}), "endpoint_trouble", "is not ready (status 503)"),
    (status(429), "endpoint_busy", "is asked too much"),
    (status(429, "", "Retry-After: 3600"), "endpoint_busy", "asks to wait 3600 seconds"),
    (status(200, {"choices": []}), "endpoint_no_stream", "is no stream of answers"),
    (lambda _, line: line.reply(200, "<html>Hello", kind="text/html"), "endpoint_no_stream", "a web page"),
    (stream(b"data: [DONE]\n\n"), "endpoint_empty", "ended without an answer"),
    (stream(b"data: <html>\n\n"), "endpoint_nonsense", "no piece of an answer"),
    (stream(b"data: " + b"[" * 100_000 + b"\n"), "endpoint_nonsense", "no piece of an answer"),
    (stream(b'data: {"choices": [{"index": "x"}]}\n'), "endpoint_nonsense", "no piece of an answer"),
    (stream(b'data: {"choices": "\xff"}\n'), "endpoint_nonsense", "no piece of an answer"),
    (stream(b'data: {"choices": [{"index": 1}]}\n'), "endpoint_too_much", "more than any answer has"),
    (stream(b'data: {"choices": [' + b'{"index": 0},' * 100 + b"{}]}\n"), "endpoint_too_much", "more than any"),
    (stream(b"data: ", b"x" * 2_000_000), "endpoint_too_much", "more than any answer has"),
    (stream(b'data: {"error": {"message": "CUDA is gone"}}\n'), "endpoint_broke_off", "broke off: 'CUDA is gone'"),
    (stream(), "endpoint_broke_off", "broke off before the end"),
    (raw(b"220 mail.example.org\r\n\r\n"), "endpoint_not_http", "does not speak HTTP"),
    (big_head, "endpoint_not_http", "does not speak HTTP"),
    (hang_up, "endpoint_down", "cannot be reached"),
    (raw(b""), "endpoint_down", "cannot be reached"),
]


@pytest.mark.parametrize(("answer", "code", "said"), WRONG)
def test_every_misbehaviour_is_one_sentence_with_a_way_out(
    bench: Bench, answer: Callable[[Asked, Line], None], code: str, said: str
) -> None:
    server = bench.server(answer, models=("sun", "star"), has_key=True)
    error, _ = bench.refusal()
    assert isinstance(error, EndpointError)
    assert (error.code, said in str(error)) == (code, True), str(error)
    assert "gpu" in str(error) and str(error).endswith((".", "?", "log."))
    assert KEY not in str(error) + repr(error) + repr(error.values)
    again = code in ("endpoint_busy", "endpoint_down") or "not ready" in said
    assert len(server.questions) == (4 if again and "3600" not in said else 1)


def test_an_address_without_a_service_says_so(bench: Bench) -> None:
    server = bench.server(status(404))
    server.models = None
    error, _ = bench.refusal()
    assert (error.code, "most end in /v1" in str(error)) == ("endpoint_no_service", True)


def test_a_server_that_is_down_is_tried_again_and_then_a_sentence(bench: Bench) -> None:
    bench.server().close()
    error, _ = bench.refusal()
    assert error.code == "endpoint_down" and "(no connection)" in str(error)


@pytest.mark.parametrize("fault", [hang_up, status(503), status(429, "", "Retry-After: 0"), status(502)])
def test_what_passes_is_tried_again_before_the_first_byte(bench: Bench, fault: Callable[[Asked, Line], None]) -> None:
    left = [fault, fault, well]
    server = bench.server(lambda asked, line: left.pop(0)(asked, line))
    (answer,) = bench.answers()
    assert (answer.text, len(server.questions)) == (TEXT, 3)


def test_a_pause_that_the_server_asks_for_is_kept(bench: Bench) -> None:
    left = [status(429, "", "Retry-After: 1"), well]
    server = bench.server(lambda asked, line: left.pop(0)(asked, line))
    bench.answers()
    first, second = server.questions
    assert second.moment - first.moment >= 1


def cut(asked: Asked, line: Line) -> None:
    line.head(200, "text/event-stream", "Transfer-Encoding: chunked")
    data = b'data: {"choices":[{"index":0,"delta":{"content":"Some"}}]}\n\n'
    line.raw(b"%x\r\n%s\r\n" % (len(data), data))


def cut_hard(asked: Asked, line: Line) -> None:
    line.head()
    line.piece("Some")
    time.sleep(0.1)
    line.reset()


def says_an_error_late(asked: Asked, line: Line) -> None:
    line.head()
    line.piece("Some")
    line.event({"error": {"message": "CUDA is gone", "code": 500}})


def filtered(asked: Asked, line: Line) -> None:
    line.head()
    line.piece("Some", finish="content_filter")
    line.done()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (cut, "endpoint_broke_off"),
        (cut_hard, "endpoint_broke_off"),
        (says_an_error_late, "endpoint_broke_off"),
        (filtered, "endpoint_filtered"),
    ],
)
def test_what_came_before_a_stream_was_cut_is_kept_and_it_is_not_asked_again(
    bench: Bench, answer: Callable[[Asked, Line], None], code: str
) -> None:
    server = bench.server(answer)
    error, heard = bench.refusal()
    assert error.code == code
    (finished,) = heard.of(Finished)
    assert (finished.text, finished.finish) == ("Some", "error")
    assert len(server.questions) == 1


def test_one_of_four_that_fails_leaves_the_others_whole(bench: Bench) -> None:
    drawn = four("varied")

    def answer(asked: Asked, line: Line) -> None:
        (cut if asked.body["seed"] == drawn[1].seed else well)(asked, line)

    bench.server(answer)
    _, heard = bench.refusal(*drawn)
    ends = {each.candidate: (each.text, each.finish) for each in heard.of(Finished)}
    assert ends == {0: (TEXT, "stop"), 1: ("Some", "error"), 2: (TEXT, "stop"), 3: (TEXT, "stop")}


def drips(asked: Asked, line: Line) -> None:
    line.head()
    while not line.wait(0.02):
        line.raw(b": still here\n\n")


def drips_emptiness(asked: Asked, line: Line) -> None:
    line.head()
    while not line.wait(0.001):
        line.piece("")


def stalls(asked: Asked, line: Line) -> None:
    line.head()
    line.piece("Some")
    line.wait(30)


@pytest.mark.parametrize(
    ("answer", "limits", "said"),
    [
        (silent, Limits(first_s=0.3), "first word within 0.3 seconds"),
        (drips, Limits(first_s=0.3), "first word within 0.3 seconds"),
        (drips_emptiness, Limits(first_s=0.3), "first word within 0.3 seconds"),
        (stalls, Limits(between_s=0.3), "more within 0.3 seconds"),
        (endless, Limits(whole_s=0.5), "end of the answer within 0.5 seconds"),
    ],
)
def test_each_time_limit_is_kept_whatever_drips(
    bench: Bench, answer: Callable[[Asked, Line], None], limits: Limits, said: str
) -> None:
    server = bench.server(answer, limits=limits, server="other")
    began = time.monotonic()
    error, heard = bench.refusal()
    assert (error.code, said in str(error)) == ("endpoint_slow", True), str(error)
    assert time.monotonic() - began < 1.5
    assert [each.finish for each in heard.of(Finished)] == ["error"] * (answer in (stalls, endless))
    _until(lambda: server.under_way == 0)


def test_an_answer_longer_than_any_record_is_cut_and_the_server_told(bench: Bench) -> None:
    def flood(asked: Asked, line: Line) -> None:
        line.head()
        while not line.wait(0.0):
            line.piece("x" * 100_000)

    server = bench.server(flood)
    error, heard = bench.refusal()
    assert error.code == "endpoint_too_much"
    (finished,) = heard.of(Finished)
    assert finished.finish == "error" and 1024 * 1024 < len(finished.text) < 1_300_000
    assert server.hung_up.wait(5)


def test_an_unknown_endpoint_and_an_empty_prompt_are_refused_before_anything_is_sent(bench: Bench) -> None:
    with pytest.raises(EndpointError, match=r"There is no endpoint 'nix'\. Known: none"):
        bench.ask(name="nix")
    server = bench.server()
    with pytest.raises(RequestError):
        bench.ask(text=" ")
    assert not server.asked


# Secrets


def test_a_key_is_in_one_header_and_nowhere_else(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for number, (answer, _, _) in enumerate([*WRONG, (well, "", ""), (cut, "", "")]):
        server = bench.server(answer, name=f"e{number}", has_key=True)
        heard = bench.ask(name=f"e{number}")
        with pytest.raises(EngineError) if answer is not well else _nothing():
            heard.job.wait(20)
        said += [repr(event) for event in heard.events]
        for asked in server.asked:
            assert [name for name, value in asked.headers.items() if KEY in value] == ["authorization"]
            assert KEY not in json.dumps(asked.body) + asked.path
    assert KEY not in "".join(said)
    assert KEY not in caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_redirect_takes_no_key_along(bench: Bench) -> None:
    with serving() as other:
        bench.server(status(307, "", f"Location: {other.address}/chat/completions"), has_key=True)
        assert bench.refusal()[0].code == "endpoint_redirect"
        assert not other.asked


def test_a_key_that_cannot_be_had_is_a_sentence(bench: Bench) -> None:
    def locked(endpoint: Endpoint) -> str:
        raise EndpointError("The keyring is locked.", code="endpoint_key")

    server = bench.server(has_key=True)
    engine = EndpointEngine(bench.list, locked)
    assert refused(engine, request())[0].code == "endpoint_key"
    engine.close()
    assert not server.asked


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        (" http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://192.168.1.7:8000/v1", "http://192.168.1.7:8000/v1"),
        ("http://100.64.0.9/v1", "http://100.64.0.9/v1"),
        ("https://api.example.org/v1", "https://api.example.org/v1"),
        ("https://8.8.8.8/v1", "https://8.8.8.8/v1"),
    ],
)
def test_addresses_that_may_be_spoken_to(address: str, kept: str) -> None:
    assert check_address(address) == kept
    assert is_unprotected(kept) == ("192" in kept or "100" in kept)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://8.8.8.8/v1", "endpoint_insecure"),
        ("http://[2001:4860:4860::8888]/v1", "endpoint_insecure"),
        ("ftp://127.0.0.1/", "endpoint_address"),
        ("127.0.0.1:8080", "endpoint_address"),
        ("http://user:secret@127.0.0.1/", "endpoint_address"),
        ("http://127.0.0.1/?key=secret", "endpoint_address"),
        ("http://127.0.0.1:99999/", "endpoint_address"),
        ("http://a b/", "endpoint_address"),
        ("https://exämple.org", "endpoint_address"),
        ("http://" + "a" * 600, "endpoint_address"),
        ("", "endpoint_address"),
    ],
)
def test_addresses_that_may_not(address: str, code: str) -> None:
    with pytest.raises(EndpointError) as caught:
        check_address(address)
    assert caught.value.code == code
    assert "secret" not in str(caught.value) or "?" in address


def test_a_name_that_leads_to_the_open_net_is_not_spoken_to_without_tls(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a name means is seen when it is connected to; here the socket says that it reached the open net."""
    server = bench.server(has_key=True, server="other")
    monkeypatch.setattr("local_models.endpoints.http.is_public", lambda host: host == "127.0.0.1")
    assert bench.refusal()[0].code == "endpoint_insecure"
    assert not server.asked


# The stream, byte by byte

EVENTS = [
    b": keep alive\n\n",
    b"event: message\ndata: {}\n\n",
    b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}\n\n',
    'data: {"choices":[{"index":0,"delta":{"content":"Bär 😀\\n"}}]}\r\n\r\n'.encode(),
    b'data:{"choices":[{"index":1,"delta":{"reasoning_content":"Hm"},"finish_reason":"length"}]}\n',
    b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4},"more":[{"deep":[1]}]}\n\n',
    b"data: [DONE]\n\n",
]
MEANT = [Piece(0), Piece(0, "Bär 😀\n"), Piece(1, "", "Hm", "length"), Usage(3, 4), End()]


def taken(pieces: list[bytes]) -> list[object]:
    stream, found = EventStream("gpu", 2), []
    try:
        for piece in pieces:
            found += list(stream.take(piece))
    except (EndpointError, Refused) as error:
        found.append(type(error).__name__ + getattr(error, "code", ""))
    return found


def split(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


@given(st.lists(st.integers(0, 10_000)))
@example(list(range(2000)))
def test_any_split_of_the_bytes_tells_the_same(places: list[int]) -> None:
    assert taken(split(b"\xef\xbb\xbf" + b"".join(EVENTS), places)) == MEANT


@given(st.lists(st.one_of(st.sampled_from(EVENTS[:-1]), st.binary(max_size=40)), max_size=8), st.lists(st.integers(0)))
def test_any_bytes_tell_the_same_however_they_are_split(parts: list[bytes], places: list[int]) -> None:
    data = b"".join(parts)
    assert taken(split(data, places)) == taken([data])


def test_nothing_is_taken_after_the_end() -> None:
    assert taken([b"data: [DONE]\ndata: <html>\n", b"data: <html>\n"]) == [End()]


# What is remembered


def test_endpoints_are_remembered_without_their_keys_and_forgotten(tmp_path: Path) -> None:
    kept = EndpointList(tmp_path / "new" / "endpoints.json")
    first = Endpoint("office", "http://10.0.0.1:8000/v1", "big", has_key=True)
    kept.add(first)
    kept.add(Endpoint("home", "http://127.0.0.1:8080/v1", "small"))
    again = EndpointList(tmp_path / "new" / "endpoints.json")
    assert [each.name for each in again.list()] == ["office", "home"]
    assert again.find("OFFICE") == first
    assert (tmp_path / "new" / "endpoints.json").stat().st_mode & 0o077 == 0
    with pytest.raises(EndpointError, match="There is an endpoint Office already"):
        again.add(msgspec.structs.replace(first, name="Office"))
    assert again.remember(first, takes_n=True).takes_n is True
    elsewhere = msgspec.structs.replace(first, address="http://10.0.0.2/v1")
    assert again.remember(elsewhere, takes_n=False) == elsewhere
    assert kept.find("office").takes_n is True
    assert again.remove("office").name == "office"
    assert kept.get("office") is None


def test_a_damaged_list_is_kept_aside_when_something_is_added(tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text("{not json")
    kept = EndpointList(tmp_path / "endpoints.json")
    assert kept.list() == ()
    kept.add(Endpoint("home", "http://127.0.0.1:8080/v1", "small"))
    assert (tmp_path / "endpoints.json.damaged").read_text() == "{not json"
    assert len(kept.list()) == 1


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "../a", "a.gguf", "ä", "a" * 61, "a\n"])
def test_names_that_no_endpoint_can_have(name: str) -> None:
    with pytest.raises(EndpointError):
        check_name(name)


def _until(true: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
