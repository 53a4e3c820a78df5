"""The collector's log: one JSON line a request on stderr, by an allow list of fields. No body, code or token enters."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedback_store import records

_FIELDS = ("method", "path", "status", "code", "device", "ms", "bytes", "fault", "at_line", "address")
_log = logging.getLogger("feedback_store.collector")


class RequestDiary:
    """Notes each request when it is answered; a fault of ours is noted by its type and place alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        noted: dict[str, object] = {"method": scope["method"], "path": scope["path"][:200], "bytes": 0}
        scope.setdefault("state", {})

        async def receiving() -> Message:
            message = await receive()
            noted["bytes"] = _number(noted["bytes"]) + len(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                noted["status"] = message["status"]
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except Exception as error:
            noted |= {"status": 500, "code": "internal", "fault": type(error).__name__, "at_line": _place(error)}
            raise
        finally:
            state = scope["state"]
            noted |= {name: state[name] for name in ("code", "device") if name in state}
            _log.info("request", extra={**noted, "ms": round((time.monotonic() - started) * 1000)})


class JsonLines(logging.Formatter):
    """A record as one JSON line of the allowed fields."""

    def format(self, record: logging.LogRecord) -> str:
        found = {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        return json.dumps({"time": records.now(), "event": record.getMessage(), **found}, ensure_ascii=True)


def keep_diary(stream: TextIO | None = None) -> logging.Handler:
    """Write the log to `stream` (stderr); gives back the handler, to be removed at the end."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False
    return handler


def stop_diary(handler: logging.Handler) -> None:
    """Undo `keep_diary`."""
    _log.removeHandler(handler)
    handler.close()


def note_listening(address: str) -> None:
    """Note that connections are taken now."""
    _log.info("listening", extra={"address": address})


def note_trouble(code: str) -> None:
    """Note that the machine cannot store now."""
    _log.error("storage", extra={"code": code})


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
