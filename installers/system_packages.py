"""The system packages that Preceptor needs: probed one by one, installed as root, or told in one line."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from setup_errors import SetupError

LIST = Path(__file__).resolve().parent / "system-packages.txt"


@dataclass(frozen=True)
class Package:
    """A Debian package, its group, and what shows that it is there."""

    name: str
    group: str
    probe: str

    def present(self) -> bool:
        """Whether the thing that this package brings can be used now."""
        kind, _, what = self.probe.partition(":")
        if kind == "module":
            return importlib.util.find_spec(what) is not None
        if kind == "program":
            return shutil.which(what) is not None
        if kind == "file":
            return Path(what).exists()
        try:
            ctypes.CDLL(what)
        except OSError:
            return False
        return True


def read(path: Path = LIST) -> list[Package]:
    """The packages of the list file, in its order."""
    found: list[Package] = []
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#", 1)[0].strip()
        if line.startswith("["):
            group = line.strip("[]")
        elif line:
            name, probe = line.split(None, 1)
            found.append(Package(name, group, probe.strip()))
    return found


def missing(groups: set[str], packages: list[Package] | None = None) -> list[Package]:
    """The packages of these groups that are not there."""
    return [p for p in packages or read() if p.group in groups and not p.present()]


def line_to_type(packages: list[Package]) -> str:
    return "sudo apt-get install --no-install-recommends " + " ".join(p.name for p in packages)


def see_to(groups: set[str], without: set[str]) -> list[Package]:
    """Have the packages of `groups`: install them as root, otherwise end with the line to type.

    Returns those that are missing and were allowed to be by `without` (package names).
    """
    if not sys.platform.startswith("linux"):
        return []
    lacking = missing(groups)
    waived = [p for p in lacking if p.name in without]
    needed = [p for p in lacking if p.name not in without]
    if not needed:
        return waived
    if os.geteuid() != 0 or shutil.which("apt-get") is None or not _agreed(needed):
        names = ", ".join(p.name for p in needed)
        raise SetupError(f"These system packages are missing: {names}. Install them with\n  {line_to_type(needed)}")
    _install(needed)
    still = [p for p in needed if not p.present()]
    if still:
        raise SetupError(f"These system packages could not be installed. Try\n  {line_to_type(still)}")
    return waived


def _agreed(packages: list[Package]) -> bool:
    names = " ".join(p.name for p in packages)
    if not sys.stdin.isatty():
        print(f"Installing system packages: {names}", flush=True)
        return True
    answer = input(f"Preceptor needs these system packages: {names}\nInstall them now? [Y/n] ")
    return answer.strip().lower() in ("", "y", "yes")


def _install(packages: list[Package]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *(p.name for p in packages)]
    for step in (["apt-get", "update", "-qq"], command):
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0 and step is command:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise SetupError(f"apt-get failed: {last}. Try\n  {line_to_type(packages)}")
