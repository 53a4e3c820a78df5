"""Connecting a browser in the window: by keys in the dialog, with a real host behind it, and what the settings show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.browser import hosts
from desktop.browser.places import all_places
from desktop.profile import Profile
from feedback_store import captures
from feedback_store.errors import NotFoundError
from tests.desktop.browser.extension_end import ExtensionEnd
from tests.desktop.browser.hosted_extension import SEED, Extension
from tests.desktop.browser.shown_browsing import Shown, browsing_of, opened, press
from tests.desktop.browser.test_capturing import capture


def test_a_browser_is_connected_by_its_digits_and_a_name_and_puts_a_capture_into_the_inbox(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    dialog = opened(qtbot, browsing)
    assert "choose Connect there" in dialog.findChild(QWidget, "connectTold").text()  # type: ignore[attr-defined]
    extension = start()
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    assert not dialog.main.isEnabled()
    press(qtbot, dialog, extension.channel.code[:5])
    assert not dialog.main.isEnabled()
    press(qtbot, dialog, extension.channel.code[5])
    assert dialog.main.isEnabled()
    assert dialog.name.text == "Browser on this computer"
    dialog.name.edit.setText("At work")
    qtbot.keyClick(dialog.main, Qt.Key.Key_Return)
    paired = json.loads(extension.channel.open(extension.hear()))
    assert paired["t"] == "paired"
    dialog.reject()
    qtbot.waitUntil(lambda: browsing.page.current == paired["pairing"], timeout=60_000)
    qtbot.waitUntil(lambda: browsing.page.list.topLevelItem(0).text(0) == "At work", timeout=60_000)
    assert browsing.page.list.topLevelItem(0).text(3) == "Connected now"
    sent = capture()
    extension.say(extension.channel.seal(sent))
    told = json.loads(extension.channel.open(extension.hear()))
    assert told == {"t": "capture.ack", "id": captures.read(sent).id, "sha256": captures.hash_of(sent)}


def test_wrong_digits_are_said_and_a_third_time_ends_it(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    dialog, extension = opened(qtbot, browsing), start()
    told = dialog.findChild(QLabel, "connectTold")
    assert told is not None
    for left in ("2 more tries", "1 more try", "no try is left"):
        extension.channel = ExtensionEnd(SEED)
        extension.ask()
        qtbot.waitUntil(lambda: "Type the six digits" in told.text(), timeout=60_000)
        press(qtbot, dialog, f"{(int(extension.channel.code) + 1) % 10**6:06}")
        assert extension.told()["code"] == "refused"
        assert left in dialog.findChild(QWidget, "connectProblem").text()  # type: ignore[attr-defined]
        assert not dialog.main.isEnabled()
        assert (dialog.focusWidget(), dialog.code.text) == (dialog.code.edit, "")
        qtbot.keyClick(dialog.code.edit, Qt.Key.Key_Return)
        assert dialog.isVisible(), "the Enter that was meant for the digits closes nothing before it is read"
    assert browsing.page.current == ""


def test_once_a_browser_is_connected_no_time_and_no_choice_is_left(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    """It said how much time was left and to choose Cancel, beside Close."""
    dialog, extension = opened(qtbot, browsing), start()
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    press(qtbot, dialog, extension.channel.code)
    qtbot.keyClick(dialog.main, Qt.Key.Key_Return)
    extension.channel.open(extension.hear())
    shown = {each.text() for each in dialog.findChildren(QLabel) if each.isVisibleTo(dialog) and each.text()}
    assert shown == {"Browser is connected."} or shown == {"A browser is connected."}
    assert not dialog.time.isVisibleTo(dialog) and not dialog.main.isVisibleTo(dialog)
    assert dialog.leave.isVisibleTo(dialog)
    assert dialog.leave.isDefault() and dialog.leave.geometry().right() == dialog.width() - 25, "in the place of Allow"
    told, least = dialog.findChild(QLabel, "connectTold"), dialog.leave.height()
    assert isinstance(told, QLabel)
    assert dialog.height() < told.height() + 3 * least, "and below the words no empty room of what is gone"


def test_leaving_the_dialog_refuses_the_browser_and_ends_the_waiting(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    dialog, extension = opened(qtbot, browsing), start()
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert extension.told()["code"] == "refused"
    extension.say(ExtensionEnd(SEED).hello_to_pair())
    assert extension.told()["code"] == "not_pairing"


def test_a_browser_that_is_disconnected_is_told_at_once(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]
) -> None:
    dialog, extension = opened(qtbot, browsing), start()
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    press(qtbot, dialog, extension.channel.code)
    qtbot.keyClick(dialog.main, Qt.Key.Key_Return)
    extension.channel.open(extension.hear())
    dialog.reject()
    qtbot.waitUntil(browsing.page.leave.isEnabled, timeout=60_000)
    browsing.page.leave.click()
    question = QApplication.activeModalWidget()
    assert question is not None
    question.accept()  # type: ignore[attr-defined]
    assert extension.told()["code"] == "unknown_pairing"
    assert browsing.page.current == ""


def test_the_settings_say_which_browsers_find_preceptor_and_mend_it(qtbot: QtBot, home: Path, browsing: Shown) -> None:
    (home / ".config" / "chromium").mkdir(parents=True)
    browsing.look()
    qtbot.waitUntil(browsing.page.repair.isEnabled, timeout=60_000)
    assert "is missing" in browsing.page.found.topLevelItem(0).toolTip(1)
    browsing.page.repair.click()
    qtbot.waitUntil(lambda: not browsing.page.repair.isEnabled(), timeout=60_000)
    assert browsing.page.found.topLevelItem(0).text(1) == "Yes"


def test_a_browser_that_nothing_can_be_repaired_for_says_why_and_one_that_can_is_repaired_alone(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    page, snap = browsing.page, home / "snap" / "chromium" / "common" / "chromium"
    for each in (home / ".config" / "chromium", home / ".config" / "vivaldi", snap):
        each.mkdir(parents=True)
    browsing.look()
    qtbot.waitUntil(lambda: page.found.topLevelItemCount() == 3, timeout=60_000)
    rows = {page.found.topLevelItem(at).text(0): page.found.topLevelItem(at) for at in range(3)}
    page.found.setCurrentItem(rows["Chromium (Snap)"])
    assert not page.repair.isEnabled()
    assert "is a snap" in page.repair.toolTip()
    page.found.setCurrentItem(rows["Vivaldi"])
    assert (page.repair.isEnabled(), page.repair.toolTip()) == (True, "")
    page.repair.click()
    qtbot.waitUntil(lambda: not page.repair.isEnabled(), timeout=60_000)
    found = {page.found.topLevelItem(at).text(0): page.found.topLevelItem(at).text(1) for at in range(3)}
    assert found["Vivaldi"] == "Yes"
    assert found["Chromium"] == "Not yet"


def test_a_browser_that_was_never_started_is_listed_and_let_find_preceptor(
    qtbot: QtBot, home: Path, browsing: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a dead end: nothing could be done before the browser had been started once, which nothing said."""
    programs, page = home / "bin", browsing.page
    programs.mkdir()
    monkeypatch.setattr(
        browsing.here, "places", lambda: all_places(home, home / "data", "linux", installed=(programs,), snaps=None)
    )
    assert not page.found.isVisibleTo(page)
    words = page.findChild(QLabel, "noBrowserWords")
    assert words is not None and words.isVisibleTo(page) and "Install one of them" in words.text()
    (programs / "google-chrome").touch()
    qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.repair.isEnabled, timeout=60_000)
    assert not words.isVisibleTo(page)
    said = page.findChild(QLabel, "foundWords")
    assert said is not None and said.text().endswith("Choose Let it find Preceptor.")
    assert page.found.topLevelItem(0).text(1) == "Not yet"
    qtbot.mouseClick(page.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.found.topLevelItem(0).text(1) == "Yes", timeout=60_000)
    assert (home / ".config" / "google-chrome").stat().st_mode & 0o777 == 0o700


