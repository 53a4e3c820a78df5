"""What should change, point by point, in the true window: written, changed, removed, undone, and all of it recorded."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from trainer import ShowWindow, Trainer

from desktop.flow import judging
from desktop.flow.draft import FeedbackPoint, from_bytes, to_bytes
from desktop.flow.judging import FlagChoice
from desktop.profile import Profile
from desktop.views.parts import FlagMark
from desktop.views.point_list import PointRow

pytestmark = pytest.mark.long

Alt, Key = Qt.KeyboardModifier.AltModifier, Qt.Key


@pytest.fixture
def rewriting(show_window: ShowWindow) -> Callable[..., Trainer]:
    """A trainer who rewrites answer A and has written these points."""

    def begin(*points: str) -> Trainer:
        trainer = Trainer(show_window(size=(1440, 900)))
        answer(trainer)
        trainer.type("e")
        trainer.comes_to("revisionText")
        for point in points:
            write(trainer, point)
            trainer.press(Key.Key_Return)
        return trainer

    return begin


def answer(trainer: Trainer) -> None:
    session = trainer.workbench.session
    trainer.comes_to("promptText")
    trainer.type("Why is the sky blue?")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "answers stand")


def write(trainer: Trainer, point: str) -> None:
    """Type a point, and leave it in the field."""
    trainer.press(Key.Key_N, Alt)
    trainer.comes_to("newPoint")
    trainer.type(point)


def at(trainer: Trainer, name: str) -> None:
    """Go back from the field for a new point to one that stands."""
    trainer.press(Key.Key_N, Alt)
    for _ in range(9):
        if trainer.focus.objectName() == name:
            return
        trainer.press(Key.Key_Backtab)
    raise AssertionError(f"{name} is not there, only {trainer.focus.objectName()}")


def points(trainer: Trainer) -> list[str]:
    revision = trainer.workbench.session.draft.revision
    assert revision is not None
    return [point.text for point in revision.points]


def shown(trainer: Trainer) -> list[str]:
    return [row.words for row in trainer.workbench.bench.revision.side.points.rows]


def new_point(trainer: Trainer) -> str:
    return trainer.workbench.bench.revision.side.point.text()


def judge_and_save(trainer: Trainer) -> list[str]:
    """Rewrite a word more, rank, rate and save; the points that the record has."""
    session = trainer.workbench.session
    revision = session.draft.revision
    assert revision is not None
    session.act(judging.revise(session.draft, judging.replace(revision, text=f"{revision.text} Mine.")))
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Key.Key_Return, times=2)
    trainer.type("3" * 20)
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    found: list[str] = json.loads(session.saved.stored.data)["revision"]["feedback"]
    return found


def test_points_that_nobody_ticked_are_recorded_and_so_is_one_that_was_left_in_its_field(
    rewriting: Callable[..., Trainer],
) -> None:
    trainer = rewriting("Say who listens.", "Shorter")
    trainer.press(Key.Key_1, Alt)
    write(trainer, "No age")
    trainer.control(Key.Key_Return)
    assert points(trainer) == ["Say who listens.", "Shorter", "No age"] and new_point(trainer) == ""
    trainer.type("e")
    trainer.comes_to("revisionText")
    trainer.control(Key.Key_End)
    trainer.type(" Mine.")
    trainer.press(Key.Key_Escape)
    assert judge_and_save(trainer) == ["Say who listens.", "Shorter", "No age"]


def test_a_point_in_its_field_survives_a_kill_and_does_not_stand_in_the_next_comparison(
    rewriting: Callable[..., Trainer],
) -> None:
    trainer = rewriting()
    write(trainer, "Half a poi")
    session = trainer.workbench.session
    kept = from_bytes(to_bytes(session.draft))
    assert kept == session.draft and kept.revision is not None and kept.revision.asked == ("Half a poi",)
    trainer.press(Key.Key_Escape)
    assert judge_and_save(trainer) == ["Half a poi"]
    answer(trainer)
    trainer.type("e")
    trainer.comes_to("revisionText")
    assert new_point(trainer) == "" and points(trainer) == shown(trainer) == []


def test_a_record_that_is_saved_while_a_point_is_typed_has_it(rewriting: Callable[..., Trainer]) -> None:
    trainer = rewriting()
    trainer.press(Key.Key_Escape)
    trainer.type("v")
    trainer.type("a>b>c>d")
    trainer.press(Key.Key_Return, times=2)
    trainer.type("3" * 20)
    trainer.press(Key.Key_Escape)
    trainer.type("1e")
    trainer.comes_to("revisionText")
    trainer.type("Zz ")
    write(trainer, "At once")
    session = trainer.workbench.session
    trainer.control(Key.Key_S)
    trainer.until(lambda: session.saved is not None, f"saved: {session.missing}")
    assert session.saved is not None
    assert json.loads(session.saved.stored.data)["revision"]["feedback"] == ["At once"]


def test_a_point_is_changed_where_it_stands_and_that_is_one_step_of_undo(rewriting: Callable[..., Trainer]) -> None:
    trainer = rewriting("One", "Two")
    at(trainer, "point2")
    trainer.press(Key.Key_Return)
    trainer.comes_to("pointText2")
    trainer.replace_text("Deux")
    assert points(trainer) == ["One", "Deux"], "told letter by letter"
    trainer.press(Key.Key_Return)
    trainer.comes_to("point2")
    assert shown(trainer) == ["One", "Deux"]
    trainer.control(Key.Key_Z)
    assert points(trainer) == shown(trainer) == ["One", "Two"]
    trainer.control(Key.Key_Y)
    assert points(trainer) == shown(trainer) == ["One", "Deux"]
    trainer.press(Key.Key_F2)
    trainer.comes_to("pointText2")
    trainer.type("!")
    trainer.press(Key.Key_Escape)
    trainer.comes_to("point2")
    assert points(trainer) == shown(trainer) == ["One", "Deux"], "Esc leaves it as it was"
    trainer.press(Key.Key_Escape)
    trainer.comes_to("revisionText")


def test_a_point_is_removed_by_a_key_or_by_taking_its_words_away(rewriting: Callable[..., Trainer]) -> None:
    trainer = rewriting("One", "Two", "Three")
    at(trainer, "point3")
    trainer.press(Key.Key_Up)
    trainer.comes_to("point2")
    trainer.press(Key.Key_Delete)
    trainer.comes_to("point2")
    assert points(trainer) == shown(trainer) == ["One", "Three"]
    trainer.press(Key.Key_Return)
    trainer.replace_text(" ")
    trainer.press(Key.Key_Return)
    assert points(trainer) == shown(trainer) == ["One"]
    trainer.comes_to("point1")
    trainer.press(Key.Key_Delete)
    trainer.comes_to("newPoint")
    assert points(trainer) == shown(trainer) == []
    trainer.control(Key.Key_Z)
    assert points(trainer) == shown(trainer) == ["One"]


def test_a_tick_leaves_what_was_typed_in_the_text(rewriting: Callable[..., Trainer]) -> None:
    trainer = rewriting("One")
    trainer.workbench.bench.revision.take_focus()
    trainer.replace_text("Mine.")
    trainer.press(Key.Key_1, Alt)
    revision = trainer.workbench.session.draft.revision
    assert revision is not None and (revision.text, revision.points[0].done) == ("Mine.", True)


def test_the_status_line_says_what_keys_do_at_a_point(rewriting: Callable[..., Trainer]) -> None:
    trainer = rewriting("One")
    places: list[str] = []
    trainer.workbench.bench.place_changed.connect(places.append)
    at(trainer, "point1")
    assert places[-1] == "points"
    trainer.press(Key.Key_Return)
    assert places[-1] == "point" and isinstance(trainer.focus, QLineEdit)


def test_an_opened_judgement_has_all_its_points(rewriting: Callable[..., Trainer], profile: Profile) -> None:
    trainer = rewriting("One", "Two")
    trainer.press(Key.Key_Escape)
    assert judge_and_save(trainer) == ["One", "Two"]
    trainer.control(Key.Key_3)
    trainer.until(lambda: trainer.workbench.records.current is not None, "it is listed")
    trainer.comes_to("search")
    trainer.press(Key.Key_Return, times=2)
    session = trainer.workbench.session
    trainer.until(lambda: session.draft.supersedes is not None, "it is on the bench")
    assert points(trainer) == ["One", "Two"]


def test_a_point_that_came_from_a_flag_shows_its_category_also_once_it_is_worded_anew(show_window: ShowWindow) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    answer(trainer)
    session, page = trainer.workbench.session, trainer.workbench.bench.revision
    session.act(judging.flag(session.draft, 0, (0, 4), FlagChoice("bias", 2, "age", note="Name no age.")))
    trainer.comes_to("answerTextA")
    trainer.type("e")
    trainer.comes_to("revisionText")
    write(trainer, "Shorter.")
    trainer.press(Key.Key_Return)

    def flags() -> list[tuple[str, str]]:
        """The category below each point, and what is heard of it."""
        labels = [row.findChild(QLabel, f"pointFlag{number}") for number, row in enumerate(page.side.points.rows, 1)]
        shown = [label.text() if label is not None and label.isVisible() else "" for label in labels]
        return [(s, row.box.accessibleDescription()) for s, row in zip(shown, page.side.points.rows, strict=True)]

    keys = "Enter changes it, Delete removes it"
    told = [("Bias", f"from your flag: Bias, severity 2. {keys}"), ("", keys)]
    trainer.until(lambda: flags() == told, f"it is shown: {flags()}")
    marks = page.side.points.findChildren(FlagMark)
    assert [mark.accessibleName() for mark in marks if mark.isVisible()] == ["B 2"]
    at(trainer, "point1")
    trainer.press(Key.Key_Return)
    trainer.comes_to("pointText1")
    trainer.type("Say nothing of age.")
    trainer.press(Key.Key_Return)
    trainer.until(lambda: page.side.points.rows[0].words == "Say nothing of age.", "it is worded anew")
    assert flags() == told
    trainer.workbench.window.close()
    back = show_window(size=(1440, 900)).session.draft.revision
    assert back is not None and [(p.text, p.category, p.severity) for p in back.points] == [
        ("Say nothing of age.", "bias", 2),
        ("Shorter.", "", 0),
    ]


def test_a_point_whose_quote_begins_with_an_empty_line_has_its_words_beside_the_tick(qapp: QApplication) -> None:
    row = PointRow(1)
    row.show_point(FeedbackPoint("\n\nTake two.\n"), None)
    assert row._words.text() == "Take two."
    assert row.words == "\n\nTake two.\n", "the record has it as it was flagged"


def test_points_of_another_answer_stand_in_the_rows_of_those_before_as_if_they_were_new(
    show_window: ShowWindow,
) -> None:
    trainer = Trainer(show_window(size=(1440, 900)))
    answer(trainer)
    session, bench = trainer.workbench.session, trainer.workbench.bench
    trainer.until(lambda: len(bench.revision.side.points.findChildren(PointRow)) >= 8, "rows are ready")
    session.act(judging.flag(session.draft, 0, (0, 4), FlagChoice("bias", 2, "age", note="Name no age.")))
    bench.revising.open(0)
    for point in ("Shorter.", "And kinder."):
        write(trainer, point)
        trainer.press(Key.Key_Return)
    trainer.press(Key.Key_1, Alt)
    at(trainer, "point2")
    trainer.press(Key.Key_Return)
    trainer.comes_to("pointText2")
    trainer.control(Key.Key_Return)
    bench.revising.open(1)
    write(trainer, "Of B.")
    trainer.press(Key.Key_Return)
    row, spare = bench.revision.side.points.rows[0], bench.revision.side.points.findChildren(PointRow)[1]
    assert shown(trainer) == points(trainer) == ["Of B."] and not spare.isVisible()
    assert (row.box.isChecked(), row.flag, row.box.accessibleName()) == (False, None, "Of B.")
    assert not any(mark.isVisible() for mark in row.findChildren(FlagMark))
    words = [label for label in row.findChildren(QLabel) if label.text() == "Of B."]
    assert row.box.width() < 40 and words[0].width() > row.width() - 80, "the words have all the room beside the tick"
    bench.revising.open(0)
    assert shown(trainer) == points(trainer) == ["Name no age.", "Shorter.", "And kinder."]
    assert [each.box.isChecked() for each in bench.revision.side.points.rows] == [True, False, False]
    assert not any(each.field.isVisible() for each in bench.revision.side.points.rows)


def test_the_list_of_models_that_may_rewrite_says_what_it_is(rewriting: Callable[..., Trainer]) -> None:
    side = rewriting().workbench.bench.revision.side
    label = side.findChild(QLabel, "rewriteModelLabel")
    assert label is not None and label.isVisible() and label.text() == side.rewrite.model.accessibleName()
    assert label.buddy() is side.rewrite.model
    assert label.y() + label.height() <= side.rewrite.model.y(), "above it"
