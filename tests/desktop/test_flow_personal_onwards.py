"""What was decided about personal data goes on: into the next turn, another branch, answers anew, and the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from command_line import here
from session_desk import Desk

from desktop.flow import conversation, judging, personal
from desktop.flow.draft import REVISION, PromptDraft
from feedback_store.personal_data import find
from feedback_store.record_parts import Redaction
from feedback_store.records import Judgement
from feedback_store.store import StoredRecord

PHONE, MAIL = "+49 30 5550 142", "jane.doe@uni-mainz.de"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Asked for a number, which is blacked out in prompt and answers; an address is kept."""
    desk = Desk(tmp_path / "profile")
    desk.answers = (f"Call {PHONE}.", f"Write to {MAIL}.", "No.", "Perhaps.")
    session = desk.session
    session.ask(PromptDraft(text=f"Who has {PHONE}?", model="smollm2", answers=4))
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    session.act(personal.black_out(session.draft, PHONE, "phone"))
    session.act(personal.keep(session.draft, MAIL))
    yield desk
    desk.close()


def saved(desk: Desk) -> tuple[StoredRecord, Judgement]:
    if not desk.session.draft.finished:
        desk.session.generate()
        desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)
    desk.judge()
    stored = desk.store.records.newest(desk.save())
    assert stored is not None and isinstance(stored.record, Judgement)
    return stored, stored.record


def at(desk: Desk, text: str) -> str:
    return next(answer.key for answer in desk.session.draft.answers if answer.text == text)


def undecided(desk: Desk) -> list[str]:
    session = desk.session
    session.findings.learn({text: find(text) for text in session.findings.unknown(session.draft)})
    return [place.quote for place in session.findings.undecided(session.draft)]


def test_answers_asked_anew_to_a_prompt_that_was_blacked_out_count_it_and_keep_what_was_kept(desk: Desk) -> None:
    session = desk.session
    desk.answers = ("a", f"b {MAIL}", "c", "d")
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    assert session.draft.prompt.text == "Who has [phone]?" and undecided(desk) == []
    _stored, record = saved(desk)
    assert record.redactions == (Redaction("prompt", "phone", 1),)


def test_the_next_turn_counts_what_stands_blacked_out_in_its_prompt(desk: Desk) -> None:
    session = desk.session
    conversation.continue_with(session, at(desk, "Call [phone]."))
    session.ask(msgspec.structs.replace(session.draft.prompt, text=f"Is {MAIL} hers?"))
    assert undecided(desk) == []
    _stored, record = saved(desk)
    assert record.redactions is not None and Redaction("prompt", "phone", 2) in record.redactions


def test_the_turn_after_another_answer_does_not_count_what_went_from_one_beside_it(desk: Desk) -> None:
    conversation.continue_with(desk.session, at(desk, "No."))
    assert desk.session.draft.redactions == (Redaction("prompt", "phone", 1),)


def test_the_turn_after_a_rewriting_counts_what_it_took_over_from_the_answer(desk: Desk) -> None:
    session = desk.session
    position = session.draft.position(at(desk, "Call [phone]."))
    session.act(judging.start_revision(session.draft, position))
    conversation.continue_with(session, REVISION)
    assert session.draft.redactions == (Redaction("prompt", "phone", 2),)


def test_a_branch_counts_it_too(desk: Desk) -> None:
    conversation.branch_here(desk.session)
    _stored, record = saved(desk)
    assert record.redactions is not None and Redaction("prompt", "phone", 1) in record.redactions


def test_what_was_kept_is_known_when_the_record_is_opened_again_and_to_the_check(desk: Desk) -> None:
    session = desk.session
    stored, _record = saved(desk)
    session.open(stored)
    assert session.draft.kept == (MAIL,) and undecided(desk) == []
    folder = desk.store.path.parent
    done = here("records", "check", profile=folder)
    assert MAIL not in done.out and "numbers or addresses in 0" in done.out
    assert '"kept": true' in here("records", "check", "--json", profile=folder).out


def test_a_word_decided_in_an_opened_record_alone_is_remembered_without_another_version(desk: Desk) -> None:
    session = desk.session
    stored, _record = saved(desk)
    session.open(stored)
    session.act(personal.keep(session.draft, MAIL, kept=False))
    conversation.branch_here(session)
    session.open(stored)
    assert session.draft.kept == () and undecided(desk) == [MAIL]
    newest = desk.store.records.newest(stored.id)
    assert newest is not None and newest.rev == 1


def test_what_was_kept_is_erased_with_the_record(desk: Desk) -> None:
    stored, _record = saved(desk)
    assert any(stored.id in kept.key for kept in desk.store.drafts.list())
    desk.store.records.erase(stored.id).result()
    assert not any(stored.id in kept.key for kept in desk.store.drafts.list())


def test_what_is_blacked_out_in_a_later_turn_goes_from_the_turn_that_was_passed_before_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "other")
    desk.answers = (f"Call {PHONE}.", "b", "c", "d")
    session = desk.session
    desk.generate()
    first = session.draft
    conversation.continue_with(session, at(desk, f"Call {PHONE}."))
    session.ask(msgspec.structs.replace(session.draft.prompt, text="And then?"))
    session.generate()
    desk.settle(lambda: session.draft.finished and not session.writing)
    session.act(session.findings.black_out(session.draft, PHONE, "phone"))
    desk.judge()
    desk.save()
    (passed,) = session._drafts.passed(first.comparison)
    kept = session._drafts.find(passed)
    assert kept is not None and "Call [phone]." in {answer.text for answer in kept.answers}
    assert [(each.part, each.kind) for each in kept.redactions] == [("answer", "phone")]
    desk.close()


def test_words_that_were_kept_and_are_blacked_out_later_stand_in_no_file(desk: Desk) -> None:
    session = desk.session
    stored, _record = saved(desk)
    session.open(stored)
    session.act(session.findings.black_out(session.draft, MAIL, "email"))
    desk.save()
    files = (file for file in desk.store.path.parent.rglob("*") if file.is_file())
    assert not any(MAIL.encode() in file.read_bytes() for file in files)
