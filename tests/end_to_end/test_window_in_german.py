"""The true window in German: nothing is cut, at the smallest size and at the usual one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from cut_words import cut_words
from made_judgements import judgement
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from trainer import OpenWindow, Trainer

from desktop.app import Workbench
from desktop.bridge.asking import Question
from desktop.flow import wording
from desktop.flow.wording import gettext as _

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

SIZES = ((1024, 640), (1440, 900))


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    wording.use_language("de")
    yield
    wording.use_language("en")


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def trainer(request: pytest.FixtureRequest, open_window: OpenWindow) -> Trainer:
    """A window of each size."""
    workbench = open_window(insecure=True, size=request.param)
    assert (workbench.window.width(), workbench.window.height()) == request.param
    return Trainer(workbench)


def check(trainer: Trainer) -> None:
    """Once it is laid out, nothing that is shown is cut."""
    shown = QApplication.activeModalWidget() or trainer.workbench.window
    QTest.qWait(0)
    for _moment in range(100):
        if not cut_words(shown):
            break
        QTest.qWait(10)
    assert cut_words(shown) == []


def ask(trainer: Trainer) -> None:
    """Have four answers stand on the bench."""
    session = trainer.workbench.session
    trainer.type("Why is the sky blue?")
    trainer.control(Qt.Key.Key_Return)
    trainer.until(lambda: bool(session.draft.answers) and not session.writing, "the answers stand")
    trainer.comes_to("answerTextA")


def flag(trainer: Trainer) -> None:
    """Flag the first word of the answer that has the focus."""
    trainer.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    trainer.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=3)
    trainer.type("f")


def save_some(workbench: Workbench) -> None:
    for verdict in ("a>b", "a=b"):
        made = judgement(verdict, project=workbench.rooms.project.id, trainer=workbench._profile.trainer)
        workbench._profile.store.records.save(made).result()


def test_the_window_speaks_german(trainer: Trainer) -> None:
    assert "Werkbank" in {label.text() for label in trainer.workbench.window.findChildren(QLabel)}
    assert trainer.workbench.bench.prompt.button.text() == "Erzeugen"


def test_the_empty_bench(trainer: Trainer) -> None:
    check(trainer)


def test_the_bench_with_answers(trainer: Trainer) -> None:
    ask(trainer)
    check(trainer)
    trainer.type("v")
    trainer.type("b>a=c>d")
    trainer.press(Qt.Key.Key_Return)
    check(trainer)
    trainer.type("1")
    flag(trainer)
    check(trainer)
    trainer.type("u2")
    trainer.press(Qt.Key.Key_Return)
    check(trainer)
    for _number in range(7):
        trainer.press(Qt.Key.Key_F6)
        check(trainer)


def test_a_rewriting(trainer: Trainer) -> None:
    ask(trainer)
    trainer.type("1e")
    trainer.comes_to("revisionText")
    check(trainer)
    trainer.type("Really, ")
    check(trainer)


def test_one_answer_of_ones_own(trainer: Trainer) -> None:
    ask(trainer)
    trainer.type("w")
    check(trainer)


def test_the_models(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_2)
    shelf = trainer.workbench.models.shelf
    trainer.until(lambda: shelf.loaded and trainer.workbench.rooms.models.list.count() > 0, "models are listed")
    check(trainer)
    trainer.type("a")
    check(trainer)


def test_the_records(trainer: Trainer) -> None:
    trainer.control(Qt.Key.Key_3)
    check(trainer)
    save_some(trainer.workbench)
    trainer.control(Qt.Key.Key_1)
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: trainer.workbench.records.model.rowCount() == 2, "the records are shown")
    check(trainer)
    states = trainer.workbench.records.state
    for index in range(states.count()):
        states.setCurrentIndex(index)
        check(trainer)


def test_the_outbox(trainer: Trainer) -> None:
    save_some(trainer.workbench)
    trainer.control(Qt.Key.Key_4)
    trainer.until(lambda: trainer.workbench.outbox.model.rowCount() == 2, "the records are shown")
    check(trainer)
    trainer.press(Qt.Key.Key_Space)
    trainer.until(lambda: trainer.workbench.outbox.release.text() == _("Hold back"), "it is released")
    check(trainer)


DIALOGS: dict[str, Callable[[Workbench], None]] = {
    "joinDialog": lambda workbench: workbench.errands.join(),
    "projectDialog": lambda workbench: workbench.errands.make_project(),
    "exportDialog": lambda workbench: workbench.errands.export(workbench.rooms.project),
    "serverDialog": lambda workbench: workbench.rooms.models._on_server(),
    "passphraseDialog": lambda workbench: workbench.errands._on_question(Question(new=True)),
    "keysDialog": lambda workbench: workbench.window.show_keys(),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_the_dialogs(name: str, trainer: Trainer) -> None:
    DIALOGS[name](trainer.workbench)
    trainer.dialog(name)
    check(trainer)
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
