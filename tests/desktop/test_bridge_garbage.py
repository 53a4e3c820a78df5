"""What is garbage is collected, but in no thread but the window's."""

from __future__ import annotations

import gc
import threading

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.garbage import GarbageKeeper


class Knot:
    """Refers to itself, so that only the collector ends it; notes in which thread that was."""

    ended: list[threading.Thread] = []  # noqa: RUF012 (what all knots share)

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Knot.ended.append(threading.current_thread())


def tie(count: int) -> None:
    for _ in range(count):
        Knot()


def test_garbage_of_any_thread_ends_in_the_windows(qapp: QApplication, qtbot: QtBot) -> None:
    keeper = GarbageKeeper(qapp)
    try:
        Knot.ended.clear()
        thread = threading.Thread(target=tie, args=(5 * gc.get_threshold()[0],))
        thread.start()
        thread.join()
        assert Knot.ended == [], "Python itself collects nothing"
        qtbot.waitUntil(lambda: len(Knot.ended) > 0)
        assert set(Knot.ended) == {threading.current_thread()}
    finally:
        keeper.stop()
    assert gc.isenabled()
