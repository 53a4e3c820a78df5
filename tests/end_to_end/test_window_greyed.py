"""What cannot be pressed says why, to who points at it and to who hears it; and an empty outbox has no ring."""

from __future__ import annotations

import pytest
from every_scene import DIALOGS, SCENES, Visit, opened
from one_in import one_in
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from trainer import OpenWindow, ShowWindow, Trainer
from visit import Words

from desktop.profile import Profile
from desktop.views.capture_dialog import CaptureDialog
from desktop.views.parts import HouseMenu, IconButton, KeyButton

pytestmark = pytest.mark.long


def test_every_greyed_button_of_an_empty_outbox_inbox_and_bench_says_why(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1280, 800))
    trainer, outbox, inbox = Trainer(workbench), workbench.outbox, workbench.rooms.inbox
    trainer.control(Qt.Key.Key_4)
    trainer.until(outbox.isVisible, "the outbox is shown")
    leaving, sent = outbox.leaving, outbox.sent
    for button in (outbox.send, outbox.release_all, leaving.release, leaving.hold, leaving.mark, sent.save,
                   sent.receipts, sent.statement, inbox.judge, inbox.discard, inbox.all, inbox.more):  # fmt: skip
        assert not button.isEnabled()
        why = button.accessibleDescription()
        assert why.endswith(".") and why in button.toolTip(), button.objectName()
    assert sent.statement.accessibleDescription() == "Nothing has been delivered yet."


def test_a_button_that_can_be_pressed_again_says_what_it_does_as_before(show_window: ShowWindow) -> None:
    save = show_window(size=(1280, 800)).outbox.sent.save
    save.allow("")
    does = save.toolTip()
    assert does.startswith("Signs what is released")
    save.allow("Not now.")
    save.allow("Not yet.")
    assert save.toolTip() == "Not yet."
    save.allow("")
    assert save.toolTip() == does and "Not" not in save.accessibleDescription()


def test_an_empty_outbox_has_the_keyboard_at_the_way_on_and_not_at_its_list(show_window: ShowWindow) -> None:
    workbench = show_window(size=(1280, 800))
    trainer = Trainer(workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.comes_to("nothingToSendWay")
    assert workbench.outbox.list.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("room", ["inbox", "records"])
def test_every_greyed_entry_of_a_menu_says_why(show_window: ShowWindow, room: str) -> None:
    trainer = Trainer(show_window(size=(1280, 800)))
    SCENES[room](Visit(trainer))
    page = trainer.workbench.rooms.inbox if room == "inbox" else trainer.workbench.records.reader
    page.more.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, HouseMenu) and menu.toolTipsVisible()
    greyed = [action for action in menu.actions() if not action.isEnabled()]
    assert greyed, "a page without an address, at least"
    for action in greyed:
        assert action.statusTip().endswith(".") and action.statusTip() in action.toolTip(), action.objectName()
    for action in menu.actions():
        assert action.isEnabled() == page.doings[action.objectName()].possible(), action.objectName()
    menu.close()


def test_greyed_buttons_of_a_capture_that_is_edited_say_why(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1280, 800)))
    SCENES["captureDialog"](Visit(trainer))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CaptureDialog)
    assert dialog.join.toolTip() == "It is the last turn."
    assert dialog.back.toolTip() == "They are as they came."
    dialog.text.replace_all("")
    assert not dialog.main.isEnabled() and dialog.main.toolTip() == dialog.problem.text()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize(
    "scene",
    one_in(3, [
        *sorted(DIALOGS),
        "rubric, a rating", "rubric, a flag", "settings, appearance", "settings, shortcuts",
        "settings, backups", "settings, this project", "models",
    ]),
)  # fmt: skip
def test_every_greyed_button_of_a_dialog_and_of_the_settings_says_why(open_window: OpenWindow, scene: str) -> None:
    def guided(profile: Profile) -> None:
        if scene == "guidelineChanges":
            profile.store.projects.set_guideline(profile.project, Words().guideline).result()

    trainer = Trainer(open_window(insecure=True, size=(1280, 800), begin=guided))
    trainer.comes_to("promptText")
    SCENES[scene](Visit(trainer))
    shown = QApplication.activeModalWidget() or trainer.workbench.window
    assert shown.objectName() == opened(scene)
    greyed = [
        button
        for kind in (KeyButton, IconButton)
        for button in shown.findChildren(kind)
        if button.isVisible() and not button.isEnabled()
    ]
    for button in greyed:
        why = button.accessibleDescription()
        assert why.endswith(".") and why in button.toolTip(), button.objectName()
