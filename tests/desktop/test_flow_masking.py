"""Names that models give themselves are found where they speak of themselves, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.flow.draft import AnswerDraft, Draft, FeedbackPoint, RevisionDraft
from desktop.flow.masking import FAMILIES, MAKERS, Cover, covered_quote, hidden_names, masks, veil, whole_names
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


SAID = st.lists(
    st.sampled_from(["I am ", *FAMILIES[:12], *MAKERS[:6], "GPT-4 ", "[name 1]", "⟦name 1⟧", " ", ".\n", "blue", "x"]),
    max_size=12,
).map("".join)


def blind_draft(*texts: str, blind: bool = True) -> Draft:
    answers = tuple(
        AnswerDraft(chr(97 + at), text, state="done", origin=Origin("local")) for at, text in enumerate(texts)
    )
    return Draft("d", "c", "p", answers=answers, order=tuple(answer.key for answer in answers), blind=blind)


@given(SAID, SAID)
def test_an_answer_that_is_covered_for_the_editor_comes_back_to_the_letter_and_holds_no_name(
    one: str, other: str
) -> None:
    draft = blind_draft(one, other)
    covering = veil(draft)
    for answer in draft.answers:
        shown = covering.cover(answer.text)
        assert covering.uncover(shown) == answer.text
        assert not hidden(shown)


def test_all_words_of_a_revision_are_covered_and_come_back() -> None:
    draft = blind_draft("I am ChatGPT.")
    point = FeedbackPoint("Do not say ChatGPT")
    revision = RevisionDraft("a", "I am ChatGPT, yes.", points=(point,), summary="ChatGPT went")
    shown = veil(draft).cover_revision(revision)
    assert "ChatGPT" not in repr(shown)
    assert veil(draft).uncover_revision(shown) == revision
    opened = veil(blind_draft("I am ChatGPT.", blind=False))
    assert opened.cover_revision(revision) is revision


def test_half_a_name_is_quoted_and_flagged_as_the_whole_name_that_is_covered() -> None:
    draft = blind_draft("I am ChatGPT, made by OpenAI.")
    assert whole_names(draft, "a", 0, 7) == (0, 12)
    assert covered_quote(draft, "a", 0, 7) == "I am [name hidden]"
    assert covered_quote(draft, "a", 14, 24) == "made by [name hidden]"
    assert covered_quote(blind_draft("I am ChatGPT.", blind=False), "a", 0, 7) == "I am Ch"
