"""Comparing beside the window: short texts at once, of long ones the newest, and nothing once it was stopped."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge import comparing
from desktop.bridge.comparing import Compared, Comparing
from desktop.bridge.courier import Courier
from desktop.bridge.work import Work
from desktop.flow.word_diff import WordDiff, compare

LONG = "word " * 5000


@pytest.fixture
def held(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Long comparisons wait for this."""
    go = threading.Event()

    def slowly(original: str, revised: str) -> WordDiff:
        assert go.wait(120)
        return compare(original, revised)

    monkeypatch.setattr(comparing, "compare", slowly)
    return go


def test_short_texts_are_told_before_the_call_returns(qapp: QApplication) -> None:
    told: list[Compared] = []
    Comparing(Work(Courier())).start("one two", "one three", told.append)
    assert [(each.original, each.revised, len(each.diff.changes)) for each in told] == [("one two", "one three", 1)]


def test_of_long_texts_asked_in_a_row_only_the_newest_is_told(held: threading.Event, qtbot: QtBot) -> None:
    told: list[str] = []
    beside = Comparing(Work(Courier()))
    for number in range(4):
        beside.start(LONG, f"{LONG}{number}", lambda compared: told.append(compared.revised[-1]))
    assert told == []
    held.set()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["3"]
    beside.start(LONG, f"{LONG}9", lambda compared: told.append(compared.revised[-1]))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["3", "9"]


def test_nothing_is_told_once_it_was_stopped(held: threading.Event, qtbot: QtBot) -> None:
    told: list[Compared] = []
    beside = Comparing(Work(Courier()))
    beside.start(LONG, f"{LONG}1", told.append)
    beside.stop()
    held.set()
    qtbot.waitUntil(lambda: not beside._newest._busy)
    assert told == []
