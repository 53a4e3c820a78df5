"""Messages of a session: AES-256-GCM, a counter a direction that must be exactly the next one.

A frame is `{"t":"data","n":N,"c":base64(ciphertext ‖ tag)}`, the nonce 32 zero bits and N in 64, greatest byte first.
A frame that does not open ends the session: what comes after it could hide what was lost.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.transcript import SessionKeys

LAST_COUNTER = 2**53 - 1  # numbers that JavaScript holds
AAD = b"data"


def _nonce(counter: int) -> bytes:
    return bytes(4) + counter.to_bytes(8, "big")


class Sealed:
    """One end of a session: seals what it sends and opens what it gets."""

    def __init__(self, sending: bytes, receiving: bytes) -> None:
        self._sending = AESGCM(sending)
        self._receiving = AESGCM(receiving)
        self._sent = 0
        self._received = 0

    @classmethod
    def of_desktop(cls, keys: SessionKeys) -> Sealed:
        return cls(keys.to_extension, keys.to_desktop)

    @classmethod
    def of_extension(cls, keys: SessionKeys) -> Sealed:
        return cls(keys.to_desktop, keys.to_extension)

    def seal(self, message: bytes) -> bytes:
        """The frame for one message; raises ChannelError("counter") at the end of a session of 2^53 of them."""
        if self._sent > LAST_COUNTER:
            raise ChannelError("counter")
        sealed = self._sending.encrypt(_nonce(self._sent), message, AAD)
        text = base64.b64encode(sealed).decode("ascii")
        frame = f'{{"t":"data","n":{self._sent},"c":"{text}"}}'.encode("ascii")
        self._sent += 1
        return frame

    def open(self, counter: object, sealed: object) -> bytes:
        """The message in the fields `n` and `c` of a frame; raises ChannelError "message", "counter", or "sealed"."""
        if type(counter) is not int or not isinstance(sealed, str):
            raise ChannelError("message")
        if counter != self._received:
            raise ChannelError("counter")
        try:
            end = sealed[-4:]
            if base64.b64encode(base64.b64decode(end, validate=True)).decode("ascii") != end:
                raise ValueError("bits of the padding")  # other texts give the same bytes
            message = self._receiving.decrypt(_nonce(counter), base64.b64decode(sealed, validate=True), AAD)
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise ChannelError("sealed") from error
        self._received += 1
        return message
