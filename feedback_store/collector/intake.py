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


async def read(request: Request, limit: int, *, chunk_s: float = CHUNK_S, body_s: float = BODY_S) -> bytes:
    """The body as it was meant: complete, undamaged, inflated, at most `limit` bytes; raises Refusal."""
    sent = await _receive(request, limit, chunk_s, body_s)
    _check_digest(request.headers.get("content-digest"), sent)
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "identity":
            return sent
        case "gzip":
            return inflate(sent, limit)
        case _:
            raise Refusal(415, "encoding")


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


async def _receive(request: Request, limit: int, chunk_s: float, body_s: float) -> bytes:
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
