"""T11. RFC 8785 as it is published, within our profile: what we write is what it prints; what we refuse has a name.

Sections 3.2.2 to 3.2.4, the table of Appendix B, and the files that its authors test with (github.com/cyberphone/
json-canonicalization, testdata; Apache-2.0). Our part of it is in docs/batch-format.md, "Ground rules".
"""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
import rfc8785

from feedback_store import canonical
from feedback_store.errors import CanonicalError

PRIMITIVES = rb"""{
  "numbers": [333333333.33333329, 1E30, 4.50,
              2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""  # 3.2.2
PRIMITIVES_WRITTEN = bytes.fromhex(  # 3.2.4
    "7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72"
    "75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a"
    "5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31"
    "65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d 32 37"
    "5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30"
    "30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d"
)
SORTING = rb"""{
  "\u20ac": "Euro Sign",
  "\r": "Carriage Return",
  "\ufb33": "Hebrew Letter Dalet With Dagesh",
  "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face",
  "\u0080": "Control",
  "\u00f6": "Latin Small Letter O With Diaeresis"
}"""  # 3.2.3
SORTED = [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
]
NUMBERS: dict[str, str | None] = {  # Appendix B: the bits of a double, and how it is written; None: an error there too
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "7fffffffffffffff": None,
    "7ff0000000000000": None,
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
FILES: dict[str, tuple[bytes, str, str | None]] = {  # what is read, what is written of it, and why we refuse it
    "arrays": (
        b'[\n  56,\n  {\n    "d": true,\n    "10": null,\n    "1": [ ]\n  }\n]',
        '[56,{"1":[],"10":null,"d":true}]',
        "null",
    ),
    "french": (
        '{\n  "peach": "This sorting order",\n  "péché": "is wrong according to French",\n'
        '  "pêche": "but canonicalization MUST",\n  "sin":   "ingnore locale"\n}\n'.encode(),
        '{"peach":"This sorting order","péché":"is wrong according to French",'
        '"pêche":"but canonicalization MUST","sin":"ingnore locale"}',
        "key",
    ),
    "structures": (
        b'{\n  "1": {"f": {"f": "hi","F": 5} ,"\\n": 56.0},\n  "10": { },\n  "": "empty",\n  "a": { },\n'
        b'  "111": [ { } ],\n  "A": { }\n}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
        "fraction",
    ),
    "unicode": (
        b'{\n  "Unnormalized Unicode":"\\u1e0d\\u0307"\n}\n',
        '{"Unnormalized Unicode":"\u1e0d\u0307"}',
        None,
    ),
    "values": (PRIMITIVES, PRIMITIVES_WRITTEN.decode(), "fraction"),
    "weird": (
        b'{\n  "\\u20ac": "Euro Sign",\n  "1": "One",\n  "\\u0080": "Control\\u007f",\n  "\\ud83d\\ude02": "Smiley",\n'
        b'  "\\u00f6": "Latin Small Letter O With Diaeresis",\n'
        b'  "\\ufb33": "Hebrew Letter Dalet With Dagesh",\n  "</script>": "Browser Challenge"\n}\n',
        '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f",'
        '"ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}',
        "key",
    ),
}


def why_refused(data: bytes) -> str:
    with pytest.raises(CanonicalError) as refused:
        canonical.strict_loads(data)
    return refused.value.code


def within(value: Any) -> Any:
    """What is left of a value without null, fractions and keys that are not ASCII."""
    if isinstance(value, dict):
        return {key: within(part) for key, part in value.items() if key.isascii() and ours(part)}
    return [within(part) for part in value if ours(part)] if isinstance(value, list) else value


def ours(value: Any) -> bool:
    return value is not None and not isinstance(value, float)


@pytest.mark.parametrize("name", FILES)
def test_what_the_authors_test_with_is_written_as_they_print_it_within_our_profile_and_refused_by_name_outside(
    name: str,
) -> None:
    read, written, refused = FILES[name]
    whole = json.loads(read)
    assert rfc8785.dumps(whole).decode() == written, "the example stands here as it is published"
    if refused is None:
        assert canonical.encode(canonical.strict_loads(read)).decode() == written
    else:
        assert why_refused(read) == refused
        with pytest.raises(CanonicalError):
            canonical.encode(whole)
    part = within(whole)
    assert part, "something of each lies within our part"
    assert canonical.encode(part) == rfc8785.dumps(part)
    assert canonical.strict_loads(canonical.encode(part)) == part


def test_the_primitives_of_section_3_2_2_are_the_bytes_of_3_2_4_but_for_fractions_and_null() -> None:
    value = json.loads(PRIMITIVES)
    assert rfc8785.dumps(value) == PRIMITIVES_WRITTEN
    for name, refused in (("numbers", "fraction"), ("literals", "null")):
        assert why_refused(json.dumps({name: value[name]}).encode()) == refused
    string = b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert string in PRIMITIVES_WRITTEN
    read = canonical.strict_loads(PRIMITIVES.partition(b"\n  ")[0] + PRIMITIVES.splitlines()[3].rstrip(b",") + b"}")
    assert canonical.encode({"literals": value["literals"][1:], **read}) == b'{"literals":[true,false],' + string


def test_the_sorting_example_of_section_3_2_3_has_its_order_where_keys_are_ascii_and_is_refused_else() -> None:
    value = json.loads(SORTING)
    assert list(json.loads(rfc8785.dumps(value)).values()) == SORTED
    assert why_refused(SORTING) == "key"
    for key in value:
        if not key.isascii():
            assert why_refused(json.dumps({key: "x"}).encode()) == "key"
    written = canonical.encode({key: text for key, text in value.items() if key.isascii()})
    assert list(canonical.strict_loads(written).values()) == SORTED[:2]


@pytest.mark.parametrize("bits", NUMBERS)
def test_of_appendix_b_our_profile_writes_both_zeros_and_refuses_every_other_number_by_name(bits: str) -> None:
    """Whole numbers within ±(2^53 − 1) are written; nothing else that a double can be."""
    number, written = struct.unpack(">d", bytes.fromhex(bits))[0], NUMBERS[bits]
    if written is None:
        assert why_refused(json.dumps(number).encode()) == "constant"
        with pytest.raises(rfc8785.FloatDomainError):
            rfc8785.dumps(number)
    else:
        assert rfc8785.dumps(number).decode() == written, "the number stands here as it is published"
        if written == "0":
            assert canonical.encode(canonical.strict_loads(written.encode())) == b"0"
        else:
            whole = written.lstrip("-").isdecimal()
            assert why_refused(written.encode()) == ("too_large" if whole else "fraction")
    with pytest.raises(CanonicalError) as refused:
        canonical.encode(number)
    assert refused.value.code == "type", "a float is refused whatever it holds"


@pytest.mark.parametrize("number", [canonical.MAX_INTEGER, -canonical.MAX_INTEGER, 1, -1, 0])
def test_whole_numbers_up_to_the_largest_are_written_as_rfc_8785_writes_them(number: int) -> None:
    assert canonical.encode(number) == rfc8785.dumps(number) == rfc8785.dumps(float(number)) == str(number).encode()
