"""Phone numbers, judged by phonenumbers (Google's libphonenumber in Python), which is loaded when it is needed.

A number with its country's code (+49 …) is judged by itself. One without is looked at only where it is written as
phone numbers are, or stands behind a word for one, and has to be valid in one of REGIONS: nearly any ten digits are
somebody's number somewhere. Digits in one piece have to be a mobile's, with the zero that is dialled before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from feedback_store.personal_data.found import Found, Room

# Where the languages of the window and most of the texts that trainers judge are spoken.
REGIONS = ("US", "GB", "DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE", "PL", "IN", "AU", "BR", "MX")
_TRUNK_ZERO = ("GB", "DE", "AT", "CH", "FR", "IT", "NL", "AU", "IN")

_GAP = "(?:[ \u00a0\u202f]?[()/\u2011-]{0,2}[ \u00a0\u202f]?|[.])"
_DIGITS = rf"(?:{_GAP}[0-9]){{6,14}}+"
_INTERNATIONAL = re.compile(rf"(?<![\w+.,-])(?:\+|00(?=[1-9]))(?:{_GAP}[0-9]){{7,15}}+(?![\w]|[.,:/-][0-9])")
_NORTH_AMERICAN = re.compile(
    r"(?<![\w.,/+-])(?:1[ .-]?)?(?:\([2-9][0-9]{2}\)[ \u00a0]?|[2-9][0-9]{2}[ \u00a0.-])[2-9][0-9]{2}"
    r"[ \u00a0.-][0-9]{4}(?![\w]|[.,/-][0-9])"
)
_TRUNK = re.compile(
    r"(?<![\w.,/+-])(?:\(0[0-9]{1,5}\)|0[0-9]{1,5}(?=[ \u00a0/-]))"
    r"(?:[ \u00a0/-]{1,3}[0-9]{2,8}){1,5}+(?![\w]|[.,:/-][0-9])"
)
_PAIRS = re.compile(r"(?<![\w.,/+-])0[1-9](?:\.[0-9]{2}){4}(?![\w]|\.[0-9])")
_TOGETHER = re.compile(r"(?<![\w.,/+-])0[1-9][0-9]{8,10}(?![\w]|[.,:/-][0-9])")
_BEHIND_A_WORD = re.compile(
    r"\b(?:phone|telephone|tel|telefon|telefonnummer|rufnummer|mobile|mobil|mobilnummer|handy|handynummer|cell|fax|"
    r"whatsapp|call|text|sms|hotline|tél|téléphone|portable|teléfono|móvil|telefono|cellulare|"
    r"(?:my|your|his|her|our|their) number|(?:meine|deine|seine|ihre|unsere|eure) nummer|(?:mon|son|votre) numéro|"
    r"mi número|il mio numero|(?:reach|contact|ring)(?= (?:me|us) )|"
    r"ruf(?:t|en sie)? (?:mich|uns)(?: bitte)?(?= (?:an|unter)\b))\b"
    r"[ .:#\u00a0]{0,3}(?:(?:number|no|nr|is|ist|est|es|me at|us at|at|on|an|unter|me on|us on|auf)[ .:#]{1,3}){0,2}"
    rf"(\(?[0-9]{_DIGITS})(?![\w]|[.,:/-][0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:[0-9]{1,2}([./-])[0-9]{1,2}\1(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}([./-])[0-9]{1,2}\2[0-9]{1,2})\b"
)
_BOOK_BEFORE = re.compile(
    r"(?:\b(?:isbn|issn|doi|ean|id|nr|no|part|order|article)|[#№])[-:.\s0-9]{0,8}$", re.IGNORECASE
)
_LAST_GROUP = re.compile("[ \u00a0\u202f]+[^ \u00a0\u202f]*$")
FEWEST_DIGITS = 7
FEWEST_BARE = 9  # of a number without its country's code or a word before it: "room 0401 2233"
_FICTION = re.compile(r"^1?[2-9][0-9]{2}55501[0-9]{2}$")  # 555-0100 to 555-0199, kept for stories


def find_phones(text: str) -> Iterator[Found]:
    """Valid numbers, each place once, the longer reading first."""
    room = Room()
    for start, end, regions, again, mobile in _candidates(text):
        quote = text[start:end]
        if _DATE.search(quote):
            continue
        for shorter in _shorter(quote) if again else (quote,):
            if _valid(_plain(shorter), regions, mobile=mobile):
                if room.take(start, start + len(shorter)):
                    yield Found(start, start + len(shorter), "phone", shorter)
                break


def _candidates(text: str) -> Iterator[tuple[int, int, tuple[str, ...], bool, bool]]:
    """Places that are written like a phone number, the regions in which it would have to be one, whether another
    number may have been read into it, and whether only a mobile's number is meant.
    """
    for match in _INTERNATIONAL.finditer(text):
        yield *match.span(), (), True, False
    for match in _BEHIND_A_WORD.finditer(text):
        yield *match.span(1), REGIONS, True, False
    bare = ((_NORTH_AMERICAN, ("US",)), (_TRUNK, _TRUNK_ZERO), (_PAIRS, ("FR", "BE")), (_TOGETHER, _TRUNK_ZERO))
    for pattern, regions in bare:
        for match in pattern.finditer(text):
            booked = _BOOK_BEFORE.search(text, max(0, match.start() - 16), match.start())
            if not booked and sum(map(str.isdigit, match[0])) >= FEWEST_BARE:
                yield *match.span(), regions, False, pattern is _TOGETHER


def _shorter(quote: str) -> Iterator[str]:
    """A reading, and those without the number or two that stand behind it: "+44 20 7946 0958 3 people"."""
    yield quote
    for _ in range(2):
        quote = _LAST_GROUP.sub("", quote)
        if len(quote) > FEWEST_DIGITS:
            yield quote


def _plain(quote: str) -> str:
    """The digits, behind their + if there is one; +49 (0)30 is +4930."""
    international = quote.startswith("+")
    said = quote.replace("(0)", "") if international else quote
    return "+" * international + "".join(filter(str.isdigit, said))


@lru_cache(maxsize=4096)
def _valid(number: str, regions: tuple[str, ...], *, mobile: bool) -> bool:
    """Whether a number, or a mobile's, is one: by its own country code where there are no regions, else in any."""
    import phonenumbers

    if _FICTION.match(number.removeprefix("+")):
        return False
    if not regions:
        number = number if number.startswith("+") else "+" + number[2:]
    for region in regions or (None,):
        try:
            found = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        kind = phonenumbers.number_type(found)
        if kind == phonenumbers.PhoneNumberType.MOBILE or (not mobile and phonenumbers.is_valid_number(found)):
            return True
    return False
