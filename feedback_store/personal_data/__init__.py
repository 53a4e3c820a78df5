"""Personal data that patterns can find: addresses, numbers and keys, by their shape and their check digits.

Names, dates of birth and places are not found; who shows what was found says so. What can be nobody's is left out:
names reserved for examples (RFC 2606), loopback, private and documentation addresses, numbers kept for fiction. Knows
neither records nor the screen; docs/decisions/084-personal-data.md says what was chosen and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedback_store.personal_data import addresses, numbers, phones, secret_keys
from feedback_store.personal_data.folding import fold
from feedback_store.personal_data.found import KINDS, Found, Kind, Room

__all__ = ["FINDER", "KINDS", "Found", "Kind", "find"]

# Raise it with every change of what is found, the library's data too: what was looked at before is looked at again.
FINDER = 4
# Default_Ignorable_Code_Point of Unicode: nobody sees them, and an address with one inside is one still.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def find(text: str) -> tuple[Found, ...]:
    """The places of `text` in code points, end exclusive: in order, none over another. Never raises.

    Takes 0.3 s for a megabyte of prose, and grows with the length whatever the text is (10 s, all phone numbers); twice
    that where it holds other scripts' digits, dashes or spaces, and again where it holds characters that nobody sees.
    The first call loads phonenumbers (20 ms, 2 MB) if the text holds anything like a phone number.
    """
    room = Room()
    found = [each for each in (*_through_unseen(text), *_by_certainty(text)) if room.take(each.start, each.end)]
    return tuple(sorted(found, key=lambda each: each.start))


def _through_unseen(text: str) -> Iterator[Found]:
    """What is found where characters that nobody sees are passed over; the quotes hold them. Nothing without any.

    It goes before what is found in the text as it stands, which may be the end of it: "love\u200blace@…".
    """
    if text.isascii() or _UNSEEN.search(text) is None:
        return
    places = [at for at, character in enumerate(text) if _UNSEEN.match(character) is None]
    for each in _by_certainty(_UNSEEN.sub("", text)):
        start, end = places[each.start], places[each.end - 1] + 1
        yield Found(start, end, each.kind, text[start:end])


def _by_certainty(text: str) -> Iterator[Found]:
    """What is found in other scripts' digits and signs, too; that goes before what the text holds as it stands."""
    folded = fold(text)
    for each in _as_written(folded):
        yield Found(each.start, each.end, each.kind, text[each.start : each.end])
    if folded != text:
        yield from _as_written(text)


def _as_written(text: str) -> Iterator[Found]:
    """What each finder finds, the one that is mistaken least first: it has the place."""
    yield from secret_keys.find_keys(text)
    yield from addresses.find_emails(text)
    yield from numbers.find_ibans(text)
    yield from numbers.find_cards(text)
    yield from addresses.find_ips(text)
    yield from phones.find_phones(text)
