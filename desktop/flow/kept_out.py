"""Whether a person is told that a browser waits for the passphrase: once for each time that it is used.

A browser that is kept out comes again by itself, soon, as long as it is used. Must not know Qt.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.flow.wording import gettext as _

QUIET_S = 150.0  # after so long it did not come again by itself: somebody uses it anew


@dataclass(frozen=True)
class KeptOut:
    """The browsers that came in vain, by their programs' names, each with when it came last."""

    clock: Callable[[], float] = time.monotonic
    _came: dict[str, float] = field(default_factory=dict)

    def came(self, browser: str) -> bool:
        """A browser came; whether that is to be said."""
        now, before = self.clock(), self._came.get(browser)
        self._came[browser] = now
        return before is None or now - before > QUIET_S


def waiting_text(browser: str) -> str:
    """What is said of a browser that waits; "" where its name cannot be told."""
    return _("{browser} waits for your passphrase: without it, it does not reach this window.").format(
        browser=browser or _("A browser")
    )


def key_reason(browser: str) -> str:
    """What a passphrase is wanted for; `browser` is the one that waits, "" where none does."""
    if browser:
        text = _("{browser} waits to be let in, by a key that only this profile has. It is kept with your other keys.")
        return text.format(browser=browser)
    return _("A browser is let in by a key that only this profile has. It is kept with your other keys.")


def waiting_reason() -> str:
    """Why it does."""
    return _("It is let in by a key that lies under the passphrase. What it sends is kept there until then.")
