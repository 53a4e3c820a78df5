"""Names that models give themselves are found where they speak of themselves, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.draft import AnswerDraft
from desktop.flow.masking import FAMILIES, MAKERS, Cover, hidden_names, masks
from feedback_store.records import Origin


def hidden(text: str, *own: str) -> list[str]:
    return [text[start:end] for start, end in masks(text, own)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I am SmolLM2, a helpful assistant, trained by Hugging Face.", ["SmolLM2", "Hugging Face"]),
        ("As an AI language model made by OpenAI, I cannot say.", ["OpenAI"]),
        ("My name is Claude 3.5 Sonnet, and Anthropic built me.", ["Claude 3.5 Sonnet", "Anthropic"]),
        ("I'm Llama 3.1, a model by Meta.", ["Llama 3.1", "Meta"]),
        ("Ich bin Qwen2.5-7B von Alibaba Cloud.", ["Qwen2.5-7B", "Alibaba Cloud"]),
        ("我是DeepSeek。", ["DeepSeek"]),
        ("Sure! I was developed by Google DeepMind as Gemini.", ["Google DeepMind", "Gemini"]),
    ],
)
def test_a_name_is_found_where_the_answer_speaks_of_itself(text: str, names: list[str]) -> None:
    assert hidden(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Llamas and alpacas live in the Andes. The Llama is a domesticated animal.",
        "Google and Microsoft are companies. OpenAI trained GPT-4.",
        "The phi coefficient, Falcon wings, and the yi people.",
        "I like the colour blue.",
        "Use pip install openai or visit openai.com.",
        "",
    ],
)
def test_the_same_words_elsewhere_are_left_alone(text: str) -> None:
    assert hidden(text) == []


def test_the_models_own_name_counts_too_but_not_its_common_words() -> None:
    text = "I am Sauerkraut, an instruct model."
    assert hidden(text) == []
    assert hidden(text, "SauerkrautLM-7b-Instruct", "Sauerkraut 7b") == ["Sauerkraut"]


@given(st.text(), st.sampled_from([*FAMILIES, *MAKERS]), st.text())
def test_ranges_lie_in_the_text_in_order_and_do_not_touch(before: str, name: str, after: str) -> None:
    text = f"{before} I am {name} {after}"
    end = 0
    for start, stop in masks(text):
        assert end <= start < stop <= len(text)
        end = stop


PIECES = st.sampled_from(
    [
        "I am ",
        "Claude",
        " ",
        ". ",
        "Llama 3",
        "animals ",
        "made by ",
        "OpenAI",
        "word " * 150,
        "ChatGPT",
        "\n",
        "As an AI ",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_a_text_that_grows_is_covered_as_the_whole_is(pieces: list[str]) -> None:
    cover, text = Cover(), ""
    for piece in pieces:
        text += piece
        answer = AnswerDraft("a", text, origin=Origin("local"))
        assert cover.of(answer) == hidden_names(answer)


@pytest.mark.parametrize("name", [*FAMILIES, *MAKERS])
def test_every_known_name_is_found(name: str) -> None:
    assert hidden(f"Hello, I am {name}, nice to meet you.") == [name]
