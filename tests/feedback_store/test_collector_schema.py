"""A collector's database of before keys could change is brought to the present, with all that it holds."""

from __future__ import annotations

from pathlib import Path

import httpx
import psycopg
import pytest
from earlier_collector import step_back
from running_collector import Device, Team, running
from storages import Cluster, ask

from feedback_store.collector.opening import ADDRESS_FILE, open_storage
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_of_an_earlier_schema_serves_on(version: int, tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        collector.end()
    step_back(team.folder / FILE, version)
    storage = SqliteStorage(team.folder)
    with storage.reading() as view:
        (found,) = view.devices(team.project)
        head = view.head(team.project, found.id, device.chain)
        assert head is not None
        assert head.seq == 1
        assert view.list_version(team.project, found.trainer) == 0
        assert view.forks(team.project) == []
    storage.close()
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device.http = http
        device.deliver()


def test_a_database_in_postgresql_of_the_version_before_serves_on(tmp_path: Path, postgres: Cluster) -> None:
    team = Team.made(tmp_path, database=postgres.new())
    with psycopg.connect((team.folder / ADDRESS_FILE).read_text().strip()) as connection:
        connection.execute("DROP FUNCTION collector_standing_2")
        connection.execute("UPDATE collector_schema SET version = 2")
    open_storage(team.folder).close()
    assert ask(team.folder, "SELECT version FROM collector_schema") == [(3,)]
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        device.deliver()
