"""Several models compared in the true window, by keys: chosen, waited for blind, shown, failed, named after saving."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from passing_time import live
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget
from trainer import ShowWindow, Trainer, words_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "desktop"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))
from company import DOWN, Company
from gguf_files import tiny_model

from desktop.app import Workbench
from desktop.flow import judging
from desktop.flow.draft import PromptDraft
from desktop.flow.together import with_models
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from feedback_store.records import Judgement

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    yield made
    made.close()


@pytest.fixture
def trainer(profile: Profile, company: Company, qapp: QApplication) -> Iterator[Trainer]:
    """Sits before a window whose models are the company's."""
    dress(qapp, Appearance("light").theme)
    company.join(profile.endpoints)
    workbench = Workbench(profile, engine=company)
    workbench.show()
    workbench.window.resize(1440, 900)
    QTest.qWaitForWindowActive(workbench.window)
    yield Trainer(workbench)
    workbench.window.close()
    workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


def choose(trainer: Trainer, *names: str) -> None:
    """Ctrl+Shift+C: tick these models, and no others."""
    trainer.press(Qt.Key.Key_C, CONTROL_SHIFT)
    dialog = trainer.dialog("modelsDialog")
    found = dialog.findChild(QListWidget, "comparedModels")
    assert found is not None and trainer.focus is found
    trainer.press(Qt.Key.Key_Home)
    for row in range(found.count()):
        ticked = found.item(row).checkState() == Qt.CheckState.Checked
        if (found.item(row).text() in names) != ticked:
            trainer.press(Qt.Key.Key_Space)
        trainer.press(Qt.Key.Key_Down)
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()


def ask(trainer: Trainer, text: str = "Who are you?") -> None:
    trainer.comes_to("promptText")
    trainer.type(text)
    trainer.control(Qt.Key.Key_Return)


def shown(workbench: Workbench) -> list[str]:
    return [card.text.text() for card in workbench.bench.answers.cards]


def authors(workbench: Workbench) -> list[str]:
    return [card._author.text() for card in workbench.bench.answers.cards if not card._author.isHidden()]


def ended(trainer: Trainer) -> None:
    session = trainer.workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def test_two_models_are_chosen_by_keys_and_answer_blind_together(trainer: Trainer, company: Company) -> None:
    workbench = trainer.workbench
    choose(trainer, "Moon", "Sun")
    assert workbench.bench.prompt.model.currentText() == "Moon and 1 more"
    assert workbench.bench.prompt.count.currentText() == "2 of each"
    company.keep_waiting("Sun")
    ask(trainer)
    session, waiting = workbench.session, workbench.bench.answers.waiting
    trainer.until(lambda: sum(answer.ready for answer in session.draft.answers) == 2, "one model has ended")
    trainer.until(lambda: words_of(waiting, "togetherWords").startswith("2 of 4"), "it is said how many have")
    assert shown(workbench) == [""] * 4 and authors(workbench) == []
    prompt = workbench.bench.prompt
    assert prompt.model.currentText() == "2 models, hidden"
    trainer.until(lambda: prompt.model.y() == prompt.system.y(), "all above the prompt stands in one line")
    company.let_go("Sun")
    ended(trainer)
    trainer.until(lambda: "" not in shown(workbench), "all texts appear")
    assert waiting.isHidden() and authors(workbench) == []


@pytest.mark.long
def test_u_shows_what_there_is_and_the_rest_streams(trainer: Trainer, company: Company) -> None:
    choose(trainer, "Moon", "Sun")
    company.keep_waiting("Sun")
    ask(trainer)
    session = trainer.workbench.session
    trainer.until(lambda: sum(answer.ready for answer in session.draft.answers) == 2, "one model has ended")
    trainer.comes_to("answerTextA")
    trainer.press(Qt.Key.Key_U)
    trainer.until(lambda: shown(trainer.workbench).count("") == 2, "the texts of the first model are there")
    assert trainer.workbench.bench.answers.waiting.isHidden()
    company.let_go("Sun")
    ended(trainer)


def test_saved_they_are_named_and_the_record_knows_each_ones_model(trainer: Trainer) -> None:
    choose(trainer, "Moon", "Sun")
    ask(trainer)
    ended(trainer)
    session = trainer.workbench.session
    for position in range(4):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 2))
    trainer.comes_to("answerTextA")
    trainer.press(Qt.Key.Key_G)
    trainer.control(Qt.Key.Key_S)
    trainer.until(lambda: session.saved is not None, "it is saved")
    said = " ".join(label.text() for label in trainer.workbench.bench.message.findChildren(QLabel))
    assert ": Moon" in said and ": Sun" in said
    assert session.saved is not None and isinstance(session.saved.stored.record, Judgement)
    models = [each.origin.model.name for each in session.saved.stored.record.candidates if each.origin.model]
    assert models == ["moon", "moon", "sun", "sun"]
    assert trainer.workbench.bench.prompt.value.models == ("Moon", "Sun"), "the next prompt is for the same"


def test_in_the_open_a_model_that_fails_says_why_in_its_place_with_both_ways_on(trainer: Trainer) -> None:
    workbench = trainer.workbench
    choose(trainer, "Moon", "Mars")
    trainer.control(Qt.Key.Key_B)
    ask(trainer)
    ended(trainer)
    assert authors(workbench) == ["Moon", "Moon", "Mars", "Mars"]
    notes = [card._note.text() for card in workbench.bench.answers.cards]
    assert notes == ["", "", DOWN, DOWN]
    trainer.comes_to("answerTextA")
    trainer.press(Qt.Key.Key_3)
    trainer.press(Qt.Key.Key_L)
    trainer.until(lambda: len(workbench.session.draft.order) == 3, "one is left out")
    trainer.press(Qt.Key.Key_3)
    trainer.press(Qt.Key.Key_R)
    ended(trainer)
    assert workbench.session.draft.at(2).model == "Mars"


