"""Each kind of personal data by published cases, in both directions; and its places among characters of any width.

Cards: the test numbers that the schemes' processors publish. Accounts: the examples of the IBAN registry (ISO 13616).
Phones: the example numbers that libphonenumber gives for each region, right and wrong. Addresses: the ranges and names
that RFC 1918, 2606, 3849, 5737 and 6598 set apart. Keys: the shapes that their makers document, and these cut short.
"""

from __future__ import annotations

import base64
import random
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_store.personal_data import KINDS, Kind, find, numbers

CARDS = {
    "Visa": ("4242424242424242", "4111111111111111", "4012888888881881", "4000056655665556", "4222222222222"),
    "Mastercard": ("5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222"),
    "American Express": ("378282246310005", "371449635398431", "378734493671000"),
    "Discover": ("6011111111111117", "6011000990139424", "6011981111111113"),
    "Diners Club": ("3056930009020004", "36227206271667", "30569309025904", "38520000023237"),
    "JCB": ("3566002020360505", "3530111333300000"),
    "UnionPay": ("6200000000000005", "6200000000000047", "6205500000000000004"),
}
IBANS = """
AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201
AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 BH67BMAG00001299123456
BR1800360305000010009795493C1 BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066
CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243
DO28BAGR00000001212453611324 EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332
FI2112345600000785 FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917
GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 GT82TRAJ01020000001210029690
HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999
IQ98NBIQ850123456789012 IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302
KW81CBKU0000000000001234560101 KZ86125KZT5004100100 LB62099900000001001901229114 LC55HEMM000100010012001200023015
LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001 LY83002048000020100120361
MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984
MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NL91ABNA0417164300
NO9386011117947 PK36SCBL0000001123456702 PL61109010140000071219812874 PS92PALS000000000400123456702
PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379
SA0380000000608010167519 SC18SSCB11010000000000001497USD SE4550000000058398257466 SI56263300012039086
SK3112000000198742637541 SM86U0322509800000000270100 SV62CENR00000000000000700025 TL380080012345678910157
TN5910006035183598478831 TR330006100519786457841326 UA213223130000026007233566001 VA59001123000012345678
VG96VPVG0000012345678901 XK051212012345678906 BI4210000100010000332045181 DJ2100010000000154000100186 FK88SC123456789012
HN88CABF00000000000250005469 MN121234123456789123 NI45BAPR00000013000003558124 OM810180000001299123456
RU0204452560040702810412345678901 SD8811123456789012 SO211000001001000100141 ST23000100010051845310146
YE15CBYE0001018861234567891234
"""
# Of thirty-two, what follows the check digits, in the registry's own words: n digits, a letters, c either.
STRUCTURES = """
AD 4!n4!n12!c
AT 5!n11!n
BE 3!n7!n2!n
BG 4!a4!n2!n8!c
BR 8!n5!n10!n1!a1!c
CH 5!n12!c
CY 3!n5!n16!c
CZ 4!n6!n10!n
DE 8!n10!n
DK 4!n9!n1!n
ES 4!n4!n1!n1!n10!n
FI 3!n11!n
FR 5!n5!n11!c2!n
GB 4!a6!n8!n
GR 3!n4!n16!c
HU 3!n4!n1!n15!n1!n
IE 4!a6!n8!n
IT 1!a5!n5!n12!c
LU 3!n13!c
LV 4!a13!c
MT 4!a5!n18!c
MU 4!a2!n2!n12!n3!n3!a
NL 4!a10!n
NO 4!n6!n1!n
PL 8!n16!n
PT 4!n4!n11!n2!n
RO 4!a16!c
SA 2!n18!c
SE 3!n16!n1!n
SM 1!a5!n5!n12!c
TR 5!n1!n16!c
UA 6!n19!c
"""
EMAILS = ("user+mailbox@denic.de", "медведь@с-балалайкой.рф", "Jörg.Müller@uni-tübingen.de", "a_b-c.d@mail.co.uk")
EMAILS_OF_NOBODY = (
    "user@example.com", "user@example.net", "user@example.org", "user@sub.example.com", "user@host.example",
    "user@host.test", "user@host.invalid", "root@localhost", "me@printer.local", "a@b", "@media", "a @ b.de",
    "a..b@denic.de", "logo@2x.png",
)  # fmt: skip
IPS = ("93.184.216.34", "193.0.6.139", "2001:67c:2e8:22::c100:68b", "2a00:1450:4001:81b::200e")
IPS_OF_NOBODY = (
    "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1", "169.254.1.1", "127.0.0.1", "0.0.0.0",
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "255.255.255.255", "256.1.1.1", "1.2.3", "93.184.216.34.5",
    "2001:db8::1", "fe80::1", "fd00::1", "::1", "ff02::1", "12:34:56:78",
)  # fmt: skip
KEYS = {
    "OpenAI": "sk-proj-aB3dE5fG7hI9jK1lM3nO5pQ7",
    "Anthropic": "sk-ant-api03-aB3dE5fG7hI9jK1lM3nO5pQ7",
    "GitHub": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "GitLab": "glpat-aB3dE5fG7hI9jK1lM3nO",
    "Amazon": "AKIAJ4EXQ2LTKVW7WZ3A",
    "Slack": "xoxb-123456789012-AbCdEfGhIjKl",
    "Google": "AIzaSyD4f7h9K2lM8nQ1rT5vX3zB6cE0gJ2iL4o",
    "Stripe": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "npm": "npm_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5",
    "Hugging Face": "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
    "SendGrid": "SG.aB3dE5fG7hI9jK1lM3nO5p.aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9d",
    "DigitalOcean": "dop_v1_" + "0123456789abcdef" * 4,
    "Telegram": "123456789:AAaB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3",
}
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
E164 = phonenumbers.PhoneNumberFormat.E164
ONE_OF_EACH: dict[Kind, str] = {
    "email": EMAILS[0],
    "phone": "+493055501420",
    "card": CARDS["Visa"][0],
    "iban": "DE89370400440532013000",
    "ip": IPS[0],
    "key": KEYS["GitHub"],
}


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(each.kind, each.quote) for each in find(text)]


