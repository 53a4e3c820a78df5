"""One setting of a profile read at a glance, before anything else is loaded: `--help` asks for the language.

Must not load more than the standard library.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

FILE = "preceptor.sqlite3"


def setting(folder: Path, name: str) -> object:
    """What the profile in `folder` keeps under a name; None where there is no profile, or it cannot be read now."""
    path = folder / FILE
    try:
        if not path.is_file():
            return None
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        ) as database:
            row = database.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            return json.loads(row[0]) if row else None
    except (sqlite3.Error, OSError, ValueError):
        return None
