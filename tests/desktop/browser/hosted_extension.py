"""An extension as the window meets it: behind a native host, which is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from desktop.browser.native_host import host
from tests.desktop.browser.extension_end import ORIGIN, ExtensionEnd

SEED = b"e" * 32


class Extension:
    """An extension behind a native host, which is a process of its own; the window's events go on meanwhile."""

    def __init__(self, qtbot: QtBot, profile: Path, origin: str = ORIGIN) -> None:
        self._qtbot = qtbot
        command = [sys.executable, "-I", "-S", host.__file__, str(profile), "/nowhere", origin]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._pipe = host.Pipe(self.process.stdout.fileno(), self.process.stdin.fileno(), host.TO_BROWSER)
        os.set_blocking(self.process.stdout.fileno(), False)
        self._come = b""
        self.channel = ExtensionEnd(SEED, origin=origin)

    def say(self, body: bytes) -> None:
        self._pipe.write(body)

    def hear(self) -> bytes:
        """The next frame."""
        whole: list[bytes] = []

        def look() -> bool:
            assert self.process.stdout is not None
            self._come += self.process.stdout.read(host.TO_BROWSER) or b""
            if len(self._come) < 4:
                return False
            (length,) = host.LENGTH.unpack(self._come[:4])
            if len(self._come) < 4 + length:
                return False
            whole.append(self._come[4 : 4 + length])
            self._come = self._come[4 + length :]
            return True

        self._qtbot.waitUntil(look, timeout=60_000)
        return whole[0]

    def told(self) -> Any:
        return json.loads(self.hear())

    def ask(self) -> None:
        """Go until the digits are shown."""
        self.say(self.channel.hello_to_pair())
        self.say(self.channel.reveal(self.hear()))
        self.say(self.channel.auth(self.hear()))

    def resume(self, pairing: str) -> None:
        self.channel = ExtensionEnd(SEED, origin=self.channel.origin)
        self.say(self.channel.hello_to_resume(pairing))
        self.channel.read_hello(self.hear())
        self.say(self.channel.auth(self.hear()))

    def end(self) -> None:
        self.process.kill()
        with self.process:
            pass
