"""After a record was opened and saved, the next prompt has the settings that the trainer had before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from session_desk import Desk

from desktop.flow import conversation, judging
from desktop.flow.draft import PromptDraft
from desktop.flow.outcome import untouched
from feedback_store.store import StoredRecord

RECORDS = PromptDraft(
    text="Why?", model="smollm2", answers=3, domain="Physics", tags=("hard",), system="Be brief.", preset="precise"
)
MINE = PromptDraft(model="smollm2", answers=4, tags=("mine",), preset="varied", max_tokens=64)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "profile")
    yield made
    made.close()


def answered(desk: Desk) -> None:
    desk.session.generate()
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)


def judged(desk: Desk) -> None:
    desk.judge_all(">".join("abcd"[: len(desk.session.draft.order)]))


@pytest.fixture
def opened(desk: Desk) -> StoredRecord:
    """A record is open on the bench, and its answers with their names; the trainer's own prompt was empty."""
    session = desk.session
    session.ask(RECORDS)
    answered(desk)
    judged(desk)
    stored = desk.store.records.newest(desk.save())
    session.ask(MINE)
    session.open(stored)
    assert session.draft.prompt.tags == ("hard",) and untouched(session.draft)
    session.act(judging.show_blind(session.draft, False))
    session.act(judging.best(session.draft, 1))
    return stored


def test_the_next_prompt_has_the_trainers_settings(desk: Desk, opened: StoredRecord) -> None:
    desk.save()
    assert desk.session.draft.prompt == MINE


def test_they_are_kept_over_a_kill_and_another_record(desk: Desk, opened: StoredRecord) -> None:
    kept = desk.session.keep()
    assert kept is not None
    kept.result()
    assert desk.session.restore()
    desk.session.open(desk.store.records.newest(opened.id))
    desk.save()
    assert desk.session.draft.prompt == MINE


def test_answers_asked_anew_and_turns_gone_on_with_lead_back_to_them_too(desk: Desk, opened: StoredRecord) -> None:
    answered(desk)
    judged(desk)
    desk.save()
    while desk.session.draft.answers:  # what was begun of the record comes back first
        desk.save()
    assert desk.session.draft.prompt == MINE
    desk.session.open(desk.store.records.newest(opened.id))
    conversation.continue_with(desk.session, desk.session.draft.order[0])
    desk.session.ask(judging.replace(desk.session.draft.prompt, text="And then?"))
    answered(desk)
    judged(desk)
    desk.save()
    assert desk.session.draft.prompt == MINE


def test_a_model_chosen_meanwhile_stays_chosen(desk: Desk, opened: StoredRecord) -> None:
    desk.session.ask(judging.replace(desk.session.draft.prompt, model="another"))
    desk.save()
    assert desk.session.draft.prompt == judging.replace(MINE, model="another")


def test_undoing_a_save_leads_back_to_the_settings_of_now(desk: Desk, opened: StoredRecord) -> None:
    desk.save()
    desk.session.undo_save()
    desk.settle(lambda: bool(desk.session.draft.answers))
    desk.save()
    assert desk.session.draft.prompt == MINE
