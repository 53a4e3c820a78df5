"""The browsers of a profile in words: those that were connected, and those that are here and find Preceptor or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.flow.health import Finding
from desktop.flow.quantities import day_text, since_text
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from feedback_store.browser_table import Browser


@dataclass(frozen=True)
class BrowserRow:
    """A connected browser: its name here, since when, when it was last seen, whether it is open now."""

    pairing: str
    name: str
    program: str
    since: str
    seen: str
    is_open: bool

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.name, self.program, self.since, self.seen) if part)


@dataclass(frozen=True)
class FoundRow:
    """A browser of this computer: whether it finds Preceptor, in a sentence, and what to do where it does not.

    `repairable` where the window can do it. Where that takes from another profile, `other` is that one's folder and
    `losing` are the browsers that do not reach it any more.
    """

    browser: str
    ready: bool
    text: str
    way_out: str
    repairable: bool = False
    elsewhere: bool = False  # it finds another profile
    other: str = ""
    losing: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """Whether it finds Preceptor, as short as a table has room for."""
        if self.ready:
            return _("Yes")
        if self.elsewhere:
            return _("Another profile")
        return _("Not yet") if self.repairable else _("No")

    @property
    def whole(self) -> str:
        """All that is to be said of it."""
        return f"{self.text} {self.way_out}".strip()

    @property
    def said(self) -> str:
        """What to do next with it, whether it finds Preceptor or not; the folder stands below."""
        if not self.ready:
            return self.whole
        steps = _(
            "Next, in {browser}: open chrome://extensions, switch on Developer mode (top right), choose Load unpacked "
            "and this folder. Then connect it here."
        )
        return steps.format(browser=self.browser)

    @property
    def taking(self) -> tuple[str, str]:
        """What is asked before it is taken from another profile, and what that means; both "" where it is not."""
        if not self.other:
            return "", ""
        question = _("Take over what leads to another profile?")
        means = _(
            "To the profile in {other} until now: {browsers}. That profile keeps all it has, but no browser named "
            "here reaches it any more. Connect each anew here. In that profile's window they can be taken back."
        )
        return question, means.format(other=self.other, browsers=", ".join(self.losing))

    @property
    def why_not(self) -> str:
        """Why the window can repair nothing here, "" where it can."""
        if self.ready:
            return self.text
        return "" if self.repairable else self.whole


def browser_rows(browsers: Sequence[Browser], here: Collection[str], now: datetime) -> tuple[BrowserRow, ...]:
    """The connected ones, the one seen last first; `here` are the pairings that have a session now."""
    return tuple(
        BrowserRow(
            pairing=each.pairing,
            name=each.name,
            program=each.browser,
            since=day_text(datetime.fromisoformat(each.paired_at).astimezone().date()),
            seen=_("Connected now") if each.pairing in here else since_text(datetime.fromisoformat(each.seen_at), now),
            is_open=each.pairing in here,
        )
        for each in browsers
    )


def found_row(browser: str, findings: Sequence[Finding], other: str = "", losing: Sequence[str] = ()) -> FoundRow:
    """How a browser of this computer stands by what was found about it, cause by cause.

    Where another profile is in the way, `other` is its folder, and `losing` are the browsers that it would lose.
    """
    trouble = next((finding for finding in findings if finding.state == "trouble"), None)
    if trouble is None:
        return FoundRow(browser, True, _("{browser} finds Preceptor already.").format(browser=browser), "")
    if trouble.repairable:
        way_out = _("Choose Let it find Preceptor.")
        elsewhere, text = trouble.name == "profile", in_one_line(trouble.text)
        return FoundRow(browser, False, text, way_out, True, elsewhere, in_one_line(other), tuple(losing))
    return FoundRow(browser, False, trouble.text, trouble.way_out)


def none_here() -> str:
    """What to do where there is no browser that could be connected."""
    return _(
        "No Chrome, Chromium, Edge, Brave or Vivaldi was found on this computer. Install one of them: it is listed "
        "here as soon as it is there. One that lies in a folder of your own is found once you have started it."
    )


def not_installed(browser: str, why: str) -> str:
    """Why a browser was not let find Preceptor: a word of the installer's, or what the system said."""
    words = {
        "not ours": _("{browser} is told of Preceptor by a file that another program may need. It was left as it is."),
        "not possible": _("{browser} is a snap, which may not start programs outside of itself. See the guide."),
        "not yet": _("{browser}: not possible yet on Windows. There is no program yet that it could start."),
    }
    return words.get(why, _("{browser} could not be told of Preceptor: {reason}")).format(browser=browser, reason=why)
