"""T15: what nobody can see is named, by Unicode's own rule, and what is seen is let be."""

import re
import sys
import unicodedata

import pytest

from desktop.flow.shown_text import named, show_text
from desktop.flow.unseen import unseen_name

PREPENDED = {0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
OTHER = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9), 0xE0000,
    *range(0xE0002, 0xE0020), *range(0xE0080, 0xE0100), *range(0xE01F0, 0xE1000),
}  # fmt: skip
SELECTORS = {0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
INK_LESS = {0x2800, 0xFFF9, 0xFFFA, 0xFFFB, 0x1D159, 0x16FE4, 0x13441, 0x13442}  # of ours, beyond Unicode's rule


def default_ignorable(code: int) -> bool:
    """Default_Ignorable_Code_Point as UAX 44 derives it, of the properties that other characters have."""
    if code in OTHER or code in SELECTORS:
        return True
    if unicodedata.category(chr(code)) != "Cf":
        return False
    return code not in PREPENDED and not 0xFFF9 <= code <= 0xFFFB and not 0x13430 <= code <= 0x13440


def test_of_all_of_unicode_what_is_named_is_what_the_rule_calls_invisible() -> None:
    wrong = []
    for code in range(sys.maxunicode + 1):
        must = default_ignorable(code) or code in INK_LESS or 0x80 <= code < 0xA0
        if bool(unseen_name(f"a{chr(code)}a", 1)) != must:
            wrong.append(f"U+{code:04X}")
    assert wrong == []


def test_a_name_is_short_and_can_be_read() -> None:
    for code in range(sys.maxunicode + 1):
        name = unseen_name(chr(code), 0)
        assert not name or re.fullmatch("[0-9A-Z]{2,5}", name), f"U+{code:04X}: {name}"


def test_signs_of_arabic_and_syriac_that_are_seen_are_let_be() -> None:
    for code in PREPENDED:
        assert show_text(f"{chr(code)}1").stands == ()


@pytest.mark.parametrize("text", ("❤️", "☎︎", "1️⃣", "#️⃣", "🏳️‍🌈", "👁️‍🗨️", "🙂‍↔️", "👩🏽‍⚕️", "🇩🇪", "‼️", "Ⓜ️"))
def test_what_chooses_the_look_of_an_emoji_is_let_be(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\ufe0f", "a[VS16]"),
        ("1\ufe0f", "1[VS16]"),
        ("1\ufe0f2", "1[VS16]2"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f[VS16]"),
        ("❤\ufe01", "❤[VS2]"),
        ("∩\ufe00", "∩[VS1]"),
        ("葛\U000e0100", "葛[VS17]"),
        ("中\u200d文", "中[ZWJ]文"),
        ("한\u200d국", "한[ZWJ]국"),
        ("क\ufe01\u200dक", "क[VS2][ZWJ]क"),
        ("a\u180b", "a[FVS1]"),
        ("🏴\U000e0001", "🏴[TAG]"),
    ],
)
def test_where_it_has_no_honest_work_it_is_named(text: str, seen: str) -> None:
    assert named(text) == seen


def test_mongolian_letters_keep_what_chooses_their_form() -> None:
    assert named("ᠠ\u180bᠪ\u180eᠠ") == "ᠠ\u180bᠪ\u180eᠠ"
    assert named("ᠠ\u180b\u180b") == "ᠠ\u180b[FVS1]"


def test_isolates_by_strangers_are_named_in_whatever_is_said() -> None:
    assert named("\u2068x\u2069 \u2066\u2067") == "[FSI]x[PDI] [LRI][RLI]"
