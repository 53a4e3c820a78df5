"""The native host as the browser starts it: a process of its own, between pipes and a real socket."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.browser.native_host import host
from desktop.browser.native_host.host import LENGTH, START, TO_BROWSER, TO_WINDOW, Pipe, Refused, TooLarge
from tests.desktop.browser.extension_end import ORIGIN

PROGRAM = Path(host.__file__)
STARTER = """#!{python}
import socket, sys
assert sys.argv[1:] == ["--profile", {profile!r}, "open"], sys.argv
listening = socket.socket(socket.AF_UNIX)
listening.bind({path!r})
listening.listen()
connection, _ = listening.accept()
heard = b""
while not heard.endswith(b"end"):
    heard += connection.recv(1024)
"""


class Browser:
    """What the browser does: starts the host, writes and reads frames."""

    def __init__(self, profile: Path, runtime: Path, starter: Path | str = "/nowhere") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), str(profile), str(starter), ORIGIN, "--parent-window=0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"XDG_RUNTIME_DIR": str(runtime)},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.pipe = Pipe(self.process.stdout.fileno(), self.process.stdin.fileno(), TO_BROWSER)

    def told(self) -> Any:
        body = self.pipe.read()
        assert body is not None
        return json.loads(body)

    def close(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)

    def end(self) -> None:
        self.process.kill()
        with self.process:  # closes its pipes
            assert self.process.stderr is not None
            assert self.process.stderr.read() == b""


class Window:
    """Listens where the window would."""

    def __init__(self, profile: Path, runtime: Path) -> None:
        self.path = Path(host.socket_path(str(profile), {"XDG_RUNTIME_DIR": str(runtime)}))
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.path))
        self.listening.listen()
        self.connection: socket.socket | None = None

    def accept(self) -> Pipe:
        self.listening.settimeout(60)
        self.connection, _ = self.listening.accept()
        return Pipe(self.connection.fileno(), self.connection.fileno(), TO_WINDOW)

    def close(self) -> None:
        self.listening.close()
        self.path.unlink(missing_ok=True)
        if self.connection is not None:
            self.connection.close()


@pytest.fixture
def runtime() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # a test's own folder is longer than a socket's path may be
        yield Path(folder)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


@pytest.fixture
def window(profile: Path, runtime: Path) -> Iterator[Window]:
    made = Window(profile, runtime)
    yield made
    made.close()


@pytest.fixture
def browser(profile: Path, runtime: Path) -> Iterator[Browser]:
    made = Browser(profile, runtime)
    yield made
    made.end()


RUNNING = {"t": "status", "desktop": "running"}
NOT_RUNNING = {"t": "status", "desktop": "not_running"}


def test_the_window_hears_first_whose_extension_it_is(window: Window, browser: Browser) -> None:
    told = window.accept().read()
    assert told is not None
    introduced = json.loads(told)
    assert introduced.pop("version")
    assert introduced == {"host": 1, "origin": ORIGIN, "pid": browser.process.pid}
    assert browser.told() == RUNNING


def test_frames_are_carried_both_ways_byte_for_byte_up_to_their_limits(window: Window, browser: Browser) -> None:
    ends = window.accept()
    ends.read()
    browser.told()
    for size in (0, 1, 65_537, TO_BROWSER):
        sent = os.urandom(size)
        browser.pipe.write(sent)
        assert ends.read() == sent
        ends.write(sent)
        assert browser.pipe.read() == sent


def test_eight_mebibytes_are_carried_and_one_byte_more_is_left_out_and_said(window: Window, browser: Browser) -> None:
    ends = window.accept()
    ends.read()
    browser.told()
    for size in (TO_WINDOW, TO_WINDOW + 1):
        sent = bytes(size)
        writing = Thread(target=browser.pipe.write, args=(sent,))
        writing.start()
        if size == TO_WINDOW:
            assert ends.read() == sent
        else:
            assert browser.told() == {"t": "error", "code": "too_large", "most": TO_WINDOW}
        writing.join()
    browser.pipe.write(b"{}")
    assert ends.read() == b"{}"


def test_a_frame_of_70_mb_is_refused_by_its_length_before_any_of_it_came_and_the_next_one_is_carried(
    window: Window, browser: Browser
) -> None:
    ends = window.accept()
    ends.read()
    browser.told()
    size = 70_000_000
    assert browser.process.stdin is not None
    writing = browser.process.stdin.fileno()
    os.write(writing, LENGTH.pack(size))
    assert browser.told() == {"t": "error", "code": "too_large", "most": TO_WINDOW}
    piece = memoryview(bytes(1_000_000))
    for _ in range(70):
        rest = piece
        while rest:
            rest = rest[os.write(writing, rest) :]
    browser.pipe.write(b"{}")
    assert ends.read() == b"{}"
    peak = Path(f"/proc/{browser.process.pid}/status").read_text().partition("VmHWM:")[2].split()[0]
    assert int(peak) < 40_000  # KiB: nothing of it was kept


def test_a_window_that_says_too_much_is_left(window: Window, browser: Browser) -> None:
    ends = window.accept()
    ends.read()
    browser.told()
    ends.write(bytes(TO_BROWSER + 1))
    assert browser.told() == NOT_RUNNING
    assert ends.read() is None


def test_without_a_window_the_host_stays_and_finds_it_later(profile: Path, runtime: Path, browser: Browser) -> None:
    assert browser.told() == NOT_RUNNING
    browser.pipe.write(b'{"t":"look"}')
    assert browser.told() == NOT_RUNNING
    window = Window(profile, runtime)
    browser.pipe.write(b'{"t":"look"}')
    ends = window.accept()
    assert browser.told() == RUNNING
    assert b"origin" in (ends.read() or b"")
    browser.pipe.write(b"first of all")
    assert ends.read() == b"first of all"  # and not what found the window
    window.close()
    assert browser.told() == NOT_RUNNING
    again = Window(profile, runtime)
    browser.pipe.write(b'{"t":"look"}')
    again.accept()
    assert browser.told() == RUNNING
    again.close()


def test_the_window_is_opened_when_the_user_asks(profile: Path, runtime: Path, tmp_path: Path) -> None:
    path = host.socket_path(str(profile), {"XDG_RUNTIME_DIR": str(runtime)})
    Path(path).parent.mkdir(mode=0o700)
    starter = tmp_path / "preceptor"
    starter.write_text(STARTER.format(python=sys.executable, profile=str(profile), path=path))
    starter.chmod(0o700)
    browser = Browser(profile, runtime, starter)
    try:
        assert browser.told() == NOT_RUNNING
        browser.pipe.write(START)
        assert browser.told() == RUNNING
        browser.pipe.write(START)
        assert browser.told() == RUNNING  # it is open already
        browser.pipe.write(b"end")
        assert browser.told() == NOT_RUNNING
    finally:
        browser.end()


def test_a_program_that_is_gone_is_said(browser: Browser) -> None:
    browser.told()
    browser.pipe.write(START)
    assert browser.told() == {"t": "status", "desktop": "not_found"}


def test_the_host_ends_with_the_browser_and_its_window_hears_it(window: Window, browser: Browser) -> None:
    ends = window.accept()
    ends.read()
    browser.told()
    assert browser.close() == 0
    assert ends.read() is None


def test_the_host_ends_with_a_browser_that_ends_in_the_midst_of_a_frame(browser: Browser) -> None:
    browser.told()
    assert browser.process.stdin is not None
    os.write(browser.process.stdin.fileno(), LENGTH.pack(100) + b"half")
    assert browser.close() == 0


# T4: another user squats the socket


@pytest.mark.parametrize(("mode", "owner", "told"), [(0o770, 0, "mode"), (0o705, 0, "mode"), (0o700, 1, "owner")])
def test_t4_a_folder_of_another_or_open_to_others_is_refused(
    window: Window, profile: Path, runtime: Path, mode: int, owner: int, told: str
) -> None:
    folder = window.path.parent
    folder.chmod(mode)
    if owner:
        if os.getuid():
            pytest.fail("the owner of a folder is changed by root only")
        os.chown(folder, 1, 1)
    browser = Browser(profile, runtime)
    assert browser.told() == {"t": "status", "desktop": f"folder_{told}"}
    browser.end()


def test_t4_a_link_in_the_folders_place_is_refused(window: Window, profile: Path, runtime: Path) -> None:
    folder = window.path.parent
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    browser = Browser(profile, runtime)
    assert browser.told() == {"t": "status", "desktop": "folder_is_none"}
    browser.end()


def test_t4_a_window_of_another_user_is_refused(profile: Path, runtime: Path) -> None:
    if os.getuid():
        pytest.fail("a process of another user is started by root only")
    path = Path(host.socket_path(str(profile), {"XDG_RUNTIME_DIR": str(runtime)}))
    path.parent.mkdir(mode=0o700)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    code = (
        "import os, socket, sys; os.setresuid(65534, 65534, 65534);"
        "listening = socket.socket(fileno=int(sys.argv[1])); listening.listen(); print(flush=True); sys.stdin.read()"
    )
    squatter = subprocess.Popen(
        [sys.executable, "-c", code, str(listening.fileno())],
        pass_fds=[listening.fileno()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert squatter.stdout is not None
    squatter.stdout.readline()
    browser = Browser(profile, runtime)
    assert browser.told() == {"t": "status", "desktop": "peer_owner"}
    browser.end()
    squatter.communicate()
    listening.close()


def test_without_a_runtime_folder_the_socket_lies_in_the_profile(tmp_path: Path) -> None:
    assert host.socket_path(str(tmp_path), {}) == str(tmp_path.resolve() / "run" / "browser")
    assert host.socket_path(str(tmp_path), {"XDG_RUNTIME_DIR": "not/absolute"}).startswith(str(tmp_path.resolve()))
    with pytest.raises(Refused, match="socket_path_too_long"):
        host.socket_path("/" + "x" * 200, {})


def test_the_host_needs_the_standard_library_only_and_little_of_it() -> None:
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", str(PROGRAM)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 2
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert loaded & {"json", "subprocess", "hashlib", "asyncio", "typing", "re", "pathlib"} == set()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(0, 400))
def test_frames_come_out_as_they_went_in(bodies: list[bytes], most: int) -> None:
    read, write = os.pipe()
    writing, reading = Pipe(-1, write, most), Pipe(read, -1, most)
    for body in bodies:
        writing.write(body)
    os.close(write)
    for body in bodies:
        if len(body) > most:
            with pytest.raises(TooLarge) as large:
                reading.read()
            reading.skip(large.value.length)
        else:
            assert reading.read() == body
    assert reading.read() is None
    os.close(read)


def test_the_sockets_folder_has_a_mode_that_only_its_owner_can_use(window: Window) -> None:
    assert stat.S_IMODE(window.path.parent.stat().st_mode) == 0o700
