"""A Chromium with the extension, and a window's end, for the tests that drive them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from desktop.browser.hosts import Program
from tests.desktop.browser.chrome import Chrome, DeskOfTest, served


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "run").mkdir(mode=0o700)
        (Path(folder) / "profile").mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
        yield Path(folder)


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
