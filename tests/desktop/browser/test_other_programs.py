"""T4 and T6 in a real Chromium: a program in the window's place, or between it and the browser, gets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_in import one_in
from squatter import squat

from desktop.browser.channel.pairing import Pairing
from desktop.browser.native_host import host
from feedback_store.store import Store
from tests.desktop.browser.chrome import Chrome, Panel, kill_hosts, until
from tests.desktop.browser.other_programs import Attack, Between, FakeWindow, Way
from tests.desktop.browser.steps import ANSWER, arrived, captured, sent
from tests.desktop.browser.true_window import Window, connect

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def path(true_window: Window) -> str:
    return host.socket_path(str(true_window.profile))


def known(window: Window) -> Pairing:
    """What everybody can read of the pairing."""
    store = Store.open(window.profile, readonly=True)
    (found,) = store.browsers.list()
    store.close()
    return Pairing(found.pairing, found.origin, found.ext_pub, found.desk_pub)


def stays_here(panel: Panel, window: Window | None = None) -> None:
    """What was sent waits in the browser, and the panel does not say that all is well."""
    panel.until("!document.getElementById('waiting').hidden")
    panel.until("document.getElementById('standing').className !== 'well'")
    if window is not None:
        assert window.inbox() == []


# T4: another program listens where the window does


@pytest.mark.parametrize("claims", ["a key of its own", "the window's key"])
def test_t4_a_program_in_the_windows_place_is_told_nothing(
    chrome: Chrome, true_window: Window, path: str, claims: str
) -> None:
    connect(true_window, captured(chrome))
    pairing = known(true_window)
    true_window.stop()
    with FakeWindow(path, pairing, pairing.desk_pub if claims == "the window's key" else None) as fake:
        panel = chrome.panel()
        sent(panel)
        until(chrome.page, lambda: fake.heard.count("hello") > 0, "the fake window was spoken to")
        until(chrome.page, lambda: "trouble" in standing(panel) or asks_to_connect(panel), "it was found out")
        stays_here(panel)
        assert set(fake.heard) == {"hello"}  # no proof of this browser's key, and nothing sealed
    true_window.again()
    arrived(chrome.panel())
    assert true_window.inbox() == [ANSWER]


def standing(panel: Panel) -> str:
    return str(panel.value("document.getElementById('standing').className"))


def asks_to_connect(panel: Panel) -> bool:
    return bool(panel.value("document.getElementById('pair').checkVisibility()"))


@pytest.mark.parametrize("mode", one_in(2, [0o755, 0o770]))
def test_t4_in_a_folder_that_others_can_enter_nothing_is_said_to_whoever_listens(
    chrome: Chrome, true_window: Window, path: str, mode: int
) -> None:
    panel = captured(chrome)
    connect(true_window, panel)
    Path(path).parent.chmod(mode)
    kill_hosts(true_window.profile)
    panel.until("document.getElementById('standing').className === 'trouble'")
    sent(panel)
    stays_here(panel, true_window)
    Path(path).parent.chmod(0o700)
    arrived(panel)
    assert true_window.inbox() == [ANSWER]


def test_t4_a_program_of_another_user_in_the_windows_place_is_told_nothing(
    chrome: Chrome, true_window: Window, path: str
) -> None:
    panel = captured(chrome)
    connect(true_window, panel)
    true_window.stop()
    squatter = squat(Path(path))
    sent(panel)
    panel.until("document.getElementById('standing').className === 'trouble'")
    stays_here(panel)
    squatter.kill()
    heard, _ = squatter.communicate()
    assert set(heard.splitlines()) == {b"b''"}  # it was reached, and left
    true_window.again()
    arrived(panel)
    assert true_window.inbox() == [ANSWER]


# T6: another program carries the frames, and does not leave them as they are

ATTACKS: tuple[Attack, ...] = ("twice", "swapped", "flipped", "padding", "reflected", "earlier")
WAYS: tuple[Way, ...] = ("to the window", "to the browser")


def test_t6_frames_that_come_twice_swapped_changed_or_from_elsewhere_end_the_session_and_nothing_else(
    chrome: Chrome, true_window: Window, path: str
) -> None:
    connect(true_window, captured(chrome))
    chrome.panel().press("drop")
    with Between(path) as between:
        for number, (how, way) in enumerate((how, way) for way in WAYS for how in ATTACKS):
            panel = captured(chrome)
            anew = between.hellos + 2  # the session that is attacked, and the one after it
            kill_hosts(true_window.profile)  # the next session is by way of the program between
            between.attack(how, way)  # which is the one that is meant, and not what was still said in the one before
            sent(panel)
            until(chrome.page, lambda: between.attacked, f"{how} {way} was tried")
            until(chrome.page, lambda anew=anew: between.hellos >= anew, f"another after {how} {way}")  # type: ignore[misc]
            arrived(panel)
            assert true_window.inbox() == [ANSWER] * (number + 1)
            assert between.hellos == anew
    logged = true_window.log.read_text()
    told = [line for line in logged.splitlines() if line.startswith("refused to the browser ")]
    assert {line.rpartition(" ")[2] for line in told} == {"counter", "sealed"}
    assert "antibiotics" not in logged
