"""Until when a collector wants to be left alone, as a trainer reads it; and how to send anyway. Must not know Qt."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.flow.quantities import time_text
from desktop.flow.wording import gettext as _


def end_of(left_s: float, now: datetime) -> datetime:
    """When so many seconds are over, in whole minutes: nothing is sent by itself before."""
    end = now + timedelta(seconds=left_s)
    whole = end.replace(second=0, microsecond=0)
    return whole if whole == end else whole + timedelta(minutes=1)


def state_text(until: datetime) -> str:
    """What a delivery waits for, in the outbox."""
    return _("Waiting until {clock}, as the collector asks, or for “Sign and send”").format(clock=_clock(until))


def status_text(until: datetime) -> str:
    """As the window's status line has room for."""
    return _("No sending until {clock}").format(clock=_clock(until))


def command_text(left_s: float) -> str:
    """For the command line: for how long, and the command that sends all the same."""
    words = _("The collector asks to be left alone for another {time}. To send anyway: preceptor outbox send")
    return words.format(time=time_text(max(1.0, left_s)))


def _clock(until: datetime) -> str:
    return f"{until:%H:%M}"