def test_the_page_follows_what_changes_on_this_computer_while_it_is_shown(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    """It was as when one came to it, until it was left."""
    page = browsing.page
    (home / ".config" / "chromium").mkdir(parents=True)
    qtbot.waitUntil(lambda: page.found.topLevelItemCount() == 1, timeout=60_000)
    hosts.install(browsing.here.places()[2], hosts.Program.this_one(home / "profile"))
    qtbot.waitUntil(lambda: page.found.topLevelItem(0).text(1) == "Yes", timeout=60_000)
    hosts.uninstall(browsing.here.places()[2])
    qtbot.waitUntil(page.repair.isEnabled, timeout=60_000)


def test_after_a_browser_finds_preceptor_the_next_steps_stand_there_with_the_folder_to_load(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    """They ended at Yes; which folder the browser is to load stood nowhere."""
    page = browsing.page
    (home / ".config" / "chromium").mkdir(parents=True)
    browsing.look()
    qtbot.waitUntil(page.repair.isEnabled, timeout=60_000)
    assert not page.copy.isVisibleTo(page)
    page.repair.click()
    qtbot.waitUntil(lambda: page.copy.isVisibleTo(page), timeout=60_000)
    said, folder = page.findChild(QLabel, "foundWords"), page.findChild(QLabel, "extensionFolder")
    assert said is not None and folder is not None
    for step in ("chrome://extensions", "Developer mode", "Load unpacked", "connect it here"):
        assert step in said.text()
    with qtbot.waitSignal(browsing.said, timeout=60_000):
        page.copy.click()
    copied = Path(QApplication.clipboard().text())
    assert copied.is_absolute() and (copied / "manifest.json").is_file()
    assert str(copied) == folder.text()


def test_empty_tables_of_the_page_are_no_place_of_the_keyboard_and_full_ones_are_no_higher_than_their_rows(
    qtbot: QtBot, home: Path, browsing: Shown
) -> None:
    page = browsing.page
    page.resize(900, 700)
    assert not page.list.isVisibleTo(page) and not page.found.isVisibleTo(page)
    browsing._profile.store.browsers.add("1" * 32, "chrome-extension://a/", b"e" * 32, b"d" * 32, "Chromium").result()
    (home / ".config" / "chromium").mkdir(parents=True)
    browsing.look()
    qtbot.waitUntil(lambda: page.found.isVisible() and page.list.isVisible(), timeout=60_000)
    for table, below in ((page.list, page.connect_one), (page.found, page._said)):
        qtbot.waitUntil(lambda table=table: table.height() == table.sizeHint().height())  # type: ignore[misc]
        bottom = table.mapTo(page, table.rect().bottomLeft()).y()
        qtbot.waitUntil(lambda b=below, y=bottom: 0 < b.mapTo(page, b.rect().topLeft()).y() - y < 30)  # type: ignore[misc]
        assert table.verticalScrollBar().maximum() == 0


def test_what_keeps_a_browser_from_being_repaired_is_said(qtbot: QtBot, home: Path, browsing: Shown) -> None:
    (home / ".config" / "chromium").mkdir(parents=True)
    browsing.look()
    qtbot.waitUntil(browsing.page.repair.isEnabled, timeout=60_000)
    hosts = home / ".config" / "chromium" / "NativeMessagingHosts"
    hosts.mkdir()
    (hosts / "other").touch()
    (hosts / "app.preceptor.bridge.json").write_text(
        json.dumps({"name": "app.preceptor.bridge", "path": str(hosts / "other")})
    )
    with qtbot.waitSignal(browsing.said, timeout=60_000) as said:
        browsing.page.repair.click()
    assert said.args is not None
    assert "another program may need" in said.args[0].text


def test_what_was_discarded_is_forgotten_when_the_window_opens_again(profile: Profile, window: QWidget) -> None:
    inbox, sent = profile.store.inbox, capture()
    inbox.put(sent, "0" * 32).result()
    inbox.discard([captures.read(sent).id]).result()
    with browsing_of(profile, window) as made:
        made.listen()
        with pytest.raises(NotFoundError):
            inbox.restore([captures.read(sent).id]).result()