@pytest.mark.parametrize("number", [number for numbers in CARDS.values() for number in numbers])
def test_published_cards_are_found_and_with_any_digit_changed_they_are_none(number: str) -> None:
    assert kinds(f"card {number}!") == [("card", number)]
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            changed = number[:place] + other + number[place + 1 :]
            assert ("card", changed) not in kinds(f"card {changed}!")


@pytest.mark.parametrize("number", IBANS.split())
def test_published_accounts_are_found_in_both_ways_of_writing_and_with_any_digit_changed_they_are_none(
    number: str,
) -> None:
    apart = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    assert kinds(f"to {number}, please") == [("iban", number)]
    assert kinds(f"to {apart}, please") == [("iban", apart)]
    for place, character in enumerate(number):
        if character.isdigit():
            changed = number[:place] + str((int(character) + 1) % 10) + number[place + 1 :]
            assert not any(kind == "iban" for kind, _quote in kinds(f"to {changed}, please"))


def with_check_digits(country: str, account: str) -> str:
    """The IBAN of an account, whether its country has such accounts or not (ISO 7064)."""
    turned = "".join(str(int(character, 36)) for character in account + country)
    return f"{country}{98 - int(turned + '00') % 97:02}{account}"


@pytest.mark.parametrize(("country", "structure"), [line.split() for line in STRUCTURES.strip().splitlines()])
def test_an_account_whose_country_has_a_digit_or_a_letter_at_a_place_is_none_with_the_other_there(
    country: str, structure: str
) -> None:
    """The check digits are right each time."""
    (number,) = (number for number in IBANS.split() if number.startswith(country))
    account = number[4:]
    assert with_check_digits(country, account) == number
    places = "".join(kind * int(count) for count, kind in re.findall("([0-9]+)!([nac])", structure))
    assert len(places) == len(account)
    for place, kind in enumerate(places):
        other = "Q" if account[place].isdigit() else "7"
        changed = with_check_digits(country, account[:place] + other + account[place + 1 :])
        assert (kinds(f"to {changed}, please") == [("iban", changed)]) is (kind == "c"), place


def test_an_account_of_every_country_of_the_registry_is_among_the_published_ones() -> None:
    assert {number[:2] for number in IBANS.split()} == set(numbers._ACCOUNTS)


def test_an_account_in_letters_of_both_sizes_and_check_digits_that_nobody_computes_are_none() -> None:
    assert kinds("gb29nwbk60161331926819 Gb29NWBK60161331926819")[1:] == [("iban", "Gb29NWBK60161331926819")]
    assert kinds("to GB29NwbK60161331926819") == []
    accounts = [f"DE{check}{account:018}" for account in range(500) for check in ("00", "01", "99")]
    assert any(numbers.passes_mod_97(account) for account in accounts)
    assert not [found for account in accounts for found in numbers.find_ibans(account)]


