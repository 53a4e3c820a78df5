"""A real collector in a child process, and devices that speak to it byte by byte."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from made_judgements import RUBRIC, judgement
from storages import ask

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import write_body
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.join import make_join
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.payload_types import FEEDBACK_BATCH
from feedback_store.batches.receipt import Receipt
from feedback_store.collector import administration
from feedback_store.collector.facts import make_guideline, make_terms

ROOT = Path(__file__).resolve().parents[2]
# Without the patch this is the collector as it is, but for the rate that tests exceed.
SERVE = """
import sys
from pathlib import Path
from feedback_store.collector.limits import Rate
from feedback_store.collector.serving import serve
from feedback_store.collector.stopping import leave
wishes = {{"rate": Rate(per_s=0)}}
{patch}
serve(Path(sys.argv[1]), port=int(sys.argv[2]), on_listening=lambda address: print(address, flush=True), **wishes)
leave()
"""


@dataclass
class Team:
    """A collector's folder with one project in it."""

    folder: Path
    project: str

    @classmethod
    def made(
        cls,
        folder: Path,
        name: str = "Team",
        *,
        database: str | None = None,
        terms: str = "What you send may train models.",
    ) -> Team:
        project = administration.init_collector(
            folder,
            name="House",
            project_name=name,
            rubric=RUBRIC,
            terms=make_terms(terms, licence="CC-BY-4.0"),
            guideline=make_guideline("# Be fair"),
            database=database,
        )
        return cls(folder, project)

    @property
    def key(self) -> DeviceKey:
        return administration.read_key(self.folder, self.project)

    def invite(self, **wishes: Any) -> str:
        return administration.invite(self.folder, project=self.project, **wishes)


@dataclass
class Running:
    """A collector that answers at `address`, whose port nobody else is given as long as this is there."""

    process: subprocess.Popen[str]
    address: str

    def __post_init__(self) -> None:
        weakref.finalize(self, os.close, _kept(self.port))

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait(60)


def _kept(port: int) -> int:
    """The descriptor of a socket that never listens: an ended collector's port would go to whoever asks for any."""
    with socket.socket() as kept:
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):  # as the collector's own
            kept.setsockopt(socket.SOL_SOCKET, option, 1)
        kept.bind(("127.0.0.1", port))
        return kept.detach()


@contextlib.contextmanager
def running(folder: Path, *, port: int = 0, patch: str = "", log: Path | None = None) -> Iterator[Running]:
    """The collector in `folder`, until the block's end."""
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context((log or folder / "log.txt").open("a"))
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(patch=patch), str(folder), str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, (log or folder / "log.txt").read_text()
            yield Running(process, address)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@dataclass
class Device:
    """An enrolled device and where its chain stands, without any store behind it."""

    team: Team
    http: httpx.Client
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    trainer: str = field(default_factory=records.new_trainer_id)
    token: str = ""
    chain: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    head: str = GENESIS

    def join(self, code: str | None = None, *, name: str = "Ada", **wrong: Any) -> httpx.Response:
        """Enrol; `wrong` replaces what is signed or sent."""
        base = f"/projects/{self.team.project}"
        challenge = wrong.get("challenge") or self.http.post(f"{base}/challenge").json()["challenge"]
        made = make_join(
            self.key,
            project=wrong.get("project", self.team.project),
            trainer=self.trainer,
            challenge=wrong.get("signed_challenge", challenge),
        )
        asked = {
            "challenge": challenge,
            "code": code or self.team.invite(),
            "envelope": wrong.get("envelope", made).decode("utf-8"),
            "name": name,
        }
        answer = self.http.post(f"{base}/join", json=asked)
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer

    def record(self, **changes: Any) -> bytes:
        """The bytes of a judgement of this device's trainer."""
        fields = {"project": self.team.project, "trainer": self.trainer, **changes}
        return records.encode(judgement("a>b", **fields))

    def manifest(self, lines: Sequence[bytes], **changes: Any) -> dict[str, Any]:
        """The next manifest of the chain as plain values; `changes` replace its fields."""
        items = []
        for line in lines:
            record = records.decode(line)
            items.append({"id": record.id, "rev": record.rev, "sha256": canonical.record_hash(line), "size": len(line)})
        made = {
            "v": 1,
            "aud": self.team.project,
            "trainer": self.trainer,
            "device": self.key.key_id,
            "chain": self.chain,
            "seq": self.seq + 1,
            "prev": self.head,
            "batch_id": records.new_id(),
            "created_at": records.now(),
            "terms": {"id": "terms", "version": 1, "sha256": "0" * 64, "licence": "CC-BY-4.0"},
            "count": len(items),
            "items": items,
            "app": {"name": "preceptor", "version": "0.1.0"},
        }
        return {**made, **changes}

    def sign(self, manifest: Mapping[str, Any] | bytes, *, kind: str = FEEDBACK_BATCH) -> bytes:
        """The envelope's line over a manifest, or over whatever bytes are given."""
        signed = manifest if isinstance(manifest, bytes) else canonical.encode(manifest)
        return sign_envelope(kind, signed, [self.key])

    def body(self, *lines: bytes, **changes: Any) -> bytes:
        """The next batch of these records; one fresh record where none is given."""
        kept = lines or (self.record(),)
        return write_body(self.sign(self.manifest(kept, **changes)), kept)

    def put(self, body: bytes, *, address: str | None = None, **headers: str) -> httpx.Response:
        """Send a body as it is."""
        sent = {"authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.http.put(
            f"/projects/{self.team.project}/batches/{address or address_of(body)}", content=body, headers=sent
        )

    def deliver(self, *lines: bytes, **changes: Any) -> Receipt:
        """Send the next batch and go on in the chain."""
        body = self.body(*lines, **changes)
        answer = self.put(body)
        assert answer.status_code == 201, answer.text
        self.seq, self.head = self.seq + 1, address_of(body)
        return receipt_of(answer)


def address_of(body: bytes) -> str:
    """The SHA-256 of the payload of a body that may be broken elsewhere."""
    return canonical.sha256_hex(base64.b64decode(json.loads(body.partition(b"\n")[0])["payload"]))


def receipt_of(answer: httpx.Response) -> Receipt:
    return payload.parse(parse_envelope(answer.content).payload, Receipt)


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def stored(device: Device, table: str = "record") -> list[tuple[Any, ...]]:
    """What the database holds of this device's trainer or key, as it came."""
    column, then = {"record": ("trainer", "rev"), "batch": ("device", "seq"), "quarantined": ("device", "seq")}[table]
    value = device.trainer if table == "record" else device.key.key_id
    sql = f"SELECT * FROM {table} WHERE {column} = ? ORDER BY received_at, {then}"
    return ask(device.team.folder, sql, (value,))
