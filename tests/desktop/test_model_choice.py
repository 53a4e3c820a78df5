"""A covered choice of models names none until it is opened, keeps its model, and lets another be chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.views.model_choice import ModelChoice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def shown(choice: ModelChoice) -> list[str]:
    return [choice.itemText(at) for at in range(choice.count())]


def made(qtbot: QtBot) -> ModelChoice:
    choice = ModelChoice("model", "Model")
    qtbot.addWidget(choice)
    choice.show_models(("moon", "sun"), {"sun"}, "moon")
    choice.show()
    return choice


def test_covered_it_names_no_model_and_keeps_the_chosen_one(qtbot: QtBot) -> None:
    choice = made(qtbot)
    choice.cover(True)
    assert shown(choice) == ["Hidden until saved"] and choice.chosen == "moon"
    choice.show_models(("moon", "sun", "star"), (), choice.chosen)
    assert shown(choice) == ["Hidden until saved"] and choice.chosen == "moon"
    choice.cover(False)
    assert choice.currentText() == "moon" and shown(choice) == ["moon", "sun", "star"]


def test_opened_it_lists_all_models_and_takes_another_by_keys(qtbot: QtBot) -> None:
    choice = made(qtbot)
    choice.cover(True)
    choice.showPopup()
    assert shown(choice) == ["Hidden until saved", "moon", "sun, leaves this computer"]
    view = choice.view()
    with qtbot.waitSignal(choice.changed):
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert choice.chosen == "sun"
    qtbot.waitUntil(lambda: shown(choice) == ["Hidden until saved"])
    choice.cover(False)
    assert choice.currentText() == "sun, leaves this computer"


def test_left_without_a_choice_it_stays_as_it_was(qtbot: QtBot) -> None:
    choice = made(qtbot)
    choice.cover(True)
    with qtbot.assertNotEmitted(choice.changed):
        choice.showPopup()
        QTest.keyClick(choice.view(), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: shown(choice) == ["Hidden until saved"])
    assert choice.chosen == "moon"


def test_t15_what_cannot_be_seen_in_a_models_name_stands_there_by_its_name(qtbot: QtBot) -> None:
    choice = ModelChoice("model", "Model")
    qtbot.addWidget(choice)
    choice.show_models(("moo\u3164n", "su\u202en"), {"su\u202en"}, "moo\u3164n")
    assert shown(choice) == ["moo[HF]n", "su[RLO]n, leaves this computer"]
    assert choice.chosen == "moo\u3164n"
