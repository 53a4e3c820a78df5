"""Names that models give themselves, which would end a blind comparison. They are covered on the screen, never altered.

An answer's own text is covered by ranges, painted over. Whatever else shows words of a blind draft (quotes, points, the
version that is rewritten, earlier turns) goes through its `Veil`.

A name counts where the answer speaks of itself: in a sentence with "I", "my name", "as an AI", "trained by" and the
like. The same word elsewhere (an answer about llamas, or about companies) is left alone. Names are known families and
makers, and the words of the model's own name. Must not know Qt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, RevisionDraft
from desktop.flow.together import seen_text
from desktop.flow.wording import gettext as _
from feedback_store.records import Message

LONGEST_SENTENCE = 600  # characters around a name that are looked at
LONGEST_TEXT = 400_000
BLOCKS = "█" * 6

FAMILIES = (
    "ChatGPT", "GPT-3", "GPT-3.5", "GPT-4", "GPT-4o", "GPT-5", "GPT", "Claude", "Gemini", "Gemma", "Bard", "PaLM",
    "Llama", "LLaMA", "Code Llama", "Alpaca", "Vicuna", "Mistral", "Mixtral", "Ministral", "Qwen", "QwQ", "Tongyi",
    "DeepSeek", "Phi", "Phi-2", "Phi-3", "Phi-4", "SmolLM", "SmolLM2", "SmolLM3", "TinyLlama", "Falcon", "Yi", "Kimi",
    "Command R", "Aya", "OLMo", "Tulu", "Tülu", "Granite", "Nemotron", "Grok", "Copilot", "Ernie", "GLM", "ChatGLM",
    "InternLM", "MiniCPM", "Baichuan", "StableLM", "Zephyr", "OpenChat", "Orca", "Hermes", "Dolphin", "Exaone", "Solar",
)  # fmt: skip
MAKERS = (
    "OpenAI", "Anthropic", "Google", "Google DeepMind", "DeepMind", "Meta", "Meta AI", "Mistral AI", "Alibaba",
    "Alibaba Cloud", "Microsoft", "Hugging Face", "HuggingFace", "HF", "TII", "Technology Innovation Institute",
    "01.AI", "Moonshot AI", "Cohere", "Allen Institute for AI", "Ai2", "IBM", "NVIDIA", "Nvidia", "xAI", "Baidu",
    "Zhipu AI", "LMSYS", "Stability AI", "Nous Research", "LG AI Research", "Upstage", "Databricks",
)  # fmt: skip

_CLOSINGS = {"[": "]", "⟦": "⟧", "⟪": "⟫", "⦃": "⦄"}  # brackets around the placeholders of a veil
_SPEAKS_OF_ITSELF = re.compile(
    r"\b(?:I|I'm|I’m|me|my|myself)\b|\b[Aa]s an? (?:AI|artificial|large|language|virtual|helpful|assistant|chatbot)"
    r"|\b(?:called|named|known as|trained by|developed by|created by|made by|built by|powered by)\b"
    r"|\b(?:[Ii]ch bin|[Mm]ein Name|[Jj]e suis|[Jj]e m'appelle|[Ss]oy|[Mm]e llamo|[Ss]ono|[Mm]i chiamo|[Ss]ou)\b"
    r"|我是|我叫"
)
_ENDS = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_TOO_COMMON = {
    "instruct", "chat", "base", "model", "mini", "small", "large", "medium", "tiny", "gguf", "it", "pro", "nano",
    "random", "test", "local", "code", "math", "vision", "preview", "turbo", "v1", "v2", "v3",
}  # fmt: skip


@lru_cache(maxsize=32)
def masks(text: str, own: tuple[str, ...] = ()) -> tuple[tuple[int, int], ...]:
    """Ranges of `text` (code points, end exclusive) that name a model or its maker; `own` are the model's own names."""
    if not text or len(text) > LONGEST_TEXT:
        return ()
    spans = (match.span() for match in _names(frozenset(own)).finditer(text))
    return tuple(span for span in spans if _SPEAKS_OF_ITSELF.search(_sentence(text, *span)))


