"""A language for tests: English with accents, in brackets and two fifths longer, so that it can still be read.

Shown in it, a text without brackets does not go through gettext, and one that loses its closing bracket is cut.
Brackets inside brackets tell that a text was put together of others. Placeholders, file patterns and tabs stay.

    with speaking_pseudo():
        ...
"""

from __future__ import annotations

import gettext
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from desktop.flow import wording

OPEN, CLOSE = "⟦", "⟧"
LONGER = 0.4
_KEPT = re.compile(r"(\{[^{}]*\}|\(\*[^)]*\)|\t|\n)")
_ACCENTED = str.maketrans(
    "aeiouycnszglAEIOUYCNSZGL",
    "áéíóúýçñšžğľÁÉÍÓÚÝÇÑŠŽĞĽ",
)
_FILLING = "ėxträ wörds "


@cache
def pseudo(text: str) -> str:
    """`text` as the pseudo-locale has it; "" stays empty."""
    if not text:
        return ""
    pieces = _KEPT.split(text)
    words = "".join(pieces[::2])
    more = math.ceil(len(words) * LONGER) if words.strip() else 0
    filling = (_FILLING * (more // len(_FILLING) + 1))[:more].rstrip()
    accented = "".join(piece if at % 2 else piece.translate(_ACCENTED) for at, piece in enumerate(pieces))
    return f"{OPEN}{accented}{' ' if filling else ''}{filling}{CLOSE}"


class PseudoLocale(gettext.NullTranslations):
    """Translates whatever it is given."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """The program speaks the pseudo-locale in the block; what was built before keeps its words."""
    before = wording._language.catalogue
    wording._language.catalogue = PseudoLocale()
    try:
        yield
    finally:
        wording._language.catalogue = before
