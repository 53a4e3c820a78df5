"""Where a database file lives, as one hash: machine, absolute path and inode; a copy beside it differs in one.

A copied database must not go on with the original's chain of batches. A file system may give the inode of a file that
was removed to the next one, so that a copy put in its place looks the same here: that it is older than what was sealed,
the witness tells (witness.py). The hash does not name the machine.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def place_of(database: Path) -> str:
    """64 hex that change when the file is copied, moved, or taken to another machine, and mostly when restored."""
    path = database.resolve()
    parts = (_machine(), str(path), str(path.stat().st_ino))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


if sys.platform == "win32":
    import winreg

    def _machine() -> str:
        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", access=0x20119
            ) as key:  # read, in the 64-bit view
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""

elif sys.platform == "darwin":
    import ctypes

    def _machine() -> str:
        name = (ctypes.c_ubyte * 16)()
        wait = (ctypes.c_long * 2)(1, 0)
        failed = ctypes.CDLL(None).gethostuuid(name, wait)
        return "" if failed else bytes(name).hex()

else:

    def _machine() -> str:
        for file in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
            try:
                return Path(file).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError):
                continue
        return ""
