"""Open Preceptor in the panel: what it says of the window that comes is true, that of a fresh profile included."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Workbench
from desktop.browser import host_checks, hosts
from desktop.browser.hosts import Program
from desktop.browser.places import all_places
from desktop.flow import welcome
from desktop.flow.health import Finding
from desktop.flow.welcome import Wishes
from desktop.opening import Opening
from desktop.practising import Practising
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from local_models.scripted import ScriptedEngine
from tests.desktop.browser.chrome import Chrome, processes_with, until
from tests.desktop.browser.extension_end import ExtensionEnd
from tests.desktop.browser.hosted_extension import SEED, Extension
from tests.desktop.browser.shown_browsing import Shown, opened, press
from tests.desktop.browser.steps import captured
from tests.desktop.browser.true_window import ALONE

pytestmark = pytest.mark.long

RUNNING = {"t": "status", "desktop": "running"}
NOT_RUNNING = {"t": "status", "desktop": "not_running"}
LONG_S = 90.0  # a whole window is started


@pytest.fixture
def opening(qtbot: QtBot, qapp: QApplication, home: Path) -> Iterator[Opening]:
    """The start of a fresh profile."""
    appearance, engine = Appearance("light"), ScriptedEngine(lambda _prompt, count: ("Yes.",) * count)
    made = Opening(
        home / "profile",
        appearance,
        lambda: Profile.open(home / "profile", insecure_key_file=True),
        lambda profile: Workbench(profile, engine=engine, appearance=appearance),
        Practising(Workbench, appearance).open,
    )
    made.show()
    yield made
    made.close()
    made.end()
    made.deleteLater()
    for window in qapp.topLevelWidgets():
        window.close()
        window.deleteLater()
    engine.close()
    qapp.setStyleSheet("")


def test_a_browser_that_comes_during_the_welcome_is_told_so_and_reaches_the_workbench_after_it(
    qtbot: QtBot, home: Path, opening: Opening
) -> None:
    extension = Extension(qtbot, home / "profile")
    assert extension.told() == RUNNING
    for _ in range(3):
        told = extension.told()
        assert (told["t"], told["code"], told["n"]) == ("error", "welcome", 19)
        extension.say(extension.channel.hello_to_pair())
    extension.told()
    assert opening.profile.store.browsers.list() == []
    opening._on_start(Wishes(done=True))
    assert extension.told() == NOT_RUNNING  # the one has ended, and the other listens
    extension.say(b'{"t":"look"}')
    assert extension.told() == RUNNING
    assert extension.told()["code"] == "not_pairing"
    extension.end()


def test_a_look_during_the_welcome_says_that_it_is_not_finished(
    qtbot: QtBot, home: Path, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_checks, "LISTEN_S", 4)  # the window says it at once, but on a busy machine
    place = all_places(home, home / "data", "linux")[2]
    place.configuration.mkdir(parents=True)
    hosts.install(place, Program.this_one(home / "profile"))
    found: list[Finding] = []
    opening._work.start(
        "look", lambda: list(host_checks.check(place, home / "profile")), lambda done: found.extend(done.result())
    )
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert (found[-1].name, found[-1].state) == ("host", "note")
    assert "Preceptor is open and not set up yet" in found[-1].text


def test_a_browser_that_nobody_connected_yet_keeps_its_connection_to_an_open_window_and_is_connected_by_it(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    """The window closed it, and so its host said that the window was not open."""
    extension = start()
    assert extension.told()["code"] == "not_pairing"
    dialog = opened(qtbot, browsing)
    extension.channel = ExtensionEnd(SEED)
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    press(qtbot, dialog, extension.channel.code)
    assert dialog.main.isEnabled()
    dialog.reject()


def windows(profile: Path) -> list[int]:
    """The programs that a host has started for a profile and that have not ended."""
    return processes_with(f"preceptor\0--profile\0{profile}\0open\0")


def close_windows(profile: Path, chrome: Chrome) -> None:
    """As a system does that shuts down."""
    for process in windows(profile):
        os.kill(process, signal.SIGTERM)
    until(chrome.page, lambda: not windows(profile), "it is closed")


@pytest.mark.needs("chromium")
def test_the_panel_opens_the_true_program_and_says_that_it_is_not_set_up_and_later_that_it_is_not_connected(
    play: Playwright, place: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a minute it still said that Preceptor was not open, with its welcome in front of the person."""
    for name, value in {**ALONE, "HOME": str(place)}.items():
        monkeypatch.setenv(name, value)
    profile = place / "profile"
    chrome = Chrome(play, place / "chrome", address, host=Program.this_one(profile))
    title = "document.getElementById('link-title').textContent"
    try:
        panel = captured(chrome)
        panel.until(f"{title} === 'Preceptor is not open'")
        panel.press("start")
        panel.until(f"{title} === 'Preceptor is open and not set up yet'", LONG_S)
        assert panel.value("document.getElementById('start').hidden && document.getElementById('pair').hidden")
        assert len(windows(profile)) == 1
        close_windows(profile, chrome)
        panel.until(f"{title} === 'Preceptor is not open'")
        finished = Profile.open(profile)
        welcome.finish(finished.store, Wishes()).result()
        finished.close()
        panel.press("start")
        panel.until(f"{title} !== 'Preceptor is not open' && !document.getElementById('pair').hidden", LONG_S)
        assert panel.value(title) == "Connect this browser with Preceptor"
    finally:
        close_windows(profile, chrome)
        chrome.close()
