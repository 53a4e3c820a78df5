"""Personal data by patterns: what is found, what is left alone, and that no text is too much."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_in import one_in

from feedback_store.personal_data import KINDS, Kind, find
from feedback_store.personal_data.folding import fold
from feedback_store.personal_data.numbers import passes_luhn, passes_mod_97

HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

DRAWN = "pQ7xR2mK9vT4bN8wL1cZ5yH3gF6dJ0sAeUiOqWxErTyUo4Pa7Sd" * 2
BY_MAKER = {"gsk_": 52, "xai-": 80, "nvapi-": 64, "r8_": 37, "pplx-": 48}
FOUND: tuple[tuple[str, Kind, str], ...] = (
    ("Write to jane.doe@uni-mainz.de.", "email", "jane.doe@uni-mainz.de"),
    ("<mailto:a.b+c@web.de>", "email", "a.b+c@web.de"),
    ("schreib an müller@bücher.de!", "email", "müller@bücher.de"),
    ("请联系zhang@qq.com谢谢", "email", "zhang@qq.com"),
    ("O'Brien: o'brien@mail.ie", "email", "o'brien@mail.ie"),
    ("call +49 30 5550 142 now", "phone", "+49 30 5550 142"),
    ("+49 (0)171 1234567", "phone", "+49 (0)171 1234567"),
    ("0049 30 5550142", "phone", "0049 30 5550142"),
    ("+1 (415) 555-2671.", "phone", "+1 (415) 555-2671"),
    ("(415) 555-2671", "phone", "(415) 555-2671"),
    ("415-555-2671", "phone", "415-555-2671"),
    ("Tel.: 0171/1234567", "phone", "0171/1234567"),
    ("01.23.45.67.89", "phone", "01.23.45.67.89"),
    ("Phone number: 07911 123456", "phone", "07911 123456"),
    ("+44 20 7946 0958 3 people", "phone", "+44 20 7946 0958"),
    ("my number is +44 20 7946 0958. 3 of us", "phone", "+44 20 7946 0958"),
    ("Pay 4111 1111 1111 1111 12/27 123", "card", "4111 1111 1111 1111"),
    ("20 4111-1111-1111-1111", "card", "4111-1111-1111-1111"),
    ("378282246310005", "card", "378282246310005"),
    ("4111.1111.1111.1111", "card", "4111.1111.1111.1111"),
    ("3782.822463.10005", "card", "3782.822463.10005"),
    ("4111 - 1111 - 1111 - 1111", "card", "4111 - 1111 - 1111 - 1111"),
    ("4111\u20131111\u20131111\u20131111", "card", "4111\u20131111\u20131111\u20131111"),
    ("4111\u20091111\u30001111\u20071111", "card", "4111\u20091111\u30001111\u20071111"),
    ("４１１１ １１１１ １１１１ １１１１", "card", "４１１１ １１１１ １１１１ １１１１"),
    ("\u0664\u0661\u0661\u0661 1111 1111 1111", "card", "\u0664\u0661\u0661\u0661 1111 1111 1111"),
    ("jane.doe＠uni-mainz.de", "email", "jane.doe＠uni-mainz.de"),
    ("ｊａｎｅ＠ｗｅｂ．ｄｅ", "email", "ｊａｎｅ＠ｗｅｂ．ｄｅ"),
    ("my number is 01712345678", "phone", "01712345678"),
    ("Ruf mich an: 01712345678", "phone", "01712345678"),
    ("reach me at 2127365000", "phone", "2127365000"),
    ("Ich habe jetzt 01712345678", "phone", "01712345678"),
    ("07911123456 is mine", "phone", "07911123456"),
    ("＋４９ ３０ ５５５０ １４２", "phone", "＋４９ ３０ ５５５０ １４２"),
    ("DE89 3704 0044 0532 0130 00 AND MORE", "iban", "DE89 3704 0044 0532 0130 00"),
    ("de89370400440532013000", "iban", "de89370400440532013000"),
    ("GB29 NWBK 6016 1331 9268 19.", "iban", "GB29 NWBK 6016 1331 9268 19"),
    ("http://93.184.216.34:80/", "ip", "93.184.216.34"),
    ("from 2a00:1450:4001:81b::200e.", "ip", "2a00:1450:4001:81b::200e"),
    ("key=sk-proj-abcDEF1234567890abcdEFGH;", "key", "sk-proj-abcDEF1234567890abcdEFGH"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "key", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ("AKIAJ4EXQ2LTKVW7WZ3A", "key", "AKIAJ4EXQ2LTKVW7WZ3A"),
    ("xoxb-123456789012-AbCdEfGhIjKl", "key", "xoxb-123456789012-AbCdEfGhIjKl"),
    ("AIzaSyD4f7h9K2lM8nQ1rT5vX3zB6cE0gJ2iL4o", "key", "AIzaSyD4f7h9K2lM8nQ1rT5vX3zB6cE0gJ2iL4o"),
    *((key + DRAWN[:size], "key", key + DRAWN[:size]) for key, size in BY_MAKER.items()),
    (f"Bearer {HEAD}.eyJzdWIiOiIxIn0.dozjgNryP4J3jV", "key", f"{HEAD}.eyJzdWIiOiIxIn0.dozjgNryP4J3jV"),
)

LEFT_ALONE = (
    "user@example.com and root@localhost",  # kept for examples
    "icon@2x.png, react@18.2.0, @app.route, git@github.com:owner/name",
    "call 415-555-0123",  # kept for stories
    "version 1.2.3.4 and v10.2.3.4",
    "192.168.1.1, 10.0.0.1, 127.0.0.1, 203.0.113.9, 255.255.255.0, 8.8.8.8",
    "::1, 2001:db8::1, fe80::1, std::vector, abc::def, 12:34:56",
    "2023-11-05, 05.11.2023, 01/02/2023 03/04/2023, 2024-01-01T12:00:00",
    "ISBN 978-3-16-148410-0, ISBN 0-306-40615-2",
    "$1,234,567.89 or 10 000 000 EUR, 1 234 567 890",
    "3.141592653589793 and 0.123456789012",
    "1700000000000 ms, 12345678-1234-1234-1234-123456789012",
    "doi 10.1038/s41586-020-2649-2",
    "room 0401 2233, part 0815-4711-123, order 0123456789",
    "order number 2127365000, serial 0123456789, id 01712345678, number 2127365000 of 3",
    "4111 1111 1111 1112",  # wrong check digit
    "4111.1111.1111.1112, 1.234.567.890.123.452 EUR, 4¹¹¹ ¹¹¹¹ ¹¹¹¹ ¹¹¹¹",
    "DE88 3704 0044 0532 0130 00",
    "AKIAIOSFODNN7EXAMPLE, sk-your-api-key-goes-here-123, sk-circle-fade-dot-beautiful-thing",
    "x[0][1] = 0.5  # for i in range(0, 100)",
    "The years 2019 2020 2021 2022 were long.",
)


@pytest.mark.parametrize(("text", "kind", "quote"), FOUND)
def test_what_somebody_has_is_found_where_it_stands(text: str, kind: Kind, quote: str) -> None:
    found = find(text)
    assert [(each.kind, each.quote) for each in found] == [(kind, quote)]
    assert text[found[0].start : found[0].end] == quote


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert find(text) == ()


def test_a_private_key_is_found_with_all_its_lines_or_by_its_head() -> None:
    whole = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----"
    assert [each.quote for each in find(f"a\n{whole}\nb")] == [whole]
    assert [each.kind for each in find("-----BEGIN PRIVATE KEY-----\nMII…")] == ["key"]
    assert find("-----BEGIN PUBLIC KEY-----\nMII") == ()


def test_places_are_code_points() -> None:
    (found,) = find("😀😀 jane@uni-mainz.de")
    assert (found.start, found.end) == (3, 20)


DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]


@given(
    st.sampled_from([each for each in FOUND if each[1] in ("card", "phone", "iban") and each[0].isascii()]),
    st.sampled_from(DIGITS),
    st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "\u2212", "－"]),
    st.sampled_from([" ", "\u00a0", "\u2007", "\u2009", "\u202f", "\u3000"]),
    st.text(alphabet="äß漢😀 \n", max_size=5),
)
def test_other_scripts_digits_and_signs_are_found_at_exactly_their_places(
    what: tuple[str, Kind, str], digits: str, dash: str, space: str, before: str
) -> None:
    text, kind, quote = what
    table = str.maketrans(dict(zip("0123456789", digits, strict=True)) | {"-": dash, " ": space})
    changed = f"{before}\n{text.translate(table)}"
    (found,) = find(changed)
    assert (found.kind, found.quote) == (kind, quote.translate(table))
    assert changed[found.start : found.end] == found.quote
    assert found.start == len(before) + 1 + text.index(quote)


@given(st.text())
def test_folding_keeps_every_place_and_leaves_ascii_alone(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert all(one == other for one, other in zip(text, fold(text), strict=True) if one.isascii())


PIECES = [text for text, _kind, _quote in FOUND] + [*LEFT_ALONE, " ", "\n", "😀", "+", "0", "@", ".", "(", "tel "]


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_places_are_in_order_apart_and_say_what_stands_there(text: str) -> None:
    found = find(text)
    assert all(text[each.start : each.end] == each.quote and each.quote and each.kind in KINDS for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.integers(0, 10**15 - 1))
def test_one_wrong_digit_of_a_card_is_noticed(number: int) -> None:
    digits = f"{number:015}"
    right = [last for last in "0123456789" if passes_luhn(digits + last)]
    assert len(right) == 1


@given(st.text("0123456789", min_size=18, max_size=18), st.integers(4, 21), st.integers(1, 9))
def test_one_wrong_digit_of_an_account_is_noticed(account: str, place: int, by: int) -> None:
    check = 98 - int(account + "131400") % 97
    iban = f"DE{check:02}{account}"
    changed = iban[:place] + str((int(iban[place]) + by) % 10) + iban[place + 1 :]
    assert passes_mod_97(iban) and not passes_mod_97(changed)


@pytest.mark.parametrize(
    "piece",
    one_in(4, [
        "a", "@", "a@", "a.", "a@a.", "a.a@a.a.", "1", "0 ", "444 ", "4111 1111 1111 1112 ", "DE89 ", "tel ", "(0)",
        "sk-", "eyJ.", "eyJaaaaaaaaaa.aaaa.", "-----BEGIN PRIVATE KEY-----", ":", "2001:", "1.", " ", "415 555 ",
        "+49 ",
    ]),
)  # fmt: skip
def test_no_text_of_a_megabyte_hangs_the_search(piece: str) -> None:
    """Quadratic or worse would take minutes here, and end at the time limit of the test."""
    find(piece * (1_000_000 // len(piece)))


def test_the_library_for_phone_numbers_is_loaded_only_for_what_may_be_one() -> None:
    code = (
        "import sys; from feedback_store.personal_data import find; find('jane@uni-mainz.de');"
        "assert 'phonenumbers' not in sys.modules; find('+49 30 5550142'); assert 'phonenumbers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d", "\u202e", "\ufe0f", "\U000e0041"])
@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("email", "ada.lovelace@klinik-nord.de"),
        ("iban", "DE89370400440532013000"),
        ("card", "4242424242424242"),
        ("ip", "93.184.216.34"),
        ("phone", "+49 30 901820"),
    ],
)
def test_what_holds_a_character_that_nobody_sees_is_found_whole(unseen: str, kind: str, written: str) -> None:
    """An address with a zero-width space in it was not found, or its end alone."""
    assert [(each.kind, each.quote) for each in find(f"Ask {written}, please.")] == [(kind, written)]
    for at in range(1, len(written)):
        hidden = written[:at] + unseen + written[at:]
        text = f"An{unseen} owl 🦉{unseen}: ask {unseen}{hidden}{unseen}, please."
        (found,) = find(text)
        assert (found.kind, found.quote, text[found.start : found.end]) == (kind, hidden, hidden)
    scattered = unseen.join(written)
    assert [each.quote for each in find(f"{unseen}{scattered}")] == [scattered]


def test_an_address_that_ends_at_a_character_that_nobody_sees_is_found_as_well() -> None:
    assert find("mail@klinik-nord.de\u200b@home")[0].quote == "mail@klinik-nord.de"
    (found,) = find("mail@klinik-nord.de\u200b\nNext line")
    assert found.quote == "mail@klinik-nord.de"
