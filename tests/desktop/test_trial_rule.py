"""The rule that judges in `preceptor try` gives every answer that was cut off an end, whatever the model wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.commands.trial_rule import whole_sentences


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("It is blue. It is wide. And then the", "It is blue. It is wide."),
        ("It is blue. It is wide.", "It is blue."),  # cut off just there: the rest may be missing
        ("A song of the sea and the", "A song of the sea and."),
        ("One, two", "One."),
        ("Word", "Word."),
    ],
)
def test_an_answer_that_was_cut_off_gets_an_end(text: str, ended: str) -> None:
    assert whole_sentences(text) == ended


@given(st.text(alphabet="ab .,!?\n", min_size=1).filter(str.strip))
def test_whatever_was_cut_is_another_text_that_is_not_empty(text: str) -> None:
    assert whole_sentences(text).strip() and whole_sentences(text) != text
