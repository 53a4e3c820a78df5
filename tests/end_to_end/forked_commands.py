"""Commands as processes of their own that need not read the program's modules again: where a test starts a hundred.

Each is forked from a process that has read them and done nothing else, has the environment, the input and the output
that it is given, and ends as any interpreter does. How a command starts, and what it reads, is for `preceptor`.

`Forked` is the side of the tests; `python forked_commands.py` the process that forks.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]
STREAMS = (("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))


class Forked:
    """Starts commands in an environment, one after another, until the block's end."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = dict(env)

    def __enter__(self) -> Forked:
        self._folder = tempfile.TemporaryDirectory()
        command = [sys.executable, __file__, self._folder.name]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._env, stdin=pipe, stdout=pipe, start_new_session=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=180)
        except subprocess.TimeoutExpired:  # a command hangs, and its test has been given up
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
        self._folder.cleanup()

    def run(
        self, *words: str | Path, env: Mapping[str, str] | None = None, stdin: bytes = b"", script: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """`preceptor` with these words, or a script with them; `env` is added to the environment."""
        assert self._process.stdin is not None and self._process.stdout is not None
        folder = Path(self._folder.name)
        for name, _flags in STREAMS:
            (folder / name).write_bytes(stdin if name == "in" else b"")
        asked = {
            "words": [*map(str, words)],
            "env": self._env | dict(env or {}),
            "script": str(script) if script else None,
        }
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(
            asked["words"], status, (folder / "out").read_bytes(), (folder / "err").read_bytes()
        )


def _fork_for_each(folder: Path) -> None:
    """Returns in each command's own process, once it has its streams, and in this one when nothing more is asked."""
    asks, tells = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    while line := asks.readline():
        asked = json.loads(line)
        assert threading.active_count() == 1, "a fork would leave the other threads' locks as they are"
        if (child := os.fork()) == 0:
            _become(folder, asked["env"], (asks, tells))
            _run(asked["words"], asked["script"])
            return
        tells.write(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _become(folder: Path, env: Mapping[str, str], others: Sequence[BinaryIO]) -> None:
    for number, (name, flags) in enumerate(STREAMS):
        opened = os.open(folder / name, flags)
        os.dup2(opened, number)
        os.close(opened)
    for each in others:
        each.close()
    os.environ.clear()
    os.environ.update(env)


def _run(words: list[str], script: str | None) -> None:
    sys.argv = [script or "desktop", *words]
    sys.path[0] = str(Path(script).parent) if script else str(ROOT)
    if script:
        sys.path.insert(1, str(ROOT))
        runpy.run_path(script, run_name="__main__")
    else:
        importlib.import_module("desktop.__main__").main()


def _read() -> None:
    """What commands import, most of them when they run."""
    for package in ("desktop.commands", "desktop.flow", "feedback_store.delivery"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
    for name in ("desktop.profile", "httpcore", "idna", "platformdirs.unix", "phonenumbers.data"):
        importlib.import_module(name)
    gc.freeze()  # so that no child writes to the pages of what stands


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    _read()
    _fork_for_each(Path(sys.argv[1]))