def test_blind_a_failure_names_nothing_on_the_screen(trainer: Trainer) -> None:
    choose(trainer, "Moon", "Mars")
    ask(trainer)
    ended(trainer)
    cards = trainer.workbench.bench.answers.cards
    failed = "This answer failed. Ctrl+B shows names and reasons."
    assert sorted(card._note.text() for card in cards) == ["", "", failed, failed]
    seen = [label.text() + label.toolTip() for label in trainer.workbench.bench.findChildren(QLabel)]
    assert not any("Mars" in words for words in seen)


@pytest.mark.long
def test_a_asks_each_model_once_more(trainer: Trainer) -> None:
    choose(trainer, "Moon", "Sun")
    ask(trainer)
    ended(trainer)
    trainer.comes_to("answerTextA")
    trainer.press(Qt.Key.Key_A)
    trainer.until(lambda: len(trainer.workbench.bench.answers.cards) == 6, "two more stand there")
    ended(trainer)


@pytest.mark.long
def test_one_of_the_list_takes_the_place_of_all(trainer: Trainer) -> None:
    workbench = trainer.workbench
    choose(trainer, "Moon", "Sun")
    choice = workbench.bench.prompt.model
    choice.setFocus()
    trainer.press(Qt.Key.Key_End)
    assert workbench.session.draft.prompt.models == ("Mars",)
    assert workbench.bench.prompt.count.currentText() == "4 answers"


@pytest.mark.long
def test_more_than_four_models_cannot_be_chosen_and_the_dialog_says_so(trainer: Trainer) -> None:
    trainer.press(Qt.Key.Key_C, CONTROL_SHIFT)
    dialog = trainer.dialog("modelsDialog")
    found = dialog.findChild(QListWidget, "comparedModels")
    assert found is not None and found.count() == 5
    for row in range(5):
        found.setCurrentRow(row)
        if found.item(row).checkState() == Qt.CheckState.Unchecked:
            trainer.press(Qt.Key.Key_Space)
    assert words_of(dialog, "modelsDialogWords") == "Four models are the most. Untick one."
    trainer.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    trainer.press(Qt.Key.Key_Space)
    assert words_of(dialog, "modelsDialogWords") == "4 answers in all"
    trainer.press(Qt.Key.Key_Return)
    trainer.alone()
    assert len(trainer.workbench.session.draft.prompt.models) == 4


@pytest.mark.long
def test_one_model_alone_is_not_compared_and_the_dialog_says_why(trainer: Trainer) -> None:
    trainer.press(Qt.Key.Key_C, CONTROL_SHIFT)
    dialog = trainer.dialog("modelsDialog")
    asked = "Tick another model to compare it with. One alone is chosen above the prompt."
    assert words_of(dialog, "modelsDialogWords") == asked
    trainer.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    trainer.press(Qt.Key.Key_Space)
    assert words_of(dialog, "modelsDialogWords") == "Tick two models or more."
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()
    assert len(trainer.workbench.session.draft.prompt.models) == 1


@pytest.mark.long
def test_where_there_is_one_model_only_the_dialog_says_how_to_get_another(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window())
    trainer.press(Qt.Key.Key_C, CONTROL_SHIFT)
    dialog = trainer.dialog("modelsDialog")
    assert any("There is only one model yet." in label.text() for label in dialog.findChildren(QLabel))
    trainer.press(Qt.Key.Key_Return)
    assert dialog.isVisible() and words_of(dialog, "modelsDialogWords") == ""
    trainer.press(Qt.Key.Key_Escape)
    trainer.alone()


def test_two_real_models_are_loaded_in_turn_and_each_answer_names_its_file(
    tmp_path: Path, profile: Profile, qapp: QApplication
) -> None:
    """The starter model and a small one of random weights, in worker processes of their own."""
    dress(qapp, Appearance("light").theme)
    profile.catalog.add(tiny_model(tmp_path / "tiny.gguf"))
    workbench = Workbench(profile)
    workbench.show()
    trainer, session = Trainer(workbench), workbench.session
    QTest.qWaitForWindowActive(workbench.window)
    wish = with_models(session.draft.prompt, ("smollm2", "tiny"))
    session.ask(_short(wish))
    workbench.bench.show_all()
    workbench.bench.generate()
    trainer.until(lambda: session.draft.finished and not session.writing, "both have answered", 120)
    found = {answer.key: answer for answer in session.draft.answers}
    assert [found[key].origin.model.name for key in "abcd"] == ["smollm2", "smollm2", "tiny", "tiny"]  # type: ignore[union-attr]
    assert {answer.state for answer in found.values()} == {"done"}
    assert len({answer.origin.model.file_size for answer in found.values() if answer.origin.model}) == 2
    assert all(answer.origin.engine and answer.origin.engine.k == 2 for answer in found.values())
    assert [found[key].origin.sampling.seed for key in "ab"] == [found[key].origin.sampling.seed for key in "cd"]  # type: ignore[union-attr]
    workbench.window.close()
    workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


def _short(wish: PromptDraft) -> PromptDraft:
    return replace(wish, text="Name a colour.", max_tokens=8)
