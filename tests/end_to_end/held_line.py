"""A line to a server that carries nothing until it is told to: what happens meanwhile can be looked at in peace."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def holding_back(target: str) -> Iterator[tuple[str, threading.Event]]:
    """An address on loopback that takes a connection and passes it on to `target` only once the event is set."""
    go_on, ended = threading.Event(), threading.Event()
    host, port = target.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def pump(source: socket.socket, sink: socket.socket) -> None:
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def serve(client: socket.socket) -> None:
            go_on.wait(120)
            with client, socket.create_connection((host, int(port))) as behind:
                back = threading.Thread(target=pump, args=(behind, client))
                back.start()
                pump(client, behind)
                back.join()

        def accept() -> None:
            threads = []
            while not ended.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                threads.append(threading.Thread(target=serve, args=(client,)))
                threads[-1].start()
            for thread in threads:
                thread.join()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", go_on
        finally:
            go_on.set()
            ended.set()
            accepting.join()
