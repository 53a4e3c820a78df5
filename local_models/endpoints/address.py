"""Which servers may be spoken to, and how safe the way there is. Must not know HTTP.

https goes anywhere. http goes to this computer and to private networks only: prompts and keys would be read by whoever
carries them. A name is looked at again when it is connected to (http.py), for it may lead elsewhere by then.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from local_models.errors import EndpointError

MOST = 500  # characters of an address
EXAMPLE = "http://127.0.0.1:8080/v1"


def check_address(address: str) -> str:
    """The base address without its last slash; EndpointError for one that may not be spoken to."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    plain = text.isascii() and text.isprintable() and " " not in text
    if parts.scheme not in ("http", "https") or not host or port == 0 or not plain or len(text) > MOST:
        raise EndpointError.worded(
            "{address!r} is not an endpoint's address. It looks like {example}",
            code="endpoint_address",
            address=address[:100],
            example=EXAMPLE,
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise EndpointError.worded(
            "An endpoint's address has no user, question mark or hash sign. It looks like "
            "{example}; a key is asked for apart.",
            code="endpoint_address",
            example=EXAMPLE,
        )
    if parts.scheme == "http" and is_public(host):
        raise in_the_clear(host)
    path = parts.path.rstrip("/").removesuffix("/chat/completions")  # what is asked there is not part of the base
    return f"{parts.scheme}://{parts.netloc}{path}".rstrip("/")


def in_the_clear(host: str) -> EndpointError:
    """The refusal to send prompts and keys over the open net without TLS."""
    return EndpointError.worded(
        "http://{host} would send your prompts in the clear over the open net. Use its https address, or a tunnel.",
        code="endpoint_insecure",
        host=host,
    )


def is_public(host: str) -> bool:
    """Whether a host, given by its number, is reached over the open net; names are not looked up."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        return False


def is_here(address: str) -> bool:
    """Whether the address is this computer's own."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_unprotected(address: str) -> bool:
    """Whether prompts leave this computer without TLS."""
    return address.startswith("http:") and not is_here(address)
