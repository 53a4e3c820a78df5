"""Which words of a text name a model or its maker, however they are spelled. `masking` covers them. Must not know Qt.

Three rules, from the surest to the most careful (decision 158):

- A coined name of a model that answers ("SmolLM", "Qwen", and what its file is called) names it wherever it stands, in
  any case, with or without separators inside, within another word too.
- A speaker's label names one: "SmolLM: …". At any line's start for the models that answer; for others at the text's.
- Elsewhere a name counts in a sentence that speaks of itself ("I am …"; `self_naming` knows them). A name that is an
  ordinary word (llama, phi, solar) must moreover be spelled as a name, with a capital, or be introduced: "i am llama".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from desktop.flow.known_names import COINED, FAMILIES, MAKERS, ORDINARY, SAME
from desktop.flow.self_naming import Spoken
from desktop.flow.unseen import UNSEEN

_TOO_COMMON = {
    "instruct", "chat", "base", "model", "mini", "small", "large", "medium", "tiny", "gguf", "it", "pro", "nano",
    "random", "test", "local", "code", "math", "vision", "preview", "turbo", "v1", "v2", "v3", "distill", "http",
    "https", "the", "new", "old", "fast", "big", "meta", "team", "server", "lora", "qlora", "dpo",
    "sft", "rlhf", "moe", "gptq", "awq", "fine", "tune", "tuned", "merged", "merge", "final", "open", "free",
}  # fmt: skip
LONGEST_BEGINNING = 40  # characters at the end of a growing text that may be the beginning of a name
_SHORTEST_WITHIN = 6  # letters of an unknown name that counts within another word
_GAP = rf"(?-i:[\s_.*~`‐‑{UNSEEN}-]{{0,2}})"  # between the parts of one name, or nothing
_SIZES = "Instruct|Chat|Pro|Mini|Flash|Sonnet|Opus|Haiku|Base"
_UNSPACED = "\u3005-\uffff"  # Chinese, Japanese, Korean: no space between words, or endings written onto a name
_LETTER = rf"(?-i:[^\W\d_{_UNSPACED}])"  # that would make a word of what it touches
_VERSION = rf"(?:[ _-]?[vr]?\d+(?:\.\d+)*(?:[bmko](?!{_LETTER}))?|[ _-](?:{_SIZES})(?![A-Za-z0-9_]))*"
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_DECORATION = r"(?:[ \t]*>)*[ \t]*(?:#{1,6}[ \t]+)?(?:[*`\"'“„\[<|]{1,3})?"
_BEGINS, _NOT_ON = r"(?<![A-Za-z0-9_@/.-])", r"(?![A-Za-z0-9_-])"
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
    begins = first == 0 or _parts_words(text[first - 1])
    for start in range(first, len(text)):
        letter = text[start]
        counts = letter.isalnum()
        if counts and rest in (any_name if begins or _parts_words(letter) else within):
            return start
        rest = rest[int(counts) if letter.isascii() else len(_plain(letter)) :]
        begins = _parts_words(letter)
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
    """The patterns of one set of models that answer."""

    everywhere: re.Pattern[str] | None
    label: re.Pattern[str] | None
    plain: re.Pattern[str] | None


@dataclass(frozen=True)
class _Families:
    """The patterns of the names that are known by themselves; the longest name first in each."""

    label: re.Pattern[str]
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
    if first := _families().label.match(text, len(text) - len(text.lstrip())):
        yield first.span("name")
    if known.label is not None:
        yield from (match.span("name") for match in known.label.finditer(text))


def _spoken(text: str, known: _Known) -> Iterator[tuple[int, int]]:
    spoken, families = Spoken(text), _families()
    for match in families.coined.finditer(text):
        if spoken.around(*match.span()):
            yield match.span()
    for pattern in (families.ordinary, *((known.plain,) if known.plain is not None else ())):
        for match in pattern.finditer(text):
            if (_as_name(match.group()) or spoken.introduced(match.start())) and spoken.around(*match.span()):
                yield match.span()


def _as_name(written: str) -> bool:
    """Whether a word is spelled as a name: with a capital or a number, or in letters that have no capitals."""
    return written != written.lower() or written == written.upper() or any(letter.isdigit() for letter in written)


def _parts_words(letter: str) -> bool:
    """Whether a name may begin behind a letter: it belongs to no word, or to a script without spaces."""
    return not letter.isalnum() or "\u3005" <= letter <= "\uffff"


def _in_word(letter: str) -> bool:
    return letter == "_" or (letter.isascii() and letter.isalnum())


@lru_cache(maxsize=64)
def _known(own: frozenset[str]) -> _Known:
    theirs = _own_names(own)
    sure = [_within(name) for name in _longest_first({*theirs.coined, *theirs.whole})]
    sure += [rf"(?<!{_LETTER}){_spelled(name)}{_GAP}\d+(?:\.\d+)*" for name in _longest_first(theirs.numbered)]
    labelled = _any_of({*theirs.coined, *theirs.plain, *theirs.whole})
    plain = _any_of(theirs.plain)
    return _Known(
        everywhere=_compiled(rf"{_first_letters(theirs)}(?:{'|'.join(sure)}){_VERSION}") if sure else None,
        label=_compiled(rf"(?m:^){_DECORATION}(?P<name>(?:{labelled}){_VERSION}){_LABEL_END}") if labelled else None,
        plain=_compiled(rf"{_BEGINS}(?:{plain}){_VERSION}{_NOT_ON}") if plain else None,
    )


@lru_cache(maxsize=1)
def _families() -> _Families:
    makers = _by_first_letter({name: re.escape(name) for name in MAKERS})
    return _Families(
        label=_compiled(rf"{_DECORATION}(?P<name>(?:{_any_of(FAMILIES)}){_VERSION}){_LABEL_END}"),
        coined=_compiled(rf"{_BEGINS}(?:{_any_of(COINED)}){_VERSION}(?![A-Za-z0-9_])"),
        ordinary=_compiled(rf"{_BEGINS}(?:(?:{makers})|(?:{_any_of(ORDINARY)}){_VERSION}){_NOT_ON}"),
    )


@dataclass(frozen=True)
class _Own:
    """What the names of models that answer are made of.

    `coined` are words that name nothing else, `plain` those that may, or that nobody knows; `numbered` are plain words
    that a number follows, as in "llama-3"; `whole` are names of several words.
    """

    coined: frozenset[str]
    plain: frozenset[str]
    numbered: frozenset[str]
    whole: frozenset[str]


def _own_names(own: Iterable[str]) -> _Own:
    each = [_made_of(name) for name in own]
    return _Own(
        coined=frozenset().union(*(one.coined for one in each)),
        plain=frozenset().union(*(one.plain for one in each)),
        numbered=frozenset().union(*(one.numbered for one in each)),
        whole=frozenset().union(*(one.whole for one in each)),
    )


def _made_of(name: str) -> _Own:
    """What one name is made of. A known name counts within a longer word of it too, unless it is too short for that."""
    words = _WORD.findall(name)
    stems = {word.rstrip("0123456789") for word in words}
    telling = {stem for stem in stems if len(stem) > 2 and stem.lower() not in _TOO_COMMON}
    joined, lowered = _plain(name), {stem.lower() for stem in stems}

    def holds(known: str, too_short: int) -> bool:
        return known in (joined if len(known) > too_short else lowered)

    families = {_plain(family): family for family in COINED}
    coined = {family for plain, family in families.items() if holds(plain, 3)}
    coined |= {stem for stem in telling if _INNER_CAPITAL.search(stem)}
    coined |= {other for same in SAME if any(_plain(one) in joined for one in same) for other in same}
    ordinary = {word for word in ORDINARY if holds(_plain(word), 4)}
    plain = ordinary | ({stem for stem in telling if stem.lower() not in families} - coined)
    return _Own(
        coined=frozenset(coined),
        plain=frozenset(plain),
        numbered=frozenset(word for word in plain if _compiled(rf"{_spelled(word)}{_GAP}\d").search(name)),
        whole=frozenset({name} if len(words) > 1 and telling else ()),
    )


def _within(name: str) -> str:
    """A pattern for a name wherever it stands; a short one that no family has only as a word of its own."""
    spelled = _spelled(name, gaps=True)
    return (
        spelled if name in COINED or len(_plain(name)) >= _SHORTEST_WITHIN else rf"(?<!{_LETTER}){spelled}(?!{_LETTER})"
    )


def _spelled(name: str, *, gaps: bool = False) -> str:
    """A pattern for the spellings of a name: its parts with or without separators; with `gaps` between all letters."""
    parts = list(_plain(name)) if gaps else _PARTS.findall(name)
    return _GAP.join(map(re.escape, parts)) if parts else re.escape(name)


def _plain(name: str) -> str:
    """A name without case and separators."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _any_of(names: Iterable[str]) -> str:
    return _by_first_letter({name: _spelled(name) for name in names})


def _by_first_letter(patterns: dict[str, str]) -> str:
    """One pattern for all, the longest name first: most places of a text are passed over by their letter alone."""
    groups: dict[str, list[str]] = {}
    for name in _longest_first(patterns):
        first, rest = patterns[name][0], patterns[name][1:]
        groups.setdefault(first.lower() if len(first.lower()) == 1 else first, []).append(rest)
    return "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in sorted(groups.items()))


def _first_letters(theirs: _Own) -> str:
    firsts = {_plain(name)[0] for name in (*theirs.coined, *theirs.whole, *theirs.numbered)}
    return f"(?=[{''.join(sorted(firsts))}])"


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
