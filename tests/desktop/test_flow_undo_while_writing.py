"""Undo and redo while models write: what they write goes into the answer that they were asked for, and no other.

The engine is the scripted one. What it tells waits in a queue and is heard piece by piece, so that acts fall between
any two words, and after the end of a run that nobody has heard of yet.
"""

from __future__ import annotations

import queue
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from session_desk import Desk

from desktop.flow import answers_anew, judging
from desktop.flow.draft import PromptDraft
from desktop.flow.ranking import parse

COUNT = 2
WORDS = 4


class SlowDesk(Desk):
    """Every request is told words of its own: "r3.0" begins the first answer to the third. `hear` takes some posts."""

    requests = 0

    def told(self, prompt: str, count: int) -> tuple[str, ...]:
        self.requests += 1
        return tuple(" ".join([f"r{self.requests}.{n}"] + ["word"] * (WORDS - 1)) for n in range(count))

    def ask(self) -> None:
        wish = PromptDraft(text="Why is the sky blue?", model="smollm2", answers=COUNT)
        self.session.ask(wish)
        self.session.generate()

    def hear(self, pieces: int) -> None:
        """Hear so much of what the engine tells, while it tells anything."""
        for _ in range(pieces):
            if not self.session.writing:
                break
            self._posted.get(timeout=180)()

    def hear_out(self) -> None:
        """Hear everything, also what nobody waits for any more."""
        self.settle(lambda: not self.session.writing)
        while True:
            try:
                self._posted.get_nowait()()
            except queue.Empty:
                return

    @property
    def texts(self) -> dict[str, str]:
        return {answer.key: answer.text for answer in self.session.draft.answers}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SlowDesk]:
    made = SlowDesk(tmp_path / "profile")
    yield made
    made.close()


def answered(desk: SlowDesk) -> str:
    """Two answers stand; the text of the first on screen."""
    desk.ask()
    desk.hear_out()
    return desk.session.draft.at(0).text


@pytest.mark.parametrize("heard", [0, 1, 3, WORDS, WORDS + 1, WORDS + 2])
def test_an_answer_restored_by_undo_stays_whatever_the_model_still_writes(desk: SlowDesk, heard: int) -> None:
    text = answered(desk)
    answers_anew.again(desk.session, 0)
    desk.hear(heard)
    desk.session.undo()
    assert (desk.session.draft.at(0).text, desk.session.draft.at(0).state) == (text, "done")
    desk.hear_out()
    assert (desk.session.draft.at(0).text, desk.session.draft.at(0).state) == (text, "done")


def test_what_was_judged_of_the_restored_answer_is_saved_with_it(desk: SlowDesk) -> None:
    text = answered(desk)
    session = desk.session
    session.act(judging.justify(session.draft, "Good."))
    for position in range(COUNT):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.rank(session.draft, parse("a>>b", COUNT, with_strength=True)))
    answers_anew.again(session, 0)
    desk.hear(2)
    session.undo()
    desk.hear_out()
    record = desk.store.records.newest(desk.save())
    assert record is not None
    held = {candidate.text for candidate in record.record.candidates}  # type: ignore[union-attr]
    assert text in held and not any(each.startswith("r2") for each in held)


def test_redone_while_the_model_is_being_stopped_the_new_answer_ends_as_it_came(desk: SlowDesk) -> None:
    answered(desk)
    answers_anew.again(desk.session, 0)
    desk.hear(2)
    desk.session.undo()
    desk.session.redo()
    desk.hear_out()
    again = desk.session.draft.at(0)
    assert again.text.startswith("r2.0") and again.ready


def test_redone_after_its_run_has_ended_it_stands_as_far_as_it_had_come(desk: SlowDesk) -> None:
    answered(desk)
    answers_anew.again(desk.session, 0)
    desk.hear(2)
    seen = desk.session.draft.at(0).text
    desk.session.undo()
    desk.hear_out()
    desk.session.redo()
    again = desk.session.draft.at(0)
    assert (again.state, again.finish) == ("stopped", "cancelled")
    assert again.text.startswith(seen)  # a word more may have been on its way when it was stopped
    assert "r2.0 word word word".startswith(again.text)


