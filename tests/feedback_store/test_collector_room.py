"""T24, T25: what all devices send at once takes no more memory than the page says, and small batches pass beside."""

from __future__ import annotations

import contextlib
import gzip
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from joined_profile import joined
from made_judgements import candidate
from running_collector import ROOT, Device, Team, address_of, refused, running
from storages import Databases

from feedback_store.collector.limits import AT_ONCE, FREE_ROOM, MIB, ROOM, ROOM_RETRY_S, Limits, Rate
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.service import FREELY, MAX_JOIN

PATIENCE_S = 60
MOST_MIB = 512  # what docs/operations.md says of a process with the default room
PATIENT = "from feedback_store.collector import intake; intake.receive.__kwdefaults__.update(chunk_s=1e6)"
ONE_ROOM = f'wishes["room"] = 16 * 2**20; {PATIENT}'  # two bodies of 8 MiB
# The collector's clocks go on by five minutes as soon as this file is there.
LATER = "later"
MOVED = f"""
import asyncio, time
asyncio.BaseEventLoop.time = lambda _: time.monotonic() + 301 * Path(sys.argv[1], {LATER!r}).exists()
"""
# An owl makes each character of its text four bytes in memory: as bad as a body of 8 MiB can be.
WORDS = "🦉" + "Is it so? Yes, since it was always so, and nobody has ever said a word against it. " * 12_400


def large_lines(device: Device) -> list[bytes]:
    """Eight judgements that make a body of nearly 8 MiB."""
    return [device.record(candidates=(candidate("a", WORDS), candidate("b"))) for _ in range(8)]


@dataclass
class Sending:
    """Bodies on their way, each over a connection of its own, whose last bytes are held back until they are told."""

    device_url: str
    answers: Counter[tuple[int, str | None]] = field(default_factory=Counter)
    end: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, device: Device, body: bytes, **headers: str) -> None:
        thread = threading.Thread(target=self._send, args=(device, body, headers))
        thread.start()
        self.threads.append(thread)

    def finish(self) -> None:
        self.end.set()
        for thread in self.threads:
            thread.join()

    def _send(self, device: Device, body: bytes, headers: dict[str, str]) -> None:
        def pieces() -> Iterator[bytes]:
            yield body[:-10]
            self.end.wait()
            yield body[-10:]

        sent = {"authorization": f"Bearer {device.token}", "content-length": str(len(body)), **headers}
        path = f"{self.device_url}/projects/{device.team.project}/batches/{address_of(body)}"
        with httpx.Client(timeout=300) as http:
            answer = http.put(path, content=pieces(), headers=sent)
        code = None if answer.is_success else answer.json()["code"]
        self.answers[(answer.status_code, code)] += 1
        if code == "room":
            assert answer.headers["retry-after"] == str(ROOM_RETRY_S)


@contextlib.contextmanager
def sending(address: str) -> Iterator[Sending]:
    made = Sending(address)
    try:
        yield made
    finally:
        made.finish()


def held_bytes(folder: Path) -> int:
    """What the metrics say is held now."""
    found = re.search(r'"address":"(http://127\.0\.0\.1:\d+/metrics)"', (folder / "log.txt").read_text())
    assert found is not None
    told = re.search(r"^preceptor_held_bytes (\S+)$", httpx.get(found[1], timeout=180).text, re.MULTILINE)
    assert told is not None
    return int(float(told[1]))


def until_held(folder: Path, least: int, most: int = ROOM) -> None:
    end = time.monotonic() + PATIENCE_S
    while not least <= (held := held_bytes(folder)) <= most:
        assert time.monotonic() < end, f"{held} bytes are held, not {least} to {most}"
        time.sleep(0.05)


