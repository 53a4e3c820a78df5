"""Which browsers are connected, and the two minutes in which one may be.

The person at the window grants trust: opens the time, reads six digits in the browser and types them here. A wrong code
ends that handshake, three end the time.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from desktop.browser.channel.errors import ChannelError

OPEN_S = 120.0
TRIES = 3


@dataclass(frozen=True)
class Pairing:
    """A browser that was let in: `id` 32 hex digits, keys 32 raw bytes, `origin` its extension's."""

    id: str
    origin: str
    ext_pub: bytes
    desk_pub: bytes

    def admits(self, origin: str, ext_pub: bytes, desk_pub: bytes) -> bool:
        """Whether all three are those that were pinned."""
        return (self.origin, self.ext_pub, self.desk_pub) == (origin, ext_pub, desk_pub)


class Pairings(Protocol):
    """Where pairings are kept; one that was revoked is not found any more."""

    def find(self, pairing: str) -> Pairing | None: ...

    def add(self, pairing: Pairing) -> None: ...


def new_id() -> str:
    return secrets.token_hex(16)


class PairingTime:
    """Whether the window waits for a browser, and for which one; one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._tries = 0
        self._held_by: object | None = None

    def open(self) -> None:
        """Wait for a browser from now on."""
        self._until = self._clock() + OPEN_S
        self._tries = TRIES
        self._held_by = None

    def close(self) -> None:
        self._until = 0.0
        self._held_by = None

    @property
    def seconds_left(self) -> float:
        """0 where no browser is waited for."""
        return max(0.0, self._until - self._clock())

    @property
    def tries_left(self) -> int:
        return self._tries if self.seconds_left else 0

    def claim(self, holder: object) -> None:
        """Raises ChannelError "not_pairing", or "busy" while another handshake has not ended."""
        if not self.seconds_left:
            raise ChannelError("not_pairing")
        if self._held_by not in (None, holder):
            raise ChannelError("busy")
        self._held_by = holder

    def leave(self, holder: object) -> None:
        """The handshake of this holder has ended; another may come."""
        if self._held_by is holder:
            self._held_by = None

    def check(self, holder: object, typed: str, code: str) -> None:
        """Hold what a person typed against the code. Raises ChannelError "expired" or "refused".

        A right code ends the time, and so does the third wrong one.
        """
        if self._held_by is not holder or not self.seconds_left:
            raise ChannelError("expired")
        self.leave(holder)
        if hmac.compare_digest("".join(typed.split()).encode(), code.encode()):
            self.close()
            return
        self._tries -= 1
        if self._tries == 0:
            self.close()
        raise ChannelError("refused")
