"""Downloads of the window: begun by a click, gone on with, stopped; what has come is never lost by it.

A download runs on its own thread and is heard of in the window's. When it ends well the model is put into the
catalogue on that thread, so that a window that closes just then loses nothing. Must not know the rest of the room.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.flow.models.rows import Act, Detail, Fact, Row, Said
from desktop.flow.quantities import percent_text, size_text, time_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from local_models.downloads.addresses import Hub, Remote, Repository, all_parts, read_word, shown
from local_models.downloads.leftovers import Leftover, discard
from local_models.errors import DownloadError, EngineError
from local_models.model_files import recommended
from local_models.model_files.catalog import Catalog

if TYPE_CHECKING:
    from local_models.downloads.http import Rules
    from local_models.downloads.job import Download, Downloaded
    from local_models.downloads.progress import Progress

CLOSING_S = 5.0  # for downloads to close their files when the window is closed

Post = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class Coming:
    """A model that is coming, or has come in part. `remote` is None for what an earlier start left behind."""

    path: Path
    address: str
    running: bool = False
    remote: Remote | None = None
    progress: Progress | None = None
    done: int = 0
    total: int | None = None
    sha256: str = ""
    problem: str = ""

    @property
    def key(self) -> str:
        return coming_key(self.path)

    @property
    def share(self) -> float | None:
        """How much has come, 0 to 1; None where the whole is not known."""
        total = self.progress.total if self.progress is not None else self.total
        done = self.progress.done if self.progress is not None else self.done
        return min(1.0, done / total) if total else None


@dataclass(frozen=True)
class Sized:
    """A model at an address, and how many bytes it has; None where the server does not tell."""

    remote: Remote
    word: str
    size: int | None


class Downloads:
    """All downloads of one window; to be used in its thread. `changed` is called after every change.

    `ended(path, error)` hears of each end: the model that is there, or what went wrong.
    """

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        post: Post,
        changed: Callable[[], None],
        ended: Callable[[Path, Exception | None], None],
        rules: Rules | None = None,
    ) -> None:
        self._folder = folder
        self._catalog = catalog
        self._post = post
        self._changed = changed
        self._ended = ended
        self._rules = rules
        self._coming: dict[Path, Coming] = {}
        self._jobs: dict[Path, Download] = {}

    @property
    def all(self) -> tuple[Coming, ...]:
        """What is coming or has stopped, in the order in which it was begun."""
        return tuple(self._coming.values())

    def find(self, key: str) -> Coming | None:
        """The one with this key."""
        return next((each for each in self._coming.values() if each.key == key), None)

    def of(self, address: str) -> Coming | None:
        """The one of this address, which may be any of its files."""
        return next((each for each in self._coming.values() if each.address == shown(address)), None)

    def begin(self, remote: Remote, sha256: str = "", name: str = "") -> Coming:
        """Start, or go on with what has come. Raises DownloadError for what cannot be asked for."""
        from local_models.downloads.job import Download  # brings the HTTP client, which few starts need

        job = Download(
            remote,
            self._folder,
            name=name,
            sha256=(sha256,) if sha256 and len(all_parts(remote)) == 1 else (),
            rules=self._rules,
            on_progress=lambda progress: self._post(lambda: self._heard(path, progress)),
            on_end=lambda outcome: self._end(path, outcome),
        )
        path = job.path
        before = self._coming.get(path)
        if before is not None and before.running:
            return before
        self._jobs[path] = job
        self._coming[path] = Coming(path, shown(remote.address), running=True, remote=remote, sha256=sha256)
        job.start()
        self._changed()
        return self._coming[path]

    def go_on(self, coming: Coming) -> None:
        """Go on where it stopped. What cannot be asked for is said at its row."""
        try:
            remote = coming.remote or _remote_at(coming.address)
            self.begin(remote, coming.sha256, coming.path.name)
        except EngineError as error:
            self._coming[coming.path] = replace(coming, problem=sentence(error))
            self._changed()

    def cancel(self, coming: Coming) -> None:
        """Stop it; what has come stays."""
        job = self._jobs.get(coming.path)
        if job is not None:
            job.cancel()

    def dismiss(self, coming: Coming) -> None:
        """Show it no more."""
        if not coming.running:
            self._coming.pop(coming.path, None)
            self._changed()

    def found(self, left: Iterable[Leftover]) -> None:
        """What lies in the folder now: downloads that stopped are shown, those that are gone are not."""
        there = {each.path: each for each in left}
        for path, coming in list(self._coming.items()):
            if not coming.running and path not in there and not coming.problem:
                del self._coming[path]
        for path, each in there.items():
            known = self._coming.get(path)
            if known is None:
                self._coming[path] = Coming(
                    path, shown(each.address), done=each.done, total=each.total, sha256=each.sha256
                )
            elif not known.running:
                total = each.total if each.total is not None else known.total
                self._coming[path] = replace(known, done=each.done, total=total, progress=None)

    def close(self) -> None:
        """Stop all of them and wait until their files are closed."""
        until = time.monotonic() + CLOSING_S
        for job in self._jobs.values():
            job.cancel()
        for job in self._jobs.values():
            with contextlib.suppress(EngineError, TimeoutError):
                job.wait(max(0.0, until - time.monotonic()))

    def _heard(self, path: Path, progress: Progress) -> None:
        coming = self._coming.get(path)
        if coming is not None and coming.running:
            self._coming[path] = replace(coming, progress=progress)
            self._changed()

    def _end(self, path: Path, outcome: Downloaded | Exception) -> None:
        """On the download's thread."""
        error: Exception | None = None
        if isinstance(outcome, Exception):
            error = outcome
        else:
            try:
                for card in self._catalog.add(outcome.path):
                    self._catalog.digested(card, outcome.sha256)
            except EngineError as refused:
                error = refused
        self._post(lambda: self._close(path, error))

    def _close(self, path: Path, error: Exception | None) -> None:
        self._jobs.pop(path, None)
        coming = self._coming.pop(path)
        stopped = isinstance(error, EngineError) and error.code == "download_cancelled"
        if error is not None:
            told = coming.progress
            self._coming[path] = replace(
                coming,
                running=False,
                progress=None,
                done=told.done if told is not None else 0,
                total=told.total if told is not None else None,
                problem="" if stopped else sentence(error),
            )
        self._ended(path, None if stopped else error)


