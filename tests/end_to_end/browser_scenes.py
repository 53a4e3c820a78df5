"""Scenes of the browsers: the inbox, their page of the settings, and how one is connected and disconnected."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from visit import Visit

from desktop.flow.browser_words import found_row
from desktop.flow.connecting import Connecting, elsewhere_text
from desktop.flow.health import Finding
from desktop.views.capture_dialog import CaptureDialog
from desktop.views.connect_dialog import ConnectDialog
from feedback_store.records import new_id, now

Scene = Callable[[Visit], None]
PAIRING = "0" * 32


def _captured(visit: Visit) -> None:
    """Two answers of pages, one of which showed only a part."""
    words = visit.words
    for complete in (True, False):
        page = {"origin": words.address[:200], "title": words.tag, "complete": complete}
        turns = [
            {"role": role, "content": text}
            for role, text in (("system", words.note), ("assistant", words.note), ("user", words.prompt))
        ]
        whole = {"t": "capture.put", "id": new_id(), "created_at": now(), "page": page, "messages": turns}
        message = json.dumps({**whole, "response": words.answers[0]}, ensure_ascii=False).encode()
        visit.workbench._profile.store.inbox.put(message, PAIRING).result()


def _inbox(visit: Visit) -> None:
    _captured(visit)
    visit.workbench.window.show_named("inbox")
    visit.trainer.until(lambda: visit.workbench.rooms.inbox.model.rowCount() == 2, "both are listed")


def _discarded(visit: Visit) -> None:
    _inbox(visit)
    inbox = visit.workbench.rooms.inbox
    inbox.discard.click()
    visit.trainer.until(lambda: inbox.model.rowCount() == 1, "one is discarded")


def _accepted(visit: Visit) -> None:
    _inbox(visit)
    inbox = visit.workbench.rooms.inbox
    inbox.all.click()
    visit.trainer.until(lambda: inbox.model.rowCount() == 0, "all are on the bench")


def more(visit: Visit) -> None:
    """The menu of what else can be done with a capture."""
    _inbox(visit)
    visit.workbench.rooms.inbox.more.click()


def _editing(visit: Visit) -> None:
    _inbox(visit)
    visit.workbench.rooms.inbox.edit_current()
    visit.trainer.dialog("captureDialog")


def _editing_wrong(visit: Visit) -> None:
    _editing(visit)
    dialog = visit.workbench.window.findChild(CaptureDialog)
    assert isinstance(dialog, CaptureDialog)
    dialog.text.replace_all("")


def _browsers(visit: Visit) -> None:
    store = visit.workbench._profile.store
    store.browsers.add(PAIRING, "chrome-extension://a/", b"e" * 32, b"d" * 32, visit.words.domain).result()
    store.browsers.rename(PAIRING, visit.words.tag).result()
    (Path(os.environ["XDG_CONFIG_HOME"]) / "chromium").mkdir(parents=True, exist_ok=True)
    visit.workbench.window.show_named("settings")
    page = visit.workbench.preferences
    page.page.show_part("browsers")
    visit.trainer.until(lambda: bool(page.browsers.current), "the browser is listed")
    visit.trainer.until(page.browsers.repair.isEnabled, "one of this computer does not find Preceptor")


def _disconnecting(visit: Visit) -> None:
    _browsers(visit)
    visit.workbench.preferences.browsers.leave.click()
    visit.trainer.dialog("disconnectQuestion")


def _found(visit: Visit) -> None:
    """One finds Preceptor, so what comes next stands there; another finds another profile."""
    _browsers(visit)
    page = visit.workbench.preferences.browsers
    elsewhere = Finding("profile", "trouble", visit.words.note, "", repairable=True)
    page.show_found((found_row("Chromium", ()), found_row("Vivaldi", (elsewhere,), visit.words.tag, ("Vivaldi",))))
    page.found.setCurrentItem(page.found.topLevelItem(0))


def _taking_over(visit: Visit) -> None:
    _found(visit)
    page = visit.workbench.preferences.browsers
    page.found.setCurrentItem(page.found.topLevelItem(1))
    page.repair.click()
    visit.trainer.dialog("takeOverQuestion")


def _connecting(come_to: Callable[[Connecting], Connecting]) -> Scene:
    def scene(visit: Visit) -> None:
        dialog = ConnectDialog(120, visit.workbench.window)
        dialog.show_standing(come_to(Connecting().asked(1, visit.words.tag)))
        dialog.show_time(100)
        dialog.open()
        visit.trainer.dialog("connectDialog")

    return scene


def _connecting_elsewhere(visit: Visit) -> None:
    """A browser of this computer reaches another profile."""
    dialog = ConnectDialog(120, visit.workbench.window)
    dialog.show_standing(Connecting())
    elsewhere = Finding("profile", "trouble", visit.words.note, "", repairable=True)
    dialog.show_elsewhere(elsewhere_text([found_row("Vivaldi", (elsewhere,), visit.words.tag, ("Vivaldi",))]))
    dialog.open()
    visit.trainer.dialog("connectDialog")


ROOMS: dict[str, Scene] = {
    "inbox, empty": lambda visit: visit.workbench.window.show_named("inbox"),
    "inbox": _inbox,
    "inbox, discarded": _discarded,
    "inbox, all accepted": _accepted,
    "settings, browsers": _browsers,
    "settings, browsers, found": _found,
}
DIALOGS: dict[str, Scene] = {
    "captureDialog": _editing,
    "connectDialog": _connecting(lambda _asked: Connecting()),
    "disconnectQuestion": _disconnecting,
    "takeOverQuestion": _taking_over,
}
OPENED: dict[str, tuple[str, Scene]] = {
    "connecting, digits": ("connectDialog", _connecting(lambda asked: asked)),
    "connecting, right": ("connectDialog", _connecting(lambda asked: asked.answered("right", 3))),
    "editing a capture, wrong": ("captureDialog", _editing_wrong),
    "connecting, wrong": ("connectDialog", _connecting(lambda asked: asked.answered("refused", 2))),
    "connecting, connected": ("connectDialog", _connecting(lambda asked: asked.answered("right", 3).allowed())),
    "connecting, elsewhere": ("connectDialog", _connecting_elsewhere),
    "connecting, over": ("connectDialog", _connecting(Connecting.ended)),
}
