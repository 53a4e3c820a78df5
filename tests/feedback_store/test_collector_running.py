"""Starting and stopping a collector, and what is told when it cannot be started."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from running_collector import ROOT, Device, Team, running
from storages import Databases

from feedback_store.collector import administration
from feedback_store.collector.opening import ADDRESS_FILE
from feedback_store.collector.serving import LOCK, serve
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage
from feedback_store.errors import EnvironmentTrouble


def test_it_stops_when_asked_with_exit_code_0(tmp_path: Path, databases: Databases) -> None:
    Team.made(tmp_path, database=databases.new())
    with running(tmp_path) as collector:
        assert httpx.get(f"{collector.address}/health", timeout=180).status_code == 200
        assert collector.end() == 0


def test_it_finishes_what_it_is_answering(tmp_path: Path, databases: Databases) -> None:
    team = Team.made(tmp_path, database=databases.new())
    slow = (
        "import time\n"
        "from feedback_store.collector import service\n"
        "kept = service.accept\n"
        "def accept(*given):\n"
        "    print('busy', flush=True)\n"
        "    time.sleep(0.5)\n"
        "    return kept(*given)\n"
        "service.accept = accept"
    )
    with running(tmp_path, patch=slow) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        answers: list[int] = []
        sending = threading.Thread(target=lambda: answers.append(device.put(device.body()).status_code))
        sending.start()
        assert collector.process.stdout is not None
        assert collector.process.stdout.readline() == "busy\n"
        assert collector.end() == 0
        sending.join()
    assert answers == [201]


def test_it_serves_in_a_thread_until_told_to_stop(tmp_path: Path, databases: Databases) -> None:
    Team.made(tmp_path, database=databases.new())
    stop, listening = threading.Event(), threading.Event()
    addresses: list[str] = []

    def tell(address: str) -> None:
        addresses.append(address)
        listening.set()

    with (tmp_path / "log.txt").open("w") as log:
        serving = threading.Thread(
            target=serve, args=(tmp_path,), kwargs={"port": 0, "on_listening": tell, "stop": stop, "log": log}
        )
        serving.start()
        assert listening.wait(60)
        assert httpx.get(f"{addresses[0]}/health", timeout=180).status_code == 200
        stop.set()
        serving.join(60)
    assert not serving.is_alive()


def test_whoever_asks_twice_does_not_wait_for_the_end_of_the_cleaning_up(tmp_path: Path, databases: Databases) -> None:
    Team.made(tmp_path, database=databases.new())
    slow = (
        "import threading\n"
        "from feedback_store.collector import serving\n"
        "kept = serving.open_storage\n"
        "def open_storage(folder):\n"
        "    opened = kept(folder)\n"
        "    opened.close = lambda: (print('closing', flush=True), threading.Event().wait())\n"
        "    return opened\n"
        "serving.open_storage = open_storage"
    )
    with running(tmp_path, patch=slow) as collector:
        collector.process.send_signal(signal.SIGINT)
        assert collector.process.stdout is not None
        assert collector.process.stdout.readline() == "closing\n"
        collector.process.send_signal(signal.SIGINT)
        assert collector.process.wait(60) == 0


def test_a_file_is_served_by_one_process_and_a_database_by_several(tmp_path: Path, databases: Databases) -> None:
    """Two on one file ran beside each other, each with counts and limits of its own."""
    Team.made(tmp_path, database=databases.new())
    command = [sys.executable, "-m", "desktop", "collector", "serve", str(tmp_path), "--port", "0", "--json"]
    with running(tmp_path) as first:
        second = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        with second:
            assert second.stdout is not None and second.stderr is not None
            told = second.stdout.readline()
            if databases.kind == "postgres":
                assert "address" in told
                second.terminate()
                assert second.wait(60) == 0
                return
            assert (told, second.wait(60)) == ("", 1)
            assert second.stderr.read() == (
                f"preceptor: The collector in {tmp_path} is served already, by process {first.process.pid}. Stop that"
                " one first; only a collector on PostgreSQL is served by several at once.\n"
            )
        assert httpx.get(f"{first.address}/health", timeout=180).status_code == 200
        first.kill()
        assert (tmp_path / LOCK).exists(), "left behind, which holds nobody up"
    with running(tmp_path) as next_one:
        assert httpx.get(f"{next_one.address}/health", timeout=180).status_code == 200


def test_plain_http_is_served_to_this_machine_only(tmp_path: Path) -> None:
    Team.made(tmp_path)
    with pytest.raises(EnvironmentTrouble, match="certificate"):
        serve(tmp_path, host="0.0.0.0")


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        Team.made(tmp_path / name)
    with running(tmp_path / "one") as collector, pytest.raises(EnvironmentTrouble, match="--port"):
        serve(tmp_path / "other", port=collector.port)


def test_a_folder_without_a_collector_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="collector init"):
        serve(tmp_path)
    with pytest.raises(EnvironmentTrouble, match="collector init"):
        administration.invite(tmp_path)


def test_keys_and_data_are_readable_by_their_owner_alone(team: Team) -> None:
    key = team.folder / "keys" / f"{team.project}.key"
    assert key.stat().st_mode & 0o777 == 0o600
    (data,) = (path for path in (team.folder / FILE, team.folder / ADDRESS_FILE) if path.exists())
    assert data.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700


def test_a_lost_or_broken_key_is_told_in_a_sentence(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    path = tmp_path / "keys" / f"{team.project}.key"
    path.write_text("nonsense")
    with pytest.raises(EnvironmentTrouble, match="Restore it"):
        administration.read_key(tmp_path, team.project)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    Team.made(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(EnvironmentTrouble, match="newer"):
        SqliteStorage(tmp_path)
