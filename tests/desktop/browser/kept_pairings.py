"""Pairings as the tests of the channel keep them, and a window's end with a clock that stands."""

from __future__ import annotations

from desktop.browser.channel.handshake import DesktopEnd
from desktop.browser.channel.pairing import Pairing, PairingTime
from feedback_store.batches.keys import DeviceKey
from tests.desktop.browser.extension_end import ORIGIN, ExtensionEnd


class KeptPairings:
    """Pairings in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Pairing] = {}

    def find(self, pairing: str) -> Pairing | None:
        return self.kept.get(pairing)

    def add(self, pairing: Pairing) -> None:
        self.kept[pairing.id] = pairing


class Desk:
    """What a window has: its key, its pairings, and the time in which it lets a browser in."""

    def __init__(self) -> None:
        self.now = 0.0
        self.key = DeviceKey.from_seed(b"d" * 32)
        self.pairings = KeptPairings()
        self.time = PairingTime(lambda: self.now)

    def end(self, origin: str = ORIGIN) -> DesktopEnd:
        return DesktopEnd(origin, self.key, self.pairings, self.time)

    def paired(self, extension: ExtensionEnd) -> DesktopEnd:
        """Let this extension in; its `pairing` is known to both then."""
        self.time.open()
        end = self.end()
        asking(end, extension)
        (told,) = end.allow(extension.code)
        assert b"paired" in extension.open(told)
        assert end.pairing is not None
        extension.pairing = end.pairing.id
        return end

    def resumed(self, pairing: str, seed: bytes) -> tuple[DesktopEnd, ExtensionEnd]:
        """A new connection of a browser that was let in before."""
        extension, end = ExtensionEnd(seed), self.end()
        hello, auth = end.take(extension.hello_to_resume(pairing)).send
        extension.read_hello(hello)
        assert end.take(extension.auth(auth)).send == ()
        return end, extension


def asking(end: DesktopEnd, extension: ExtensionEnd) -> None:
    """Go until a person is asked for the code."""
    (hello,) = end.take(extension.hello_to_pair()).send
    (auth,) = end.take(extension.reveal(hello)).send
    assert end.take(extension.auth(auth)).send == ()
