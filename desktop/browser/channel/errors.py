"""What ends a handshake or a session, as the other end is told: `{"t":"error","code":…,"n":…,"message":…}`.

`n` is the number of the code, for a person who looks it up; codes and numbers never change their meaning.
"""

from __future__ import annotations

from typing import NamedTuple


class Meaning(NamedTuple):
    """A code's number and its sentence."""

    number: int
    sentence: str


CODES = {
    "message": Meaning(1, "This message is not one of chan/1, or is not one that may come now."),
    "version": Meaning(2, "This version of the channel is not spoken here. Update Preceptor and its extension."),
    "too_large": Meaning(3, "The message is larger than may be sent."),
    "origin": Meaning(4, "This extension is not the one that belongs to Preceptor."),
    "not_pairing": Meaning(5, "The window is not waiting for a browser. Choose Connect a browser there."),
    "busy": Meaning(6, "Another browser is being connected. Try again when that has ended."),
    "commit": Meaning(7, "What the extension committed itself to is not what it revealed."),
    "key": Meaning(8, "A key of this handshake is not usable."),
    "unknown_pairing": Meaning(9, "This browser is not connected to this window, or was disconnected there."),
    "auth": Meaning(10, "A signature of this handshake is wrong."),
    "no_session": Meaning(11, "There is no session. Begin with hello."),
    "sealed": Meaning(12, "A message could not be opened; the session has ended."),
    "counter": Meaning(13, "A message came twice or out of its order; the session has ended."),
    "refused": Meaning(14, "The person at the window did not allow this browser."),
    "expired": Meaning(15, "The window has stopped waiting for a browser."),
    "too_many": Meaning(16, "Too many messages came in a short time. Try again in a minute."),
    "locked": Meaning(17, "The window's key is being opened. Try again in a moment."),
    "passphrase": Meaning(18, "The window is open and waits for the passphrase of its keys. Give it there."),
    "welcome": Meaning(19, "The window is open and not set up yet. Finish its welcome first."),
}


class ChannelError(Exception):
    """The handshake or session ends with this code of `CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(CODES[code].sentence)
        self.code = code

    def told(self) -> dict[str, object]:
        """The message for the other end."""
        number, sentence = CODES[self.code]
        return {"t": "error", "code": self.code, "n": number, "message": sentence}
