"""One request for one file over HTTP, on a thread of its own, and nothing that a hostile server could make of it.

TLS is always verified, redirects are followed by our own rules, nothing is unpacked, a secret stays with its origin,
and whoever waits can walk away at any moment: from a name that is not found, a machine that does not answer, a server
that falls silent. Must not know files on the disk.
"""

from __future__ import annotations

import collections
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from local_models.downloads import addresses
from local_models.downloads.addresses import Remote, host_of, origin
from local_models.downloads.answers import (
    Asked,
    Head,
    PassingError,
    Patience,
    broken_off,
    linked_sha256,
    linked_size,
    read_head,
)
from local_models.errors import DownloadError, Phrase

MAX_HOPS = 8
MAX_WAITING = 32  # pieces of at most 64 KiB that were received and not yet taken
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Rules:
    """What may be spoken to. `is_local` says of an IP address whether it is of no public network."""

    allow_http: bool = False
    is_local: Callable[[str], bool] = addresses.is_local


class AbandonedError(Exception):
    """Whoever asked has walked away."""


class Exchange:
    """A GET of `remote` from the byte `start` on; `validator` is what If-Range names.

    `head`, then `read` until it gives b"". Both raise DownloadError, PassingError and AbandonedError. `abandon` may be
    called by any thread and takes effect at once; the thread behind may last until its own time limits.
    """

    def __init__(
        self, remote: Remote, *, start: int = 0, validator: str = "", patience: Patience, rules: Rules
    ) -> None:
        self._remote = remote
        self._start = start
        self._validator = validator
        self._patience = patience
        self._rules = rules
        self._changed = threading.Condition()
        self._arrived: collections.deque[Head | bytes | Exception] = collections.deque()
        self._abandoned = False
        self._socket: socket.socket | None = None
        self._from_public: bool | None = None
        threading.Thread(target=self._run, name="download-http", daemon=True).start()

    def head(self) -> Head:
        """What the server says first."""
        found = self._take(self._patience.connect_s + self._patience.silence_s)
        assert isinstance(found, Head)
        return found

    def read(self) -> bytes:
        """The next piece; b"" at the end of what the server sends, which may be too early."""
        found = self._take(None)
        assert isinstance(found, bytes)
        return found

    def pieces(self) -> Iterator[bytes]:
        """All pieces."""
        while piece := self.read():
            yield piece

    def abandon(self) -> None:
        """Want nothing more of it."""
        with self._changed:
            self._abandoned = True
            self._arrived.clear()
            self._changed.notify_all()
        found = self._socket
        if found is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # a TLS socket's own is not for two threads

    def _take(self, timeout: float | None) -> Head | bytes:
        with self._changed:
            if not self._changed.wait_for(lambda: self._arrived or self._abandoned, timeout):
                raise PassingError(self._unreachable(Phrase("no answer in time")), unheard=True)
            if self._abandoned:
                raise AbandonedError
            found = self._arrived.popleft()
            self._changed.notify_all()
        if isinstance(found, Exception):
            raise found
        return found

    def _put(self, what: Head | bytes | Exception) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrived) < MAX_WAITING or self._abandoned)
            if self._abandoned:
                raise AbandonedError
            self._arrived.append(what)
            self._changed.notify_all()

    def _run(self) -> None:
        with contextlib.suppress(AbandonedError):
            try:
                self._talk()
                self._put(b"")
            except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
                self._put(self._trouble(error))
            except AbandonedError:
                raise
            except Exception as error:
                self._put(error)

    def _talk(self) -> None:
        address, sha256, size = self._remote.address, "", None
        for _ in range(MAX_HOPS + 1):
            # The environment may name a proxy or more certificates; what is meant for this machine needs neither.
            secure = address.startswith("https:")
            environment = secure or not addresses.is_loopback(urlsplit(address).hostname or "")
            limits = httpx.Timeout(self._patience.silence_s, connect=self._patience.connect_s)
            trusted = _trusted() if secure else True
            try:
                made = httpx.Client(follow_redirects=False, trust_env=environment, verify=trusted, timeout=limits)
            except (ImportError, ValueError, httpx.InvalidURL) as error:
                raise DownloadError.of_proxy(code="proxy_unusable") from error
            with (
                made as client,
                client.stream(
                    "GET", address, headers=self._headers(address), extensions={"trace": self._watch}
                ) as answer,
            ):
                if origin(address) == origin(self._remote.address):
                    sha256 = linked_sha256(answer.headers) or sha256
                    size = linked_size(answer.headers) or size
                if answer.status_code in REDIRECTS:
                    address = self._follow(address, answer.headers.get("location", ""))
                    continue
                asked = Asked(self._remote, address, self._start, size, sha256)
                self._put(read_head(answer.status_code, answer.headers, asked, self._patience))
                for piece in answer.iter_raw():
                    self._put(piece)
                return
        raise addresses.redirect_refused(self._remote.address, "one address after the other without end")

    def _headers(self, address: str) -> dict[str, str]:
        found = {"accept-encoding": "identity", "user-agent": "preceptor"}
        if self._start:
            found["range"] = f"bytes={self._start}-"
            if self._validator:
                found["if-range"] = self._validator
        if self._remote.token and origin(address) == origin(self._remote.address):
            found["authorization"] = f"Bearer {self._remote.token}"
        return found

    def _follow(self, before: str, location: str) -> str:
        if not location:
            raise addresses.redirect_refused(before, "nowhere")
        return addresses.follow(before, location, allow_http=self._rules.allow_http)

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells of each step: the socket is kept so that it can be broken, and it is seen where it leads.

        A name on the public network may stand for an address inside; so it is the connection that is looked at, before
        anything is sent over it. Behind a proxy every connection leads to the proxy.
        """
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        stream = info["return_value"]
        found = stream.get_extra_info("socket")
        self._socket = found if isinstance(found, socket.socket) else None
        try:
            if self._abandoned:
                raise AbandonedError
            if event == "connection.connect_tcp.complete":
                self._check_peer(str(stream.get_extra_info("server_addr")[0]))
        except Exception:
            stream.close()  # nobody else does: httpx has not got it yet
            raise

    def _check_peer(self, ip: str) -> None:
        local = self._rules.is_local(ip)
        if self._from_public is None:
            self._from_public = not local
        elif self._from_public and local:
            raise addresses.redirect_refused(self._remote.address, "a machine in your own network")

    def _trouble(self, error: Exception) -> Exception:
        text = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return DownloadError.worded(
                "{host} cannot prove that it is itself: its certificate is not valid. Check the address"
                " and this computer's clock.",
                code="bad_certificate",
                host=host_of(self._remote.address),
            )
        unheard = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError | httpx.InvalidURL)
        if unheard or isinstance(error, httpx.TimeoutException):
            late = isinstance(error, httpx.TimeoutException)
            why = Phrase("no answer in time") if late else Phrase("no connection")
            return PassingError(self._unreachable(why), unheard=unheard)
        return PassingError(broken_off(self._remote.address))

    def _unreachable(self, why: Phrase) -> DownloadError:
        """A few plain words; the library's own text may hold the whole address."""
        if not self._start:  # nothing has come that it could go on from; it may have been looked at only
            return DownloadError.worded(
                "{host} cannot be reached ({why}). Check the address and the network, then try again.",
                code="unreachable",
                host=host_of(self._remote.address),
                why=why,
            )
        return DownloadError.worded(
            "{host} cannot be reached ({why}). Check the address and the network, then try again; it "
            "goes on from what has come.",
            code="unreachable",
            host=host_of(self._remote.address),
            why=why,
        )


def _trusted() -> ssl.SSLContext:
    """The public authorities that httpx brings (or what SSL_CERT_FILE names), and those that this machine trusts.

    A company that keeps models on a server of its own has its authority in its machines' store.
    """
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
