"""The messages of a handshake as JSON, read strictly: no other fields, no name twice, bytes as base64 with padding."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Literal, TypeVar

import msgspec

from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.transcript import KEY_BYTES
from feedback_store import canonical
from feedback_store.errors import CanonicalError

VERSION = 1
PAIRING_CHARACTERS = 32  # hex digits
SIGNATURE_BYTES = 64
MOST_PARSED = 4096  # bytes of a frame whose JSON is looked into; the longest of a handshake has a tenth

_LARGE = re.compile(rb'\{"t":"data","n":(0|[1-9]\d{0,15}),"c":"([A-Za-z0-9+/]*+={0,2})"\}')

T = TypeVar("T", bound="Wire")


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message; its kind is told by the field `t`."""


class Hello(Wire, frozen=True, tag_field="t", tag="hello"):
    """The extension's first: with a commitment to pair, with a pairing and keys to resume."""

    v: int
    mode: Literal["pair", "resume"]
    ext_pub: str
    commit: str = ""
    pairing: str = ""
    eph_E: str = ""  # noqa: N815  - the protocol's names
    n_E: str = ""  # noqa: N815


class DeskHello(Wire, frozen=True, tag_field="t", tag="hello"):
    """The window's answer."""

    desk_pub: str
    eph_D: str  # noqa: N815
    n_D: str  # noqa: N815


class Reveal(Wire, frozen=True, tag_field="t", tag="reveal"):
    """What the extension was committed to."""

    eph_E: str  # noqa: N815
    n_E: str  # noqa: N815


class Auth(Wire, frozen=True, tag_field="t", tag="auth"):
    """A signature of the transcript."""

    sig: str


class Data(Wire, frozen=True, tag_field="t", tag="data"):
    """A sealed message."""

    n: int
    c: str


def read(frame: bytes) -> dict[str, Any]:
    """The object in a frame, with a kind in `t`; raises ChannelError("message").

    A large one is a sealed message, spelled as both ends spell it: nothing else of that size is parsed, since that may
    hold the window's thread for a second a megabyte.
    """
    if len(frame) > MOST_PARSED:
        sealed = _LARGE.fullmatch(frame)
        if sealed is None:
            raise ChannelError("message")
        return {"t": "data", "n": int(sealed[1]), "c": sealed[2].decode("ascii")}
    try:
        message = canonical.strict_loads(frame)
    except CanonicalError as error:
        raise ChannelError("message") from error
    if not isinstance(message, dict) or not isinstance(message.get("t"), str):
        raise ChannelError("message")
    return message


def as_kind(message: dict[str, Any], kind: type[T]) -> T:
    """A message that was read, as one of this kind; raises ChannelError("message") where it is none."""
    try:
        return msgspec.convert(message, kind)
    except msgspec.ValidationError as error:
        raise ChannelError("message") from error


def to_frame(message: Wire | dict[str, object]) -> bytes:
    return msgspec.json.encode(message)


def to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def to_bytes(text: str, length: int = KEY_BYTES) -> bytes:
    """So many bytes from their only base64 form; raises ChannelError("message")."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ChannelError("message") from error
    if len(data) != length or to_text(data) != text:  # other texts give the same bytes: bits of the padding
        raise ChannelError("message")
    return data
