"""Two collector processes on one PostgreSQL: whatever meets, every batch is stored once and every chain stays whole."""

from __future__ import annotations

import contextlib
import functools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from running_collector import Device, Team, address_of, receipt_of, refused, running
from storages import Cluster, ask
from test_collector_rules import revised, withdrawal

from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.receipt import receipt_hash
from feedback_store.canonical import sha256_hex
from feedback_store.collector.opening import open_storage
from feedback_store.collector.postgres_schema import VERSION
from feedback_store.errors import EnvironmentTrouble


@dataclass(frozen=True)
class Pair:
    """A team whose collector runs twice."""

    team: Team
    clients: tuple[httpx.Client, httpx.Client]

    def device(self) -> Device:
        made = Device(self.team, self.clients[0])
        assert made.join().status_code == 200
        return made


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("twice")
    team = Team.made(folder, database=postgres.new())
    with (
        running(folder, log=folder / "one.txt") as one,
        running(folder, log=folder / "two.txt") as two,
        httpx.Client(base_url=one.address, timeout=180) as first,
        httpx.Client(base_url=two.address, timeout=180) as second,
    ):
        yield Pair(team, (first, second))


def at_once(*works: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """What each gives, all of them started at the same moment."""
    ready = threading.Barrier(len(works))
    given: dict[int, httpx.Response] = {}

    def run(number: int, work: Callable[[], httpx.Response]) -> None:
        ready.wait(120)
        given[number] = work()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [given[number] for number in range(len(works))]


def by(device: Device, client: httpx.Client, body: bytes) -> Callable[[], httpx.Response]:
    return lambda: replace(device, http=client).put(body)


def check_chain(device: Device) -> None:
    """Every place of the chain is taken once, each batch and each receipt names the one before."""
    rows = ask(
        device.team.folder,
        "SELECT seq, sha256, manifest, receipt FROM batch WHERE device = ? ORDER BY seq",
        (device.key.key_id,),
    )
    assert [row[0] for row in rows] == list(range(1, device.seq + 1))
    before, receipt_before = GENESIS, GENESIS
    for _, sha256, manifest, receipt in rows:
        assert sha256_hex(manifest) == sha256
        assert f'"prev":"{before}"'.encode() in manifest
        assert f'"prev_receipt":"{receipt_before}"'.encode() in parse_envelope(receipt).payload
        before, receipt_before = sha256, receipt_hash(receipt)
    assert before == device.head


def test_devices_that_send_to_either_process_are_stored_once_and_in_order(pair: Pair) -> None:
    """Each batch goes to a process by chance; a third of them again, to the other one, before and after."""
    devices = [pair.device() for _ in range(6)]
    failures: list[BaseException] = []

    def deliver(device: Device, seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(12):
                body = device.body()
                order = chance.sample(pair.clients, 2)
                sent = [replace(device, http=client).put(body) for client in order[: 1 + (chance.random() < 0.3)]]
                assert [answer.status_code for answer in sent] == [201, 200][: len(sent)]
                assert len({answer.content for answer in sent}) == 1
                device.seq, device.head = device.seq + 1, address_of(body)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(device, n)) for n, device in enumerate(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for device in devices:
        check_chain(device)
        assert ask(pair.team.folder, "SELECT count(*) FROM record WHERE trainer = ?", (device.trainer,)) == [(12,)]


def test_the_same_batch_at_both_processes_at_once_is_stored_once(pair: Pair) -> None:
    device = pair.device()
    for _ in range(8):
        body = device.body()
        answers = at_once(*(by(device, client, body) for client in pair.clients * 2))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        assert len({answer.content for answer in answers}) == 1
        device.seq, device.head = device.seq + 1, address_of(body)
    check_chain(device)


def test_two_first_batches_of_one_chain_at_once_are_one_batch_and_a_fork(pair: Pair) -> None:
    for _ in range(8):
        device = pair.device()
        answers = at_once(*(by(device, client, device.body()) for client in pair.clients))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        assert refused(loser) == (409, "fork")
        assert len(ask(pair.team.folder, "SELECT 1 FROM batch WHERE device = ?", (device.key.key_id,))) == 1
        assert len(ask(pair.team.folder, "SELECT 1 FROM quarantined WHERE device = ?", (device.key.key_id,))) == 1


def test_of_two_trainers_that_claim_one_record_at_once_one_is_refused(pair: Pair) -> None:
    for _ in range(8):
        one, other = pair.device(), pair.device()
        line = one.record()
        stolen = line.replace(one.trainer.encode(), other.trainer.encode())
        higher = revised(stolen)  # another revision, so that no key of the table is the same
        first, second = at_once(
            by(one, pair.clients[0], one.body(line)), by(other, pair.clients[1], other.body(higher))
        )
        said = sorted((item.status, item.rule) for answer in (first, second) for item in receipt_of(answer).items)
        assert said == [("refused", "record_other_trainer"), ("stored", None)]


def test_what_is_erased_at_one_process_is_not_stored_by_the_other(pair: Pair) -> None:
    """A trainer's two devices at once: one withdraws to erase, the other still sends an earlier revision."""
    for _ in range(8):
        device = pair.device()
        line = device.record()
        second = revised(line, justification="MARKER of a private thought")
        third = withdrawal(device, second)
        device.deliver(line)
        other = Device(pair.team, pair.clients[1], trainer=device.trainer)
        other.join(pair.team.invite(trainer=device.trainer))
        answers = at_once(
            by(device, pair.clients[0], device.body(third)), by(other, pair.clients[1], other.body(second))
        )
        assert [answer.status_code for answer in answers] == [201, 201]
        rows = ask(pair.team.folder, "SELECT rev, data FROM record WHERE trainer = ? ORDER BY rev", (device.trainer,))
        assert [data for rev, data in rows if rev < 3] == [None] * (len(rows) - 1)
        assert rows[-1] == (3, third)


def test_one_code_used_at_both_processes_at_once_serves_one_device(pair: Pair) -> None:
    for _ in range(5):
        code = pair.team.invite()
        devices = [Device(pair.team, client) for client in pair.clients]
        answers = at_once(*(functools.partial(device.join, code) for device in devices))
        assert sorted(answer.status_code for answer in answers) == [200, 403]


def test_many_records_sent_in_opposite_orders_never_end_in_a_deadlock(pair: Pair) -> None:
    one = pair.device()
    other = Device(pair.team, pair.clients[1], trainer=one.trainer)
    other.join(pair.team.invite(trainer=one.trainer))
    for _ in range(4):
        lines = [one.record() for _ in range(40)]

        def sent(device: Device, client: httpx.Client, order: Sequence[bytes]) -> Callable[[], httpx.Response]:
            return by(device, client, device.body(*order))

        bodies = at_once(sent(one, pair.clients[0], lines), sent(other, pair.clients[1], lines[::-1]))
        assert [answer.status_code for answer in bodies] == [201, 201]
        said = sorted(item.status for answer in bodies for item in receipt_of(answer).items)
        assert said == ["known"] * 40 + ["stored"] * 40
        for device in (one, other):
            seq, head = ask(pair.team.folder, "SELECT seq, sha256 FROM chain WHERE device = ?", (device.key.key_id,))[0]
            device.seq, device.head = seq, head


# What an upgrade brings: a step of the schema that only adds.
NEWER = """
from feedback_store.collector import postgres_schema
postgres_schema._STEPS += (("ALTER TABLE batch ADD COLUMN note text", "CREATE INDEX batch_note ON batch (note)"),)
postgres_schema.VERSION += 1
"""


def test_two_processes_are_upgraded_one_after_the_other_and_no_batch_is_refused(
    tmp_path: Path, postgres: Cluster
) -> None:
    """A client asks the other process where one does not answer, as the proxy of docs/operations.md does."""
    team = Team.made(tmp_path, database=postgres.new())
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(running(team.folder, log=tmp_path / f"old-{n}.txt")) for n in (1, 2)]
        ports = [each.port for each in both]
        stop = threading.Event()
        answers: Counter[int] = Counter()
        devices = [stack.enter_context(device_of_either(team, ports, number)) for number in range(4)]
        threads = [threading.Thread(target=deliver_until, args=(stop, device, answers)) for device in devices]
        for thread in threads:
            thread.start()
        try:
            for number, port in enumerate(ports):
                before = answers[201]
                assert both[number].end() == 0
                newer = running(team.folder, port=port, patch=NEWER, log=tmp_path / f"new-{number}.txt")
                stack.enter_context(newer)
                while answers[201] < before + 40 and any(thread.is_alive() for thread in threads):
                    time.sleep(0.01)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert set(answers) <= {200, 201}, answers  # 200: its first answer was cut off
        for device in devices:
            check_chain(device)
    assert ask(team.folder, "SELECT version FROM collector_schema") == [(VERSION + 1,)]
    with pytest.raises(EnvironmentTrouble, match="newer Preceptor"):
        open_storage(team.folder)


class Either(httpx.BaseTransport):
    """Asks one process, and the other where the first does not answer."""

    def __init__(self, ports: Sequence[int], first: int) -> None:
        self.ports = (ports[first % 2], ports[(first + 1) % 2])
        self.transport = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for port in self.ports * 2:
            request.url = request.url.copy_with(port=port)
            try:
                return self.transport.handle_request(request)
            except httpx.TransportError as error:
                failed = error
        raise failed

    def close(self) -> None:
        self.transport.close()


@contextlib.contextmanager
def device_of_either(team: Team, ports: Sequence[int], number: int) -> Iterator[Device]:
    with httpx.Client(base_url="http://127.0.0.1", transport=Either(ports, number), timeout=180) as client:
        device = Device(team, client)
        assert device.join().status_code == 200
        yield device


COUNTING = threading.Lock()


def deliver_until(stop: threading.Event, device: Device, answers: Counter[int]) -> None:
    while not stop.is_set():
        body = device.body()
        try:
            status = device.put(body).status_code
        except httpx.HTTPError:
            status = 0
        with COUNTING:
            answers[status] += 1
        if status not in (200, 201):
            return
        device.seq, device.head = device.seq + 1, address_of(body)


def test_two_processes_may_be_the_first_ones_on_an_empty_database(tmp_path: Path, postgres: Cluster) -> None:
    database = postgres.new()
    threads = [
        threading.Thread(target=Team.made, args=(tmp_path / str(n), f"Team {n}"), kwargs={"database": database})
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ask(tmp_path / "0", "SELECT id FROM project")) == 4
