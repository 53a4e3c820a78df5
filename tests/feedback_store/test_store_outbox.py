"""The outbox: what may leave, batches sealed in one step, chains that never fork, and what the collector answered."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import pytest
from made_judgements import candidate, judgement
from waiting_file import write_waiting

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BODY, read_bundle
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import ReceiptItem, make_receipt, receipt_hash
from feedback_store.batches.seal import SealedBatch
from feedback_store.batches.verify import verify_bundle
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.outbox_table import Status
from feedback_store.record_parts import Judgement
from feedback_store.store import Store, StoredRecord, Terms

KEY = DeviceKey.generate()
COLLECTOR = DeviceKey.generate()
TERMS = Terms("house", 2, "7" * 64, "CC-BY-4.0", "What leaves may be trained on.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile")
    opened.projects.create("Test", terms=TERMS).result()
    yield opened
    opened.close()


def here(store: Store) -> str:
    found = store.projects.current()
    assert found is not None
    return found.id


def saved(store: Store, **changes: Any) -> StoredRecord:
    fields = {"project": here(store), "trainer": store.trainer, **changes}
    return store.records.save(judgement("a>b", **fields)).result()


def revised(store: Store, stored: StoredRecord, **changes: Any) -> StoredRecord:
    record = stored.record
    assert isinstance(record, Judgement)
    fields = {"rev": stored.rev + 1, "supersedes": stored.sha256, "nonce": records.new_nonce(), **changes}
    return store.records.save(msgspec.structs.replace(record, **fields)).result()


def sealed(store: Store, *stored: StoredRecord, key: DeviceKey = KEY) -> SealedBatch:
    store.outbox.release([each.id for each in stored]).result()
    found = store.outbox.seal(here(store), key).result()
    assert found is not None
    return found


def manifest(batch: SealedBatch) -> Manifest:
    return payload.parse(batch.payload, Manifest)


def receive(store: Store, batch: SealedBatch, *status: Status, prev: str = GENESIS, rule: str | None = None) -> bytes:
    """The collector's receipt with one status an item, delivered to the store."""
    items = [
        ReceiptItem(item.id, item.rev, s, rule if s == "refused" else None)
        for item, s in zip(batch.items, status, strict=True)
    ]
    envelope, _ = make_receipt(COLLECTOR, manifest(batch), batch.payload_sha256, items, records.now(), prev)
    store.outbox.deliver(batch, envelope, [(i.id, i.rev, i.status, i.rule) for i in items]).result()
    return envelope


def state(store: Store, stored: StoredRecord) -> str:
    found = store.records.newest(stored.id)
    assert found is not None
    return found.state


# What may leave


def test_nothing_leaves_that_was_not_released(store: Store) -> None:
    first, second = saved(store), saved(store)
    assert store.outbox.seal(here(store), KEY).result() is None
    assert store.outbox.release([first.id]).result() == 1
    assert store.outbox.release([first.id]).result() == 0
    batch = store.outbox.seal(here(store), KEY).result()
    assert batch is not None and [item.id for item in batch.items] == [first.id]
    assert (state(store, first), state(store, second)) == ("sealed", "saved")
    assert store.outbox.seal(here(store), KEY).result() is None


def test_what_is_held_back_stays(store: Store) -> None:
    first = saved(store)
    store.outbox.release([first.id]).result()
    assert store.outbox.hold([first.id]).result() == 1
    assert state(store, first) == "held"
    assert store.outbox.seal(here(store), KEY).result() is None
    sealed(store, first)
    with pytest.raises(StoreError) as refused:
        store.outbox.hold([first.id]).result()
    assert refused.value.code == "already_sealed"


def test_private_foreign_and_withdrawn_records_are_never_released(store: Store) -> None:
    plain = saved(store)
    cases = [
        (saved(store, private=True).id, "private"),
        (saved(store, trainer=records.new_trainer_id()).id, "other_trainer"),
        (store.records.withdraw(saved(store).id, "mistake").result().id, "no_record"),
        (records.new_id(), "no_record"),
    ]
    for record_id, code in cases:
        with pytest.raises(StoreError) as refused:
            store.outbox.release([plain.id, record_id]).result()
        assert refused.value.code == code
    assert state(store, plain) == "saved"
    assert [s.id for s in store.outbox.to_send(here(store))] == [plain.id]


