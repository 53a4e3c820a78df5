"""Reads a request's body within limits of size and time, before anything is parsed (the first half of rule 1)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import zlib

from starlette.requests import ClientDisconnect, Request

from feedback_store.collector.refusal import Refusal

CHUNK_S = 20.0  # how long one piece of a body may take
BODY_S = 300.0  # and the whole of it

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")


async def read(request: Request, limit: int) -> bytes:
    """A small body as it was meant: complete, undamaged, inflated, at most `limit` bytes; raises Refusal."""
    return unpack(request, await receive(request, limit), limit)


def is_packed(request: Request) -> bool:
    """Whether a body is larger than it looks: what stands behind a few bytes of it may be a thousand times as much."""
    return _encoding(request) != "identity"


def unpack(request: Request, sent: bytes, limit: int) -> bytes:
    """The body that was meant by the bytes that were `sent`, at most `limit` bytes; raises Refusal. Takes its time."""
    _check_digest(request.headers.get("content-digest"), sent)
    match _encoding(request):
        case "identity":
            return sent
        case "gzip":
            return inflate(sent, limit)
        case _:
            raise Refusal(415, "encoding")


def _encoding(request: Request) -> str:
    return request.headers.get("content-encoding", "identity").strip().lower()


def inflate(data: bytes, limit: int) -> bytes:
    """One gzip member, inflated to at most `limit` bytes; a bomb costs no more than that."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        found = inflater.decompress(data, limit + 1)
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
            async for piece in request.stream():
                found += piece
                if len(found) > limit:
                    raise Refusal(413, "body_too_large", rule=1, limit=limit)
                if len(found) == size:
                    break  # to wait for the end that is known already is a twentieth of a small batch
                if (time := now()) - moved > chunk_s / 20:  # moving it for each piece took a twentieth of a batch
                    moved = time
                    limit_of_time.reschedule(min(time + chunk_s, end))
    except TimeoutError as error:
        raise Refusal(408, "slow_body") from error
    except ClientDisconnect as error:
        raise Refusal(400, "digest") from error  # nobody is there to read it
    return bytes(found)


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
