"""What an answer's text looks like on the screen, unit for unit: as many UTF-16 units as the source has.

Characters that nobody can see (`desktop.flow.unseen` says which) and the masked names become inline objects, so
neither the screen, nor a screen reader, nor the order of the text is fooled by them. Because no unit is added or
dropped, a place on the screen is a place in the source. No Qt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.flow.text_offsets import utf16_length
from desktop.flow.unseen import JOINERS, LOOKS, LOOKS_AHEAD, UNSEEN, unseen_name

OBJECT = "\ufffc"
_REPLACEMENT = "\ufffd"
# What QTextDocument would read as a frame or an object of its own.
_TAKEN_BY_QT = "\ufdd0\ufdd1\ufffc"
# All that may be shown otherwise than it is. Long texts are made of everything else, which is passed over.
ODD = re.compile(f"[\0-\x08\x0b-\x1f\x7f\ud800-\udfff{_TAKEN_BY_QT}{UNSEEN}]")
_WAITING = (*JOINERS, *LOOKS, "\r")  # what is behind these may change how they are shown

StandKind = Literal["mask", "invisible", "blackout"]
Cover = tuple[int, int, str]  # a range in code points, and the words on it


@dataclass(frozen=True)
class Stand:
    """An inline object that stands for `length` UTF-16 units of the source."""

    start: int
    length: int
    label: str
    kind: StandKind


@dataclass(frozen=True)
class Shown:
    """The text for QTextDocument, and the objects in it."""

    text: str
    stands: tuple[Stand, ...]


def show_text(
    text: str, masks: Sequence[tuple[int, int]] = (), mask_label: str = "…", blackouts: Sequence[Cover] = ()
) -> Shown:
    """The shown form of `text`; `masks` are ranges that `mask_label` covers, `blackouts` placeholders (code points)."""
    pieces: list[str] = []
    stands: list[Stand] = []
    at = index = 0
    hidden = dict(_clean([*masks, *((start, end) for start, end, _label in blackouts)], len(text)))
    boxes = {start: label for start, _end, label in blackouts}

    def add(shown: str, length: int, end: int) -> None:
        nonlocal at, index
        pieces.append(shown)
        at, index = at + length, end

    for place in sorted({*hidden, *_odd_places(text)}):
        if place < index:  # it is hidden
            continue
        add(text[index:place], utf16_length(text[index:place]), place)
        end = hidden.get(place, place + 1)
        length = utf16_length(text[place:end])
        if place in hidden:
            box = boxes.get(place)
            stand: Stand | None = Stand(at, length, box or mask_label, "blackout" if box else "mask")
        else:
            label = unseen_name(text, place)
            stand = Stand(at, length, label, "invisible") if label else None
        if stand is not None:
            stands.append(stand)
        add(OBJECT * length if stand is not None else _visible(text, place), length, end)
    add(text[index:], 0, len(text))
    return Shown("".join(pieces), tuple(stands))


def pieces_of(shown: Shown, first: int, size: int) -> list[Shown]:
    """`shown` in pieces that end with a line, of about `first` and then of about `size` characters.

    Stands count from the beginning of their piece.
    """
    found: list[Shown] = []
    stands = list(reversed(shown.stands))
    at = units = 0
    while at < len(shown.text) or not found:
        end = shown.text.find("\n", at + (size if found else first) - 1) + 1 or len(shown.text)
        text = shown.text[at:end]
        length = utf16_length(text)
        own: list[Stand] = []
        while stands and stands[-1].start < units + length:
            stand = stands.pop()
            own.append(Stand(stand.start - units, stand.length, stand.label, stand.kind))
        found.append(Shown(text, tuple(own)))
        at, units = end, units + length
    return found


def in_one_line(text: str) -> str:
    """`text` for a label: one line, with the names of invisible characters in brackets where they stand."""
    return " ".join(named(text).split())


def named(text: str) -> str:
    """`text` with the names of invisible characters in brackets where they stand."""
    if ODD.search(text) is None:
        return text
    shown = show_text(text)
    units = shown.text.encode("utf-16-le", "surrogatepass")
    pieces: list[str] = []
    at = 0
    for stand in shown.stands:
        pieces += [units[2 * at : 2 * stand.start].decode("utf-16-le", "replace"), f"[{stand.label}]"]
        at = stand.start + stand.length
    pieces.append(units[2 * at :].decode("utf-16-le", "replace"))
    return "".join(pieces)


def settled(text: str) -> int:
    """How many code points of `text` are shown the same whatever follows: the rest waits for its neighbours."""
    return len(text) - LOOKS_AHEAD if text.endswith(_WAITING) else len(text)


def _odd_places(text: str) -> Iterator[int]:
    """Where something odd stands. Most texts have nothing of it, and that is found out in a tenth of the time."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return iter(())
    return (match.start() for match in ODD.finditer(text))


def _clean(masks: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(masks):
        start = max(start, kept[-1][1] if kept else 0)
        end = min(end, length)
        if start < end:
            kept.append((start, end))
    return kept


def _visible(text: str, index: int) -> str:
    """One character as QTextDocument must get it to keep one unit a unit."""
    character = text[index]
    if character == "\r":
        # QTextDocument folds CR LF into one break, which would move every offset behind it.
        return "\u00a0" if text[index + 1 : index + 2] == "\n" else "\n"
    if character in "\n\t":
        return character
    if character < " ":
        return chr(0x2400 + ord(character))  # control pictures
    if character == "\x7f":
        return "\u2421"
    if character in _TAKEN_BY_QT or "\ud800" <= character <= "\udfff":
        return _REPLACEMENT
    return character
