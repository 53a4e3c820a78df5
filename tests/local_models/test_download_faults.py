"""Downloads from a server that lies, refuses and falls silent: a sentence each; and cancelling."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from downloads_begun import DATA, OTHER, SHA, begin, fetched, file_bytes, lay, left, model_bytes, refused, wait_until
from gguf_files import plausible
from hostile_server import Answer, Polite, Request, Script, serving

from local_models.downloads.addresses import Remote
from local_models.downloads.answers import Patience
from local_models.downloads.job import Download
from local_models.downloads.progress import Progress
from local_models.errors import DownloadError, ModelFileError

# ------------------------------------------------------------------------------------------- lies and refusals


def test_a_length_that_is_too_long_is_a_drop(tmp_path: Path) -> None:
    refused(Polite(DATA, more=1000), tmp_path, "broken_off")
    assert (tmp_path / "model.gguf.part").read_bytes() == DATA


def test_a_length_that_is_too_short_is_known_from_the_header(tmp_path: Path) -> None:
    error = refused(Polite(DATA, more=-1000), tmp_path, "too_short")
    assert "its own header" in str(error)


def test_a_range_shorter_than_it_says_is_asked_for_again(tmp_path: Path) -> None:
    def script(request: Request) -> Answer:
        whole = Polite(DATA)(request)
        if request.number:
            return whole
        return Answer(206, whole.headers | {"Content-Length": "70000"}, whole.body[:70_000])

    with serving(script) as server:
        lay(tmp_path, server.address(), DATA[:100_000])
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA
        assert len(server.requests) == 2


def test_a_file_that_never_ends_is_stopped(tmp_path: Path) -> None:
    endless = Polite(DATA + bytes(400_000), chunked=True)
    refused(endless, tmp_path, "too_long")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(200, {"Content-Length": "0"}), "bad_size"),
        (Answer(200, {"Content-Length": str(1 << 50)}), "bad_size"),
        (Answer(200, {"Content-Length": "9" * 30}, b""), "broken_off"),
        (Answer(200, {"Content-Length": "99", "Content-Type": "text/html; charset=utf-8"}, b"<p>"), "web_page"),
        (Answer(200, {"Content-Length": "99", "Content-Encoding": "gzip"}, b"\x1f\x8b"), "packed"),
        (Answer(206, {"Content-Length": "9", "Content-Range": "bytes 5-13/100"}, b"123456789"), "other_part"),
        (Answer(206, {"Content-Length": "9"}, b"123456789"), "other_part"),
        (Answer(204), "no_such_file"),
        (Answer(304), "no_such_file"),
        (Answer(400), "no_such_file"),
        (Answer(401), "not_allowed"),
        (Answer(403), "not_allowed"),
        (Answer(404), "no_such_file"),
        (Answer(410), "no_such_file"),
        (Answer(416), "no_such_file"),
        (Answer(429), "server_busy"),
        (Answer(429, {"Retry-After": "7200"}), "server_busy"),
        (Answer(500), "server_busy"),
        (Answer(503, {"Retry-After": "soon"}), "server_busy"),
        (Answer(302), "redirect_refused"),
        (Answer(302, {"Location": "/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "ftp://example.org/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "http://example.org/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "https://user:pass@example.org/"}), "redirect_refused"),
        (Answer(302, {"Location": "http://["}), "redirect_refused"),
        (Answer(silent=True), "unreachable"),
        (Answer(200, {"Content-Length": "nine"}, b"x"), "broken_off"),
    ],
)
def test_every_answer_that_is_not_the_file_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, answer: Answer, code: str
) -> None:
    refused(lambda _: answer, tmp_path, code)
    assert left(tmp_path) == set()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!doctype html><html>" + b" " * 400_000, "not_gguf"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "not_gguf"),
        (b"PK\x03\x04" + bytes(400_000), "not_gguf"),
        (bytes(400_000), "not_gguf"),
        (b"GGUF\x01\0\0\0" + bytes(400_000), "version"),
        (file_bytes(plausible().add("general.type", "adapter")) + bytes(400_000), "not_a_model"),
    ],
)
def test_a_file_that_is_no_model_is_refused_at_its_beginning_and_deleted(
    tmp_path: Path, data: bytes, code: str
) -> None:
    """The server falls silent after 5,000 bytes: they were enough."""
    with serving(Polite(data, cuts=(5000,) * 9, hang=len(data) > 5000)) as server:
        with pytest.raises(ModelFileError) as caught:
            begin(server.address(), tmp_path).wait(60)
        assert caught.value.code == code
        assert "model.gguf" in str(caught.value) and ".part" not in str(caught.value)
        assert len(server.requests) == 1
    assert left(tmp_path) == set()


def test_a_wrong_digest_deletes_what_came(tmp_path: Path) -> None:
    refused(Polite(OTHER), tmp_path, "wrong_digest", sha256=[SHA])
    assert left(tmp_path) == set()


def test_a_busy_server_is_waited_for_as_long_as_it_asks(tmp_path: Path) -> None:
    soon = f"{datetime.now(UTC) + timedelta(seconds=1):%a, %d %b %Y %H:%M:%S GMT}"
    pauses = iter([{"Retry-After": "0"}, {"Retry-After": soon}])

    def script(request: Request) -> Answer:
        return Answer(429, next(pauses)) if request.number < 2 else Polite(DATA)(request)

    assert fetched(script, tmp_path, patience=Patience(first_pause_s=9, longest_wait_s=3))[0].sha256 == SHA


def test_a_server_that_falls_silent_is_asked_again(tmp_path: Path) -> None:
    done, requests = fetched(Polite(DATA, cuts=(150_000,), hang=True), tmp_path)
    assert (done.sha256, len(requests)) == (SHA, 2)


def test_a_machine_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as closed, pytest.raises(DownloadError) as caught:
        closed.bind(("127.0.0.1", 0))  # and never listened on: nobody else is given the port
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/model.gguf"
        begin(address, tmp_path, patience=Patience(first_pause_s=1000, longest_pause_s=1000)).wait(60)
    assert caught.value.code == "unreachable"
    assert "goes on from" not in str(caught.value), "nothing has come"


def test_a_disk_without_room_is_told_before_anything_comes(tmp_path: Path) -> None:
    error = refused(Polite(DATA, cuts=(5000,) * 9), tmp_path, "no_space", reserve=1 << 60)
    assert f"{len(DATA):,} bytes are still to come" in str(error)
    with serving(Polite(DATA)) as server:
        lay(tmp_path, server.address(), DATA[:200_000])
        with pytest.raises(DownloadError, match=f"{len(DATA) - 200_000:,} bytes are still to come"):
            begin(server.address(), tmp_path, reserve=1 << 60).wait(60)


# -------------------------------------------------------------------------------------------------- cancelling


@pytest.mark.parametrize(
    "script", [lambda _: Answer(silent=True), Polite(DATA, cuts=(150_000,), hang=True)], ids=["silent", "in the middle"]
)
def test_a_cancel_is_felt_at_once_and_what_came_stays(tmp_path: Path, script: Script) -> None:
    with serving(script) as server:
        download = begin(server.address(), tmp_path, patience=Patience())
        wait_until(lambda: bool(server.requests))
        time.sleep(0.05)
        download.cancel()
        with pytest.raises(DownloadError) as caught:
            download.wait(60)
        assert caught.value.code == "download_cancelled"
        server.script = Polite(DATA)
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA
        assert bool(server.requests[-1].start) == isinstance(script, Polite)


def test_a_cancel_is_felt_while_connecting_while_waiting_and_before_the_start(tmp_path: Path) -> None:
    unanswering = "http://127.0.0.1:9/model.gguf"
    download = Download(Remote(unanswering), tmp_path)
    download.cancel()
    with pytest.raises(DownloadError, match="stopped"):
        download.start().wait(60)
    with full_backlog() as address:
        connecting = begin(address, tmp_path, patience=Patience())
        time.sleep(0.1)
        connecting.cancel()
        with pytest.raises(DownloadError, match="stopped"):
            connecting.wait(60)
    with serving(lambda _: Answer(500)) as server:
        waiting = begin(server.address(), tmp_path, patience=Patience(first_pause_s=30))
        wait_until(lambda: bool(server.requests))
        time.sleep(0.1)
        waiting.cancel()
        with pytest.raises(DownloadError, match="stopped"):
            waiting.wait(60)


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """An address whose machine takes no connection and refuses none."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, contextlib.ExitStack() as held:
        port = listening.getsockname()[1]
        for _ in range(4):
            filling = held.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}/model.gguf"


