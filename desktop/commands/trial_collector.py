"""The collector that `preceptor try` starts for its purpose: a process of its own on this machine, stopped in any case.

It is started and asked by the very commands that an operator types.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.commands.refusal import Refused
from desktop.flow.wording import gettext as _

START_S = 60.0  # a first start from a slow disk reads many libraries
STOP_S = 5.0
ASK_S = 30.0


@dataclass(frozen=True)
class Serving:
    """A collector that is up: where, and its data folder."""

    address: str
    folder: Path
    pid: int


def own_command() -> list[str]:
    """How this program is started: as a module of this Python, or as the bundled program itself."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop"]


@contextmanager
def serving(folder: Path, project: str, *options: str) -> Iterator[Serving]:
    """Make a collector for one project in `folder` and serve it on a free port of loopback until the block ends.

    `options` are those of `preceptor collector init`.
    """
    _ask("init", str(folder), "--project", project, *options)
    command = [*own_command(), "collector", "serve", str(folder), "--port", "0", "--stop-with-input", "--json"]
    with (folder / "log.jsonl").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    try:
        yield Serving(_address(process, folder), folder, process.pid)
    finally:
        _stop(process)


def invite(folder: Path, name: str) -> str:
    """A one-time code of the collector in `folder`."""
    return str(_ask("invite", str(folder), "--name", name)["code"])


def _ask(*arguments: str) -> dict[str, object]:
    command = [*own_command(), "collector", arguments[0], *arguments[1:], "--json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ASK_S, check=False)
    if done.returncode != 0:
        raise Refused(_("The collector could not be asked: {why}").format(why=_last_line(done.stderr)))
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _address(process: subprocess.Popen[bytes], folder: Path) -> str:
    """The address that the process tells once it listens; Refused when it ends or says nothing for START_S."""
    assert process.stdout is not None
    too_late = threading.Timer(START_S, process.kill)
    too_late.start()
    try:
        line = process.stdout.readline()
    finally:
        too_late.cancel()
    if not line:
        process.wait()
        why = _last_line((folder / "log.jsonl").read_text(errors="replace"))
        raise Refused(_("The collector did not start: {why}").format(why=why))
    return str(json.loads(line)["address"])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close its input, which asks it to stop; then terminate, then kill."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    for step in (None, process.terminate, process.kill):
        if step is not None:
            step()
        try:
            process.wait(STOP_S)
            break
        except subprocess.TimeoutExpired:
            continue
    process.stdout.close()


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
