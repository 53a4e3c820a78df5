"""One request to a server of models, and nothing that a hostile one could make of it. An importer of httpx.

TLS is always verified, plain HTTP never reaches the open net, redirects are not followed, replies are limited in size
and may not be compressed. A request that failed before anything of its answer came is tried again; afterwards never.
Time limits are those of whoever listens (engine.py): `abort` may be called from any thread. A key is put into
one header and nowhere else.
"""

from __future__ import annotations

import contextlib
import email.utils
import functools
import os
import socket
import ssl
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from local_models.endpoints.address import in_the_clear, is_public
from local_models.endpoints.kept import Endpoint, Server
from local_models.endpoints.refusals import (
    LONGEST_PAUSE_S,
    PASSING,
    PAUSES_S,
    Reply,
    error_in_stream,
    error_of,
    is_about_model,
    no_stream,
)
from local_models.endpoints.stream import EventStream, Refused, Told
from local_models.errors import EndpointError, Phrase

MAX_REFUSAL = 64 * 1024
MAX_MODELS = 4 * 1024 * 1024
MAX_LISTED = 1000

_BEFORE_SENDING = ("connection.connect_tcp.started", "http11.send_request_headers.started")
_Refusal = tuple[EndpointError, float | None]  # and after what pause it may be tried again, if ever
_OWNERS: Mapping[str, Server] = {"llamacpp": "llama.cpp", "vllm": "vllm", "library": "ollama"}


class _Model(msgspec.Struct):
    id: str
    owned_by: str | None = None


class _Models(msgspec.Struct):
    data: list[_Model] | None = None


class Looked(msgspec.Struct, frozen=True):
    """What a server says of itself: the ids of its models, and which program it is most likely."""

    models: tuple[str, ...]
    server: Server


class _Aborted(Exception):  # noqa: N818 (no error: it was asked for)
    """Somebody called `abort`; nobody listens any more."""


