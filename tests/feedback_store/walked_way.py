"""The way of delivery in one process: profiles that crash, are copied and put back, and a collector without sockets.

The collector's service is the real one, asked as a server would ask it, and a profile changes its keys, joins and sends
by the program's own code; only the line between is a function call, on which an answer may be lost, or the profile may
crash before or after the collector has heard.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from joined_profile import APP
from kept_copies import Copies, FileCopies
from made_judgements import judgement
from running_collector import Team
from starlette.types import Message
from storages import ask

from desktop.profile import Profile
from feedback_store.batches import payload
from feedback_store.batches.dsse import check_keyid, parse_envelope
from feedback_store.batches.keys import DeviceKey, key_id
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import check_receipt
from feedback_store.collector import administration, key_ceremony
from feedback_store.collector.diary import Diary
from feedback_store.collector.limits import Limits, Rate
from feedback_store.collector.opening import open_storage
from feedback_store.collector.service import make_service
from feedback_store.delivery import http, joining
from feedback_store.delivery.http import Reply
from feedback_store.delivery.sending import Dispatch
from feedback_store.errors import DeliveryError, NotFoundError, StoreError
from feedback_store.secret_files import Protection
from feedback_store.store import Project, Store

ADDRESS = "https://house.example"
Trouble = Literal["", "unheard", "unanswered", "crash_unheard", "crash_unanswered"]
JOIN_AGAIN = {"rejoin": 1, "key_refused": 1, "key_replaced": 2}  # sentences that ask for it when told so often


@dataclass(frozen=True)
class Image:
    """A profile's database file by file, and its keys, as they were at one moment."""

    files: Mapping[str, bytes]
    keys: Mapping[str, bytes]


class Drawer:
    """Where a profile's keys and passes are kept: `Secrets` in memory."""

    protection: Protection = "keyring"

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self.held = dict(held)

    def get(self, name: str) -> bytes | None:
        return self.held.get(name)

    def set(self, name: str, value: bytes) -> None:
        self.held[name] = value

    def delete(self, name: str) -> None:
        self.held.pop(name, None)


class House:
    """A collector with one project, which may be put back to an earlier state. Its data is a file, or elsewhere."""

    def __init__(self, folder: Path, copies: Copies | None = None) -> None:
        self._copies = copies or FileCopies()
        self.team = Team.made(folder, database=self._copies.address)
        self.project = self.team.project
        self.keys = [self.team.key.public_key]  # its own ones, one after the other
        self.log = io.StringIO()
        self._loop = asyncio.Runner()
        self._serve()

    def _serve(self) -> None:
        self.storage = open_storage(self.team.folder)
        self._service = make_service(self.team.folder, self.storage, Diary(self.log), limits=Limits(Rate(per_s=0)))

    def close(self) -> None:
        self.storage.close()
        self._loop.close()

    def rotate_key(self) -> None:
        """The collector's own key is changed while it serves."""
        key_ceremony.rotate_key(self.team.folder)
        self.keys.append(self.team.key.public_key)

    def answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """What the service answers to a request."""
        return self._loop.run(self._answer(method, path, body, headers))

    async def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        sent = {**headers, "content-length": str(len(body))}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode("ascii"),
            "query_string": b"",
            "headers": [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in sent.items()],
        }
        status, found = 0, bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            found.extend(message.get("body", b""))

        await self._service(scope, receive, send)
        return Reply(status, bytes(found))

    def copy(self) -> Any:
        self.storage.close()
        try:
            return self._copies.take(self.team.folder)
        finally:
            self._serve()

    def put_back(self, copy: Any) -> None:
        self.storage.close()
        self._copies.put_back(self.team.folder, copy)
        self._serve()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return ask(self.team.folder, query, values)

    def holds(self, record: str, sha256: str) -> bool:
        with self.storage.reading() as view:
            return any(each.sha256 == sha256 for each in view.held(self.project, [record]).get(record, ()))

    def check_chains(self) -> None:
        """Each chain is 1, 2, 3 … with every batch naming the one before, or first the event that brought its key.

        Its head is the last. Since a key has ended, nothing came but what its event lets its chains end with.
        """
        rows = self.ask("SELECT chain, device, seq, sha256, manifest FROM batch ORDER BY chain, seq")
        heads = {chain: (seq, sha256) for chain, seq, sha256 in self.ask("SELECT id, seq, sha256 FROM chain")}
        brought = set(self.ask("SELECT new, sha256 FROM key_event WHERE new IS NOT NULL"))
        for chain, batches in itertools.groupby(rows, key=lambda row: row[0]):
            before, seq = GENESIS, 0
            for _, device, seq_now, sha256, manifest in batches:
                assert seq_now == seq + 1
                named = payload.parse(manifest, Manifest).prev
                assert named == before or (seq == 0 and (device, named) in brought)
                before, seq = sha256, seq_now
            assert heads[chain] == (seq, before)
        late = self.ask(
            "SELECT batch.sha256 FROM batch JOIN device ON device.id = device LEFT JOIN ceiling USING (device, chain)"
            " WHERE received_at > revoked_at AND (state = 'revoked' OR batch.seq > coalesce(ceiling.seq, 0)"
            " OR (batch.seq = ceiling.seq AND batch.sha256 <> ceiling.sha256))"
        )
        assert late == []

    def check_log(self) -> None:
        """Nothing went wrong inside, whatever was asked."""
        assert '"fault"' not in self.log.getvalue()


