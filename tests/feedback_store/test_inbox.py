"""Captures are kept once, whole, until a person takes or discards them; browsers are known until they are revoked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback_store import captures, inbox
from feedback_store.captures import MAX_BYTES, CaptureError
from feedback_store.database import FILE
from feedback_store.errors import NotFoundError
from feedback_store.inbox import ConflictError, InboxFullError
from feedback_store.records import App, new_id
from feedback_store.store import Store

PAIRING = "0" * 32
TEXT = "Größe ≤ 5 µm 🙂 \u202eabc\u202c\n\n```python\nx = 1\n```\n$a^2$"


def message(response: str = TEXT, **changes: object) -> bytes:
    """A capture as the extension writes it."""
    return json.dumps(
        {
            "t": "capture.put",
            "id": new_id(),
            "created_at": "2026-11-27T12:00:00.000Z",
            "page": {"origin": "https://chat.example", "title": "A chat", "complete": True},
            "selectors": [{"type": "TextQuoteSelector", "exact": "Größe", "prefix": "", "suffix": " ≤"}],
            "messages": [{"role": "user", "content": "How small?"}],
            "response": response,
            **changes,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path, app=App("preceptor", "test"))
    yield opened
    opened.close()


def test_a_capture_is_kept_as_it_came(store: Store) -> None:
    sent = message()
    assert store.inbox.put(sent, PAIRING).result() == "new"
    (waiting,) = store.inbox.waiting()
    assert (waiting.pairing, waiting.capture.response) == (PAIRING, TEXT)
    assert waiting.capture == captures.read(sent)
    assert store.inbox.count() == 1


def test_sent_again_it_is_there_once_and_other_bytes_under_its_id_are_a_conflict(store: Store) -> None:
    sent = message()
    store.inbox.put(sent, PAIRING).result()
    assert store.inbox.put(sent, PAIRING).result() == "again"
    with pytest.raises(ConflictError):
        store.inbox.put(sent.replace(b"small", b"large"), PAIRING).result()
    assert store.inbox.count() == 1


@pytest.mark.parametrize("end", ["taken", "discarded", "forgotten"])
def test_sent_again_after_its_end_it_does_not_come_back(store: Store, end: str) -> None:
    sent = message()
    store.inbox.put(sent, PAIRING).result()
    (waiting,) = store.inbox.waiting()
    if end == "taken":
        store.inbox.take(waiting.id, "bench", b"a draft").result()
    else:
        store.inbox.discard([waiting.id]).result()
    if end == "forgotten":
        store.inbox.forget().result()
    assert store.inbox.put(sent, PAIRING).result() == "again"
    assert store.inbox.waiting() == []


def test_a_draft_takes_a_captures_place_and_its_text_goes_at_the_next_start(store: Store, tmp_path: Path) -> None:
    store.inbox.put(message(), PAIRING).result()
    (waiting,) = store.inbox.waiting()
    store.inbox.take(waiting.id, "bench", b"a draft").result()
    kept = store.drafts.get("bench")
    assert kept is not None
    assert kept.data == b"a draft"
    with sqlite3.connect(tmp_path / FILE) as connection:
        store.inbox.forget().result()  # at the next start
        assert connection.execute("SELECT message FROM capture").fetchall() == [(None,)]
    connection.close()
    with pytest.raises(NotFoundError):
        store.inbox.take(waiting.id, "bench", b"another").result()
    again = store.drafts.get("bench")
    assert again is not None
    assert again.data == b"a draft"


def test_what_was_discarded_comes_back_until_the_next_start(store: Store) -> None:
    for _ in range(3):
        store.inbox.put(message(), PAIRING).result()
    ids = [waiting.id for waiting in store.inbox.waiting()]  # in their order, which restoring keeps
    store.inbox.discard(ids[:2]).result()
    assert [waiting.id for waiting in store.inbox.waiting()] == ids[2:]
    store.inbox.restore(ids[:1]).result()
    assert [waiting.id for waiting in store.inbox.waiting()] == [ids[0], ids[2]]
    store.inbox.forget().result()
    with pytest.raises(NotFoundError):
        store.inbox.restore(ids[1:2]).result()
    with pytest.raises(NotFoundError):
        store.inbox.get(ids[1])


def test_t5_an_inbox_that_nobody_looks_at_takes_a_thousand_captures_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inbox.MOST_WAITING == 1000
    monkeypatch.setattr(inbox, "MOST_WAITING", 5)
    for _ in range(5):
        store.inbox.put(message(), PAIRING).result()
    with pytest.raises(InboxFullError, match="5 captures wait"):
        store.inbox.put(message(), PAIRING).result()
    store.inbox.discard([store.inbox.waiting()[0].id]).result()
    store.inbox.put(message(), PAIRING).result()


def test_a_capture_may_have_768_kib_to_the_byte(store: Store) -> None:
    fitting = message("x" * (MAX_BYTES - len(message("x")) + 1))
    assert len(fitting) == MAX_BYTES
    assert store.inbox.put(fitting, PAIRING).result() == "new"
    with pytest.raises(CaptureError, match="at most 786432"):
        store.inbox.put(fitting + b" ", PAIRING)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": "1"}, "$.id"),
        ({"created_at": "today"}, "$.created_at"),
        ({"response": ""}, "$.response"),
        ({"more": 1}, "$"),
        ({"t": "judge.put"}, "$"),
        ({"page": {"origin": "", "title": "", "complete": True}}, "$.page.origin"),
        ({"messages": [{"role": "robot", "content": ""}]}, "$.messages[0].role"),
        ({"selectors": [{"type": "CssSelector"}]}, "$.selectors[0].type"),
    ],
)
def test_what_is_no_capture_is_refused_with_its_place(store: Store, change: dict[str, object], path: str) -> None:
    with pytest.raises(CaptureError) as told:
        store.inbox.put(message(**change), PAIRING)
    assert told.value.values["path"].startswith(path)
    assert store.inbox.waiting() == []


@pytest.mark.parametrize("broken", [b"", b"[]", b"{}", b'{"t":"capture.put","t":"capture.put"}', b"\xff", b"1.5"])
def test_other_bytes_are_refused(store: Store, broken: bytes) -> None:
    with pytest.raises(CaptureError):
        store.inbox.put(broken, PAIRING)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_every_text_of_unicode_comes_back_as_it_was(store: Store, text: str) -> None:
    sent = message(text)
    store.inbox.put(sent, PAIRING).result()
    known = captures.read(sent).id
    assert store.inbox.get(known).capture.response == text


def test_a_browser_is_known_until_it_is_revoked(store: Store) -> None:
    store.browsers.add(PAIRING, "chrome-extension://a/", b"e" * 32, b"d" * 32, "Chromium").result()
    found = store.browsers.find(PAIRING)
    assert found is not None
    assert (found.ext_pub, found.desk_pub, found.name) == (b"e" * 32, b"d" * 32, "Chromium")
    store.browsers.rename(PAIRING, "At work").result()
    assert [browser.name for browser in store.browsers.list()] == ["At work"]
    store.browsers.seen(PAIRING).result()
    store.browsers.revoke(PAIRING).result()
    assert store.browsers.find(PAIRING) is None
    assert store.browsers.list() == []
    with pytest.raises(NotFoundError):
        store.browsers.rename(PAIRING, "again").result()
    with pytest.raises(NotFoundError):
        store.browsers.revoke(PAIRING).result()


def test_a_browser_that_is_let_in_anew_stands_in_the_list_once_and_another_one_beside_it(store: Store) -> None:
    """It stood there twice where it had not heard that it was let in, as its worker was stopped."""
    for pairing, key in ((PAIRING, b"e"), ("2" * 32, b"e"), ("3" * 32, b"f")):
        store.browsers.add(pairing, "chrome-extension://a/", key * 32, b"d" * 32, "Chromium").result()
    assert store.browsers.find(PAIRING) is None
    assert {browser.pairing for browser in store.browsers.list()} == {"2" * 32, "3" * 32}


def edited(store: Store, response: str = "Corrected.") -> inbox.Waiting:
    store.inbox.put(message(), PAIRING).result()
    (found,) = store.inbox.waiting()
    store.inbox.edit(found.id, inbox.Edit((), response)).result()
    return store.inbox.get(found.id)


def test_an_edited_capture_has_both_what_came_and_what_is_judged(store: Store) -> None:
    found = edited(store)
    assert (found.original.response, found.capture.response) == (TEXT, "Corrected.")
    store.inbox.edit(found.id, None).result()
    assert store.inbox.get(found.id).capture.response == TEXT
    store.inbox.discard([found.id]).result()
    with pytest.raises(NotFoundError):
        store.inbox.edit(found.id, None).result()


def test_joined_captures_wait_as_one_until_they_are_parted(store: Store) -> None:
    for _ in range(2):
        store.inbox.put(message(), PAIRING).result()
    one, two = store.inbox.waiting()
    store.inbox.join(two.id, one.id, inbox.Edit((), "Both.", (one.sha256,))).result()
    (whole,) = store.inbox.waiting()
    assert (whole.id, whole.hashes) == (two.id, (two.sha256, one.sha256))
    store.inbox.part(two.id, one.id, None).result()
    assert store.inbox.waiting() == [one, two]


def test_what_came_stays_only_as_long_as_what_is_judged_of_it(store: Store) -> None:
    comparison = new_id()
    found = edited(store)
    store.inbox.take(found.id, "bench", f'{{"comparison":"{comparison}"}}'.encode(), comparison).result()
    store.inbox.forget().result()
    assert store.inbox.as_it_came(comparison) == found.original
    store.drafts.delete("bench").result()
    store.inbox.forget().result()
    assert store.inbox.as_it_came(comparison) is None
