"""The system packages that Preceptor needs: probed one by one, installed as root, otherwise told in one line."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import machine
from setup_errors import DISK_FULL, NO_NETWORK, SetupError, known_cause

LIST = Path(__file__).resolve().with_name("system-packages.txt")
PACKAGE_LISTS = Path("/var/lib/apt/lists")
SYSTEM_PYTHON = "/usr/bin/python3"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


@dataclass(frozen=True)
class Package:
    """A Debian package, its group, and what shows that it is there, as `kind:what`."""

    name: str
    group: str
    probe: str

    def is_there(self) -> bool:
        """Whether what the package brings can be used now."""
        kind, _, what = self.probe.partition(":")
        return PROBES[kind](what)


def _module(name: str) -> bool:
    importlib.invalidate_caches()  # it may have come a moment ago
    return importlib.util.find_spec(name) is not None


def _program(name: str) -> bool:
    return shutil.which(name) is not None


def _library(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _fonts(_: str) -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob(pattern), None) for folder in folders for pattern in ("*.ttf", "*.otf", "*.ttc"))


def _module_of_the_system(name: str) -> bool:
    """Whether the system's own Python has it: our environment cannot see what Debian installs there."""
    command = [SYSTEM_PYTHON, "-E", "-c", f"import {name}"]
    return Path(SYSTEM_PYTHON).exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


PROBES: dict[str, Callable[[str], bool]] = {
    "module": _module,
    "theirs": _module_of_the_system,
    "file": lambda path: Path(path).exists(),
    "program": _program,
    "library": _library,
    "fonts": _fonts,
    "compiler": lambda _: machine.has_compiler(),
}


def read(text: str) -> list[Package]:
    """The packages of a list as in system-packages.txt, in its order."""
    found: list[Package] = []
    group = ""
    for line in text.splitlines():
        entry = line.partition("#")[0].strip()
        if entry.startswith("["):
            group = entry.strip("[]")
        elif entry:
            name, probe = entry.split()
            found.append(Package(name, group, probe))
    return found


def missing(packages: Sequence[Package], groups: Collection[str], without: Collection[str] = ()) -> list[Package]:
    """Those of `groups` that are not there and that were not said to be gone without."""
    wanted = [package for package in packages if package.group in groups and package.name not in without]
    return [package for package in wanted if not package.is_there()]


def line_to_type(packages: Sequence[Package]) -> str:
    """The line that installs `packages`, for whoever reads it: with sudo unless it is root."""
    names = " ".join(package.name for package in packages)
    sudo = "" if _is_root() else "sudo "
    update = "" if _has_lists() else f"{sudo}apt-get update && "
    return f"{update}{sudo}apt-get install --no-install-recommends {names}"


def see_to(needed: Sequence[Package]) -> None:
    """Have the packages `needed`: install them as root, otherwise raise SetupError with the line to type."""
    if not needed:
        return
    if shutil.which("apt-get") is None:
        parts = ", ".join(f"{package.name} ({package.probe})" for package in needed)
        raise SetupError(
            f"These are missing, by their Debian names: {parts}. Install them with this system's package manager and "
            "run the same command again."
        )
    if not _is_root() or not _agreed(needed):
        raise SetupError(
            f"Some system packages are missing. Type this line, then the same command again:\n  {line_to_type(needed)}"
        )
    _install(needed)
    if still := [package for package in needed if not package.is_there()]:
        raise SetupError(f"Some system packages are still missing. Try this line:\n  {line_to_type(still)}")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _agreed(packages: Sequence[Package]) -> bool:
    names = " ".join(package.name for package in packages)
    if sys.stdin is None or not sys.stdin.isatty():
        print(f"Installing system packages, as root: {names}", flush=True)
        return True
    try:
        answer = input(f"Preceptor needs these system packages: {names}\nInstall them now? [Y/n] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("", "y", "yes")


def _install(packages: Sequence[Package]) -> None:
    update = ["apt-get", "update", "-qq"]
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *(package.name for package in packages)]
    if not _has_lists():
        _apt(update)
    if _apt(command):
        _apt(update)  # the lists may name versions that are gone
        if complaint := _apt(command):
            if (cause := known_cause(complaint)) in (NO_NETWORK, DISK_FULL):
                raise SetupError(cause)
            last = complaint.strip().splitlines()[-1].strip()
            raise SetupError(f"apt-get could not install them ({last}). Try this line:\n  {line_to_type(packages)}")


def _has_lists() -> bool:
    return any(PACKAGE_LISTS.glob("*_Packages*"))


def _apt(command: Sequence[str]) -> str:
    """Run apt-get; what it complained about, or nothing when it was content."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"  # dpkg needs ldconfig
    environment = {**os.environ, "PATH": path, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return "" if done.returncode == 0 else (done.stderr or done.stdout or "it said nothing")
