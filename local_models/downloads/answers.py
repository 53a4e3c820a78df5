"""What a server's answer to a download means: the file follows, try again, or a sentence. Must not know sockets."""

from __future__ import annotations

import contextlib
import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from local_models.downloads.addresses import Remote, host_of, shown
from local_models.errors import DownloadError, Phrase

_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds, and how often it is tried without getting on."""

    connect_s: float = 10.0
    silence_s: float = 30.0  # between two pieces
    tries: int = 6
    first_pause_s: float = 1.0  # doubled from try to try
    longest_pause_s: float = 30.0
    longest_wait_s: float = 120.0  # that a busy server may ask for

    def pause(self, tries: int) -> float:
        """How long to wait after so many tries."""
        return min(self.longest_pause_s, self.first_pause_s * 2.0 ** (tries - 1))


@dataclass(frozen=True)
class Asked:
    """What was asked for: the byte `start` and all after it. `address` is where the redirects led.

    `size` and `sha256` are what the hub says of the whole file, where it does.
    """

    remote: Remote
    address: str
    start: int
    size: int | None
    sha256: str


@dataclass(frozen=True)
class Head:
    """What a server says before it sends: the place of the first byte that follows, sizes in bytes.

    `total` is the whole file's size, None where it is not told; `sha256` what the hub says of the whole file.
    """

    start: int
    total: int | None
    etag: str = ""
    modified: str = ""
    sha256: str = ""


class PassingError(Exception):
    """What may be over in a moment: `error` if it is not, `pause` where the server asked for one, in seconds.

    `unheard` says that no answer came at all, as with an address that is wrong.
    """

    def __init__(self, error: DownloadError, *, pause: float | None = None, unheard: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause
        self.unheard = unheard


class DiffersError(Exception):
    """What a server sends is not what it sent before."""


def read_head(status: int, headers: Mapping[str, str], asked: Asked, patience: Patience) -> Head:
    """What an answer that brings the file says. Raises DownloadError, PassingError and DiffersError for every other."""
    if status == 416 and asked.start:
        raise DiffersError  # the file is shorter now than what has come of it
    if status not in (200, 206):
        raise _refused(status, headers, asked, patience)
    host = host_of(asked.address)
    if (packed := headers.get("content-encoding", "identity").lower()) not in ("identity", ""):
        raise DownloadError.worded(
            "{host} sends the file packed ({packing}), so that it could not go on after a break. "
            "Look for another address of this file.",
            code="packed",
            host=host,
            packing=shown(packed),
        )
    if headers.get("content-type", "").partition(";")[0].strip().lower() in _PAGES:
        raise DownloadError.worded(
            "{host} shows a web page instead of sending {file}. Look for the file's own address, or log in with the"
            " browser, download it there and add the file.",
            code="web_page",
            host=host,
            file=_name(asked),
        )
    start, total = 0, _number(headers.get("content-length", ""))
    if status == 206:
        found = _RANGE.fullmatch(headers.get("content-range", "").strip())
        if found is None or int(found[1]) != asked.start:
            raise DownloadError.worded(
                "{host} sends another part of the file than it was asked for. What has come is kept; "
                "delete it to begin anew, or look for another address of this file.",
                code="other_part",
                host=host,
            )
        start = asked.start
        if found[3] != "*":
            total = int(found[3])
        elif total is not None:
            total += start
    if asked.size is not None and total not in (None, asked.size):
        raise DownloadError.worded(
            "{host} sends {total:,} bytes; the file's page tells of {expected:,}. Try again later.",
            code="other_length",
            host=host,
            total=total,
            expected=asked.size,
        )
    etag, modified = headers.get("etag", "")[:200], headers.get("last-modified", "")[:100]
    return Head(start, asked.size if total is None else total, etag, modified, asked.sha256)


def linked_sha256(headers: Mapping[str, str]) -> str:
    """The SHA-256 of the file that Hugging Face's answer leads to; "" where it tells none."""
    found = _SHA256.fullmatch(headers.get("x-linked-etag", ""))
    return found[1] if found else ""


def linked_size(headers: Mapping[str, str]) -> int | None:
    """The size in bytes of the file that Hugging Face's answer leads to."""
    return _number(headers.get("x-linked-size", ""))


def broken_off(address: str) -> DownloadError:
    """The error for a server that ends before the file does."""
    return DownloadError.worded(
        "{host} breaks off again and again. What has come is kept; try again later.",
        code="broken_off",
        host=host_of(address),
    )


def _refused(status: int, headers: Mapping[str, str], asked: Asked, patience: Patience) -> Exception:
    """What a status says; it passes where the server is only busy or broken."""
    host, page = host_of(asked.address), asked.remote.page
    if status in (401, 403):
        way = Phrase("Log in with the browser, download it there and add the file.")
        if page and asked.remote.token:
            way = Phrase(
                "The token that is set here does not open it. Check the name, or agree to the terms at {page} and set"
                " HF_TOKEN.",
                {"page": page},
            )
        elif page:
            way = Phrase(
                "It may need a login. Check the name, or agree to the terms at {page} and set HF_TOKEN.", {"page": page}
            )
        return DownloadError.worded(
            "{host} does not give {file} to everybody. {way}", code="not_allowed", host=host, file=_name(asked), way=way
        )
    if status in (404, 410):
        way = Phrase("See what there is: {page}", {"page": page}) if page else Phrase("Check it.")
        return DownloadError.worded(
            "{host} has no {file} at this address. {way}", code="no_such_file", host=host, file=_name(asked), way=way
        )
    if status in (408, 425, 429) or status >= 500:
        pause = _retry_after(headers)
        if pause is not None and pause > patience.longest_wait_s:
            return DownloadError.worded(
                "{host} asks to wait for {minutes:.0f} minutes (it answered {status}). Try again "
                "then; what has come is kept.",
                code="server_busy",
                host=host,
                minutes=pause / 60,
                status=status,
            )
        if status >= 500 and status != 503:
            error = DownloadError.worded(
                "{host} has a fault (it answered {status}). Try again later; what has come is kept.",
                code="server_busy",
                host=host,
                status=status,
            )
        else:
            error = DownloadError.worded(
                "{host} is busy (it answered {status}). Try again later; what has come is kept.",
                code="server_busy",
                host=host,
                status=status,
            )
        return PassingError(error, pause=pause)
    return DownloadError.worded(
        "{host} answered {status} instead of sending {file}. Check the address.",
        code="no_such_file",
        host=host,
        status=status,
        file=_name(asked),
    )


def _name(asked: Asked) -> str:
    return repr(shown(asked.remote.name))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from either form of RFC 9110 10.2.3."""
    text = headers.get("retry-after", "").strip()
    if (seconds := _number(text)) is not None:
        return float(seconds)
    with contextlib.suppress(ValueError, TypeError):
        moment = email.utils.parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None
