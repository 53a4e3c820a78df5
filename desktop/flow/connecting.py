"""Connecting a browser, as the person at the window goes through it: wait, type six digits, allow.

What the channel does of it (desktop/browser) is told here by `asked`, `answered` and `gone`. Must not know Qt nor keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.flow.browser_words import FoundRow
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext

CODE_DIGITS = 6

Step = Literal["waiting", "typing", "right", "allowed", "over"]


@dataclass(frozen=True)
class Connecting:
    """How far it has come. `connection` is the browser's that asks, `browser` its name or "", `problem` a sentence."""

    step: Step = "waiting"
    connection: int | None = None
    browser: str = ""
    problem: str = ""

    def asked(self, connection: int, browser: str) -> Connecting:
        """A browser shows its digits."""
        return Connecting("typing", connection, browser)

    def answered(self, how: Literal["right", "refused", "expired"], tries_left: int) -> Connecting:
        """What the digits were that a person typed."""
        if how == "right":
            return Connecting("right", self.connection, self.browser)
        if how == "expired":
            return self.ended()
        if tries_left == 0:
            return Connecting(
                "over", problem=_("These were not the digits, and no try is left. Choose Connect a browser again.")
            )
        left = ngettext("{} more try", "{} more tries", tries_left).format(tries_left)
        text = (
            _("These were not the digits. Begin again in the browser; there is {left}.")
            if tries_left == 1
            else _("These were not the digits. Begin again in the browser; there are {left}.")
        )
        return Connecting("waiting", problem=text.format(left=left))

    def gone(self, connection: int) -> Connecting:
        """A connection ended; nothing changes where it was another one."""
        if connection != self.connection or self.step == "allowed":
            return self
        return Connecting("waiting", problem=_("The browser has stopped asking. Begin again there."))

    def allowed(self) -> Connecting:
        """It is connected."""
        return Connecting("allowed", self.connection, self.browser)

    def ended(self) -> Connecting:
        """The time is up."""
        return Connecting("over", problem=_("The time is up. Choose Connect a browser again."))

    @property
    def words(self) -> str:
        """What is waited for."""
        who = self.browser or _("A browser")
        return {
            "waiting": _("Open Preceptor's panel in the browser and choose Connect there."),
            "typing": _("{browser} asks to be connected. Type the six digits that its panel shows.").format(
                browser=who
            ),
            "right": _("The digits are right. {browser} may put answers into your inbox once you allow it.").format(
                browser=who
            ),
            "allowed": _("{browser} is connected.").format(browser=who),
            "over": "",
        }[self.step]

    @property
    def may_allow(self) -> bool:
        return self.step == "right"

    @property
    def takes_digits(self) -> bool:
        """Whether the field for them stays open: also after wrong ones, so that the keyboard stays there."""
        return self.step == "typing" or bool(self.problem)

    @property
    def is_done(self) -> bool:
        """Whether nothing is waited for any more."""
        return self.step in ("allowed", "over")


def elsewhere_text(rows: Sequence[FoundRow]) -> str:
    """Which browsers of this computer reach another profile, so that none of them comes here; "" where none does."""
    names = [row.browser for row in rows if row.elsewhere]
    text = ngettext(
        "{browsers} reaches another profile of Preceptor, and cannot be connected with this one yet: close this, and "
        "choose Let it find Preceptor first.",
        "{browsers} reach another profile of Preceptor, and cannot be connected with this one yet: close this, and "
        "choose Let it find Preceptor first.",
        len(names),
    )
    return text.format(browsers=", ".join(names)) if names else ""


def code_in(typed: str) -> str | None:
    """The six digits in what was typed so far, spaces left out; None as long as they are not whole."""
    digits = "".join(typed.split())
    return digits if len(digits) == CODE_DIGITS and digits.isdecimal() and digits.isascii() else None


def left_text(seconds: float) -> str:
    """How long the window still waits."""
    minutes, rest = divmod(round(seconds), 60)
    return _("{minutes}:{seconds} left").format(minutes=minutes, seconds=f"{rest:02}")


def name_for(browser: str) -> str:
    """What a browser is called here until a person says otherwise."""
    return _("{browser} on this computer").format(browser=browser or _("Browser"))
