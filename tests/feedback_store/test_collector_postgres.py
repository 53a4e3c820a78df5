"""PostgreSQL under a collector: outages that heal, secrets that stay so, and what is told when it cannot be used."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from click.testing import CliRunner
from delivered import Delivered, id_of
from running_collector import ROOT, Device, Team, refused, running
from storages import Cluster, ask, cluster, everything
from test_collector_rules import withdrawal

from desktop.commands.program import program
from feedback_store.collector import opening, postgres_sweeping
from feedback_store.collector.opening import ADDRESS_FILE, VARIABLE, open_storage
from feedback_store.collector.postgres_storage import PostgresStorage
from feedback_store.collector.serving import serve
from feedback_store.collector.storage import TRIES, Conflict, Transaction, write
from feedback_store.errors import EnvironmentTrouble, StoreError


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A cluster that a test may stop."""
    with cluster() as made:
        yield made


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_a_database_that_is_gone_is_an_outage_that_heals(tmp_path: Path, own: Cluster, how: signal.Signals) -> None:
    team = Team.made(tmp_path, database=own.new())
    impatient = (  # once it has opened: a busy machine may need as long for that
        "from feedback_store.collector import serving\n"
        "kept = serving.open_storage\n"
        "def open_storage(folder):\n"
        "    opened = kept(folder)\n"
        "    opened._pool.timeout = 0.5\n"
        "    return opened\n"
        "serving.open_storage = open_storage"
    )
    with running(tmp_path, patch=impatient) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        body = device.body()
        own.stop(how)
        answer = device.put(body)
        assert refused(answer) == (503, "storage")
        assert answer.headers["retry-after"] == "30"
        assert refused(http.get("/health")) == (503, "storage")
        assert http.get("/alive").status_code == 200
        own.start()
        while device.put(body).status_code == 503:  # the pool finds back by itself, after a pause that it chooses
            pass
        assert device.put(body).status_code == 200
        assert http.get("/health").status_code == 200
        assert collector.end() == 0
    assert len(ask(tmp_path, "SELECT 1 FROM batch")) == 2
    log = [json.loads(line) for line in (tmp_path / "log.txt").read_text().splitlines()]
    assert "database_gone" in {line.get("code") for line in log}


def test_asked_to_stop_while_its_database_is_gone_it_ends_with_0(tmp_path: Path, own: Cluster) -> None:
    team = Team.made(tmp_path, database=own.new())
    with running(tmp_path) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        own.stop()
        try:
            waiting = threading.Thread(target=device.put, args=(device.body(),))  # for ten seconds, and is finished
            waiting.start()
            assert httpx.get(f"{collector.address}/alive", timeout=180).status_code == 200
            collector.process.terminate()
            waiting.join()
            assert collector.process.wait(60) == 0
        finally:
            own.start()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_while_it_waits_for_a_database_that_does_not_answer_it_ends_with_0(
    tmp_path: Path, how: signal.Signals
) -> None:
    """It ended with 143, which a service manager counts as a failure, or with 130."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (tmp_path / ADDRESS_FILE).write_text(f"postgresql://preceptor@127.0.0.1:{silent.getsockname()[1]}/nowhere")
        command = [sys.executable, "-m", "desktop", "collector", "serve", str(tmp_path), "--port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            connected, _address = silent.accept()
            process.send_signal(how)
            assert process.communicate(timeout=180) == (b"", b"")
            assert process.returncode == 0
            connected.close()


def test_a_snapshot_stays_as_it_was(tmp_path: Path, postgres: Cluster) -> None:
    """An export's file is named by what it holds: both are asked of one state."""
    storage = PostgresStorage(postgres.new(), create=True)
    try:
        with storage.snapshot() as view:
            assert view.projects() == []
            with storage.writing() as transaction:
                transaction.add_project("prj_1", b"{}")
            assert view.projects() == []
        with storage.snapshot() as view:
            assert view.projects() == ["prj_1"]
    finally:
        storage.close()


