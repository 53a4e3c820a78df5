"""What the system says of the network becomes one word, and is told only when it changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from desktop.bridge.network import NetworkWatch

Reach = QNetworkInformation.Reachability


class Said(QObject):
    """A system that says what a test tells it."""

    reachabilityChanged = Signal(object)
    isMeteredChanged = Signal(bool)

    def __init__(self, reach: Reach, *, metered: bool) -> None:
        super().__init__()
        self.reach, self.metered = reach, metered

    def reachability(self) -> Reach:
        return self.reach

    def isMetered(self) -> bool:
        return self.metered


@pytest.mark.parametrize(
    ("reach", "metered", "standing"),
    [
        (Reach.Disconnected, False, "offline"),
        (Reach.Disconnected, True, "offline"),
        (Reach.Unknown, False, "open"),
        (Reach.Local, False, "open"),
        (Reach.Site, False, "open"),
        (Reach.Online, False, "open"),
        (Reach.Online, True, "metered"),
        (Reach.Unknown, True, "metered"),
    ],
)
def test_each_word_of_the_system_is_one_of_ours(reach: Reach, metered: bool, standing: str, qtbot: QtBot) -> None:
    said = Said(reach, metered=metered)
    assert NetworkWatch(said, parent=said).standing == standing


def test_a_change_is_told_once(qtbot: QtBot) -> None:
    said = Said(Reach.Online, metered=False)
    watch = NetworkWatch(said, parent=said)
    told: list[str] = []
    watch.changed.connect(told.append)
    said.isMeteredChanged.emit(False)
    said.reach = Reach.Disconnected
    said.reachabilityChanged.emit(said.reach)
    said.reachabilityChanged.emit(said.reach)
    said.reach = Reach.Online
    said.reachabilityChanged.emit(said.reach)
    assert told == ["offline", "open"]


def test_the_real_system_is_asked_without_a_word_of_complaint(qtbot: QtBot) -> None:
    assert NetworkWatch().standing in ("open", "metered", "offline")
