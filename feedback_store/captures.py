"""A capture: an answer with its prompt as it stood on a web page, as the extension hands it over, read strictly.

The message's own bytes are what is kept and hashed, so that the extension can send them again until they are kept.
Must not know how they came.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from feedback_store import canonical
from feedback_store.errors import CanonicalError, PlacedError
from feedback_store.record_parts import Message, Part, Selector
from feedback_store.record_values import Time, Uuid7, WebOrigin

MAX_BYTES = 768 * 1024  # of the message, with JSON's escapes; a record has 1 MiB
MAX_MESSAGES = 1000


class CaptureError(PlacedError):
    """A capture that is none, or too large; values["path"] names the field."""


class CapturedPage(Part, frozen=True):
    """What the browser itself says of the page. `complete` is false where the page shows only a part of the turns."""

    origin: WebOrigin
    title: Annotated[str, Meta(max_length=2000)]
    complete: bool
    url: Annotated[str, Meta(max_length=8000)] | None = None


class Capture(Part, frozen=True, tag_field="t", tag="capture.put"):
    """The turns before an answer, and the answer, as Markdown; `selectors` say where it stands on its page."""

    id: Uuid7
    created_at: Time
    page: CapturedPage
    messages: Annotated[tuple[Message, ...], Meta(max_length=MAX_MESSAGES)]
    response: Annotated[str, Meta(min_length=1)]
    selectors: Annotated[tuple[Selector, ...], Meta(max_length=16)] = ()


def read(message: bytes) -> Capture:
    """The capture in a message's bytes; raises CaptureError."""
    if len(message) > MAX_BYTES:
        raise CaptureError.worded(
            "This capture has {size} bytes; at most {most} are taken. Choose a shorter part of the page.",
            code="capture_too_large",
            path="$",
            size=len(message),
            most=MAX_BYTES,
        )
    try:
        return msgspec.convert(canonical.strict_loads(message), Capture)
    except CanonicalError as error:
        raise CaptureError.again(error, code="capture_unreadable", path="$") from error
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise CaptureError.worded(
            "This is no capture: {what} ({path}).", code="capture_shape", path=path.rstrip("`") or "$", what=what
        ) from error


def hash_of(message: bytes) -> str:
    """SHA-256 of the message's bytes in hex: what the extension compares an acknowledgement with."""
    return hashlib.sha256(message).hexdigest()
