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
# What follows the check digits by country: so many digits (n), letters (a), or either (c), as in the registry of SWIFT
# (ISO 13616), release 100.
_ACCOUNTS = {
    "AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c", "BA": "16n", "BE": "12n", "BG": "4a6n8c",
    "BH": "4a14c", "BI": "23n", "BR": "23n1a1c", "BY": "4c4n16c", "CH": "5n12c", "CR": "18n", "CY": "8n16c",
    "CZ": "20n", "DE": "18n", "DJ": "23n", "DK": "14n", "DO": "4c20n", "EE": "16n", "EG": "25n", "ES": "20n",
    "FI": "14n", "FK": "2a12n", "FO": "14n", "FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n", "GI": "4a15c",
    "GL": "14n", "GR": "7n16c", "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n", "IE": "4a14n", "IL": "19n",
    "IQ": "4a15n", "IS": "22n", "IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c", "LB": "4n20c",
    "LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c", "LY": "21n", "MC": "10n11c2n",
    "MD": "20c", "ME": "18n", "MK": "3n10c2n", "MN": "16n", "MR": "23n", "MT": "4a5n18c", "MU": "4a19n3a",
    "NI": "4a20n", "NL": "4a10n", "NO": "11n", "OM": "3n16c", "PK": "4a16c", "PL": "24n", "PS": "4a21c", "PT": "21n",
    "QA": "4a21c", "RO": "4a16c", "RS": "18n", "RU": "14n15c", "SA": "2n18c", "SC": "4a20n3a", "SD": "14n",
    "SE": "20n", "SI": "15n", "SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n", "SV": "4a20n", "TL": "19n",
    "TN": "20n", "TR": "6n16c", "UA": "6n19c", "VA": "18n", "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}  # fmt: skip
_ONE = {"n": "[0-9]", "a": "[A-Za-z]", "c": "[A-Za-z0-9]"}
_NO_CHECK = ("00", "01", "99")  # ISO 7064 makes 02 to 98


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
    """Account numbers built as their country's are, in letters of one size, with the right check digits (ISO 7064, mod
    97).

    The check digits alone take one of 97 fingerprints and passwords for an account.
    """
    for head in _IBAN_HEAD.finditer(text):
        country = head[0][:2].upper()
        match = _account(country).match(text, head.end()) if country in _ACCOUNTS else None
        if match is not None:
            account = "".join(filter(str.isalnum, match[0]))
            right = head[0][2:] not in _NO_CHECK and account in (account.upper(), account.lower())
            if right and passes_mod_97((head[0] + account).upper()):
                yield Found(head.start(), match.end(), "iban", text[head.start() : match.end()])


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
def _account(country: str) -> re.Pattern[str]:
    parts = re.findall("([0-9]+)([nac])", _ACCOUNTS[country])
    return re.compile("".join(f"(?:{_GAP}?{_ONE[kind]}){{{count}}}" for count, kind in parts) + "(?![A-Za-z0-9])")