class Cover:
    """What is covered of one answer while it grows: only its end is looked at again."""

    def __init__(self) -> None:
        self._text = ""
        self._masks: tuple[tuple[int, int], ...] = ()

    def of(self, answer: AnswerDraft) -> tuple[tuple[int, int], ...]:
        """As `hidden_names`, at the cost of what has come since the last call."""
        text = answer.text
        if text == self._text:
            return self._masks
        start = max(0, len(self._text) - 2 * LONGEST_SENTENCE) if text.startswith(self._text) else 0
        settled = start + LONGEST_SENTENCE if start else 0  # names before this have their whole sentence around them
        kept = tuple(span for span in self._masks if span[0] < settled)
        end = hidden_names(msgspec.structs.replace(answer, text=text[start:]))
        fresh = ((first + start, last + start) for first, last in end)
        self._text, self._masks = text, (*kept, *(span for span in fresh if span[0] >= settled))
        return self._masks


def covered(text: str, ranges: Iterable[tuple[int, int]], cover: str = BLOCKS) -> str:
    """`text` with `cover` in place of ranges, where nothing can be painted over it; blocks are no Markdown."""
    pieces, at = [], 0
    for start, end in ranges:
        pieces += [text[at:start], cover]
        at = end
    return "".join([*pieces, text[at:]])


def hidden_names(answer: AnswerDraft) -> tuple[tuple[int, int], ...]:
    """What is covered of an answer in a blind comparison; nothing of one's own."""
    if answer.origin.kind == "human":
        return ()
    return masks(answer.text, (answer.origin.model.name,) if answer.origin.model is not None else ())


@dataclass(frozen=True)
class Veil:
    """What covers the words of one draft, wherever they stand: each name has a placeholder, and comes back from it.

    An open draft has an empty one. `opening` is how placeholders begin; no text of the models holds it.
    """

    names: tuple[str, ...] = ()
    opening: str = "["

    def cover(self, text: str) -> str:
        """`text` with placeholders in place of names."""
        places = {name: self._placeholder(number) for number, name in enumerate(self.names, 1)}
        return _exchanged(text, places, r"(?<![A-Za-z0-9_])(?:{})(?![A-Za-z0-9_])")

    def uncover(self, text: str) -> str:
        """`text` with names in place of placeholders."""
        return _exchanged(
            text, {self._placeholder(number): name for number, name in enumerate(self.names, 1)}, "(?:{})"
        )

    def cover_revision(self, revision: RevisionDraft) -> RevisionDraft:
        """The revision as it is edited: all its words covered."""
        return _reworded(revision, self.cover) if self.names else revision

    def uncover_revision(self, revision: RevisionDraft) -> RevisionDraft:
        """The revision as it is kept, from what was edited."""
        return _reworded(revision, self.uncover) if self.names else revision

    def _placeholder(self, number: int) -> str:
        return f"{self.opening}{_('name')} {number}{_CLOSINGS[self.opening]}"


def veil(draft: Draft) -> Veil:
    """What covers a draft: the names in its answers, and in what a model wrote into its revision, while it is blind."""
    if not draft.blind:
        return Veil()
    drafted = draft.revision.drafts if draft.revision is not None else ()
    written = (*sorted(draft.answers, key=lambda answer: answer.key), *(each.by for each in drafted))
    names = dict.fromkeys(answer.text[slice(*span)] for answer in written for span in _settled_names(answer))
    texts = [answer.text for answer in written]
    free = (mark for mark in _CLOSINGS if not any(f"{mark}{_('name')} " in text for text in texts))
    return Veil(tuple(names), next(free, "["))


def covered_turns(draft: Draft) -> tuple[Message, ...]:
    """Earlier turns as they may be read beside the answers: beside blind ones, names that models said are covered."""
    turns = draft.prompt.turns
    if not (draft.blind if draft.answers else draft.prompt.blind):
        return turns
    names = authors(draft)
    return tuple(
        msgspec.structs.replace(turn, content=covered(turn.content, masks(turn.content, names), _hidden_words()))
        if turn.role == "assistant"
        else turn
        for turn in turns
    )


def covered_answer(draft: Draft, position: int) -> str:
    """The text of an answer as it may leave the bench, by the clipboard."""
    key = draft.order[position]
    return covered_quote(draft, key, 0, len(seen_text(draft, key)))


