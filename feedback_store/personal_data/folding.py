"""Digits, signs and gaps of other scripts as the patterns know them, one character for one, so that places hold.

Decimal digits of every script become ours, full-width and small forms their ordinary ones (NFKC, where that is one
character), dashes a hyphen, and spaces a space. Nothing else changes: a superscript is no digit.
"""

from __future__ import annotations

import unicodedata

_FORMS = (range(0xFE50, 0xFE70), range(0xFF01, 0xFFEF))  # small and full-width forms


class _Table(dict[int, str]):
    """Filled as characters come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = found = _folded(character) if code > 127 else character
        return found


_TABLE = _Table()


def fold(text: str) -> str:
    """The same text as the patterns know it, of the same length."""
    return text if text.isascii() else text.translate(_TABLE)


def _folded(character: str) -> str:
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
        case "Zs":
            return " "
    if character == "\u2212":  # the sign for minus
        return "-"
    if any(ord(character) in forms for forms in _FORMS):
        plain = unicodedata.normalize("NFKC", character)
        return plain if len(plain) == 1 and plain.isascii() else character
    return character
