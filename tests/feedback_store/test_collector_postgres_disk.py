"""The disk under a PostgreSQL database: a full one is met by health as by a batch, and asking leaves nothing there."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from running_collector import Device, Team, refused, running
from small_disk import filled, mounted
from storages import Cluster, cluster

from feedback_store.collector import postgres_room
from feedback_store.collector.postgres_storage import PostgresStorage
from feedback_store.errors import EnvironmentTrouble


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A cluster whose settings and files a test may change."""
    with cluster() as made:
        yield made


def test_a_database_whose_disk_is_full_is_not_healthy_and_loses_nothing(tmp_path: Path) -> None:
    """It was called healthy, and ready to be scraped, while each batch was answered with 503."""
    with mounted(24) as disk, cluster() as made:  # which lets go of the disk first
        files = disk / "files"
        files.mkdir()
        team = Team.made(tmp_path, database=made.new(on=files))
        with running(tmp_path) as collector, httpx.Client(base_url=collector.address, timeout=180) as http:
            device = Device(team, http)
            device.join()
            device.deliver()
            assert http.get("/health").status_code == 200
            filler = filled(disk)
            while http.get("/health").status_code == 200:  # asked of a disk that had room once a second
                time.sleep(0.05)
            assert refused(http.get("/health")) == (503, "storage")
            with contextlib.suppress(AssertionError):
                while True:  # what there is of pages may have room for some more
                    device.deliver()
            body = device.body()
            assert refused(device.put(body)) == (503, "storage")
            assert http.get("/alive").status_code == 200
            filler.unlink()
            assert http.get("/health").status_code == 200, "as soon as there is room again"
            assert device.put(body).status_code == 201
        log = [json.loads(line) for line in (tmp_path / "log.txt").read_text().splitlines()]
        assert "disk_full" in {line.get("code") for line in log}


def test_a_database_whose_disk_cannot_be_written_is_not_ready_and_one_of_little_temporary_room_is(
    own: Cluster,
) -> None:
    """Its files are laid where its tables lie, and a limit for them says nothing of the disk."""
    storage = PostgresStorage(own.new(), create=True)
    try:
        storage.check()
        temporary = own.data / "base" / "pgsql_tmp"
        assert temporary.is_dir() and not list(temporary.iterdir()), "asked, and nothing stays of it"
        temporary.chmod(0o500)
        time.sleep(postgres_room.ASKED_EVERY_S)
        with pytest.raises(EnvironmentTrouble, match="disk cannot be written") as told:
            storage.check()
        assert told.value.code == "disk"
        temporary.chmod(0o700)
        storage.check()
        with psycopg.connect(own.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET temp_file_limit = '64kB'")
            connection.execute("SELECT pg_reload_conf()")
            try:
                time.sleep(postgres_room.ASKED_EVERY_S)
                storage.check()
            finally:
                connection.execute("ALTER SYSTEM RESET temp_file_limit")
                connection.execute("SELECT pg_reload_conf()")
    finally:
        storage.close()
