"""The files of a collector's keys where one is missing, or the disk is full."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from running_collector import Team, running
from small_disk import filled

from feedback_store.collector import key_ceremony, key_files
from feedback_store.collector.serving import serve
from feedback_store.errors import EnvironmentTrouble


def refused_to_serve(folder: Path) -> str:
    """Why it does not; a server that listens ends at once, and fails the test."""
    listening: list[str] = []
    stop = threading.Event()

    def ends(address: str) -> None:
        listening.append(address)
        stop.set()

    with pytest.raises(EnvironmentTrouble) as refused:
        serve(folder, port=0, log=io.StringIO(), on_listening=ends, stop=stop)
    assert not listening
    return refused.value.code


def test_a_collector_whose_key_file_is_missing_is_not_served(tmp_path: Path) -> None:
    """It listened, and answered 503 to every delivery for ever."""
    team = Team.made(tmp_path / "c")
    second = Team.made(team.folder, "Another team").project
    path = key_files.key_path(team.folder, second)
    data = path.read_bytes()
    path.unlink()
    assert refused_to_serve(team.folder) == "collector_key"
    path.write_bytes(data[:10])
    assert refused_to_serve(team.folder) == "collector_key"
    path.write_bytes(data)
    with running(team.folder) as collector:
        assert collector.end() == 0, "with its key it is"


def test_a_key_that_a_full_disk_has_no_room_for_leaves_no_part_of_it(small_disk: Path) -> None:
    team = Team.made(small_disk / "c")
    project = team.project
    before = sorted(path.name for path in (team.folder / key_files.KEYS).iterdir())
    filler = filled(small_disk)
    with pytest.raises(OSError):
        key_files.keep_next(team.folder, project, team.key)
    assert sorted(path.name for path in (team.folder / key_files.KEYS).iterdir()) == before
    with pytest.raises(EnvironmentTrouble) as refused:
        key_ceremony.rotate_key(team.folder)
    assert refused.value.code == "disk_full", "not a faulty one"
    filler.unlink()
    key_ceremony.rotate_key(team.folder)
    assert sorted(path.name for path in (team.folder / key_files.KEYS).iterdir()) == before