def test_asked_again_after_an_undo_only_the_newest_run_is_heard(desk: SlowDesk) -> None:
    answered(desk)
    answers_anew.again(desk.session, 0)
    desk.hear(1)
    desk.session.undo()
    answers_anew.again(desk.session, 0)
    desk.hear_out()
    assert desk.session.draft.at(0).text.startswith("r3.0")
    assert desk.session.draft.finished


def test_the_end_of_the_first_run_leaves_an_answer_that_is_written_again_alone(desk: SlowDesk) -> None:
    """The end of a request tells every one of its answers anew: with the engine that wrote them."""
    desk.ask()
    desk.settle(lambda: any(answer.ready for answer in desk.session.draft.answers))
    position = next(n for n in range(COUNT) if desk.session.draft.at(n).ready)
    answers_anew.again(desk.session, position)
    assert desk.session.draft.at(position).text == ""
    desk.hear_out()
    assert desk.session.draft.at(position).text.startswith("r2.0")


def test_undoing_a_generation_gives_no_answer_the_words_of_the_one_after_it(desk: SlowDesk) -> None:
    desk.ask()
    desk.hear(3)
    before = desk.texts
    desk.ask()
    desk.hear(3)
    desk.session.undo()
    desk.hear_out()
    assert desk.session.draft.finished
    assert all(desk.texts[key].startswith(text) for key, text in before.items())
    assert all(text.startswith("r1") for text in desk.texts.values() if text)


class WritingAndUndoing(RuleBasedStateMachine):
    """Any acts between any two words. Hearing never changes which run an answer is of, and a text is of its run."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = SlowDesk(Path(self.folder.name) / "profile")
        self.beginnings: dict[tuple[str, str], str] = {}
        self.whole: dict[tuple[str, str], str] = {}

    def teardown(self) -> None:
        self.desk.hear_out()
        assert all(answer.ready for answer in self.desk.session.draft.answers), "nobody writes it, yet it waits"
        self.texts_are_of_their_runs()
        self.desk.close()
        self.folder.cleanup()

    @property
    def runs(self) -> dict[str, str]:
        return {answer.key: answer.run for answer in self.desk.session.draft.answers}

    @rule()
    def ask(self) -> None:
        self.desk.ask()

    @precondition(lambda self: self.desk.session.draft.answers)
    @rule(position=st.integers(0, COUNT - 1))
    def again(self, position: int) -> None:
        answers_anew.again(self.desk.session, position)

    @precondition(lambda self: self.desk.session.draft.answers)
    @rule(position=st.integers(0, COUNT - 1), value=st.integers(0, 4))
    def rate(self, position: int, value: int) -> None:
        session = self.desk.session
        session.act(judging.rate(session.draft, position, session.rubric.axes[0].id, value))

    @rule(position=st.sampled_from([None, 0, 1]))
    def stop(self, position: int | None) -> None:
        if position is None or self.desk.session.draft.answers:
            self.desk.session.cancel(position)

    @rule(pieces=st.integers(1, 2 * WORDS * COUNT))
    def hear(self, pieces: int) -> None:
        before = self.runs
        self.desk.hear(pieces)
        assert self.runs == before

    @rule()
    def hear_out(self) -> None:
        before = self.runs
        self.desk.hear_out()
        assert self.runs == before

    @rule()
    def undo(self) -> None:
        expected = self.desk.session.history.before
        self.desk.session.undo()
        if expected is not None:
            assert self.runs == {answer.key: answer.run for answer in expected.answers}

    @rule()
    def redo(self) -> None:
        self.desk.session.redo()

    @invariant()
    def texts_are_of_their_runs(self) -> None:
        for answer in self.desk.session.draft.answers:
            name = (answer.run, answer.key)
            if answer.text:
                begins = answer.text.split()[0]
                assert self.beginnings.setdefault(name, begins) == begins
            if answer.finish == "stop":
                assert self.whole.setdefault(name, answer.text) == answer.text
                assert len(answer.text.split()) == WORDS


TestWritingAndUndoing = WritingAndUndoing.TestCase
TestWritingAndUndoing.settings = settings(max_examples=25, stateful_step_count=20)
