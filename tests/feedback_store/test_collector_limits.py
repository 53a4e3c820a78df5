"""T24, T25: what one device may ask, what thousands of bad requests cost, and what a monitor is told."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
import select
import socket
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from keys_over_http import put as put_event
from keys_over_http import rotation
from running_collector import Device, Running, Team, address_of, refused, running
from small_disk import filled
from storages import Databases

from feedback_store.batches.body import MAX_BODY
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.collector.limits import AT_ONCE, Limits, Rate
from feedback_store.collector.metrics import Metrics
from feedback_store.collector.passes import Passes
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.sqlite_schema import check_room
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.collector.storage import Device as Enrolled
from feedback_store.errors import EnvironmentTrouble


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[tuple[Team, Running]]:
    folder = tmp_path_factory.mktemp("limits")
    team = Team.made(folder, database=databases.new())
    with running(folder) as collector:
        yield team, collector


# ------------------------------------------------------------------------------------------- what one device may ask


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_t25_a_device_may_send_a_backlog_at_once_and_then_so_much_a_second() -> None:
    clock = Clock()
    limits = Limits(Rate(per_s=0.5, burst=3), clock=clock)
    for _ in range(3):
        limits.spend("a")
    with pytest.raises(Refusal) as told:
        limits.spend("a")
    assert (told.value.status, told.value.code, told.value.values) == (429, "rate", {"retry_after": 2})
    limits.spend("b")  # every device has a bucket of its own
    clock.now = 2.0
    limits.spend("a")
    with pytest.raises(Refusal):
        limits.spend("a")
    clock.now = 1000.0
    for _ in range(3):  # never more than the burst
        limits.spend("a")
    with pytest.raises(Refusal):
        limits.spend("a")


def test_t25_buckets_take_bounded_memory_and_no_rate_means_none() -> None:
    limits = Limits(Rate(per_s=1, burst=1), most=100, clock=Clock())
    for n in range(1000):
        limits.spend(str(n))
    assert len(limits._buckets) == 100
    with pytest.raises(Refusal):
        limits.spend("999")
    free = Limits(Rate(per_s=0, burst=1))
    for _ in range(10):
        free.spend("a")


def test_t25_one_device_sends_few_large_bodies_at_once() -> None:
    limits = Limits(Rate())
    held = [limits.large("a") for _ in range(AT_ONCE)]
    for each in held:
        each.__enter__()
    with pytest.raises(Refusal, match="429"), limits.large("a"):
        pass
    with limits.large("b"):
        pass
    held.pop().__exit__(None, None, None)
    with limits.large("a"):
        pass
    for each in held:
        each.__exit__(None, None, None)
    assert limits._large == {}


def test_t25_who_sends_too_much_is_asked_to_wait_and_is_served_again(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    clock = tmp_path / "clock"
    clock.write_text("0")
    patch = (
        "from feedback_store.collector.limits import Limits\n"
        f"Limits.__init__.__kwdefaults__['clock'] = lambda: float(Path({str(clock)!r}).read_text())\n"
        "wishes = {'rate': Rate(per_s=0.25, burst=3)}"
    )
    with (
        running(tmp_path, patch=patch) as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
    ):
        device, other = Device(team, http), Device(team, http)
        for each in (device, other):
            each.join()
        for _ in range(3):
            device.deliver()
        body = device.body()
        answer = device.put(body)
        assert refused(answer) == (429, "rate")
        assert answer.headers["retry-after"] == "4"
        other.deliver()
        clock.write_text("4")
        assert device.put(body).status_code == 201


def test_t24_what_a_stranger_packed_is_not_unpacked(served: tuple[Team, Running]) -> None:
    team, collector = served
    with httpx.Client(base_url=collector.address, timeout=180) as http:
        stranger = Device(team, http)
        for packed in (b"no gzip", SMALL_BOMB):
            answer = stranger.put(packed, address="0" * 64, authorization="Bearer none", content_encoding="gzip")
            assert refused(answer) == (401, "token")


def test_t25_one_device_sends_few_packed_bodies_at_once_however_small_they_look(
    served: tuple[Team, Running],
) -> None:
    team, collector = served
    with httpx.Client(base_url=collector.address, timeout=180) as http, contextlib.ExitStack() as waiting:
        device, other = Device(team, http), Device(team, http)
        for each in (device, other):
            each.join()
        address = (http.base_url.host, http.base_url.port or 0)
        lines = [waiting.enter_context(socket.create_connection(address)) for _ in range(AT_ONCE + 1)]
        for line in lines:  # each has sent half of its bytes
            line.sendall(
                f"PUT /projects/{team.project}/batches/{'0' * 64} HTTP/1.1\r\nhost: x\r\n"
                f"authorization: Bearer {device.token}\r\ncontent-encoding: gzip\r\n"
                f"content-length: {len(SMALL_BOMB)}\r\n\r\n".encode()
                + SMALL_BOMB[: len(SMALL_BOMB) // 2]
            )
        (refused_one,), _, _ = select.select(lines, [], [], 60)
        assert b"HTTP/1.1 429 " in refused_one.recv(1000)
        other.deliver()
        device.deliver()  # not packed, and small: it takes nobody's room


def test_a_pass_is_believed_for_a_while_and_revoking_is_heard_at_once() -> None:
    clock = Clock()
    passes = Passes(most=2, kept_s=10, clock=clock)
    known = [Enrolled("prj", f"device {n}", "trn", "Ada", b"", "active", "2026-11-22T12:34:56.789Z") for n in range(3)]
    for n, device in enumerate(known):
        passes.keep(f"token {n}", device)
    assert passes.find("prj", "token 0") is None  # the oldest one made room
    assert passes.find("prj", "token 2") == known[2]
    assert passes.find("other", "token 2") is None
    clock.now = 11.0
    assert passes.find("prj", "token 2") is None


# ------------------------------------------------------------------------------------- thousands of bad requests

OTHER = DeviceKey.generate()
FORKING: dict[str, Device] = {}


def signed_badly(line: bytes, number: int) -> bytes:
    """The same envelope, with one bit of its signature's 512 flipped; what stands behind it stays."""
    head, sig, rest = line.partition(b'"sig":"')
    text, quote, rest = rest.partition(b'"')
    signature = bytearray(base64.b64decode(text))
    signature[number // 8 % 64] ^= 1 << number % 8
    return head + sig + base64.b64encode(signature) + quote + rest


def differing(body: bytes, number: int) -> bytes:
    """The same body, whose first record has another nonce of the same length: one that was not signed."""
    head, name, rest = body.partition(b'"nonce":"')
    return head + name + f"{number:032x}".encode() + rest[32:]


def forking(device: Device) -> Device:
    """A device of the same team that has delivered, and begins its chain again and again."""
    if device.key.key_id not in FORKING:
        FORKING[device.key.key_id] = made = Device(device.team, device.http)
        made.join()
        made.deliver()
    return FORKING[device.key.key_id]


Sent = Callable[[Device, int], httpx.Response]
BAD: dict[str, tuple[int, Sent]] = {
    "no pass": (401, lambda d, n: d.put(d.body(), authorization="")),
    "another pass": (401, lambda d, n: d.put(d.body(), authorization=f"Bearer {n}")),
    "no envelope": (400, lambda d, n: d.put(b"x" * n, address="0" * 64)),
    "cut short": (400, lambda d, n: d.put(d.body()[: 20 + n % 200], address="0" * 64)),
    "another address": (400, lambda d, n: d.put(d.body(), address=f"{n:064x}")),
    "another key": (403, lambda d, n: d.put(Device(d.team, d.http, trainer=d.trainer).body())),
    "another project": (422, lambda d, n: d.put(d.body(aud="prj_" + f"{n:032x}"))),
    "a gap": (409, lambda d, n: d.put(d.body(seq=n + 5))),
    "a bad signature": (422, lambda d, n: d.put(signed_badly(d.body(), n))),
    "a differing record": (422, lambda d, n: d.put(differing(d.body(), n))),
    "a fork": (409, lambda d, n: forking(d).put(forking(d).body(seq=1, prev=GENESIS))),
    "a key event with a bad signature": (422, lambda d, n: put_event(d, signed_badly(rotation(d, OTHER), n))),
    "a key event of a stranger": (403, lambda d, n: put_event(d, rotation(Device(d.team, d.http), OTHER))),
    "a key event that is none": (400, lambda d, n: put_event(d, b"x" * (n + 1), address="0" * 64)),
    "a broken gzip": (400, lambda d, n: d.put(b"x" * n, address="0" * 64, content_encoding="gzip")),
    "a bomb": (
        413,
        lambda d, n: d.put(BOMB, address="0" * 64, content_encoding="gzip"),
    ),
    "too many records": (413, lambda d, n: d.put(d.body() + b"\n" * 501, address="0" * 64)),
    "no such project": (404, lambda d, n: d.http.put(f"/projects/prj_{n}/batches/{'0' * 64}", content=b"x")),
    "no such address": (404, lambda d, n: d.http.get(f"/nothing/{n}")),
    "another method": (405, lambda d, n: d.http.delete(f"/projects/{d.team.project}?{n}")),
    "an invitation that is none": (403, lambda d, n: d.http.post("/invitation", json={"code": f"NONE-{n}"})),
    "no JSON": (400, lambda d, n: d.http.post("/invitation", content=b"{" * n)),
}
SMALL_BOMB = gzip.compress(b"\0" * MAX_BODY, 9)
BOMB = gzip.compress(b"\0" * (MAX_BODY * 4), 9)
GROWTH_MB = 24  # what a process may hold more of after them: its allocator's slack, and bodies that are being read


@pytest.mark.parametrize("count", [50, pytest.param(1000, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))])
def test_t25_bad_requests_of_every_kind_cost_nothing_that_stays(served: tuple[Team, Running], count: int) -> None:
    """The right status every time, good clients served in between, and memory as it was. By default a twentieth."""
    team, collector = served
    with httpx.Client(base_url=collector.address, timeout=180) as http:
        bad, good = Device(team, http), Device(team, http)
        for each in (bad, good):
            assert each.join().status_code == 200
        for _, send in BAD.values():  # once each, so that what is loaded on first use is loaded
            send(bad, 1)
        before = _resident_mb(collector.process.pid)
        for kind, (status, send) in BAD.items():
            for n in range(count):
                assert send(bad, n).status_code == status, kind
            good.deliver()
        bad.deliver()
    assert _resident_mb(collector.process.pid) - before < GROWTH_MB


