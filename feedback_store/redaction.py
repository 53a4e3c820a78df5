"""Blacking words out of a record: a placeholder that names their kind stands in their place, wherever they stood.

What was blacked out is gone from the value that is returned, with no way back; `redactions` says how much, of what
kind and where, so that nobody takes a placeholder for the words of a model. Works on any frozen struct whose free texts
are named, the draft of the bench too. Must not know where records are stored, nor who found the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeVar

import msgspec

from feedback_store.record_parts import (
    Candidate,
    Drafted,
    Flag,
    Judgement,
    Message,
    Page,
    Prompt,
    QuoteSelector,
    RangeSelector,
    Redaction,
    Revision,
    Variable,
    Verdict,
)
from feedback_store.record_values import RedactedKind
from feedback_store.spans import span_at

PLACEHOLDERS: Mapping[RedactedKind, str] = {
    "email": "[email]",
    "phone": "[phone]",
    "card": "[card]",
    "iban": "[iban]",
    "ip": "[ip]",
    "key": "[key]",
    "name": "[name]",
    "date_of_birth": "[date of birth]",
    "address": "[address]",
    "other": "[personal]",
}
FreeTexts = Mapping[type, tuple[str, ...]]
# Which fields hold what people and models wrote. Ids, keys, hashes and times are never touched; spans are made anew.
RECORD_TEXTS: FreeTexts = {
    Page: ("title", "url"),
    QuoteSelector: ("exact", "prefix", "suffix"),
    RangeSelector: ("start", "end"),
    Message: ("content",),
    Variable: ("value",),
    Prompt: ("tags", "domain"),
    Candidate: ("text", "reasoning"),
    Verdict: ("not_rankable",),
    Flag: ("note", "suggestion"),
    Revision: ("text", "feedback", "change_summary"),
    Drafted: ("text", "feedback"),
    Judgement: ("justification",),
}

T = TypeVar("T")
Where = tuple[Literal["prompt", "answer", "judgement"], str | None]


class Blackout:
    """Replaces `quote` wherever it stands by itself: "Karl" leaves Karlsruhe alone, and so does half a number."""

    def __init__(self, quote: str, kind: RedactedKind, *, alone: bool = True) -> None:
        """With `alone` False the quote is replaced inside of other words too, for half a word that was marked."""
        if not quote.strip():
            raise ValueError("there is nothing to black out")
        self.quote, self.kind = quote, kind
        self.placeholder = PLACEHOLDERS[kind]
        self._only_alone = alone

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the quote stands, in code points."""
        return [span for span in self._all(text) if not self._only_alone or self._alone(text, *span)]

    def apply(self, text: str) -> str:
        """`text` without the quote."""
        pieces, at = [], 0
        for start, end in self.places(text):
            pieces += [text[at:start], self.placeholder]
            at = end
        return "".join([*pieces, text[at:]])

    def moved(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Where the range [start, end) of `text` stands afterwards; what it covers half becomes part of it whole."""
        places = self.places(text)
        first = next((place for place in places if place[0] < start < place[1]), (start, start))[0]
        last = next((place for place in places if place[0] < end < place[1]), (end, end))[1]
        return self._after(places, first), self._after(places, last)

    def _after(self, places: list[tuple[int, int]], place: int) -> int:
        """Where a place that lies in no quote stands afterwards."""
        return place + sum(len(self.placeholder) - (end - start) for start, end in places if end <= place)

    def _all(self, text: str) -> Iterator[tuple[int, int]]:
        at = text.find(self.quote)
        while at >= 0:
            yield at, at + len(self.quote)
            at = text.find(self.quote, at + len(self.quote))

    def _alone(self, text: str, start: int, end: int) -> bool:
        before, behind = text[start - 1 : start], text[end : end + 1]
        left = not (before.isalnum() and self.quote[0].isalnum())
        return left and not (behind.isalnum() and self.quote[-1].isalnum())


def texts_of(value: object, free: FreeTexts) -> Iterator[str]:
    """Every free text in a struct and in what it holds."""
    if isinstance(value, msgspec.Struct):
        named = free.get(type(value), ())
        for field in value.__struct_fields__:
            held = getattr(value, field)
            if field in named:
                yield from (held,) if isinstance(held, str) else held or ()
            else:
                yield from texts_of(held, free)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_of(each, free)


def with_texts(value: T, change: Callable[[str], str], free: FreeTexts) -> T:
    """The same with every free text changed; what holds none of them stays the same object."""
    made: Any = value
    if isinstance(value, msgspec.Struct):
        named, changed = free.get(type(value), ()), {}
        for field in value.__struct_fields__:
            held = getattr(value, field)
            after = _changed(held, change) if field in named else with_texts(held, change, free)
            if after is not held and after != held:
                changed[field] = after
        made = msgspec.structs.replace(value, **changed) if changed else value
    elif isinstance(value, tuple) and value:
        after = tuple(with_texts(each, change, free) for each in value)
        made = value if after == value else after
    return made  # type: ignore[no-any-return]  # a struct or tuple of the type that came


def spans_moved(flags: tuple[Flag, ...], blackout: Blackout, texts: Mapping[str, str]) -> tuple[Flag, ...]:
    """Flags whose spans lie where their words lie after the blackout; `texts` are the answers before it, by key."""
    made = []
    for flag in flags:
        if flag.span is not None:
            text = texts[flag.candidate]
            moved = span_at(blackout.apply(text), *blackout.moved(text, flag.span.start, flag.span.end))
            flag = msgspec.structs.replace(flag, span=moved)
        made.append(flag)
    return tuple(made)


def redacted(judgement: Judgement, blackout: Blackout) -> Judgement:
    """The judgement without the words, counted in `redactions`; the same object where they do not stand in it."""
    made = with_texts(judgement, blackout.apply, RECORD_TEXTS)
    if made is judgement:
        return judgement
    fresh = counted(blackout, _parts(judgement))
    flags = spans_moved(made.flags, blackout, {candidate.key: candidate.text for candidate in judgement.candidates})
    return msgspec.structs.replace(made, flags=flags, redactions=added(judgement.redactions or (), fresh) or None)


def counted(blackout: Blackout, parts: Mapping[Where, Iterable[str]]) -> tuple[Redaction, ...]:
    """What the blackout takes out of the texts of each part."""
    counts = ((where, sum(len(blackout.places(text)) for text in texts)) for where, texts in parts.items())
    return tuple(Redaction(part, blackout.kind, count, candidate) for (part, candidate), count in counts if count)


def added(known: tuple[Redaction, ...], fresh: tuple[Redaction, ...]) -> tuple[Redaction, ...]:
    """Redactions with further ones; one entry for each part and kind."""
    counts: dict[tuple[Any, ...], int] = {}
    for each in (*known, *fresh):
        name = (each.part, each.kind, each.candidate)
        counts[name] = counts.get(name, 0) + each.count
    return tuple(Redaction(part, kind, count, candidate) for (part, kind, candidate), count in counts.items())


def standing(judgement: Judgement, redactions: tuple[Redaction, ...]) -> tuple[Redaction, ...]:
    """Those of the redactions whose placeholders still stand in the judgement; it may have been edited since."""
    keys = {candidate.key for candidate in judgement.candidates}
    found = []
    for each in redactions:
        if each.candidate is None or each.candidate in keys:
            count = min(each.count, count_placeholders(judgement, each))
            if count:
                found.append(msgspec.structs.replace(each, count=count))
    return tuple(found)


def count_placeholders(judgement: Judgement, redaction: Redaction) -> int:
    """How many placeholders of its kind stand in the part that a redaction names."""
    texts = _parts(judgement).get((redaction.part, redaction.candidate), [])
    return sum(text.count(PLACEHOLDERS[redaction.kind]) for text in texts)


def _parts(judgement: Judgement) -> dict[Where, list[str]]:
    """The free texts of a judgement by the parts that redactions name."""
    said = (judgement.flags, judgement.verdicts, judgement.revision)
    found: dict[Where, list[str]] = {
        ("prompt", None): list(texts_of((judgement.prompt, judgement.context), RECORD_TEXTS)),
        ("judgement", None): [*texts_of(said, RECORD_TEXTS), *filter(None, (judgement.justification,))],
    }
    for candidate in judgement.candidates:
        found["answer", candidate.key] = list(texts_of(candidate, RECORD_TEXTS))
    return found


def _changed(held: Any, change: Callable[[str], str]) -> Any:
    if isinstance(held, str):
        return change(held)
    return tuple(map(change, held)) if isinstance(held, tuple) else held
