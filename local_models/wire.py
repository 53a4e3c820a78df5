"""The line protocol between client and worker: one JSON value a line, sizes bounded (docs/worker-protocol.md)."""

from __future__ import annotations

import msgspec

from local_models.errors import WorkerError
from local_models.events import AnyEvent, Event
from local_models.requests import AnyRequest, Request

PROTOCOL = 3
MAX_LINE = 16 * 1024 * 1024  # bytes, the line's end included

_requests: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_encoder = msgspec.json.Encoder()


def to_line(value: Request | Event) -> bytes:
    """A request or an event as its line; lone surrogates become U+FFFD, for JSON has no place for them."""
    try:
        return _encoder.encode(value) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(_whole(msgspec.to_builtins(value))) + b"\n"


def read_request(line: bytes) -> AnyRequest:
    """Raises WorkerError for a line that is no request."""
    try:
        return _requests.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WorkerError.worded(
            "The worker was sent something that is no request: {why}", code="protocol", why=error
        ) from error


def read_event(line: bytes) -> AnyEvent:
    """Raises WorkerError for a line that is no event."""
    try:
        return _events.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WorkerError.worded(
            "The worker said something that is no event: {why}", code="protocol", why=error
        ) from error


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list | tuple):
        return [_whole(part) for part in value]
    if isinstance(value, dict):
        return {key: _whole(part) for key, part in value.items()}
    return value
