"""A whole run keeps its temporary folders in memory, where there is room to spare."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from temporary_room import LEFT, WANTED, in_memory


def meminfo(folder: Path, left: int) -> Path:
    said = folder / "meminfo"
    said.write_text(f"MemTotal: {left >> 9} kB\nMemAvailable: {left >> 10} kB\n")
    return said


def roomy(free: int, flags: int = 0) -> os.statvfs_result:
    blocks = free >> 12
    return os.statvfs_result((4096, 4096, blocks, blocks, blocks, 0, 0, 0, flags, 255))


@pytest.mark.parametrize(
    ("free", "left", "flags", "taken"),
    [
        (WANTED, LEFT, 0, True),
        (WANTED - 4096, LEFT, 0, False),  # a container's 64 MB, say
        (WANTED, LEFT - 1024, 0, False),
        (WANTED, LEFT, os.ST_NOEXEC, False),
    ],
)
def test_memory_is_taken_only_where_there_is_room_and_programs_start(
    free: int, left: int, flags: int, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _place: roomy(free, flags))
    assert in_memory(tmp_path, meminfo(tmp_path, left)) == (tmp_path if taken else None)


def test_without_such_a_place_the_disk_is_taken(tmp_path: Path) -> None:
    assert in_memory(tmp_path / "none", meminfo(tmp_path, LEFT)) is None
    assert in_memory(tmp_path, tmp_path / "none") is None
