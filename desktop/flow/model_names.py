"""Which words of a text name a model or its maker, however they are spelled. `masking` covers them. Must not know Qt.

Three rules, from the surest to the most careful (decision 158):

- A coined name of a model that answers ("SmolLM", "Qwen", and what its file is called) names it wherever it stands, in
  any case, with or without separators inside, within another word too.
- A speaker's label names one: "SmolLM: …". At any line's start for the models that answer; for others at the text's.
- Elsewhere a name counts in a sentence that speaks of itself ("I am …", "trained by …"). A name that is an ordinary
  word (llama, phi, solar) must moreover be spelled as a name, with a capital, or be introduced: "i am llama".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from desktop.flow.unseen import UNSEEN

LONGEST_SENTENCE = 600  # characters around a name that are looked at

COINED = (
    "ChatGPT", "Mixtral", "Ministral", "Qwen", "QwQ", "Tongyi", "DeepSeek", "SmolLM", "TinyLlama", "Code Llama",
    "Nemotron", "ChatGLM", "InternLM", "MiniCPM", "Baichuan", "StableLM", "OpenChat", "Exaone",
)  # fmt: skip
ORDINARY = (  # words, names of people or places, and abbreviations that mean something else too
    "GPT", "Claude", "Gemini", "Gemma", "Bard", "PaLM", "Llama", "Alpaca", "Vicuna", "Mistral", "Phi", "Falcon", "Yi",
    "Kimi", "Command R", "Aya", "OLMo", "Tulu", "Tülu", "Granite", "Grok", "Copilot", "Ernie", "GLM", "Zephyr", "Orca",
    "Hermes", "Dolphin", "Solar",
)  # fmt: skip
FAMILIES = (*COINED, *ORDINARY)
MAKERS = (
    "OpenAI", "Anthropic", "Google", "Google DeepMind", "DeepMind", "Meta", "Meta AI", "Mistral AI", "Alibaba",
    "Alibaba Cloud", "Microsoft", "Hugging Face", "HuggingFace", "HF", "TII", "Technology Innovation Institute",
    "01.AI", "Moonshot AI", "Cohere", "Allen Institute for AI", "Ai2", "IBM", "NVIDIA", "xAI", "Baidu",
    "Zhipu AI", "LMSYS", "Stability AI", "Nous Research", "LG AI Research", "Upstage", "Databricks",
)  # fmt: skip

_TOO_COMMON = {
    "instruct", "chat", "base", "model", "mini", "small", "large", "medium", "tiny", "gguf", "it", "pro", "nano",
    "random", "test", "local", "code", "math", "vision", "preview", "turbo", "v1", "v2", "v3", "distill", "http",
    "https", "the", "new", "old", "fast", "big", "meta", "team", "server", "lora", "qlora", "dpo",
    "sft", "rlhf", "moe", "gptq", "awq", "fine", "tune", "tuned", "merged", "merge", "final", "open", "free",
}  # fmt: skip
LONGEST_BEGINNING = 40  # characters at the end of a growing text that may be the beginning of a name
_SHORTEST_WITHIN = 6  # letters of an unknown name that counts within another word
_GAP = rf"[\s_.*~`‐‑{UNSEEN}-]{{0,2}}"  # between the parts of one name, or nothing
_SIZES = "Instruct|Chat|Pro|Mini|Flash|Sonnet|Opus|Haiku|Base"
_VERSION = rf"(?:[ _-]?[vr]?\d+(?:\.\d+)*(?:[bmko](?![^\W\d_]))?|[ _-](?:{_SIZES})\b)*"
_SPEAKS_OF_ITSELF = re.compile(
    r"\b(?:I|I'm|I’m|(?i:me|my|myself|i am|i'm|i’m|i was))\b"
    r"|(?i:\bas an? (?:AI|artificial|large|language|virtual|helpful|assistant|chatbot))"
    r"|(?i:\b(?:called|named|known as|trained by|developed by|created by|made by|built by|powered by)\b)"
    r"|(?i:\b(?:ich bin|mein name|je suis|je m'appelle|soy|me llamo|sono|mi chiamo|sou)\b)"
    r"|我是|我叫"
)
_INTRODUCED = re.compile(
    r"(?:\b(?:i am|i'm|i’m|name is|name's|called|named|known as|by|ich bin|name ist|je suis|soy|sono|sou)"
    r"\s+(?:(?:an?|the|der|die|das|le|la)\s+)?|我是|我叫)[\"'“„«*_`]*\Z",
    re.IGNORECASE,
)
_LONGEST_INTRODUCTION = 40
_ENDS = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_DECORATION = r"(?:[ \t]*>)*[ \t]*(?:#{1,6}[ \t]+)?(?:[*`\"'“„\[<|]{1,3})?"
_LABEL_END = r"(?=[*`\"'”“\]>|]{0,3}[ \t]*[:：])"


def names_in(text: str, own: Iterable[str] = ()) -> tuple[tuple[int, int], ...]:
    """Ranges of `text` (code points, end exclusive, in order, apart) that name a model or maker.

    `own` are the names of the models that answer.
    """
    known = _known(frozenset(own))
    found = sorted({*_everywhere(text, known), *_labels(text, known), *_spoken(text, known)})
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def begun_name(text: str, own: Iterable[str] = ()) -> int:
    """Where at the end of `text` a name may have begun that is still being written; its length where none has.

    What once was passed over stays so, however the text goes on.
    """
    any_name, within = _beginnings(frozenset(own))
    first = max(0, len(text) - LONGEST_BEGINNING)
    rest = _plain(text[first:])  # asked at each word that comes, so it is made plain once
    begins = first == 0 or not text[first - 1].isalnum()
    for start in range(first, len(text)):
        letter = text[start]
        counts = letter.isalnum()
        if counts and rest in (any_name if begins else within):
            return start
        rest = rest[int(counts) if letter.isascii() else len(_plain(letter)) :]
        begins = not counts
    return len(text)


@lru_cache(maxsize=64)
def _beginnings(own: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """How every name may begin, without case and separators; and how those that count within another word too."""
    theirs = _own_names(own)
    words = (word for name in own for word in _WORD.findall(name))
    return (
        _all_beginnings((*FAMILIES, *MAKERS, *_SIZES.split("|"), *own, *words)),
        _all_beginnings((*theirs.coined, *theirs.whole)),
    )


def _all_beginnings(names: Iterable[str]) -> frozenset[str]:
    plain = {_plain(name) for name in names}
    return frozenset(name[:end] for name in plain for end in range(1, len(name) + 1))


@dataclass(frozen=True)
class _Known:
    """The patterns of one set of models; the longest name first in each."""

    everywhere: re.Pattern[str] | None
    own_label: re.Pattern[str] | None
    first_label: re.Pattern[str]
    coined: re.Pattern[str]
    ordinary: re.Pattern[str]


def _everywhere(text: str, known: _Known) -> Iterator[tuple[int, int]]:
    """Coined names of one's own, each with the whole word it stands in: part of a word would still tell it."""
    at = 0
    while known.everywhere is not None and (match := known.everywhere.search(text, at)):
        start, end = match.span()
        while start and _in_word(text[start - 1]):
            start -= 1
        while end < len(text) and _in_word(text[end]):
            end += 1
        yield start, end
        at = end


