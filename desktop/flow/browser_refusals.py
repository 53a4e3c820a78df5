"""What browsers are refused, for the log: by which code, and which browser by its name here.

Never what was said: no text, no title, no address is in a line. A browser that is refused again and again has one line
a minute for each code, with how often it was. Must not know Qt nor the channel.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_S = 60.0

# The codes that a session may be told, as docs/bridge-protocol.md lists them. Of anything else, trouble of the disk
# or of an engine, it is told FAILED with the sentence that says why.
TOLD = frozenset({
    *("capture_too_large", "capture_unreadable", "capture_shape", "capture_conflict", "inbox_full"),
    *("verdict_too_large", "verdict_unreadable", "verdict_shape", "verdict_conflict", "no_capture", "capture_taken"),
    *("ask_too_large", "ask_shape", "asking", "no_models", "unknown_model"),
    *("too_many", "message", "not_json", "repeated_key", "unknown"),
})  # fmt: skip
FAILED = "failed"

_log = logging.getLogger(__name__)


@dataclass
class _Told:
    """When this was logged last, and how often it came since."""

    at: float
    more: int = 0


@dataclass(frozen=True)
class Refusals:
    """The refusals of one window. `name` gives the name of a pairing, "" where it has none."""

    name: Callable[[str], str] = lambda _pairing: ""
    clock: Callable[[], float] = time.monotonic
    _told: dict[tuple[str, str], _Told] = field(default_factory=dict)

    def note(self, code: str, pairing: str = "") -> None:
        """A browser was refused something with this code, which is one of ours; `pairing` is "" for a stranger."""
        name, now = self.name(pairing) if pairing else "", self.clock()
        told = self._told.get((name, code))
        if told is not None and now - told.at < EVERY_S:
            told.more += 1
            return
        self._told[name, code] = _Told(now)
        whose = f"the browser {name!r}" if name else "a browser that is not connected"
        since = f", and {told.more} times since it was said last" if told is not None and told.more else ""
        _log.warning("refused to %s: %s%s", whose, code, since)
