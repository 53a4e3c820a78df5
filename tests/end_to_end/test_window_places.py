"""The last line of the window names keys of the place that has the focus, and nothing acts where it is not seen."""

from __future__ import annotations

import pytest
from every_scene import SCENES, Visit
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QSlider
from trainer import ShowWindow, Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.views.parts import StatusLine

pytestmark = pytest.mark.long

Key = Qt.Key


def line(workbench: Workbench) -> str:
    found = workbench.window.findChild(StatusLine, "statusLine")
    assert found is not None
    return found.accessibleName()


def met(trainer: Trainer) -> Visit:
    trainer.comes_to("promptText")
    return Visit(trainer)


def test_flagging_is_by_the_letters_of_the_rubric(profile: Profile, show_window: ShowWindow) -> None:
    project = profile.new_project("Hazards", "hazards")
    profile.store.projects.use(project.id).result()
    workbench = show_window()
    trainer = Trainer(workbench)
    met(trainer).open_keys("1f")
    flags = workbench.session.rubric.flags
    assert flags is not None
    assert line(workbench).startswith(" ".join(category.letter for category in flags.categories[:8]))


def test_keys_are_named_only_where_they_act(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    SCENES["outbox"](met(trainer))
    trainer.go_to("toSend")
    assert "release, or take it back" in line(workbench)
    trainer.go_to("batches")
    assert "release, or take it back" not in line(workbench)
    trainer.go_to("project")
    assert line(workbench) == "F1 all keys"
    trainer.control(Key.Key_6)
    trainer.comes_to("settingsList")
    assert "into the page" in line(workbench)
    trainer.press(Key.Key_Return)
    assert "into the page" not in line(workbench)
    assert "back to the list" in line(workbench)


def test_how_sure_copying_and_stopping_have_keys_at_the_answers(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    met(trainer).open_keys("1y")
    assert QApplication.clipboard().text() == workbench.session.draft.at(0).text != ""
    trainer.type("s")
    trainer.comes_to("confidence")
    trainer.type("4")
    assert workbench.session.draft.confidence == 4
    trainer.press(Key.Key_Escape)
    trainer.type("q")
    trainer.comes_to("why")
    trainer.type("So it is.")
    assert workbench.session.draft.justification == "So it is."


def test_choosing_an_answer_and_scrolling_are_signs_of_work(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    met(trainer).open_keys("1")
    stirred: list[int] = []
    watch = workbench.session.watch
    workbench.session.watch.stir = lambda: stirred.append(1)  # type: ignore[method-assign]
    try:
        before = workbench.session.draft
        trainer.type("2")
        chosen = len(stirred)
        workbench.bench.answers.cards[1].text.verticalScrollBar().triggerAction(
            QSlider.SliderAction.SliderSingleStepAdd
        )
        assert chosen > 0 and len(stirred) > chosen and workbench.session.draft is before
    finally:
        del watch.stir


def test_nothing_hidden_takes_the_keyboard_while_an_answer_is_rewritten(show_window: ShowWindow) -> None:
    workbench = show_window(answers=("Call +49 30 5550 142.", "It is the light.", "Scattering.", "I do not know."))
    trainer = Trainer(workbench)
    met(trainer).open_keys("1e")
    trainer.comes_to("revisionText")
    found = workbench.bench.panel.personal.list
    trainer.until(lambda: bool(found.rows), "personal data is found")
    trainer.control(Key.Key_D)
    assert trainer.focus.objectName() == "revisionText"
    assert workbench.bench.message.isVisible(), "it says where the list is"
    trainer.press(Key.Key_F6)
    assert workbench.bench.revision.isAncestorOf(trainer.focus)


def test_del_withdraws_all_marked_after_one_question(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    visit = met(trainer)
    visit.records()
    visit.others_judgement()
    records = workbench.records
    records.list.setFocus()
    records.list.selectAll()
    trainer.press(Key.Key_Delete)
    dialog = trainer.dialog("confirmWithdraw")
    assert "Withdraw 2 marked judgements?" in [label.text() for label in dialog.findChildren(QLabel)]
    trainer.push("confirmWithdrawMain")
    trainer.alone()


def test_where_letters_are_text_the_line_names_no_letter_as_a_key(show_window: ShowWindow) -> None:
    """A flag's note, and a rubric's form: there the keys of flags and of parts would be written."""
    workbench = show_window()
    trainer = Trainer(workbench)
    met(trainer).open_keys("1f")
    trainer.type("f")
    assert line(workbench).startswith("F B U")
    for field in ("flagNote", "flagSuggestion"):
        trainer.go_to(field)
        assert line(workbench) == "Tab next, ↵ flag, Esc drop it"
    trainer.go_to("flagCategories")
    assert line(workbench).startswith("F B U")
    trainer.press(Key.Key_Escape)
    SCENES["rubric, a rating"](Visit(trainer))
    trainer.go_to("axisName")
    assert line(workbench).startswith("Tab next")
