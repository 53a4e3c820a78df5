"""A real store that has joined a real collector, and scripted servers that are no collector at all."""

from __future__ import annotations

import base64
import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
from made_judgements import RUBRIC, judgement
from running_collector import Team

from feedback_store.batches.collector_proof import make_proof
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.seal import SealedBatch
from feedback_store.collector.sqlite_storage import FILE
from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.joining import Joined, JoiningKeys, join
from feedback_store.delivery.sender import Sender, SendProgress
from feedback_store.record_parts import App
from feedback_store.store import CollectorAddress, Project, Store, StoredRecord

QUICK = Backoff(first=0.01, longest=0.05)
APP = App("preceptor", "0.1.0")


@dataclass
class Profile:
    """A trainer's store with its keys and tokens in memory."""

    store: Store
    keys: dict[str, DeviceKey] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    seen: list[SendProgress] = field(default_factory=list)

    @classmethod
    def opened(cls, folder: Path) -> Profile:
        return cls(Store.open(folder, app=APP))

    def key_for(self, project: str) -> DeviceKey:
        return self.keys.setdefault(project, DeviceKey.generate())

    def join(self, address: str, code: str, name: str = "Ada", terms: str = "") -> Joined:
        keys = JoiningKeys(self.key_for, self.tokens.__setitem__)
        return join(address, code, store=self.store, keys=keys, name=name, terms=terms)

    def alone(self, address: str, collector: DeviceKey, name: str = "Alone") -> Project:
        """A project whose collector at `address` was never asked: for servers that only pretend."""
        made = self.store.projects.create(name, rubric=RUBRIC).result()
        pinned = CollectorAddress(address, _base64(collector.public_key))
        self.tokens[made.id] = "t" * 43
        return self.store.projects.update(msgspec.structs.replace(made, collector=pinned)).result()

    def save(self, project: str, **changes: object) -> StoredRecord:
        made = judgement("a>b", project=project, trainer=self.store.trainer, **changes)
        return self.store.records.save(made).result()

    def seal(self, project: str, records: int = 1, batches: int = 1) -> list[SealedBatch]:
        """So many batches of so many fresh records each."""
        found = []
        for _ in range(batches):
            saved = [self.save(project) for _ in range(records)]
            self.store.outbox.release([stored.id for stored in saved]).result()
            sealed = self.store.outbox.seal(project, self.key_for(project)).result()
            assert sealed is not None
            found.append(sealed)
        return found

    def sender(self, **wishes: object) -> Sender:
        given: dict[str, object] = {"backoff": QUICK, "on_progress": self.seen.append, **wishes}
        return Sender(self.store, self.tokens.get, **given)  # type: ignore[arg-type]  # what a test wishes

    def states(self, project: str) -> list[str]:
        return [batch.state for batch in self.store.outbox.batches(project)]


@contextlib.contextmanager
def joined(folder: Path, team: Team, address: str) -> Iterator[tuple[Profile, Project]]:
    """A profile in `folder` that has joined the team at `address`."""
    profile = Profile.opened(folder)
    try:
        yield profile, profile.join(address, team.invite()).project
    finally:
        profile.store.close()


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """A server that answers what it is told to, and remembers what it was asked."""

    address: str
    asked: list[Request] = field(default_factory=list)


Reply = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def scripted(answer: Callable[[Request], Reply]) -> Iterator[Script]:
    """A server on loopback whose every answer is `answer(request)`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            request = Request(
                self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(size)
            )
            script.asked.append(request)
            status, headers, body = answer(request)
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        do_GET = do_POST = do_PUT

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script = Script(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def proof(team: Team, request: Request) -> Reply:
    """What the team's collector answers to `request` by its key."""
    challenge = json.loads(request.body)["challenge"]
    return 200, {}, make_proof(team.key, project=team.project, challenge=challenge)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


Ready = tuple[Team, Profile, Project]  # a profile that has joined a team's project


def kept_by(team: Team, profile: Profile) -> list[str]:
    """The hashes of this trainer's records at the collector, in the order in which they came."""
    connection = sqlite3.connect(team.folder / FILE)
    try:
        query = "SELECT sha256 FROM record WHERE trainer = ? ORDER BY rowid"
        return [row[0] for row in connection.execute(query, (profile.store.trainer,))]
    finally:
        connection.close()


def sealed_hashes(profile: Profile, project: Project) -> list[str]:
    return [stored.sha256 for stored in profile.store.records.iter_newest(project.id)]
