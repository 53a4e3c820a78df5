"""Names that models give themselves, which would end a blind comparison. They are covered on the screen, never altered.

An answer's own text is covered by ranges, painted over. Whatever else shows words of a blind draft (quotes, points, the
version that is rewritten, earlier turns) goes through its `Veil`.

Which words are names is `model_names`' matter. In a comparison those of all its models are covered, in every answer of
a model: that B names A's model tells A. Must not know Qt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, RevisionDraft
from desktop.flow.model_names import begun_name, names_in
from desktop.flow.self_naming import LONGEST_SENTENCE
from desktop.flow.together import seen_text
from desktop.flow.wording import gettext as _
from feedback_store.records import Message

MOST_TEXTS = 32  # that are remembered: the answers of some comparisons
BLOCKS = "█" * 6

_CLOSINGS = {"[": "]", "⟦": "⟧", "⟪": "⟫", "⦃": "⦄"}  # brackets around the placeholders of a veil


class Masks:
    """Remembers what was found in the texts that it was asked about last; of one that has grown, only the end is read.

    Whatever asks about an answer while it is written (its card at every repaint, each quote of it) asks here.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, tuple[str, ...]], tuple[tuple[int, int], ...]] = {}

    def of(self, text: str, own: tuple[str, ...] = ()) -> tuple[tuple[int, int], ...]:
        """As `names_in`."""
        found = self._found.pop((text, own), None)
        if found is None:
            found = self._read(text, own)
        self._found[text, own] = found
        while len(self._found) > MOST_TEXTS:
            self._found.pop(next(iter(self._found)), None)
        return found

    def _read(self, text: str, own: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """What stands in a text, from where it and the nearest one that is known part."""
        known = self._nearest(text, own)
        kept = self._found.get((known, own), ())
        start = max(0, min(len(known), len(text)) - 2 * LONGEST_SENTENCE)
        settled = start + LONGEST_SENTENCE if start else 0  # names before this have their whole sentence around them
        fresh = ((first + start, last + start) for first, last in names_in(text[start:], own))
        if len(known) < len(text):
            self._found.pop((known, own), None)
        return (*(span for span in kept if span[0] < settled), *(span for span in fresh if span[0] >= settled))

    def _nearest(self, text: str, own: tuple[str, ...]) -> str:
        """The known text that goes on to this one, or the other way round; "" for none. Answers may be alike."""
        known = (each for each, names in tuple(self._found) if names == own)
        near = (each for each in known if text.startswith(each) or each.startswith(text))
        return max(near, key=lambda each: min(len(each), len(text)), default="")


@cache
def _remembered() -> Masks:
    return Masks()


def masks(text: str, own: tuple[str, ...] = ()) -> tuple[tuple[int, int], ...]:
    """Ranges of `text` (code points, end exclusive) that name a model or its maker; `own` are those that answer."""
    return _remembered().of(text, own) if text else ()


def prepare(names: Collection[str]) -> None:
    """Make ready what finds the names of these models; that takes some ten milliseconds, once."""
    names_in("", names)


def covered(text: str, ranges: Iterable[tuple[int, int]], cover: str = BLOCKS) -> str:
    """`text` with `cover` in place of ranges, where nothing can be painted over it; blocks are no Markdown."""
    pieces, at = [], 0
    for start, end in ranges:
        pieces += [text[at:start], cover]
        at = end
    return "".join([*pieces, text[at:]])


def hidden_names(answer: AnswerDraft, names: Collection[str]) -> tuple[tuple[int, int], ...]:
    """What is covered of an answer in a blind comparison by these models; nothing of one's own."""
    return () if answer.origin.kind == "human" else masks(answer.text, tuple(names))


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
    theirs = tuple(dict.fromkeys(name for answer in written for name in _called(answer)))
    names = dict.fromkeys(answer.text[slice(*span)] for answer in written for span in hidden_names(answer, theirs))
    texts = [answer.text for answer in written]
    free = (mark for mark in _CLOSINGS if not any(f"{mark}{_('name')} " in text for text in texts))
    return Veil(tuple(names), next(free, "["))


def growing(draft: Draft, revision: RevisionDraft) -> RevisionDraft:
    """A revision that a model is writing, as far as it may be seen: blind, without an end that may become a name."""
    if not draft.blind:
        return revision
    written = (*draft.answers, *(each.by for each in revision.drafts))
    names = (name for answer in written for name in _called(answer))
    return msgspec.structs.replace(revision, text=revision.text[: begun_name(revision.text, names)])


def covered_turns(draft: Draft) -> tuple[Message, ...]:
    """Earlier turns as they may be read beside the answers: beside blind ones, names that models said are covered."""
    turns = draft.prompt.turns
    if not (draft.blind if draft.answers else draft.prompt.blind):
        return turns
    names = (*authors(draft), *draft.prompt.models)
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
    names = authors(draft)
    hidden = [span for span in hidden_names(answer, names) if start <= span[0] < end] if draft.blind else []
    return covered(answer.text[start:end], ((first - start, last - start) for first, last in hidden), _hidden_words())


def _hidden_words() -> str:
    return f"[{_('name hidden')}]"


def whole_names(draft: Draft, key: str, start: int, end: int) -> tuple[int, int]:
    """A range of an answer, wide enough to hold no part of a covered name: nobody can mean half of what is not seen."""
    for first, last in hidden_names(draft.answer(key), authors(draft)) if draft.blind else ():
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    return start, end


def authors(draft: Draft) -> tuple[str, ...]:
    """The names of the models that wrote the answers, or are writing them."""
    return tuple(dict.fromkeys(name for answer in draft.answers for name in _called(answer)))


def _called(answer: AnswerDraft) -> tuple[str, ...]:
    """What the model of an answer is called: by the bench, and by its file."""
    known = answer.origin.model
    return tuple(name for name in (answer.model, known.name if known is not None else "") if name)


def hides_model(draft: Draft, name: str) -> bool:
    """Whether a model's name may not stand on the screen: it wrote, or may be writing, one of the blind answers."""
    if not draft.blind or not name:
        return False
    named = [_called(answer) for answer in draft.answers if answer.origin.kind != "human"]
    return any(name in names or not names for names in named)


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
