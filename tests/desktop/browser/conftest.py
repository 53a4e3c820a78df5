"""A Chromium with the extension, a window's end and a window's browsers, for the tests that drive them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.browser.hosts import Program
from desktop.browser.places import all_places
from desktop.profile import Profile
from desktop.views.settings.browsers_page import BrowsersPage
from tests.desktop.browser.chrome import Chrome, DeskOfTest, served
from tests.desktop.browser.halting import Halting
from tests.desktop.browser.hosted_extension import Extension
from tests.desktop.browser.shown_browsing import Shown, browsing_of
from tests.desktop.browser.true_window import ALONE, Window, opened


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "run").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
        yield Path(folder)


@pytest.fixture
def place(home: Path) -> Path:
    (home / "profile").mkdir()
    return home


@pytest.fixture
def desk(place: Path) -> Iterator[DeskOfTest]:
    started = DeskOfTest(place / "profile")
    yield started
    started.stop()


@pytest.fixture
def chrome(play: Playwright, place: Path, address: str) -> Iterator[Chrome]:
    opened = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"))
    yield opened
    opened.close()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started from now on shows nothing on this computer's screen and asks nothing of its keyring."""
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def true_window(place: Path, alone: None) -> Iterator[Window]:
    """A whole window as a process of its own."""
    with opened(place / "profile") as started:
        yield started


@pytest.fixture
def halting_window(place: Path, alone: None) -> Iterator[Halting]:
    """The same, which can be halted at an arrow of its work."""
    with opened(place / "profile", Halting) as started:
        assert isinstance(started, Halting)
        yield started


@pytest.fixture
def profile(home: Path) -> Iterator[Profile]:
    opened = Profile.open(home / "profile", insecure_key_file=True)
    yield opened
    opened.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def browsing(home: Path, profile: Profile, window: QWidget) -> Iterator[Shown]:
    """The browsers of a window that listens, with their page shown."""
    with browsing_of(profile, window, lambda: all_places(home, home / "data", "linux")) as made:
        made.page = BrowsersPage(window)
        made.show_in(made.page)
        window.show()
        made.listen()
        yield made


@pytest.fixture
def start(qtbot: QtBot, home: Path, browsing: Shown) -> Iterator[Callable[[], Extension]]:
    """Starts an extension that has reached the window."""
    started: list[Extension] = []

    def begin() -> Extension:
        started.append(Extension(qtbot, home / "profile"))
        assert started[-1].told() == {"t": "status", "desktop": "running"}
        return started[-1]

    yield begin
    for each in started:
        each.end()
