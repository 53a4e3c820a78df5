"""The practice window: each step's turn comes when the one before is done, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from painted_text import painted_texts
from passing_time import live, look_on
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import Trainer

from desktop.app import Workbench
from desktop.flow import keymap
from desktop.flow.keymap import Keymap
from desktop.flow.practice import steps, withheld
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.keys_dialog import KeysDialog
from desktop.views.main_window import MainWindow
from desktop.views.parts import dress
from desktop.views.practice_bar import PracticeBar
from feedback_store.search import SearchQuery
from local_models.scripted import ScriptedEngine

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def workbench(tmp_path: Path, qapp: QApplication) -> Iterator[Workbench]:
    dress(qapp, Appearance("light").theme)
    profile = Profile.open(tmp_path / "profile")
    engine = ScriptedEngine(("An answer.",))
    workbench = Workbench(profile, engine=engine, appearance=Appearance("light"))
    workbench.show()
    QTest.qWaitForWindowActive(workbench.window)
    yield workbench
    workbench._practising.close()
    live(50)
    workbench.window.close()
    engine.close()
    profile.close()
    workbench.window.deleteLater()
    keymap.use(Keymap({}))
    live(0)
    qapp.setStyleSheet("")


def test_the_keys_are_learned_step_by_step_and_nothing_is_kept(workbench: Workbench) -> None:
    workbench.bench.empty.findChild(object, "practise").click()
    practice = workbench._practising.bench
    assert practice is not None and practice.window is not workbench.window
    folder = practice._profile.folder
    trainer, session = Trainer(practice), practice.session
    trainer.until(lambda: trainer.focus is practice.bench.prompt.text, "the prompt has the keyboard")
    bar = practice.window.findChild(PracticeBar)
    assert bar is not None and bar.practice.text.startswith("1 of 8")
    model = practice.bench.prompt.model
    assert (model.chosen, [model.itemData(at) for at in range(model.count())]) == ("Script", ["Script"])
    pill = practice.window.findChild(QWidget, "outboxCount")
    assert pill is not None and not pill.isVisible()
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: bar.practice.at == 1, "the second step's turn has come", seconds=20)
    trainer.until(lambda: not session.writing, "all have come")
    trainer.type("1b")
    assert bar.practice.at == 2
    trainer.type("v")
    trainer.type("b>a=c>d")
    trainer.press(Qt.Key.Key_Return)
    assert bar.practice.at == 3
    trainer.press(Qt.Key.Key_Return)
    trainer.type("333")
    assert bar.practice.at == 4
    assert "Esc leads back to the answers." in bar.practice.text
    trainer.press(Qt.Key.Key_Escape)
    trainer.press(Qt.Key.Key_Home, CONTROL)
    trainer.press(Qt.Key.Key_Right, SHIFT, times=8)
    trainer.type("fw1")
    trainer.press(Qt.Key.Key_Return)
    assert bar.practice.at == 5
    trainer.type("e")
    trainer.type("Well: ")
    assert bar.practice.at == 5, "it was done with the first letter"
    trainer.control(Qt.Key.Key_Return)
    assert bar.practice.at == 6
    while trainer.focus is not practice.bench.panel.why:
        trainer.press(Qt.Key.Key_F6)
    trainer.type("B knows why.")
    assert bar.practice.at == 7
    trainer.press(Qt.Key.Key_Escape)
    for position in range(4):
        trainer.type(str(position + 1))
        trainer.press(Qt.Key.Key_Return)
        trainer.type("3" * 5)
        trainer.press(Qt.Key.Key_Escape)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: bar.practice.over, "it is over")
    assert "Nothing of this was kept" in bar.practice.text
    painted = " ".join(each.text for each in painted_texts(practice.window))
    assert "smollm2" not in painted and "Script" in painted
    assert bar.end.isVisible() and bar.end.hint == "Esc"
    trainer.comes_to("promptText")
    trainer.press(Qt.Key.Key_Escape)
    assert look_on(lambda: workbench._practising.bench is None and not folder.exists(), 5), "nothing of it is left"
    assert not workbench._profile.store.search(SearchQuery())


@pytest.mark.long
def test_practice_is_opened_once_and_names_the_keys_that_hold(workbench: Workbench) -> None:
    workbench.window.use_keys(keymap.current().with_key("best", "H"))
    trainer = Trainer(workbench)
    trainer.press(Qt.Key.Key_P, CONTROL | SHIFT)
    first = workbench._practising.bench
    assert first is not None
    assert "and H at the one" in steps()[1].text
    workbench._practising.open()
    assert workbench._practising.bench is first
    assert keymap.current().keys("best") == ("H",), "the practice window changes no key"


@pytest.mark.long
def test_in_practice_no_command_of_the_table_leads_beyond_the_bench(workbench: Workbench) -> None:
    workbench._practising.open()
    practice = workbench._practising.bench
    assert practice is not None
    trainer = Trainer(practice)
    trainer.until(lambda: trainer.focus is practice.bench.prompt.text, "practice can begin")
    offered = {each.id for each in practice.shown.offers(practice._profile.store.projects.list())}
    for each in keymap.commands():
        if not withheld(each.id):
            continue
        assert each.id not in offered
        practice.bench.message.clear()
        practice.shown.do(each.id)
        said = practice.bench.message.message
        assert said is not None and "for practice" in said.text, each.id
        assert practice.window.room.name == "bench" and QApplication.activeModalWidget() is None, each.id
    assert not [each for each in offered if each.startswith(("room:", "use:"))]


def test_in_practice_keys_and_buttons_that_lead_out_say_that_it_is_practice(workbench: Workbench) -> None:
    trainer = Trainer(workbench)
    trainer.press(Qt.Key.Key_P, CONTROL | SHIFT)
    practice = workbench._practising.bench
    assert practice is not None
    trainer = Trainer(practice)
    trainer.until(lambda: trainer.focus is practice.bench.prompt.text, "practice can begin")
    for key in (*(Qt.Key.Key_2, Qt.Key.Key_4, Qt.Key.Key_6), *map(Qt.Key, b"PRGF,")):
        practice.bench.message.clear()
        trainer.control(key)
        said = practice.bench.message.message
        assert said is not None and "for practice" in said.text, key
        assert practice.window.room.name == "bench" and QApplication.activePopupWidget() is None
    practice.bench.message.clear()
    practice.bench.empty.models_asked.emit()
    assert practice.window.room.name == "bench" and practice.bench.message.message is not None
    painted = " ".join(each.text for each in painted_texts(practice.window))
    assert "Practice" in painted and "My project" not in painted and "Draft kept" not in painted
    assert not practice.window.project.isEnabled()


@pytest.mark.long
def test_in_practice_keys_are_read_and_none_is_changed(workbench: Workbench) -> None:
    workbench._practising.open()
    practice = workbench._practising.bench
    assert practice is not None
    practice.window.do("keys")
    dialog = practice.window.findChild(KeysDialog)
    assert dialog is not None and dialog.keys.usual.isHidden() and dialog.main.isHidden()
    trainer = Trainer(practice)
    dialog.keys.list.setFocus()
    trainer.press(Qt.Key.Key_Return)
    trainer.press(Qt.Key.Key_F9)
    dialog.close()
    assert not keymap.current().changed


@pytest.mark.long
def test_practice_asked_for_in_practice_comes_to_the_front_and_is_no_second_one(workbench: Workbench) -> None:
    workbench._practising.open()
    first = workbench._practising.bench
    assert first is not None
    trainer = Trainer(first)
    trainer.until(lambda: trainer.focus is first.bench.prompt.text, "practice can begin")
    trainer.press(Qt.Key.Key_P, CONTROL | SHIFT)
    first.bench.empty.practice_asked.emit()
    first.window.do("practise")
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
    assert workbench._practising.bench is first and set(shown) == {workbench.window, first.window}
    trainer.control(Qt.Key.Key_Q)
    assert look_on(lambda: workbench._practising.bench is None, 5), "practice has ended"
    assert workbench.window.isVisible()
