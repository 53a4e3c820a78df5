"""Devices for the measurement of deliveries, and a client that costs little beside the server it measures.

Bodies are signed before the clock runs. A record is one believable judgement whose id and nonce are replaced, so that
making a batch costs one signature and its hashes.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from feedback_store import canonical, records
from feedback_store.batches.body import write_body
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.payload_types import FEEDBACK_BATCH

CONNECTIONS = 8
TRIES = 5  # of one batch; what goes wrong is counted, and the same bytes are sent again as a trainer's program does
PAUSE_S = 0.2
TAKEN = (201, 200)  # 200: it was stored the first time, and the answer was lost


@dataclass
class Device:
    """An enrolled key, its trainer, and where its chain stands."""

    project: str
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    trainer: str = field(default_factory=records.new_trainer_id)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    chain: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    head: str = GENESIS


@dataclass(frozen=True)
class Sending:
    """One request, ready for the wire."""

    device: Device
    data: bytes


class Batches:
    """Makes batches of one record again and again, each time another one."""

    def __init__(self, record: bytes, count: int) -> None:
        """`record` is a valid judgement, whose id, nonce, project and trainer stand in it once each."""
        found = records.decode(record)
        self._parts = record
        self._id, self._nonce = found.id.encode(), found.nonce.encode()
        self._project, self._trainer = found.project.encode(), found.trainer.encode()
        self._count = count

    def record(self, device: Device, record: str = "") -> bytes:
        """A record of the device's trainer."""
        changes = (
            (self._trainer, device.trainer),
            (self._project, device.project),
            (self._id, record or records.new_id()),
            (self._nonce, records.new_nonce()),
        )
        line = self._parts
        for old, new in changes:
            line = line.replace(old, new.encode())
        return line

    def next(self, device: Device) -> Sending:
        """The device's next batch."""
        items, lines = [], []
        for _ in range(self._count):
            record = records.new_id()
            line = self.record(device, record)
            items.append({"id": record, "rev": 1, "sha256": canonical.record_hash(line), "size": len(line)})
            lines.append(line)
        signed = canonical.encode(
            {
                "v": 1,
                "aud": device.project,
                "trainer": device.trainer,
                "device": device.key.key_id,
                "chain": device.chain,
                "seq": device.seq + 1,
                "prev": device.head,
                "batch_id": records.new_id(),
                "created_at": records.now(),
                "terms": {"id": "terms", "version": 1, "sha256": "0" * 64, "licence": "CC-BY-4.0"},
                "count": len(items),
                "items": items,
                "app": {"name": "preceptor", "version": "0.1.0"},
            }
        )
        device.seq, device.head = device.seq + 1, canonical.sha256_hex(signed)
        body = write_body(sign_envelope(FEEDBACK_BATCH, signed, [device.key]), lines)
        head = (
            f"PUT /projects/{device.project}/batches/{device.head} HTTP/1.1\r\nhost: collector\r\n"
            f"authorization: Bearer {device.token}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return Sending(device, head.encode("ascii") + body)


@dataclass(frozen=True)
class Sent:
    """What a run gave: its length in seconds, that of each batch that was taken, and how often which status came.

    Status 0: the connection ended without an answer.
    """

    seconds: float
    each: Sequence[float]
    statuses: Mapping[int, int]

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds

    @property
    def errors(self) -> Counter[int]:
        """The answers that took no batch, by status."""
        return Counter({status: many for status, many in self.statuses.items() if status not in TAKEN})


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which so large a share lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


@dataclass(frozen=True)
class Pair:
    """One round: ours and theirs, one after the other."""

    ours: Sent
    theirs: Sent

    @property
    def ratio(self) -> float:
        return self.ours.rate / self.theirs.rate


async def send(addresses: Sequence[str], sendings: Sequence[Sending], connections: int = CONNECTIONS) -> Sent:
    """Send all of them over so many connections in turn to all addresses, each waiting for its answer."""
    waiting = iter(sendings)
    each: list[float] = []
    statuses: Counter[int] = Counter()
    used = [addresses[number % len(addresses)] for number in range(connections)]
    started = time.perf_counter()
    await asyncio.gather(*(_one(_Line(address), waiting, each, statuses) for address in used))
    return Sent(time.perf_counter() - started, each, statuses)


async def _one(line: _Line, waiting: Iterator[Sending], each: list[float], statuses: Counter[int]) -> None:
    for sending in waiting:
        started = time.perf_counter()
        for _ in range(TRIES):
            status = await line.ask(sending.data)
            statuses[status] += 1
            if status in TAKEN:
                each.append(time.perf_counter() - started)
                break
            await asyncio.sleep(PAUSE_S)
    line.close()


class _Line:
    """A connection that is kept, and made anew once it was lost."""

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, data: bytes) -> int:
        """The status of the answer; 0 where none came."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection(self._parts.hostname, self._parts.port)
            reader, writer = self._streams
            writer.write(data)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0
        return int(head[9:12])

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