def covered_quote(draft: Draft, key: str, start: int, end: int) -> str:
    """A part of an answer (code points) as it may be quoted."""
    start, end = whole_names(draft, key, start, end)
    answer = draft.answer(key)
    hidden = [span for span in _settled_names(answer) if start <= span[0] < end] if draft.blind else []
    return covered(answer.text[start:end], ((first - start, last - start) for first, last in hidden), _hidden_words())


def _hidden_words() -> str:
    return f"[{_('name hidden')}]"


def whole_names(draft: Draft, key: str, start: int, end: int) -> tuple[int, int]:
    """A range of an answer, wide enough to hold no part of a covered name: nobody can mean half of what is not seen."""
    for first, last in _settled_names(draft.answer(key)) if draft.blind else ():
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    return start, end


def authors(draft: Draft) -> tuple[str, ...]:
    """The names of the models that wrote the answers, and of those that are asked."""
    wrote = (answer.origin.model.name for answer in draft.answers if answer.origin.model is not None)
    return tuple(dict.fromkeys(name for name in (*wrote, *draft.prompt.models) if name))


def hides_model(draft: Draft, name: str) -> bool:
    """Whether a model's name may not stand on the screen: it wrote, or may be writing, one of the blind answers."""
    if not draft.blind or not name:
        return False
    theirs = [answer for answer in draft.answers if answer.origin.kind != "human"]
    named = [(each.model, each.origin.model.name if each.origin.model is not None else "") for each in theirs]
    return any(name in names or names == ("", "") for names in named)


def _settled_names(answer: AnswerDraft) -> tuple[tuple[int, int], ...]:
    """As `hidden_names`, for what asks again and again about answers that stand."""
    if answer.origin.kind == "human":
        return ()
    return _masks_again(answer.text, answer.origin.model.name if answer.origin.model is not None else None)


@lru_cache(maxsize=32)
def _masks_again(text: str, model: str | None) -> tuple[tuple[int, int], ...]:
    """By text and name: an answer itself is as dear to compare as a long text is to search."""
    return masks(text, () if model is None else (model,))


def _reworded(revision: RevisionDraft, change: Callable[[str], str]) -> RevisionDraft:
    replace = msgspec.structs.replace
    return replace(
        revision,
        text=change(revision.text),
        new_point=change(revision.new_point),
        summary=change(revision.summary),
        points=tuple(replace(point, text=change(point.text)) for point in revision.points),
        drafts=tuple(
            replace(
                each,
                by=replace(each.by, text=change(each.by.text)),
                before=change(each.before),
                points=tuple(map(change, each.points)),
            )
            for each in revision.drafts
        ),
    )


def _exchanged(text: str, pairs: dict[str, str], frame: str) -> str:
    """`text` with each key of `pairs` changed for its value, the longest first."""
    if not pairs:
        return text
    keys = "|".join(map(re.escape, sorted(pairs, key=len, reverse=True)))
    return re.sub(frame.format(keys), lambda found: pairs[found.group()], text)


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a range."""
    begins = max(0, start - LONGEST_SENTENCE)
    before = [match.end() for match in _ENDS.finditer(text, begins, start)]
    after = _ENDS.search(text, end, end + LONGEST_SENTENCE)
    return text[before[-1] if before else begins : after.start() if after else end + LONGEST_SENTENCE]


@lru_cache(maxsize=64)
def _names(own: frozenset[str]) -> re.Pattern[str]:
    """All names, the longest first; a family's name may have a version and a size behind it."""
    words = {word for name in own for word in _WORD.findall(name) if len(word) > 2 and word.lower() not in _TOO_COMMON}
    families = sorted({*FAMILIES, *words}, key=len, reverse=True)
    makers = sorted(MAKERS, key=len, reverse=True)
    version = r"(?:[ -]?v?\d+(?:\.\d+)*(?:[bBmMkK])?(?:[ -](?:Instruct|Chat|Pro|Mini|Flash|Sonnet|Opus|Haiku))?)*"
    family = "|".join(map(re.escape, families))
    maker = "|".join(map(re.escape, makers))
    return re.compile(rf"(?<![A-Za-z0-9_@/.-])(?:(?:{maker})|(?:{family}){version})(?![A-Za-z0-9_-])")
