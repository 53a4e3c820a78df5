"""Nothing leaves unseen: no batch takes a record that is held, private, foreign, or has a place nobody decided on."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import phonenumbers
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from made_judgements import candidate, judgement, revision

from feedback_store import look_table, records, release_table
from feedback_store.batches import payload
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.seal import SealedBatch
from feedback_store.errors import StoreError
from feedback_store.kept_words import key_of, words_kept
from feedback_store.personal_data import FINDER, find
from feedback_store.record_parts import Judgement
from feedback_store.redaction import RECORD_TEXTS, texts_of
from feedback_store.release_table import Unsent
from feedback_store.store import Store, StoredRecord

KEY = DeviceKey.generate()
MAIL, PHONE = "jane.doe@uni-mainz.de", "+49 30 5550 142"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile")
    opened.projects.create("Test").result()
    yield opened
    opened.close()


def here(store: Store) -> str:
    found = store.projects.current()
    assert found is not None
    return found.id


def saved(store: Store, ask: str = "Why?", **changes: Any) -> StoredRecord:
    fields = {"project": here(store), "trainer": store.trainer, **changes}
    return store.records.save(judgement("a>b", ask=ask, **fields)).result()


def imported(store: Store, *asks: str) -> list[StoredRecord]:
    """Records that nobody has looked at yet."""
    fields = {"project": here(store), "trainer": store.trainer}
    return store.records.save_all([judgement("a>b", ask=ask, **fields) for ask in asks]).result()


def revised(store: Store, stored: StoredRecord, ask: str) -> StoredRecord:
    record = stored.record
    assert isinstance(record, Judgement)
    prompt = judgement("a>b", ask=ask).prompt
    made = msgspec.structs.replace(
        record, rev=stored.rev + 1, supersedes=stored.sha256, nonce=records.new_nonce(), prompt=prompt
    )
    return store.records.save(made).result()


def seal(store: Store) -> SealedBatch | None:
    return store.outbox.seal(here(store), KEY).result()


def items(batch: SealedBatch | None) -> list[str]:
    return [item.id for item in payload.parse(batch.payload, Manifest).items] if batch is not None else []


def force(store: Store, stored: StoredRecord, state: str = "released") -> None:
    """What no part of the program does: write a state into the table."""

    def job(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE record SET state = ? WHERE seq = ?", (state, stored.seq))

    store._database.write(job).result()


def state(store: Store, stored: StoredRecord) -> str:
    found = store.records.newest(stored.id)
    assert found is not None
    return found.state


def undecided(store: Store, stored: StoredRecord) -> int | None:
    return next(row.undecided for row in store.outbox.unsent(here(store)) if row.id == stored.id)


def test_release_of_a_record_with_undecided_places_is_refused_with_the_places(store: Store) -> None:
    clean, record = saved(store), saved(store, f"Write to {MAIL} or {PHONE}.")
    with pytest.raises(StoreError) as refused:
        store.outbox.release([clean.id, record.id]).result()
    assert refused.value.code == "undecided"
    assert str(refused.value) == (
        f"Nobody has decided yet about the personal data found in {record.id}. Black it out, or keep it."
    )
    assert (state(store, clean), state(store, record)) == ("saved", "saved")
    assert seal(store) is None


@pytest.mark.parametrize(
    ("changes", "quote"),
    [
        ({"justification": f"She is {MAIL}."}, MAIL),
        ({"revision": revision("a", f"Call {PHONE}.")}, PHONE),
        ({"ask": f"{MAIL}?"}, MAIL),
        ({"candidates": (candidate("a", f"Ask {MAIL}."), candidate("b"))}, MAIL),
        ({"candidates": (candidate("a", reasoning=f"{PHONE} is hers."), candidate("b"))}, PHONE),
    ],
)
def test_a_place_in_any_text_of_a_record_keeps_it_here(store: Store, changes: dict[str, Any], quote: str) -> None:
    record = saved(store, **changes)
    assert [place.quote for place in store.outbox.places(record)] == [quote]
    force(store, record)
    assert seal(store) is None


def test_kept_as_is_decides_every_place_and_is_recorded_with_its_time(store: Store) -> None:
    record = saved(store, f"Write to {MAIL} or {PHONE}.")
    assert store.outbox.release([record.id], kept_as_is=True).result() == 1
    assert words_kept(store.drafts, record.id) == (MAIL, PHONE)
    kept = store.drafts.get(key_of(record.id))
    assert kept is not None and kept.kept_at
    assert items(seal(store)) == [record.id]


def test_words_that_another_program_left_are_none(store: Store) -> None:
    record = saved(store, f"Write to {MAIL}.")
    store.drafts.save(key_of(record.id), b'{"record": "\xff", "words": []}').result()
    assert words_kept(store.drafts, record.id) == ()


def test_a_record_leaves_once_each_of_its_places_is_decided_one_by_one(store: Store) -> None:
    record = saved(store, f"Write to {MAIL} or {PHONE}.")
    store.outbox.look(here(store))
    assert undecided(store, record) == 2
    store.outbox.keep(record.id, [MAIL]).result()
    assert undecided(store, record) == 1
    with pytest.raises(StoreError, match="found in"):
        store.outbox.release([record.id]).result()
    store.outbox.keep(record.id, [PHONE]).result()
    store.outbox.release([record.id]).result()
    assert items(seal(store)) == [record.id]


def test_a_place_that_is_asked_about_again_holds_a_record_that_was_released(store: Store) -> None:
    record = saved(store, f"Write to {MAIL}.")
    store.outbox.release([record.id], kept_as_is=True).result()
    store.outbox.keep(record.id, [MAIL], kept=False).result()
    assert seal(store) is None
    store.outbox.keep(record.id, [MAIL]).result()
    assert items(seal(store)) == [record.id]


@pytest.mark.parametrize("forced", ["held", "saved", "waiting", "returned"])
def test_what_was_not_released_is_not_sealed_whatever_else_is(store: Store, forced: str) -> None:
    record, other = saved(store), saved(store)
    force(store, record, forced)
    store.outbox.release([other.id]).result()
    assert items(seal(store)) == [other.id]


def test_a_record_that_was_marked_as_released_past_every_rule_is_not_sealed(store: Store) -> None:
    clean = saved(store)
    unseen, private = saved(store, f"Write to {MAIL}."), saved(store, private=True)
    foreign = saved(store, trainer=records.new_trainer_id())
    for each in (clean, unseen, private, foreign):
        force(store, each)
    assert items(seal(store)) == [clean.id]
    assert seal(store) is None


def test_drafts_never_leave(store: Store) -> None:
    store.drafts.save(f"{here(store)}/draft", b'{"text":"half a thought"}').result()
    assert store.outbox.to_send(here(store)) == []
    assert store.outbox.release_clean(here(store)).result() == ()
    assert seal(store) is None


def test_the_next_revision_is_looked_at_anew_and_what_was_held_by_hand_stays_held(store: Store) -> None:
    record = saved(store, f"Write to {MAIL}.")
    store.outbox.release([record.id], kept_as_is=True).result()
    second = revised(store, record, f"Write to {MAIL}, {PHONE}.")
    assert undecided(store, second) == 1
    store.outbox.hold([record.id]).result()
    third = revised(store, second, "Why?")
    assert state(store, third) == "held"
    store.outbox.look(here(store))
    assert store.outbox.release_clean(here(store)).result() == ()


def test_what_an_earlier_finder_looked_at_is_looked_at_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (record,) = imported(store, f"Write to {MAIL}.")
    monkeypatch.setattr(look_table, "find", lambda _text: ())
    assert store.outbox.look(here(store)) == 1
    store.outbox.release([record.id]).result()
    monkeypatch.undo()
    monkeypatch.setattr(look_table, "FINDER", FINDER + 1)
    assert undecided(store, record) is None
    assert seal(store) is None
    assert undecided(store, record) == 1


def test_the_finders_number_is_raised_when_the_library_for_phone_numbers_is_updated() -> None:
    """Looks are kept by FINDER; a newer library finds other numbers. Raise FINDER together with this line."""
    assert (FINDER, phonenumbers.__version__) == (4, "9.0.42")


def test_all_that_are_clean_are_released_at_once_and_put_back_again(store: Store) -> None:
    first, second, held, unseen = imported(store, "Why?", "How?", "Who?", f"Write to {MAIL}.")
    store.outbox.hold([held.id]).result()
    assert store.outbox.release_clean(here(store)).result() == ()  # nobody has looked yet
    assert store.outbox.look(here(store)) == 4
    assert store.outbox.look(here(store)) == 0
    assert store.outbox.release_clean(here(store)).result() == (first.id, second.id)
    assert [state(store, each) for each in (first, second, held, unseen)] == ["released", "released", "held", "saved"]
    assert store.outbox.put_back([(first.id, "saved"), (second.id, "held")]).result() == 2
    assert [state(store, each) for each in (first, second)] == ["saved", "held"]


def test_nothing_that_is_signed_is_put_back(store: Store) -> None:
    record = saved(store)
    store.outbox.release([record.id]).result()
    assert items(seal(store)) == [record.id]
    assert store.outbox.put_back([(record.id, "saved")]).result() == 0
    assert state(store, record) == "sealed"
    with pytest.raises(ValueError, match="sealed"):
        store.outbox.put_back([(record.id, "sealed")]).result()


def test_looking_ends_when_it_is_told_to_and_goes_on_where_it_ended(store: Store) -> None:
    imported(store, *(f"{number}: {MAIL}" for number in range(5)))
    left = iter([True, True, True, False])
    assert store.outbox.look(here(store), lambda: next(left, False)) == 2
    assert [row.undecided for row in store.outbox.unsent(here(store))] == [1, 1, None, None, None]
    assert store.outbox.look(here(store)) == 3


def test_all_that_waits_is_read_some_at_a_time_each_with_its_own_places(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version stands where the first one stood; of what was not looked at nobody knows."""
    monkeypatch.setattr(release_table, "AT_ONCE", 2)
    first, mail, sent, kept = (saved(store, ask) for ask in ("Why?", f"Ask {MAIL}", "How?", f"Ask {MAIL}, {PHONE}"))
    store.outbox.keep(kept.id, [MAIL]).result()
    imports = imported(store, f"Call {PHONE}", "What?")
    again = revised(store, first, f"Ask {MAIL} or {PHONE}")
    store.outbox.release([sent.id]).result()
    seal(store)
    gone = store.records.withdraw(sent.id, "mistake").result()
    assert store.outbox.unsent(here(store)) == [
        Unsent(again.id, again.sha256, "saved", 2, began=first.created_at),
        Unsent(mail.id, mail.sha256, "saved", 1),
        Unsent(gone.id, gone.sha256, "released", 0, "withdrawal", sent.created_at),
        Unsent(kept.id, kept.sha256, "saved", 1),
        *(Unsent(each.id, each.sha256, "saved", None) for each in imports),
    ]
    store.outbox.look(here(store))
    assert [row.undecided for row in store.outbox.unsent(here(store))] == [2, 1, 0, 1, 1, 0]