def coming_key(path: Path) -> str:
    """The key of the row of a model that is coming."""
    return f"coming:{path}"


def known_digest(remote: Remote) -> str:
    """The digest of a model that is recommended."""
    known = recommended.known(remote.repo, remote.file) if remote.repo else None
    return known.sha256 if known is not None else ""


def models_at(found: Remote | Repository, rules: Rules | None = None) -> tuple[Sized, ...]:
    """What could be downloaded there, with its size; waits for the server. Raises DownloadError."""
    from local_models.downloads.listing import list_models

    if isinstance(found, Repository):
        return tuple(
            Sized(_remote_at(found.word(each.file)), found.word(each.file), each.size)
            for each in list_models(found, rules=rules)
        )
    known = recommended.known(found.repo, found.file) if found.repo else None
    if known is not None:
        return (Sized(found, known.address, known.size),)
    word = f"{found.repo}/{found.file}" if found.repo else shown(found.address)
    sizes = [_size_at(part, rules) for part in all_parts(found)]
    return (Sized(found, word, None if None in sizes else sum(size or 0 for size in sizes)),)


def _size_at(remote: Remote, rules: Rules | None) -> int | None:
    from local_models.downloads.answers import PassingError, Patience
    from local_models.downloads.http import Exchange, Rules

    exchange = Exchange(remote, patience=Patience(), rules=rules or Rules())
    try:
        return exchange.head().total
    except PassingError as passing:
        raise passing.error from passing
    finally:
        exchange.abandon()


def hub() -> Hub:
    """Where Hugging Face's models are, as its own programs find it."""
    return Hub.of(os.environ, Path.home())


def _remote_at(word: str) -> Remote:
    """The file at an address or of a repository. Raises DownloadError."""
    found = read_word(word, hub())
    if not isinstance(found, Remote):
        raise DownloadError(_("Its address is not known any more. Type it anew."), code="bad_address")
    return found


def throw_away(coming: Coming) -> None:
    """Delete what has come. Raises DownloadError, OSError."""
    discard(Leftover(coming.path, coming.address, coming.done, coming.total))


def progress_text(coming: Coming) -> str:
    """How far it is: how much of how much, how fast, how long still."""
    progress = coming.progress
    done, total = (progress.done, progress.total) if progress is not None else (coming.done, coming.total)
    size = size_text(done)
    if total:
        size = _("{done} of {total}").format(done=size, total=size_text(total))
    if not coming.running:
        return size if done else _("Nothing has come yet")
    match progress.doing if progress is not None else "asking":
        case "checking":
            return _("{size}, reading what is there").format(size=size)
        case "waiting":
            return _("{size}, the connection broke; trying again").format(size=size)
        case "downloading":
            assert progress is not None
            speed = _("{size}, {speed} a second").format(size=size, speed=size_text(int(progress.bytes_per_second)))
            left = progress.seconds_left
            return speed if left is None else _("{line}, {left} left").format(line=speed, left=time_text(left))
    return _("Asking the server …")


def coming_row(coming: Coming) -> Row:
    """A line of the list."""
    share = coming.share
    state = percent_text(int(100 * share) / 100) if share is not None else ""
    if not coming.running:
        state = _("Failed") if coming.problem else _("Stopped")
    return Row(
        key=coming.key,
        kind="coming",
        title=coming.path.name,
        size="",
        line=progress_text(coming),
        source=coming.address,
        state=state if not coming.running or share is not None else _("Beginning"),
        tone="danger" if coming.problem else "plain" if coming.running else "warning",
        share=share if share is not None else (-1.0 if coming.running else None),
    )


def coming_detail(coming: Coming) -> Detail:
    """All that is shown of it."""
    digest = coming.sha256 or (known_digest(coming.remote) if coming.remote is not None else "")
    facts = (
        Fact(_("From"), coming.address, copies=True),
        Fact(_("Kept as"), str(coming.path), copies=True),
        Fact(_("SHA-256"), digest or _("What the server says; none is known here"), mono=bool(digest)),
    )
    if coming.running:
        acts: tuple[Act, ...] = (Act("cancel", _("Stop"), "Del"),)
        said = Said(_("You can close the window: what has come is kept, and can be gone on with at the next start."))
        share = coming.share if coming.share is not None else -1.0
        about = _("Downloading")
        return Detail(
            coming.key, coming.path.name, about, acts, (said,), facts, doing=progress_text(coming), share=share
        )
    acts = (Act("go_on", _("Go on") if coming.done else _("Try again"), "↵"),)
    if coming.done:
        acts = (*acts, Act("discard", _("Delete what has come …"), "Del"))
    else:
        acts = (*acts, Act("dismiss", _("Dismiss"), "Del"))
    said_all = (Said(coming.problem, "danger"),) if coming.problem else ()
    return Detail(
        coming.key,
        coming.path.name,
        _("A download that failed") if coming.problem else _("A download that stopped"),
        acts,
        said_all,
        facts,
        doing=progress_text(coming) if coming.done else "",
        share=coming.share if coming.done else None,
    )
