"""What all tests share: a test says which system packages it needs, and is left out when bootstrap.py was told so.

    @pytest.mark.needs("xdotool", "openbox")

`bootstrap.py test --without xdotool` passes the names on in PRECEPTOR_WITHOUT. Without that word a test whose package
is missing fails, so that nothing is left out in silence. Without one of the xcb libraries (group x11) nothing opens on
Xvfb, so a test that needs xvfb needs them too.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, settings
from keyring.backends import fail
from pytestqt.qtbot import QtBot

SCREEN = Path(__file__).with_name("offscreen.json")
PACKAGES = Path(__file__).parent.with_name("installers") / "system-packages.txt"
_AT = pytest.StashKey[Path]()  # whose tests with windows are running

# How long an example takes on a busy machine says nothing about the program.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
for _waiting in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitExposed, QtBot.waitActive):
    assert _waiting.__kwdefaults__["timeout"] == 5000
    _waiting.__kwdefaults__["timeout"] = 60_000


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":  # its own screen is 800 x 800, less than the window takes
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="preceptor-state-")  # what this computer remembers
    config.addinivalue_line(
        "markers", "needs(*names): system packages, by their names in installers/system-packages.txt"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What stands to the end of the run is not looked through for garbage again and again, or while it comes."""
    gc.disable()
    try:
        return (yield)
    finally:
        _set_aside()
        gc.enable()


def _set_aside() -> None:
    gc.collect()
    gc.freeze()


def pytest_sessionstart() -> None:
    """A worker that dies leaves the lines it was at; what it writes to its own stderr is far above, or lost."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        faulthandler.enable(_last_lines(os.getppid(), worker).open("w"))


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: pytest.TestReport) -> None:
    said = _last_lines(os.getpid(), report.node.gateway.id).read_text()
    ours = said[said.find("Current thread") :].partition("/_pytest/")[0]
    report.longrepr = f"{report.longrepr}\n{ours}"


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
    for left in Path(tempfile.gettempdir()).glob(_last_lines(os.getpid(), "*").name):
        left.unlink()


def _last_lines(controller: int, worker: str) -> Path:
    return Path(tempfile.gettempdir(), f"preceptor-tests-{controller}-{worker}.txt")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """As in the program no thread but the window's collects what Qt's objects leave, not even after a test's fixtures.

    Python would destroy them in whatever thread happens to make the next object, while Qt walks its list of widgets.

    What the tests before this file have left to the end, modules and caches, is set aside as well.
    """
    if not isinstance(item, pytest.Function) or "qapp" not in item.fixturenames:
        return (yield)
    if item.config.stash.get(_AT, None) != item.path:
        item.config.stash[_AT] = item.path
        _set_aside()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _no_keyring() -> None:
    """In this process there is no keyring unless a test says so: keyring would find those that tests define."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring has no types for its backends


@pytest.fixture(scope="session", autouse=True)
def _state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What this computer remembers beside the profiles is not that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    gone = set(os.environ.get("PRECEPTOR_WITHOUT", "").split())
    if gone & _group("x11"):
        gone.add("xvfb")
    for item in items:
        for mark in item.iter_markers("needs"):
            if missing := sorted(gone.intersection(mark.args)):
                item.add_marker(pytest.mark.skip(reason=f"not run: {', '.join(missing)}"))


def _group(name: str) -> set[str]:
    """The packages of one group of the list."""
    lines = PACKAGES.read_text(encoding="utf-8").partition(f"[{name}]")[2].partition("\n[")[0]
    return set(re.findall(r"^\w\S+", lines, re.MULTILINE))
