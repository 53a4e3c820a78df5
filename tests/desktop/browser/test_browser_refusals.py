"""What browsers are refused stands in the log: the code and the browser's name, and nothing of what was said."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.browser.channel.errors import CODES
from desktop.flow import browser_refusals as refusals
from desktop.flow.browser_refusals import Refusals
from desktop.flow.capturing import BURST
from desktop.profile import Profile
from tests.desktop.browser.extension_end import ExtensionEnd, frame
from tests.desktop.browser.hosted_extension import Extension
from tests.desktop.browser.shown_browsing import Shown, opened, press
from tests.desktop.browser.test_capturing import capture

BODY = "marmalade-body"
PAGE = {"origin": "https://marmalade.example", "title": "marmalade-title", "complete": True}


class Clock:
    """Time that goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    caplog.set_level(logging.NOTSET)
    yield lambda: [each.getMessage() for each in caplog.records if each.name == refusals.__name__]
    assert "marmalade" not in caplog.text


def connected(qtbot: QtBot, browsing: Shown, start: Callable[[], Extension]) -> Extension:
    """A browser that was let in under the name At work."""
    dialog, extension = opened(qtbot, browsing), start()
    extension.ask()
    qtbot.waitUntil(dialog.code.edit.isEnabled, timeout=60_000)
    press(qtbot, dialog, extension.channel.code)
    dialog.name.edit.setText("At work")
    qtbot.keyClick(dialog.main, Qt.Key.Key_Return)
    assert json.loads(extension.channel.open(extension.hear()))["t"] == "paired"
    dialog.reject()
    return extension


def said(extension: Extension, message: bytes) -> str:
    """The code by which a message of a session is refused."""
    extension.say(extension.channel.seal(message))
    told = json.loads(extension.channel.open(extension.hear()))
    assert told["t"] == "refused", told
    return str(told["code"])


def test_what_is_refused_in_a_session_and_what_ends_it_is_logged_with_its_code_and_the_browsers_name_and_no_body(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension], lines: Callable[[], list[str]]
) -> None:
    extension = connected(qtbot, browsing, start)
    codes = [
        said(extension, capture(BODY, page=PAGE, more=BODY)),
        said(extension, capture(BODY * 80_000, page=PAGE)),
        said(extension, json.dumps({"t": "marmalade-kind", "id": BODY}).encode()),
        said(extension, BODY.encode()),
        said(extension, json.dumps({"t": "judge.put", "why": BODY}).encode()),
        said(extension, json.dumps({"t": "candidates.ask", "why": BODY}).encode()),
    ]
    sealed = extension.channel.seal(capture(BODY, page=PAGE))
    extension.say(sealed.replace(b'"n":6', b'"n":7'))
    codes.append(extension.told()["code"])
    assert codes == [
        *("capture_shape", "capture_too_large", "unknown", "not_json", "verdict_shape", "no_models"),
        "counter",
    ]
    assert lines() == [f"refused to the browser 'At work': {code}" for code in codes]


def test_a_stranger_and_a_forger_are_logged_without_what_they_call_themselves(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension], lines: Callable[[], list[str]]
) -> None:
    connected(qtbot, browsing, start)
    forger = start()
    forger.say(ExtensionEnd(b"f" * 32).hello_to_resume("0" * 32))
    assert forger.told()["code"] == "unknown_pairing"
    forger.say(frame(t="marmalade"))
    assert forger.told()["code"] == "message"
    assert lines() == [f"refused to a browser that is not connected: {code}" for code in ("unknown_pairing", "message")]


def test_t5_a_flood_of_captures_is_one_line(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension], lines: Callable[[], list[str]]
) -> None:
    extension = connected(qtbot, browsing, start)
    browsing._capturing = replace(browsing._capturing, clock=Clock())  # no more are let through as time goes on
    frames = [extension.channel.seal(capture(f"{BODY} {number}", page=PAGE)) for number in range(BURST + 50)]
    saying = Thread(target=lambda: [extension.say(frame) for frame in frames])
    saying.start()
    told = [json.loads(extension.channel.open(extension.hear()))["t"] for _ in frames]
    saying.join()
    assert (told.count("capture.ack"), told.count("refused")) == (BURST, 50)
    assert lines() == ["refused to the browser 'At work': too_many"]


def test_an_extension_of_before_questions_had_ids_is_told_once_that_it_does_not_fit(
    qtbot: QtBot, browsing: Shown, start: Callable[[], Extension], lines: Callable[[], list[str]]
) -> None:
    extension = connected(qtbot, browsing, start)
    extension.say(extension.channel.seal(b'{"t":"status"}'))
    told = extension.told()
    assert (told["t"], told["code"], told["message"]) == ("error", "version", CODES["version"].sentence)
    assert lines() == ["refused to the browser 'At work': version"]


def test_after_a_minute_it_is_said_again_with_how_often_it_was(lines: Callable[[], list[str]]) -> None:
    clock = Clock()
    told = Refusals(lambda pairing: {"1": "One\nline"}.get(pairing, ""), clock)
    for _ in range(5):
        told.note("too_many", "1")
    told.note("message", "gone")
    clock.now = refusals.EVERY_S
    told.note("too_many", "1")
    assert lines() == [
        r"refused to the browser 'One\nline': too_many",
        "refused to a browser that is not connected: message",
        r"refused to the browser 'One\nline': too_many, and 4 times since it was said last",
    ]


def test_the_name_is_that_of_the_profiles_browsers(tmp_path: Path) -> None:
    from desktop.browser.kept_pairings import KeptPairings

    profile = Profile.open(tmp_path, insecure_key_file=True)
    kept = KeptPairings(profile.store.browsers)
    profile.store.browsers.add("a" * 32, "chrome-extension://x/", b"e" * 32, b"d" * 32, "Chromium").result()
    profile.store.browsers.rename("a" * 32, "At work").result()
    assert (kept.name_of("a" * 32), kept.name_of("b" * 32)) == ("At work", "")
    profile.close()
