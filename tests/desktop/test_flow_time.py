"""The time at work that a record tells: all of it, whatever was done, undone or opened. The clock is the test's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from session_desk import Desk

from desktop.flow import conversation, judging
from desktop.flow.draft import PromptDraft
from feedback_store.records import Judgement


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def active_ms(desk: Desk, record: str) -> int:
    stored = desk.store.records.newest(record).record
    assert isinstance(stored, Judgement)
    return stored.timing.active_ms


def rate_all(desk: Desk, seconds: float) -> None:
    session = desk.session
    for position in range(4):
        for axis in session.rubric.axes:
            desk.now += seconds
            session.act(judging.rate(session.draft, position, axis.id, 3))


def test_twenty_acts_ten_seconds_apart_are_two_hundred_seconds(desk: Desk) -> None:
    desk.generate()
    rate_all(desk, 10)
    assert desk.session.draft.active_ms == 200_000
    desk.now += 1
    desk.session.act(judging.best(desk.session.draft, 0))
    desk.now += 500  # a long pause counts as half a minute
    assert active_ms(desk, desk.save()) == 231_000
    assert desk.session.saved is not None and desk.session.saved.doubts == ()


def test_undo_and_redo_take_no_time_back(desk: Desk) -> None:
    desk.generate()
    rate_all(desk, 1)
    for _ in range(5):
        desk.now += 2
        desk.session.undo()
    assert desk.session.draft.active_ms == 30_000
    for _ in range(5):
        desk.now += 2
        desk.session.redo()
    assert desk.session.draft.active_ms == 40_000


def test_a_generation_that_is_undone_has_its_time_and_the_other_one_its_own(desk: Desk) -> None:
    desk.generate()
    rate_all(desk, 1)
    desk.now += 4
    desk.generate()
    assert desk.session.draft.active_ms == 0
    desk.now += 7
    desk.session.undo()
    assert desk.session.draft.active_ms == 24_000


def test_a_turn_that_is_gone_on_from_keeps_the_time_spent_on_it(desk: Desk) -> None:
    desk.generate()
    rate_all(desk, 1)
    first = desk.session.draft.comparison
    desk.now += 9
    conversation.continue_with(desk.session, desk.session.draft.order[0])
    assert desk.session.draft.active_ms == 0
    desk.now += 3
    tree = desk.session.tree
    conversation.visit(desk.session, tree.turns[tree.row(first)])
    assert desk.session.draft.active_ms == 29_000


def test_a_version_that_supersedes_counts_from_its_opening_and_nobody_is_accused(desk: Desk) -> None:
    desk.generate()
    rate_all(desk, 10)
    desk.session.act(judging.best(desk.session.draft, 0))
    saved = desk.save()
    desk.now += 3600
    desk.session.open(desk.store.records.newest(saved))
    desk.now += 0.05
    desk.session.act(judging.best(desk.session.draft, 1))
    assert desk.save() == saved
    assert active_ms(desk, saved) == 50
    assert desk.session.saved is not None and desk.session.saved.doubts == ()


LONG = tuple(" ".join([f"{word}"] * 300) for word in ("one", "two", "three", "four"))  # two minutes at the fastest


def test_who_reads_for_minutes_and_then_decides_at_once_is_not_accused(desk: Desk) -> None:
    desk.answers = LONG
    desk.generate()
    desk.now += 8 * 60
    rate_all(desk, 1.5)
    desk.now += 1.5
    desk.session.act(judging.best(desk.session.draft, 0))
    assert active_ms(desk, desk.save()) == 60_000, "the record tells the time at work as before"
    assert desk.session.saved is not None and desk.session.saved.doubts == ()


def test_who_decides_at_once_is_told_and_waiting_for_a_model_is_no_reading(desk: Desk) -> None:
    desk.answers = LONG
    desk.session.ask(PromptDraft(text="Why?", model="smollm2"))
    desk.session.generate()
    desk.now += 300  # the model is loaded
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)
    rate_all(desk, 1.5)
    desk.session.act(judging.best(desk.session.draft, 0))
    desk.save()
    assert desk.session.saved is not None
    assert [each.text for each in desk.session.saved.doubts] == ["Decided faster than the answers can be read."]


def test_while_another_program_has_the_screen_nothing_is_read(desk: Desk) -> None:
    desk.answers = LONG
    desk.generate()
    desk.session.watch.leave()
    desk.now += 3600
    desk.session.watch.come_back()
    rate_all(desk, 1)
    desk.session.act(judging.best(desk.session.draft, 0))
    desk.save()
    assert desk.session.saved is not None and len(desk.session.saved.doubts) == 1


def test_choosing_and_scrolling_are_signs_of_work_and_change_no_draft(desk: Desk) -> None:
    desk.generate()
    before = desk.session.draft
    for _ in range(8):
        desk.now += 20
        desk.session.watch.stir()
    assert desk.session.draft is before
    desk.session.act(judging.best(desk.session.draft, 0))
    assert desk.session.draft.active_ms == 160_000


def test_undo_takes_no_reading_back(desk: Desk) -> None:
    desk.generate()
    desk.now += 100
    desk.session.act(judging.best(desk.session.draft, 0))
    desk.session.undo()
    assert desk.session.draft.shown_ms == 100_000