def test_what_was_found_is_erased_with_the_record(store: Store, tmp_path: Path) -> None:
    record = saved(store, f"Write to {MAIL}.")
    store.outbox.look(here(store))
    store.outbox.keep(record.id, [MAIL]).result()
    store.records.erase(record.id).result()
    data = b"".join(file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file())
    assert MAIL.encode() not in data


def test_a_closed_chains_records_are_not_sent_again_with_an_undecided_place(store: Store) -> None:
    record, clean = saved(store, f"Write to {MAIL}."), saved(store)
    store.outbox.release([record.id, clean.id], kept_as_is=True).result()
    batch = seal(store)
    assert batch is not None
    store.outbox.close_chain(here(store), batch.chain, "gap").result()
    store.outbox.keep(record.id, [MAIL], kept=False).result()
    assert store.outbox.send_again(here(store)).result() == 2
    assert items(seal(store)) == [clean.id]


TEXTS = st.sampled_from(["Why?", f"Write to {MAIL}.", f"Call {PHONE}.", f"{MAIL}, {PHONE}"])
WHICH = st.integers(0, 7)
STATES = st.sampled_from(["released", "held"])


class Leaving(RuleBasedStateMachine):
    """Whatever is done in whatever order: what is in a batch was decided place by place when it was sealed."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self._folder.name))
        self.store.projects.create("Test").result()
        self.known = [saved(self.store), saved(self.store, f"Write to {MAIL}.")]

    @rule(text=TEXTS)
    def save(self, text: str) -> None:
        self.known.append(saved(self.store, text))

    @rule(texts=st.lists(TEXTS, max_size=3))
    def bring(self, texts: list[str]) -> None:
        self.known += imported(self.store, *texts)

    @rule(which=WHICH, text=TEXTS)
    def revise(self, which: int, text: str) -> None:
        self._do(which, lambda each: revised(self.store, each, text))

    @rule(which=WHICH, as_is=st.booleans())
    def release(self, which: int, as_is: bool) -> None:
        self._do(which, lambda each: self.store.outbox.release([each.id], kept_as_is=as_is).result())

    @rule()
    def release_clean(self) -> None:
        self.store.outbox.look(here(self.store))
        self.store.outbox.release_clean(here(self.store)).result()

    @rule(which=WHICH)
    def hold(self, which: int) -> None:
        self._do(which, lambda each: self.store.outbox.hold([each.id]).result())

    @rule(which=WHICH, quote=st.sampled_from([MAIL, PHONE]), kept=st.booleans())
    def keep(self, which: int, quote: str, kept: bool) -> None:
        self._do(which, lambda each: self.store.outbox.keep(each.id, [quote], kept=kept).result())

    @rule(which=WHICH, to=STATES)
    def mark(self, which: int, to: str) -> None:
        self._do(which, lambda each: force(self.store, each, to))

    @rule()
    def sign(self) -> None:
        standing = {row.id: row.way for row in self.store.outbox.unsent(here(self.store))}
        for name in items(seal(self.store)):
            stored = self.store.records.newest(name)
            assert stored is not None and standing[name] == "released"
            found = {each.quote for text in texts_of(stored.record, RECORD_TEXTS) for each in find(text)}
            assert found <= set(words_kept(self.store.drafts, name))

    @invariant()
    def counts_agree_with_the_texts(self) -> None:
        for row in self.store.outbox.unsent(here(self.store)):
            stored = self.store.records.newest(row.id)
            assert stored is not None
            open_ones = [place for place in self.store.outbox.places(stored) if not place.kept]
            assert row.undecided in (None, len(open_ones))

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()

    def _do(self, which: int, act: Callable[[StoredRecord], object]) -> None:
        newest = self.store.records.newest(self.known[which % len(self.known)].id)
        assert newest is not None
        try:
            act(newest)
        except StoreError as error:
            assert error.code in ("undecided", "already_sealed")


Leaving.TestCase.settings = settings(max_examples=25, stateful_step_count=30)
test_no_order_of_acts_lets_an_undecided_place_leave = Leaving.TestCase
