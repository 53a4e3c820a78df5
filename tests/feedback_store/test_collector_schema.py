"""A collector's database of before keys could change is brought to the present, with all that it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import httpx
from running_collector import Device, Team, running

from feedback_store.collector import sqlite_schema
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage

NEW_TABLES = ("key_event", "ceiling", "device_list", "collector_key")


def test_a_database_of_the_first_schema_serves_on(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    with running(team.folder) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        device.deliver()
        collector.end()
    step_back(team.folder / FILE)
    storage = SqliteStorage(team.folder)
    with storage.reading() as view:
        (found,) = view.devices(team.project)
        head = view.head(team.project, found.id, device.chain)
        assert head is not None
        assert head.seq == 1
        assert view.list_version(team.project, found.trainer) == 0
        assert view.forks(team.project) == []
    storage.close()
    with running(team.folder) as collector, httpx.Client(base_url=collector.address) as http:
        device.http = http
        device.deliver()


def step_back(file: Path) -> None:
    """Take out what the second step put in."""
    connection = sqlite3.connect(file)
    for table in NEW_TABLES:
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DROP INDEX device_trainer")
    for table, column in (("invitation", "recovers"), ("quarantined", "resolved"), ("quarantined", "resolved_at")):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute(f"PRAGMA user_version = {sqlite_schema.VERSION - 1}")
    connection.commit()
    connection.close()
