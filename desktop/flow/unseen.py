"""Which characters nobody can see, though they are there: what each is called, and where one does its honest work.

The rule is Unicode's own: a character with the property Default_Ignorable_Code_Point is invisible wherever no program
knows what it is for (the same set from version 14.0 to 17.0). To it come the few others that leave no ink: blank
letters and signs, annotation marks and the controls from 80 to 9F. Signs that are of the category Cf and yet seen,
as the Arabic number signs, are none of them (decision 170). No Qt.
"""

from __future__ import annotations

import re
import unicodedata

# Default_Ignorable_Code_Point of Unicode 17.0, as the inside of a pattern's class.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Annotation marks, the pattern without dots of braille, and three blanks of notation and of old scripts.
BLANK = "\ufff9-\ufffb\u2800\U0001d159\U00016fe4\U00013441\U00013442"
UNSEEN = f"\x80-\x9f{IGNORABLE}{BLANK}"
LOOKS_BACK = 8  # how many characters before an unseen one may make it honest
LOOKS_AHEAD = 1
_UNSEEN = re.compile(f"[{UNSEEN}]")
_NAMES = {
    "\u00ad": "SHY", "\u034f": "CGJ", "\u061c": "ALM", "\u115f": "HCF", "\u1160": "HJF", "\u17b4": "KIV",
    "\u17b5": "KIV", "\u180b": "FVS1", "\u180c": "FVS2", "\u180d": "FVS3", "\u180e": "MVS", "\u180f": "FVS4",
    "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE",
    "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ", "\u2061": "FA",
    "\u2062": "IT", "\u2063": "IS", "\u2064": "IP", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI",
    "\u2069": "PDI", "\u206a": "ISS", "\u206b": "ASS", "\u206c": "IAFS", "\u206d": "AAFS", "\u206e": "NADS",
    "\u206f": "NODS", "\u2800": "BLANK", "\u3164": "HF", "\ufeff": "BOM", "\uffa0": "HF", "\ufff9": "IAA",
    "\ufffa": "IAS", "\ufffb": "IAT",
}  # fmt: skip
# Unicode's property Emoji, version 17.0, without the digits, # and *, which are ones only as keycaps.
_EMOJI = re.compile(
    "["
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9-\u21aa\u231a-\u231b\u2328\u23cf\u23e9-\u23f3"
    "\u23f8-\u23fa\u24c2\u25aa-\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614-\u2615\u2618\u261d"
    "\u2620\u2622-\u2623\u2626\u262a\u262e-\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f-\u2660\u2663"
    "\u2665-\u2666\u2668\u267b\u267e-\u267f\u2692-\u2697\u2699\u269b-\u269c\u26a0-\u26a1\u26a7\u26aa-\u26ab"
    "\u26b0-\u26b1\u26bd-\u26be\u26c4-\u26c5\u26c8\u26ce-\u26cf\u26d1\u26d3-\u26d4\u26e9-\u26ea\u26f0-\u26f5"
    "\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733-\u2734\u2744"
    "\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2764\u2795-\u2797\u27a1\u27b0\u27bf\u2934-\u2935\u2b05-\u2b07"
    "\u2b1b-\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170-\U0001f171"
    "\U0001f17e-\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201-\U0001f202\U0001f21a"
    "\U0001f22f\U0001f232-\U0001f23a\U0001f250-\U0001f251\U0001f300-\U0001f321\U0001f324-\U0001f393"
    "\U0001f396-\U0001f397\U0001f399-\U0001f39b\U0001f39e-\U0001f3f0\U0001f3f3-\U0001f3f5\U0001f3f7-\U0001f4fd"
    "\U0001f4ff-\U0001f53d\U0001f549-\U0001f54e\U0001f550-\U0001f567\U0001f56f-\U0001f570\U0001f573-\U0001f57a"
    "\U0001f587\U0001f58a-\U0001f58d\U0001f590\U0001f595-\U0001f596\U0001f5a4-\U0001f5a5\U0001f5a8"
    "\U0001f5b1-\U0001f5b2\U0001f5bc\U0001f5c2-\U0001f5c4\U0001f5d1-\U0001f5d3\U0001f5dc-\U0001f5de\U0001f5e1"
    "\U0001f5e3\U0001f5e8\U0001f5ef\U0001f5f3\U0001f5fa-\U0001f64f\U0001f680-\U0001f6c5\U0001f6cb-\U0001f6d2"
    "\U0001f6d5-\U0001f6d8\U0001f6dc-\U0001f6e5\U0001f6e9\U0001f6eb-\U0001f6ec\U0001f6f0\U0001f6f3-\U0001f6fc"
    "\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff"
    "\U0001fa70-\U0001fa7c\U0001fa80-\U0001fa8a\U0001fa8e-\U0001fac6\U0001fac8\U0001facd-\U0001fadc"
    "\U0001fadf-\U0001faea\U0001faef-\U0001faf8"
    "]"
)
JOINERS = "\u200c\u200d"
LOOKS = "\ufe0e\ufe0f"  # choose how an emoji looks: as text, or in colours
_KEYCAP = "\u20e3"
_KEYS = "#*0123456789"
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180e\u180f"
_TAGS = ("\U000e0020", "\U000e007f")
_BLACK_FLAG = "\U0001f3f4"
# Letters from 0600 on are of scripts that join, but for these: Hangul, and what stands in squares.
_SQUARE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001aff0-\U0001b2ff"
    "\U00020000-\U0003ffff]"
)


