"""The way of delivery in one process: profiles that crash, are copied and put back, and a collector without sockets.

The collector's service is the real one, asked as a server would ask it, and a profile changes its keys, joins and sends
by the program's own code; only the line between is a function call, on which an answer may be lost, or the profile may
crash before or after the collector has heard.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from joined_profile import APP
from made_judgements import judgement
from walked_house import House
from watched_sender import HandClock

from desktop.profile import Profile
from feedback_store.batches import payload
from feedback_store.batches.dsse import check_keyid, parse_envelope
from feedback_store.batches.keys import DeviceKey, key_id
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.receipt import check_receipt
from feedback_store.collector import administration, key_ceremony
from feedback_store.delivery import http, joining, sender
from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.http import Reply
from feedback_store.delivery.sender import Sender
from feedback_store.delivery.sending import Dispatch
from feedback_store.errors import DeliveryError, NotFoundError, StoreError
from feedback_store.secret_files import Protection
from feedback_store.store import Project, Store

ADDRESS = "https://house.example"
Trouble = Literal["", "unheard", "unanswered", "crash_unheard", "crash_unanswered"]
LONGEST_PAUSE_S = 600.0
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


class Seat:
    """One profile's folder with the program that is open on it."""

    def __init__(
        self,
        folder: Path,
        house: House,
        keys: Mapping[str, bytes],
        sealed: Path | None = None,
        clock: HandClock | None = None,
    ) -> None:
        """`sealed` is what its computer remembers beside it; None: nothing. `clock` is the computer's."""
        self.folder = folder
        self.sealed = sealed
        self.house = house
        self.images: list[Image] = []
        self.told = Counter[str]()  # the troubles that sending told of since the last joining
        self._trouble: Trouble = ""
        self._before = 0  # requests that go well before the trouble
        self._crashed_at: Image | None = None
        self.asked_back = False  # whether each chain was asked about: after a gap, or as one began
        self.clock = clock or HandClock()
        self.asked = 0  # requests
        self._pause_s = 0.0  # what the collector asks for instead of an answer
        self.paused_until = 0.0  # of what has truly passed: what is sent by itself goes no earlier,
        self.asks_by = self.clock.passed + LONGEST_PAUSE_S  # and from then on, however often it was started anew
        self._open(keys)

    @classmethod
    def made(cls, folder: Path, house: House, sealed: Path | None = None, clock: HandClock | None = None) -> Seat:
        made = cls(folder, house, {}, sealed, clock)
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

    def look(self, trouble: Trouble = "", pause_s: float = 0.0) -> int:
        """What the thread does that sends by itself: all that waits, if it is time; the requests that it made."""
        before, self._pause_s = self.asked, pause_s
        with self._line(trouble):
            self.sender.look()
        self._pause_s = 0.0
        self._crash_if_it_did()
        return self.asked - before

    def press(self, trouble: Trouble = "", pause_s: float = 0.0) -> None:
        """Send now, whatever pause was asked for; a collector that takes it has ended that."""
        self._pause_s = pause_s
        with self._line(trouble), contextlib.suppress(DeliveryError):  # without a pass nothing is sent
            report = self.sender.send_pending(self._here, tries=1)
            self.told.update([report.problem.code] if report.problem else [])
            self.paused_until = 0.0 if report.went_on else self.paused_until
        self._pause_s = 0.0
        self._crash_if_it_did()

    @property
    def could_send(self) -> bool:
        """Whether something waits, and there is a pass to send it with."""
        waits = self.store.outbox.next_to_send(self.project) is not None
        return waits and self.profile.secrets.get(f"token/{self.project}") is not None

    def start_the_computer_anew(self) -> None:
        """Its ticks begin anew, and its clock may have been set back: what has passed since is not known any more."""
        self.asks_by = self.clock.passed + LONGEST_PAUSE_S
        self.crash()

    def begin_anew(self) -> None:
        """As the next press of the button, or the next start, does."""
        self.asked_back = False
        self.sender.wake(self.project)
        if self.house.project in {project.id for project in self.store.projects.list()}:
            token = (self.profile.secrets.get(f"token/{self.project}") or b"none").decode("ascii")
            self.dispatch = Dispatch(self.store, self._here, token, self)  # type: ignore[arg-type]  # for a Connection

    def join(self, code: str | None = None, trouble: Trouble = "", after: int = 0) -> None:
        """Join with this code, or one that the operator makes for this trainer; a sentence where it is refused."""
        known = self.house.ask("SELECT 1 FROM trainer WHERE id = ?", self.store.trainer)
        made = code or self.house.team.invite(trainer=self.store.trainer if known else None)
        with self._line(trouble, after), contextlib.suppress(_LineDownError):
            self.profile.collectors.join(ADDRESS, made, name="Ada")
        self._crash_if_it_did()
        self.begin_anew()

    def heed(self) -> None:
        """Do what a sentence asks for: join again."""
        if any(self.told[each] >= often for each, often in JOIN_AGAIN.items()):
            self.told.clear()
            self.join()

    def rotate(self, trouble: Trouble = "", after: int = 0) -> None:
        with self._line(trouble, after):
            try:
                self.profile.collectors.rotate_key(self._here)
            except StoreError as error:
                assert error.code == "key_lost"  # the code in its place did not come to its end
        self._crash_if_it_did()
        self.begin_anew()

    def revoke(self, trouble: Trouble = "", after: int = 0) -> None:
        with self._line(trouble, after):
            try:
                self.profile.collectors.revoke_key(self._here)
            except StoreError as error:
                assert error.code in ("key_revoked", "key_lost")  # told before, and no other key has joined since
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
        self._replace(image or self.image(), in_place=True, with_keys=True)

    def put_back(self, image: Image, *, in_place: bool, with_keys: bool) -> None:
        """An earlier copy takes the place of the profile: byte over byte, which the file does not show, or as another.

        A copy of the folder brings the keys of then `with_keys`; those in a keyring stay as they are. What a collector
        asked for since is not known any more, and what it asked for before is.
        """
        self.paused_until, self.asks_by = 0.0, self.clock.passed + LONGEST_PAUSE_S
        self._replace(image, in_place=in_place, with_keys=with_keys)

    def _replace(self, image: Image, *, in_place: bool, with_keys: bool) -> None:
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
        return Seat(folder, self.house, image.keys, self.sealed, self.clock)

    # The line to the collector, in place of a Connection

    address = ADDRESS

    def request(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        trouble = self._trouble if self._before <= 0 else ""
        self._before -= 1
        self.asked += 1
        if self._pause_s > 0:
            self.paused_until = self.asks_by = self.clock.passed + self._pause_s
            return Reply(503, b"{}", self._pause_s)
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
            for where in (http, joining, sender):
                patch.setattr(where, "Connection", lambda _address, **_: contextlib.nullcontext(self))
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
        self.profile.collectors.clock = self.clock.clock
        self.sender = Sender(self.store, self._pass, backoff=Backoff(0.0, 0.0), clock=self.clock.clock)
        self.sender.recall()
        self.begin_anew()

    def _pass(self, project: str) -> str | None:
        kept = self._drawer.get(f"token/{project}")
        return None if kept is None else kept.decode("ascii")


class _LineDownError(DeliveryError):
    """Nobody answers."""
