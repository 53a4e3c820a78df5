"""What would leave, passage by passage: every text of a record is among them, and every place is marked in it."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_judgements import candidate, drafted_revision, judgement, verdict

from desktop.flow import leaving
from desktop.flow.leaving import Passage, boxes, passages, places_in, standing, undecided_text, where_text
from desktop.profile import Profile
from feedback_store import records
from feedback_store.collector.facts import make_terms
from feedback_store.look_table import Place
from feedback_store.record_parts import (
    Asked,
    Flag,
    Judgement,
    Message,
    Page,
    PositionSelector,
    QuoteSelector,
    RangeSelector,
    Redaction,
    Variable,
)
from feedback_store.record_table import StoredRecord
from feedback_store.redaction import RECORD_TEXTS, with_texts
from feedback_store.spans import span_at
from feedback_store.store import Project, Terms

TIME = "2026-11-22T12:34:56.789Z"


def full() -> Judgement:
    """A judgement with everything that a record can say."""
    asked = Asked(records.new_id(), 1, (Message("user", "asked"),))
    made = judgement("a>b", candidate("a", "an answer", reasoning="thoughts", asked=asked), candidate("b"))
    selectors = (QuoteSelector("e", "p", "s"), PositionSelector(0, 1), RangeSelector("s", 0, "e", 1))
    page = Page("https://a.de", "title", TIME, True, selectors, "https://a.de/x")
    prompt = msgspec.structs.replace(
        made.prompt,
        messages=(Message("system", "s"), Message("user", "u"), Message("assistant", "a"), Message("user", "q")),
        variables=(Variable("name", "value"),),
        tags=("tag", "other"),
        domain="field",
    )
    return msgspec.structs.replace(
        made,
        prompt=prompt,
        context=msgspec.structs.replace(made.context, page=page),
        verdicts=(verdict("not rankable"),),
        flags=(Flag("a", "factual", 1, span=span_at("an answer", 0, 2), note="note", suggestion="better"),),
        revision=drafted_revision(),
        justification="because",
    )


def stored(record: Judgement) -> StoredRecord:
    found = StoredRecord(
        1, record.id, 1, "0" * 64, "judgement", record.project, record.trainer, TIME, False, "saved", "", "", None, b""
    )
    found.__dict__["record"] = record  # as if it had been read
    return found


def test_what_has_not_left_is_to_be_sent_only_where_there_is_somewhere_to_send_it() -> None:
    """A project without a collector said "1 to send" all the same."""
    assert [leaving.NotSent(count, joined=True).words for count in (0, 1)] == ["Nothing to send", "1 to send"]
    assert [leaving.NotSent(count, joined=False).words for count in (0, 1)] == [
        "Nothing to send",
        "1 kept here",
    ]


def test_what_is_signed_and_has_not_arrived_is_not_nothing() -> None:
    assert leaving.NotSent(0, joined=True, on_the_way=2).words == "2 on the way"
    assert leaving.NotSent(1, joined=True, on_the_way=2).words == "1 to send"


def test_every_text_of_a_record_is_among_the_passages_in_its_own_words() -> None:
    kinds: set[type] = set()
    made: list[str] = []
    number = itertools.count()

    def unlike(_text: str) -> str:
        made.append(f"text {next(number)}\n  of the record")
        return made[-1]

    record = full()
    walked = [record.prompt, record.context.page, record.candidates, record.flags, record.revision, record.verdicts]
    _kinds([record, *walked], kinds)
    assert set(RECORD_TEXTS) <= kinds, "the record of this test lacks something that can hold a text"
    said = "\n".join(each.text for each in passages(stored(with_texts(record, unlike, RECORD_TEXTS))))
    assert len(made) > 20
    assert [text for text in made if text not in said] == []


def _kinds(value: object, found: set[type]) -> None:
    if isinstance(value, msgspec.Struct):
        found.add(type(value))
        for field in value.__struct_fields__:
            _kinds(getattr(value, field), found)
    elif isinstance(value, tuple | list):
        for each in value:
            _kinds(each, found)


def test_a_withdrawal_says_that_none_of_the_text_leaves(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path)
    made = judgement("a>b", project=profile.project.id, trainer=profile.trainer)
    profile.store.records.save(made).result()
    withdrawn = profile.store.records.withdraw(made.id, "mistake").result()
    (only,) = passages(withdrawn)
    assert "None of its text" in only.text and "Why?" not in only.text
    profile.close()


def test_where_words_stand_is_told_once_for_each_part() -> None:
    said = (Passage("Prompt", "x@y.de, x@y.de", "Prompt"), Passage("A", "x@y.de", "A"), Passage("Why", "no", "Why"))
    assert where_text(said, "x@y.de") == "Prompt, A"


def test_placeholders_are_boxes_only_where_the_record_says_that_something_was_blacked_out() -> None:
    plain = judgement("a>b", ask="Call [phone], [name].")
    assert boxes(plain, "Call [phone], [name].") == ()
    redacted = msgspec.structs.replace(plain, redactions=(Redaction("prompt", "phone", 1),))
    assert boxes(redacted, "Call [phone], [name].") == ((5, 12, "phone"),)


@given(st.text("é\u0301😀\u200da ", max_size=10), st.text("é\u0301😀\u200da ", max_size=10))
def test_places_are_code_points_of_the_passage(before: str, behind: str) -> None:
    text = f"{before}x@y.de{behind}x@y.de"
    found = places_in(text, "x@y.de")
    assert [text[start:end] for start, end in found] == ["x@y.de", "x@y.de"]
    assert found[0][0] == len(before)


@pytest.mark.parametrize(
    ("way", "undecided", "said"),
    [
        ("saved", 0, "Not released"),
        ("saved", 1, "1 place to look at"),
        ("saved", 2, "2 places to look at"),
        ("held", 2, "Held back · 2 places to look at"),
        ("released", 0, "Released"),
        ("saved", None, "Not released · being looked at"),
    ],
)
def test_a_row_says_how_its_record_stands(way: str, undecided: int | None, said: str) -> None:
    assert standing(way, undecided) == said  # type: ignore[arg-type]  # a Way


def test_what_keeps_a_record_here_is_said_until_everything_is_decided() -> None:
    open_one, kept = Place("email", "x@y.de"), Place("phone", "+49 30 5550 142", kept=True)
    assert undecided_text([kept]) == ""
    assert undecided_text([open_one, kept]).startswith("1 place to look at. Black it out, or keep it;")
    assert leaving.refused_text([open_one, kept]) == "Not released: x@y.de is to be looked at first."


def test_the_terms_are_named_or_said_to_be_none() -> None:
    project = Project("prj_" + "5" * 32, "Team", judgement().rubric)
    assert leaving.terms_text(project) == "This project states no terms."
    terms = Terms("house", 2, "7" * 64, "CC-BY-4.0")
    said = leaving.terms_text(msgspec.structs.replace(project, terms=terms))
    assert said == "Under the terms house, version 2 (CC-BY-4.0)"
    assert leaving.terms_name(terms) == "house, version 2 (CC-BY-4.0)"


def test_terms_that_nobody_named_are_the_projects() -> None:
    terms = make_terms("Be kind.", licence="CC0-1.0")
    project = Project("prj_" + "5" * 32, "Team", judgement().rubric, Terms(**msgspec.structs.asdict(terms)))
    assert leaving.terms_text(project) == "Under this project's terms, version 1 (CC0-1.0)"
    assert project.terms is not None
    assert leaving.terms_name(project.terms) == "Version 1 (CC0-1.0)"


def test_where_nobody_named_a_licence_that_is_said_in_words() -> None:
    """It read “version 1 (unspecified)”."""
    rubric = judgement().rubric
    for licence in ("unspecified", ""):
        terms = Terms(**msgspec.structs.asdict(make_terms("Be kind.", licence=licence)))
        project = Project("prj_" + "5" * 32, "Team", rubric, terms)
        assert leaving.terms_text(project) == "Under this project's terms, version 1; no licence was named"
        assert leaving.terms_name(terms) == "Version 1; no licence was named"
        named = msgspec.structs.replace(terms, id="house")
        project = msgspec.structs.replace(project, terms=named)
        assert leaving.terms_text(project) == "Under the terms house, version 1; no licence was named"
        assert leaving.terms_name(named) == "house, version 1; no licence was named"
