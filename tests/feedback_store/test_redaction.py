"""Blacking out: the words are gone from the record and from the disk, and the record says what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_judgements import candidate, judgement, revision

from feedback_store import records
from feedback_store.datasets.export import export
from feedback_store.errors import RecordError
from feedback_store.record_parts import Flag, Judgement, Redaction, Variable
from feedback_store.redaction import PLACEHOLDERS, Blackout, redacted, standing
from feedback_store.spans import span_at
from feedback_store.store import SearchQuery, Store

PHONE = "+49 30 5550 142"
NAME = "Xaverius"


def exposed(**changes: object) -> Judgement:
    """A judgement that holds phone and name in every kind of text that it has."""
    text = f"Ask 😀 {NAME} at {PHONE}, now."
    made = judgement(
        "a>b",
        candidate("a", text, reasoning=f"It is {PHONE}."),
        candidate("b", "No Xaveriusstift here."),
        ask=f"Who is {NAME} ({PHONE})?",
        justification=f"{NAME} is named.",
        flags=(Flag("a", "bias", 1, span=span_at(text, 15, 27), note=f"{PHONE}!", suggestion=NAME),),
        revision=revision("a", f"Ask {NAME}."),
    )
    prompt = msgspec.structs.replace(made.prompt, tags=(NAME, "sky"), variables=(Variable("who", NAME),))
    return msgspec.structs.replace(made, prompt=prompt, **changes)


def blacked_out() -> Judgement:
    return redacted(redacted(exposed(), Blackout(PHONE, "phone")), Blackout(NAME, "name"))


def test_the_words_are_gone_from_every_text_and_counted() -> None:
    made = blacked_out()
    data = records.encode(made)
    assert PHONE.encode() not in data and NAME.encode() + b" " not in data and NAME.encode() + b"." not in data
    assert made.candidates[0].text == "Ask 😀 [name] at [phone], now."
    assert made.candidates[1].text == "No Xaveriusstift here."  # another word
    assert made.redactions == (
        Redaction("prompt", "phone", 1),
        Redaction("judgement", "phone", 1),
        Redaction("answer", "phone", 2, "a"),
        Redaction("prompt", "name", 3),
        Redaction("judgement", "name", 3),
        Redaction("answer", "name", 1, "a"),
    )
    assert records.decode(data) == made


def test_a_span_that_covered_half_of_the_words_covers_the_placeholder() -> None:
    flag = blacked_out().flags[0]
    assert flag.span is not None and flag.span.exact == "at [phone]"
    assert (flag.note, flag.suggestion) == ("[phone]!", "[name]")


def test_a_judgement_that_does_not_hold_the_words_stays_the_same() -> None:
    made = exposed()
    assert redacted(made, Blackout("Nobody", "name")) is made


@pytest.mark.parametrize(
    ("redaction", "path"),
    [
        (Redaction("answer", "phone", 1), "$.redactions[0].candidate"),
        (Redaction("prompt", "phone", 1, "a"), "$.redactions[0].candidate"),
        (Redaction("answer", "phone", 1, "z"), "$.redactions[0].candidate"),
        (Redaction("answer", "phone", 3, "a"), "$.redactions[0].count"),
    ],
)
def test_a_record_cannot_claim_what_does_not_stand_in_it(redaction: Redaction, path: str) -> None:
    made = msgspec.structs.replace(blacked_out(), redactions=(redaction,))
    with pytest.raises(RecordError) as caught:
        records.encode(made)
    assert caught.value.values["path"] == path


def test_placeholders_that_were_edited_away_are_counted_no_more() -> None:
    made = msgspec.structs.replace(blacked_out(), justification=None, revision=None)
    assert made.redactions is not None
    left = {(each.part, each.kind): each.count for each in standing(made, made.redactions)}
    assert left["judgement", "name"] == 1  # the suggestion's
    assert left["answer", "phone"] == 2


TEXTS = st.lists(st.sampled_from(["Karl", "Karls", " ", ", ", "😀", "a", "[name]", "\n"]), max_size=12).map("".join)


@given(TEXTS, st.data())
def test_spans_move_with_their_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    blackout = Blackout("Karl", "name")
    after = blackout.apply(text)
    first, last = blackout.moved(text, start, end)
    assert blackout.places(after) == []
    assert 0 <= first <= last <= len(after) and (first < last or start == end)
    outside = all(stop <= start or end <= begin for begin, stop in blackout.places(text))
    assert not outside or after[first:last] == text[start:end]


def test_every_placeholder_can_be_told_from_every_other() -> None:
    assert len(set(PLACEHOLDERS.values())) == len(PLACEHOLDERS)
    assert not any(one != other and one in other for one in PLACEHOLDERS.values() for other in PLACEHOLDERS.values())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile")
    opened.projects.create("Test").result()
    yield opened
    opened.close()


def test_no_byte_of_the_words_stays_in_the_profile(store: Store, tmp_path: Path) -> None:
    project = store.projects.current()
    assert project is not None
    kept = store.records.save(exposed(project=project.id, trainer=store.trainer), draft="d").result()
    for number in range(3):  # what a bench keeps while somebody works
        store.drafts.save("d", f'{{"text":"{NAME} {number} {PHONE}"}}'.encode() * 300).result()
    first = kept.record
    assert isinstance(first, Judgement)
    made = redacted(redacted(first, Blackout(PHONE, "phone")), Blackout(NAME, "name"))
    made = msgspec.structs.replace(made, rev=2, supersedes=kept.sha256, nonce=records.new_nonce())
    other = redacted(made, Blackout("Xaveriusstift", "other"))
    assert _on_disk(tmp_path / "profile")
    stored = store.records.save(other, draft="d", erase_earlier=True).result()
    assert not _on_disk(tmp_path / "profile")
    history = store.records.history(kept.id)
    assert [(each.rev, each.state, bool(each.data)) for each in history] == [(1, "erased", False), (2, "saved", True)]
    assert history[0].sha256 == kept.sha256 == other.supersedes
    assert not store.search(SearchQuery(text=NAME)) and list(store.search(SearchQuery(text="phone"))) == [stored.seq]
    store.close()
    assert not _on_disk(tmp_path / "profile")


def test_an_export_says_in_how_many_judgements_words_are_missing(tmp_path: Path) -> None:
    result = export([blacked_out(), judgement("a>b")], format="preference", out=tmp_path / "out")
    assert b'"redacted": 1' in result.files["manifest.json"].read_bytes()
    assert "In 1 judgement a trainer blacked personal data out" in result.files["README.md"].read_text("utf-8")
    plain = export([judgement("a>b")], format="preference", out=tmp_path / "plain")
    assert "blacked" not in plain.files["README.md"].read_text("utf-8")


def _on_disk(folder: Path) -> list[str]:
    data = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file()).lower()
    return [word for word in (PHONE, NAME) if word.lower()[1:].encode() in data]
