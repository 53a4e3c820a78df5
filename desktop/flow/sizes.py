"""Numbers as people read them."""

from __future__ import annotations

from desktop.flow.wording import gettext as _


def size_text(size: int) -> str:
    """Bytes: 98.4 MB, 5.0 GB."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"


def count_text(parameters: int) -> str:
    """A model's parameters as people name them: 135M, 7.2B; – where it does not tell."""
    if parameters >= 1_000_000_000:
        return f"{parameters / 1e9:.1f}B"
    if parameters >= 1_000_000:
        return f"{parameters / 1e6:.0f}M"
    return f"{parameters / 1e3:.0f}k" if parameters else "–"


def time_text(seconds: float) -> str:
    """Seconds as people read them."""
    if seconds < 90:
        return _("{count:.0f} s").format(count=seconds)
    if seconds < 5400:
        return _("{count:.0f} min").format(count=seconds / 60)
    return _("{count:.1f} h").format(count=seconds / 3600)
