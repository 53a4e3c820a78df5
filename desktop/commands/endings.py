"""How a command ends: the one place where an error becomes a sentence on stderr and an exit code.

0 done; 1 refused or failed; 2 wrong usage (click's own); 130 stopped by Ctrl+C; 141 when nobody reads on. Nobody sees
a traceback: a bug of ours goes to a file in the profile, without messages, which may hold a trainer's text.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from desktop import VERSION
from desktop.commands.asking import Caller
from desktop.commands.refusal import Refused
from desktop.flow.wording import gettext as _

REFUSED = 1
INTERRUPTED = 130
NOBODY_READS = 141


@contextlib.contextmanager
def guard(caller: Caller, command: Callable[[], str]) -> Iterator[None]:
    """Run a command inside: whatever it raises ends in a sentence and click's Exit. `command` names it afterwards."""
    try:
        try:
            yield
        finally:
            caller.close()
        sys.stdout.flush()
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (KeyboardInterrupt, click.Abort):
        raise click.exceptions.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _close_stdout()
        raise click.exceptions.Exit(NOBODY_READS) from None
    except Exception as error:
        if isinstance(error, OSError):
            _close_stdout()  # what could not be written would be tried, and complained of, once more at the end
        say(explain(error, caller, command()))
        raise click.exceptions.Exit(REFUSED) from None


def say(text: str) -> None:
    """One sentence on stderr."""
    with contextlib.suppress(OSError):
        click.echo(f"preceptor: {text}", err=True)


def explain(error: Exception, caller: Caller, command: str) -> str:
    """The sentence for an error; a bug of ours is written down first."""
    from desktop.flow.wording import sentence
    from feedback_store.errors import StoreError
    from local_models.errors import EngineError

    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, StoreError | EngineError | OSError):
        return sentence(error)
    if isinstance(error, MemoryError):
        return _("There is not enough memory for this. Close other programs, or choose a smaller model.")
    return _bug(error, caller, command)


def _bug(error: Exception, caller: Caller, command: str) -> str:
    try:
        written = write_report(error, caller.folder / "logs", command)
    except OSError:
        said = _("Something in Preceptor broke during {command!r} ({kind}). Please report it.")
        return said.format(command=command, kind=type(error).__name__)
    said = _("Something in Preceptor broke during {command!r}. Please report it with the file {file}.")
    return said.format(command=command, file=written)


def write_report(error: BaseException, folder: Path, command: str) -> Path:
    """Write where a bug happened: types, files, lines. Messages and values are left out: they may be private."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    moment = datetime.now(UTC)
    lines = [
        f"Preceptor {VERSION}, Python {platform.python_version()}, {platform.platform()}",
        f"{moment:%Y-%m-%dT%H:%M:%SZ} {command}",
    ]
    found: BaseException | None = error
    while found is not None:
        lines.append(f"{type(found).__module__}.{type(found).__qualname__}")
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(found.__traceback__)]
        found = found.__cause__ or found.__context__
    path = folder / f"broken-{moment:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _close_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
