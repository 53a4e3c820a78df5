"""E-mail addresses and internet addresses that somebody may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from feedback_store.personal_data.found import Found

# Letters of scripts that put spaces between words: an address in a Chinese sentence ends where the Chinese begins.
_LETTERS = "A-Za-z0-9\u00c0-\u024f\u0370-\u052f"
# A run of letters before the @ is tried once, from its beginning, so that no text takes more than linear time.
_EMAIL = re.compile(
    rf"(?<![{_LETTERS}_.+%-])[{_LETTERS}_][{_LETTERS}_.+%'-]{{0,63}}+"
    rf"@(?:[{_LETTERS}](?:[{_LETTERS}-]{{0,62}})\.){{1,8}}(?:xn--[A-Za-z0-9-]{{2,40}}|[A-Za-z\u00c0-\u024f\u0370-\u052f]{{2,24}})"
    rf"(?![{_LETTERS}@-])"
)
_RESERVED = re.compile(
    r"(?:^|[@.])(?:example\.(?:com|net|org|edu)|example|invalid|test|localhost|local)$", re.IGNORECASE
)
_NO_DOMAIN = {  # endings of file names: icon@2x.png
    "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "js", "mjs", "ts", "tsx", "jsx", "css", "scss", "html", "json",
    "yaml", "yml", "toml", "txt", "service", "timer", "socket", "target", "tar", "gz", "whl", "lock",
}  # fmt: skip

_IPV4 = re.compile(r"(?<![\w.+-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-]|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])(?=[23])[0-9A-Fa-f]{4}:[0-9A-Fa-f:]{2,34}(?:\.[0-9.]{1,12})?(?![\w:])")
_VERSION_BEFORE = re.compile(
    r"(?:\bv|\bver\.?|\bversion(?:en|s)?|\brelease|\bsection|\bchapter|\babschnitt|\bkapitel|§)[\s:=#]*$", re.IGNORECASE
)
_BEFORE = 16
# The resolvers that every manual names.
_EVERYBODYS = {"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"}
_EVERYBODYS_V6 = {"2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001"}


def find_emails(text: str) -> Iterator[Found]:
    """Addresses as they are written, without `mailto:`."""
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        local, _, domain = match[0].partition("@")
        remote = local == "git" and text[match.end() : match.end() + 1] == ":"  # git@host:owner/name
        ending = domain.rpartition(".")[2].lower()
        nobodys = remote or ending in _NO_DOMAIN or _RESERVED.search(domain) is not None
        if not nobodys and ".." not in local and not local.endswith("."):
            yield Found(match.start(), match.end(), "email", match[0])


def find_ips(text: str) -> Iterator[Found]:
    """Addresses that are reached from everywhere; loopback, private and documentation ranges are nobody's."""
    for match in _IPV4.finditer(text):
        if _is_somebodys(match[0]) and not _VERSION_BEFORE.search(text, max(0, match.start() - _BEFORE), match.start()):
            yield Found(match.start(), match.end(), "ip", match[0])
    for match in _IPV6.finditer(text):
        quote = match[0].rstrip(".") if match[0].endswith("::") else match[0].rstrip(".:")
        if _is_somebodys_v6(quote):
            yield Found(match.start(), match.start() + len(quote), "ip", quote)


def _is_somebodys(quote: str) -> bool:
    try:
        address = IPv4Address(quote)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and quote not in _EVERYBODYS


def _is_somebodys_v6(quote: str) -> bool:
    try:
        address = IPv6Address(quote)
    except ValueError:
        return False
    return address.is_global and str(address) not in _EVERYBODYS_V6
