"""The browsers of this computer, and what keeps each from the window: looked at and repaired on a thread.

Must not know where they are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge.work import Work
from desktop.browser import host_checks, hosts
from desktop.browser.places import Place, in_use_first
from desktop.flow.browser_words import FoundRow, found_row, not_installed
from desktop.flow.wording import sentence


class BrowsersHere(QObject):
    """`places` says which browsers may be here; they are to reach the window of the profile in `folder`."""

    found = Signal(object)  # tuple[FoundRow, ...]
    not_repaired = Signal(str)  # why, in a sentence

    def __init__(
        self, places: Callable[[], list[Place]], folder: Path, work: Work, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.places, self._folder, self._work = places, folder, work
        self.rows: tuple[FoundRow, ...] = ()  # as they were when they were looked at
        self._signs: tuple[object, ...] = ()  # how this computer's browsers stood when they were looked at
        self.glancing = False  # whether a glance is not over yet

    def look(self) -> None:
        """Walk each browser's way."""
        self._work.start("browsers", self._found, self._on_found)

    def glance(self) -> None:
        """Walk the ways again only where something of them has changed."""
        self.glancing = True
        self._work.start("browsers", self._changed, self._on_glanced)

    @Slot(str)
    def repair(self, browser: str) -> None:
        """Let one browser find this window; what keeps it from that is said."""
        program = hosts.Program.this_one(self._folder)

        def job() -> tuple[hosts.Done | str, tuple[FoundRow, ...]]:
            done: hosts.Done | str = "as it was"
            for place in self.places():
                if place.label == browser:
                    try:
                        done = hosts.install(place, program)
                    except OSError as error:
                        done = sentence(error)
            return done, self._found()

        def ended(future: Future[tuple[hosts.Done | str, tuple[FoundRow, ...]]]) -> None:
            done, rows = future.result()
            if done not in ("written", "as it was"):
                self.not_repaired.emit(not_installed(browser, done))
            self._show_found(rows)

        self._work.start("browsers", job, ended)

    def _found(self) -> tuple[FoundRow, ...]:
        places = self.places()
        self._signs = host_checks.signs(places)
        return tuple(self._found_at(place, places) for place in in_use_first(places))

    def _found_at(self, place: Place, places: list[Place]) -> FoundRow:
        folder = self._folder
        findings, lost = list(host_checks.check(place, folder)), hosts.taken_over(place, folder, places)
        if lost is None:
            return found_row(place.label, findings)
        return found_row(place.label, findings, str(lost.profile), lost.browsers)

    def _changed(self) -> tuple[FoundRow, ...] | None:
        """The browsers of this computer; None where they stand as when they were looked at last."""
        return None if host_checks.signs(self.places()) == self._signs else self._found()

    def _on_glanced(self, future: Future[tuple[FoundRow, ...] | None]) -> None:
        self.glancing = False
        rows = future.result()
        if rows is not None:
            self._show_found(rows)

    def _on_found(self, future: Future[tuple[FoundRow, ...]]) -> None:
        self._show_found(future.result())

    def _show_found(self, rows: tuple[FoundRow, ...]) -> None:
        self.rows = rows
        self.found.emit(rows)
