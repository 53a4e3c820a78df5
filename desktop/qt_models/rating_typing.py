"""What a key means in a cell of the ratings: pure, so that the table and the line below the answers share it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.flow.wording import gettext as _
from desktop.qt_models.ratings import NOT_APPLICABLE, RatingLine, Value


@dataclass(frozen=True)
class Typed:
    """A key's work: digits that wait for further ones, a value to set, and whether the next row's turn has come.

    `beyond` is the number that is none of the scale's, so that nothing happened.
    """

    waiting: str = ""
    sets: bool = False
    value: Value = None
    goes_on: bool = False
    beyond: str = ""


def typed(line: RatingLine, now: Value, waiting: str, text: str) -> Typed | None:
    """The work of the key that types `text` in a cell that holds `now`; None for a key that means nothing there."""
    if line.marks:
        return _mark(line, now, text.upper())
    if text == "-" and line.na:
        return Typed(sets=True, value=NOT_APPLICABLE, goes_on=True)
    if not (text.isascii() and text.isdigit()):
        return None
    return _digit(line, waiting, text)


def off_scale_words(digits: str, lowest: int, highest: int) -> str:
    """That what was typed is none of a scale's digits, and which there are."""
    words = _("{digits} is not on the scale: {lowest} to {highest}.")
    return words.format(digits=digits, lowest=lowest, highest=highest)


def no_value_words(text: str) -> str:
    """That a letter is no value of the current line, and where letters do something."""
    words = _("{letter} is no value here, so nothing was rated. Esc goes back to the answers.")
    return words.format(letter=text.upper())


def toggled(line: RatingLine, now: Value, value: str) -> tuple[str, ...]:
    """The choices of a question with several once `value` is put in or taken out, in the rubric's order."""
    chosen = set(now) if isinstance(now, tuple) else set()
    chosen ^= {value}
    return tuple(mark.value for mark in line.marks if mark.value in chosen)


def _mark(line: RatingLine, now: Value, text: str) -> Typed | None:
    if line.several and text == "0":
        return Typed(sets=True, value=(), goes_on=True)
    mark = next((mark for mark in line.marks if mark.key == text), None)
    if mark is None:
        return None
    if line.several:
        return Typed(sets=True, value=toggled(line, now, mark.value))
    return Typed(sets=True, value=mark.value, goes_on=True)


def _digit(line: RatingLine, waiting: str, text: str) -> Typed:
    """A digit rates; on a scale above 9 digits gather until no further one could follow."""
    digits = waiting + text if int(waiting + text) <= line.highest else text
    value = int(digits)
    if value > line.highest:
        return Typed(beyond=text)
    more = 0 < value * 10 <= line.highest
    if value < line.lowest:
        return Typed(waiting=digits if more else "", beyond="" if more else digits)
    return Typed(waiting=digits if more else "", sets=True, value=value, goes_on=not more)