def test_the_same_file_is_downloaded_once_at_a_time(tmp_path: Path) -> None:
    with serving(Polite(DATA, cuts=(150_000,), hang=True)) as server:
        first = begin(server.address(), tmp_path, patience=Patience())
        wait_until(lambda: bool(server.requests))
        with pytest.raises(DownloadError) as caught:
            begin(server.address(), tmp_path).wait(60)
        assert caught.value.code == "downloading"
        first.cancel()
        with pytest.raises(DownloadError):
            first.wait(60)
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA


def test_the_end_is_told_once_on_the_downloads_thread_and_a_bad_receiver_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ends: list[tuple[object, str]] = []

    def on_end(outcome: object) -> None:
        ends.append((outcome, threading.current_thread().name))
        raise ValueError

    def on_progress(_: Progress) -> None:
        raise ValueError

    done, _ = fetched(Polite(DATA), tmp_path, on_end=on_end, on_progress=on_progress)
    wait_until(lambda: bool(ends))
    assert ends == [(done, "download")]


def test_memory_stays_small_where_the_disk_is_slower_than_the_network(tmp_path: Path) -> None:
    pauses = iter([0.3] * 3)
    data = model_bytes(40_000_000)
    with serving(Polite(data)) as server:
        download = Download(
            Remote(server.address()), tmp_path, reserve=0, on_progress=lambda _: time.sleep(next(pauses, 0))
        )
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        download.start().wait(30)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    assert peak < 8_000_000, peak


@pytest.mark.parametrize("proxy", ["socks5://u:MARKER@127.0.0.1:9", "socks://127.0.0.1:9/", "http://[::"])
def test_a_proxy_that_cannot_be_spoken_to_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """It was told as a fault of Preceptor's."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.delenv("all_proxy", raising=False)
    with pytest.raises(DownloadError) as told:
        begin("https://models.example.org/model.gguf", tmp_path).wait(60)
    assert told.value.code == "proxy_unusable" and "SOCKS" in str(told.value) and "MARKER" not in str(told.value)
    assert left(tmp_path) == set()
