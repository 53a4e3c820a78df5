"""A slow line on loopback: what goes through it takes so long that a moment drawn by lot falls into an exchange."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PAUSE_S = 0.004  # after each piece
UP, DOWN = 2048, 128  # bytes of a piece: of a request, of an answer


@dataclass
class SlowLine:
    """Listens at `port`. `up` and `down` count the bytes of the exchange that is going on, or was last."""

    port: int
    asked: threading.Event = field(default_factory=threading.Event)  # a request has begun since `listen_anew`
    up: int = 0
    down: int = 0

    def listen_anew(self) -> None:
        self.asked.clear()
        self.up = self.down = 0

    def pump(self, source: socket.socket, sink: socket.socket, *, up: bool) -> None:
        """Carry one direction until either end is gone."""
        with contextlib.suppress(OSError):
            while piece := source.recv(UP if up else DOWN):
                self._count(len(piece), up=up)
                sink.sendall(piece)
                time.sleep(PAUSE_S)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int, *, up: bool) -> None:
        if not up:
            self.down += size
            return
        self.up, self.down = size if self.down else self.up + size, 0
        self.asked.set()


@contextlib.contextmanager
def slow_line(to_port: int) -> Iterator[SlowLine]:
    """The line to a server on this machine, until the block's end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = SlowLine(server.getsockname()[1])
        threads: list[threading.Thread] = []
        sockets: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    here, _ = server.accept()
                except OSError:
                    return
                there = socket.create_connection(("127.0.0.1", to_port))
                sockets.extend((here, there))
                for source, sink, up in ((here, there, True), (there, here, False)):
                    carrying = threading.Thread(target=line.pump, args=(source, sink), kwargs={"up": up})
                    threads.append(carrying)
                    carrying.start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield line
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # wakes accept
            accepting.join()
            for each in sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
            for each in sockets:
                each.close()
