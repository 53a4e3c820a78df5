"""Counts, sizes, durations and dates as people read them, in the language that is spoken.

A number and its unit stay in one line: between them stands a space at which no line breaks. What a machine reads
(records, JSON, file names) is never written by these. Must not know who shows them.
"""

from __future__ import annotations

from datetime import date, datetime

from desktop.flow import wording
from desktop.flow.wording import gettext as _


def count_text(count: int) -> str:
    """A whole number: 15,340."""
    return decimal_text(count, 0)


def decimal_text(number: float, places: int = 1) -> str:
    """A number with so many decimals: 1,234.5."""
    return wording.swapped(f"{number:,.{places}f}")


def percent_text(share: float) -> str:
    """A share of 1: 110 %."""
    return _unbroken(_("{percent} %").format(percent=count_text(round(share * 100))))


def size_text(size: int) -> str:
    """Bytes: 98.4 MB, 5.0 GB."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return _unbroken(f"{decimal_text(size / step)} {unit}")
    return _unbroken(f"{size} B")


def _unbroken(quantity: str) -> str:
    return quantity.replace(" ", "\u00a0")


def parameters_text(parameters: int) -> str:
    """A model's parameters as its makers name it in every language: 135M, 7.2B; – where it does not tell."""
    if parameters >= 1_000_000_000:
        return f"{parameters / 1e9:.1f}B"
    if parameters >= 1_000_000:
        return f"{parameters / 1e6:.0f}M"
    return f"{parameters / 1e3:.0f}k" if parameters else "–"


def time_text(seconds: float) -> str:
    """Seconds, rounded to what matters: 45 s, 12 min, 2.5 h."""
    if seconds < 90:
        return _unbroken(_("{count} s").format(count=decimal_text(seconds, 0)))
    if seconds < 5400:
        return _unbroken(_("{count} min").format(count=decimal_text(seconds / 60, 0)))
    return _unbroken(_("{count} h").format(count=decimal_text(seconds / 3600)))


def milliseconds_text(milliseconds: float) -> str:
    """A short time: 1,250 ms."""
    return _unbroken(_("{count} ms").format(count=decimal_text(milliseconds, 0)))


def day_text(day: date, today: date | None = None) -> str:
    """A day: 26 November 2026; without its year where that is today's."""
    month = months()[day.month - 1]
    if today is not None and day.year == today.year:
        return _("{day} {month}").format(day=day.day, month=month)
    return _("{day} {month} {year}").format(day=day.day, month=month, year=day.year)


def moment_text(moment: datetime) -> str:
    """Day and clock, in local time: 26 November 2026, 14:05."""
    local = moment.astimezone()
    return _("{day}, {clock}").format(day=day_text(local.date()), clock=f"{local:%H:%M}")


def since_text(moment: datetime, now: datetime) -> str:
    """A moment by what matters now, in local time: the clock today, the day before."""
    local, today = moment.astimezone(), now.astimezone().date()
    if local.date() == today:
        return _("Today {time}").format(time=f"{local:%H:%M}")
    return day_text(local.date(), today)


def months() -> tuple[str, ...]:
    """The months as they stand in a date, January first."""
    return (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
