"""One request to a collector, and nothing that a hostile one could make of it. The only importer of httpx here.

TLS is always verified, plain HTTP goes to this machine only, redirects are not followed, replies are limited in size
and time, and a compressed reply is refused. Must not know batches.
"""

from __future__ import annotations

import contextlib
import email.utils
import ipaddress
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from feedback_store.errors import DeliveryError, Phrase

_BARE = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:/[\w./~-]*)?")  # a host, a port, a path
MAX_REPLY = 2 * 1024 * 1024
CONNECT_S = 10.0
SILENCE_S = 30.0  # between two pieces of a reply, or of a request on its way
EXCHANGE_S = 300.0  # a whole request with its reply, 8 MiB on a slow line included


@dataclass(frozen=True)
class Reply:
    """What a collector answered. `retry_after` is in seconds, where it asked for a pause."""

    status: int
    body: bytes
    retry_after: float | None = None


def check_address(address: str) -> str:
    """A collector's address without its last slash; DeliveryError for one that may not be spoken to."""
    _check_beginning(address.strip())
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise DeliveryError.worded(
            "{address!r} is not a collector's address. It looks like https://collector.example.org",
            code="address",
            address=address[:200],
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise DeliveryError(
            "A collector's address has no user, question mark or hash sign. It looks like"
            " https://collector.example.org",
            code="address",
            address=host,
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise DeliveryError.worded(
            "http://{address} would send judgements in the clear. Ask the project for its https address.",
            code="insecure_address",
            address=host,
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _check_beginning(address: str) -> None:
    """Where http:// or https:// is forgotten, as in what people say to each other, it is named."""
    if "://" in address or not _BARE.fullmatch(address):
        return
    host = address.partition("/")[0].rpartition(":")[0] or address.partition("/")[0]
    beginning = "http" if _is_loopback(host.strip("[]")) else "https"
    raise DeliveryError.worded(
        "{address} lacks {beginning} at its beginning. Is {whole} meant?",
        code="address",
        address=address[:200],
        beginning=f"{beginning}://",
        whole=f"{beginning}://{address}"[:200],
    )


class Connection:
    """Requests to one collector, one at a time. `abort` may be called from another thread.

    Raises DeliveryError for an address that may not be spoken to, and for a proxy or authorities of the environment
    that are of no use.
    """

    def __init__(self, address: str, *, exchange_s: float = EXCHANGE_S, silence_s: float = SILENCE_S) -> None:
        self.address = check_address(address)
        self._exchange_s = exchange_s
        self._socket: socket.socket | None = None
        secure = self.address.startswith("https:")
        self._client = httpx.Client(
            follow_redirects=False,
            # The environment may name a proxy or more certificates. Plain HTTP must not leave for a proxy.
            trust_env=False,
            proxy=_proxy(self.address) if secure else None,
            verify=_trusted() if secure else True,
            timeout=httpx.Timeout(silence_s, connect=CONNECT_S),
            headers={"accept-encoding": "identity", "user-agent": "preceptor"},
        )

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Send and read the whole reply; DeliveryError "unreachable" or "reply_refused" otherwise."""
        with self._limited():
            try:
                with self._client.stream(
                    method,
                    self.address + path,
                    content=body,
                    headers=headers,
                    extensions={"trace": self._remember},
                ) as response:
                    return Reply(response.status_code, _read(response), _retry_after(response.headers))
            except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
                raise DeliveryError.worded(
                    "The collector at {address} cannot be reached ({why}). Check the address and the network, or ask"
                    " whoever runs the collector.",
                    code="unreachable",
                    address=self.address,
                    why=_why(error),
                ) from error

    def abort(self) -> None:
        """Break the request that is on its way, if there is one."""
        found = self._socket
        if found is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # a TLS socket's own shutdown is not for two threads

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()
        self._socket = None

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        """Break a request that lasts too long: time limits between pieces do not stop one that drips."""
        timer = threading.Timer(self._exchange_s, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _remember(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells of each step; the socket of a new connection is kept so that it can be broken."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            found = info["return_value"].get_extra_info("socket")
            self._socket = found if isinstance(found, socket.socket) else None


def _proxy(address: str) -> httpx.Proxy | None:
    """The proxy that the environment names for an https address. Others that it names are not looked at."""
    parts, named = urlsplit(address), getproxies()
    found = named.get("https") or named.get("all")
    if not found or proxy_bypass(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    with contextlib.suppress(ValueError, httpx.InvalidURL):
        proxy = httpx.Proxy(found if "://" in found else f"http://{found}")
        if proxy.url.scheme in ("http", "https") and proxy.url.host:
            return proxy
    raise DeliveryError.worded(
        "{variable} names a proxy that Preceptor cannot speak to: its address has to be an http:// or https:// one,"
        " and SOCKS is not understood. Name such a proxy in HTTPS_PROXY, or {host} in NO_PROXY.",
        code="proxy_unusable",
        variable="HTTPS_PROXY" if named.get("https") else "ALL_PROXY",
        host=parts.hostname,
    )


def _trusted() -> ssl.SSLContext:
    """The public authorities that httpx brings (or what SSL_CERT_FILE names), and those that this machine trusts.

    A team's own authority stands in its machines' store, where an administrator puts it once.
    """
    try:
        context = httpx.create_ssl_context()
    except OSError as error:
        raise DeliveryError.worded(
            "The file of authorities that SSL_CERT_FILE names cannot be read: {path}. Name one that is there and holds"
            " certificates in PEM form, or take the variable away.",
            code="authorities_unreadable",
            path=os.environ.get("SSL_CERT_FILE", ""),
        ) from error
    context.load_default_certs()
    return context


def _read(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise _refused(Phrase("it is compressed"))
    found = bytearray()
    for piece in response.iter_raw():
        found += piece
        if len(found) > MAX_REPLY:
            raise _refused(Phrase("it is too large"))
    return bytes(found)


def _refused(why: Phrase) -> DeliveryError:
    return DeliveryError.worded(
        "The collector's answer was refused: {why}. Check the project's address; nothing was marked as delivered.",
        code="reply_refused",
        why=why,
    )


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds to wait, from either form of RFC 9110 10.2.3."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    with contextlib.suppress(ValueError, TypeError):
        moment = email.utils.parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None


def _why(error: Exception) -> Phrase:
    """A few plain words; the library's own text may hold anything."""
    if isinstance(error, httpx.TimeoutException):
        return Phrase("no answer in time")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Phrase("its certificate is not valid")
    if isinstance(error, httpx.ConnectError):
        return Phrase("no connection")
    return Phrase("the connection broke")


def is_this_machine(address: str) -> bool:
    """Whether a collector's address leads nowhere beyond this machine."""
    return _is_loopback(urlsplit(address).hostname or "")


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
