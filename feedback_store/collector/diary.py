"""The collector's log: one JSON line a request, by an allow list of fields. No body, code or token enters.

Written without the logging package, whose records cost as much as the rest of a small answer.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import TextIO

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedback_store import records

# Endpoint, method, status (0: the client was gone), code, seconds, bytes of the body.
Count = Callable[[str, str, int, str | None, float, int], None]

_FIELDS = ("method", "path", "status", "code", "device", "ms", "bytes", "fault", "at_line", "address")


class Diary:
    """Writes lines to a stream (stderr); whole ones, from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()

    def note(self, event: str, **fields: object) -> None:
        """Write one line; a field that is not allowed is left out."""
        found = {name: fields[name] for name in _FIELDS if name in fields}
        line = msgspec.json.encode({"time": records.now(), "event": event, **found}).decode("utf-8") + "\n"
        with self._lock:
            self._stream.write(line)
            self._stream.flush()


class RequestDiary:
    """Notes and counts each request when it is answered; a fault of ours is noted by its type and place alone."""

    def __init__(self, app: ASGIApp, diary: Diary, count: Count | None = None) -> None:
        self._app = app
        self._diary = diary
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        size, status = 0, 0
        fault: dict[str, str] = {}
        state = scope.setdefault("state", {})

        async def receiving() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except Exception as error:
            status = 500
            fault = {"code": "internal", "fault": type(error).__name__, "at_line": _place(error)}
            raise
        finally:
            seconds = time.monotonic() - started
            said = {name: state[name] for name in ("code", "device") if name in state} | fault
            self._diary.note(
                "request",
                method=scope["method"],
                path=scope["path"][:200],
                bytes=size,
                ms=round(seconds * 1000),
                **({"status": status} if status else {}),
                **said,
            )
            if self._count is not None:
                endpoint = getattr(scope.get("endpoint"), "__name__", "none")
                self._count(endpoint, scope["method"], status, said.get("code"), seconds, size)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