def test_nothing_is_stored_for_a_trainer_whose_record_is_being_erased(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a version that comes at that moment would outlive the erasing of its record; so it is with its key."""
    delivered = Delivered.made(tmp_path, monkeypatch, database=postgres.new())
    line = delivered.record()
    delivered.deliver(line)
    project = delivered.team.project
    others = "SELECT 1 FROM trainer WHERE id = ? FOR NO KEY UPDATE NOWAIT"
    assert ask(tmp_path, others, (delivered.trainer,))
    try:
        with delivered.storage.writing() as transaction:
            transaction.held(project, [id_of(line)])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                ask(tmp_path, others, (delivered.trainer,))
        with delivered.storage.writing() as transaction:
            transaction.device(project, delivered.key.key_id)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                ask(tmp_path, others, (delivered.trainer,))
    finally:
        delivered.storage.close()


def test_a_meeting_is_tried_again_and_then_told_as_busy(tmp_path: Path, postgres: Cluster) -> None:
    storage = PostgresStorage(postgres.new(), create=True)
    tries = []

    def meet(transaction: Transaction, times: int) -> int:
        tries.append(1)
        transaction.add_project(f"prj_{len(tries)}", b"{}")
        if len(tries) <= times:
            transaction._ask("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")  # type: ignore[attr-defined]
        return len(tries)

    try:
        assert write(storage, lambda transaction: meet(transaction, 2)) == 3
        with storage.reading() as view:
            assert view.projects() == ["prj_3"]  # what the others did is gone
        tries.clear()
        with pytest.raises(Conflict):
            write(storage, lambda transaction: meet(transaction, 100))
        assert len(tries) == TRIES
    finally:
        storage.close()


def test_a_bug_in_a_statement_stays_a_bug_and_keeps_no_transaction(postgres: Cluster) -> None:
    storage = PostgresStorage(postgres.new(), create=True)
    try:
        with pytest.raises(psycopg.errors.SyntaxError), storage.writing() as transaction:
            transaction.add_project("prj_lost", b"{}")
            transaction._ask("SELEKT 1")  # type: ignore[attr-defined]
        with storage.writing() as transaction:
            transaction.add_project("prj_kept", b"{}")
        with storage.reading() as view:
            assert view.projects() == ["prj_kept"]
    finally:
        storage.close()


def test_a_standby_is_not_ready(postgres: Cluster) -> None:
    database = postgres.new()
    PostgresStorage(database, create=True).close()
    with psycopg.connect(database, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    storage = PostgresStorage(database)
    try:
        with pytest.raises(EnvironmentTrouble, match="standby"):
            storage.check()
        with pytest.raises(EnvironmentTrouble, match="standby"), storage.writing() as transaction:
            transaction.add_project("prj_x", b"{}")
    finally:
        storage.close()


def test_receipts_are_synced_whatever_the_database_is_set_to(postgres: Cluster) -> None:
    database = postgres.new()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET synchronous_commit = off".encode())
    storage = PostgresStorage(database, create=True)
    try:
        with storage.writing() as transaction:
            shown = transaction._ask("SHOW synchronous_commit")  # type: ignore[attr-defined]
            assert shown.fetchone() == ("on",)
    finally:
        storage.close()


# ----------------------------------------------------------------------------------------------- what cannot be used


def test_a_newer_database_is_refused(tmp_path: Path, postgres: Cluster) -> None:
    team = Team.made(tmp_path, database=postgres.new())
    with psycopg.connect((tmp_path / ADDRESS_FILE).read_text().strip()) as connection:
        connection.execute("UPDATE collector_schema SET version = 99")
    with pytest.raises(EnvironmentTrouble, match="newer"):
        team.invite()


def test_what_is_wrong_with_a_database_is_told_in_a_sentence(tmp_path: Path, postgres: Cluster) -> None:
    for address, said in (
        (postgres.url("nowhere"), 'database "nowhere" does not exist'),
        (postgres.url("postgres").replace("preceptor@", "stranger@"), 'role "stranger" does not exist'),
        ("postgresql://preceptor@/x?host=/nowhere", "whether it runs"),
        (postgres.new(), "collector init"),
    ):
        with pytest.raises(EnvironmentTrouble, match=said):
            PostgresStorage(address)
    with pytest.raises(StoreError, match="looks like"):
        Team.made(tmp_path / "other", database="mysql://x/y")
    with pytest.raises(EnvironmentTrouble, match="nowhere"):
        Team.made(tmp_path / "other", database=postgres.url("nowhere"))
    assert not (tmp_path / "other" / ADDRESS_FILE).exists()  # so that the next try begins anew


def test_a_folder_keeps_to_one_place_for_its_data(tmp_path: Path, postgres: Cluster) -> None:
    Team.made(tmp_path / "file")
    with pytest.raises(EnvironmentTrouble, match="another folder"):
        Team.made(tmp_path / "file", database=postgres.new())
    database = postgres.new()
    Team.made(tmp_path / "there", database=database)
    Team.made(tmp_path / "there", "Second")  # without a word the folder's own
    Team.made(tmp_path / "there", "Third", database=database)
    with pytest.raises(EnvironmentTrouble, match="another folder"):
        Team.made(tmp_path / "there", database=postgres.new())
    assert len(ask(tmp_path / "there", "SELECT id FROM project")) == 3


# ------------------------------------------------------------------------------------------------ where the address is


def test_the_environment_names_a_database_above_the_folder(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres.new())
    team = Team.made(tmp_path)
    assert not (tmp_path / ADDRESS_FILE).exists()
    assert len(team.invite()) == 19
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(EnvironmentTrouble, match="collector init"):
        open_storage(tmp_path)


def test_a_password_is_asked_for_and_never_taken_from_a_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused_words = ("postgresql://ada:MARKER@db/x", "postgresql://ada@db/x?password=MARKER")
    for address in refused_words:
        told = CliRunner().invoke(
            program, ["collector", "init", str(tmp_path / "c"), "--project", "P", "--database", address]
        )
        assert told.exit_code != 0 and "--ask-password" in told.output and "MARKER" not in told.output
    seen = []
    monkeypatch.setattr(
        "feedback_store.collector.administration.open_storage", lambda *_, address, **__: seen.append(address) or 1 / 0
    )
    CliRunner().invoke(
        program,
        [
            "collector",
            "init",
            str(tmp_path / "c"),
            "--project",
            "P",
            "--database",
            "postgresql://ada@db:5/x",
            "--ask-password",
        ],
        input="p@ss/word:1\n",
    )
    assert seen == ["postgresql://ada:p%40ss%2Fword%3A1@db:5/x"]
    assert psycopg.conninfo.conninfo_to_dict(seen[0])["password"] == "p@ss/word:1"
    assert opening.has_password(seen[0])


def test_t21_a_password_reaches_neither_log_nor_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble) as told:
        PostgresStorage("postgresql://ada:MARKER@127.0.0.1:1/x")
    assert "MARKER" not in str(told.value) and "MARKER" not in repr(told.value.values)
    opening.keep_address(tmp_path, "postgresql://ada:MARKER@127.0.0.1:1/x")
    assert (tmp_path / ADDRESS_FILE).stat().st_mode & 0o777 == 0o600
    with (tmp_path / "log.txt").open("w") as log, pytest.raises(EnvironmentTrouble):
        serve(tmp_path, port=0, log=log)
    assert "MARKER" not in (tmp_path / "log.txt").read_text()


@pytest.fixture
def held_back(tmp_path: Path, postgres: Cluster) -> Iterator[tuple[Team, psycopg.Connection]]:
    """A collector in whose table of records nothing can be vacuumed until the connection gives it free."""
    team = Team.made(tmp_path, database=postgres.new())
    with psycopg.connect((tmp_path / ADDRESS_FILE).read_text().strip()) as connection:
        connection.execute("LOCK TABLE record IN SHARE UPDATE EXCLUSIVE MODE")
        yield team, connection


def vacuums(team: Team) -> int:
    """How often the records were vacuumed."""
    return int(ask(team.folder, "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'record'")[0][0])


def wait_until_swept(team: Team) -> None:
    while vacuums(team) == 0:
        pass
    said: list[str] = []
    with psycopg.connect((team.folder / ADDRESS_FILE).read_text().strip(), autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
        connection.execute("VACUUM (VERBOSE) record")
    assert "tuples: 0 removed" in "".join(said), "nothing of before was left"


def erase_one(device: Device) -> None:
    line = device.record(justification="MARKER of a private thought")
    device.deliver(line)
    answered = device.deliver(withdrawal(device, line))
    assert [item.status for item in answered.items] == ["stored"]
    assert b"MARKER" not in everything(device.team.folder), "answered for: no question finds it any more"


def test_whoever_erases_is_answered_before_the_tables_are_swept_and_they_are_swept_after(
    held_back: tuple[Team, psycopg.Connection],
) -> None:
    team, connection = held_back
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        erase_one(device)
        device.deliver()
        assert vacuums(team) == 0
        connection.rollback()
        wait_until_swept(team)
        assert collector.end() == 0


def test_a_stop_leaves_a_sweeping_that_lasts_and_the_next_start_begins_with_it(
    held_back: tuple[Team, psycopg.Connection],
) -> None:
    team, connection = held_back
    impatient = "from feedback_store.collector import postgres_sweeping\npostgres_sweeping.CLOSE_S = 0.1"
    with running(team.folder, patch=impatient) as collector:
        with httpx.Client(base_url=collector.address, timeout=180) as http:
            device = Device(team, http)
            device.join()
            erase_one(device)
        assert collector.end() == 0
    assert vacuums(team) == 0
    connection.rollback()
    with running(team.folder):
        wait_until_swept(team)


def test_a_sweeping_that_fails_is_tried_again(
    tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_sweeping, "AGAIN_S", 0.01)
    address, tries = postgres.new(), iter([postgres.url("no_such_database")])
    team = Team.made(tmp_path, database=address)
    sweeper = postgres_sweeping.Sweeper(lambda: psycopg.connect(next(tries, address), autocommit=True))
    sweeper.ask()
    wait_until_swept(team)
    sweeper.close()
