"""Numbers that carry check digits: payment cards and bank accounts (IBAN)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from feedback_store.personal_data.found import Found

_GAP = "[ \u00a0\u202f-]"
_CARD_GAP = "(?: ?- ?|[ \u00a0\u202f])"
_RUN = re.compile(rf"(?<![\w.,+/])[0-9]{{3,19}}+(?:{_CARD_GAP}[0-9]{{3,19}}+(?![\w/]))*+(?![\w]|[.,/][0-9])")
# Between dots only in the groups of a card: "1.234.567.890" is an amount.
_DOTTED = re.compile(
    r"(?<![\w.,+/])[0-9]{4}\.(?:[0-9]{4}\.[0-9]{4}\.[0-9]{4}|[0-9]{6}\.[0-9]{4,5})(?![\w]|[.,/-][0-9])"
)
MOST_GROUPS = 6  # of three digits or more, written apart
_GROUP = re.compile("[0-9]+")
# First digits and lengths, as the schemes publish them.
_CARDS: tuple[tuple[range, int, tuple[int, ...]], ...] = (
    (range(4, 5), 1, (13, 16, 19)),  # Visa
    (range(51, 56), 2, (16,)),  # Mastercard
    (range(2221, 2721), 4, (16,)),  # Mastercard
    (range(34, 35), 2, (15,)),  # American Express
    (range(37, 38), 2, (15,)),
    (range(300, 306), 3, (14, 16, 19)),  # Diners Club
    (range(36, 37), 2, (14, 16, 19)),
    (range(38, 40), 2, (14, 16, 19)),
    (range(6011, 6012), 4, (16, 19)),  # Discover
    (range(644, 660), 3, (16, 19)),
    (range(3528, 3590), 4, (16, 19)),  # JCB
    (range(62, 63), 2, (16, 17, 18, 19)),  # UnionPay
    (range(2200, 2205), 4, (16, 17, 18, 19)),  # Mir
    (range(5018, 5019), 4, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (range(5020, 5021), 4, (12, 13, 14, 15, 16, 17, 18, 19)),
    (range(6304, 6305), 4, (12, 13, 14, 15, 16, 17, 18, 19)),
    (range(6759, 6764), 4, (12, 13, 14, 15, 16, 17, 18, 19)),
)

_IBAN_HEAD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")
# Characters of an IBAN by country: the registry of SWIFT (ISO 13616), release 100.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip


def find_cards(text: str) -> Iterator[Found]:
    """Numbers of cards of known schemes whose check digit is right (ISO/IEC 7812-1, annex B)."""
    for dotted in _DOTTED.finditer(text):
        digits = dotted[0].replace(".", "")
        if len(digits) in _lengths(digits[:4]) and passes_luhn(digits):
            yield Found(dotted.start(), dotted.end(), "card", dotted[0])
    for run in _RUN.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        free = run.start()  # what lies before it is in a card already
        for first, (start, _end) in enumerate(groups):
            end = _card_end(text, groups[first : first + MOST_GROUPS]) if start >= free else 0
            if end:
                free = end
                yield Found(start, end, "card", text[start:end])


def find_ibans(text: str) -> Iterator[Found]:
    """Account numbers as long as their country's are, with the right check digits (ISO 7064, mod 97)."""
    for head in _IBAN_HEAD.finditer(text):
        length = _IBAN_LENGTHS.get(head[0][:2].upper())
        match = _account(length).match(text, head.end()) if length else None
        if match is not None:
            quote = text[head.start() : match.end()]
            if passes_mod_97("".join(filter(str.isalnum, quote)).upper()):
                yield Found(head.start(), match.end(), "iban", quote)


def passes_luhn(digits: str) -> bool:
    """Whether the last of these digits is the check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def passes_mod_97(iban: str) -> bool:
    """Whether an IBAN in capitals, without gaps, has the right check digits."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _card_end(text: str, groups: Sequence[tuple[int, int]]) -> int:
    """Where a card ends that begins with the first of these groups of digits; 0 for none."""
    digits = ""
    for start, end in groups:
        digits += text[start:end]
        if len(digits) in _lengths(digits[:4]) and passes_luhn(digits):
            return end
    return 0


@lru_cache(maxsize=10_000)
def _lengths(first: str) -> tuple[int, ...]:
    """How long a card's number may be that begins with these digits."""
    return tuple(n for firsts, count, lengths in _CARDS if int(first[:count]) in firsts for n in lengths)


@cache
def _account(length: int) -> re.Pattern[str]:
    return re.compile(rf"(?:{_GAP}?[A-Za-z0-9]){{{length - 4}}}(?![A-Za-z0-9])")
