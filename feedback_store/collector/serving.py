"""Runs the service: granian in this process, plain HTTP on loopback only, TLS anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from feedback_store.collector.administration import published_key
from feedback_store.collector.diary import Count, Diary
from feedback_store.collector.key_files import NO_KEY, OTHER_KEY, check_published
from feedback_store.collector.limits import ROOM, Limits, Rate
from feedback_store.collector.opening import database_address, open_storage
from feedback_store.collector.service import make_service
from feedback_store.collector.stopping import Stopping, stopping
from feedback_store.collector.storage import Storage
from feedback_store.errors import EnvironmentTrouble
from feedback_store.writer_lock import HeldError, lock_file

HEADER_MS = 10_000  # how long a request's head may take
LOCK = "serving.lock"


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8470,
    *,
    certificate: Path | None = None,
    certificate_key: Path | None = None,
    on_listening: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    log: TextIO | None = None,
    rate: Rate | None = None,
    room: int = ROOM,
    metrics_port: int | None = None,
) -> None:
    """Serve the collector in `folder` until SIGINT, SIGTERM or `stop`; what is being answered is finished first. A
    process that does nothing else ends by `stopping.leave` then.

    `rate` is what one device may send, `room` how many bytes of large bodies are held at once.
    With `metrics_port` (0: a free one) Prometheus may scrape this machine there.

    Port 0 takes a free one; `on_listening` is told the address. Raises EnvironmentTrouble: no collector there, its file
    is served by another process, a key that is missing or not its data's, the port is taken, plain HTTP was asked for
    beyond this machine, or certificate and key do not belong together.
    """
    host = "127.0.0.1" if host == "localhost" else host
    secure = _is_secure(certificate, certificate_key)
    if not secure and not is_loopback(host):
        raise _needs_certificate(host)
    diary = Diary(log)
    limits = Limits(rate or Rate(), room=room)

    def tell(address: str) -> None:
        diary.note("listening", address=address)
        if on_listening is not None:
            with contextlib.suppress(OSError):  # nobody reads what is told, which stops nothing
                on_listening(address)

    with stopping() as stops, contextlib.ExitStack() as stack:
        storage = open_storage(folder)
        stack.callback(storage.close)
        stack.enter_context(_alone(folder))
        check_keys(folder, storage)
        with contextlib.suppress(EnvironmentTrouble):  # whoever delivers is told
            storage.scrub_soon()  # what was erased before the last stop, or a crash
        count = None
        if metrics_port is not None:
            count = stack.enter_context(_metrics(metrics_port, storage, diary, limits))
        taken = stack.enter_context(_reserved(host, port))
        server = Server(
            make_service(folder, storage, diary, limits=limits, count=count),
            address=host,
            port=taken,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
            log_enabled=False,
            ssl_cert=certificate,
            ssl_key=certificate_key,
        )
        asyncio.run(_run(server, host, taken, _address(host, taken, secure=secure), tell, stop, stops))
        stops.serving_ends = None


def check_keys(folder: Path, storage: Storage) -> None:
    """Raise EnvironmentTrouble where a project's key cannot be read, or is not the one that its data publishes.

    Of data that cannot be read now whoever delivers is told.
    """
    projects: list[str] = []
    with contextlib.suppress(EnvironmentTrouble), storage.reading() as view:
        projects = list(view.projects())
    for project in projects:
        try:
            check_published(folder, project, partial(published_key, storage, project))
        except EnvironmentTrouble as error:
            if error.code in (NO_KEY, OTHER_KEY):
                raise


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only process that serves a folder's file; a database is served by as many as there are."""
    if database_address(folder) is not None:
        yield
        return
    try:
        held = lock_file(folder / LOCK)
    except HeldError as error:
        raise EnvironmentTrouble.worded(
            "The collector in {folder} is served already, by process {pid}. Stop that one first; only a collector on"
            " PostgreSQL is served by several at once.",
            code="served",
            folder=str(folder),
            pid=error.pid or "–",
        ) from error
    with held:
        yield


def _needs_certificate(host: str) -> EnvironmentTrouble:
    return EnvironmentTrouble(
        f"Without a certificate the collector serves this machine only. Give a certificate and its key to listen"
        f" on {host}, or listen on 127.0.0.1 behind a proxy that has one.",
        code="tls_needed",
        host=host,
    )


def _address(host: str, port: int, *, secure: bool) -> str:
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


@contextlib.contextmanager
def _metrics(port: int, storage: Storage, diary: Diary, limits: Limits) -> Iterator[Count]:
    from feedback_store.collector.metrics import Metrics  # only where they are asked for

    metrics = Metrics(storage.check, lambda: limits.held)
    with metrics.served(port) as address:
        diary.note("metrics", address=address)
        yield metrics.count


def _is_secure(certificate: Path | None, key: Path | None) -> bool:
    """Whether it is served by TLS. Who names a certificate is not served in the clear: EnvironmentTrouble where its
    key is missing, one of them cannot be read, or they do not fit.
    """
    if certificate is None and key is None:
        return False
    if certificate is None or key is None:
        raise EnvironmentTrouble(
            "A certificate and its private key are given together: --certificate FILE --certificate-key FILE.",
            code="tls_half",
        )
    for each in (certificate, key):
        if not each.is_file():
            raise EnvironmentTrouble.worded("There is no file {file}. Check its name.", code="tls_file", file=str(each))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise EnvironmentTrouble.worded(
            "{certificate} and {key} are no certificate with its private key. Both are PEM files, the key without a"
            " passphrase.",
            code="tls_files",
            certificate=str(certificate),
            key=str(key),
        ) from error
    return True


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


async def _run(
    server: Server,
    host: str,
    port: int,
    address: str,
    on_listening: Callable[[str], None],
    stop: threading.Event | None,
    stops: Stopping,
) -> None:
    loop = asyncio.get_running_loop()

    def end() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: it is on its way already
            loop.call_soon_threadsafe(server.stop)

    stops.serving_ends = end
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(_announce(host, port, address, on_listening))
    watching = asyncio.create_task(_stop_when(stop, server)) if stop else None
    try:
        await serving
    finally:
        for task in (waiting, watching):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _announce(host: str, port: int, address: str, on_listening: Callable[[str], None]) -> None:
    """Tell the address once connections are taken, and not before, however long a busy machine needs."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()
            break
        await asyncio.sleep(0.02)
    on_listening(address)


async def _stop_when(stop: threading.Event, server: Server) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.05)
    server.stop()  # type: ignore[no-untyped-call]  # granian leaves some methods without types


@contextlib.contextmanager
def _reserved(host: str, port: int) -> Iterator[int]:
    """A port that is free: `port` itself, or one of the system's choice for 0, held for us until the block's end."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if port == 0 and hasattr(socket, "SO_REUSEPORT"):
                # The server binds with this option too, so a socket that never listens keeps the port from others.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                probe.bind((host, 0))
                yield int(probe.getsockname()[1])
                return
            probe.bind((host, port))
            found = int(probe.getsockname()[1])
        except OSError as error:
            raise EnvironmentTrouble(
                f"The collector cannot listen on {host} port {port}: {error.strerror}. Choose another with --port.",
                code="port_taken",
                host=host,
                port=port,
            ) from error
    yield found
