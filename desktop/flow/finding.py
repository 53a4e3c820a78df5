"""Where words stand in a text that is read, and how that is said. Must not know what shows the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def plainly(words: str) -> str:
    """Words without case and without the marks of their letters, as they are typed where a keyboard has none."""
    letters = unicodedata.normalize("NFD", words.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


def findable(text: str) -> str:
    """What words that are typed, made plain, find a text by: "schwarz" and "schwaerz" find "schwärzen"."""
    return f"{plainly(text)}\n{unicodedata.normalize('NFC', text.casefold()).translate(_SPELLED_OUT)}"


def places(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """Every place of `words` in code points, upper or lower case; a space in them is any white space, once or more."""
    pieces = words.split()
    if not pieces:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, pieces)), re.IGNORECASE)
    return tuple(match.span() for match in pattern.finditer(text))


def next_place(found: Sequence[object], current: int | None, step: int) -> int | None:
    """The place after the current one, or before it, going round; None where there is none."""
    if not found:
        return None
    if current is None:
        return 0 if step > 0 else len(found) - 1
    return (current + step) % len(found)


def found_words(current: int | None, count: int) -> str:
    """Which of the places is shown: "2 of 5"; that there is none."""
    if not count:
        return _("Not found.")
    return _("{place} of {count}").format(place=count_text((current or 0) + 1), count=count_text(count))
