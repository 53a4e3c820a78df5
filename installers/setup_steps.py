"""What `bootstrap.py run`, `test` and `setup` do, step by step."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import NoReturn

import children
import system_packages
from environment import Environment
from installation import Installation
from progress import Progress
from setup_errors import SetupError, known_cause
from setup_lock import alone

INTERRUPTED = 130  # as the shell says it of a program ended by Ctrl+C


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status of what was started, or 1 after one sentence."""
    ours, theirs = apart(arguments)
    packages = system_packages.read(system_packages.LIST.read_text(encoding="utf-8"))
    chosen = _parser([package.name for package in packages]).parse_args(ours)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that children are stopped too
    try:
        if chosen.command == "run":
            return _run(packages, theirs)
        environment = _set_up("test", packages, {"core", "window", "test"}, chosen.without)
        return _test(environment, packages, chosen.without, theirs) if chosen.command == "test" else 0
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
    """What `preceptor` is started with: the window, or `try` where none can open, unless a command is named."""
    if display or (arguments and not arguments[0].startswith("-")):
        return list(arguments)
    return ["try", *arguments]


def has_display(environment: Mapping[str, str]) -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


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
    environment = _set_up("run", packages, {"core", "window"} if display else {"core"})
    words = words_for(arguments, display=display)
    if not display and not arguments:
        print("There is no display here, so the whole main job runs without a window.", flush=True)
    command = [str(environment.python), "-P", "-m", "desktop", *words]
    return _become(command, _locale(os.environ))


def _test(
    environment: Environment,
    packages: Sequence[system_packages.Package],
    without: Collection[str],
    arguments: Sequence[str],
) -> int:
    gone = [package.name for package in packages if package.name in without and not package.is_there()]
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
    environment, progress = Environment(), Progress()
    if sys.platform.startswith("linux"):
        system_packages.see_to(system_packages.missing(packages, groups, without))
    if not environment.is_ready(purpose):
        with alone(environment.lock, progress.say) as lock:
            if not environment.is_ready(purpose):  # another set-up may have made it while this one waited
                Installation(environment, progress, lock).make(purpose)
    return environment


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
