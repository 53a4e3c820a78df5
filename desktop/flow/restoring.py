"""Backups to choose from, and what will happen when one is put back, in words. Must not know Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.quantities import moment_text, size_text
from desktop.flow.wording import gettext as _
from feedback_store import backups
from feedback_store.backups import Backup
from feedback_store.database import FILE
from feedback_store.writer_lock import LOCK, take_lock

MOST = 200  # that are offered; any other is a file


@dataclass(frozen=True)
class BackupRow:
    """A backup as it is listed."""

    path: Path
    words: str


def rows(found: Sequence[Backup]) -> tuple[BackupRow, ...]:
    """The newest backups in words."""
    return tuple(BackupRow(each.path, f"{moment_text(each.made_at)} · {size_text(each.size)}") for each in found[:MOST])


def backups_in(folder: Path) -> tuple[BackupRow, ...]:
    """The backups of the profile in a folder, newest first."""
    return rows(backups.all_of(folder / FILE))


def what_happens() -> str:
    """What restoring does."""
    return _(
        "All projects, judgements and settings of this profile become those of the backup. What stands here now is "
        "itself kept as a backup. Keys are in no backup: what is sent later is signed anew."
    )


def restore(folder: Path, file: Path) -> None:
    """Put a backup in the place of a profile that nobody has open. Raises EnvironmentTrouble; then nothing changed."""
    with take_lock(folder / LOCK):
        backups.restore_file(folder / FILE, file)
