"""Tokens' bytes to text: whole characters, stop texts, reasoning, however the bytes are cut into tokens."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from local_models.answer_text import REASONING_MARKS, AnswerText, marks_of

PIECES = st.lists(st.sampled_from(["<think>", "</think>", "\n", " ", "STOP", "ST", "OP", "ä", "😀", "word", "<", "th"]))


def fed(text: AnswerText, data: bytes, cuts: list[int]) -> tuple[str, str]:
    """All that came out, (reasoning, text), when `data` arrives cut at `cuts`."""
    bounds = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    out = [text.take(data[a:b]) for a, b in itertools.pairwise(bounds)]
    out.append(text.close())
    return "".join(thought for thought, _ in out), "".join(said for _, said in out)


@given(PIECES, st.lists(st.integers(0, 200), max_size=20))
def test_how_bytes_are_cut_into_tokens_changes_nothing(pieces: list[str], cuts: list[int]) -> None:
    data = "".join(pieces).encode()
    whole, parted = AnswerText(stop=("STOP",)), AnswerText(stop=("STOP",))
    assert fed(whole, data, []) == fed(parted, data, cuts)
    assert (whole.reasoning, whole.text, whole.stopped) == (parted.reasoning, parted.text, parted.stopped)


@given(PIECES, st.lists(st.integers(0, 200), max_size=20))
def test_what_was_told_is_the_whole_and_holds_no_stop_text(pieces: list[str], cuts: list[int]) -> None:
    text = AnswerText(stop=("STOP",))
    thought, said = fed(text, "".join(pieces).encode(), cuts)
    assert (thought, said) == (text.reasoning, text.text)
    assert "STOP" not in said
    assert "\ufffd" not in said + thought


def test_half_a_character_waits_for_its_other_half() -> None:
    text = AnswerText()
    first, *rest = (bytes([byte]) for byte in "😀".encode())
    assert text.take(first) == ("", "")
    assert [text.take(piece) for piece in rest][-1] == ("", "😀")


def test_half_a_character_at_the_end_becomes_a_mark_that_something_is_missing() -> None:
    text = AnswerText()
    text.take(b"a\xf0\x9f")
    assert text.close() == ("", "\ufffd")
    assert text.text == "a\ufffd"


def test_a_stop_text_is_held_back_until_it_is_certain() -> None:
    text = AnswerText(stop=("\nUser:",))
    assert text.take(b"Yes.\nUs") == ("", "Yes.")
    assert text.take(b"ually") == ("", "\nUsually")
    assert text.take(b"\nUser") == ("", "")
    assert text.take(b": what") == ("", "")
    assert text.stopped
    assert text.take(b"more") == text.close() == ("", "")
    assert text.text == "Yes.\nUsually"


def test_reasoning_is_kept_apart_and_only_at_the_beginning() -> None:
    text = AnswerText()
    assert fed(text, b"\n<think>\nHm.</think>\n\nYes <think>no</think>", []) == ("Hm.", "Yes <think>no</think>")


def test_a_prompt_that_opens_the_reasoning_needs_only_the_closing_mark() -> None:
    text = AnswerText(inside_reasoning=True)
    assert fed(text, b"Hm.</think>Yes", [4, 6]) == ("Hm.", "Yes")
    assert not text.inside_reasoning


def test_reasoning_without_an_end_leaves_the_text_empty() -> None:
    text = AnswerText()
    assert fed(text, b"<think>Hm. </thi", []) == ("Hm. </thi", "")
    assert text.inside_reasoning


def test_an_answer_begins_at_its_first_visible_character() -> None:
    assert fed(AnswerText(), b" \n  Hello ", [1, 2]) == ("", "Hello ")


def test_the_template_says_which_marks_are_meant() -> None:
    assert marks_of("… [/THINK] …").opening == "[THINK]"
    assert marks_of("no marks") == REASONING_MARKS[0]
    text = AnswerText(marks=marks_of("[THINK][/THINK]"))
    assert fed(text, b"[THINK]a[/THINK]b", [3, 9]) == ("a", "b")


@given(
    reasoning=st.sampled_from(["", "hi", "i", "think"]),
    text=st.sampled_from(["hi", "i", "think", "a\ufffdbc", "😀 ok"]),
    space=st.sampled_from(["", "\n", " \n "]),
)
def test_where_the_text_begins_is_known_whatever_stands_before_it(reasoning: str, text: str, space: str) -> None:
    whole = f"<think>\n{reasoning}\n</think>{space}{text}" if reasoning else space + text
    answer = AnswerText()
    for byte in whole.encode():
        answer.take(bytes([byte]))
    answer.close()
    assert whole[answer.begins_in(whole) :] == answer.text == text
