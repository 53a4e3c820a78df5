"""Everything that takes the keyboard has a name, for people who hear it and for tests, and Tab comes to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.bridge.asking import Question

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()


def of(holder: QWidget) -> list[QWidget]:
    return [each for each in holder.findChildren(QWidget) if takes_keyboard(each) and each.focusProxy() is None]


def check(holder: QWidget, trainer: Trainer) -> None:
    """Every widget of `holder` that takes the keyboard has both names, and is come to by Tab."""
    wanted = of(holder)
    assert wanted
    nameless = [each for each in wanted if not each.objectName() or not each.accessibleName()]
    assert nameless == []
    seen = set()
    for _ in range(4 * len(of(trainer.workbench.window)) + 20):
        seen.add(trainer.focus.objectName())
        trainer.press(Qt.Key.Key_Tab)
    assert {each.objectName() for each in wanted} <= seen


ROOMS = {"models": Qt.Key.Key_2, "adding": Qt.Key.Key_2, "records": Qt.Key.Key_3, "outbox": Qt.Key.Key_4}


@pytest.mark.parametrize("room", ROOMS)
def test_in_the_rooms_and_the_header(room: str, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True, size=(1024, 640))
    made = judgement("a>b", project=workbench.rooms.project.id, trainer=workbench._profile.trainer)
    workbench._profile.store.records.save(made).result()
    trainer = Trainer(workbench)
    trainer.control(ROOMS[room])
    trainer.until(lambda: workbench.records.model.rowCount() == 1, "the record is shown")
    trainer.until(
        lambda: workbench.models.shelf.loaded and workbench.rooms.models.list.count() > 0, "models are listed"
    )
    if room == "adding":
        trainer.type("a")
    check(workbench.window, trainer)


DIALOGS: dict[str, Callable[[Workbench], None]] = {
    "joinDialog": lambda workbench: workbench.errands.join(),
    "projectDialog": lambda workbench: workbench.errands.make_project(),
    "exportDialog": lambda workbench: workbench.errands.export(workbench.rooms.project),
    "serverDialog": lambda workbench: workbench.rooms.models._on_server(),
    "passphraseDialog": lambda workbench: workbench.errands._on_question(Question(new=True)),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_in_the_dialogs(name: str, open_window: OpenWindow) -> None:
    workbench = open_window(insecure=True)
    trainer = Trainer(workbench)
    DIALOGS[name](workbench)
    dialog = trainer.dialog(name)
    check(dialog, trainer)
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert QApplication.activeModalWidget() is None
