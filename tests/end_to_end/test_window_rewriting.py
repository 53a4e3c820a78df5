"""A model rewrites an answer in the true window, by keys: asked, streamed, stopped, undone, marked, saved."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from passing_time import live
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from trainer import ANSWERS, ShowWindow, Trainer, words_of

from desktop.flow import wording
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress

THEIRS = "Many people listen well.\n\nSome never do, whatever their age."
LONG = " ".join(["word"] * 600)
Alt, Control, Key = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.Key


@pytest.fixture
def at_revision(show_window: ShowWindow) -> Callable[..., Trainer]:
    """A trainer who rewrites answer A, with one point written; the model says `draft` when it is asked to rewrite."""

    def begin(draft: str = THEIRS, *, pause: float = 0.0) -> Trainer:
        def script(prompt: str, count: int) -> tuple[str, ...]:
            return (draft,) if " POINTS" in prompt else ANSWERS[:count]

        workbench = show_window(script=script, pause=pause, size=(1440, 900))
        trainer = Trainer(workbench)
        trainer.comes_to("promptText")
        trainer.type("Why is the sky blue?")
        trainer.control(Key.Key_Return)
        trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
        trainer.type("e")
        trainer.comes_to("revisionText")
        trainer.press(Key.Key_N, Alt)
        trainer.comes_to("newPoint")
        trainer.type("Nothing about age")
        trainer.press(Key.Key_Return)
        workbench.bench.revision.take_focus()
        return trainer

    return begin


def ask(trainer: Trainer) -> None:
    trainer.press(Key.Key_M, Alt)


def done(trainer: Trainer) -> None:
    trainer.until(lambda: not trainer.workbench.session.writing, "the model has written")
    trainer.until(lambda: not trainer.workbench.bench.revision.version.isReadOnly(), "the trainer may write")


def text_of(trainer: Trainer) -> str:
    return trainer.workbench.bench.revision.version.text()


def test_what_a_model_wrote_is_one_undo_in_the_editor_and_marked_until_then(
    at_revision: Callable[..., Trainer],
) -> None:
    trainer = at_revision()
    page, session = trainer.workbench.bench.revision, trainer.workbench.session
    own = text_of(trainer) + " Mine."
    trainer.control(Key.Key_End)
    trainer.type(" Mine.")
    ask(trainer)
    done(trainer)
    assert text_of(trainer) == THEIRS
    trainer.until(
        lambda: words_of(page, "rewriteLine") == "Drafted by a model, changed by you: 0\u00a0%", "it is marked"
    )
    trainer.control(Key.Key_Z)
    assert text_of(trainer) == own, "one step"
    trainer.until(lambda: words_of(page, "rewriteLine").startswith("What"), "it is the trainer's own again")
    assert session.draft.revision is not None and not session.draft.revision.assisted
    trainer.control(Key.Key_Y)
    assert text_of(trainer) == THEIRS
    trainer.control(Key.Key_End)
    trainer.type(" Indeed.")
    trainer.until(lambda: words_of(page, "rewriteLine").endswith("9\u00a0%"), "the trainer's part is measured")


def test_the_saved_record_names_the_model_and_the_screen_does_not_while_it_is_blind(
    at_revision: Callable[..., Trainer], profile: Profile
) -> None:
    trainer = at_revision()
    session = trainer.workbench.session
    ask(trainer)
    done(trainer)
    assert session.draft.blind and "smollm2" not in words_of(trainer.workbench.bench.revision, "rewriteLine")
    trainer.press(Key.Key_1, Alt)
    trainer.control(Key.Key_Return)
    trainer.press(Key.Key_Return)
    trainer.type("3" * 20)
    trainer.press(Key.Key_Escape)
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Key.Key_Return)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    revision = json.loads(session.saved.stored.data)["revision"]
    assert (revision["method"], revision["text"], revision["feedback"]) == (
        "model_assisted",
        THEIRS,
        ["Nothing about age"],
    )
    drafted = revision["drafted"]
    assert drafted["text"] == THEIRS and drafted["edit"] == {"deleted": 0, "distance": 0, "inserted": 0}
    assert drafted["origin"]["model"]["name"] == "smollm2" and drafted["origin"]["sampling"]["seed"] >= 0


def test_stop_keeps_what_has_come_and_the_next_word_is_the_trainers(at_revision: Callable[..., Trainer]) -> None:
    trainer = at_revision(LONG, pause=0.005)
    ask(trainer)
    trainer.until(lambda: text_of(trainer).startswith("word"), "words come")
    trainer.type("nothing is typed into it")
    assert "typed" not in text_of(trainer)
    trainer.press(Key.Key_Period, Control)
    done(trainer)
    come = text_of(trainer)
    assert 0 < len(come.split()) < 600
    trainer.control(Key.Key_End)
    trainer.type(" end")
    assert text_of(trainer) == come + " end"


@pytest.mark.long
def test_other_rooms_stay_open_while_it_is_written(at_revision: Callable[..., Trainer]) -> None:
    draft = " ".join(["word"] * 150)
    trainer = at_revision(draft, pause=0.005)
    ask(trainer)
    trainer.until(lambda: text_of(trainer).startswith("word"), "words come")
    trainer.control(Key.Key_3)
    assert trainer.workbench.window.room.name == "records"
    done(trainer)
    trainer.control(Key.Key_1)
    assert text_of(trainer) == draft


@pytest.mark.long
def test_going_back_to_the_answers_stops_the_model(at_revision: Callable[..., Trainer]) -> None:
    trainer = at_revision(LONG, pause=0.005)
    session = trainer.workbench.session
    ask(trainer)
    trainer.until(lambda: text_of(trainer).startswith("word"), "words come")
    trainer.press(Key.Key_Escape)
    trainer.until(lambda: not session.writing, "it was stopped")
    revision = session.draft.revision
    assert revision is not None and revision.drafted is not None and revision.drafted.by.finish == "cancelled"
    said = "The model was stopped. What it had written stays in your version. Ctrl+Z undoes it."
    assert _said(trainer) == said
    trainer.control(Key.Key_Z)
    assert session.draft.revision is not None and not session.draft.revision.assisted


def test_esc_keeps_a_version_as_the_button_does_and_that_stands_below_it(at_revision: Callable[..., Trainer]) -> None:
    trainer = at_revision()
    session, page = trainer.workbench.session, trainer.workbench.bench.revision
    assert words_of(page, "escapeKeeps") == "Esc keeps it too, and goes back to the answers."
    assert next(label for label in page.findChildren(QLabel) if label.objectName() == "escapeKeeps").isVisible()
    kept = []
    for leave in (lambda: trainer.press(Key.Key_Escape), lambda: trainer.control(Key.Key_Return)):
        trainer.replace_text("Mine of A.")
        leave()
        assert not trainer.workbench.bench.rewriting and session.draft.revision is not None
        kept.append(session.draft.revision.text)
        trainer.type("e")
        trainer.comes_to("revisionText")
    assert kept == ["Mine of A."] * 2


def test_a_version_that_is_discarded_is_said_and_comes_back(at_revision: Callable[..., Trainer]) -> None:
    trainer = at_revision()
    trainer.replace_text("Mine of A.")
    trainer.push("dropRevision")
    assert trainer.workbench.session.draft.revision is None
    assert _said(trainer) == "Your version is discarded. Ctrl+Z undoes it."
    trainer.control(Key.Key_Z)
    revision = trainer.workbench.session.draft.revision
    assert revision is not None and revision.text == "Mine of A."


@pytest.mark.long
def test_esc_while_answers_are_written_stops_nothing_and_says_which_key_does(show_window: ShowWindow) -> None:
    workbench = show_window(tuple(f"{number} {LONG}" for number in range(4)), pause=0.005)
    trainer, session = Trainer(workbench), workbench.session
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: any(answer.text for answer in session.draft.answers), "words come")
    workbench.bench.answers.choose(0)
    trainer.press(Key.Key_Escape)
    assert session.writing
    assert workbench.bench.tip.words == "The models go on writing. Ctrl+. stops them, and what is written stays."
    trainer.until(workbench.bench.tip.isVisible, "it is seen")
    before = [answer.text for answer in session.draft.answers]
    trainer.press(Key.Key_Period, Control)
    trainer.until(lambda: not session.writing, "they are stopped")
    assert all(answer.text.startswith(text) for answer, text in zip(session.draft.answers, before, strict=True))


def _said(trainer: Trainer) -> str:
    message = trainer.workbench.bench.message.message
    return message.spoken if message is not None else ""


@pytest.mark.long
def test_undone_while_it_is_written_the_trainers_text_stands_again(at_revision: Callable[..., Trainer]) -> None:
    trainer = at_revision(LONG, pause=0.005)
    own = text_of(trainer)
    ask(trainer)
    trainer.until(lambda: text_of(trainer).startswith("word"), "words come")
    trainer.control(Key.Key_Z)
    done(trainer)
    assert text_of(trainer) == own
    trainer.type("x")
    assert "x" in text_of(trainer)


def test_without_points_a_sentence_at_the_place_says_what_to_do(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: workbench.session.draft.finished and not workbench.session.writing, "answers stand")
    trainer.type("e")
    trainer.comes_to("revisionText")
    ask(trainer)
    assert words_of(workbench.bench.revision, "rewriteProblem").startswith("Write what should change first")


@pytest.mark.long
def test_rewriting_another_answer_sets_the_first_version_aside_and_says_so(
    at_revision: Callable[..., Trainer],
) -> None:
    trainer = at_revision()
    page = trainer.workbench.bench.revision
    assert words_of(page, "setAsideLine") == ""
    trainer.replace_text("Mine of A.")
    trainer.press(Key.Key_Escape)
    trainer.type("2e")
    trainer.comes_to("revisionText")
    said = "This version goes into the record. That of A is set aside; E there brings it back."
    assert words_of(page, "setAsideLine") == said
    trainer.replace_text("Mine of B.")
    trainer.press(Key.Key_Escape)
    trainer.type("1e")
    trainer.comes_to("revisionText")
    assert text_of(trainer) == "Mine of A."
    trainer.press(Key.Key_Escape)
    trainer.control(Key.Key_Z)
    revision = trainer.workbench.session.draft.revision
    assert revision is not None and revision.text == "Mine of B."


@pytest.mark.long
def test_in_a_low_window_no_line_beside_the_texts_is_cut_through_above_the_buttons(
    at_revision: Callable[..., Trainer],
) -> None:
    """\"66 words in all\" was."""
    trainer = at_revision()
    for _point in range(3):
        trainer.press(Key.Key_N, Alt)
        trainer.comes_to("newPoint")
        trainer.type("Say first what to do.")
        trainer.press(Key.Key_Return)
    ask(trainer)
    done(trainer)
    (area,) = trainer.workbench.bench.revision.side.findChildren(QScrollArea, "revisionSide")
    view, bar, cut, lines = area.viewport(), area.verticalScrollBar(), [], set()
    for height in range(640, 760, 7):
        trainer.window.resize(1024, height)
        live(10)
        for value in range(bar.maximum() + 1):
            bar.setValue(value)
            shown = view.rect() if view.mask().isEmpty() else view.mask().boundingRect()
            for label in view.findChildren(QLabel):
                place = QRect(label.mapTo(view, QPoint(0, 0)), label.size())
                seen, line = place.intersected(shown).height(), label.fontMetrics().lineSpacing()
                if label.isVisible():
                    lines.add(seen // line)
                if label.isVisible() and place.top() >= 0 and seen < place.height() and seen % line:
                    cut.append(f"{label.text()} at {height}, {value}: {seen}")
    assert cut == []
    assert {0, 1} < lines, "some were hidden whole, some in part, some not at all"


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("wider", [1.0, 1.3])
def test_how_far_a_version_is_from_the_original_is_seen_whole_in_the_smallest_window(
    language: str, wider: float, at_revision: Callable[..., Trainer], qapp: QApplication
) -> None:
    """It was scrolled away below its heading. Letters that are wider by a third stand for a font of wide ones."""
    wording.use_language(language)
    try:
        trainer = at_revision()
        side = trainer.workbench.bench.revision.side
        (told,) = side.findChildren(QLabel, "revisionCounts")
        trainer.until(lambda: "0\u00a0%" in told.text(), "the version is the original")
        trainer.replace_text("Nobody listens to what is said of them.")
        trainer.window.resize(1024, 640)
        dress(qapp, Appearance("light", wider).theme)
        trainer.until(lambda: "%" in told.text() and " 0\u00a0%" not in told.text(), "the new text is compared")
        live(0)
        assert told.visibleRegion().boundingRect().size() == told.size()
        assert told.heightForWidth(told.width()) <= told.height(), "no line of it is cut"
        (area,) = side.findChildren(QScrollArea, "revisionSide")
        assert area.viewport().height() > side.height() // 3, "what scrolls has room above it"
    finally:
        wording.use_language("en")
