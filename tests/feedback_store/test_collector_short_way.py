"""The short way of an ordinary batch in PostgreSQL ends as the long one does, whatever happens in between."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from delivered import Delivered, id_of
from made_judgements import RUBRIC
from running_collector import address_of
from storages import Cluster, ask, cluster

from feedback_store import records
from feedback_store.batches.body import write_body
from feedback_store.collector import acceptance, postgres_direct
from feedback_store.collector.opening import ADDRESS_FILE, open_storage
from feedback_store.collector.postgres_storage import PostgresStorage
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.storage import write
from feedback_store.errors import BatchError, EnvironmentTrouble


@pytest.fixture
def delivered(tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Delivered]:
    made = Delivered.made(tmp_path, monkeypatch, database=postgres.new())
    yield made
    made.storage.close()


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the long way was gone, after what was made ready by it."""
    gone: list[str] = []
    writing = PostgresStorage.writing

    def noted(self: PostgresStorage) -> object:
        gone.append("")
        return writing(self)

    monkeypatch.setattr(PostgresStorage, "writing", noted)
    return gone


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Something happens right after the next look, before the batch is stored."""
    look = postgres_direct.look
    left = [act]

    def looking(*values: object) -> object:
        found = look(*values)  # type: ignore[arg-type]
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(postgres_direct, "look", looking)


def test_new_judgements_go_the_short_way_first_batch_and_later_ones(delivered: Delivered, long_ways: list[str]) -> None:
    for _ in range(3):
        receipt = delivered.deliver(delivered.record(), delivered.record())
        assert [item.status for item in receipt.items] == ["stored", "stored"]
    assert long_ways == []
    assert ask(delivered.team.folder, "SELECT seq FROM chain") == [(3,)]
    assert len(ask(delivered.team.folder, "SELECT 1 FROM record WHERE first AND day = '2026-11-20'")) == 6


def test_both_ways_store_the_very_same_rows(tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same batches, in a database that knows only the long way."""
    short = Delivered.made(tmp_path / "short", monkeypatch, database=postgres.new())
    lines = [short.record() for _ in range(4)]
    for pair in (lines[:2], lines[2:]):
        short.deliver(*pair)
    columns = {
        "batch": "project, sha256, device, chain, seq, batch_id, manifest, envelope, future",
        "record": "project, id, rev, sha256, kind, trainer, batch, received_at, data, rubric_known, erased_at, first,"
        " day",
        "chain": "project, device, id, seq, sha256, closed",
    }

    def rows() -> dict[str, list[tuple[object, ...]]]:
        return {name: ask(short.team.folder, f"SELECT {of} FROM {name} ORDER BY 2, 3") for name, of in columns.items()}

    kept = rows()
    with psycopg.connect((short.team.folder / ADDRESS_FILE).read_text().strip()) as connection:
        envelopes = connection.execute("SELECT envelope FROM batch ORDER BY seq").fetchall()
        for name in ("record", "batch", "chain"):
            connection.execute(f"DELETE FROM {name}".encode())

    monkeypatch.setattr(PostgresStorage, "take", write)

    for number, (envelope,) in enumerate(envelopes):
        body = write_body(bytes(envelope), lines[2 * number : 2 * number + 2])
        with monkeypatch.context() as clock:
            clock.setattr(records, "now", lambda number=number: f"2026-11-20T12:00:00.{number + 1:03d}Z")
            acceptance.accept(short.storage, short.team.key, short.team.project, RUBRIC, address_of(body), body)
    assert rows() == kept
    short.storage.close()


def test_a_key_that_is_revoked_in_between_stores_nothing(delivered: Delivered, monkeypatch: pytest.MonkeyPatch) -> None:
    project, device = delivered.team.project, delivered.key.key_id

    def revoke() -> None:
        with delivered.storage.writing() as transaction:
            transaction.revoke(project, device, "2026-11-20T12:00:00.000Z", "stolen")

    between(monkeypatch, revoke)
    with pytest.raises(BatchError) as refused:
        delivered.deliver(delivered.record())
    assert refused.value.code == "key_revoked"
    assert ask(delivered.team.folder, "SELECT 1 FROM batch") == []
    assert ask(delivered.team.folder, "SELECT 1 FROM chain") == []


