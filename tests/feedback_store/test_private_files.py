"""What a profile holds can be read by its owner alone, whatever folder it was put into and whatever the umask is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_judgements import judgement

from desktop.commands.endings import write_report
from desktop.profile import Profile
from feedback_store import backups
from feedback_store.database import FILE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's files apart by itself")


@pytest.fixture
def open_to_all(tmp_path: Path) -> Iterator[Path]:
    """A folder that everybody may look into, while new files are everybody's too."""
    folder = tmp_path / "open to all"
    folder.mkdir()
    folder.chmod(0o777)
    before = os.umask(0)
    yield folder
    os.umask(before)


def _others_may_read(path: Path, top: Path) -> bool:
    """Whether somebody else gets at the file, by its own mode and those of the folders down to it."""
    folders = [folder for folder in path.parents if folder.is_relative_to(top) and folder != top]
    return bool(path.stat().st_mode & 0o077) and all(folder.stat().st_mode & 0o077 for folder in folders)


def test_t21_nobody_else_reads_a_profile(open_to_all: Path) -> None:
    with closing(Profile.open(open_to_all, insecure_key_file=True)) as profile:
        project = profile.project
        profile.device_key(project)
        made = judgement("a>b", project=project.id, trainer=profile.store.trainer)
        profile.store.records.save(made).result()
        backups.make(open_to_all / FILE)
        write_report(ValueError("x"), open_to_all / "logs", "doctor")
        files = [path for path in open_to_all.rglob("*") if path.is_file()]
        assert {FILE, f"{FILE}-wal", "secrets.json"} <= {path.name for path in files}
        assert [path.name for path in files if _others_may_read(path, open_to_all)] == []
