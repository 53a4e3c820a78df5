"""Both commands as they are typed, in a folder with spaces: tiny real packages stand for the large ones."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import made_packages
import pytest
import setup_errors
import setup_steps
from one_in import one_in

INSTALLERS = Path(setup_steps.__file__).parent
SYSTEM_PACKAGES = (
    "[core]\ng++ compiler:\ncmake program:cmake\n[x11]\n[test]\ntool program:no-such-tool\nshell program:sh\n"
)
PRECEPTOR = "import sys\nprint('preceptor got', sys.argv[1:])\nsys.exit(7)\n"
JUST = '#!/bin/sh\nshift 2\necho "just got $*, without $PRECEPTOR_WITHOUT"\nexit 5\n'


class House:
    """A copy of the set-up with pinned files of its own, and the machine that it is started on."""

    def __init__(self, place: Path) -> None:
        self.root, self.packages = place / "a house", place / "the packages"
        requirements = self.root / "installers" / "requirements"
        requirements.mkdir(parents=True)
        (self.root / "desktop").mkdir()
        self.packages.mkdir()
        for file in INSTALLERS.glob("*.py"):
            shutil.copy(file, self.root / "installers")
        (self.root / "installers" / "system-packages.txt").write_text(SYSTEM_PACKAGES)
        (self.root / "desktop" / "__main__.py").write_text(PRECEPTOR)
        made_packages.project(self.root)
        core = made_packages.wheel(self.packages, "tiny") + made_packages.source_package(self.packages)
        for name, text in {
            "core": core,
            "collector": "",
            "dev": core + made_packages.wheel(self.packages, "runner", just=JUST),
            "build": made_packages.wheel(self.packages, "builder_part"),
            "starter": made_packages.wheel(self.packages, "model"),
        }.items():
            (requirements / f"{name}.txt").write_text(text)
        self.machine = {
            "PATH": os.pathsep.join(
                [str(Path(program).parent) for name in ("c++", "cmake") if (program := shutil.which(name))]
            ),
            "HOME": str(place),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.packages.as_uri(),
        }

    def start(self, *words: str, **machine: str) -> subprocess.Popen[str]:
        """Start the command without a terminal, in an environment that holds nothing but the machine's variables."""
        return subprocess.Popen(
            [sys.executable, "installers/bootstrap.py", *words],
            cwd=self.root,
            env={**self.machine, **machine},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def type(self, *words: str, **machine: str) -> tuple[int, str, str]:
        """Its exit status, and what it printed on either side."""
        with self.start(*words, **machine) as child:
            printed, complaint = child.communicate(timeout=180)
        return child.returncode, printed, complaint


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that was set up for the tests, and whose machine has nothing left to set up with."""
    made = House(tmp_path_factory.mktemp("ready"))
    status, printed, complaint = made.type("setup", "--without", "tool")
    assert (status, complaint) == (0, ""), printed
    shutil.rmtree(made.packages)
    made.machine["PATH"] = str(Path(shutil.which("sh") or "/bin/sh").parent)
    return made


def _without(folder: Path, *programs: str) -> str:
    """A path on which everything of this machine is found but `programs`, and no apt-get."""
    folder.mkdir()
    for name in os.get_exec_path():
        for program in Path(name).glob("*"):
            if program.name not in (*programs, "apt-get") and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


@pytest.mark.parametrize(
    "words", one_in(4, [["--version"], ["--profile", "a folder"], ["doctor", "--json"], ["--", "x"]], first=1)
)
def test_words_after_two_dashes_reach_preceptor_as_they_stand(ready: House, words: Sequence[str]) -> None:
    status, printed, complaint = ready.type("run", "--", *words)
    assert (status, printed, complaint) == (7, f"preceptor got {list(words)}\n", "")


def test_run_without_words_and_display_does_the_whole_job(ready: House) -> None:
    status, printed, _ = ready.type("run")
    assert status == 7
    assert printed.splitlines() == [
        "There is no display here, so the whole main job runs without a window.",
        "preceptor got ['try']",
    ]
    assert ready.type("run", DISPLAY=":4711")[1] == printed, "a display that is named and gone is none"


def test_a_second_run_needs_no_compiler_and_no_packages_and_says_nothing(ready: House) -> None:
    status, printed, complaint = ready.type("run", "--", "doctor", PATH=os.devnull)
    assert (status, printed, complaint) == (7, "preceptor got ['doctor']\n", "")


def test_tests_end_with_their_own_status_and_with_what_was_not_run(ready: House) -> None:
    status, printed, complaint = ready.type("test", "--without", "tool", "--without", "shell", "--", "-k", "room")
    assert (status, complaint) == (5, "")
    assert printed.splitlines() == ["just got test -k room, without tool shell", "not run: tool", "not run: shell"]


def test_a_missing_part_ends_the_tests_with_one_sentence(ready: House) -> None:
    status, printed, complaint = ready.type("test", PATH=os.devnull, DISPLAY="")
    assert (status, printed) == (1, "")
    assert complaint.count("\n") == 1
    assert "tool (program:no-such-tool)" in complaint


@pytest.mark.long
def test_a_killed_set_up_goes_on_by_the_same_command(house: House) -> None:
    with house.start("run", "--", "--version") as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line.startswith("Compiling llama.cpp"):
                break
        killed.kill()
    (site,) = house.root.glob(".venv/lib/python*/site-packages")
    (site / "~ip-0.1.dist-info").mkdir()  # as a pip leaves it that was killed while it replaced itself
    shutil.copy(site / "tiny-1.0.dist-info" / "METADATA", site / "~ip-0.1.dist-info")
    (site / "tiny-1.0.dist-info" / "RECORD").unlink()  # and one that was killed between two files
    (site / "tiny.py").unlink()
    status, printed, complaint = house.type("run", "--", "--version")
    assert (status, complaint) == (7, "")
    assert "Making the environment" not in printed
    assert printed.splitlines()[-1] == "preceptor got ['--version']"
    assert (site / "tiny.py").exists()
    assert not list(site.glob("~*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.long
def test_a_terminated_set_up_ends_quietly_and_stops_pip(house: House) -> None:
    with house.start("setup", "--without", "tool") as stopped:
        assert stopped.stdout is not None
        for line in stopped.stdout:
            if line.startswith("Installing packages"):
                break
        stopped.send_signal(signal.SIGTERM)
        _, complaint = stopped.communicate(timeout=180)
    assert stopped.returncode == 128 + signal.SIGTERM
    assert complaint == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.long
def test_a_full_disk_ends_with_one_sentence_and_then_goes_on(house: House) -> None:
    log = house.root / ".venv" / "setup.log"
    log.parent.mkdir()
    subprocess.run([sys.executable, "-m", "venv", log.parent], check=True)
    log.symlink_to("/dev/full")
    assert house.type("run", "--", "x")[::2] == (1, setup_errors.DISK_FULL + "\n")
    log.unlink()
    assert house.type("run", "--", "x")[0] == 7


@pytest.mark.long
def test_no_network_ends_with_one_sentence(house: House) -> None:
    with socket.socket() as closed:  # bound, and never listened on: every connection is refused
        closed.bind(("127.0.0.1", 0))
        house.machine["PIP_INDEX_URL"] = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
            del house.machine[name]
        assert house.type("run")[::2] == (1, setup_errors.NO_NETWORK + "\n")


@pytest.mark.parametrize("program", ["c++", "cmake"])
def test_no_compiler_ends_with_one_sentence_before_anything_is_made(house: House, tmp_path: Path, program: str) -> None:
    gone = ["c++", "g++", "clang++"] if program == "c++" else [program]
    status, printed, complaint = house.type("run", PATH=_without(tmp_path / "path", *gone))
    assert (status, printed) == (1, "")
    assert complaint.count("\n") == 1
    assert ("g++ (compiler:)" if program == "c++" else "cmake (program:cmake)") in complaint
    assert not (house.root / ".venv").exists()


@pytest.mark.long
def test_a_terminal_that_lacks_characters_is_no_crash(house: House) -> None:
    house.machine["PIP_FIND_LINKS"] = (house.root / "nothing").as_uri()
    for machine in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX"}):
        status, printed, complaint = house.type("run", **machine)
        assert status == 1
        assert "Installing packages" in printed
        assert "Traceback" not in complaint


@pytest.mark.long
def test_a_closed_input_is_no_terminal(house: House, tmp_path: Path) -> None:
    path = Path(_without(tmp_path / "path"))
    (path / "apt-get").write_text("#!/bin/sh\necho E: there is nothing here >&2\nexit 100\n")
    (path / "apt-get").chmod(0o755)
    command = [
        sys.executable,
        "-c",
        "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])",
    ]
    done = subprocess.run(
        [*command, "installers/bootstrap.py", "test"],
        cwd=house.root,
        env={**house.machine, "PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends tool" in done.stderr
    assert "Traceback" not in done.stderr