def test_a_new_revision_has_to_be_released_itself(store: Store) -> None:
    first = saved(store)
    store.outbox.release([first.id]).result()
    second = revised(store, first)
    assert store.outbox.seal(here(store), KEY).result() is None
    assert [item.rev for item in sealed(store, second).items] == [2]


def test_marking_a_released_record_private_keeps_it(store: Store) -> None:
    first = saved(store)
    store.outbox.release([first.id]).result()
    revised(store, first, private=True)
    assert store.outbox.seal(here(store), KEY).result() is None


def test_a_withdrawal_follows_by_itself_where_the_record_stands_in_a_batch(store: Store) -> None:
    never, left = saved(store), saved(store)
    sealed(store, left)
    store.records.withdraw(never.id, "mistake").result()
    withdrawal = store.records.withdraw(left.id, "duplicate").result()
    assert [s.id for s in store.outbox.to_send(here(store), ("released",))] == [left.id]
    batch = store.outbox.seal(here(store), KEY).result()
    assert batch is not None and [item.sha256 for item in batch.items] == [withdrawal.sha256]
    assert state(store, left) == "withdrawn"


def test_a_withdrawal_that_was_taken_back_before_sealing_does_not_follow(store: Store) -> None:
    first = saved(store)
    sealed(store, first)
    withdrawal = store.records.withdraw(first.id, "mistake").result()
    revised(store, first, rev=3, supersedes=withdrawal.sha256)
    assert store.outbox.seal(here(store), KEY).result() is None


# Sealing


def test_the_manifest_says_what_was_accepted_and_names_the_records_in_order(store: Store) -> None:
    stored = [saved(store) for _ in range(3)]
    batch = sealed(store, *reversed(stored))
    said = manifest(batch)
    assert (said.terms.id, said.terms.version, said.terms.licence) == ("house", 2, "CC-BY-4.0")
    assert (said.aud, said.trainer, said.device) == (here(store), store.trainer, KEY.key_id)
    assert [(i.id, i.rev, i.sha256, i.size) for i in said.items] == [
        (s.id, s.rev, s.sha256, len(s.data)) for s in stored
    ]


def test_batches_stand_in_one_chain_and_anybody_can_check_them(store: Store, tmp_path: Path) -> None:
    batches = [sealed(store, saved(store)) for _ in range(3)]
    assert [b.seq for b in batches] == [1, 2, 3]
    assert [manifest(b).prev for b in batches] == [GENESIS, batches[0].payload_sha256, batches[1].payload_sha256]
    bundle = write_waiting(store.outbox, here(store), tmp_path / "waiting.preceptor")
    assert [b.envelope for b in read_bundle(bundle)] == [b.envelope for b in batches]
    assert verify_bundle(bundle, public_key=KEY.public_key, project=here(store)).batches == 3


def test_a_project_without_terms_says_that_there_are_none(store: Store) -> None:
    project = store.projects.create("Bare").result()
    store.projects.use(project.id).result()
    said = manifest(sealed(store, saved(store)))
    assert (said.terms.id, said.terms.sha256) == ("none", canonical.sha256_hex(b""))