def test_fingerprints_and_signatures_are_taken_for_accounts_no_more_often_than_their_structure_has_it() -> None:
    """10,000 signatures, as hex in groups of four: 320,000 places where an account may begin.

    Of the countries named by a to f, four have accounts that end with a group: AD (8 digits, 12 of either), BA and EE
    (16 digits), BE (12). A sign of hex is a digit 10 times of 16, so that 0.14 are to be expected (a country 1 of 256,
    check digits, right ones 1 of 97); by length and check digits alone there were 18.
    """
    drawn = random.Random(20261127)
    signatures = [drawn.randbytes(64) for _ in range(10_000)]
    digit = 10 / 16
    expected = 320_000 / 256 * digit**2 / 97 * (digit**8 + 2 * digit**16 + digit**12)
    assert 0.13 < expected < 0.15
    for written in (
        lambda data: " ".join(data.hex()[at : at + 4] for at in range(0, 128, 4)),
        lambda data: " ".join(data.hex()[at : at + 4] for at in range(0, 128, 4)).upper(),
        bytes.hex,
        lambda data: base64.b64encode(data).decode(),
        lambda data: base64.urlsafe_b64encode(data).decode(),
    ):
        found = [each.quote for data in signatures for each in numbers.find_ibans(written(data))]
        assert len(found) <= 2, found  # more than two of an expected 0.14 come once in 2,000 draws


@pytest.mark.parametrize("region", REGIONS)
def test_the_example_number_of_every_region_is_found_and_its_invalid_one_is_none(region: str) -> None:
    right = phonenumbers.format_number(phonenumbers.example_number(region), E164)
    kept_for_stories = region == "US"  # +1 201 555 0123: 555-01xx is nobody's
    assert kinds(f"Call {right} now") == ([] if kept_for_stories else [("phone", right)])
    invalid = phonenumbers.invalid_example_number(region)
    assert invalid is not None
    wrong = phonenumbers.format_number(invalid, E164)
    assert kinds(f"see {wrong} now") == []


@pytest.mark.parametrize("address", EMAILS)
def test_addresses_of_somebody_are_found(address: str) -> None:
    assert kinds(f"<{address}>") == [("email", address)]


@pytest.mark.parametrize("address", EMAILS_OF_NOBODY)
def test_addresses_that_are_kept_for_examples_or_are_none_are_left_alone(address: str) -> None:
    assert kinds(f"see {address} there") == []


@pytest.mark.parametrize("address", IPS)
def test_internet_addresses_of_somebody_are_found(address: str) -> None:
    assert kinds(f"from {address} today") == [("ip", address)]


@pytest.mark.parametrize("address", IPS_OF_NOBODY)
def test_internet_addresses_that_are_set_apart_are_left_alone(address: str) -> None:
    assert kinds(f"from {address} today") == []


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_keys_are_found_by_their_makers_shapes_and_cut_short_they_are_none(key: str) -> None:
    assert kinds(f"key={key};") == [("key", key)]
    assert kinds(f"key={key[:12]};") == []


def test_every_kind_has_its_cases() -> None:
    assert set(ONE_OF_EACH) == set(KINDS)
    for kind, quote in ONE_OF_EACH.items():
        assert kinds(quote) == [(kind, quote)]


# Characters of one to four bytes, of one and two UTF-16 units; marks that combine, join, select and turn round.
WIDE = st.text(
    st.sampled_from("é\u0301\u0308\u20dd😀👩🏽\u200d\ufe0f🇩🇪中文\u0627\u0644\u202e\u2066𝔘\u0e33ß\n \t"), max_size=30
)


@given(WIDE, st.sampled_from(KINDS), WIDE, st.sampled_from(KINDS), WIDE)
def test_places_are_code_points_among_emoji_and_combining_characters(
    before: str, one: Kind, between: str, other: Kind, behind: str
) -> None:
    first, second = ONE_OF_EACH[one], ONE_OF_EACH[other]
    text = f"{before} {first} {between} # {second} {behind}"
    found = find(text)
    assert [(each.kind, each.quote) for each in found] == [(one, first), (other, second)]
    assert all(text[each.start : each.end] == each.quote for each in found)
    assert found[0].start == len(before) + 1
