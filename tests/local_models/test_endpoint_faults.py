"""Endpoints that misbehave: each a sentence with a way out, what came is kept, and no key anywhere else."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from asked import refused
from endpoint_bench import (
    KEY,
    Bench,
    Nothing,
    endless,
    four,
    raw,
    request,
    silent,
    status,
    stream,
    until,
)
from openai_server import TEXT, Asked, Line, serving, well
from own_authority import certificate, stored

from local_models.endpoints.address import check_address, is_unprotected
from local_models.endpoints.engine import EndpointEngine
from local_models.endpoints.kept import Endpoint, Limits
from local_models.errors import EndpointError, EngineError, RequestError
from local_models.events import Finished

# What goes wrong


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
    (
        status(400, {"error": {"code": "model_not_found"}}),
        "endpoint_no_model",
        "has no model 'moon'. It has: sun, star.",
    ),
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


def test_a_server_that_is_asked_too_much_is_not_told_as_slow(bench: Bench) -> None:
    """The pauses between tries are part of the wait for the first word."""
    limits = Limits(connect_s=2, first_s=0.5, between_s=5, whole_s=20)
    bench.server(status(429, "", "Retry-After: 3"), limits=limits)
    error, _ = bench.refusal()
    assert error.code == "endpoint_busy"


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
        (endless, Limits(whole_s=2.5), "end of the answer within 2.5 seconds"),
    ],
)
def test_each_time_limit_is_kept_whatever_drips(
    bench: Bench, answer: Callable[[Asked, Line], None], limits: Limits, said: str
) -> None:
    server = bench.server(answer, limits=limits, server="other")
    began = time.monotonic()
    error, heard = bench.refusal()
    assert (error.code, said in str(error)) == ("endpoint_slow", True), str(error)
    assert time.monotonic() - began < 15, "the server would have held it for thirty seconds"
    assert [each.finish for each in heard.of(Finished)] == ["error"] * (answer in (stalls, endless))
    until(lambda: server.under_way == 0)


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
    assert server.hung_up.wait(60)


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
        with pytest.raises(EngineError) if answer is not well else Nothing():
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


def test_a_server_is_spoken_to_whose_authority_is_in_the_machines_own_store_and_no_stranger(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    tls, authority = certificate(tmp_path)
    server = bench.server(tls=tls, has_key=True, server="other")
    assert bench.refusal()[0].code == "endpoint_certificate"
    assert not server.asked
    stored(monkeypatch, tmp_path / "store", authority)
    assert [answer.text for answer in bench.answers()] == [TEXT]


@pytest.mark.parametrize("proxy", ["socks5://u:MARKER@127.0.0.1:9", "socks://127.0.0.1:9/", "http://[::"])
@pytest.mark.parametrize("server", ["", "vllm"], ids=["not looked at yet", "known"])
def test_a_proxy_that_cannot_be_spoken_to_is_a_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, proxy: str, server: Literal["", "vllm"]
) -> None:
    """It was told as a fault of Preceptor's."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.delenv("all_proxy", raising=False)
    bench.list.add(Endpoint("gpu", "https://models.example.org/v1", "moon", server=server))
    error, heard = bench.refusal()
    assert error.code == "endpoint_proxy" and "SOCKS" in str(error) and "MARKER" not in str(error)
    assert [each.finish for each in heard.of(Finished)] == []
