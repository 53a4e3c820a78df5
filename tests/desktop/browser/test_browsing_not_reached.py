"""What is said where browsers do not reach a window: its key is locked, or they lead to another profile."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.browser import host_checks, hosts
from desktop.browser.places import all_places
from desktop.flow.health import Finding
from desktop.profile import Profile
from desktop.views.connect_dialog import ConnectDialog
from desktop.views.parts import Message
from feedback_store.errors import SecretsError
from tests.desktop.browser.hosted_extension import Extension
from tests.desktop.browser.shown_browsing import Shown, browsing_of, opened


def test_who_waits_for_a_browser_that_reaches_another_profile_is_told(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    """It counted two minutes without a word."""
    (home / ".config" / "chromium").mkdir(parents=True)
    (home / "other").mkdir()
    hosts.install(browsing.here.places()[2], hosts.Program.this_one(home / "other"))
    dialog = opened(qtbot, browsing)
    said = dialog.findChild(QLabel, "connectElsewhere") or dialog._elsewhere
    qtbot.waitUntil(lambda: "Chromium reaches another profile" in said.text(), timeout=60_000)
    hosts.install(browsing.here.places()[2], hosts.Program.this_one(home / "profile"))
    browsing.look()
    qtbot.waitUntil(lambda: said.text() == "", timeout=60_000)


def test_a_browser_of_another_profile_is_shown_and_taken_over_only_after_a_question(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    """The row said Yes and the button was grey, while the browser opened another profile."""
    page, other = browsing.page, home / "other"
    other.mkdir()
    (home / ".config" / "chromium").mkdir(parents=True)
    place = browsing.here.places()[2]
    hosts.install(place, hosts.Program.this_one(other))
    browsing.look()
    qtbot.waitUntil(page.repair.isEnabled, timeout=60_000)
    said = page.findChild(QLabel, "foundWords")
    assert said is not None
    assert page.found.topLevelItem(0).text(1) == "Another profile"
    assert f"leads to another profile, in {other.resolve()}, not to this one" in said.text()
    assert not page.copy.isVisibleTo(page)
    for answer in ("reject", "accept"):
        page.repair.click()
        question = QApplication.activeModalWidget()
        assert question is not None and question.objectName() == "takeOverQuestion"
        assert hosts.profile_of(place) == other.resolve(), "nothing before the answer"
        getattr(question, answer)()
    qtbot.waitUntil(lambda: page.found.topLevelItem(0).text(1) == "Yes", timeout=60_000)
    assert hosts.profile_of(place) == (home / "profile").resolve()


def test_to_look_whether_browsers_reach_a_locked_window_tells_of_no_browser_that_waits(
    qtbot: QtBot, home: Path, profile: Profile, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings start a host to look; that is nobody who waits for the passphrase."""
    monkeypatch.setattr(host_checks, "LISTEN_S", 4)  # the window says it at once, but on a busy machine
    (home / ".config" / "chromium").mkdir(parents=True)
    profile.store.browsers.add("1" * 32, "chrome-extension://a/", b"e" * 32, b"d" * 32).result()
    places = all_places(home, home / "data", "linux")
    said: list[Message] = []
    with browsing_of(profile, window, lambda: places, asks=lambda: True) as made:
        made.said.connect(said.append)
        made.listen()
        hosts.install(places[2], hosts.Program.this_one(home / "profile"))
        found: list[Finding] = []
        made.here._work.start(
            "look",
            lambda: list(host_checks.check(places[2], home / "profile")),
            lambda done: found.extend(done.result()),
        )
        qtbot.waitUntil(lambda: bool(found), timeout=60_000)
        assert (found[-1].name, found[-1].state) == ("host", "note")
        assert "Preceptor is open and waits for your passphrase" in found[-1].text
        assert said == []
        browser = Extension(qtbot, home / "profile")
        assert browser.told() == {"t": "status", "desktop": "running"}
        assert browser.told()["code"] == "passphrase"
        qtbot.waitUntil(lambda: len(said) == 1, timeout=60_000)
        assert said[0].text.startswith("A browser waits for your passphrase")
        browser.end()


@pytest.mark.parametrize("opens", [True, False])
def test_a_click_on_connect_while_the_key_is_opened_for_a_browser_is_not_lost(
    qtbot: QtBot, home: Path, profile: Profile, window: QWidget, opens: bool
) -> None:
    """It was: a browser that resumed while a passphrase was typed in took the click."""
    profile.store.browsers.add("1" * 32, "chrome-extension://a/", b"e" * 32, b"d" * 32).result()
    typed, asked = Event(), Event()

    def unlock(_browser: str) -> None:
        asked.set()
        assert typed.wait(120)
        if not opens:
            raise SecretsError("The passphrase is wrong.", code="passphrase")
        profile.unlock()

    said: list[object] = []
    with browsing_of(profile, window, unlock=unlock) as made:
        made.said.connect(said.append)
        window.show()
        made.listen()
        browser = Extension(qtbot, home / "profile")
        assert browser.told() == {"t": "status", "desktop": "running"}
        assert browser.told()["code"] == "locked"
        assert asked.wait(60)
        made.connect_one()
        made.connect_one()
        assert not window.findChildren(ConnectDialog)
        typed.set()
        if opens:
            qtbot.waitUntil(lambda: len(window.findChildren(ConnectDialog)) == 1, timeout=60_000)
        else:
            qtbot.waitUntil(lambda: len(said) == 1, timeout=60_000)
            assert not window.findChildren(ConnectDialog)
        browser.end()


def test_where_no_browser_can_be_heard_the_command_that_says_why_names_this_profile(
    qtbot: QtBot, home: Path, profile: Profile, window: QWidget
) -> None:
    """Without its name the command looked at another profile, where all was well."""
    others = home / "run" / "preceptor"
    others.mkdir()
    others.chmod(0o755)
    with browsing_of(profile, window) as made:
        made.listen()
        with qtbot.waitSignal(made.said) as told:
            made.connect_one()
        assert told.args is not None
        assert told.args[0].reason == f"See: preceptor --profile {profile.folder} browser test"
