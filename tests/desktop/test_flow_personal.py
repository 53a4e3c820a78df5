"""Personal data in a draft: found once for all texts, decided once, gone for good when the judgement is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from session_desk import Desk

from desktop.flow import checks, judging, personal
from desktop.flow.draft import Draft, to_bytes
from desktop.flow.judging import FlagChoice
from feedback_store.personal_data import find
from feedback_store.record_parts import Redaction
from feedback_store.records import Judgement

PHONE, MAIL, NAME = "+49 30 5550 142", "jane.doe@uni-mainz.de", "Karl Brandt"
ANSWERS = (f"Call {PHONE} or {NAME}.", f"Write to {MAIL}.", f"{NAME} knows, {PHONE} too.", "I do not know.")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "profile")
    desk.answers = ANSWERS
    desk.generate()
    yield desk
    desk.close()


def search(desk: Desk) -> None:
    """What the window does on a thread of its own."""
    desk.session.findings.learn({text: find(text) for text in desk.session.findings.unknown(desk.session.draft)})


def decide(desk: Desk, changed: Draft) -> None:
    desk.session.act(changed)
    search(desk)


def at(desk: Desk, answer: str) -> int:
    return next(i for i, key in enumerate(desk.session.draft.order) if desk.session.draft.answer(key).text == answer)


def on_disk(desk: Desk) -> bytes:
    folder = desk.store.path.parent if desk.store.path.is_file() else desk.store.path
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_the_same_words_are_one_place_wherever_they_stand(desk: Desk) -> None:
    desk.session.act(judging.justify(desk.session.draft, f"{MAIL} is made up."))
    search(desk)
    places = desk.session.findings.places(desk.session.draft)
    assert {(place.kind, place.quote, len(place.spots)) for place in places} == {
        ("phone", PHONE, 2),
        ("email", MAIL, 2),
    }
    assert desk.session.findings.complete(desk.session.draft)


def test_answers_that_are_still_written_are_not_searched(desk: Desk) -> None:
    first = msgspec.structs.replace(desk.session.draft.answers[0], state="writing")
    writing = msgspec.structs.replace(desk.session.draft, answers=(first, *desk.session.draft.answers[1:]))
    assert first.text not in desk.session.findings.unknown(writing)


def test_one_place_is_said_with_its_kind_and_its_answer(desk: Desk) -> None:
    search(desk)
    decide(desk, personal.keep(desk.session.draft, PHONE))
    places = desk.session.findings.places(desk.session.draft)
    letter = "ABCD"[at(desk, ANSWERS[1])]
    said = f"An e-mail address stands in answer {letter}. Black it out, or keep it."
    assert personal.warning(desk.session.draft, places) == said
    assert checks.Notice("personal", said) in checks.doubts(
        desk.session.draft, desk.session.rubric, desk.session.findings
    )
    decide(desk, personal.keep(desk.session.draft, MAIL))
    assert desk.session.findings.undecided(desk.session.draft) == ()


def test_blacked_out_words_are_gone_from_the_whole_draft_and_one_undo_brings_them_back(desk: Desk) -> None:
    session = desk.session
    before = session.draft
    decide(desk, personal.black_out(session.draft, PHONE, "phone"))
    decide(desk, personal.black_out(session.draft, NAME, "name"))
    assert PHONE.encode() not in to_bytes(session.draft) and NAME.encode() not in to_bytes(session.draft)
    assert session.draft.answer("c").text == "[name] knows, [phone] too."
    assert dict(personal.blacked_out(session.draft)) == {"name": 2, "phone": 2}
    session.undo()
    session.undo()
    assert msgspec.structs.replace(session.draft, active_ms=0, shown_ms=0) == before


def test_a_flag_stays_on_its_words(desk: Desk) -> None:
    position = at(desk, ANSWERS[2])
    start = ANSWERS[2].index("knows")
    desk.session.act(judging.flag(desk.session.draft, position, (start, start + 5), FlagChoice("factual", 1)))
    decide(desk, personal.black_out(desk.session.draft, NAME, "name"))
    span = desk.session.draft.flags[0].span
    assert span is not None and span.exact == "knows" and span.prefix == "[name] "


def test_half_a_word_that_was_marked_goes_wherever_it_stands(desk: Desk) -> None:
    made = personal.black_out(desk.session.draft, "Bran", "other")
    assert made.answer("a").text == f"Call {PHONE} or Karl [personal]dt."
    assert personal.black_out(desk.session.draft, "not there", "other") is desk.session.draft


def test_a_saved_record_says_what_was_blacked_out(desk: Desk) -> None:
    desk.judge()
    decide(desk, personal.black_out(desk.session.draft, MAIL, "email"))
    stored = desk.store.records.newest(desk.save())
    assert stored is not None and isinstance(stored.record, Judgement)
    assert stored.record.redactions == (Redaction("answer", "email", 1, "b"),)
    assert stored.record.candidates[1].text == "Write to [email]."


def test_saving_leaves_no_byte_of_the_words_on_disk(desk: Desk) -> None:
    desk.judge()
    desk.session.keep()
    decide(desk, personal.black_out(desk.session.draft, MAIL, "email"))
    desk.session.keep()
    desk.save()
    assert MAIL.encode() not in on_disk(desk) and PHONE.encode() in on_disk(desk)


def test_a_stored_judgement_opened_again_loses_the_words_in_all_its_versions(desk: Desk) -> None:
    desk.judge()
    record = desk.save()
    stored = desk.store.records.newest(record)
    assert stored is not None and PHONE.encode() in on_disk(desk)
    desk.session.open(stored)
    decide(desk, personal.black_out(desk.session.draft, PHONE, "phone"))
    desk.session.keep()
    assert desk.session.draft.supersedes is not None and PHONE.encode() not in desk.session.draft.supersedes.record
    assert desk.save() == record
    first, second = desk.store.records.history(record)
    assert (first.state, second.state) == ("erased", "saved") and isinstance(second.record, Judgement)
    assert second.record.candidates[0].origin == stored.record.candidates[0].origin  # type: ignore[union-attr]
    assert second.record.supersedes == stored.sha256
    assert PHONE.encode() not in on_disk(desk)


def test_versions_stay_where_nothing_was_blacked_out(desk: Desk) -> None:
    desk.judge()
    record = desk.save()
    stored = desk.store.records.newest(record)
    assert stored is not None
    desk.session.open(stored)
    desk.session.act(judging.justify(desk.session.draft, "Seen again."))
    desk.save()
    assert [each.state for each in desk.store.records.history(record)] == ["saved", "saved"]


def test_a_record_with_blacked_out_words_goes_back_on_the_bench_as_one(desk: Desk) -> None:
    desk.judge()
    decide(desk, personal.black_out(desk.session.draft, PHONE, "phone"))
    stored = desk.store.records.newest(desk.save())
    assert stored is not None
    desk.session.open(stored)
    assert dict(personal.blacked_out(desk.session.draft)) == {"phone": 2} and not desk.session.draft.blacked_out


def test_what_is_not_found_by_patterns_is_guessed_from_its_digits() -> None:
    assert personal.guessed_kind("14.03.1957") == "date_of_birth" and personal.guessed_kind(NAME) == "name"
