"""Every button of a room is a command: found in the palette while it can be pressed, and there only."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from every_scene import SCENES, Visit
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from trainer import ShowWindow, Trainer

from desktop.flow import keymap
from desktop.flow.models.rows import ActName
from desktop.views.model_list import COMMANDS
from desktop.views.palette import Palette
from desktop.views.parts import KeyButton

Key = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
# Not acts of the room: what ends typing in a field, what copies a line, one button in each row of a list, the way out
# of a message.
PARTS = re.compile(r"modelLook|copyExtensionFolder|addClose|(recommended|found)\d+Get|app_.*|way_.*|.*Way")
ACTS = re.compile(r"model_(.*)")  # of the chosen model


def met(trainer: Trainer) -> Visit:
    trainer.comes_to("promptText")
    return Visit(trainer)


def with_a_record(show_window: ShowWindow) -> Trainer:
    """A trainer who has saved a judgement."""
    trainer = Trainer(show_window())
    met(trainer).save()
    return trainer


def offered(trainer: Trainer, words: str) -> list[str]:
    """What the palette has for these words; it is left again."""
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    trainer.type(words)
    palette = trainer.workbench.window.findChild(Palette)
    assert palette is not None
    found = [palette.list.item(row).text() for row in range(palette.list.count())]
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: trainer.workbench.window.findChild(Palette) is None, "the palette is gone")
    return found


def give(trainer: Trainer, words: str) -> None:
    """Choose a command by its words."""
    trainer.control(Key.Key_K)
    trainer.comes_to("paletteField")
    trainer.type(words)
    trainer.press(Key.Key_Return)


@pytest.mark.parametrize("scene", ["models", "models, adding", "records", "outbox", "settings, about"])
def test_every_button_of_a_room_is_a_command_of_the_table(show_window: ShowWindow, scene: str) -> None:
    trainer = Trainer(show_window())
    SCENES[scene](met(trainer))
    workbench = trainer.workbench
    known = {each.id for each in keymap.commands()}
    assert {name for room in workbench.shown.doings.values() for name in room} <= known
    # Enter, Del and Space are keys of their place, and shown on the button in place of the command's.
    reader = workbench.records.reader
    by_place = {reader.open_button, reader.withdraw_button, workbench.outbox.leaving.release}
    acts = {act for several in COMMANDS.values() for act in several}
    assert acts == set(get_args(ActName))
    for button in workbench.window.room.page.findChildren(KeyButton):
        name = button.objectName()
        act = ACTS.fullmatch(name)
        is_command = button.command in known or button in by_place or (act is not None and act[1] in acts)
        assert is_command or PARTS.fullmatch(name), f"{name}: {button.text()}"


def test_what_cannot_be_done_now_is_not_offered(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    visit = met(trainer)
    trainer.control(Key.Key_3)
    assert offered(trainer, "erase") == [], "there is no record"
    assert offered(trainer, "without filters") == []
    trainer.control(Key.Key_1)
    visit.save()
    assert offered(trainer, "export training") == ["Records: Export training data"], "it was not found from here"
    trainer.control(Key.Key_3)
    trainer.until(lambda: trainer.workbench.records.current is not None, "a record is read")
    assert offered(trainer, "erase") == ["Erase the judgement for good"]
    assert offered(trainer, "export training") == ["Export training data"]
    assert offered(trainer, "what changed") == [], "it has one version"
    trainer.type("tag:sky")
    trainer.until(lambda: trainer.workbench.records.finder.filtered, "it is filtered")
    assert offered(trainer, "without filters") == ["Search without filters"]


def test_the_palette_does_what_the_buttons_do(show_window: ShowWindow) -> None:
    trainer = with_a_record(show_window)
    workbench = trainer.workbench
    trainer.control(Key.Key_3)
    trainer.until(lambda: workbench.records.current is not None, "a record is read")
    give(trainer, "export training")
    trainer.dialog("exportDialog")
    trainer.press(Key.Key_Escape)
    trainer.alone()
    give(trainer, "tags of the marked")
    trainer.dialog("tagsDialog")
    trainer.press(Key.Key_Escape)
    trainer.alone()
    trainer.control(Key.Key_4)
    give(trainer, "release all")
    trainer.dialog("confirmRelease")
    trainer.push("confirmReleaseMain")
    trainer.until(lambda: [row.way for row in workbench.outbox.model.rows] == ["released"], "it is released")
    give(trainer, "release the record")
    trainer.until(lambda: [row.way for row in workbench.outbox.model.rows] != ["released"], "it is held back")
    trainer.control(Key.Key_6)
    give(trainer, "make a backup")
    assert workbench.preferences.page.shown == "backups"
    trainer.until(lambda: workbench.preferences.backups.current is not None, "a backup is listed")
    give(trainer, "check the profile")
    trainer.until(lambda: len(workbench.preferences.about.findings) > 0, "the profile is looked at")
    give(trainer, "new project")
    trainer.dialog("projectDialog")


def test_what_another_room_does_is_found_from_the_bench_and_done_there(show_window: ShowWindow) -> None:
    trainer = with_a_record(show_window)
    workbench = trainer.workbench
    give(trainer, "release all")
    assert workbench.window.room.name == "outbox"
    trainer.dialog("confirmRelease")
    trainer.push("confirmReleaseMain")
    trainer.until(lambda: [row.way for row in workbench.outbox.model.rows] == ["released"], "it is released")
    trainer.control(Key.Key_1)
    give(trainer, "sign and send")
    assert workbench.window.room.name == "outbox"
    said = workbench.outbox.message.message
    assert said is not None and said.text == workbench.outbox.send.why_not, "no team is joined"
    trainer.control(Key.Key_1)
    give(trainer, "export training")
    trainer.dialog("exportDialog")
    assert workbench.window.room.name == "records"


@pytest.mark.long
def test_what_another_room_does_with_a_row_waits_until_the_row_is_seen(show_window: ShowWindow) -> None:
    trainer = with_a_record(show_window)
    workbench = trainer.workbench
    give(trainer, "hold the record back")
    assert workbench.window.room.name == "outbox"
    trainer.comes_to("toSend")
    said = workbench.outbox.message.message
    assert said is not None and said.text.endswith("choose here what it is about; then H does it.")
    assert [row.way for row in workbench.outbox.model.rows] == ["saved"], "nobody has seen which one"
    trainer.type("h")
    trainer.until(lambda: [row.way for row in workbench.outbox.model.rows] == ["held"], "it is held back")
    trainer.control(Key.Key_1)
    give(trainer, "rename a browser")
    assert workbench.preferences.page.shown == "browsers"


@pytest.mark.long
def test_keys_of_the_records_act_at_the_list_and_are_text_in_the_search(show_window: ShowWindow) -> None:
    trainer = with_a_record(show_window)
    trainer.control(Key.Key_F)
    trainer.comes_to("search")
    trainer.type("et")
    assert trainer.workbench.records.finder.typed == "et"
    trainer.replace_text("")
    trainer.press(Key.Key_Return)
    trainer.comes_to("recordList")
    trainer.type("x")
    trainer.dialog("exportDialog")


@pytest.mark.long
def test_a_command_without_a_key_can_be_given_one(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    met(trainer)
    now = keymap.current()
    assert now.keys("new_project") == () and now.shown("new_project") == ""
    assert now.problem("new_project", "F7") == ""
    try:
        trainer.workbench.window.use_keys(now.with_key("new_project", "F7"))
        trainer.press(Key.Key_F7)
        trainer.dialog("projectDialog")
    finally:
        keymap.use(now)


@pytest.mark.long
@pytest.mark.parametrize(("room", "key"), [("outbox", "Y"), ("outbox", "Alt+Y"), ("settings", "F8"), ("settings", "Y")])
def test_a_key_that_was_given_to_a_rooms_command_does_it(show_window: ShowWindow, room: str, key: str) -> None:
    trainer = with_a_record(show_window)
    workbench = trainer.workbench
    now = keymap.current()
    command = {"outbox": "release_clean", "settings": "make_backup"}[room]
    assert now.problem(command, key) == ""
    try:
        workbench.window.use_keys(now.with_key(command, key))
        workbench.window.show_named(room)
        QTest.keySequence(trainer.focus, QKeySequence(key))
        if room == "outbox":
            trainer.dialog("confirmRelease")
            trainer.push("confirmReleaseMain")
            trainer.until(lambda: [row.way for row in workbench.outbox.model.rows] == ["released"], "it is released")
        else:
            trainer.until(lambda: workbench.preferences.backups.current is not None, "a backup is listed")
    finally:
        keymap.use(now)
