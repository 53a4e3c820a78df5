"""T22: servers that are broken or hostile, and replies that are none."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from believable_collector import COLLECTOR, Believable, manifest_of, says, send
from joined_profile import Profile, Reply, Request, scripted

from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.receipt import ReceiptItem, make_receipt
from feedback_store.delivery.http import MAX_REPLY, Connection

# ---------------------------------------------------------------------------------------- replies that are no replies


def test_a_huge_reply_is_not_read_to_its_end(profile: Profile) -> None:
    with scripted(lambda _: (201, {}, b"x" * (MAX_REPLY + 1))) as fake:
        report, project = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("retry", "reply_refused")
    assert profile.states(project.id) == ["sealed"]


def test_a_compressed_reply_is_refused_unread(profile: Profile) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with scripted(lambda _: (201, {"content-encoding": "gzip"}, bomb)) as fake:
        report, _ = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("retry", "reply_refused")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["file:///etc/passwd", "elsewhere"])
def test_a_redirect_is_not_followed(profile: Profile, status: int, target: str) -> None:
    with scripted(Believable()) as elsewhere:
        location = elsewhere.address + "/" if target == "elsewhere" else target
        with scripted(lambda _: (status, {"location": location}, b"")) as fake:
            report, project = send(profile, fake.address)
        assert elsewhere.asked == []
    assert (report.ended, report.problem.code) == ("stop", "redirected")
    assert profile.states(project.id) == ["sealed"]


@pytest.fixture
def raw() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Serve connections by a function of the bare socket; gives the address."""
    ended = threading.Event()
    threads: list[threading.Thread] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve(talk: Callable[[socket.socket], None]) -> str:
        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    with contextlib.suppress(OSError):
                        talk(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    ended.set()
    for thread in threads:
        thread.join()
    listener.close()


def test_a_reply_that_drips_is_given_up(profile: Profile, raw: Any) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 201 Created\r\ncontent-length: 100000\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    started = time.monotonic()
    report, project = send(profile, raw(drip), exchange_s=0.4)
    assert time.monotonic() - started < 20, "at that pace it comes for half an hour"
    assert (report.ended, report.problem.code) == ("retry", "unreachable")
    assert profile.states(project.id) == ["sealed"]


def test_a_head_that_drips_is_given_up(profile: Profile, raw: Any) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 201 Created\r\n")
        while True:
            connection.sendall(b"x: y\r\n")
            time.sleep(0.02)

    report, _ = send(profile, raw(drip), exchange_s=0.4)
    assert (report.ended, report.problem.code) == ("retry", "unreachable")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\nhalf",
        b"HTTP/1.1 999999 Odd\r\n\r\n",
        b"HTTP/1.1 201 Created\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
        bytes(range(256)),
    ],
    ids=range(8),
)
def test_what_is_no_http_is_an_outage(profile: Profile, raw: Any, said: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(said)

    report, project = send(profile, raw(talk), exchange_s=2)
    assert (report.ended, report.problem.code) == ("retry", "unreachable")
    assert profile.states(project.id) == ["sealed"]


def test_stopping_breaks_off_a_request_that_hangs(profile: Profile, raw: Any) -> None:
    asked = threading.Event()

    def hang(connection: socket.socket) -> None:
        connection.recv(65536)
        asked.set()
        connection.recv(65536)

    project = profile.alone(raw(hang), COLLECTOR)
    profile.seal(project.id)
    sender = profile.sender()
    sender.start()
    assert asked.wait(60)
    started = time.monotonic()
    sender.stop()
    assert time.monotonic() - started < 20, "the request would have been waited for longer"
    assert profile.states(project.id) == ["sealed"]
    assert not any(thread.name == "sender" for thread in threading.enumerate())


# ------------------------------------------------------------------------------------------------- gaps that never end


def test_a_gap_elsewhere_closes_the_chain(profile: Profile) -> None:
    for have in ({"have_seq": 0, "have_hash": "1" * 64}, {"have_seq": 9, "have_hash": "0" * 64}):
        with scripted(says(409, "gap", **have)) as fake:
            report, project = send(profile, fake.address, batches=2)
        assert (report.ended, report.problem.code) == ("done", "gap")
        assert profile.states(project.id) == ["closed", "closed"]


def test_a_collector_that_asks_for_what_it_is_sent_is_not_believed(profile: Profile) -> None:
    with scripted(says(409, "gap", have_seq=0, have_hash=GENESIS)) as fake:
        report, project = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("retry", "contradiction")
    assert profile.states(project.id) == ["sealed"]


def test_a_collector_that_goes_back_for_ever_is_not_followed(profile: Profile) -> None:
    right = Believable()

    def back(request: Request) -> Reply:
        manifest, _ = manifest_of(request)
        if manifest.seq < 3:
            right.previous = {manifest.chain: right.previous[manifest.chain]} if manifest.seq == 2 else {}
            return right(request)
        return says(409, "gap", have_seq=0, have_hash=GENESIS)(request)

    with scripted(back) as fake:
        report, project = send(profile, fake.address, batches=3)
    assert (report.ended, report.problem.code) == ("retry", "contradiction")
    assert report.batches == 2, "what it was sent once more it had"
    assert profile.states(project.id) == ["delivered", "delivered", "sealed"]


# ----------------------------------------------------------------------------------------------- words of a collector's


@pytest.mark.parametrize(
    "said", ["Mail it to judge@example.org and it will be paid.", "<b>record</b>", "record\n", "\x1b[2J", "", "r" * 65]
)
def test_t22_a_receipt_that_says_words_in_place_of_a_code_is_not_believed(profile: Profile, said: str) -> None:
    def refuse(request: Request) -> Reply:
        manifest, batch = manifest_of(request)
        items = [ReceiptItem(item.id, item.rev, "refused", said) for item in manifest.items]
        return 201, {}, make_receipt(COLLECTOR, manifest, batch, items, "2026-11-24T12:00:00.000Z", GENESIS)[0]

    with scripted(refuse) as fake:
        report, project = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("stop", "receipt_refused")
    assert said.strip() not in str(report.problem) or not said.strip()
    assert profile.states(project.id) == ["sealed"]


# ------------------------------------------------------------------------------------------------------ small things


def test_aborting_a_connection_that_does_nothing_changes_nothing() -> None:
    with scripted(lambda _: (200, {}, b"{}")) as fake, Connection(fake.address) as connection:
        connection.abort()
        assert connection.request("GET", "/").status == 200
        connection.abort()
        assert connection.request("GET", "/").status == 200


def test_progress_is_told_with_its_problem(profile: Profile) -> None:
    with scripted(says(503)) as fake:
        send(profile, fake.address)
    sending, waiting, again = profile.seen
    assert (sending.event, waiting.event, again.event) == ("sending", "waiting", "sending")
    assert waiting.problem is not None and waiting.problem.code == "busy"
    assert replace(sending, seq=1) == sending
