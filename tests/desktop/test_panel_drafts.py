"""A verdict from the panel on the bench: marks, flags at their words, a rewriting, own models' answers; then signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.inbox_desk import InboxDesk
from desktop.flow.outcome import Frame, to_judgement
from desktop.flow.panel_asking import OwnText
from desktop.flow.panel_drafts import anchored
from feedback_store import captures, rubrics
from feedback_store.batches.keys import DeviceKey
from feedback_store.panel_table import KeptAnswer
from feedback_store.record_parts import Engine, Model, Sampling, Span
from feedback_store.records import App, Message, Origin, Rating, Verdict, Versioned, new_id, span_at
from feedback_store.rubric_check import check_judgement
from feedback_store.store import Store

PAIRING = "0" * 32
PROJECT = "prj_" + "0" * 32
ANSWER = "The sky is blue because of scattering. 🙂 It is blue."
AT = "2026-11-27T12:00:00.000Z"
RUBRIC = rubrics.load("helpsteer2")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


def handed_over(store: Store, response: str = ANSWER) -> str:
    whole = {
        "t": "capture.put",
        "id": new_id(),
        "created_at": AT,
        "page": {"origin": "https://chat.example", "title": "A chat", "complete": True},
        "messages": [{"role": "user", "content": "Why?"}],
        "response": response,
    }
    message = json.dumps(whole).encode()
    store.inbox.put(message, PAIRING).result()
    return captures.read(message).id


def judged(store: Store, capture: str, **said: Any) -> Draft:
    """The draft of a capture about which this was said in the panel."""
    whole = {
        "t": "judge.put",
        "id": new_id(),
        "created_at": AT,
        "capture": capture,
        "shown_at": AT,
        "rubric": RUBRIC.sha256,
        **said,
    }
    store.inbox.put_verdict(json.dumps(whole).encode(), PAIRING).result()
    made, taken = InboxDesk(store, PROJECT).take(store.inbox.get(capture), PromptDraft(model="mine"))
    taken.result()
    return made


def flag(start: int, exact: str, text: str = ANSWER, **more: object) -> dict[str, object]:
    span = msgspec.to_builtins(span_at(text, start, start + len(exact)))
    return {"candidate": "a", "category": "factual", "severity": 2, "span": span, **more}


def own(store: Store, capture: str, text: str = "By scattering.", asked: str = "Why?") -> dict[str, object]:
    """An answer of an own model, kept as it is when one has ended, as the panel names it."""
    origin = Origin(
        "local",
        preset="varied",
        model=Model("starter", file_sha256="e" * 64),
        sampling=Sampling(seed=7),
        engine=Engine("llama-cpp-python", "1", "2", "cpu", 1, False),
    )
    answer = AnswerDraft(key="a", text=text, state="done", finish="stop", origin=origin)
    data = msgspec.json.encode(OwnText(answer, (Message("user", asked),)))
    ask = new_id()
    store.inbox.keep_answers(capture, [KeptAnswer(ask, 0, "c" * 64, data)]).result()
    return {"key": "b", "ask": ask, "number": 0, "sha256": "c" * 64}


def test_what_was_said_in_the_panel_stands_in_the_draft(store: Store) -> None:
    made = judged(
        store,
        handed_over(store),
        ratings=[{"candidate": "a", "axis": "helpfulness", "value": 3}],
        flags=[flag(11, "blue")],
        revision={
            "of": "a",
            "text": "It scatters.",
            "feedback": ["Say why.", "Shorter."],
            "change_summary": "Says why.",
        },
        justification="Too short.",
        confidence=4,
        active_ms=9000,
    )
    assert made.rating("a", "helpfulness") == 3
    assert made.flags[0].span == span_at(ANSWER, 11, 15)
    assert made.revision is not None
    assert (made.revision.of, made.revision.text) == ("a", "It scatters.")
    assert (made.revision.asked, made.revision.summary) == (("Say why.", "Shorter."), "Says why.")
    assert (made.justification, made.confidence, made.rubric) == ("Too short.", 4, RUBRIC.sha256)
    assert (made.shown_at, made.active_ms, made.blind) == (AT, 9000, False)


def test_points_stay_where_the_answer_was_not_rewritten_yet_and_an_empty_rewriting_does_not(store: Store) -> None:
    same = {"of": "a", "text": ANSWER}
    assert judged(store, handed_over(store), revision=same).revision is None
    made = judged(store, handed_over(store), revision={**same, "feedback": ["Say why."]}).revision
    assert made is not None
    assert made.asked == ("Say why.",)


def test_a_flag_goes_to_its_words_and_keeps_them_where_they_are_gone(store: Store) -> None:
    before = "x" + ANSWER
    made = judged(
        store,
        handed_over(store),
        flags=[
            flag(before.rindex("blue"), "blue", before),
            flag(0, "xThe sky", before, note="wrong"),
            {"candidate": "a", "category": "wording", "severity": 0},
        ],
    )
    assert made.flags[0].span == span_at(ANSWER, ANSWER.rindex("blue"), ANSWER.rindex("blue") + 4)
    assert (made.flags[1].span, made.flags[1].note) == (None, "“xThe sky” wrong")
    assert (made.flags[2].span, made.flags[2].note) == (None, None)


def test_of_words_that_stand_twice_those_with_the_same_around_them_are_meant() -> None:
    text = "It is blue. Yes, it is blue, I say."
    meant = Span(0, 4, "blue", "Yes, it is ", ", I say.")
    assert anchored(meant, text) == span_at(text, text.rindex("blue"), text.rindex("blue") + 4)
    assert anchored(Span(0, 3, "red", "", ""), text) is None


def test_what_the_rubric_does_not_ask_is_left_out(store: Store) -> None:
    made = judged(
        store,
        handed_over(store),
        ratings=[
            {"candidate": "a", "axis": "helpfulness", "value": 9},
            {"candidate": "a", "axis": "beauty", "value": 1},
            {"candidate": "a", "axis": "correctness", "value": 1},
        ],
        answers=[{"candidate": "a", "question": "q", "value": "yes"}],
        flags=[flag(0, "The", category="heresy"), flag(0, "The", severity=99), flag(4, "sky", target_group="age")],
        verdicts=[{"axis": "beauty", "tiers": [["a"]], "level": "all_good"}],
    )
    assert made.ratings == (Rating("a", "correctness", 1),)
    assert (made.answered, made.flags, made.verdicts) == ((), (), ())


def test_answers_of_own_models_come_along_with_their_provenance_and_are_saved_beside_the_pages(store: Store) -> None:
    known = handed_over(store)
    made = judged(
        store,
        known,
        candidates=[own(store, known)],
        verdicts=[{"axis": "overall", "tiers": [["b"], ["a"]], "strength": 2}],
        ratings=[{"candidate": key, "axis": axis.id, "value": 2} for key in "ab" for axis in RUBRIC.axes],
        justification="B is right and says why.",
    )
    assert [(answer.key, answer.origin.kind) for answer in made.answers] == [("a", "page"), ("b", "local")]
    assert (made.order, made.blind, made.tiers, made.strength) == (("a", "b"), True, (("b",), ("a",)), 2)
    frame = Frame(PROJECT, store.trainer, App("preceptor", "1"), Versioned(RUBRIC.id, RUBRIC.version, RUBRIC.sha256))
    record = to_judgement(made, frame)
    check_judgement(record, RUBRIC)
    assert [candidate.origin.kind for candidate in record.candidates] == ["page", "local"]
    assert record.candidates[1].origin.engine is not None
    assert record.context.page is not None
    assert record.verdicts == (Verdict("overall", (("b",), ("a",)), 2),)


@pytest.mark.parametrize("how", ["unknown", "other text", "other prompt"])
def test_an_own_answer_that_is_not_the_one_that_was_judged_does_not_come_along(store: Store, how: str) -> None:
    known = handed_over(store)
    named = own(store, known, asked="How?" if how == "other prompt" else "Why?")
    if how == "unknown":
        named["ask"] = new_id()
    if how == "other text":
        named["sha256"] = "d" * 64
    made = judged(
        store,
        known,
        candidates=[named],
        verdicts=[{"axis": "overall", "tiers": [["b"], ["a"]]}],
        ratings=[{"candidate": key, "axis": "helpfulness", "value": 2} for key in "ab"],
        flags=[{"candidate": "b", "category": "wording", "severity": 0}],
    )
    assert [answer.key for answer in made.answers] == ["a"]
    assert (made.ratings, made.verdicts, made.flags) == ((Rating("a", "helpfulness", 2),), (), ())


def test_an_item_is_followed_from_the_inbox_to_a_signed_batch(store: Store) -> None:
    known, other = handed_over(store), handed_over(store)

    def state() -> str:
        return store.inbox.states([known, new_id()])[known]

    assert state() == "waiting"
    store.inbox.discard((other,)).result()
    assert store.inbox.states([other]) == {other: "discarded"}
    made = judged(store, known, verdicts=[{"axis": "overall", "tiers": [["a"]], "level": "all_good"}])
    assert state() == "accepted"
    project = store.projects.create("Patients").result().id
    rubric = rubrics.load("overall_only")
    frame = Frame(project, store.trainer, App("preceptor", "1"), Versioned(rubric.id, rubric.version, rubric.sha256))
    record = to_judgement(made, frame)
    store.records.save(record).result()
    assert state() == "saved"
    store.outbox.release([record.id]).result()
    store.outbox.seal(project, DeviceKey.from_seed(b"k" * 32)).result()
    assert state() == "signed"
