"""`preceptor` opens the window; `preceptor COMMAND` works without Qt and without a display.

Only the table of commands is imported here, so that `preceptor --help` answers at once.
"""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import NoReturn

from desktop.commands.asking import Caller
from desktop.commands.engine_options import engine_maker
from desktop.commands.program import program
from desktop.commands.refusal import Refused
from desktop.commands.streams import reopen_closed
from desktop.flow.start_wish import StartWish


def main() -> NoReturn:
    """Run the command line; never returns."""
    reopen_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows a question mark
    signal.signal(signal.SIGTERM, _on_terminate)
    program.main(prog_name="preceptor", obj=Caller(open_window=_open_window))
    sys.exit(0)


def _open_window(folder: Path, wish: StartWish) -> int:
    from desktop.commands.display import obstacle

    found = obstacle()  # before Qt is imported, which would abort
    if found is not None:
        raise Refused(f"{found.text} {found.way_out}")
    from desktop.bridge.quick_imports import import_quickly

    import_quickly()
    from desktop.starting import run

    return run(folder, engine_maker(), wish)


def _on_terminate(_signal: int, _frame: object) -> NoReturn:
    """End by way of every `finally`, so that children are stopped."""
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    main()
