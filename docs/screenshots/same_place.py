"""Puts the made profile back for each scene as one that never moved: a copy's next delivery would begin a new chain.

A database knows its path and inode (docs/decisions/188). So the profile is made where the scenes will have it, its
database's file is kept beside the home by a second name, and each scene gets that very file, with the bytes it had.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from feedback_store.database import FILE


def folder_in(home: Path) -> Path:
    """The profile's folder in a home, where a start looks for it."""
    return home / ".local" / "share" / "preceptor"


def keep(home: Path, made: Path) -> None:
    """Take the profile that was made in `home` as it is to `made`; the home is not there any more, but for its file."""
    shutil.copytree(folder_in(home), made)
    os.link(folder_in(home) / FILE, _kept(home))
    shutil.rmtree(home)


def put_back(made: Path, home: Path) -> None:
    """The profile again, in the same place."""
    folder = folder_in(home)
    shutil.copytree(made, folder, ignore=lambda _folder, names: [name for name in names if name == FILE])
    with _kept(home).open("r+b") as file:  # its bytes, and not another file
        file.truncate()
        file.write((made / FILE).read_bytes())
    os.link(_kept(home), folder / FILE)


def forget(home: Path) -> None:
    """Leave nothing beside the home."""
    _kept(home).unlink(missing_ok=True)


def _kept(home: Path) -> Path:
    return home.with_name(f".{home.name}-database")
