"""A download as a job: on its own thread, with progress, cancelled at once, going on where an earlier one stopped.

What has come stays in NAME.part until the whole is checked; only what was proved wrong is thrown away. Must not know
HTTP's words nor where models are kept.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import re
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from local_models.downloads.addresses import Remote, all_parts, host_of, names_for, shown
from local_models.downloads.answers import DiffersError, Head, PassingError, Patience, broken_off
from local_models.downloads.header import MAX_FILE, Look
from local_models.downloads.http import AbandonedError, Exchange, Rules
from local_models.downloads.part_file import Note, PartFile, held, is_unfinished, read_note
from local_models.downloads.progress import Pace, Progress
from local_models.errors import DownloadError

if TYPE_CHECKING:
    from hashlib import _Hash

RESERVE = 512 * 1024 * 1024  # bytes that a download leaves free on the disk
OVERLAP = 64 * 1024  # bytes fetched again when going on, to see that they are the same
GETTING_ON = 1024 * 1024  # that a try must bring to count as none

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Downloaded:
    """A model that is there, whole: `path` is its first part, size and SHA-256 of all parts one after the other."""

    path: Path
    size: int
    sha256: str
    seconds: float


class Download:
    """The file at `remote`, or all parts of a split model, into `folder`; `start` it, then it goes on by itself.

    `sha256`: one digest a part, if known. `on_progress` and `on_end` are called on the download's thread, `on_progress`
    a few times a second. The constructor raises DownloadError for what cannot be asked: bad_address, bad_name,
    bad_digest.
    """

    def __init__(
        self,
        remote: Remote,
        folder: Path,
        *,
        name: str = "",
        sha256: Sequence[str] = (),
        on_progress: Callable[[Progress], None] | None = None,
        on_end: Callable[[Downloaded | Exception], None] | None = None,
        rules: Rules | None = None,
        patience: Patience | None = None,
        reserve: int = RESERVE,
    ) -> None:
        self._remotes = all_parts(remote)
        self._targets = [folder / each for each in names_for(self._remotes, name)]
        if sha256 and len(sha256) != len(self._remotes):
            raise DownloadError.worded(
                "This model has {count} parts. Give --sha256 once for each, in their order, or not at all.",
                code="bad_digest",
                count=len(self._remotes),
            )
        if not all(_SHA256.fullmatch(each) for each in sha256):
            raise DownloadError("A SHA-256 is 64 digits from 0 to f. Check --sha256.", code="bad_digest")
        self._given = [each.lower() for each in sha256] or [""] * len(self._remotes)
        self._rules = rules or Rules()
        self._patience = patience or Patience()
        self._reserve = reserve
        self._pace = Pace(on_progress)
        self._on_end = on_end
        self._totals: list[int | None] = [None] * len(self._remotes)
        self._before = 0  # bytes of the parts before the one that is coming
        self._heard = False
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None
        self._cancelled = threading.Event()
        self._ended = threading.Event()
        self._outcome: Downloaded | Exception | None = None
        self._thread = threading.Thread(target=self._run, name="download", daemon=True)

    @property
    def path(self) -> Path:
        """Where the model will be."""
        return self._targets[0]

    def start(self) -> Download:
        """Begin; gives itself back."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop at once; what has come stays. It ends with DownloadError "download_cancelled"."""
        with self._lock:
            self._cancelled.set()
            if self._exchange is not None:
                self._exchange.abandon()

    def wait(self, timeout: float | None = None) -> Downloaded:
        """Wait for the end; raises DownloadError or ModelFileError, and TimeoutError after `timeout` seconds."""
        if not self._ended.wait(timeout):
            raise TimeoutError(f"not downloaded within {timeout} s")
        if isinstance(self._outcome, Exception):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def _run(self) -> None:
        try:
            self._outcome = self._work()
        except AbandonedError:
            self._outcome = DownloadError(
                "The download was stopped. What has come is kept; another try goes on from there.",
                code="download_cancelled",
            )
        except OSError as error:
            self._outcome = self._of_the_disk(error)
        except Exception as error:
            self._outcome = error
        if self._on_end is not None:
            try:
                self._on_end(self._outcome)  # first: who waits for the end may leave, and this thread with it
            except Exception:
                _log.exception("a receiver of a download's end failed")
        self._ended.set()

    def _work(self) -> Downloaded:
        began = time.monotonic()
        self._pace.tell("asking", 0, None, at_once=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with held(self.path):
            if any(target.exists() and not is_unfinished(target) for target in self._targets):
                sha256 = self._same_as_there()
            else:
                sha256 = self._fetch_all()
            size = sum(target.stat().st_size for target in self._targets)
        return Downloaded(self.path, size, sha256, time.monotonic() - began)

    def _same_as_there(self) -> str:
        """The digest of what is there under this name, if it is known to be the file that is wanted."""
        if all(target.exists() for target in self._targets):
            own, whole, done = hashlib.sha256(), hashlib.sha256(), 0
            heads = self._given if all(self._given) else [self._ask(remote).sha256 for remote in self._remotes]
            for target, wanted in zip(self._targets, heads, strict=True):
                own = hashlib.sha256()
                with target.open("rb") as file:
                    while wanted and (data := file.read(1 << 20)):
                        own.update(data)
                        whole.update(data)
                        done += len(data)
                        self._checking(done)
                if own.hexdigest() != wanted:
                    break
            else:
                return whole.hexdigest()
        raise DownloadError.worded(
            "There is a file {file} in {folder} already. Add that one, delete it to download it "
            "anew, or give this one another name: --name NAME.gguf",
            code="name_taken",
            file=self.path.name,
            folder=self.path.parent,
        )

    def _fetch_all(self) -> str:
        for index, target in enumerate(self._targets):
            self._refuse_another(index, target)
        if len(self._remotes) > 1:
            self._totals = [self._ask(remote).total for remote in self._remotes]
        parts: list[PartFile] = []
        digest: _Hash | None = None if len(self._remotes) == 1 else hashlib.sha256()
        for index, target in enumerate(self._targets):
            part = PartFile(target, self._checking, digest)
            with contextlib.closing(part):
                self._fetch(index, part)
            parts.append(part)
            digest = part.whole
            self._before += part.size
            self._pace.tell("downloading", self._before, self._total, at_once=True)
        for part in reversed(parts):  # the first one last: until then nobody takes the others for a model
            part.finish()
        return digest.hexdigest() if digest is not None else parts[0].sha256

    def _refuse_another(self, index: int, target: Path) -> None:
        """What is there of the same name from another address is not thrown away."""
        note = read_note(target)
        if note is None or note.address == shown(self._remotes[index].address):
            return
        if not self._given[index] or note.sha256 != self._given[index]:
            raise DownloadError.worded(
                "Of {file} some has come already, from {address!r}. Finish that download, delete "
                "{file}.part, or give this one another name: --name NAME.gguf",
                code="name_taken",
                file=target.name,
                address=note.address,
            )

    def _ask(self, remote: Remote) -> Head:
        """What the server says of a file, without taking it."""

        def ask() -> Head:
            exchange = self._open(remote, 0, "")
            try:
                head = exchange.head()
                self._heard = True
                return head
            finally:
                exchange.abandon()

        return self._patiently(ask, lambda: 0)

    def _fetch(self, index: int, part: PartFile) -> None:
        """Have the whole of one part, checked."""

        def receive() -> None:
            try:
                self._receive(index, part, whole=False)
            except DiffersError:
                self._receive(index, part, whole=True)

        self._patiently(receive, lambda: part.size)
        part.sync()
        if part.note.sha256 and part.sha256 != part.note.sha256:
            part.discard()
            raise DownloadError.worded(
                "What {host} sent as {file} is not the file that was expected (its SHA-256 is another),"
                " so it was deleted. Check the address and the digest, then try again.",
                code="wrong_digest",
                host=host_of(self._remotes[index].address),
                file=part.target.name,
            )

    def _patiently(self, attempt: Callable[[], T], size: Callable[[], int]) -> T:
        """Try until it works, or has failed too often without `size` growing."""
        tries = 0
        while True:
            before = size()
            try:
                return attempt()
            except PassingError as passing:
                tries = 1 if size() - before >= GETTING_ON else tries + 1
                if tries >= self._patience.tries or (passing.unheard and not self._heard):
                    raise passing.error from passing
                pause = self._patience.pause(tries) if passing.pause is None else passing.pause
            self._pace.tell("waiting", self._before + size(), self._total, at_once=True)
            if self._cancelled.wait(pause):
                raise AbandonedError

    def _open(self, remote: Remote, start: int, validator: str) -> Exchange:
        with self._lock:
            if self._cancelled.is_set():
                raise AbandonedError
            self._exchange = Exchange(
                remote, start=start, validator=validator, patience=self._patience, rules=self._rules
            )
            return self._exchange

    def _receive(self, index: int, part: PartFile, *, whole: bool) -> None:
        """One exchange: from the end of what is there on, or `whole`, comparing what is there."""
        remote, known = self._remotes[index], part.note
        start = max(0, part.size - OVERLAP) if part.resumable and not whole else 0
        exchange = self._open(remote, start, known.validator)
        try:
            head = exchange.head()
            self._heard = True
            note = self._note(index, head)
            if head.start and (
                head.total != known.total
                or (head.etag and known.etag and head.etag != known.etag)
                or (head.sha256 and known.sha256 and head.sha256 != known.sha256)
            ):
                raise DiffersError
            self._totals[index] = head.total
            self._check_room(head.total, part)
            new, at = False, head.start
            look = Look(part, whole_model=index == 0, host=host_of(remote.address))
            for piece in exchange.pieces():
                if at + len(piece) > look.most(head.total):
                    raise DownloadError.worded(
                        "{host} sends more than the file can have. Look for another address of it.",
                        code="too_long",
                        host=host_of(remote.address),
                    )
                part.put(at, piece, from_start=head.start == 0)
                at += len(piece)
                if not new and (head.start or at >= part.size):
                    part.keep(note)  # not before: what is there may be the beginning of what was known so far
                    new = True
                if new:
                    look.at(head.total)
                self._pace.received(len(piece))
                self._pace.tell("downloading", self._before + at, self._total)
        finally:
            exchange.abandon()
        if at < (head.total or look.needed or at + 1):
            raise PassingError(broken_off(remote.address))
        part.cut(at)
        part.keep(note)
        look.at(at, last=True)

    def _note(self, index: int, head: Head) -> Note:
        given = self._given[index]
        if given and head.sha256 and given != head.sha256:
            raise DownloadError.worded(
                "{host} has another file under this address than the one that is expected: the SHA-256 "
                "that it tells is another. Check both.",
                code="wrong_digest",
                host=host_of(self._remotes[index].address),
            )
        address = shown(self._remotes[index].address)
        return Note(
            address=address, etag=head.etag, modified=head.modified, total=head.total, sha256=given or head.sha256
        )

    def _check_room(self, total: int | None, part: PartFile) -> None:
        if total == 0 or (total or 0) > MAX_FILE:
            if total == 0:
                raise DownloadError.worded(
                    "{file} is empty. Check the address.", code="bad_size", file=part.target.name
                )
            raise DownloadError.worded(
                "{file} claims {total:,} bytes, more than any model has. Check the address.",
                code="bad_size",
                file=part.target.name,
                total=total,
            )
        if total is None:
            return
        free = shutil.disk_usage(part.target.parent).free
        missing = max(0, (self._total or total) - self._before - part.size)
        if missing + self._reserve > free:
            raise DownloadError.worded(
                "{missing:,} bytes are still to come and {free:,} are free in {folder}, of which "
                "{reserve:,} are to stay free. Make room, then try again.",
                code="no_space",
                missing=missing,
                free=free,
                folder=part.target.parent,
                reserve=self._reserve,
            )

    @property
    def _total(self) -> int | None:
        known = [total for total in self._totals if total is not None]
        return sum(known) if len(known) == len(self._totals) else None

    def _checking(self, done: int) -> None:
        if self._cancelled.is_set():
            raise AbandonedError
        self._pace.tell("checking", self._before + done, self._total)

    def _of_the_disk(self, error: OSError) -> DownloadError:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            return DownloadError.worded(
                "The disk of {folder} is full. Make room, then try again. What has come is kept.",
                code="no_space",
                folder=self.path.parent,
            )
        return DownloadError.worded(
            "{file} cannot be kept in {folder}: {reason}. Check the folder.",
            code="cannot_write",
            file=self.path.name,
            folder=self.path.parent,
            reason=error.strerror or error,
        )
