"""The whole installation with tiny real packages, in a path with spaces: order, hashes, repair, stamp."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import machine
import made_packages
import pytest
import requirement_files
import setup_steps
from environment import Environment
from installation import Installation
from progress import Progress
from setup_errors import SetupError


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """A project with its own pinned files, whose packages lie in a folder beside it."""
    root, packages, requirements = (tmp_path / name for name in ("a house", "the packages", "the requirements"))
    for folder in (root, packages, requirements):
        folder.mkdir()
    made_packages.project(root)
    core = made_packages.wheel(packages, "tiny", "VALUE = 1\n") + made_packages.source_package(packages)
    files = {
        "core.txt": core,
        "collector.txt": made_packages.wheel(packages, "tiny", "VALUE = 1\n"),
        "dev.txt": core + made_packages.wheel(packages, "checker"),
        "build.txt": made_packages.wheel(packages, "builder_part"),
        "starter.txt": made_packages.wheel(packages, "model", "WEIGHTS = 'x'\n"),
    }
    for name, text in files.items():
        (requirements / name).write_text(text)
    monkeypatch.setattr(requirement_files, "FOLDER", requirements)
    monkeypatch.setitem(machine.ROOM, "run", 0)
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": packages.as_uri(),
        "PIP_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return Environment(root)


def _made(environment: Environment, purpose: str) -> str:
    shown = io.StringIO()
    Installation(environment, Progress(shown)).make(purpose)
    return shown.getvalue()


def _python(environment: Environment, code: str) -> str:
    return subprocess.run([environment.python, "-P", "-c", code], capture_output=True, text=True, check=True).stdout


def _refusal(environment: Environment) -> str:
    with pytest.raises(SetupError) as refused:
        _made(environment, "run")
    assert not environment.is_ready("run")
    return str(refused.value)


@pytest.mark.long
def test_an_environment_is_made_after_refusals_recognised_completed_and_repaired(house: Environment) -> None:
    starter, build = (requirement_files.FOLDER / name for name in ("starter.txt", "build.txt"))
    pinned = starter.read_text(), build.read_text()
    build.write_text("")
    assert "Compiling llama.cpp failed" in _refusal(house), "the build may take only what was pinned for it"
    assert "No module named 'builder_part'" in house.log.read_text()
    build.write_text(pinned[1])
    starter.write_text(re.sub(r"sha256:\w+", "sha256:" + "0" * 64, pinned[0]))
    assert "its hash differs" in _refusal(house)
    starter.write_text(pinned[0])

    shown = _made(house, "run")  # goes on where the refusals stopped
    assert "Making the environment" not in shown
    assert "Compiling" not in shown
    assert _python(house, "import tiny, llama_cpp, model; print(tiny.VALUE, llama_cpp.BUILT)") == "1 True\n"
    assert house.is_ready("run")
    assert not house.is_ready("test")

    _made(house, "test")  # the development packages come on top
    assert house.is_ready("run")
    assert house.is_ready("test")
    _python(house, "import checker")

    (module,) = house.folder.glob("lib/python*/site-packages/tiny.py")
    module.write_text("V")  # as a kill between two writes would leave it
    assert "Removing packages that are not whole" in _made(house, "test")
    assert _python(house, "import tiny; print(tiny.VALUE)") == "1\n"

    with (requirement_files.FOLDER / "core.txt").open("a") as file:
        file.write("\n")
    assert not house.is_ready("run"), "the pinned files changed"


def test_a_moved_folder_and_another_project_table_are_noticed(house: Environment, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", house.folder], check=True)
    house.write_stamp(["run"])
    assert house.is_ready("run")
    assert not house.fits(), "it has no pip"
    (house.root / "pyproject.toml").write_text('[project]\nname = "preceptor"\nversion = "2.0"\n')
    assert not house.is_ready("run")
    house.write_stamp(["run"])
    moved = Environment(house.root.rename(tmp_path / "another house"))
    assert not moved.is_ready("run")


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for a right there")
def test_a_link_to_another_checkouts_environment_is_noticed_before_anything_is_done(
    house: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", house.folder], check=True)
    house.write_stamp(["run"])
    assert house.owner is None
    other = Environment(tmp_path / "other")
    other.root.mkdir()
    other.folder.symlink_to(house.folder)
    assert other.owner == house.root
    before = (house.folder / "preceptor-stamp.json").read_bytes()
    monkeypatch.setattr(setup_steps, "Environment", lambda: other)
    for command in ("run", "test", "setup"):
        assert setup_steps.main([command]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"{other.folder} is a link to the environment of {house.root}"), said
        assert said.count("\n") == 1
    assert (house.folder / "preceptor-stamp.json").read_bytes() == before

    (house.folder / "preceptor-stamp.json").unlink()  # made before stamps named their checkout
    (house.root / "installers").mkdir(exist_ok=True)
    (house.root / "installers" / "bootstrap.py").touch()
    assert other.owner == house.root


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for a right there")
def test_ones_own_environment_may_lie_on_another_disk(house: Environment, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    house.folder.symlink_to(tmp_path / "disk")
    assert house.owner is None
    house.write_stamp(["run"])
    assert house.owner is None


@pytest.mark.long
def test_an_environment_of_another_python_does_not_fit(house: Environment) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", house.folder], check=True)
    settings = house.folder / "pyvenv.cfg"
    settings.write_text(re.sub(r"(?m)^version = .*", "version = 3.9.1", settings.read_text()))
    assert not house.fits()
