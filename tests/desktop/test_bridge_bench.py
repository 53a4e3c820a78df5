"""What a model writes is told once a frame, its end behind what waits to be painted; all else at once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.bench import BenchBridge


def test_words_wait_for_the_frame_and_the_end_of_an_answer_for_what_is_posted(qtbot: QtBot) -> None:
    bridge = BenchBridge()
    told: list[frozenset[str]] = []
    bridge.changed.connect(told.append)
    bridge.listen(frozenset({"text"}))
    bridge.listen(frozenset({"text", "state"}))
    assert told == []
    QCoreApplication.sendPostedEvents()
    assert told == [], "painting is posted, too"
    qtbot.waitUntil(lambda: bool(told))
    assert told == [{"text", "state"}]
    bridge.stop()


def test_an_act_is_told_at_once_with_what_waited(qtbot: QtBot) -> None:
    bridge = BenchBridge()
    told: list[frozenset[str]] = []
    bridge.changed.connect(told.append)
    bridge.listen(frozenset({"state"}))
    bridge.listen(frozenset({"text"}))
    bridge.listen(frozenset({"judgement", "state"}))
    assert told == [{"state"}, {"text", "judgement", "state"}]
    bridge.stop()
