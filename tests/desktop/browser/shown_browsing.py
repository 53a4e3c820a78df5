"""The browsers of a window as a trainer meets them: their page of the settings, and the dialog that connects one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.courier import Courier
from desktop.bridge.work import Work
from desktop.browser.places import Place
from desktop.browsing import Browsing
from desktop.profile import Profile
from desktop.views.connect_dialog import ConnectDialog
from desktop.views.settings.browsers_page import BrowsersPage


class Shown(Browsing):
    """With its page."""

    page: BrowsersPage


@contextmanager
def browsing_of(
    profile: Profile,
    window: QWidget,
    places: Callable[[], list[Place]] = list,
    unlock: Callable[[str], None] | None = None,
    asks: Callable[[], bool] = lambda: False,
) -> Iterator[Shown]:
    """Not listening yet; its page is the caller's to make."""
    courier = Courier()
    work = Work(courier)
    made = Shown(profile, places, unlock or (lambda _browser: profile.unlock()), work, courier, window, asks=asks)
    try:
        yield made
    finally:
        made.stop()
        courier.stop()
        work.end()


def opened(qtbot: QtBot, browsing: Shown) -> ConnectDialog:
    browsing.page.connect_one.click()
    found: list[ConnectDialog] = []

    def look() -> bool:
        found[:] = browsing.page.window().findChildren(ConnectDialog)
        return bool(found) and found[0].isVisible()

    qtbot.waitUntil(look, timeout=60_000)
    return found[0]


def press(qtbot: QtBot, dialog: ConnectDialog, text: str) -> None:
    """Type where the keyboard is."""
    there = dialog.focusWidget()
    assert there is not None
    qtbot.keyClicks(there, text)
