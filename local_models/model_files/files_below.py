"""The model files below a folder that was added. Must not know the catalogue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from local_models.model_files.split_files import is_later_part

MAX_FILES_A_FOLDER = 2000
MAX_FOLDERS = 20_000  # looked into below one that was added, so that adding / comes to an end


def files_in(folder: Path) -> Iterator[Path]:
    """The models below a folder, sorted; parts of a split model count once.

    Links to folders are not followed, nor are hidden folders: those are other programs' own.
    """
    found = 0
    for looked, (parent, folders, files) in enumerate(os.walk(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.lower() == ".gguf" and not is_later_part(path):
                found += 1
                yield path
        if found >= MAX_FILES_A_FOLDER or looked >= MAX_FOLDERS:
            return
