"""The changes of a rewritten answer in the true window: listed, walked through, put back one by one, all by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from trainer import ShowWindow, Trainer, words_of

from desktop.qt_models.change_rows import ChangeRow
from desktop.views.changes_part import ChangesPart
from desktop.views.parts import Message
from desktop.views.revision_page import RevisionPage

Alt, Control, Key = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.Key
ORIGINAL = "One two three. Four five six. Seven eight nine."
CHANGED = "One 2 three. Four six. Seven eight, the lucky nine."


@pytest.fixture
def rewrite(show_window: ShowWindow) -> Callable[..., Trainer]:
    """A trainer who rewrites answer A, which says `original`, and has typed `changed` over it."""

    def begin(
        original: str = ORIGINAL, changed: str = CHANGED, size: tuple[int, int] = (1440, 900), asked: str = "Count!"
    ) -> Trainer:
        trainer = Trainer(show_window((original,) * 4, size=size))
        session = trainer.workbench.session
        session.ask(replace(session.draft.prompt, text=asked, max_tokens=20_000))
        session.generate()
        trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
        trainer.workbench.bench.arrive()
        trainer.type("e")
        trainer.comes_to("revisionText")
        if changed != original:
            trainer.workbench.bench.revision.version.become(changed)
            trainer.until(lambda: bool(rows(trainer)), "the changes are listed")
        return trainer

    return begin


def page_of(trainer: Trainer) -> RevisionPage:
    return trainer.workbench.bench.revision


def part_of(trainer: Trainer) -> ChangesPart:
    return page_of(trainer).changes


def rows(trainer: Trainer) -> tuple[ChangeRow, ...]:
    return part_of(trainer).list.rows


def text_of(trainer: Trainer) -> str:
    return page_of(trainer).version.text()


def kept_text(trainer: Trainer) -> str:
    revision = trainer.workbench.session.draft.revision
    assert revision is not None
    return revision.text


def test_each_change_is_listed_in_its_sentence(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    told = [(row.words.before, row.words.removed, row.words.added, row.words.after) for row in rows(trainer)]
    assert told == [
        ("One ", "two", "2", " three."),
        ("Four ", "five", "", "six."),
        ("Seven ", "eight", "eight, the lucky", " nine."),
    ]
    assert rows(trainer)[1].spoken == "Change 2: five is removed. Four …"
    assert words_of(part_of(trainer), "changeCount") == "3"


def test_the_list_is_walked_and_both_texts_follow(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Home)
    for row in range(3):
        assert part_of(trainer).list.currentIndex().row() == row
        change = rows(trainer)[row].change
        if row:
            assert page_of(trainer).version.place() == change.revised[0]
        trainer.press(Key.Key_Down)
    trainer.press(Key.Key_Return)
    trainer.comes_to("revisionText")
    assert page_of(trainer).version.place() == rows(trainer)[2].change.revised[0]
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Escape)
    trainer.comes_to("revisionText")
    assert trainer.workbench.bench.rewriting, "Esc in the list goes back to the version"


def test_one_change_is_put_back_and_the_others_stay(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Home)
    trainer.press(Key.Key_Down)
    trainer.press(Key.Key_R, Alt)
    assert text_of(trainer) == kept_text(trainer) == "One 2 three. Four five six. Seven eight, the lucky nine."
    assert len(rows(trainer)) == 2
    assert trainer.focus.objectName() == "changes", "the next can be put back at once"
    trainer.press(Key.Key_Home)
    trainer.press(Key.Key_Delete)
    assert text_of(trainer) == "One two three. Four five six. Seven eight, the lucky nine."
    trainer.press(Key.Key_Delete)
    assert text_of(trainer) == ORIGINAL
    trainer.comes_to("revisionText")
    assert words_of(part_of(trainer), "changesHint") == "Nothing is changed yet."


def test_putting_back_is_one_step_of_undo_on_the_bench_and_in_the_editor(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    trainer.control(Key.Key_End)
    trainer.type(" Ten.")
    typed = f"{CHANGED} Ten."
    trainer.until(lambda: len(rows(trainer)) == 4, "the fourth change is listed")
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Home)
    trainer.press(Key.Key_R, Alt)
    put_back = typed.replace("2", "two")
    assert kept_text(trainer) == text_of(trainer) == put_back
    trainer.control(Key.Key_Z)
    assert kept_text(trainer) == text_of(trainer) == typed, "on the bench: the list has the keyboard"
    trainer.control(Key.Key_Y)
    assert kept_text(trainer) == text_of(trainer) == put_back
    trainer.press(Key.Key_Escape)
    trainer.comes_to("revisionText")
    trainer.control(Key.Key_Z)
    assert kept_text(trainer) == text_of(trainer) == typed, "in the editor"


@pytest.mark.long
def test_alt_up_and_down_go_from_the_caret_to_the_next_change_and_round(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    version = page_of(trainer).version
    starts = [row.change.revised[0] for row in rows(trainer)]
    version.go_to(0)
    seen = []
    for _ in range(4):
        trainer.press(Key.Key_Down, Alt)
        seen.append(version.place())
    assert seen == [*starts, starts[0]]
    trainer.press(Key.Key_Up, Alt)
    assert version.place() == starts[2]
    assert part_of(trainer).list.current == 2, "the list shows where the caret is"


@pytest.mark.long
def test_alt_r_puts_back_the_change_at_the_caret_even_before_a_rest(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    page_of(trainer).version.go_to(len(CHANGED))
    trainer.type(" Ten.")
    trainer.press(Key.Key_R, Alt)
    assert text_of(trainer) == CHANGED


@pytest.mark.long
def test_a_click_on_the_arrow_puts_that_change_back(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    found = part_of(trainer).list
    rect = found.visualRect(found.model().index(2, 0))
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert text_of(trainer) == CHANGED, "elsewhere a click only goes there"
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.right() - 10, rect.center().y()))
    assert text_of(trainer) == "One 2 three. Four six. Seven eight nine."


@pytest.mark.long
def test_8000_words_are_compared_beside_the_window_and_put_back_one_by_one(rewrite: Callable[..., Trainer]) -> None:
    words = [f"w{n}" + ("." if n % 12 == 0 else "") for n in range(8000)]
    other = [f"x{n}" if n % 400 == 0 else word for n, word in enumerate(words)]
    trainer = rewrite(" ".join(words), " ".join(other))
    assert len(rows(trainer)) == 20
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Home)
    trainer.press(Key.Key_R, Alt)
    other[0] = words[0]
    assert text_of(trainer) == " ".join(other)
    trainer.until(lambda: len(rows(trainer)) == 19, "the list follows")
    trainer.press(Key.Key_R, Alt)
    other[400] = words[400]
    assert text_of(trainer) == " ".join(other)


@pytest.mark.long
@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
def test_the_question_is_in_sight_and_leaves_the_texts_their_room(
    rewrite: Callable[..., Trainer], size: tuple[int, int]
) -> None:
    asked = "Why is the sky blue, and what would it be on Mars? " * 12
    trainer = rewrite(size=size, asked=asked)
    page = page_of(trainer)
    tall = size == (1440, 900)
    assert page.question.opened == tall
    line = page.version.fontMetrics().lineSpacing()
    for _ in range(2):
        trainer.until(lambda: _whole(page.question.text if page.question.opened else page.question._line), "it is seen")
        assert page.version.height() >= 8 * line and page.original.height() >= 8 * line
        trainer.press(Key.Key_Q, Alt)
    assert page.question.opened == tall
    assert page.question.text.toPlainText().strip() == asked.strip()


def _whole(widget: QWidget) -> bool:
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


@pytest.mark.long
def test_earlier_turns_stand_above_the_question_in_short(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite("Many words. " * 40, "Many words. " * 40)
    trainer.press(Key.Key_Escape)
    trainer.type("m")
    trainer.comes_to("promptText")
    trainer.type("And then?")
    trainer.control(Key.Key_Return)
    session = trainer.workbench.session
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    trainer.type("e")
    trainer.comes_to("revisionText")
    lines = page_of(trainer).question.text.toPlainText().split("\n")
    assert lines[0] == "Asked: Count!" and lines[-1] == "And then?"
    assert lines[1].startswith("Answered: Many words.") and lines[1].endswith("…") and len(lines[1]) < 100


@pytest.mark.long
def test_what_the_bench_says_is_seen_while_an_answer_is_rewritten(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    bench = trainer.workbench.bench
    bench.message.show_message(Message("error", "The disk is full."))
    trainer.until(lambda: _whole(bench.message), "it is seen")
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: not bench.rewriting, "the answers are back")
    trainer.until(lambda: _whole(bench.message), "the same bar is seen at its other place")


@pytest.mark.long
def test_the_list_covers_names_as_the_texts_do_while_answers_are_blind(rewrite: Callable[..., Trainer]) -> None:
    original = "I am ChatGPT, made by OpenAI. Colds pass by themselves after some days."
    trainer = rewrite(original, original)
    version = page_of(trainer).version
    assert "ChatGPT" not in version.text() and "[name 1]" in version.text()
    version.become("Colds pass by themselves after ten days.")
    trainer.until(lambda: len(rows(trainer)) == 2, "both changes are listed")
    told = " ".join(row.spoken for row in rows(trainer))
    assert "[name 1]" in told and "ChatGPT" not in told and "OpenAI" not in told
    assert "ChatGPT" not in page_of(trainer).original.text()
    trainer.press(Key.Key_L, Alt)
    trainer.comes_to("changes")
    trainer.press(Key.Key_Home)
    trainer.press(Key.Key_R, Alt)
    assert kept_text(trainer).startswith("I am ChatGPT, made by OpenAI."), "the record has the true words"


@pytest.mark.long
def test_another_draft_on_the_bench_ends_the_rewriting_of_this_one(rewrite: Callable[..., Trainer]) -> None:
    trainer = rewrite()
    bench, session = trainer.workbench.bench, trainer.workbench.session
    session.generate()
    assert not bench.rewriting
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")
    session.undo()
    assert session.draft.revision is not None and session.draft.revision.text == CHANGED
    assert not bench.rewriting, "undo does not open the page by itself"