def test_t24_a_bomb_of_a_gigabyte_costs_no_more_than_the_limit(served: tuple[Team, Running]) -> None:
    team, collector = served
    bomb = gzip_of_zeros(1024)
    assert len(bomb) < MAX_BODY
    with httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        assert device.join().status_code == 200
        device.deliver()
        before = _resident_mb(collector.process.pid)
        Path(f"/proc/{collector.process.pid}/clear_refs").write_text("5")  # its peak begins anew
        assert refused(device.put(bomb, address="0" * 64, content_encoding="gzip")) == (413, "body_too_large")
        device.deliver()
    assert _resident_mb(collector.process.pid, "VmHWM") - before < GROWTH_MB


def gzip_of_zeros(mebibytes: int) -> bytes:
    """A whole gzip file of so many MiB of zeros, of which no more than one was ever packed: the others repeat it."""
    zeros, checksum = b"\0" * 2**20, 0
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)  # what follows refers to nothing in it
    for _ in range(mebibytes):
        checksum = zlib.crc32(zeros, checksum)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + piece * mebibytes + b"\x03\0" + struct.pack("<II", checksum, mebibytes * 2**20 % 2**32)


def test_the_bomb_of_the_test_is_whole() -> None:
    assert gzip.decompress(gzip_of_zeros(3)) == b"\0" * 3 * 2**20


