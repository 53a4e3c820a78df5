"""Verdicts from the panel: read strictly, kept once beside their capture, and gone with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedback_store import captures, panel_verdicts
from feedback_store.captures import MAX_BYTES
from feedback_store.errors import NotFoundError
from feedback_store.panel_table import MOST_KEPT, KeptAnswer, VerdictRefusedError
from feedback_store.panel_verdicts import PanelVerdictError
from feedback_store.records import App, new_id
from feedback_store.store import Store

PAIRING, OTHER = "0" * 32, "1" * 32
AT = "2026-11-27T12:00:00.000Z"
SPAN = {"start": 3, "end": 9, "exact": "answer", "prefix": "An ", "suffix": "."}
FLAG = {"candidate": "a", "category": "factual", "severity": 2, "span": SPAN}
OWN = {"key": "b", "ask": new_id(), "number": 0, "sha256": "a" * 64}


def capture(store: Store, pairing: str = PAIRING) -> str:
    page = {"origin": "https://chat.example", "title": "A chat", "complete": True}
    whole = {
        "t": "capture.put",
        "id": new_id(),
        "created_at": AT,
        "page": page,
        "messages": [{"role": "user", "content": "Why?"}],
        "response": "An answer.",
    }
    message = json.dumps(whole).encode()
    store.inbox.put(message, pairing).result()
    return captures.read(message).id


def verdict(of: str, **changes: Any) -> bytes:
    whole = {
        "t": "judge.put",
        "id": new_id(),
        "created_at": AT,
        "capture": of,
        "shown_at": AT,
        "rubric": "b" * 64,
        "ratings": [{"candidate": "a", "axis": "helpfulness", "value": 3}],
        "flags": [FLAG],
        **changes,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


def test_a_verdict_stands_beside_its_capture_and_is_kept_once(store: Store) -> None:
    known = capture(store)
    sent = verdict(known)
    assert store.inbox.put_verdict(sent, PAIRING).result() == "new"
    assert store.inbox.put_verdict(sent, PAIRING).result() == "again"
    (waiting,) = store.inbox.waiting()
    assert waiting.verdict == store.inbox.get(known).verdict == panel_verdicts.read(sent)


def test_t7_a_verdict_that_is_sent_again_after_its_capture_was_taken_is_known(store: Store) -> None:
    known = capture(store)
    sent = verdict(known)
    store.inbox.put_verdict(sent, PAIRING).result()
    store.inbox.take(known, "draft", b"{}").result()
    assert store.inbox.put_verdict(sent, PAIRING).result() == "again"


def refused(store: Store, message: bytes, pairing: str = PAIRING) -> str:
    with pytest.raises(VerdictRefusedError) as caught:
        store.inbox.put_verdict(message, pairing).result()
    return caught.value.code


def test_a_verdict_on_nothing_on_something_taken_or_beside_another_is_refused(store: Store) -> None:
    known = capture(store)
    assert refused(store, verdict(new_id())) == "no_capture"
    sent = verdict(known)
    store.inbox.put_verdict(sent, PAIRING).result()
    assert refused(store, sent.replace(b'"value": 3', b'"value": 4')) == "verdict_conflict"
    assert refused(store, verdict(known)) == "verdict_conflict"
    store.inbox.discard((known,)).result()
    assert refused(store, verdict(known)) == "capture_taken"


def test_t5_a_browser_judges_only_what_it_handed_over_or_one_that_was_let_go(store: Store) -> None:
    known = capture(store)
    store.browsers.add(PAIRING, "chrome-extension://x/", b"e" * 32, b"d" * 32).result()
    assert refused(store, verdict(known), OTHER) == "no_capture"
    store.browsers.revoke(PAIRING).result()
    assert store.inbox.put_verdict(verdict(known), OTHER).result() == "new"


def test_a_browser_that_was_let_in_anew_judges_what_it_handed_over_before(store: Store) -> None:
    """Its verdict was refused for ever, and stayed in the browser."""
    known = capture(store)
    for pairing in (PAIRING, OTHER):
        store.browsers.add(pairing, "chrome-extension://x/", b"e" * 32, b"d" * 32).result()
    assert store.inbox.put_verdict(verdict(known), OTHER).result() == "new"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "7"},
        {"capture": 7},
        {"rubric": "helpsteer2"},
        {"ratings": [{"candidate": "a", "axis": "x", "value": "good"}]},
        {"ratings": [{"candidate": "b", "axis": "x", "value": 1}]},
        {"ratings": [{"candidate": "a", "axis": "x", "value": 1}] * 2},
        {"ratings": [{"candidate": "a", "axis": f"x{at}", "value": 1} for at in range(501)]},
        {"answers": [{"candidate": "a", "question": "q", "value": 7}]},
        {"flags": [{**FLAG, "span": {**SPAN, "start": -1}}]},
        {"flags": [{**FLAG, "severity": "bad"}]},
        {"flags": [{**FLAG, "candidate": "c"}]},
        {"revision": {"of": "b", "text": "x"}},
        {"revision": {"of": "a", "text": ""}},
        {"revision": {"of": "a", "text": "x", "feedback": [""]}},
        {"revision": {"of": "a", "text": "x", "feedback": "Say why."}},
        {"revision": {"of": "a", "text": "x", "change_summary": ""}},
        {"verdicts": [{"axis": "overall", "not_rankable": ""}]},
        {"verdicts": [{"axis": "overall", "tiers": [["a"], ["b"]]}]},
        {"verdicts": [{"axis": "overall", "tiers": [["a"], []]}]},
        {"candidates": [{**OWN, "key": "a"}]},
        {"candidates": [OWN, OWN]},
        {"candidates": [{**OWN, "origin": {"kind": "human"}}]},
        {"candidates": [{**OWN, "text": "mine"}]},
        {"confidence": 9},
        {"justification": ""},
        {"active_ms": -1},
        {"record": {}},
    ],
)
def test_t2_a_verdict_with_any_field_forged_is_refused(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(PanelVerdictError) as caught:
        store.inbox.put_verdict(verdict(capture(store), **changes), PAIRING)
    assert caught.value.code == "verdict_shape"
    assert str(caught.value).endswith(".")


def test_t24_a_verdict_has_the_size_of_a_capture_at_most(store: Store) -> None:
    known = capture(store)
    least = len(verdict(known, flags=[], justification="x", revision={"of": "a", "text": "x"})) - 2
    notes = [{**FLAG, "note": "x" * 100_000} for _ in range(7)]
    large = len(verdict(known, flags=notes))
    assert least < large < MAX_BYTES
    fitted = verdict(known, flags=notes, justification="x" * (MAX_BYTES - large - len(', "justification": ""')))
    assert len(fitted) == MAX_BYTES
    assert store.inbox.put_verdict(fitted, PAIRING).result() == "new"
    with pytest.raises(PanelVerdictError) as caught:
        panel_verdicts.read(fitted.replace(b'"note": "x', b'"note": "xx', 1))
    assert caught.value.code == "verdict_too_large"


def test_texts_beside_a_capture_go_with_it(store: Store) -> None:
    kept, gone = capture(store), capture(store)
    for each in (kept, gone):
        store.inbox.put_verdict(verdict(each), PAIRING).result()
        store.inbox.keep_answers(each, [KeptAnswer(new_id(), 0, "c" * 64, b"{}")]).result()
    store.inbox.discard((gone,)).result()
    store.inbox.forget().result()
    assert (len(store.inbox.answers_for(kept)), store.inbox.answers_for(gone)) == (1, [])
    with pytest.raises(NotFoundError):
        store.inbox.get(gone)
    store.inbox.take(kept, "draft", b"{}").result()
    store.inbox.forget().result()  # at the next start
    assert store.inbox.answers_for(kept) == []


def test_answers_for_captures_that_never_come_do_not_pile_up(store: Store) -> None:
    asked = new_id()
    store.inbox.keep_answers(
        asked, [KeptAnswer(asked, number, "c" * 64, b"{}") for number in range(MOST_KEPT)]
    ).result()
    later = new_id()
    store.inbox.keep_answers(later, [KeptAnswer(later, 0, "c" * 64, b"{}")]).result()
    assert len(store.inbox.answers_for(asked)) == MOST_KEPT - 1
    assert len(store.inbox.answers_for(later)) == 1
