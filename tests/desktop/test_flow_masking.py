"""Names of models are found however they are spelled, where they tell who answers, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desktop.flow.draft import AnswerDraft, AnswerState, Draft, FeedbackPoint, RevisionDraft
from desktop.flow.known_names import COINED, FAMILIES, MAKERS, ORDINARY
from desktop.flow.masking import (
    MOST_TEXTS,
    Masks,
    authors,
    covered,
    covered_answer,
    covered_quote,
    growing,
    hidden_names,
    masks,
    veil,
    whole_names,
)
from desktop.flow.model_names import LONGEST_BEGINNING, begun_name, names_in
from desktop.flow.outcome import Frame, to_judgement
from desktop.flow.self_naming import LONGEST_SENTENCE
from desktop.flow.together import any_seen, seen_text
from feedback_store.records import MAX_RECORD_BYTES, App, Model, Origin, Versioned


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
        ("i am smollm2, trained by hugging face.", ["smollm2", "hugging face"]),
        ("my name is llama and i was made by meta", ["llama", "meta"]),
        ("I AM CHATGPT.", ["CHATGPT"]),
        ("I'm GPT-4o, and I am a Smol LM too.", ["GPT-4o", "Smol LM"]),
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
        "I like the colour blue, a solar cell, a falcon and a dolphin.",
        "My llama met an orca. I use a meta key and a phi of 1.6.",
        "Birds of prey:\nFalcon: a hunter.\n- Orca: no bird.",
        "Use pip install openai or visit openai.com.",
        "",
    ],
)
def test_the_same_words_elsewhere_are_left_alone(text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize(
    ("text", "own", "names"),
    [
        ("SmolLM: The sky is blue.", "smollm2-135m-instruct", ["SmolLM"]),
        ("The sky, says smolLM, is blue.", "smollm2-135m-instruct", ["smolLM"]),
        (
            "Ask Smol LM, Smol-LM_2 or SMOLLM2-135M-Instruct.",
            "SmolLM2 135M",
            ["Smol LM", "Smol-LM_2", "SMOLLM2-135M-Instruct"],
        ),
        ("See hub.example/smollm2-135m.gguf and MySmolLMTune.", "smollm2", ["smollm2-135m", "MySmolLMTune"]),
        ("**Smol**LM said so.", "SmolLM2", ["Smol**LM"]),
        ("qwen is a model.", "Qwen2.5-0.5B-Instruct-GGUF", ["qwen"]),
        ("The Llama 3.2 and llama3 models.", "llama-3.2-1b", ["Llama 3.2", "llama3"]),
        ("Hi.\n**llama**: Hello.\n> Llama : yes", "llama-3.2-1b", ["llama", "Llama"]),
        ("A llama eats grass. I saw a llama.", "llama-3.2-1b", []),
        ("Legal advice from the legal helper.", "Legal helper", ["legal helper"]),
        ("I give legal advice. It helps.", "Legal helper", []),
        ("legal: is it so?", "Legal helper", ["legal"]),
    ],
)
def test_the_name_of_a_model_that_answers_is_found_wherever_it_tells_who_answers(
    text: str, own: str, names: list[str]
) -> None:
    assert hidden(text, own) == names


@pytest.mark.parametrize("text", ["ChatGPT: Hello.", "**chatgpt:** Hello.", "  GPT-4: Hello.", "Claude: Hello."])
def test_an_answer_that_begins_with_another_models_label_has_it_covered(text: str) -> None:
    assert covered(text, masks(text, ("smollm2",)), "#").lstrip(" *").startswith("#")


ANY_CASE = st.sampled_from(COINED).flatmap(
    lambda name: st.tuples(*(st.sampled_from([letter.lower(), letter.upper()]) for letter in name)).map("".join)
)


@given(st.text(), ANY_CASE, st.text(), st.sampled_from(["{}", "{}2-135m-instruct", "maker/{}-7B-GGUF", "my {} tune"]))
def test_no_case_of_a_coined_name_of_a_model_that_answers_is_ever_painted(
    before: str, name: str, after: str, file_name: str
) -> None:
    known = next(each for each in COINED if each.lower() == name.lower())
    text = f"{before}{name}{after}"
    draft = blind_draft(text, model=file_name.format(known))
    painted = covered(text, hidden_names(draft.answers[0], authors(draft)))
    assert name.lower() not in painted.lower()
    assert name.lower() not in covered_answer(draft, 0).lower()
    assert name.lower() not in veil(draft).cover(text).lower()
    assert draft.answers[0].text == text


@given(ANY_CASE, st.sampled_from(["", " ", "-", "_", ".", "**", "\u200b", "\u00ad"]))
def test_separators_within_a_name_do_not_show_it(name: str, gap: str) -> None:
    spread = gap.join(name.replace(" ", ""))
    assert hidden(f"So says {spread} here.", name.replace(" ", "-")) == [spread]


@given(st.sampled_from(ORDINARY), st.data())
def test_no_case_of_an_ordinary_name_is_painted_where_an_answer_introduces_itself(
    name: str, data: st.DataObject
) -> None:
    cased = "".join(data.draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in name)
    assert hidden(f"i am {cased}, yes.") == [cased]
    assert hidden(f"Hello.\n{cased}: yes.", name) == [cased]


def test_the_names_of_all_models_that_answer_are_covered_in_each_answer() -> None:
    draft = blind_draft("As qwen says.", "Not like Smollm.", model="smollm2")
    second = AnswerDraft("b", "Not like Smollm.", state="done", origin=Origin("local", model=Model("Qwen2.5")))
    draft = Draft("d", "c", "p", answers=(draft.answers[0], second), order=("a", "b"), blind=True)
    assert covered_answer(draft, 0) == "As [name hidden] says."
    assert covered_answer(draft, 1) == "Not like [name hidden]."


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
        "smolLM",
        "Llama: ",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_a_text_that_grows_is_covered_as_the_whole_is(pieces: list[str]) -> None:
    growing, text = Masks(), ""
    for piece in pieces:
        text += piece
        assert growing.of(text, ("smollm2", "llama-3")) == names_in(text, ("smollm2", "llama-3"))


@given(st.lists(st.tuples(st.integers(0, 3), PIECES), max_size=60))
def test_answers_that_grow_side_by_side_are_each_covered_as_the_whole_is(pieces: list[tuple[int, str]]) -> None:
    """They begin alike, one is longer than the next, and a text that stood is asked about again."""
    growing, texts = Masks(), ["I am Llama 3. " + "word " * 300] * 4
    for which, piece in pieces:
        texts[which] += piece
        for text in texts:
            assert growing.of(text, ("llama-3",)) == names_in(text, ("llama-3",))


@pytest.mark.parametrize("length", [399_000, 401_000, MAX_RECORD_BYTES])
def test_in_an_answer_as_long_as_a_record_may_be_names_are_covered_from_its_beginning_to_its_end(length: int) -> None:
    """Above 400,000 characters nothing was."""
    said = "I am Claude. "
    filling = "The sky is blue. " * ((length // 2 - 2 * len(said)) // 17)
    draft = blind_draft(said + filling + said + filling + said)
    assert hidden(draft.answers[0].text) == ["Claude"] * 3
    assert "Claude" not in covered_answer(draft, 0)
    frame = Frame("prj_" + "0" * 32, "trn_" + "0" * 32, App("preceptor", "test"), Versioned("r", 1, "0" * 64))
    assert to_judgement(draft, frame).shown.masked == ("a",)


def test_other_models_hide_other_names_of_the_same_text() -> None:
    found, text = Masks(), "Of all, Bobtail and Crouton are the best. " * 40
    assert found.of(text, ("Bobtail-Instruct",)) == names_in(text, ("Bobtail-Instruct",))
    assert found.of(text + "Crouton", ("Crouton-Instruct",)) == names_in(text + "Crouton", ("Crouton-Instruct",))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters were searched each time."""
    lengths: list[int] = []

    def counted(text: str, own: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        lengths.append(len(text))
        return names_in(text, own)

    monkeypatch.setattr("desktop.flow.masking.names_in", counted)
    return lengths


def test_of_an_answer_that_grows_only_the_end_is_read(read: list[int]) -> None:
    growing, text = Masks(), "I am Llama 3. " + "word " * 6000
    growing.of(text)
    for _step in range(2 * MOST_TEXTS):
        text += "word "
        growing.of(text)
        growing.of(text)
    assert len(read) == 1 + 2 * MOST_TEXTS
    assert max(read[1:]) < 2 * LONGEST_SENTENCE + 10


def test_of_equal_answers_of_which_one_is_ahead_only_the_ends_are_read(read: list[int]) -> None:
    growing, words = Masks(), "word " * 9000
    growing.of(words[:30_000])
    for step in range(30_000, 31_000, 100):
        for behind in (0, 20, 40):
            growing.of(words[: step - behind])
    assert max(read[1:]) < 2 * LONGEST_SENTENCE + 200


def test_answers_that_stand_are_remembered_while_others_are_written(read: list[int]) -> None:
    growing = Masks()
    standing = [f"{number}. I am Llama 3. " + "word " * 6000 for number in range(4)]
    for text in standing:
        growing.of(text)
    for which in range(4):
        for length in range(0, 6000, 50):
            growing.of(f"{which + 4}. " + "word " * length)
    read.clear()
    for text in standing:
        growing.of(text)
    assert read == []


@pytest.mark.parametrize("name", [*FAMILIES, *MAKERS])
def test_every_known_name_is_found(name: str) -> None:
    assert hidden(f"Hello, I am {name}, nice to meet you.") == [name]


SAID = st.lists(
    st.sampled_from(
        [
            "I am ",
            *FAMILIES[:12],
            *MAKERS[:6],
            "GPT-4 ",
            "chatgpt",
            ": ",
            "[name 1]",
            "⟦name 1⟧",
            " ",
            ".\n",
            "blue",
            "x",
        ]
    ),
    max_size=12,
).map("".join)


def blind_draft(*texts: str, blind: bool = True, model: str = "") -> Draft:
    origin = Origin("local", model=Model(model) if model else None)
    answers = tuple(AnswerDraft(chr(97 + at), text, state="done", origin=origin) for at, text in enumerate(texts))
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


GROWING = (
    "I am SmolLM2, a model trained by Hugging Face.",
    "SmolLM2: the sky is blue.",
    "**SmolLM2-135M**: the sky is blue.",
    "I am GPT-4, made by OpenAI. I am not Llama 3.1 8B.",
    "My name is Claude 3 Opus and I was created by Anthropic.",
    "Ich bin ein Modell des Technology Innovation Institute.",
    "As an AI model by Google DeepMind, I am called Gemini 1.5 Pro.",
    "I am a smol lm, or (SmolLM2x).",
    "I like small things.\n\nI am Qwen2.5-7B-Instruct.",
    "Ich heiße Llama und wurde von Meta entwickelt.",
    "Als KI von Google DeepMind nennt man mich Gemini 1.5 Pro.",
    "我是通义千问，由阿里云开发。",
    "我是DeepSeek，由深度求索公司开发。",
    "私はChatGPTです。",
)


@pytest.mark.parametrize("text", GROWING)
def test_while_a_text_grows_no_letter_of_a_name_is_seen_that_is_covered_in_the_end(text: str) -> None:
    own = ("SmolLM2-135M-Instruct", "smollm2")
    covered_at_last = {at for start, end in masks(text, own) for at in range(start, end) if text[at].isalnum()}
    assert covered_at_last
    before = 0
    for length in range(len(text) + 1):
        seen = text[: begun_name(text[:length], own)]
        assert len(seen) >= before, "what was seen once is not taken away"
        before = len(seen)
        now = {place for start, end in masks(seen, own) for place in range(start, end)}
        left = covered_at_last & set(range(len(seen))) - now
        assert not left, f"{seen!r} shows {''.join(text[place] for place in sorted(left))!r}"


def test_blind_the_end_of_an_answer_waits_while_it_may_be_a_name_and_comes_once_the_answer_stands() -> None:
    def seen(state: AnswerState, *, blind: bool = True) -> str:
        answer = AnswerDraft("a", "I am Smol", state=state, origin=Origin("local", model=Model("SmolLM2")))
        return seen_text(Draft("d", "c", "p", answers=(answer,), order=("a",), blind=blind), "a")

    assert seen("writing") == "I am "
    assert seen("done") == seen("stopped") == seen("writing", blind=False) == "I am Smol"


@pytest.mark.parametrize("text", GROWING)
@pytest.mark.parametrize("held", [(), ("a",)])
def test_something_is_seen_as_soon_as_a_word_of_any_answer_may_be_read(text: str, held: tuple[str, ...]) -> None:
    for length in range(len(text) + 1):
        grown = AnswerDraft("a", text[:length], state="writing", origin=Origin("local", model=Model("SmolLM2")))
        waits = AnswerDraft("b", "", state="waiting", origin=Origin("local"))
        draft = Draft("d", "c", "p", answers=(grown, waits), order=("a", "b"), blind=True, held=held)
        assert any_seen(draft) == any(seen_text(draft, key) for key in draft.order)


def test_blind_the_end_of_what_a_model_rewrites_waits_too() -> None:
    blind = Draft("d", "c", "p", answers=(AnswerDraft("a", "Blue.", origin=Origin("local")),), order=("a",), blind=True)
    revision = RevisionDraft("a", "I was made by Open")
    assert growing(blind, revision).text == "I was made by "
    assert growing(replace(blind, blind=False), revision) == revision


def test_of_a_growing_text_no_more_is_held_back_than_a_name_is_long() -> None:
    for text in ("word " * 50, "S" * 100, "smol " * 50, "Technology Innovation Institute of "):
        assert len(text) - begun_name(text) <= LONGEST_BEGINNING
    assert begun_name("The sky is blue because of the scattering") == len("The sky is blue because of the scattering")
