"""Several answers rewritten: a record holds one revision, and what was written of the others is never thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from session_desk import Desk

from desktop.flow import answers_anew, conversation, judging, revising
from desktop.flow.draft import FeedbackPoint, from_bytes, to_bytes
from desktop.flow.telling import answer_words
from feedback_store.records import Judgement

POINT = FeedbackPoint("shorter")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def rewrite(desk: Desk, position: int, text: str) -> None:
    session = desk.session
    session.act(judging.start_revision(session.draft, position))
    revision = session.draft.revision
    assert revision is not None
    session.act(judging.revise(session.draft, judging.replace(revision, text=text)), f"revision {revision.of}")


def text_of(desk: Desk) -> str:
    assert desk.session.draft.revision is not None
    return desk.session.draft.revision.text


def test_each_answer_has_its_version_until_it_is_saved_and_the_last_one_goes_into_the_record(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    session = desk.session
    rewrite(desk, 0, "Mine of A.")
    rewrite(desk, 1, "Mine of B.")
    assert "rewritten, set aside" in answer_words(session.draft, session.rubric, 0)
    session.act(judging.start_revision(session.draft, 0))
    assert text_of(desk) == "Mine of A."
    session.act(judging.start_revision(session.draft, 1))
    assert text_of(desk) == "Mine of B."
    assert from_bytes(to_bytes(session.draft)) == session.draft, "it survives a kill"
    stored = desk.store.records.newest(desk.save()).record
    assert isinstance(stored, Judgement) and stored.revision is not None
    assert stored.revision.text == "Mine of B."
    assert session.saved is not None
    assert [doubt.text for doubt in session.saved.doubts if "A" in doubt.text] == [
        "The version of A is not in the record."
    ]
    session.undo_save()
    desk.settle(lambda: bool(session.draft.answers))
    session.act(judging.start_revision(session.draft, 0))
    assert text_of(desk) == "Mine of A."


def test_a_version_that_nobody_worked_on_is_not_kept(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    session.act(judging.start_revision(session.draft, 0))
    session.act(judging.start_revision(session.draft, 1))
    assert session.draft.set_aside == ()


def test_a_models_draft_is_set_aside_with_its_mark(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    rewrite(desk, 0, "Mine.")
    assert session.draft.revision is not None
    session.act(judging.revise(session.draft, judging.replace(session.draft.revision, points=(POINT,))))
    desk.answers = ("Theirs.",)
    session.rewriter.start("smollm2")
    desk.settle(lambda: not session.rewriter.writing)
    session.act(judging.start_revision(session.draft, 1))
    session.act(judging.start_revision(session.draft, 0))
    assert text_of(desk) == "Theirs."
    assert session.draft.revision is not None and session.draft.revision.assisted


def test_an_answer_written_anew_loses_the_version_of_the_old_one_and_undo_brings_it_back(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    rewrite(desk, 0, "Mine.")
    session.act(judging.start_revision(session.draft, 1))
    answers_anew.again(session, 0)
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert session.draft.set_aside == ()
    session.undo()
    assert session.draft.set_aside[0].text == "Mine."


def test_the_same_act_on_two_answers_is_two_steps(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    texts = [answer.text for answer in session.draft.answers]
    for position in (0, 1):
        desk.answers = (f"Anew {position}.",)
        answers_anew.again(session, position)
        desk.settle(lambda: session.draft.finished and not session.writing)
    assert [session.draft.at(position).text for position in (0, 1)] == ["Anew 0.", "Anew 1."]
    session.undo()
    assert session.draft.at(0).text == "Anew 0." and session.draft.at(1).text in texts
    session.undo()
    assert [answer.text for answer in session.draft.answers] == texts


def test_two_drafts_of_a_model_in_a_row_are_two_steps(desk: Desk) -> None:
    desk.generate()
    session = desk.session
    rewrite(desk, 0, "Mine.")
    assert session.draft.revision is not None
    session.act(judging.revise(session.draft, judging.replace(session.draft.revision, points=(POINT,))))
    for text in ("First.", "Second."):
        desk.answers = (text,)
        session.rewriter.start("smollm2")
        desk.settle(lambda: not session.rewriter.writing)
    session.undo()
    assert text_of(desk) == "First."
    session.undo()
    assert text_of(desk) == "Mine."


def test_a_version_that_a_kill_left_untouched_is_no_version(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    session = desk.session
    session.act(judging.start_revision(session.draft, 1))
    key = session.draft.order[1]
    assert conversation.meant_by(session.draft, key) == key
    assert session.missing == ()
    assert answer_words(session.draft, session.rubric, 1) == answer_words(
        revising.to_be_saved(session.draft), session.rubric, 1
    )
    stored = desk.store.records.newest(desk.save()).record
    assert isinstance(stored, Judgement) and stored.revision is None


def test_an_untouched_version_is_not_the_one_that_a_rubric_asks_for(desk: Desk) -> None:
    desk.generate()
    desk.judge()
    session = desk.session
    session.judge_by(judging.replace(session.rubric, asks_revision=True))
    session.act(judging.start_revision(session.draft, 1))
    assert [notice.text for notice in session.missing] == ["Rewrite one of the answers"]
    rewrite(desk, 1, f"{session.draft.at(1).text} ")
    assert [notice.text for notice in session.missing] == [
        "Your version of B is the same as the original: change or discard it"
    ]
    rewrite(desk, 1, "Mine.")
    assert session.missing == ()
