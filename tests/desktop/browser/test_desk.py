"""The window's side of the bridge, with real native hosts on a real socket."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.browser.browsers import browser_of
from desktop.browser.desk import MAX_INTRODUCTION, Asked, BrowserDesk, Ended, Said
from desktop.browser.native_host import host
from desktop.browser.own_socket import prepared_path
from tests.desktop.browser.extension_end import ExtensionEnd, frame
from tests.desktop.browser.hosted_extension import SEED, Extension
from tests.desktop.browser.kept_pairings import Desk


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "profile").mkdir()
        (Path(folder) / "run").mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", f"{folder}/run")
        yield Path(folder) / "profile"


@pytest.fixture
def kept() -> Desk:
    return Desk()


class Heard:
    """What the desk told."""

    def __init__(self, desk: BrowserDesk) -> None:
        self.asked: list[Asked] = []
        self.said: list[Said] = []
        self.ended: list[Ended] = []
        desk.asked.connect(self.asked.append)
        desk.said.connect(self.said.append)
        desk.ended.connect(self.ended.append)


@pytest.fixture
def desk(qtbot: QtBot, profile: Path, kept: Desk) -> Iterator[BrowserDesk]:
    made = BrowserDesk(profile, lambda: kept.key, kept.pairings, kept.time)
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def start(qtbot: QtBot, profile: Path, desk: BrowserDesk) -> Iterator[Callable[[], Extension]]:
    started: list[Extension] = []

    def begin() -> Extension:
        started.append(Extension(qtbot, profile))
        assert started[-1].told() == {"t": "status", "desktop": "running"}
        return started[-1]

    yield begin
    for each in started:
        each.end()


def let_in(qtbot: QtBot, desk: BrowserDesk, kept: Desk, extension: Extension) -> str:
    """The pairing of a browser that was let in."""
    kept.time.open()
    with qtbot.waitSignal(desk.asked, timeout=60_000) as asked:
        extension.ask()
    assert asked.args is not None
    assert desk.allow(asked.args[0].connection, extension.channel.code) == "allowed"
    paired = json.loads(extension.channel.open(extension.hear()))
    assert paired["t"] == "paired"
    return str(paired["pairing"])


def test_a_browser_is_let_in_and_both_speak(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    extension = start()
    pairing = let_in(qtbot, desk, kept, extension)
    with qtbot.waitSignal(desk.said, timeout=60_000) as said:
        extension.say(extension.channel.seal("Größe".encode()))
    assert said.args is not None
    (word,) = said.args
    assert (word.pairing, word.message) == (pairing, "Größe".encode())
    desk.say(word.connection, b"kept")
    assert extension.channel.open(extension.hear()) == b"kept"


def test_two_browsers_are_each_answered_on_their_own_connection(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    first, second = start(), start()
    second.channel = ExtensionEnd(b"s" * 32)
    pairings = [let_in(qtbot, desk, kept, first), let_in(qtbot, desk, kept, second)]
    heard = Heard(desk)
    for number in range(20):
        for extension, name in ((first, "first"), (second, "second")):
            extension.say(extension.channel.seal(f"{name} {number}".encode()))
    qtbot.waitUntil(lambda: len(heard.said) == 40, timeout=60_000)
    for word in heard.said:
        desk.say(word.connection, b"heard " + word.message)
    for number in range(20):
        assert first.channel.open(first.hear()) == f"heard first {number}".encode()
        assert second.channel.open(second.hear()) == f"heard second {number}".encode()
    assert sorted(desk.sessions.values()) == sorted(pairings)


def test_a_browser_that_is_let_in_anew_has_no_session_by_its_pairing_of_before(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    before, after = start(), start()
    earlier = let_in(qtbot, desk, kept, before)
    later = let_in(qtbot, desk, kept, after)
    assert before.told()["code"] == "unknown_pairing"
    assert earlier != later
    assert set(desk.sessions.values()) == {later}


def test_a_browser_comes_back_after_its_host_and_after_the_window_ended(
    qtbot: QtBot, profile: Path, kept: Desk
) -> None:
    earlier = BrowserDesk(profile, lambda: kept.key, kept.pairings, kept.time)
    first = Extension(qtbot, profile)
    first.told()
    pairing = let_in(qtbot, earlier, kept, first)
    first.end()
    second = Extension(qtbot, profile)
    second.told()
    second.resume(pairing)
    qtbot.waitUntil(lambda: list(earlier.sessions.values()) == [pairing], timeout=60_000)
    earlier.stop()
    assert second.told() == {"t": "status", "desktop": "not_running"}
    later = BrowserDesk(profile, lambda: kept.key, kept.pairings, kept.time)
    second.say(b'{"t":"look"}')
    assert second.told() == {"t": "status", "desktop": "running"}
    second.resume(pairing)
    qtbot.waitUntil(lambda: list(later.sessions.values()) == [pairing], timeout=60_000)
    later.stop()
    second.end()


def test_a_pairing_that_is_revoked_ends_its_session_at_once(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    extension = start()
    pairing = let_in(qtbot, desk, kept, extension)
    kept.pairings.kept.clear()
    desk.leave(pairing)
    assert extension.told()["code"] == "unknown_pairing"
    assert desk.sessions == {}
    extension.say(ExtensionEnd(SEED).hello_to_resume(pairing))
    assert extension.told()["code"] == "unknown_pairing"


def test_a_wrong_code_and_a_refusal_are_told_and_the_handshake_is_over(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    extension = start()
    kept.time.open()
    for end in ("wrong", "no"):
        extension.channel = ExtensionEnd(SEED)
        with qtbot.waitSignal(desk.asked, timeout=60_000) as asked:
            extension.ask()
        assert asked.args is not None
        number = asked.args[0].connection
        if end == "wrong":
            assert desk.allow(number, "no digits") == "refused"
        else:
            desk.refuse(number)
        assert extension.told()["code"] == "refused"
        assert desk.allow(number, extension.channel.code) == "expired"


def test_an_extension_that_goes_while_its_digits_are_shown_is_told_of(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    extension = start()
    kept.time.open()
    with qtbot.waitSignal(desk.asked, timeout=60_000):
        extension.ask()
    with qtbot.waitSignal(desk.ended, timeout=60_000):
        extension.end()
    again = start()
    let_in(qtbot, desk, kept, again)  # the time is free for another


# T4 and T5: other programs at the socket


def connect(path: str) -> socket.socket:
    connected = socket.socket(socket.AF_UNIX)
    connected.connect(path)
    connected.setblocking(False)
    return connected


@pytest.mark.parametrize(
    "first",
    [
        host.framed(b"no json"),
        host.framed(b"[1]"),
        host.framed(b'{"host":2,"origin":"chrome-extension://a/","pid":1}'),
        host.framed('{"host":1,"origin":"chrome-extension://é/","pid":1}'.encode()),
        host.LENGTH.pack(MAX_INTRODUCTION + 1),
        host.framed(b"[" * 4000),
    ],
)
def test_t5_whoever_cannot_introduce_itself_is_left(
    qtbot: QtBot, desk: BrowserDesk, profile: Path, first: bytes
) -> None:
    connected = connect(desk.path)
    connected.send(first)

    def left() -> bool:
        try:
            return connected.recv(1) == b""
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    qtbot.waitUntil(left, timeout=60_000)
    connected.close()


def test_t5_a_program_without_the_key_or_with_a_revoked_one_is_told_no_and_nothing_is_handed_on(
    qtbot: QtBot, desk: BrowserDesk, kept: Desk, start: Callable[[], Extension]
) -> None:
    extension = start()
    pairing = let_in(qtbot, desk, kept, extension)
    heard, forger = Heard(desk), start()
    forger.say(ExtensionEnd(b"f" * 32).hello_to_resume(pairing))
    assert forger.told()["code"] == "unknown_pairing"
    forger.say(frame(t="data", n=0, c="AAAA"))
    assert forger.told()["code"] == "no_session"
    forger.say(ExtensionEnd(b"f" * 32).hello_to_pair())
    assert forger.told()["code"] == "not_pairing"
    assert heard.said == []


def test_t4_a_window_does_not_listen_in_a_folder_that_others_can_enter(profile: Path) -> None:
    folder = Path(prepared_path(profile, "browser")).parent
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="folder_mode"):
        prepared_path(profile, "browser")


def test_the_socket_of_a_killed_window_does_not_keep_the_next_one_from_listening(
    qtbot: QtBot, profile: Path, kept: Desk
) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(prepared_path(profile, "browser"))
    dead.close()
    BrowserDesk(profile, lambda: kept.key, kept.pairings, kept.time).stop()


def test_a_browser_is_named_by_the_program_that_started_its_host(tmp_path: Path) -> None:
    for number, (program, name) in enumerate(
        {"chromium": "Chromium", "msedge": "Microsoft Edge", "sh": ""}.items(), 10
    ):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "exe").symlink_to(f"/usr/bin/{program}")
        (tmp_path / f"{number}0").mkdir()
        (tmp_path / f"{number}0" / "stat").write_text(f"{number}0 (host) a) S {number} 1 1")
        assert browser_of(int(f"{number}0"), tmp_path) == name
    assert browser_of(999, tmp_path) == ""
    assert browser_of(os.getpid()) == ""
