"""What earlier rounds left, and which tokens a new prompt takes from it; no model is needed."""

from __future__ import annotations

import pytest

from local_models.llama.prefix import Held, Kept
from local_models.requests import Adapter

PROMPT = Held((1, 2, 3), 3, "ask:")
ANSWER = Held((1, 2, 3, 40, 41), 4, "ask:an answer")  # cut off: its last token was never decoded


def kept() -> Kept:
    made = Kept()
    made.hold(0, PROMPT)
    made.hold(1, ANSWER)
    made.prompt = 3
    return made


def marked(text: str) -> list[int] | None:
    """Tokens of what begins with a mark of control, or with nothing."""
    return [99] * len(text) if text.startswith("<") or not text else None


def test_a_prompt_that_goes_on_from_an_answer_has_the_tokens_that_were_drawn() -> None:
    assert kept().as_drawn("ask:an answer<end>", (), marked) == (*ANSWER.tokens, *[99] * 5)
    assert kept().as_drawn("ask:an answer", (), marked) == ANSWER.tokens


@pytest.mark.parametrize("text", ["ask:another<end>", "ask:an answer and more", "ask:", ""])
def test_any_other_prompt_is_tokenized_in_the_usual_way(text: str) -> None:
    assert kept().as_drawn(text, (), marked) is None


def test_answers_with_other_adapters_are_no_beginning() -> None:
    with_adapter = (Adapter(path="a.gguf"),)
    assert kept().as_drawn("ask:an answer<end>", with_adapter, marked) is None
    assert kept().best(ANSWER.tokens, with_adapter, wanted=True) is None


def test_the_longest_answer_that_fits_is_taken() -> None:
    made = kept()
    made.hold(2, Held((1, 2, 3, 40), 4, "ask:an"))
    assert made.as_drawn("ask:an answer<end>", (), marked) == (*ANSWER.tokens, *[99] * 5)


def test_a_token_that_was_never_decoded_is_not_saved() -> None:
    found = kept().best((*ANSWER.tokens, 99), (), wanted=True)
    assert found is not None and (found.sequence, found.common) == (1, 4)
