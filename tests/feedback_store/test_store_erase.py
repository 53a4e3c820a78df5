"""Erasing: no byte of the text stays in the database's files, and what had left is asked back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_judgements import candidate, judgement, revision
from test_inbox import message
from waiting_file import write_waiting

from feedback_store import records
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.verify import verify_bundle
from feedback_store.errors import NotFoundError
from feedback_store.inbox import Edit
from feedback_store.record_parts import Comparison, Conversation, Flag, Judgement, Withdrawal
from feedback_store.store import SearchQuery, Store, StoredRecord

SECRETS = (
    "Xylophonequestion",
    "Zebraanswer",
    "Quincejustification",
    "Vermilionnote",
    "Ultramarinerevision",
    "Ochretag",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    opened.projects.create("Test").result()
    yield opened
    opened.close()


def made(store: Store, ask: str = "Why?", **changes: Any) -> Judgement:
    project = store.projects.current()
    assert project is not None
    answers = changes.pop("answers", (candidate("a"), candidate("b")))
    return judgement("a>b", *answers, ask=ask, project=project.id, trainer=store.trainer, **changes)


def secret(store: Store, **changes: Any) -> Judgement:
    """A judgement that holds each secret in another field."""
    record = made(
        store,
        SECRETS[0],
        answers=(candidate("a", SECRETS[1] * 3000), candidate("b")),  # long enough for overflow pages
        justification=SECRETS[2],
        flags=(Flag("a", "bias", 1, note=SECRETS[3]),),
        revision=revision("a", SECRETS[4]),
        **changes,
    )
    return msgspec.structs.replace(record, prompt=msgspec.structs.replace(record.prompt, tags=(SECRETS[5],)))


def next_revision(stored: StoredRecord) -> Judgement:
    record = stored.record
    assert isinstance(record, Judgement)
    return msgspec.structs.replace(record, rev=stored.rev + 1, supersedes=stored.sha256, nonce=records.new_nonce())


def left_on_disk(folder: Path) -> list[str]:
    """The secrets that any file of the profile (backups aside) still holds, in any case and as prefix-coded terms."""
    data = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file()).lower()
    return [word for word in SECRETS if word.lower()[1:].encode() in data]


def test_no_byte_of_an_erased_record_stays_in_the_profile(store: Store, tmp_path: Path) -> None:
    for number in range(20):
        store.records.save(made(store, f"Question {number}")).result()
    record = secret(store)
    first = store.records.save_all([record], import_keys=["line"]).result()[0]
    second = store.records.save(next_revision(first)).result()
    store.drafts.save("again", b'{"supersedes":"' + first.id.encode() + b'","text":"Zebraanswer"}').result()
    assert left_on_disk(tmp_path) == list(SECRETS)
    erased = store.records.erase(first.id).result()
    assert erased.revisions == ((1, first.sha256), (2, second.sha256)) and erased.withdrawal is None
    assert left_on_disk(tmp_path) == []
    assert store.drafts.list() == []
    assert len(store.records.save_all([made(store)], import_keys=["line"]).result()) == 1  # known no more
    store.close()
    assert left_on_disk(tmp_path) == []


@pytest.mark.parametrize("way", ["erased", "blacked out"])
def test_what_a_browser_handed_over_and_somebody_edited_goes_with_its_judgement(
    store: Store, tmp_path: Path, way: str
) -> None:
    record = made(store)
    store.inbox.put(message(response=SECRETS[1]), "0" * 32).result()
    (found,) = store.inbox.waiting()
    store.inbox.edit(found.id, Edit((), "Corrected.")).result()
    store.inbox.take(found.id, "bench", b"{}", record.comparison.id).result()
    store.drafts.delete("bench").result()
    store.records.save(record).result()
    assert store.inbox.as_it_came(record.comparison.id) is not None
    if way == "erased":
        store.records.erase(record.id).result()
    else:
        stored = store.records.newest(record.id)
        assert stored is not None
        store.records.save(next_revision(stored), erase_earlier=True).result()
    assert store.inbox.as_it_came(record.comparison.id) is None
    assert not any(SECRETS[1].encode() in each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


def test_only_id_revision_hash_and_time_are_left(store: Store) -> None:
    first = store.records.save(secret(store)).result()
    store.records.erase(first.id).result()
    left = store.records.newest(first.id)
    assert left is not None and left.state == "erased" and left.erased_at is not None
    assert (left.id, left.rev, left.sha256, left.data, left.title) == (first.id, 1, first.sha256, b"", "")
    with pytest.raises(NotFoundError):
        _ = left.record
    assert not store.search(SearchQuery(text="Xylophonequestion"))
    assert not store.search(SearchQuery())
    assert store.at(store.search(SearchQuery(states=("erased",)))) == [left]
    assert list(store.records.iter_newest(first.project, include_withdrawn=True)) == []


def test_a_record_that_has_left_is_asked_back_and_its_batch_still_verifies(store: Store, tmp_path: Path) -> None:
    key = DeviceKey.generate()
    first = store.records.save(secret(store)).result()
    other = store.records.save(made(store)).result()
    store.outbox.release([first.id, other.id]).result()
    assert store.outbox.seal(first.project, key).result() is not None
    erased = store.records.erase(first.id).result()
    withdrawal = erased.withdrawal
    assert withdrawal is not None and isinstance(withdrawal.record, Withdrawal)
    assert (withdrawal.record.reason, withdrawal.rev, withdrawal.way) == ("erase", 2, "released")
    assert left_on_disk(tmp_path) == []
    sealed = store.outbox.seal(first.project, key).result()
    assert sealed is not None and [item.id for item in sealed.items] == [first.id]
    bundle = write_waiting(store.outbox, first.project, tmp_path / "waiting.preceptor")
    summary = verify_bundle(bundle, public_key=key.public_key)
    assert (summary.batches, summary.records, summary.erased) == (2, 3, 1)
    again = store.records.erase(first.id).result()
    assert again.revisions == () and again.withdrawal is not None and again.withdrawal.rev == 2


def test_a_record_that_was_withdrawn_and_has_left_is_erased_there_too(store: Store) -> None:
    key = DeviceKey.generate()
    first = store.records.save(secret(store)).result()
    store.outbox.release([first.id]).result()
    store.outbox.seal(first.project, key).result()
    store.records.withdraw(first.id, "mistake").result()
    erased = store.records.erase(first.id).result()
    assert [rev for rev, _ in erased.revisions] == [1, 2]
    assert erased.withdrawal is not None and erased.withdrawal.rev == 3


def test_records_that_hold_the_same_text_are_named(store: Store) -> None:
    comparison, conversation = Comparison(records.new_id()), Conversation(records.new_id())
    before = store.records.save(made(store, conversation=conversation)).result()
    first = store.records.save(secret(store, comparison=comparison, conversation=conversation)).result()
    same = store.records.save(made(store, comparison=comparison)).result()
    later = store.records.save(made(store, conversation=conversation)).result()
    stranger = store.records.save(made(store)).result()
    found = store.records.erase(first.id).result().same_text
    assert set(found) == {same.id, later.id} and before.id not in found and stranger.id not in found


def test_backups_that_still_hold_it_are_named(store: Store) -> None:
    older = store.backup()
    first = store.records.save(secret(store)).result()
    holding = store.backup()
    erased = store.records.erase(first.id).result()
    assert erased.backups == (holding.name,) and older.name not in erased.backups
    older.path.write_bytes(b"who knows what this holds " * 500)
    assert store.records.erase(first.id).result().backups == (holding.name, older.name)


def test_what_is_not_there_cannot_be_erased(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.records.erase(records.new_id()).result()
