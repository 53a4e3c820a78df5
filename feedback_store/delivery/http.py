"""One HTTP exchange with a collector, within limits. The only importer of httpx here.

TLS is always verified, plain HTTP goes to this machine only, redirects are not followed, and an answer is read up to
a cap. What the network does becomes DeliveryError("network"); every answer, whatever its status, is an Answer.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from feedback_store import canonical
from feedback_store.errors import CanonicalError, DeliveryError

MAX_ANSWER = 1024 * 1024
CONNECT_S = 10.0
ANSWER_S = 60.0  # without any byte in either direction


@dataclass(frozen=True)
class Answer:
    """What the collector answered. `value` is its JSON object, empty when it is none."""

    status: int
    body: bytes
    value: Mapping[str, Any]
    retry_after: str

    @property
    def code(self) -> str:
        """The refusal's stable word; "" where there is none."""
        found = self.value.get("code")
        return found if isinstance(found, str) and len(found) <= 64 else ""


class Http:
    """Exchanges with one address. Close it, or use it in a `with`."""

    def __init__(self, address: str) -> None:
        self.address = check_address(address)
        self._client = httpx.Client(
            base_url=self.address,
            follow_redirects=False,
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            trust_env=False,
            headers={"accept": "application/json", "user-agent": "preceptor"},
        )

    def get(self, path: str) -> Answer:
        return self._exchange("GET", path, None, {})

    def post(self, path: str, value: Mapping[str, str]) -> Answer:
        """Send a small JSON object."""
        return self._exchange("POST", path, canonical.encode(dict(value)), {"content-type": "application/json"})

    def put(self, path: str, body: bytes, *, media_type: str, token: str) -> Answer:
        """Send a body with its digest and the device's token."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        headers = {
            "content-type": media_type,
            "content-digest": f"sha-256=:{digest}:",
            "authorization": f"Bearer {token}",
        }
        return self._exchange("PUT", path, body, headers)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            with self._client.stream(method, path, content=body, headers=dict(headers)) as response:
                data = bytearray()
                for part in response.iter_bytes():
                    data += part
                    if len(data) > MAX_ANSWER:
                        raise DeliveryError(
                            f"The collector at {self.address} answered with more than {MAX_ANSWER:,} bytes.",
                            code="answer_too_large",
                            address=self.address,
                        )
                return Answer(
                    response.status_code,
                    bytes(data),
                    _object(bytes(data)),
                    response.headers.get("retry-after", ""),
                )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise DeliveryError(
                f"The collector at {self.address} cannot be reached. Check the network; what is signed waits here and"
                " is sent later.",
                code="network",
                address=self.address,
                reason=type(error).__name__,
            ) from error


def check_address(address: str) -> str:
    """The address without a slash at its end; DeliveryError for one that is not safe to send to."""
    address = address.strip().rstrip("/")
    try:
        found = urlsplit(address)
        host, _port = found.hostname or "", found.port
    except ValueError as error:
        raise _bad_address(address) from error
    if not host or found.scheme not in ("http", "https") or found.query or found.fragment or "@" in found.netloc:
        raise _bad_address(address)
    if found.scheme == "http" and not _is_this_machine(host):
        raise DeliveryError(
            f"{address} is not encrypted. Use its https address; plain http goes to this machine only.",
            code="not_encrypted",
            address=address,
        )
    return address


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad_address(address: str) -> DeliveryError:
    return DeliveryError(
        f"{address[:80]!r} is not a collector's address. It looks like https://collect.example.org",
        code="bad_address",
        address=address[:80],
    )


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        value = canonical.strict_loads(data)
    except CanonicalError:
        return {}
    return value if isinstance(value, dict) else {}