def _labels(text: str, known: _Known) -> Iterator[tuple[int, int]]:
    if first := known.first_label.match(text, len(text) - len(text.lstrip())):
        yield first.span("name")
    if known.own_label is not None:
        yield from (match.span("name") for match in known.own_label.finditer(text))


def _spoken(text: str, known: _Known) -> Iterator[tuple[int, int]]:
    for match in known.coined.finditer(text):
        if _SPEAKS_OF_ITSELF.search(_sentence(text, *match.span())):
            yield match.span()
    for match in known.ordinary.finditer(text):
        start, end = match.span()
        before = text[max(0, start - _LONGEST_INTRODUCTION) : start]
        as_name = match.group() != match.group().lower() or any(letter.isdigit() for letter in match.group())
        if (as_name or _INTRODUCED.search(before)) and _SPEAKS_OF_ITSELF.search(_sentence(text, start, end)):
            yield start, end


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a range."""
    begins = max(0, start - LONGEST_SENTENCE)
    before = [match.end() for match in _ENDS.finditer(text, begins, start)]
    after = _ENDS.search(text, end, end + LONGEST_SENTENCE)
    return text[before[-1] if before else begins : after.start() if after else end + LONGEST_SENTENCE]


def _in_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


@lru_cache(maxsize=64)
def _known(own: frozenset[str]) -> _Known:
    theirs = _own_names(own)
    sure = [_within(name) for name in _longest_first({*theirs.coined, *theirs.whole})]
    sure += [rf"(?<![^\W\d_]){_spelled(name)}{_GAP}\d+(?:\.\d+)*" for name in _longest_first(theirs.numbered)]
    labelled = _any_of({*theirs.coined, *theirs.plain, *theirs.whole})
    ordinary = _any_of({*ORDINARY, *theirs.plain})
    makers = "|".join(map(re.escape, _longest_first(MAKERS)))
    begins = r"(?<![A-Za-z0-9_@/.-])"
    return _Known(
        everywhere=_compiled(rf"(?:{'|'.join(sure)}){_VERSION}") if sure else None,
        own_label=_compiled(rf"(?m:^){_DECORATION}(?P<name>(?:{labelled}){_VERSION}){_LABEL_END}")
        if labelled
        else None,
        first_label=_compiled(rf"{_DECORATION}(?P<name>(?:{_any_of(FAMILIES)}){_VERSION}){_LABEL_END}"),
        coined=_compiled(rf"{begins}(?:{_any_of(COINED)}){_VERSION}(?![A-Za-z0-9_])"),
        ordinary=_compiled(rf"{begins}(?:(?:{makers})|(?:{ordinary}){_VERSION})(?![A-Za-z0-9_-])"),
    )


@dataclass(frozen=True)
class _Own:
    """What the names of models that answer are made of.

    `numbered` are plain words that a number follows, as in "llama-3"; `whole` are names of several words.
    """

    coined: frozenset[str]
    plain: frozenset[str]
    numbered: frozenset[str]
    whole: frozenset[str]


def _own_names(own: Iterable[str]) -> _Own:
    coined: set[str] = set()
    plain: set[str] = set()
    numbered: set[str] = set()
    whole: set[str] = set()
    families = {_plain(name): name for name in COINED}
    for name in own:
        words = _WORD.findall(name)
        stems = {word.rstrip("0123456789") for word in words}
        telling = {stem for stem in stems if len(stem) > 2 and stem.lower() not in _TOO_COMMON}
        lowered, joined = {stem.lower() for stem in stems}, _plain(name)
        coined |= {each for key, each in families.items() if key in (joined if len(key) > 3 else lowered)}
        coined |= {stem for stem in telling if _INNER_CAPITAL.search(stem)}
        ordinary = {each for each in ORDINARY if _plain(each) in (joined if len(_plain(each)) > 4 else lowered)}
        words_of_it = ordinary | {stem for stem in telling if stem.lower() not in families} - coined
        plain |= words_of_it
        numbered |= {word for word in words_of_it if _compiled(rf"{_spelled(word)}{_GAP}\d").search(name)}
        if len(words) > 1 and telling:
            whole.add(name)
    return _Own(frozenset(coined), frozenset(plain), frozenset(numbered), frozenset(whole))


def _within(name: str) -> str:
    """A pattern for a name wherever it stands; a short one that no family has only as a word of its own."""
    spelled = _spelled(name, gaps=True)
    return (
        spelled if name in COINED or len(_plain(name)) >= _SHORTEST_WITHIN else rf"(?<![^\W\d_]){spelled}(?![^\W\d_])"
    )


def _spelled(name: str, *, gaps: bool = False) -> str:
    """A pattern for the spellings of a name: its parts with or without separators; with `gaps` between all letters."""
    parts = list(_plain(name)) if gaps else _PARTS.findall(name)
    return _GAP.join(map(re.escape, parts)) if parts else re.escape(name)


def _plain(name: str) -> str:
    """A name without case and separators."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _any_of(names: Iterable[str]) -> str:
    return "|".join(_spelled(name) for name in _longest_first(names))


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
