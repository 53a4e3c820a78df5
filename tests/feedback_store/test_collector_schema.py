"""A collector's database of before keys could change is brought to the present, with all that it holds."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from earlier_collector import step_back
from running_collector import Device, Team, running

from feedback_store.collector.sqlite_storage import FILE, SqliteStorage


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_of_an_earlier_schema_serves_on(version: int, tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    with running(team.folder) as collector, httpx.Client(base_url=collector.address) as http:
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
    with running(team.folder) as collector, httpx.Client(base_url=collector.address) as http:
        device.http = http
        device.deliver()
