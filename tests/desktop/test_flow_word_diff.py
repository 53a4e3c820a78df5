"""Word differences: what the list of changes shows, what a record counts, and putting single changes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.change_words import words_of
from desktop.flow.word_diff import change_after, change_at, compare, count_words, ends_alike, put_back

WORDS = st.sampled_from(
    ["a", "the", "cat", "sat.", "on", "😀", "über", "e\u0301", "mat,", "שלום", "天空", "蓝。", "ไทย", "하늘은"]
)
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n", "\t"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=25).map(lambda parts: "".join(w + g for w, g in parts))
ANY = st.one_of(TEXTS, st.text(max_size=60))


@given(ANY, ANY)
def test_the_changes_are_in_order_and_lead_from_one_text_to_the_other(original: str, revised: str) -> None:
    changes = compare(original, revised).changes
    made, at = [], 0
    for change in changes:
        assert change.original[0] >= at and (
            change.original[0] < change.original[1] or change.revised[0] < change.revised[1]
        )
        made += [original[at : change.original[0]], revised[slice(*change.revised)]]
        at = change.original[1]
    assert "".join([*made, original[at:]]) == revised
    assert list(changes) == sorted(changes, key=lambda change: change.revised)
    assert (not changes) == (original == revised)


@given(ANY, ANY, st.data())
def test_putting_changes_back_one_by_one_in_any_order_ends_at_the_original(
    original: str, revised: str, data: st.DataObject
) -> None:
    text = revised
    for _ in range(len(compare(original, revised).changes)):
        changes = compare(original, text).changes
        if not changes:
            break
        index = data.draw(st.integers(0, len(changes) - 1))
        before = count_of(original, text)
        text = put_back(original, text, changes[index])
        assert count_of(original, text) < before, "every one put back is one less to read"
    while changes := compare(original, text).changes:
        text = put_back(original, text, changes[0])
    assert text == original


def count_of(original: str, text: str) -> int:
    """How much differs, in characters of both texts."""
    changes = compare(original, text).changes
    return sum(change.original[1] - change.original[0] + change.revised[1] - change.revised[0] for change in changes)


@given(ANY, ANY)
def test_what_is_counted_agrees_with_the_lengths_of_the_texts(original: str, revised: str) -> None:
    diff = compare(original, revised)
    assert diff.inserted - diff.deleted == count_words(revised) - count_words(original)
    assert diff.distance <= max(count_words(original), count_words(revised))
    assert diff.distance <= max(diff.inserted, diff.deleted) + min(diff.inserted, diff.deleted)
    assert 0 <= diff.share <= 1


@pytest.mark.parametrize(
    ("original", "revised", "changes"),
    [
        ("Four five six. Seven eight nine.", "Four six. Seven eight, nine.", [("five ", ""), ("eight", "eight,")]),
        ("So it is.", "So it is. And more.", [("", " And more.")]),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", [("", "New.\n\n")]),
        ("a b c", "x b y", [("a", "x"), ("c", "y")]),
        (
            "There is a simple way to tell.",
            "Yellow mucus is part of a cold.",
            [("There is a simple way to tell.", "Yellow mucus is part of a cold.")],
        ),
        ("a b c\nd e f", "x y z\nu v w", [("a b c", "x y z"), ("d e f", "u v w")]),
        ("colour", "color", [("colour", "color")]),
    ],
)
def test_changes_stand_around_what_both_texts_share(
    original: str, revised: str, changes: list[tuple[str, str]]
) -> None:
    found = [
        (original[slice(*change.original)], revised[slice(*change.revised)])
        for change in compare(original, revised).changes
    ]
    assert found == changes


@given(ANY, ANY, st.integers(0, 80))
def test_the_change_at_a_place_and_the_next_ones_are_those_that_a_reader_sees(
    original: str, revised: str, place: int
) -> None:
    changes = compare(original, revised).changes
    at, after = change_at(changes, place), change_after(changes, place, forward=True)
    before = change_after(changes, place, forward=False)
    starts = [change.revised[0] for change in changes]
    if at is not None:
        assert starts[at] <= place <= changes[at].revised[1]
    if not changes:
        assert (at, after, before) == (None, None, None)
        return
    assert after == next((index for index, start in enumerate(starts) if start > place), 0)
    assert before == next((index for index in reversed(range(len(starts))) if starts[index] < place), len(starts) - 1)


@given(ANY, ANY)
def test_ends_alike_never_overlap_and_reach_as_far_as_they_can(one: str, other: str) -> None:
    start, end = ends_alike(one, other)
    assert one[:start] == other[:start] and one[len(one) - end :] == other[len(other) - end :]
    assert start + end <= min(len(one), len(other))
    assert one[: start + 1] != other[: start + 1] or start in (len(one), len(other))


@given(ANY, ANY)
def test_a_change_in_words_holds_parts_of_its_texts_and_is_never_long(original: str, revised: str) -> None:
    for change in compare(original, revised).changes:
        words = words_of(original, revised, change)
        assert words.removed.rstrip("…") in original and words.added.rstrip("…") in revised
        assert all(len(part) <= 161 for part in (words.before, words.removed, words.added, words.after))


def test_a_change_stands_in_its_sentence_not_in_its_paragraph() -> None:
    original = "First. It is caused by viruses, as all know. Last."
    revised = original.replace("viruses,", "germs,")
    (change,) = compare(original, revised).changes
    words = words_of(original, revised, change)
    assert (words.before, words.removed, words.added, words.after) == (
        "It is caused by ",
        "viruses,",
        "germs,",
        " as all know.",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The sky is blue.", 4),
        ("Der Himmel – er ist blau.", 6),
        ("回答准确,但是没有说明为什么天空是蓝色的。", 19),
        ("Python是好的，真的！", 6),
        ("「空」は青い。", 4),
        ("カタカナ", 4),
        ("하늘은 파랗습니다.", 2),
        ("ท้องฟ้าเป็นสีฟ้า", 3),
        ("Небо голубое", 2),
        ("", 0),
        (" \n\u3000", 0),
        ("\U00020b9f\U00020b9f", 2),
    ],
)
def test_words_are_counted_as_people_write_them(text: str, words: int) -> None:
    assert count_words(text) == words


def test_one_character_that_changes_is_one_word_of_a_sentence_without_spaces() -> None:
    found = compare("天空是蓝色的，因为散射。", "天空是红色的，因为散射。")
    assert (found.inserted, found.deleted, found.distance) == (1, 1, 1)
    assert len(found.changes) == 1 and found.share < 0.2


@given(ANY)
def test_texts_with_spaces_are_counted_by_them_as_before(text: str) -> None:
    latin = "".join(letter for letter in text if ord(letter) < 0x0E00)
    assert count_words(latin) == len(latin.split())