def peak_mib(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.parametrize(
    "devices",
    [8, pytest.param(40, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))],
    ids=["a-fifth", "whole"],
)
def test_t25_many_devices_with_large_bodies_keep_to_the_memory_that_is_told(
    tmp_path: Path, databases: Databases, devices: int
) -> None:
    """Each sends four at once, again and again until all have arrived; small batches pass beside meanwhile."""
    team = Team.made(tmp_path, database=databases.new())
    with (
        running(tmp_path, patch=f'wishes["metrics_port"] = 0; {PATIENT}') as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
    ):
        senders = [Device(team, http) for _ in range(devices)]
        small = Device(team, http)
        for each in (*senders, small):
            assert each.join().status_code == 200
        waiting = [(each, each.body(*large_lines(each))) for each in senders]
        size = len(waiting[0][1])
        while waiting:
            with sending(collector.address) as line:
                for device, body in waiting:
                    for _ in range(AT_ONCE):
                        line.start(device, body)
                until_held(tmp_path, min(ROOM - size, size * AT_ONCE * len(waiting)))
                assert held_bytes(tmp_path) <= ROOM
                for _ in range(10):
                    small.deliver()
                assert http.get("/health").status_code == 200
            assert set(line.answers) <= {(201, None), (200, None), (503, "room")}, line.answers
            if AT_ONCE * size * len(waiting) > ROOM:
                assert line.answers[(503, "room")], line.answers
            known = [device.put(body).status_code for device, body in waiting[: ROOM // size]]
            assert set(known) <= {200, 201}
            waiting = waiting[ROOM // size :]
        assert held_bytes(tmp_path) == 0
        assert peak_mib(collector.process.pid) < MOST_MIB
    assert f"at most {MOST_MIB} MB" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_t25_a_trainers_program_that_finds_no_room_comes_again_and_heals_nothing(
    tmp_path: Path, databases: Databases
) -> None:
    team = Team.made(tmp_path / "c", database=databases.new())
    patch = f'{ONE_ROOM}; wishes["metrics_port"] = 0'
    with (
        running(team.folder, patch=patch) as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
        joined(tmp_path / "p", team, collector.address) as (profile, project),
    ):
        other = Device(team, http)
        other.join()
        profile.seal(project.id)
        saved = profile.save(project.id, candidates=(candidate("a", WORDS), candidate("b")))  # more than is left
        profile.store.outbox.release([saved.id]).result()
        assert profile.store.outbox.seal(project.id, profile.key_for(project.id)).result() is not None
        before = [batch.payload_sha256 for batch in profile.store.outbox.batches(project.id)]
        body = other.body(*large_lines(other))
        with sending(collector.address) as line:
            for _ in range(2):
                line.start(other, body)
            until_held(team.folder, 2 * len(body))
            report = profile.sender().send_pending(project, tries=1)
            assert (report.batches, report.ended, report.retry_after) == (1, "retry", ROOM_RETRY_S)
            assert report.problem is not None and report.problem.code == "busy"
            assert profile.states(project.id) == ["delivered", "sealed"]
        assert sorted(line.answers) == [(200, None), (201, None)]
        report = profile.sender().send_pending(project)
        assert (report.batches, report.ended, report.problem, report.restored) == (1, "done", None, False)
        assert [batch.payload_sha256 for batch in profile.store.outbox.batches(project.id)] == before


def test_t25_a_slow_body_gives_its_room_back_when_its_time_is_over(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    with (
        running(tmp_path, patch=f'{ONE_ROOM}; wishes["metrics_port"] = 0{MOVED}') as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
        sending(collector.address) as line,
    ):
        slow, large = Device(team, http), Device(team, http)
        for each in (slow, large):
            each.join()
        body, mine = (each.body(*large_lines(each)) for each in (slow, large))
        for _ in range(2):
            line.start(slow, body)
        until_held(tmp_path, 2 * len(body))
        assert refused(large.put(mine)) == (503, "room")
        (tmp_path / LATER).touch()
        assert http.get("/alive").status_code == 200  # a request has it look at its clock
        until_held(tmp_path, 0, 0)
        while (answer := large.put(mine)).status_code == 503:
            time.sleep(0.2)
        assert answer.status_code == 201
        line.finish()
        assert set(line.answers) == {(408, "slow_body")}


def test_t25_small_bodies_of_strangers_have_a_room_of_their_own(tmp_path: Path, databases: Databases) -> None:
    """Where they fill it nobody can join, but devices that joined deliver, and what they hold is bounded too."""
    team = Team.made(tmp_path, database=databases.new())
    limits = f"from feedback_store.collector import limits; limits.FREE_ROOM = 4 * {FREELY}; {PATIENT}"
    with (
        running(tmp_path, patch=f'wishes["metrics_port"] = 0; {limits}') as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
        sending(collector.address) as line,
    ):
        device, stranger = Device(team, http), Device(team, http, token="none")
        device.join()
        body = stranger.body()
        padded = body + b"\n" * (FREELY - len(body))
        for _ in range(4):
            line.start(stranger, padded)
        until_held(tmp_path, 4 * FREELY)
        device.deliver()
        assert refused(stranger.put(stranger.body())) == (401, "token")
        for path in ("/invitation", f"/projects/{team.project}/recovery"):
            assert refused(http.post(path, json={"code": "none"})) == (503, "room")
        line.finish()
        assert refused(http.post("/invitation", json={"code": "none"})) == (403, "invitation_unknown")
        assert held_bytes(tmp_path) == 0


def test_t24_what_is_unpacked_is_counted_before_it_is(tmp_path: Path, databases: Databases) -> None:
    """A packed body of a few bytes takes the room of what stands behind them, and no more than it said of itself."""
    team = Team.made(tmp_path, database=databases.new())
    with (
        running(tmp_path, patch=f'{ONE_ROOM}; wishes["metrics_port"] = 0') as collector,
        httpx.Client(base_url=collector.address, timeout=180) as http,
    ):
        device, other = Device(team, http), Device(team, http)
        for each in (device, other):
            each.join()
        body = device.body(*large_lines(device))
        packed = gzip.compress(body, 1)
        lied = packed[:-4] + (100).to_bytes(4, "little")
        address = address_of(body)
        assert refused(device.put(lied, address=address, content_encoding="gzip")) == (400, "encoding_damaged")
        assert device.put(packed, address=address, content_encoding="gzip").status_code == 201
        large = other.body(*large_lines(other))
        with sending(collector.address) as held:
            held.start(other, large)
            held.start(other, large)
            until_held(tmp_path, 2 * len(large))
            again = device.put(packed, address=address, content_encoding="gzip")
            assert refused(again) == (503, "room")
        assert device.put(packed, address=address, content_encoding="gzip").status_code == 200


def test_t25_room_is_given_back_whatever_became_of_a_body() -> None:
    limits = Limits(Rate(), room=10 * MIB)
    with pytest.raises(ZeroDivisionError), limits.holding() as held:
        held.take(9 * MIB)
        with pytest.raises(Refusal, match="503 room"), limits.holding() as other:
            other.take(2 * MIB)
        assert limits.held == 9 * MIB
        with limits.holding() as small:
            assert small.freely(MAX_JOIN)
            with limits.holding() as many:
                assert not many.freely(FREE_ROOM)
        1 / 0  # noqa: B018
    assert limits.held == 0


def test_the_page_on_security_says_what_is_read_of_whom() -> None:
    """It said that a token is asked for before anything is read."""
    page = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    assert f"small ones, at most {FREELY // 1024} KiB each, whose sender is not known yet" in page
    assert f"it holds {FREE_ROOM // MIB} MiB in all" in page
