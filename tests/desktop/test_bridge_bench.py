"""What a model writes is told once a frame, with what it changes in the bench's state; all else at once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.bridge.bench import BenchBridge


def test_words_and_the_state_that_comes_with_them_wait_for_the_frame(qtbot: QtBot) -> None:
    bridge = BenchBridge()
    told: list[frozenset[str]] = []
    bridge.changed.connect(told.append)
    bridge.listen(frozenset({"text"}))
    bridge.listen(frozenset({"text", "state"}))
    assert told == []
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
