"""Runs the programs of the set-up: what they print is read for progress, kept in a log, and searched when they fail."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from progress import Progress
from setup_errors import explain

KEPT_LINES = 2000  # of what a child printed, for finding the cause of a failure
NOISE = ("WARNING: Location ", "[notice]")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What children are started with: English and UTF-8, and nothing that leads them out of the environment."""
    dropped = {
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "__PYVENV_LAUNCHER__",
        "PIP_TARGET",
        "PIP_PREFIX",
    }
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    ours = {
        "LC_ALL": "C.UTF-8",
        "PYTHONNOUSERSITE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_USER": "0",  # over a pip.conf that says otherwise
    }
    return {**kept, **ours, **(extra or {})}


def run(
    command: Sequence[str | Path],
    doing: str,
    progress: Progress,
    *,
    log: Path | None = None,
    where: Callable[[str], str] = lambda _: "",
    extra: Mapping[str, str] | None = None,
    holding: IO[str] | None = None,
) -> None:
    """Run `command` as the step `doing`; raises SetupError with the cause when it fails.

    `where` reads each line and says how far the child is; `holding` is a lock that the child holds as well.
    """
    progress.begin(doing)
    held = (holding.fileno(),) if holding is not None and os.name == "posix" else ()
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    with (
        subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment(extra),
            pass_fds=held,
        ) as child,
        open(log or os.devnull, "a", encoding="utf-8") as kept_log,  # noqa: PTH123 (devnull is no Path everywhere)
    ):
        try:
            standing = ""
            for line in _lines(child):
                if line is not None:
                    if line.startswith(NOISE):
                        continue
                    kept.append(line)
                    kept_log.write(line)
                    standing = where(line)
                progress.stands(standing)
        except BaseException:
            child.terminate()
            progress.stop()
            raise
    if child.returncode != 0:
        progress.stop()
        raise explain("".join(kept), doing)
    progress.end()


def _lines(child: subprocess.Popen[str]) -> Iterator[str | None]:
    """The child's lines as they come, and None each second in between, so that the time shown goes on."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            lines.put(line)
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while True:
        try:
            line = lines.get(timeout=1)
        except queue.Empty:
            yield None
            continue
        if line is None:
            reader.join()
            return
        yield line
