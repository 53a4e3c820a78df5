"""The next turn of a conversation: nothing but its prompt is shown, in any size, and there is a way back by keys."""

from __future__ import annotations

from itertools import combinations

import pytest
from every_scene import SCENES, Visit
from passing_time import settled
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from trainer import ShowWindow, Trainer

from desktop.theme.appearance import Appearance
from desktop.views.bench_page import BenchPage
from desktop.views.parts import dress

Key = Qt.Key


def met(trainer: Trainer) -> Visit:
    visit = Visit(trainer)
    trainer.comes_to("promptText")
    return visit


def places(bench: BenchPage) -> dict[str, QRect]:
    """Where the parts of prompt and empty page are seen in the window, by their names."""
    prompt, empty = bench.prompt, bench.empty
    parts: list[QWidget] = [
        prompt.system, prompt.domain, prompt.tags, prompt.model, prompt.count, prompt.preset, prompt.blind,
        prompt.turns, prompt.text, prompt.button, bench.turns_strip, bench.message,
    ]  # fmt: skip
    names = ("emptyBenchTold", "toModels", "example1", "example2", "example3", "practise")
    found = [empty.findChild(QWidget, name) for name in names]
    parts += [part for part in found if part is not None]
    window = bench.window()
    seen = {p: p.visibleRegion().boundingRect() for p in parts if p.isVisible()}
    return {p.objectName(): QRect(p.mapTo(window, rect.topLeft()), rect.size()) for p, rect in seen.items()}


@pytest.mark.long
@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "scene", ["bench, empty", "bench, the next turn", "bench, turns below their line", "bench, saved"]
)
def test_no_part_of_the_empty_bench_stands_on_another(
    scene: str, zoom: float, show_window: ShowWindow, qapp: QApplication
) -> None:
    appearance = Appearance("light", zoom)
    workbench = show_window(appearance=appearance, size=(1024, 640))
    dress(qapp, appearance.theme)
    SCENES[scene](met(Trainer(workbench)))
    for (one, here), (other, there) in combinations(settled(lambda: places(workbench.bench)).items(), 2):
        assert not here.intersects(there), f"{one} {here} stands on {other} {there}"
    for field in (workbench.bench.prompt.system, workbench.bench.prompt.domain, workbench.bench.prompt.tags):
        assert field.fontMetrics().horizontalAdvance(field.placeholderText()) < field.width()


def test_within_a_conversation_there_are_no_examples(show_window: ShowWindow) -> None:
    workbench = show_window()
    visit = met(Trainer(workbench))
    assert {"example1", "practise"} <= places(workbench.bench).keys()
    SCENES["bench, the next turn"](visit)
    assert not {"example1", "practise", "toModels"} & places(workbench.bench).keys()


@pytest.mark.parametrize("way", ["Esc", "Ctrl+Z"])
def test_a_branch_is_left_again_and_its_untouched_words_are_no_turn(way: str, show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    met(trainer).ask()
    before = workbench.session.draft
    trainer.type("t")
    trainer.comes_to("promptText")
    assert workbench.session.draft.id != before.id
    if way == "Esc":
        trainer.press(Key.Key_Escape)
    else:
        trainer.control(Key.Key_Z)
    trainer.until(lambda: workbench.session.draft.id == before.id, "the turn is back")
    assert workbench.session.draft.answers == before.answers
    assert len(workbench.session.tree.turns) == 1


def test_a_branch_left_for_another_turn_is_kept_only_if_its_words_changed(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer, session = Trainer(workbench), workbench.session
    SCENES["bench, the next turn"](met(trainer))
    trainer.type("And at night?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "the second turn is answered")
    trainer.comes_to("answerTextA")
    trainer.type("t")
    trainer.comes_to("promptText")
    workbench.bench.turns._on_visited(session.tree.turns[0])
    trainer.until(lambda: len(session.tree.turns) == 2, "the branch is gone")


def test_the_save_is_undone_by_its_key_until_something_else_was_done(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer, session = Trainer(workbench), workbench.session
    met(trainer).save()
    trainer.comes_to("promptText")
    saved = session.saved
    assert saved is not None
    trainer.control(Key.Key_Z)
    trainer.until(lambda: session.draft.comparison == saved.draft.comparison, "the judgement is on the bench again")
    assert session.draft.supersedes is not None


def test_a_saved_conversation_is_gone_on_with_by_its_key(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer, session = Trainer(workbench), workbench.session
    met(trainer).save()
    trainer.comes_to("promptText")
    QTest.keyClick(trainer.focus, Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    trainer.until(lambda: len(session.draft.prompt.turns) == 2, "the next turn is on the bench")
    trainer.comes_to("promptText")


def test_enter_presses_a_button_that_has_the_focus(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.go_to("example1")
    trainer.press(Key.Key_Return)
    assert workbench.session.draft.prompt.text.startswith("I have had a cold")