def unseen_name(text: str, index: int) -> str:
    """The name of the character there, if nobody can see it and it has no honest work; "" of every other."""
    character = text[index]
    if not _UNSEEN.match(character) or _is_honest(text, index):
        return ""
    named = _NAMES.get(character)
    if named is not None:
        return named
    code = ord(character)
    if 0xFE00 <= code <= 0xFE0F:
        return f"VS{code - 0xFE00 + 1}"
    if 0xE0100 <= code <= 0xE01EF:
        return f"VS{code - 0xE0100 + 17}"
    if code == 0xE0001 or _TAGS[0] <= character <= _TAGS[1]:
        return "TAG"
    return f"{code:02X}"


def _is_honest(text: str, index: int) -> bool:
    """Whether what it does is seen at its neighbours: `LOOKS_BACK` before it, `LOOKS_AHEAD` behind it."""
    character = text[index]
    before = text[index - 1] if index else " "
    after = text[index + 1] if index + 1 < len(text) else " "
    if character in LOOKS:
        return before in _KEYS and after == _KEYCAP if before in _KEYS else bool(_EMOJI.match(before))
    if character in _MONGOLIAN_SELECTORS:
        return _is_mongolian(before)
    if character in JOINERS:
        if index > 1 and (before in LOOKS or before in _MONGOLIAN_SELECTORS):
            before = text[index - 2]
        return _is_joinable(before) and _is_joinable(after)
    return _TAGS[0] <= character <= _TAGS[1] and _is_in_flag(text, index)


def _is_joinable(character: str) -> bool:
    """An emoji, or a letter of a script that joins."""
    if _EMOJI.match(character):
        return True
    if ord(character) < 0x0600 or _UNSEEN.match(character) or _SQUARE.match(character):
        return False
    return unicodedata.category(character) in ("So", "Sk", "Lo", "Mn", "Mc")


def _is_mongolian(character: str) -> bool:
    return "\u1820" <= character <= "\u18aa"


def _is_in_flag(text: str, index: int) -> bool:
    """Tag characters are honest behind a black flag (England, Scotland, Wales)."""
    start = index
    while start and index - start < LOOKS_BACK and _TAGS[0] <= text[start] <= _TAGS[1]:
        start -= 1
    return text[start] == _BLACK_FLAG
