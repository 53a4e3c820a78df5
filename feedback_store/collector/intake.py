"""Reads a request's body within limits of size and time, before anything is parsed (the first half of rule 1)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import re
import zlib
from collections.abc import AsyncIterator, Callable

from starlette.requests import ClientDisconnect, Request

from feedback_store.collector.refusal import Refusal

CHUNK_S = 20.0  # how long one piece of a body may take
BODY_S = 300.0  # and the whole of it
UNHEARD_S = 5.0  # how long what is left of a refused body is read, and
UNHEARD = 16 * 1024 * 1024  # how much of it

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")


async def read(request: Request, limit: int) -> bytes:
    """A small body as it was meant: complete, undamaged, inflated, at most `limit` bytes; raises Refusal."""
    return unpack(request, await receive(request, limit), limit)


def is_packed(request: Request) -> bool:
    """Whether a body is larger than it looks: what stands behind a few bytes of it may be a thousand times as much."""
    return _encoding(request) != "identity"


def unpack(request: Request, sent: bytes, limit: int, take: Callable[[int], None] | None = None) -> bytes:
    """The body that was meant by the bytes that were `sent`, at most `limit` bytes; raises Refusal. Takes its time.

    `take` is asked for the room of what is unpacked before it is.
    """
    _check_digest(request.headers.get("content-digest"), sent)
    match _encoding(request):
        case "identity":
            return sent
        case "gzip":
            size = min(_told_size(sent), limit)
            if take is not None:
                take(size)
            return inflate(sent, limit, size)
        case _:
            raise Refusal(415, "encoding")


def _encoding(request: Request) -> str:
    return request.headers.get("content-encoding", "identity").strip().lower()


def _told_size(packed: bytes) -> int:
    """What a gzip member says of its own size, modulo 2^32, in its last four bytes (RFC 1952, ISIZE)."""
    return int.from_bytes(packed[-4:], "little")


def inflate(data: bytes, limit: int, size: int | None = None) -> bytes:
    """One gzip member, inflated to at most `limit` bytes, and to no more than the `size` that it told of itself."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        found = inflater.decompress(data, (limit if size is None else size) + 1)
    except zlib.error as error:
        raise Refusal(400, "encoding_damaged") from error
    if len(found) > limit:
        raise Refusal(413, "body_too_large", rule=1, limit=limit)
    if not inflater.eof or inflater.unused_data:
        raise Refusal(400, "encoding_damaged")
    return found


def announced(request: Request) -> int | None:
    """How many bytes a request says that its body has; None where it does not say."""
    length = request.headers.get("content-length", "")
    return int(length[:13]) if length.isdecimal() else None  # thirteen digits are beyond every limit


async def receive(request: Request, limit: int, *, chunk_s: float = CHUNK_S, body_s: float = BODY_S) -> bytes:
    """The bytes of a body as they are sent, at most `limit`; raises Refusal."""
    size = announced(request)
    if (size or 0) > limit:
        raise Refusal(413, "body_too_large", rule=1, limit=limit)
    found = bytearray()
    now = asyncio.get_running_loop().time
    began = moved = now()
    end = began + body_s
    try:
        async with asyncio.timeout_at(min(began + chunk_s, end)) as limit_of_time:
            more = True
            while more:
                message = await request.receive()  # a stream's generator around it took longer than all of this
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "digest")  # nobody is there to read it
                found += message.get("body", b"")
                if len(found) > limit:
                    raise Refusal(413, "body_too_large", rule=1, limit=limit)
                # To wait for the end that is known already is a twentieth of a small batch.
                more = message.get("more_body", False) and len(found) != size
                if (time := now()) - moved > chunk_s / 20:  # moving it for each piece took a twentieth of a batch
                    moved = time
                    limit_of_time.reschedule(min(time + chunk_s, end))
    except TimeoutError as error:
        raise Refusal(408, "slow_body") from error
    return bytes(found)


@contextlib.asynccontextmanager
async def heard(request: Request) -> AsyncIterator[None]:
    """Around what comes before a body and reads it: where it is refused, the rest is read and thrown away first.

    A connection that is closed over bytes nobody read is reset, and the answer is lost with it: a proxy says 502, and
    whoever should have heard 413 tries for ever (seen with nginx 1.22, half of the time).
    """
    try:
        yield
    except Refusal as refusal:
        if refusal.code not in ("slow_body", "digest"):  # too long already, or nobody is there
            await _throw_away(request)
        raise


async def _throw_away(request: Request) -> None:
    seen = 0
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(UNHEARD_S):
            async for piece in request.stream():
                seen += len(piece)
                if seen > UNHEARD:
                    return


def _check_digest(header: str | None, sent: bytes) -> None:
    """RFC 9530, where the client sent one with SHA-256: what came is what left."""
    named = _SHA256.search(header or "")
    if named is None:
        return
    try:
        expected = base64.b64decode(named[1], validate=True)
    except binascii.Error as error:
        raise Refusal(400, "digest") from error
    if not hmac.compare_digest(hashlib.sha256(sent).digest(), expected):
        raise Refusal(400, "digest")
