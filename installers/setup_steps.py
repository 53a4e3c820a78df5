"""What `bootstrap.py run`, `test` and `setup` do, step by step."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

import children
import system_packages
from display import has_display
from environment import Environment
from installation import Installation
from progress import Progress
from setup_errors import SetupError, known_cause
from setup_lock import alone

INTERRUPTED = 130  # as the shell says it of a program ended by Ctrl+C
CAN_BE_MISSED = ("x11", "test")  # groups of packages that tests can go without; Preceptor itself needs the others


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status of what was started, or 1 after one sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows a question mark
    ours, theirs = apart(arguments)
    packages = system_packages.read(system_packages.LIST.read_text(encoding="utf-8"))
    chosen = _parser([package.name for package in packages if package.group in CAN_BE_MISSED]).parse_args(ours)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that children are stopped too
    try:
        if chosen.command == "run":
            return _run(packages, theirs)
        environment = _set_up("test", packages, {"window", "x11", "test"}, chosen.without)
        return _test(environment, chosen.without, theirs) if chosen.command == "test" else 0
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(known_cause(str(error)) or f"The system refused: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it stopped.", file=sys.stderr)
        return INTERRUPTED


def apart(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those after `--`, which are handed on."""
    if "--" not in arguments:
        return list(arguments), []
    place = list(arguments).index("--")
    return list(arguments[:place]), list(arguments[place + 1 :])


def words_for(arguments: Sequence[str], *, display: bool) -> list[str]:
    """What `preceptor` is started with: the given words as they are; without words the window, or `try`."""
    if arguments or display:
        return list(arguments)
    return ["try"]


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Sets Preceptor up and starts it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|test|setup")
    commands.add_parser(
        "run",
        help="set up, then open the window; without a display, do the whole main job and show each step",
        epilog="What follows -- is handed to preceptor.",
    )
    test = commands.add_parser(
        "test", help="set up, then run every test", epilog="What follows -- is handed to pytest."
    )
    setup = commands.add_parser("setup", help="set up all that development needs, and start nothing")
    for command in (test, setup):
        command.add_argument(
            "--without",
            action="append",
            default=[],
            choices=names,
            metavar="NAME",
            help="do without this system package; what needs it is not tested, and that is said at the end",
        )
    return parser


def _run(packages: Sequence[system_packages.Package], arguments: Sequence[str]) -> int:
    display = has_display(os.environ)
    environment = _set_up("run", packages, {"window", "x11"} if display else set())
    words = words_for(arguments, display=display)
    if not display and not arguments:
        print("There is no display here, so the whole main job runs without a window.", flush=True)
    command = [str(environment.python), "-P", "-m", "desktop", *words]
    return _become(command, _locale(os.environ))


def _test(environment: Environment, without: Collection[str], arguments: Sequence[str]) -> int:
    gone = list(dict.fromkeys(without))
    status = subprocess.run(
        [str(environment.programs / "just"), "--justfile", str(environment.root / "justfile"), "test", *arguments],
        cwd=environment.root,
        env=children.environment({"PRECEPTOR_WITHOUT": " ".join(gone)}),
        check=False,
    ).returncode
    for name in gone:
        print(f"not run: {name}", flush=True)
    return status


def _set_up(
    purpose: str,
    packages: Sequence[system_packages.Package],
    groups: Collection[str],
    without: Collection[str] = (),
) -> Environment:
    """Make sure of the environment for `purpose`, and of the system packages of `groups`, but for those `without`."""
    environment, progress = Environment(), Progress()
    if environment.owner is not None:
        raise SetupError(another_checkouts(environment))
    ready = environment.is_ready(purpose)
    if sys.platform.startswith("linux"):
        wanted = {*groups} if ready else {"core", *groups}  # a compiler is for setting up only
        system_packages.see_to(system_packages.missing(packages, wanted, without))
    if not ready:
        with alone(environment.lock, progress.say) as lock:
            if not environment.is_ready(purpose):  # another set-up may have made it while this one waited
                Installation(environment, progress, lock).make(purpose)
    return environment


def another_checkouts(environment: Environment) -> str:
    """Why nothing is set up where `.venv` is a link to the environment of another checkout."""
    return (
        f"{environment.folder} is a link to the environment of {environment.owner}, which would lose it. "
        f"Remove the link (rm {shlex.quote(str(environment.folder))}) and run the same command again; it makes an "
        "environment for this folder."
    )


def _locale(given: Mapping[str, str]) -> dict[str, str]:
    """Nothing where the user has chosen a language; UTF-8 where there is no choice at all, as Qt wants."""
    return {} if any(given.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")) else {"LC_ALL": "C.UTF-8"}


def _become(command: list[str], extra: Mapping[str, str]) -> NoReturn:
    """Go on as `command`, so that signals and the exit status are its own."""
    variables = {**os.environ, **extra}
    for name in ("PYTHONPATH", "PYTHONHOME"):
        variables.pop(name, None)
    if os.name == "nt":  # where a replaced process does not keep its console
        sys.exit(subprocess.run(command, env=variables, check=False).returncode)
    sys.stdout.flush()
    os.execve(command[0], command, variables)
