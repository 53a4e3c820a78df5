"""The log that `just soak` keeps: what was tested and on what, then the run line by line; no folder is named.

pytest … 2>&1 | python tests/soak_log.py
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400  # characters of a line; what is longer is somebody's data
LIBRARIES = ("PySide6-Essentials", "llama-cpp-python", "pytest")


def head() -> Iterator[str]:
    """A line each for the commit, the machine, and what the tests run on."""
    changed = " with changes that are not committed" if _git("status", "--porcelain", "--untracked-files=no") else ""
    yield f"commit   {_git('log', '-1', '--format=%H %cs')}{changed}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    release = platform.release().partition("-")[0]
    cores = len(os.sched_getaffinity(0))
    yield f"machine  {cores} cores of {_processor()}, {memory:.1f} GiB memory, {platform.system()} {release}"
    known = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield f"python   {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {known}"


def without_folders(line: str) -> str:
    """A line of the run in which no folder of this machine is named."""
    folders = {f"{ROOT}/": "", str(ROOT): ".", sys.base_prefix: "PYTHON", tempfile.gettempdir(): "TMP"}
    folders |= {str(Path.home()): "~"}
    for folder in sorted(folders, key=len, reverse=True):
        line = line.replace(folder, folders[folder])
    return line if len(line) <= LONGEST else line[:LONGEST] + " …\n"


def main() -> None:
    begun = time.time()
    for line in head():
        print(line)
    print(f"begun    {clock(begun)}\n", flush=True)
    for line in sys.stdin:
        print(without_folders(line), end="", flush=True)
    print(f"\nended    {clock(time.time())}, after {(time.time() - begun) / 60:.0f} minutes", flush=True)


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def clock(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(moment))


if __name__ == "__main__":
    main()
