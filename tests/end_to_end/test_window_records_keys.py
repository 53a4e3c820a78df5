"""Keys in the records' room: which are told at the search and which at the list, and what has colour while they act."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from records_room import records_room, workbench
from trainer import Trainer

from desktop.app import Workbench
from desktop.views.palette import Palette
from desktop.views.parts.status_line import StatusLine

__all__ = ["workbench"]

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


def test_the_search_says_how_to_come_to_the_records_and_there_their_keys_act(workbench: Workbench) -> None:
    """The room opens on its search, where Del deletes a letter: the line of keys showed it as withdrawing a record."""
    trainer, page = records_room(workbench), workbench.records
    line = workbench.window.findChild(StatusLine, "statusLine")
    assert line is not None
    trainer.comes_to("search")
    assert "to the records found" in line.accessibleName() and "withdraw" not in line.accessibleName()
    trainer.press(Qt.Key.Key_Delete)
    assert QApplication.activeModalWidget() is None
    trainer.press(Qt.Key.Key_Down)
    trainer.comes_to("recordList")
    assert (
        page.current is not None and page.list.selectionModel().hasSelection() and "withdraw" in line.accessibleName()
    )
    trainer.press(Qt.Key.Key_Delete)
    trainer.dialog("confirmWithdraw")
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


def test_the_key_that_is_pressed_again_leaves_the_line_of_keys_as_the_search_needs_it(workbench: Workbench) -> None:
    """With the keyboard in the search Ctrl+F came to the room anew, and the line told the keys of a record there."""
    trainer = records_room(workbench)
    line = workbench.window.findChild(StatusLine, "statusLine")
    assert line is not None
    trainer.comes_to("search")
    trainer.control(Qt.Key.Key_F)
    assert "to the records found" in line.accessibleName() and "withdraw" not in line.accessibleName()


def test_a_key_that_has_nothing_to_do_at_this_record_says_why(workbench: Workbench) -> None:
    trainer, page = records_room(workbench), workbench.records
    trainer.press(Qt.Key.Key_Down)
    trainer.comes_to("recordList")
    for key, why in (
        ("c", "There is no judgement before this version."),
        ("s", "It was not withdrawn."),
        ("g", "It names no guideline."),
        ("i", "The address of its page was not kept."),
    ):
        trainer.type(key)
        assert page.message.message is not None and page.message.message.text == why
    trainer.control(Qt.Key.Key_F)
    trainer.replace_text("nothing is called so")
    trainer.until(lambda: page.model.rowCount() == 0, "nothing is found")
    trainer.press(Qt.Key.Key_Down)
    for key in ("c", "s", "g", "i", "e", "b", "w", "t", "p"):
        trainer.type(key)
        assert page.message.message is not None, key
        assert page.message.message.text == "No record is chosen, or it was erased.", key


def test_a_key_is_shown_only_where_it_does_what_its_button_says(workbench: Workbench) -> None:
    trainer, page = Trainer(workbench), workbench.records
    trainer.control(Qt.Key.Key_3)
    trainer.comes_to("search")
    only_typed = (page.export, page.reader.open_button, page.reader.withdraw_button)
    assert [each.key_shown for each in only_typed] == ["", "", ""], "in the search X is a letter"
    assert page.export.accessibleDescription() == ""
    assert page.finder.filter.key_shown == "Ctrl+Shift+F", "a chord works there too"
    before = page.export.sizeHint()
    trainer.press(Qt.Key.Key_Down)
    trainer.comes_to("recordList")
    assert [each.key_shown for each in only_typed] == ["X", "↵", "Del"]
    assert page.export.sizeHint() == before, "nothing moves"


def test_the_row_that_is_read_has_colour_only_while_keys_go_to_the_list(workbench: Workbench) -> None:
    """It looked chosen while letters were typed into the search."""
    trainer, records = Trainer(workbench), workbench.records
    trainer.control(Qt.Key.Key_F)
    trainer.comes_to("search")
    trainer.until(lambda: records.current is not None, "a record is read")

    def bar() -> QColor:
        row = records.list.visualRect(records.list.currentIndex())
        return records.list.viewport().grab().toImage().pixelColor(row.left() + 1, row.center().y())

    theme = workbench._appearance.theme
    assert bar() == theme.colour("border-strong")
    trainer.press(Qt.Key.Key_Return)
    trainer.comes_to("recordList")
    assert bar() == theme.colour("accent")
    trainer.control(Qt.Key.Key_F)
    trainer.comes_to("search")
    assert bar() == theme.colour("border-strong")


def test_the_palette_s_row_has_colour_since_enter_at_its_field_does_it(workbench: Workbench) -> None:
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_K)
    trainer.comes_to("paletteField")
    palette = workbench.window.findChild(Palette)
    assert palette is not None
    row = palette.list.visualItemRect(palette.list.item(0))
    seen = palette.list.viewport().grab().toImage().pixelColor(row.left() + 1, row.center().y())
    assert seen == workbench._appearance.theme.colour("accent")
