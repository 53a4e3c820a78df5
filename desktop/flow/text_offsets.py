"""Code points and UTF-16 units: records count in the first, Qt in the second. The only place that converts."""

from __future__ import annotations

from collections.abc import Sequence


def to_utf16(text: str, code_points: int) -> int:
    """The UTF-16 offset of a place in `text` given in code points; held inside the text."""
    return utf16_length(text[: max(0, code_points)])


def to_utf16_all(text: str, places: Sequence[int]) -> list[int]:
    """`to_utf16` of many places at the cost of reading the text once."""
    if text.isascii():
        return [min(max(0, place), len(text)) for place in places]
    found: dict[int, int] = {}
    before = units = 0
    for place in sorted({min(max(0, place), len(text)) for place in places}):
        units += utf16_length(text[before:place])
        found[place] = units
        before = place
    return [found[min(max(0, place), len(text))] for place in places]


def to_code_points(text: str, utf16: int) -> int:
    """The place in code points of a UTF-16 offset; inside a surrogate pair, the place before it."""
    if utf16 <= 0:
        return 0
    if text.isascii():
        return min(utf16, len(text))
    units = 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > utf16:
            return index
    return len(text)


def utf16_length(text: str) -> int:
    """How many UTF-16 units `text` has."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
