"""A download's progress on stderr: one line that changes on a terminal, a line a tenth elsewhere."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading

import click

from desktop.flow.quantities import size_text, time_text
from desktop.flow.wording import gettext as _
from local_models.downloads.progress import Progress

BAR = 24


class DownloadLines:
    """Shows what it is told, from any thread; nothing at all where `quiet` and no terminal is there."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._terminal = sys.stderr.isatty()
        self._quiet = quiet and not self._terminal
        self._lock = threading.Lock()
        self._ended = False
        self._shown = ""
        self._tenth = 0
        self._doing = ""

    def begin(self, name: str) -> None:
        """Say what is coming."""
        if not self._quiet:
            self._print(_("Downloading {name}").format(name=name) + "\n")

    def show(self, progress: Progress) -> None:
        """Show it, if it says something new."""
        with self._lock:
            if self._ended or self._quiet:
                return
            if self._terminal:
                text = line(progress)[: shutil.get_terminal_size().columns - 1]
                self._print("\r" + text.ljust(len(self._shown)))
                self._shown = text
            elif self._is_new(progress):
                self._print(line(progress) + "\n")

    def end(self) -> None:
        """Show nothing more; the terminal's line is left as it is."""
        with self._lock:
            if self._shown and not self._ended:
                self._print("\n")
            self._ended = True

    def _is_new(self, progress: Progress) -> bool:
        """A pause or a reading that begins, and each tenth of a file whose size is known."""
        began = progress.doing != self._doing and progress.doing in ("waiting", "checking")
        self._doing = progress.doing
        tenth = 10 * progress.done // progress.total if progress.total else 0
        if progress.doing != "downloading" or tenth <= self._tenth:
            return began
        self._tenth = tenth
        return True

    def _print(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            click.echo(text, err=True, nl=False)


def line(progress: Progress) -> str:
    """One line for how far it is."""
    size = size_text(progress.done)
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        bar = "#" * round(BAR * share)
        size = _("{percent:3d} % [{bar}] {done} of {total}").format(
            percent=int(100 * share), bar=bar.ljust(BAR, "."), done=size, total=size_text(progress.total)
        )
    match progress.doing:
        case "asking":
            return _("Asking the server …")
        case "checking":
            return _("{size}, reading what is there").format(size=size)
        case "waiting":
            return _("{size}, the connection broke; trying again").format(size=size)
        case "downloading":
            speed = _("{size}, {speed} a second").format(size=size, speed=size_text(int(progress.bytes_per_second)))
            left = progress.seconds_left
            return speed if left is None else _("{line}, {left} left").format(line=speed, left=time_text(left))
