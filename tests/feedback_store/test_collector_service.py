"""The collector as a server: tokens, limits on bodies, answers without words, a log without secrets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import socket
import sqlite3
import threading
from pathlib import Path

import httpx
import pytest
from running_collector import Device, Team, address_of, refused, running
from storages import Databases, ask

from feedback_store.batches.body import MAX_BODY
from feedback_store.collector.diary import Diary
from feedback_store.collector.intake import inflate
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.sqlite_storage import FILE

# ---------------------------------------------------------------------------------------- tokens, bodies, limits


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 5000])
def test_without_its_token_nobody_is_heard(device: Device, header: str) -> None:
    answer = device.put(device.body(), authorization=header)
    assert refused(answer) == (401, "token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_body_may_be_gzipped(device: Device) -> None:
    body = device.body()
    assert device.put(gzip.compress(body), address=address_of(body), content_encoding="gzip").status_code == 201


@pytest.mark.parametrize(
    ("size", "fits"), [(MAX_BODY - 1, True), (MAX_BODY, True), (MAX_BODY + 1, False)], ids=["below", "at", "above"]
)
def test_t24_the_limit_holds_to_the_byte_while_inflating(size: int, fits: bool) -> None:
    packed = gzip.compress(b"\0" * size, 1)
    if fits:
        assert len(inflate(packed, MAX_BODY)) == size
    else:
        with pytest.raises(Refusal, match="413"):
            inflate(packed, MAX_BODY)


def test_a_damaged_or_doubled_gzip_is_refused(device: Device) -> None:
    body = device.body()
    packed = gzip.compress(body)
    for wrong in (packed[:-9], b"no gzip", packed + packed, packed + b"x", b""):
        answer = device.put(wrong, address=address_of(body), content_encoding="gzip")
        assert refused(answer) == (400, "encoding_damaged")
    assert refused(device.put(body, content_encoding="br")) == (415, "encoding")


def test_a_body_that_was_damaged_on_its_way_is_told_apart(device: Device) -> None:
    body = device.body()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    wrong = base64.b64encode(bytes(32)).decode()
    assert refused(device.put(body, content_digest=f"sha-256=:{wrong}:")) == (400, "digest")
    assert device.put(body, content_digest=f"unixsum=:AA==:, sha-256=:{digest}:").status_code == 201


def test_an_announced_size_over_the_limit_is_refused_unread(team: Team, http: httpx.Client, device: Device) -> None:
    with socket.create_connection(("127.0.0.1", http.base_url.port or 0), timeout=60) as raw:
        raw.sendall(
            f"PUT /projects/{team.project}/batches/{'0' * 64} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {device.token}\r\nContent-Length: {10**11}\r\n\r\n".encode()
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_t25_a_slow_body_is_given_up_and_keeps_nobody_waiting(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    patch = (  # for those two alone: a busy machine may need as long for anybody
        "from feedback_store.collector import intake\n"
        "kept = intake.receive\n"
        "def receive(request, limit):\n"
        "    limits = {'chunk_s': 0.3, 'body_s': 1.0} if request.headers.get('content-length') == '1000' else {}\n"
        "    return kept(request, limit, **limits)\n"
        "intake.receive = receive"
    )
    with running(tmp_path, patch=patch) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        head = (
            f"PUT /projects/{team.project}/batches/{'0' * 64} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {device.token}\r\nContent-Length: 1000\r\n\r\n"
        ).encode()
        with (
            socket.create_connection(("127.0.0.1", collector.port), timeout=60) as silent,
            socket.create_connection(("127.0.0.1", collector.port), timeout=60) as dripping,
        ):
            silent.sendall(head)
            dripping.sendall(head)
            ended = threading.Event()

            def drip() -> None:
                while not ended.wait(0.1):
                    try:
                        dripping.sendall(b"x")
                    except OSError:
                        return

            dripper = threading.Thread(target=drip)
            dripper.start()
            try:
                device.deliver()  # meanwhile others are served
                assert silent.recv(100).startswith(b"HTTP/1.1 408")
                assert dripping.recv(100).startswith(b"HTTP/1.1 408")
            finally:
                ended.set()
                dripper.join()


# ------------------------------------------------------------------------------------------- answers and the log


def test_every_answer_is_json_with_a_code(http: httpx.Client, team: Team) -> None:
    assert http.get("/health").json() == {"status": "ok"}
    assert refused(http.get("/")) == (404, "no_such_address")
    assert refused(http.delete("/health")) == (405, "method")
    assert refused(http.get("/projects/prj_none")) == (404, "no_project")
    assert refused(http.post("/projects/prj_none/challenge")) == (404, "no_project")
    assert refused(http.get("/projects/%00")) == (404, "no_project"), "PostgreSQL has no place for it"
    assert refused(http.put(f"/projects/%00/batches/{'0' * 64}")) == (404, "no_project")
    assert refused(http.put(f"/projects/prj_none/batches/{'0' * 64}")) == (404, "no_project")
    assert refused(http.get(f"/projects/{team.project}/../../etc/passwd")) == (404, "no_such_address")


def test_a_bug_leaves_as_a_code_and_its_place_in_the_log(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    patch = (
        "from feedback_store.collector import service\n"
        "def broken(*_): raise RuntimeError('a secret value')\n"
        "service.accept = broken"
    )
    with running(tmp_path, patch=patch) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        answer = device.put(device.body())
    assert refused(answer) == (500, "internal")
    log = (tmp_path / "log.txt").read_text()
    fault = next(json.loads(line) for line in log.splitlines() if '"fault"' in line)
    assert (fault["fault"], fault["at_line"].partition(":")[0]) == ("RuntimeError", "broken")
    assert "a secret value" not in log and "Traceback" not in log


def test_t21_the_log_holds_no_body_no_code_and_no_token(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    with running(tmp_path) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        code = team.invite()
        device.join(code)
        device.put(device.body(device.record(justification="MARKER of a private thought")))
        device.put(b"MARKER", address="0" * 64)
        device.put(device.body(), authorization="Bearer MARKER")
        http.get("/?MARKER=1")
    log = (tmp_path / "log.txt").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["event"] for line in lines} == {"listening", "request"}
    assert [line["status"] for line in lines if line.get("method") == "PUT"] == [201, 400, 401]
    for secret in ("MARKER", code, device.token):
        assert secret not in log


def test_t21_the_log_takes_no_field_that_is_not_on_its_list() -> None:
    """Whatever somebody once hands to it by mistake."""
    stream = io.StringIO()
    Diary(stream).note("request", path="/projects", body="MARKER", token="MARKER", code="gap")
    assert json.loads(stream.getvalue()).keys() == {"time", "event", "path", "code"}


def test_a_full_or_locked_disk_is_an_outage_and_no_rejection(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    impatient = "from feedback_store.collector import sqlite_storage; sqlite_storage.BUSY_S = 0.2"
    with running(tmp_path, patch=impatient) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        body = device.body()
        blocker = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        answer = device.put(body)
        blocker.execute("ROLLBACK")
        blocker.close()
        assert refused(answer) == (503, "storage")
        assert answer.headers["retry-after"] == "30"
        assert device.put(body).status_code == 201


def test_killed_between_storing_and_answering_it_has_stored_once(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    die = (
        "import os, signal\n"
        "from feedback_store.collector import service\n"
        "kept = service.accept\n"
        "def accept(*given):\n"
        "    kept(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "service.accept = accept"
    )
    with running(tmp_path, patch=die) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        body = device.body()
        with pytest.raises(httpx.TransportError):
            device.put(body)
    with running(tmp_path) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device.http = http
        assert device.put(body).status_code == 200
        device.seq, device.head = 1, address_of(body)
        device.deliver()
    assert ask(tmp_path, "SELECT count(*) FROM record") == [(2,)]


def test_t25_hundreds_of_bad_requests_leave_good_ones_served(device: Device) -> None:
    body = device.body()
    for n in range(200):
        assert device.put(body[: 30 + n], address="0" * 64).status_code == 400
        assert device.put(body, authorization=f"Bearer {n}").status_code == 401
    device.deliver()


def test_many_devices_at_once_are_all_stored(team: Team, http: httpx.Client) -> None:
    devices = [Device(team, http) for _ in range(6)]
    for each in devices:
        assert each.join().status_code == 200
    failures: list[BaseException] = []

    def deliver(each: Device) -> None:
        try:
            for _ in range(5):
                each.deliver()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(each,)) for each in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
