"""The last line says the keys of where one is, in dialogs too; and the list of keys begins where one was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget
from trainer import ShowWindow, Trainer
from visit import Visit

from desktop.views.keys_dialog import KeysDialog
from desktop.views.parts.status_line import StatusLine

pytestmark = pytest.mark.long

Key = Qt.Key


def last_line(trainer: Trainer) -> str:
    line = trainer.window.findChild(StatusLine, "statusLine")
    assert line is not None
    return line.accessibleName()


def test_under_the_dialog_of_rubrics_stand_its_keys(show_window: ShowWindow) -> None:
    """ "Ctrl+Enter generate" stood there, from the bench."""
    trainer = Trainer(show_window(size=(1440, 900)))
    trainer.comes_to("promptText")
    before = last_line(trainer)
    assert "generate" in before
    trainer.control(Key.Key_R)
    trainer.comes_to("rubricList")
    assert "copy and edit" in last_line(trainer) and "generate" not in last_line(trainer)
    trainer.type("c")
    trainer.comes_to("rubricName")
    assert "keep as the next version" in last_line(trainer)
    trainer.press(Key.Key_Escape, times=2)
    trainer.comes_to("rubricList")
    trainer.press(Key.Key_Escape)
    trainer.alone()
    trainer.until(lambda: last_line(trainer) == before, "the keys of the bench again")


def keys_of_window(trainer: Trainer) -> KeysDialog:
    dialog = trainer.dialog("keysDialog")
    assert isinstance(dialog, KeysDialog)
    return dialog


def test_the_list_of_keys_begins_at_the_place_where_one_is(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    visit = Visit(trainer)
    visit.ask()
    trainer.press(Key.Key_Return)
    trainer.until(lambda: trainer.focus is visit.workbench.bench.ratings, "at the ratings")
    trainer.type("?")
    tree = keys_of_window(trainer).keys.list
    current = tree.currentItem()
    assert current is not None and current.parent().text(0) == "Ratings"
    assert last_line(trainer) == "Tab next, Esc close"
    trainer.press(Key.Key_Escape)
    trainer.alone()


def test_the_row_itself_asks_for_the_new_key(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    Visit(trainer).ask()
    trainer.type("?")
    dialog = keys_of_window(trainer)
    trainer.type("rewrite")
    trainer.press(Key.Key_Down)
    tree: QTreeWidget = dialog.keys.list
    row = tree.currentItem()
    assert row is not None and row.text(1) == "E"
    dialog.keys.wait_for_key()
    assert row.text(1) == "Press the new key"
    trainer.type("b")
    assert row.text(1) == "Press another key"
    assert "is taken by" in dialog.words
    trainer.press(Key.Key_Escape)
    assert row.text(1) == "E"


def test_a_search_without_a_hit_says_so_and_leads_back(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    Visit(trainer).ask()
    trainer.type("?")
    dialog = keys_of_window(trainer)
    trainer.type("zzz")
    assert dialog.keys.empty.isVisible()
    trainer.push("noKeyWay")
    assert not dialog.keys.empty.isVisible() and dialog.keys.list.topLevelItemCount() > 5
