"""T22: servers that are broken or hostile. Nothing is ever marked as delivered without the pinned key's receipt."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joined_profile import QUICK, Profile, Reply, Request, scripted

from feedback_store.batches import payload
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.payload_types import FEEDBACK_BATCH, RECEIPT
from feedback_store.batches.receipt import Receipt, ReceiptItem, make_receipt, receipt_hash
from feedback_store.delivery.answers import TABLE, Act, read_answer
from feedback_store.delivery.http import MAX_REPLY, Connection
from feedback_store.store import Project

COLLECTOR = DeviceKey.generate()


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    found = Profile.opened(tmp_path / "profile")
    yield found
    found.store.close()


def manifest_of(request: Request) -> tuple[Manifest, str]:
    """What a request delivers, and its hash."""
    body = gzip.decompress(request.body) if request.headers.get("content-encoding") == "gzip" else request.body
    signed = parse_envelope(body.partition(b"\n")[0]).payload
    return payload.parse(signed, Manifest), hashlib.sha256(signed).hexdigest()


class Believable:
    """Answers with right receipts, or with one that is wrong in one point."""

    def __init__(self, key: DeviceKey = COLLECTOR, **wrong: Any) -> None:
        self.key = key
        self.wrong = wrong
        self.previous: dict[str, str] = {}

    def __call__(self, request: Request) -> Reply:
        manifest, batch = manifest_of(request)
        items = [ReceiptItem(id=item.id, rev=item.rev, status="stored") for item in manifest.items]
        previous = self.previous.get(manifest.chain, GENESIS)
        right = make_receipt(self.key, manifest, batch, items, "2026-11-24T12:00:00.000Z", previous)
        self.previous[manifest.chain] = receipt_hash(right)
        if not self.wrong:
            return 201, {}, right
        receipt = payload.parse(parse_envelope(right).payload, Receipt)
        changed = msgspec.structs.replace(receipt, **self.wrong)
        return 201, {}, sign_envelope(RECEIPT, payload.encode(changed), [self.key])


def send(profile: Profile, address: str, batches: int = 1, **wishes: Any) -> tuple[Any, Project]:
    """Seal and send to a server at `address`; the report."""
    project = profile.alone(address, COLLECTOR)
    profile.seal(project.id, batches=batches)
    return profile.sender(**wishes).send_pending(project, tries=2), project


# ------------------------------------------------------------------------------------------------------ receipts


def test_a_right_receipt_is_believed(profile: Profile) -> None:
    with scripted(Believable()) as fake:
        report, project = send(profile, fake.address, batches=3)
    assert (report.batches, report.problem) == (3, None)
    assert profile.states(project.id) == ["delivered"] * 3


WRONG: dict[str, Callable[[Request], Reply]] = {
    "of another key": Believable(DeviceKey.generate()),
    "for another batch": Believable(batch="0" * 64),
    "for another project": Believable(aud="prj_" + "0" * 32),
    "for another device": Believable(device="ed25519:" + "0" * 64),
    "for another chain": Believable(chain="0" * 32),
    "for another place": Believable(seq=7),
    "that follows another": Believable(prev_receipt="1" * 64),
    "without its records": Believable(items=()),
    "that is no receipt": lambda r: (201, {}, sign_envelope(FEEDBACK_BATCH, b"{}", [COLLECTOR])),
    "that is the batch itself": lambda r: (201, {}, r.body.partition(b"\n")[0]),
    "that is not canonical": lambda r: (201, {}, b" " + Believable()(r)[2]),
    "that is not JSON": lambda r: (200, {}, b"OK"),
    "that is empty": lambda r: (201, {}, b""),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_receipt_is_refused(profile: Profile, how: str) -> None:
    with scripted(WRONG[how]) as fake:
        report, project = send(profile, fake.address)
    assert (report.ended, report.problem.code) == ("stop", "receipt_refused")
    assert "Nothing was marked as delivered" in str(report.problem)
    assert profile.states(project.id) == ["sealed"]
    assert profile.store.outbox.receipts(project.id) == []


def test_no_flipped_bit_of_a_receipt_is_believed(profile: Profile) -> None:
    chance = random.Random(20261124)
    right = Believable()

    def flipped(request: Request) -> Reply:
        right.previous.clear()
        status, headers, receipt = right(request)
        bit = chance.randrange(8 * len(receipt))
        changed = bytearray(receipt)
        changed[bit // 8] ^= 1 << bit % 8
        return status, headers, bytes(changed)

    with scripted(flipped) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id)
        for _ in range(60):
            assert profile.sender().send_pending(project, tries=1).batches == 0
    assert profile.states(project.id) == ["sealed"]


def test_a_collector_that_rewrites_what_it_receipted_is_found_out(profile: Profile) -> None:
    with scripted(Believable()) as honest:
        report, project = send(profile, honest.address, batches=2)
        assert report.batches == 2
        assert project.collector is not None
    with scripted(Believable()) as rewriting:  # knows nothing of the receipts before
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=rewriting.address)
        )
        profile.seal(project.id)
        report = profile.sender().send_pending(moved, tries=1)
    assert (report.batches, report.problem.code) == (0, "receipt_refused")


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
    assert time.monotonic() - started < 5
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
    assert asked.wait(10)
    started = time.monotonic()
    sender.stop()
    assert time.monotonic() - started < 2
    assert profile.states(project.id) == ["sealed"]
    assert not any(thread.name == "sender" for thread in threading.enumerate())


# ------------------------------------------------------------------------------------------------ the table of answers


def says(status: int, code: str = "", **more: Any) -> Callable[[Request], Reply]:
    return lambda _: (status, {}, json.dumps({"code": code, **more}).encode())


ANSWERS: list[tuple[int, str, str, str, str]] = [
    # status, code, what the batch is then, how the send ended, the problem
    (400, "envelope", "closed", "done", "program_fault"),
    (400, "digest", "sealed", "retry", "damaged"),
    (401, "token", "sealed", "stop", "rejoin"),
    (403, "key_revoked", "closed", "stop", "key_refused"),
    (403, "key_unknown", "closed", "stop", "key_refused"),
    (404, "no_project", "sealed", "stop", "not_there"),
    (408, "slow_body", "sealed", "retry", "busy"),
    (409, "fork", "closed", "done", "fork"),
    (409, "", "sealed", "stop", "not_a_collector"),
    (409, "gap", "sealed", "stop", "not_a_collector"),  # without saying where it stands
    (413, "body_too_large", "closed", "done", "program_fault"),
    (415, "encoding", "sealed", "stop", "not_a_collector"),
    (422, "record_differs", "closed", "done", "program_fault"),
    (425, "", "sealed", "retry", "busy"),
    (429, "rate", "sealed", "retry", "busy"),
    (500, "internal", "sealed", "retry", "busy"),
    (502, "", "sealed", "retry", "busy"),
    (503, "storage", "sealed", "retry", "busy"),
    (504, "", "sealed", "retry", "busy"),
    (204, "", "sealed", "stop", "not_a_collector"),
    (418, "", "sealed", "stop", "not_a_collector"),
]


@pytest.mark.parametrize(("status", "code", "state", "ended", "problem"), ANSWERS)
def test_each_answer_does_what_the_table_says(
    profile: Profile, status: int, code: str, state: str, ended: str, problem: str
) -> None:
    with scripted(says(status, code) if status != 204 else (lambda _: (204, {}, b""))) as fake:
        report, project = send(profile, fake.address)
    assert (profile.states(project.id), report.ended, report.problem.code) == ([state], ended, problem)
    assert len(fake.asked) == (2 if ended == "retry" else 1)
    waiting = profile.store.outbox.to_send(project.id, ("waiting",))
    assert len(waiting) == (1 if state == "closed" else 0)  # nothing is lost, nothing goes again by itself
    sentence = str(report.problem)
    assert sentence.endswith((".", ")")) or "preceptor project join" in sentence


def test_every_row_of_the_table_can_be_reached() -> None:
    for row in TABLE:
        said = json.dumps({"code": row.code or "x", "have_seq": 0, "have_hash": "0" * 64}).encode()
        assert any(read_answer(status, said).row is row for status in row.statuses)
        assert row.template or row.act in (Act.RECEIPT, Act.GAP)


@pytest.mark.parametrize("seq", [-1, True, "1", 2**60, None, 1.5])
def test_a_gap_that_names_no_place_is_no_gap(seq: object) -> None:
    said = json.dumps({"code": "gap", "have_seq": seq, "have_hash": "0" * 64}).encode()
    assert read_answer(409, said).act is Act.STOP


def test_a_closed_chain_lets_the_next_one_go(profile: Profile) -> None:
    with scripted(says(422, "count")) as fake:
        report, project = send(profile, fake.address, batches=2)
        assert len(fake.asked) == 1  # the second batch stood in the same chain
        assert profile.states(project.id) == ["closed", "closed"]
    profile.store.outbox.send_again(project.id).result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    with scripted(Believable()) as good:
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=good.address)
        )
        report = profile.sender().send_pending(moved, tries=1)
    assert (report.batches, report.arrived) == (1, 2)
    assert manifest_of(good.asked[0])[0].seq == 1


def test_every_try_sends_the_identical_bytes(profile: Profile) -> None:
    right = Believable()
    turns = iter([says(503), says(500), says(429)])
    with scripted(lambda request: next(turns, right)(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id, records=80)  # large enough to be compressed
        report = profile.sender().send_pending(project, tries=10)
    assert report.batches == 1
    assert len(fake.asked) == 4
    assert len({(request.path, request.body, request.headers["content-digest"]) for request in fake.asked}) == 1
    assert fake.asked[0].headers["content-encoding"] == "gzip"


def test_the_request_carries_what_the_format_says(profile: Profile) -> None:
    with scripted(Believable()) as fake:
        _, project = send(profile, fake.address)
    (request,) = fake.asked
    (batch,) = profile.store.outbox.batches(project.id)
    assert request.method == "PUT"
    assert request.path == f"/projects/{project.id}/batches/{batch.payload_sha256}"
    assert request.headers["content-type"] == "application/vnd.preceptor.feedback-batch.v1+ndjson"
    assert request.headers["authorization"] == f"Bearer {profile.tokens[project.id]}"
    digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
    assert request.headers["content-digest"] == f"sha-256=:{digest}:"
    assert request.body == profile.store.outbox.body(batch)


def test_a_pause_that_is_asked_for_is_kept(profile: Profile) -> None:
    stop = threading.Event()
    for asked, least in (("7", 7.0), ("Wed, 24 Nov 2100 12:00:00 GMT", 3600.0), ("nonsense", 0.0)):
        with scripted(lambda _, asked=asked: (429, {"retry-after": asked}, b"{}")) as fake:  # type: ignore[misc]
            project = profile.alone(fake.address, COLLECTOR)
            profile.seal(project.id)
            waits: list[float] = []

            def tell(step: Any, waits: list[float] = waits) -> None:
                if step.event == "waiting":
                    waits.append(step.wait_s)
                    stop.set()

            stop.clear()
            profile.sender().send_pending(project, stop=stop, on_progress=tell)
        assert waits[0] >= least and waits[0] <= max(least, QUICK.longest)


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
    assert report.batches == 4
    assert profile.states(project.id) == ["delivered", "delivered", "sealed"]


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