def _resident_mb(pid: int, what: str = "VmRSS") -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1000


# -------------------------------------------------------------------------------------------- what a monitor is told


def test_metrics_count_what_was_answered_and_name_nobody(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    with (
        running(tmp_path, patch='wishes["metrics_port"] = 0') as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
    ):
        device = Device(team, http)
        device.join()
        body = device.body()
        for _ in range(2):
            device.put(body)
        device.put(body, authorization="Bearer MARKER")
        http.get("/MARKER")
        http.request("MARKER", "/health")
        lines = [json.loads(line) for line in (tmp_path / "log.txt").read_text().splitlines()]
        address = next(line["address"] for line in lines if line["event"] == "metrics")
        assert address.startswith("http://127.0.0.1:")
        shown = httpx.get(address, timeout=180).text
        assert collector.end() == 0
    assert 'preceptor_requests_total{endpoint="take_batch",method="PUT",status="201"} 1.0' in shown
    assert 'preceptor_requests_total{endpoint="take_batch",method="PUT",status="200"} 1.0' in shown
    assert 'preceptor_refusals_total{code="token"} 1.0' in shown
    assert 'preceptor_requests_total{endpoint="none",method="GET",status="404"} 1.0' in shown
    assert 'preceptor_request_seconds_count{endpoint="take_batch"} 3.0' in shown
    assert "preceptor_ready 1.0" in shown
    assert "preceptor_process_resident_memory_bytes" in shown
    for secret in ("MARKER", team.project, device.key.key_id, device.trainer, device.token):
        assert secret not in shown


def test_metrics_say_when_nothing_can_be_stored() -> None:
    def broken() -> None:
        raise EnvironmentTrouble("The disk is full.", code="disk_full")

    metrics = Metrics(broken, lambda: 0)
    with metrics.served(0) as address:
        assert "preceptor_ready 0.0" in httpx.get(address, timeout=180).text
        with pytest.raises(EnvironmentTrouble, match="--metrics-port"), metrics.served(int(address.split(":")[2][:-8])):
            pass


def test_a_process_is_alive_and_ready(served: tuple[Team, Running]) -> None:
    _, collector = served
    assert httpx.get(f"{collector.address}/alive", timeout=180).json() == {"status": "ok"}
    assert httpx.get(f"{collector.address}/health", timeout=180).json() == {"status": "ok"}


def test_a_collector_whose_disk_is_full_is_alive_and_not_healthy(small_disk: Path) -> None:
    """It was called healthy, and ready to be scraped, while each batch was answered with 503: reading needs no room."""
    team = Team.made(small_disk)
    with running(small_disk) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        assert http.get("/health").status_code == 200
        filler = filled(small_disk)
        assert refused(device.put(device.body())) == (503, "storage")
        assert refused(http.get("/health")) == (503, "storage")
        assert http.get("/alive").status_code == 200
        filler.unlink()
        assert http.get("/health").status_code == 200
        device.deliver()


def test_a_collector_whose_disk_may_only_be_read_is_not_healthy(small_disk: Path) -> None:
    team = Team.made(small_disk)
    file = team.folder / FILE
    check_room(file)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(EnvironmentTrouble, match="may not be written"):
        check_room(file)


def test_a_body_whose_length_is_not_told_is_read_within_the_limit(served: tuple[Team, Running]) -> None:
    team, collector = served
    with httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
    body = device.body()

    def put(pieces: Iterator[bytes], **headers: str) -> httpx.Response:
        """Over a connection of its own: one whose body was not read to its end is closed."""
        return httpx.put(
            f"{collector.address}/projects/{team.project}/batches/{address_of(body)}",
            content=pieces,
            headers={"authorization": f"Bearer {device.token}", **headers},
            timeout=180,
        )

    assert refused(put(iter([b"x" * 1024] * 9000))) == (413, "body_too_large")
    assert refused(put(iter([body]), authorization="Bearer no")) == (401, "token")
    assert put(iter([body[:100], body[100:]])).status_code == 201
