"""What this machine must offer before anything is fetched: a C++ compiler, cmake, and room on the disk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from setup_errors import NO_COMPILER, SetupError

OLDEST_CMAKE = (3, 21)
COMPILERS = ("c++", "g++", "clang++")
CPUINFO = Path("/proc/cpuinfo")
WITHOUT_AMX = ("-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16")

# Bytes: the environment (measured: 0.6 and 0.7 GB), what pip keeps (0.5), the build's own 1.2, and some air. What the
# environment holds already is taken off.
ROOM = {"run": 2_500_000_000, "test": 2_700_000_000}
ROOM_TO_COMPILE = 1_200_000_000
MEMORY_PER_COMPILER = 1_500_000_000


def check_compiler() -> None:
    """Raise SetupError when llama.cpp could not be compiled here."""
    if not has_compiler() or shutil.which("cmake") is None:
        raise SetupError(NO_COMPILER)
    said = subprocess.run(["cmake", "--version"], capture_output=True, text=True, check=False).stdout
    version = cmake_version(said)
    if version is not None and version < OLDEST_CMAKE:
        found, wanted = (".".join(map(str, numbers)) for numbers in (version, OLDEST_CMAKE))
        raise SetupError(f"cmake is {found}, and llama.cpp needs {wanted}. Install a newer cmake and run this again.")


def has_compiler() -> bool:
    """Whether there is a C++ compiler: the one that CXX names, otherwise any."""
    named = os.environ.get("CXX", "").split()
    return any(shutil.which(name) for name in (named[:1] or COMPILERS))


def cmake_version(said: str) -> tuple[int, int] | None:
    """The version in what `cmake --version` printed."""
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def compiler_flags(cpuinfo: Path = CPUINFO) -> dict[str, str]:
    """Variables for a compiler that would use Intel's AMX tiles, with which llama.cpp crashes: docs/decisions/060.

    Without them the other layouts for weights, which are faster, can be used there too.
    """
    try:
        has_amx = "amx_tile" in cpuinfo.read_text("ascii", "replace").split()
    except OSError:
        has_amx = False
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if not has_amx or compiler is None:
        return {}
    tried = [*os.environ.get("CXX", compiler).split(), *WITHOUT_AMX, "-E", "-x", "c++", os.devnull]
    if subprocess.run(tried, capture_output=True, check=False).returncode != 0:
        return {}
    return {name: " ".join([*os.environ.get(name, "").split(), *WITHOUT_AMX]) for name in ("CFLAGS", "CXXFLAGS")}


def check_room(folder: Path, purpose: str, *, compiles: bool) -> None:
    """Raise SetupError when the disk is too full for the environment in `folder`, or for compiling."""
    needed = ROOM[purpose] - (0 if compiles else ROOM_TO_COMPILE) - size_of(folder)
    _room_at(folder.parent, max(needed, 200_000_000))
    if compiles:
        _room_at(Path(tempfile.gettempdir()), ROOM_TO_COMPILE)


def _room_at(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SetupError(
            f"The disk is too full: {folder} has {free / 1e9:.1f} GB free, and {needed / 1e9:.1f} GB are needed. "
            "Free some space and run the same command again."
        )


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`; 0 when it is not there."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def compilers_at_once() -> int:
    """How many compilers may run side by side: one a core, unless memory is short."""
    cores = os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return cores
    return max(1, min(cores, memory // MEMORY_PER_COMPILER))
