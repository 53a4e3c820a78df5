"""A real HTTP server on loopback that gives a file away by a script, in as many wrong ways as there are.

It writes its answers byte by byte to the socket, so that no library keeps it from lying.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """One request; `number` counts them from 0, over all paths."""

    number: int
    method: str
    target: str
    headers: dict[str, str]

    @property
    def start(self) -> int:
        """The first byte that is asked for."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class Answer:
    """What is written: a head, then the first `cut` bytes of `body`. `hang`: then silence; `silent`: not even that."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    hang: bool = False
    silent: bool = False


Script = Callable[[Request], Answer]


@dataclass
class Polite:
    """A file by the rules of RFC 9110, and the ways to break them.

    `cuts`: after how many bytes of the body the answer ends, by request; `more` is added to the length that is told.
    """

    data: bytes
    etag: str = '"one"'
    modified: str = ""
    ranges: bool = True
    if_range: bool = True
    cuts: tuple[int | None, ...] = ()
    hang: bool = False  # after a cut stay silent instead of closing
    more: int = 0
    chunked: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        headers = {"Content-Type": "application/octet-stream"}
        headers |= {"ETag": self.etag} if self.etag else {}
        headers |= {"Last-Modified": self.modified} if self.modified else {}
        cut = self.cuts[request.number] if request.number < len(self.cuts) else None
        given, start = request.headers.get("if-range"), request.start
        same = given is None or not self.if_range or given in (self.etag, self.modified)
        if start and self.ranges and same:
            if start >= len(self.data):
                return Answer(416, {"Content-Range": f"bytes */{len(self.data)}", "Content-Length": "0"})
            headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
            status, body = 206, self.data[start:]
        else:
            status, body = 200, self.data
        if self.chunked:
            headers["Transfer-Encoding"] = "chunked"
            step = 40_000
            body = b"".join(
                f"{len(body[at : at + step]):x}\r\n".encode() + body[at : at + step] + b"\r\n"
                for at in range(0, len(body), step)
            )
            body += b"0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(body) + self.more)
        return Answer(status, headers | self.headers, body, cut, hang=self.hang and cut is not None)


class HostileServer:
    """Runs `script` for every request; `requests` are those that came."""

    def __init__(self, script: Script, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.requests: list[Request] = []
        self._tls = tls
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._listening = socket.create_server((host, 0), backlog=32)
        self.origin = f"{'https' if tls else 'http'}://{host}:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def address(self, path: str = "/model.gguf") -> str:
        return self.origin + path

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self._listening.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as closing:
            closing.enter_context(connection)
            connection.settimeout(10)
            if self._tls is not None:
                connection = closing.enter_context(self._tls.wrap_socket(connection, server_side=True))
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65536)
                if not data:
                    return
                head += data
            first, *rest = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
            with self._lock:
                request = Request(len(self.requests), *first.split(" ")[:2], headers)
                self.requests.append(request)
            answer = self.script(request)
            if not answer.silent:
                lines = [f"HTTP/1.1 {answer.status} Whatever", "Connection: close"]
                lines += [f"{name}: {value}" for name, value in answer.headers.items()]
                body = answer.body if answer.cut is None else answer.body[: answer.cut]
                connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
                for at in range(0, len(body), 1 << 20):
                    connection.sendall(body[at : at + (1 << 20)])
            if answer.hang or answer.silent:
                self._wait_for_the_end(connection)
            else:
                connection.shutdown(socket.SHUT_WR)
                self._wait_for_the_end(connection)  # closing with unread data would reset what was sent

    def _wait_for_the_end(self, connection: socket.socket) -> None:
        connection.settimeout(0.1)
        while not self._ended.is_set():
            with contextlib.suppress(TimeoutError):
                if not connection.recv(65536):
                    return


@contextlib.contextmanager
def serving(script: Script, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    """A server that runs while the block does."""
    server = HostileServer(script, host=host, tls=tls)
    try:
        yield server
    finally:
        server.close()