def test_sealing_from_many_threads_makes_one_chain_without_gaps(store: Store, tmp_path: Path) -> None:
    for _ in range(40):
        saved(store)
    futures: list[Future[SealedBatch | None]] = []

    def work(some: list[str]) -> None:
        for record_id in some:
            store.outbox.release([record_id]).result()
            futures.append(store.outbox.seal(here(store), KEY))

    ids = [s.id for s in store.records.iter_newest(here(store))]
    threads = [threading.Thread(target=work, args=(ids[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = sorted((b for f in futures if (b := f.result()) is not None), key=lambda b: b.seq)
    assert [b.seq for b in found] == list(range(1, len(found) + 1))
    assert sorted(item.id for b in found for item in b.items) == sorted(ids)
    bundle = write_waiting(store.outbox, here(store), tmp_path / "waiting.preceptor")
    assert verify_bundle(bundle, public_key=KEY.public_key).records == 40


def test_a_batch_takes_no_more_than_500_records_and_8_mebibytes(store: Store) -> None:
    many = [judgement("a>b", project=here(store), trainer=store.trainer) for _ in range(501)]
    store.records.save_all(many).result()
    store.outbox.release([m.id for m in many]).result()
    counts = [batch and len(batch.items) for batch in (store.outbox.seal(here(store), KEY).result() for _ in range(3))]
    assert counts == [500, 1, None]
    large = [saved(store, candidates=(candidate("a", "x" * 900_000), candidate("b"))) for _ in range(10)]
    assert len(sealed(store, *large).items) < 10
    assert store.outbox.seal(here(store), KEY).result() is not None
    assert all(len(store.outbox.body(row)) <= MAX_BODY for row in store.outbox.batches(here(store)))


def test_projects_have_their_own_chains(store: Store) -> None:
    first = sealed(store, saved(store))
    other = store.projects.create("Other").result()
    store.projects.use(other.id).result()
    second = sealed(store, saved(store))
    assert (first.seq, second.seq) == (1, 1) and first.chain != second.chain


def test_another_key_starts_another_chain_and_the_old_batches_are_still_sent(store: Store) -> None:
    first = sealed(store, saved(store))
    second = sealed(store, saved(store), key=DeviceKey.generate())
    assert second.chain != first.chain and (second.seq, manifest(second).prev) == (1, GENESIS)
    found = store.outbox.next_to_send(here(store))
    assert found is not None and found.batch_id == first.batch_id


def test_a_copied_database_starts_another_chain_and_the_original_does_not(store: Store, tmp_path: Path) -> None:
    first = sealed(store, saved(store))
    store.close()
    shutil.copytree(tmp_path / "profile", tmp_path / "copy")
    again, copy = Store.open(tmp_path / "profile"), Store.open(tmp_path / "copy")
    assert sealed(again, saved(again)).chain == first.chain
    other = sealed(copy, saved(copy))
    assert other.chain != first.chain and other.seq == 1
    waiting = copy.outbox.next_to_send(here(copy))
    assert waiting is not None and waiting.batch_id == first.batch_id
    again.close()
    copy.close()
    once_more = Store.open(tmp_path / "copy")
    assert sealed(once_more, saved(once_more)).chain == other.chain
    once_more.close()


# Delivering


def test_batches_are_sent_in_order_and_a_start_takes_back_what_was_on_the_wire(store: Store, tmp_path: Path) -> None:
    first, second = sealed(store, saved(store)), sealed(store, saved(store))
    store.outbox.mark_sending(first).result()
    assert store.outbox.batch(first).state == "sending"
    store.close()
    again = Store.open(tmp_path / "profile")
    found = again.outbox.next_to_send(here(again))
    assert found is not None and (found.batch_id, found.state) == (first.batch_id, "sealed")
    receive(again, first, "stored")
    again.outbox.mark_sending(first).result()
    assert again.outbox.batch(first).state == "delivered"
    found = again.outbox.next_to_send(here(again))
    assert found is not None and found.batch_id == second.batch_id
    again.close()


def test_the_same_bytes_are_sent_on_every_try(store: Store) -> None:
    batch = sealed(store, saved(store), saved(store))
    before = store.outbox.body(batch)
    revised(store, saved(store))
    store.outbox.mark_sending(batch).result()
    store.outbox.mark_sealed(batch).result()
    assert store.outbox.body(batch) == before


def test_a_receipt_says_of_each_record_that_it_arrived_or_came_back(store: Store) -> None:
    records_ = [saved(store) for _ in range(3)]
    batch = sealed(store, *records_)
    envelope = receive(store, batch, "stored", "known", "refused", rule="record")
    assert [state(store, r) for r in records_] == ["delivered", "delivered", "returned"]
    row = store.outbox.batch(batch)
    assert (row.state, row.count, row.returned) == ("delivered", 3, 1)
    assert row.payload == batch.payload
    assert [(r.sha256, r.envelope) for r in store.outbox.receipts(here(store), row.chain)] == [
        (receipt_hash(envelope), envelope)
    ]
    assert store.outbox.next_to_send(here(store)) is None


def test_a_returned_record_goes_out_again_only_as_a_new_revision(store: Store) -> None:
    first = saved(store)
    receive(store, sealed(store, first), "refused", rule="record")
    with pytest.raises(StoreError) as refused:
        store.outbox.release([first.id]).result()
    assert refused.value.code == "returned"
    assert [item.rev for item in sealed(store, revised(store, first)).items] == [2]


def test_erased_there_while_it_is_still_here_counts_as_returned(store: Store) -> None:
    first = saved(store)
    receive(store, sealed(store, first), "erased")
    assert state(store, first) == "returned"


def test_the_same_receipt_is_kept_once_and_another_one_beside_it(store: Store) -> None:
    batch = sealed(store, saved(store))
    receive(store, batch, "stored")
    envelope = receive(store, batch, "known", prev="1" * 64)
    items = [(i.id, i.rev, "known", None) for i in batch.items]
    store.outbox.deliver(batch, envelope, items).result()  # type: ignore[arg-type]
    assert len(store.outbox.receipts(here(store))) == 2


def test_after_a_gap_the_identical_envelopes_are_sent_once_more(store: Store) -> None:
    batches = [sealed(store, saved(store)) for _ in range(3)]
    before = [store.outbox.body(b) for b in batches]
    for batch in batches:
        receive(store, batch, "stored")
    assert store.outbox.send_from(here(store), batches[0].chain, 2).result() == 2
    waiting = [row for row in store.outbox.batches(here(store)) if row.state == "sealed"]
    assert [store.outbox.body(row) for row in waiting] == before[1:]
    receive(store, batches[1], "known", prev="2" * 64)
    found = store.outbox.next_to_send(here(store))
    assert found is not None and found.batch_id == batches[2].batch_id


def test_a_closed_chain_is_never_sent_and_its_records_wait_for_a_click(store: Store) -> None:
    arrived, stuck, changed = saved(store), saved(store), saved(store)
    delivered, lost = sealed(store, arrived), sealed(store, stuck, changed)
    receive(store, delivered, "stored")
    store.outbox.close_chain(here(store), lost.chain, "fork").result()
    assert (store.outbox.batch(lost).state, store.outbox.batch(lost).reason) == ("closed", "fork")
    assert [state(store, r) for r in (arrived, stuck, changed)] == ["delivered", "waiting", "waiting"]
    revised(store, changed)
    assert store.outbox.next_to_send(here(store)) is None
    assert store.outbox.seal(here(store), KEY).result() is None
    assert store.outbox.send_from(here(store), lost.chain, 2).result() == 0
    assert store.outbox.send_again(here(store)).result() == 1
    assert store.outbox.send_again(here(store)).result() == 0
    batch = store.outbox.seal(here(store), KEY).result()
    assert batch is not None and (batch.seq, [i.id for i in batch.items]) == (1, [stuck.id])
    assert batch.chain != lost.chain
    receive(store, batch, "known")
    assert state(store, stuck) == "delivered"


def test_closing_a_chain_touches_no_other(store: Store) -> None:
    old = sealed(store, saved(store))
    new = sealed(store, saved(store), key=DeviceKey.generate())
    store.outbox.close_chain(here(store), new.chain, "fork").result()
    assert store.outbox.batch(old).state == "sealed"
    store.outbox.close_chain(here(store), new.chain, "again").result()
    assert store.outbox.batch(new).reason == "fork"


def test_what_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.outbox.seal(records.new_project_id(), KEY).result()
    batch = sealed(store, saved(store))
    stranger = msgspec.structs.replace(manifest(batch), batch_id=records.new_id())
    with pytest.raises(NotFoundError):
        store.outbox.body(stranger)
