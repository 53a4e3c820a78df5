"""Which fonts this system offers: its own where it names one, the best that is there where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFontDatabase, QFontInfo

# What a bare X server or a container answers when nobody chose a font.
_NO_CHOICE = frozenset({"", "sans", "sans serif", "sans-serif", "helvetica", "monospace", "dejavu sans"})
_TEXT = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Open Sans", "Roboto", "Liberation Sans", "DejaVu Sans")
_MONO = ("DejaVu Sans Mono", "Noto Sans Mono", "JetBrains Mono", "Ubuntu Mono", "Liberation Mono")


@dataclass(frozen=True)
class Families:
    """Family names for running text and for code."""

    text: str
    mono: str


def find_families() -> Families:
    """Ask the system; needs a running QGuiApplication."""
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    return Families(
        text=_chosen(general.family(), QFontInfo(general).family(), _TEXT),
        mono=_chosen(fixed.family(), QFontInfo(fixed).family(), _MONO),
    )


def _chosen(named: str, resolved: str, preferred: Sequence[str]) -> str:
    if named.casefold() not in _NO_CHOICE:
        return named
    for family in preferred:
        if QFontDatabase.hasFamily(family):
            return family
    return resolved
