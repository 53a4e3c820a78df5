"""The window is painted in a turn of its own, behind the timers that an act started, and before what a model ends."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.bench import BenchBridge
from desktop.views.parts.painting_turn import PaintingTurn


class _Painted(QWidget):
    """Notes when it is painted."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told
        self.turn = PaintingTurn(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._told.append("painted")


def shown(qtbot: QtBot, told: list[str]) -> _Painted:
    window = _Painted(told)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "painted" in told)
    live_on(qtbot)
    told.clear()
    return window


def live_on(qtbot: QtBot) -> None:
    """Until nothing waits any more."""
    later = QTimer(interval=50, singleShot=True)
    with qtbot.waitSignal(later.timeout):
        later.start()


def test_a_painting_is_a_turn_of_its_own_behind_the_timers_that_an_act_started(qtbot: QtBot) -> None:
    told: list[str] = []
    window = shown(qtbot, told)
    window.update()
    started = QTimer(interval=0, singleShot=True)
    started.timeout.connect(lambda: told.append("what the act started"))
    started.start()
    QCoreApplication.sendPostedEvents()
    assert told == [], "Qt would have painted by now"
    qtbot.waitUntil(lambda: "painted" in told)
    assert told == ["what the act started", "painted"]


def test_what_changes_while_a_painting_waits_is_in_it_and_what_changes_afterwards_is_painted_anew(qtbot: QtBot) -> None:
    told: list[str] = []
    window = shown(qtbot, told)
    window.update()
    QCoreApplication.sendPostedEvents()
    window.update()
    live_on(qtbot)
    assert told == ["painted"]
    window.update()
    live_on(qtbot)
    assert told == ["painted", "painted"]


def test_the_end_of_an_answer_is_told_after_the_painting_that_answers_a_key(qtbot: QtBot) -> None:
    told: list[str] = []
    window = shown(qtbot, told)
    bridge = BenchBridge()
    bridge.ending.connect(window.turn.paint_now)
    bridge.changed.connect(lambda _parts: told.append("end of the answer"))
    window.update()
    bridge.listen(frozenset({"text", "state"}))
    qtbot.waitUntil(lambda: "end of the answer" in told)
    live_on(qtbot)
    assert told == ["painted", "end of the answer"]
    bridge.stop()


def test_what_is_painted_at_once_is_not_painted_again_a_turn_later_and_nothing_is_where_nothing_waits(
    qtbot: QtBot,
) -> None:
    told: list[str] = []
    window = shown(qtbot, told)
    window.turn.paint_now()
    assert told == []
    window.update()
    QCoreApplication.sendPostedEvents()
    window.turn.paint_now()
    assert told == ["painted"]
    live_on(qtbot)
    assert told == ["painted"]
