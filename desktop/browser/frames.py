"""Frames from a stream that comes in pieces: a length, 32 bits, least byte first, and so many bytes."""

from __future__ import annotations

from desktop.browser.native_host.host import LENGTH, TooLarge

__all__ = ["Frames", "TooLarge"]


class Frames:
    """Collects bytes of one connection into whole frames of at most `most` bytes each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._come = bytearray()

    def take(self, piece: bytes) -> list[bytes]:
        """The frames that are whole with this piece. Raises TooLarge; then the connection is to be closed."""
        self._come += piece
        whole: list[bytes] = []
        at = 0
        while len(self._come) - at >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._come, at)
            if length > self._most:
                raise TooLarge(length)
            end = at + LENGTH.size + length
            if len(self._come) < end:
                break
            whole.append(bytes(self._come[at + LENGTH.size : end]))
            at = end
        del self._come[:at]
        return whole