class Exchange:
    """One exchange with an endpoint. `pauses` are the seconds between tries.

    Raises EndpointError for a proxy of the environment that cannot be spoken to.
    """

    def __init__(self, endpoint: Endpoint, key: str | None, *, pauses: Sequence[float] = PAUSES_S) -> None:
        self._endpoint = endpoint
        self._key = key
        self._pauses = pauses
        self.refusal: EndpointError | None = None  # of the latest try, where another follows
        self._aborted = threading.Event()
        self._socket: socket.socket | None = None
        limits = endpoint.limits
        secure = endpoint.address.startswith("https:")
        trusted = _trust()
        try:
            self._client = httpx.Client(
                follow_redirects=False,
                verify=trusted,
                # The environment may name a proxy. Plain HTTP, and what is private, must not leave for one.
                trust_env=secure,
                timeout=httpx.Timeout(max(limits.first_s, limits.between_s) + 5, connect=limits.connect_s),
                headers={"accept-encoding": "identity", "user-agent": "preceptor"},
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise EndpointError.of_proxy(code="endpoint_proxy") from error

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._socket = None

    def answers(self, body: bytes, choices: int) -> Iterator[Told]:
        """Ask, and what is told until the end. Raises EndpointError; StopIteration early after `abort`."""
        pauses = iter(self._pauses)
        while True:
            try:
                refusal = yield from self._one_try(body, choices)
            except _Aborted:
                return
            if refusal is None:
                return
            error, again = refusal
            pause = next(pauses, None)
            if again is None or pause is None:
                raise error
            self.refusal = error
            if self._aborted.wait(max(pause, again)):
                return

    def look(self) -> Looked:
        """The server's models. Raises EndpointError; takes some connect_s at most."""
        seconds = self._endpoint.limits.connect_s
        timer = threading.Timer(seconds * 2, self.abort)
        timer.daemon = True
        timer.start()
        try:
            with self._client.stream(
                "GET",
                f"{self._endpoint.address}/models",
                headers=self._headers(),
                timeout=seconds,
                extensions=self._trace,
            ) as response:
                if response.status_code != 200:
                    raise error_of(self._endpoint, self._reply(response), self._key, None)
                server: Server = "llama.cpp" if response.headers.get("server") == "llama.cpp" else ""
                return self._looked(_read(response, MAX_MODELS), server)
        except _Aborted:
            raise self._down(Phrase("no answer in time")) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            raise self._broken(error) from None
        finally:
            timer.cancel()

    def abort(self) -> None:
        """Break off whatever is on its way."""
        self._aborted.set()
        found = self._socket
        if found is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)  # a TLS socket's own shutdown is not for two threads

    # One try

    def _one_try(self, body: bytes, choices: int) -> Generator[Told, None, _Refusal | None]:
        """What is told; returns None, or the refusal of a try of which nothing came."""
        began = False
        try:
            with self._client.stream(
                "POST",
                f"{self._endpoint.address}/chat/completions",
                content=body,
                headers={"content-type": "application/json", "accept": "text/event-stream", **self._headers()},
                extensions=self._trace,
            ) as response:
                refusal = self._refusal(response)
                if refusal is not None:
                    return refusal
                began = True
                events = EventStream(self._endpoint.name, choices)
                for piece in response.iter_raw():
                    yield from events.take(piece)
                    if events.ended or self._aborted.is_set():
                        return None
        except Refused as refused:
            raise error_in_stream(self._endpoint, refused.body, self._key) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError) as error:
            if self._aborted.is_set():
                raise _Aborted from None
            if not began:
                return self._broken(error), 0.0 if _may_pass(error) else None
        raise self._cut()

    def _refusal(self, response: httpx.Response) -> _Refusal | None:
        """None for a stream of answers; else what is wrong with it."""
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.status_code == 200 and kind == "text/event-stream":
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                return no_stream(self._endpoint, "compressed"), None
            return None
        if response.status_code == 200:
            return no_stream(self._endpoint, kind), None
        reply = self._reply(response)
        models = self._listed() if is_about_model(reply) else None
        error = error_of(self._endpoint, reply, self._key, models)
        pause = reply.retry_after or 0.0
        again = response.status_code in PASSING and pause <= LONGEST_PAUSE_S
        return error, pause if again else None

    def _reply(self, response: httpx.Response) -> Reply:
        with contextlib.suppress(httpx.HTTPError, httpx.StreamError):  # the status says enough
            return Reply(response.status_code, _read(response, MAX_REFUSAL), _retry_after(response.headers))
        return Reply(response.status_code, b"", _retry_after(response.headers))

    def _listed(self) -> tuple[str, ...] | None:
        """The models that the server lists, for a sentence; None where it lists none."""
        with contextlib.suppress(EndpointError), Exchange(self._endpoint, self._key) as other:
            return other.look().models
        return None

    def _looked(self, body: bytes, server: Server) -> Looked:
        try:
            found = msgspec.json.decode(body, type=_Models)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise no_stream(self._endpoint, "no list") from None
        models = (found.data or [])[:MAX_LISTED]
        for each in models:
            server = server or _OWNERS.get(each.owned_by or "", "")
        return Looked(models=tuple(each.id for each in models), server=server or "other")

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}"} if self._key else {}

    @property
    def _trace(self) -> dict[str, Any]:
        return {"trace": self._watch}

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells of each step: a new connection is looked at before anything is sent, and kept to be broken."""
        if event == "connection.connect_tcp.complete":
            peer = info["return_value"].get_extra_info("server_addr")
            if self._endpoint.address.startswith("http:") and is_public(str(peer[0])):
                info["return_value"].close()
                raise in_the_clear(httpx.URL(self._endpoint.address).host)
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            found = info["return_value"].get_extra_info("socket")
            self._socket = found if isinstance(found, socket.socket) else None
        if self._aborted.is_set() and event in _BEFORE_SENDING:
            raise _Aborted

    # Sentences

    def _broken(self, error: Exception) -> EndpointError:
        """The sentence for an exchange of which nothing came."""
        name = self._endpoint.name
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return EndpointError.worded(
                "The certificate of the endpoint {name} is not valid, so nothing was sent. Ask whoever runs it.",
                code="endpoint_certificate",
                name=name,
            )
        if isinstance(error, httpx.RemoteProtocolError) and not _hung_up(error):
            return EndpointError.worded(
                "At the endpoint {name} something answers that does not speak HTTP. Check its address.",
                code="endpoint_not_http",
                name=name,
            )
        if isinstance(error, httpx.TimeoutException):
            return self._down(Phrase("no answer in time"))
        if isinstance(error, httpx.ConnectError):
            return self._down(Phrase("no connection"))
        return self._down(Phrase("the connection broke"))

    def _down(self, why: Phrase) -> EndpointError:
        return EndpointError.worded(
            "The endpoint {name} at {address} cannot be reached ({why}). Is its server running, and"
            " this computer connected?",
            code="endpoint_down",
            name=self._endpoint.name,
            address=self._endpoint.address,
            why=why,
        )

    def _cut(self) -> EndpointError:
        return EndpointError.worded(
            "The endpoint {name} broke off before the end. What came is kept; ask again.",
            code="endpoint_broke_off",
            name=self._endpoint.name,
        )


def _trust() -> ssl.SSLContext:
    """Whose certificates are believed: the public authorities that httpx brings, and this machine's own."""
    return _trusting(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@functools.cache
def _trusting(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Costs some 20 ms, so once for what the environment names."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _read(response: httpx.Response, most: int) -> bytes:
    """The body as far as `most` bytes."""
    found = bytearray()
    for piece in response.iter_raw():
        found += piece
        if len(found) >= most:
            break
    return bytes(found[:most])


def _may_pass(error: Exception) -> bool:
    """Whether a failure to reach a server may be over in a moment: refused, or hung up on."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return False
    return isinstance(error, httpx.ConnectError | httpx.ReadError | httpx.WriteError) or _hung_up(error)


def _hung_up(error: Exception) -> bool:
    return isinstance(error, httpx.RemoteProtocolError) and "disconnected" in str(error)


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
