"""A real HTTP server on loopback that speaks OpenAI's chat completions, and can misbehave in every way known.

What it does with a request is a function of the request and of a `Line`, which writes bytes to the socket: nothing
between stands in the way of a wrong one. `Server.asked` holds every request as it came.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

WORDS = ("Tides", " come", " from", " the", " moon", ".")
TEXT = "".join(WORDS)


@dataclass(frozen=True)
class Asked:
    """One request: its first line's parts, headers in lower case, its JSON, and when it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    moment: float = field(default_factory=time.monotonic)


class Line:
    """The way back to who asked."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self._connection = connection
        self.closing = closing

    def raw(self, data: bytes) -> None:
        self._connection.sendall(data)

    def head(self, status: int = 200, kind: str = "text/event-stream", *more: str) -> None:
        lines = (f"HTTP/1.1 {status} Status", f"Content-Type: {kind}", "Connection: close", *more)
        self.raw("\r\n".join((*lines, "", "")).encode())

    def reply(self, status: int, value: object, *more: str, kind: str = "application/json") -> None:
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.head(status, kind, f"Content-Length: {len(data)}", *more)
        self.raw(data)

    def event(self, value: object) -> None:
        self.raw(f"data: {json.dumps(value)}\n\n".encode())

    def piece(self, text: str = "", index: int = 0, finish: str | None = None, **delta: str) -> None:
        self.event({"choices": [{"index": index, "delta": {"content": text, **delta}, "finish_reason": finish}]})

    def usage(self, prompt: int, completion: int) -> None:
        self.event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion}})

    def done(self) -> None:
        self.raw(b"data: [DONE]\n\n")

    def reset(self) -> None:
        """Hang up so that the other side meets an error."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait(self, seconds: float) -> bool:
        """Wait; whether the other side hung up meanwhile, or the server is being closed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.closing.wait(0.005):
            with contextlib.suppress(BlockingIOError):
                if self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                    return True
        return self.closing.is_set()


Answer = Callable[[Asked, Line], None]


def well(asked: Asked, line: Line, words: Sequence[str] = WORDS) -> None:
    """As it should be: `n` answers, word by word, with a count."""
    many = asked.body.get("n", 1)
    line.head()
    for index in range(many):
        line.event({"choices": [{"index": index, "delta": {"role": "assistant", "content": None}}]})
    for word in words:
        for index in range(many):
            line.piece(word, index)
    for index in range(many):
        line.piece(index=index, finish="stop")
    line.usage(7, len(words) * many)
    line.done()


class Server:
    """Started at once; `answer` may be changed at any time. `address` is what an endpoint is added by."""

    def __init__(
        self,
        answer: Answer = well,
        *,
        owner: str = "somebody",
        models: Sequence[str] = ("moon",),
        host: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.models: object = {"object": "list", "data": [{"id": each, "owned_by": owner} for each in models]}
        self.asked: list[Asked] = []
        self.under_way = 0
        self.hung_up = threading.Event()
        self._tls = tls
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._socket = socket.create_server((host or "127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def address(self) -> str:
        port = self._socket.getsockname()[1]
        return f"https://localhost:{port}/v1" if self._tls else f"http://127.0.0.1:{port}/v1"

    @property
    def questions(self) -> list[Asked]:
        """Requests for answers, without those for the models."""
        return [each for each in list(self.asked) if each.path.endswith("/chat/completions")]

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join(5)
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        with (
            contextlib.suppress(OSError),
            self._tls.wrap_socket(raw, server_side=True) if self._tls else raw as connection,
        ):
            asked = _read(connection)
            if asked is None:
                return
            with self._lock:
                self.asked.append(asked)
                question = asked.method == "POST"
                self.under_way += question
            try:
                line = Line(connection, self._closing)
                if asked.path.endswith("/models"):
                    _list(self.models, line)
                else:
                    self.answer(asked, line)
            except OSError:
                self.hung_up.set()
                raise
            finally:
                with self._lock:
                    self.under_way -= question


def _list(models: object, line: Line) -> None:
    if models is None:
        line.reply(404, {"error": "no such thing"})
    else:
        line.reply(200, models)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Asked(method, path, headers, json.loads(body) if body else None)


@contextlib.contextmanager
def serving(answer: Answer = well, **more: Any) -> Iterator[Server]:
    server = Server(answer, **more)
    try:
        yield server
    finally:
        server.close()
