"""What `bootstrap.py run` and `bootstrap.py test` do, step by step."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

import environment
import system_packages
from setup_errors import SetupError


def main(arguments: list[str]) -> int:
    """Run one command; the exit status is that of what was started, or 1 with one sentence."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="set up, then open the window (without a display: the whole job, headless)")
    run.add_argument("rest", nargs="*", help="handed to preceptor, after --")
    test = commands.add_parser("test", help="set up, then run every test")
    test.add_argument("--without", action="append", default=[], metavar="NAME", help="go on without a system package")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.rest) if chosen.command == "run" else _test(set(chosen.without))
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it stopped.", file=sys.stderr)
        return 130


def has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _run(rest: list[str]) -> int:
    display = has_display()
    _set_up("run", {"core", "window"} if display else {"core"}, set())
    words = rest or ([] if display else ["try"])
    if not display and not rest:
        print("There is no display here, so the whole main job runs without a window.", flush=True)
    return _start(["-m", "desktop", *words])


def _test(without: set[str]) -> int:
    waived = _set_up("test", {"core", "window", "test"}, without)
    just = environment.PYTHON.with_name("just")
    status = subprocess.run(
        [str(just), "--justfile", str(environment.ROOT / "justfile"), "check"],
        cwd=environment.ROOT,
        env=environment.child_environment(),
        check=False,
    ).returncode
    for package in waived:
        print(f"not run: what needs {package.name}", flush=True)
    return status


def _set_up(purpose: str, groups: set[str], without: set[str]) -> list[system_packages.Package]:
    started = time.monotonic()
    waived = system_packages.see_to(groups, without)
    if not environment.ready(purpose):
        with environment.alone():
            if not environment.ready(purpose):
                environment.make(purpose)
        environment.say(f"Set up in {time.monotonic() - started:.0f} s")
    return waived


def _start(arguments: list[str]) -> int:
    return subprocess.run(
        [str(environment.PYTHON), *arguments], env=environment.child_environment(), check=False
    ).returncode
