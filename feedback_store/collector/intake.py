"""Reads a request's body within limits of size and time, before anything is parsed (the first half of rule 1)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
import time
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


async def _receive(request: Request, limit: int, chunk_s: float, body_s: float) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and (len(announced) > 12 or int(announced) > limit):
        raise Refusal(413, "body_too_large", rule=1, limit=limit)
    found = bytearray()
    stream = aiter(request.stream())
    end = time.monotonic() + body_s
    try:
        while True:
            async with asyncio.timeout(min(chunk_s, end - time.monotonic())):
                found += await anext(stream)
            if len(found) > limit:
                raise Refusal(413, "body_too_large", rule=1, limit=limit)
    except StopAsyncIteration:
        return bytes(found)
    except TimeoutError as error:
        raise Refusal(408, "slow_body") from error
    except ClientDisconnect as error:
        raise Refusal(400, "digest") from error  # nobody is there to read it


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