def test_another_batch_at_its_place_in_between_makes_it_a_fork(
    delivered: Delivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered.deliver(delivered.record())
    other = open_storage(delivered.team.folder)
    twin = Delivered(delivered.team, other, delivered.clock, delivered.key, delivered.trainer, delivered.chain, 1)
    twin.head = delivered.head
    between(monkeypatch, lambda: twin.deliver(twin.record()))
    with pytest.raises(Refusal) as refused:
        delivered.deliver(delivered.record())
    assert refused.value.code == "fork"
    other.close()
    assert ask(delivered.team.folder, "SELECT count(*), max(seq) FROM batch") == [(2, 2)]
    assert ask(delivered.team.folder, "SELECT count(*) FROM quarantined") == [(1,)]


def test_the_same_batch_in_between_is_answered_with_its_receipt(
    delivered: Delivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client whose answer was lost sends it by another connection, to another process."""
    accepted = []
    real = acceptance.accept

    def twice(*values: object) -> object:
        between(monkeypatch, lambda: accepted.append(real(*values)))  # type: ignore[arg-type]
        accepted.append(real(*values))  # type: ignore[arg-type]
        return accepted[-1]

    monkeypatch.setattr("delivered.accept", twice)
    delivered.deliver(delivered.record())
    first, second = accepted
    assert (first.new, second.new) == (True, False)
    assert first.receipt == second.receipt
    assert ask(delivered.team.folder, "SELECT count(*) FROM batch") == [(1,)]


def test_a_record_that_another_trainer_claims_in_between_is_refused_in_the_receipt(
    delivered: Delivered, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Delivered(delivered.team, open_storage(delivered.team.folder), delivered.clock)
    other.enrol()
    line = delivered.record()
    between(monkeypatch, lambda: other.deliver(other.record(id=id_of(line))))
    receipt = delivered.deliver(line)
    other.storage.close()
    assert [(item.status, item.rule) for item in receipt.items] == [("refused", "record_other_trainer")]


def test_what_is_more_than_new_judgements_goes_the_long_way(delivered: Delivered, long_ways: list[str]) -> None:
    line = delivered.record()
    delivered.deliver(line)
    assert long_ways == []
    delivered.withdraw(line, "erase")
    assert len(long_ways) == 1
    assert ask(delivered.team.folder, "SELECT count(*) FROM record WHERE data IS NULL") == [(1,)]


def test_after_a_transaction_was_rolled_back_the_next_batch_still_goes_the_short_way(
    delivered: Delivered, long_ways: list[str]
) -> None:
    delivered.deliver(delivered.record())
    for _ in range(12):  # psycopg would prepare what it asked some times, and drop all that is prepared with a rollback
        with pytest.raises(BatchError), delivered.storage.writing() as transaction:
            transaction.facts(delivered.team.project)
            raise BatchError("Refused.", code="refused", rule=8)
        long_ways.clear()
        delivered.deliver(delivered.record())
        assert long_ways == []


def test_a_connection_that_lost_what_was_prepared_goes_the_long_way_once(
    delivered: Delivered, long_ways: list[str]
) -> None:
    """As behind a pool that hands one connection of the database to many."""
    delivered.deliver(delivered.record())
    assert isinstance(delivered.storage, PostgresStorage)
    with delivered.storage._connection(autocommit=True) as connection:
        connection.execute("DEALLOCATE ALL")
    for gone in (1, 1):
        delivered.deliver(delivered.record())
        assert len(long_ways) == gone
    assert ask(delivered.team.folder, "SELECT seq FROM chain") == [(3,)]


def test_a_device_that_another_transaction_holds_is_waited_for_once(delivered: Delivered, long_ways: list[str]) -> None:
    delivered.deliver(delivered.record())
    address = (delivered.team.folder / ADDRESS_FILE).read_text().strip()
    with psycopg.connect(address) as other:
        other.execute("SELECT FROM device WHERE id = %s FOR UPDATE", (delivered.key.key_id,))
        assert isinstance(delivered.storage, PostgresStorage)
        with delivered.storage._connection(autocommit=True) as connection:
            connection.execute("SET lock_timeout = '50ms'")
        with pytest.raises(EnvironmentTrouble) as refused:
            delivered.deliver(delivered.record())
    assert refused.value.code == "locked"
    assert long_ways == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_database_that_was_started_again_is_reached_again_by_the_short_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_ways: list[str], how: signal.Signals
) -> None:
    with cluster() as own:
        delivered = Delivered.made(tmp_path, monkeypatch, database=own.new())
        delivered.deliver(delivered.record())
        own.stop(how)
        own.start()
        line = delivered.record()
        with pytest.raises(EnvironmentTrouble) as refused:
            delivered.deliver(line)
        assert refused.value.code == "database_gone"
        long_ways.clear()
        delivered.deliver(line)
        assert long_ways == []
        assert ask(delivered.team.folder, "SELECT count(*) FROM batch") == [(2,)]
        delivered.storage.close()


def test_a_database_of_the_first_schema_is_brought_to_the_present(delivered: Delivered) -> None:
    with psycopg.connect((delivered.team.folder / ADDRESS_FILE).read_text().strip()) as connection:
        (signature,) = connection.execute("SELECT oid::regprocedure FROM pg_proc WHERE proname = 'collector_take_1'")
        connection.execute(f"DROP FUNCTION {signature[0]}".encode())
        connection.execute("DROP FUNCTION collector_standing_2")
        connection.execute("UPDATE collector_schema SET version = 1")
    storage = open_storage(delivered.team.folder)
    delivered.storage.close()
    delivered.storage = storage
    delivered.deliver(delivered.record())
