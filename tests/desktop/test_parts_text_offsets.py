"""Code points and UTF-16 units translate into each other, and what is shown keeps every unit."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.shown_text import OBJECT, ODD, Shown, pieces_of, settled, show_text
from desktop.flow.text_offsets import to_code_points, to_utf16, utf16_length

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from(
            "\r\n\t\0\u200b\u200d\u202e\u2028\u2029\ufdd0\ufffc😀👩❤🏴\U000e0041\U000e0067\U000e0100a1#क\u182d"
            "\ufe0e\ufe0f\ufe00\u20e3\u180b\u180e\u2066\u2068\u2069\u206a\ufff9\u3164\U0001d173"
        ),
    ),
    max_size=60,
)


@given(TEXT, st.integers(0, 70))
def test_a_place_survives_the_way_there_and_back(text: str, place: int) -> None:
    place = min(place, len(text))
    assert to_code_points(text, to_utf16(text, place)) == place


@given(TEXT)
def test_units_are_those_of_utf16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2
    assert to_utf16(text, len(text)) == utf16_length(text)
    assert to_code_points(text, utf16_length(text)) == len(text)


@given(TEXT, st.integers(0, 130))
def test_a_unit_inside_a_pair_belongs_to_the_place_before_it(text: str, unit: int) -> None:
    unit = min(unit, utf16_length(text))
    place = to_code_points(text, unit)
    assert to_utf16(text, place) <= unit <= to_utf16(text, place) + 1


def test_places_outside_the_text_are_held_inside() -> None:
    assert to_utf16("a😀", -1) == 0
    assert to_utf16("a😀", 9) == 3
    assert to_code_points("a😀", 9) == 2


@given(TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_what_is_shown_has_as_many_units_as_the_source(text: str, masks: list[tuple[int, int]]) -> None:
    shown = show_text(text, masks)
    assert utf16_length(shown.text) == utf16_length(text)
    for stand in shown.stands:
        assert shown.text.encode("utf-16-le")[stand.start * 2 : (stand.start + stand.length) * 2].decode(
            "utf-16-le"
        ) == (OBJECT * stand.length)


@given(TEXT, st.integers(0, 60))
def test_what_is_settled_does_not_change_with_what_follows(text: str, cut: int) -> None:
    head = text[:cut]
    firm = head[: settled(head)]
    units = utf16_length(firm)
    whole = show_text(text).text.encode("utf-16-le", "surrogatepass")[: units * 2]
    assert show_text(head).text.encode("utf-16-le", "surrogatepass")[: units * 2] == whole


def test_control_characters_are_seen_by_name() -> None:
    labels = [stand.label for stand in show_text("a\u200bb\u202ec\u2066d\ufeff\u00ad").stands]
    assert labels == ["ZWSP", "RLO", "LRI", "BOM", "SHY"]
    labels = [stand.label for stand in show_text("a\u206ab\ufe02c\U000e0100d\u180be\U0001d173f\u2065\u2800").stands]
    assert labels == ["ISS", "VS3", "VS17", "FVS1", "1D173", "2065", "BLANK"]


def test_joiners_at_honest_work_are_left_alone() -> None:
    for text in ("👩‍👩‍👧", "نمی‌خواهم", "क्‍ष", "🏴\U000e0067\U000e0062\U000e007f", "❤️‍🔥"):
        assert show_text(text).stands == (), text


def test_joiners_and_tags_that_hide_are_seen() -> None:
    assert [s.label for s in show_text("pass\u200dword").stands] == ["ZWJ"]
    assert [s.label for s in show_text("hi\U000e0041").stands] == ["TAG"]


def test_line_ends_keep_their_units() -> None:
    assert show_text("a\r\nb\rc").text == "a\u00a0\nb\nc"


@given(TEXT)
def test_whatever_is_shown_otherwise_than_it_is_counts_as_odd(text: str) -> None:
    plain = "".join(c for c in text if not ODD.match(c))
    assert show_text(plain) == Shown(plain, ())


def test_a_plain_text_with_one_odd_character_is_not_taken_for_plain() -> None:
    for code in range(128):
        text = f"A line.\n\tAnother{chr(code)}one."
        shown = show_text(text)
        assert (shown == Shown(text, ())) == (ODD.search(text) is None), hex(code)


def test_every_control_and_every_named_character_counts_as_odd() -> None:
    planes = (range(0x3200), range(0xD700, 0x10000), range(0x1F000, 0x1FB00), range(0xE0000, 0xE0200))
    for character in (chr(code) for plane in planes for code in plane):
        if show_text(f"a{character}") != Shown(f"a{character}", ()):
            assert ODD.match(character), f"U+{ord(character):04X}"


LINES = st.lists(st.sampled_from(("word ", "\n", "\r\n", "😀", "a\u200bb", "\n\n", "👩\u200d👧")), max_size=60).map(
    "".join
)


@given(
    LINES,
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=3),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_pieces_are_the_text_in_lines_with_every_stand_at_its_place(
    text: str, masks: list[tuple[int, int]], first: int, size: int
) -> None:
    shown = show_text(text, masks)
    pieces = pieces_of(shown, first, size)
    assert "".join(piece.text for piece in pieces) == shown.text
    assert all(piece.text.endswith("\n") for piece in pieces[:-1])
    assert all(
        len(piece.text) >= least for piece, least in zip(pieces[:-1], [first, *[size] * len(pieces)], strict=False)
    )
    begins = [sum(utf16_length(piece.text) for piece in pieces[:index]) for index in range(len(pieces))]
    moved = [
        replace(stand, start=stand.start + begin)
        for begin, piece in zip(begins, pieces, strict=True)
        for stand in piece.stands
    ]
    assert tuple(moved) == shown.stands