class Seat:
    """One profile's folder with the program that is open on it."""

    def __init__(self, folder: Path, house: House, keys: Mapping[str, bytes], sealed: Path | None = None) -> None:
        """`sealed` is what its computer remembers beside it; None: nothing."""
        self.folder = folder
        self.sealed = sealed
        self.house = house
        self.images: list[Image] = []
        self.told = Counter[str]()  # the troubles that sending told of since the last joining
        self._trouble: Trouble = ""
        self._before = 0  # requests that go well before the trouble
        self._crashed_at: Image | None = None
        self.asked_back = False  # whether each chain was asked about: after a gap, or as one began
        self._open(keys)

    @classmethod
    def made(cls, folder: Path, house: House, sealed: Path | None = None) -> Seat:
        made = cls(folder, house, {}, sealed)
        made.join()
        return made

    @property
    def project(self) -> str:
        return self.house.project

    @property
    def key(self) -> DeviceKey:
        """The key that signs now."""
        return self.profile.keys.key(self.project)

    # What a trainer does

    def save(self) -> str:
        made = judgement("a>b", project=self.project, trainer=self.store.trainer)
        return self.store.records.save(made).result().id

    def seal(self) -> bool:
        """Whether anything was left to seal. Where the key has ended, do what the sentence says: join again."""
        try:
            return self.store.outbox.seal(self.project, self.key).result() is not None
        except StoreError as error:
            assert error.code == "key_replaced"
        self.join()
        return self.store.outbox.seal(self.project, self.key).result() is not None

    def send(self, trouble: Trouble = "") -> str:
        """One try at the next batch; how it ended, "crashed", or "" where nothing waits."""
        batch = self.dispatch.next()
        if batch is None:
            return ""
        began = batch.seq == 1 and not self.store.outbox.receipts(self.project, batch.chain)
        with self._line(trouble):
            tried = self.dispatch.send(batch)
        self.told.update([tried.problem.code] if tried.problem else [])
        self.asked_back |= tried.outcome == "restored" or (began and tried.outcome == "delivered")
        return "crashed" if self._crash_if_it_did() else tried.outcome

    def begin_anew(self) -> None:
        """As the next press of the button, or the next start, does."""
        self.asked_back = False
        if self.house.project in {project.id for project in self.store.projects.list()}:
            token = (self.profile.secrets.get(f"token/{self.project}") or b"none").decode("ascii")
            self.dispatch = Dispatch(self.store, self._here, token, self)  # type: ignore[arg-type]  # for a Connection

    def join(self, code: str | None = None, trouble: Trouble = "", after: int = 0) -> None:
        """Join with this code, or one that the operator makes for this trainer; a sentence where it is refused."""
        known = self.house.ask("SELECT 1 FROM trainer WHERE id = ?", self.store.trainer)
        made = code or self.house.team.invite(trainer=self.store.trainer if known else None)
        with self._line(trouble, after), contextlib.suppress(_LineDownError):
            self.profile.join(ADDRESS, made, name="Ada")
        self._crash_if_it_did()
        self.begin_anew()

    def heed(self) -> None:
        """Do what a sentence asks for: join again."""
        if any(self.told[each] >= often for each, often in JOIN_AGAIN.items()):
            self.told.clear()
            self.join()

    def rotate(self, trouble: Trouble = "", after: int = 0) -> None:
        with self._line(trouble, after):
            self.profile.rotate_key(self._here)
        self._crash_if_it_did()
        self.begin_anew()

    def revoke(self, trouble: Trouble = "", after: int = 0) -> None:
        with self._line(trouble, after):
            self.profile.revoke_key(self._here)
        self._crash_if_it_did()
        self.begin_anew()

    def recover(self, trouble: Trouble = "", after: int = 0) -> None:
        """The keyring was lost, and the operator makes a code for the key; not where it has ended already."""
        try:
            code = key_ceremony.recovery_code(self.house.team.folder, self.key.key_id)
        except (NotFoundError, StoreError) as error:
            assert error.code in ("no_device", "key_ended")
            return
        self.lose_the_key()
        self.join(code, trouble, after)

    def lose_the_key(self) -> None:
        """The keyring is empty, and the passes are gone with it."""
        self._drawer.held.clear()

    def end_by_the_operator(self) -> None:
        with contextlib.suppress(NotFoundError):
            administration.revoke(self.house.team.folder, self.key.key_id)

    # What happens to a profile

    def image(self) -> Image:
        """The bytes of its database as they lie on the disk now, and its keys."""
        files = {path.name: path.read_bytes() for path in self.folder.glob("*.sqlite3*") if "-shm" not in path.name}
        return Image(files, dict(self._drawer.held))

    def crash(self, image: Image | None = None) -> None:
        """Everything in memory is gone; the files are as they were at that moment, in the same place."""
        self.put_back(image or self.image(), in_place=True, with_keys=True)

    def put_back(self, image: Image, *, in_place: bool, with_keys: bool) -> None:
        """An earlier copy takes the place of the profile: byte over byte, which the file does not show, or as another.

        A copy of the folder brings the keys of then `with_keys`; those in a keyring stay as they are.
        """
        keys = image.keys if with_keys else self._drawer.held
        self.store.close()
        for path in self.folder.glob("*.sqlite3*"):
            if path.name not in image.files:
                path.unlink()
        for name, data in image.files.items():
            target = self.folder / name
            if in_place:
                target.write_bytes(data)
            else:
                other = self.folder / f"{name}.coming"  # another inode, as both are there at once
                other.write_bytes(data)
                other.replace(target)
        self._open(keys)

    def copy_to(self, folder: Path) -> Seat:
        """A second profile, as a copied folder makes one."""
        folder.mkdir()
        image = self.image()
        for name, data in image.files.items():
            (folder / name).write_bytes(data)
        return Seat(folder, self.house, image.keys, self.sealed)

    # The line to the collector, in place of a Connection

    address = ADDRESS

    def request(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        trouble = self._trouble if self._before <= 0 else ""
        self._before -= 1
        heard = not trouble.endswith("unheard")
        reply = self.house.answer(method, path, body, headers or {}) if heard else Reply(503, b"")
        if trouble.startswith("crash") and self._crashed_at is None:
            self._crashed_at = self.image()
        if trouble:
            raise _LineDownError.worded(
                "{address} cannot be reached ({why}).", code="unreachable", address=ADDRESS, why="the line is down"
            )
        return reply

    # What must be true

    def check_receipts(self) -> None:
        batches = {batch.batch_id: batch for batch in self.store.outbox.batches(self.project)}
        for row in self.store.outbox.receipts(self.project):
            batch = batches[row.batch_id]
            signer = check_keyid(parse_envelope(row.envelope))
            (key,) = (each for each in self.house.keys if key_id(each) == signer)
            check_receipt(
                row.envelope,
                collector_public_key=key,
                manifest=payload.parse(parse_envelope(batch.envelope).payload, Manifest),
                batch=batch.payload_sha256,
                prev_receipt=None,
            )

    @property
    def _here(self) -> Project:
        return self.store.projects.get(self.project)

    @contextlib.contextmanager
    def _line(self, trouble: Trouble, after: int = 0) -> Iterator[None]:
        """The program's connections are this one, with trouble on it after so many requests."""
        self._trouble, self._before = trouble, after
        with pytest.MonkeyPatch.context() as patch:
            for where in (http, joining):
                patch.setattr(where, "Connection", lambda _address: contextlib.nullcontext(self))
            yield
        self._trouble = ""

    def _crash_if_it_did(self) -> bool:
        image, self._crashed_at = self._crashed_at, None
        if image is not None:
            self.crash(image)
        return image is not None

    def _open(self, keys: Mapping[str, bytes]) -> None:
        self.store = Store.open(self.folder, app=APP, sealed=self.sealed)
        self.profile = Profile(self.folder, self.store)
        self._drawer = Drawer(keys)
        self.profile.secrets = self._drawer
        self.begin_anew()


class _LineDownError(DeliveryError):
    """Nobody answers."""
