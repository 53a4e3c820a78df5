"""Tokens' bytes to an answer's text: whole characters only, stop strings cut off, reasoning kept apart.

Each of the three may span tokens, so what could still become part of one is held back. Must not know the engine.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Marks:
    """What a model writes around its reasoning."""

    opening: str
    closing: str


# The first pair whose closing mark a chat template names is the model's; the first of all where it names none.
REASONING_MARKS = (Marks("<think>", "</think>"), Marks("[THINK]", "[/THINK]"), Marks("<seed:think>", "</seed:think>"))


def marks_of(template: str) -> Marks:
    """The reasoning marks that go with a chat template."""
    return next((marks for marks in REASONING_MARKS if marks.closing in template), REASONING_MARKS[0])


@dataclass
class AnswerText:
    """One candidate's text as it grows. `take` and `close` return the new (reasoning, text).

    An answer begins at its first visible character, and only there can reasoning begin: a mark further on is text. One
    that goes on with a text has `begun` already.
    """

    stop: tuple[str, ...] = ()
    marks: Marks = REASONING_MARKS[0]
    inside_reasoning: bool = False
    text: str = ""
    reasoning: str = ""
    stopped: bool = False
    begun: bool = False
    _held: str = ""
    _reasoned: bool = False
    _goes_on: bool = False
    _utf8: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")(errors="replace")
    )

    def __post_init__(self) -> None:
        self._goes_on = self.begun

    def take(self, piece: bytes) -> tuple[str, str]:
        """Add a token's bytes; after a stop string nothing more is taken."""
        return self._add(self._utf8.decode(piece), final=False)

    def close(self) -> tuple[str, str]:
        """The end: what was held back belongs to the answer after all."""
        return self._add(self._utf8.decode(b"", True), final=True)

    def begins_in(self, whole: str) -> int:
        """Where the text begins in all that was written: behind the reasoning and the space around it."""
        if self._goes_on:
            return 0
        behind = whole.find(self.marks.closing) + len(self.marks.closing) if self._reasoned else 0
        return len(whole) - len(whole[behind:].lstrip())

    def _add(self, more: str, *, final: bool) -> tuple[str, str]:
        if self.stopped:
            return "", ""
        self._held += more
        thought = ""
        if not self.inside_reasoning and not self.begun:
            self._begin(final=final)
        if self.inside_reasoning:
            thought, ended = self._release_reasoning(final=final)
            if ended:
                self._begin(final=final)
        said = self._release_text(final=final) if self.begun else ""
        self.reasoning += thought
        self.text += said
        return thought, said

    def _begin(self, *, final: bool) -> None:
        """Decide, once enough is there, whether the answer opens with reasoning or with text."""
        start = self._held.lstrip()
        if not self._reasoned and start.startswith(self.marks.opening):
            self._held, self.inside_reasoning = start[len(self.marks.opening) :], True
        elif final or (start and (self._reasoned or not self.marks.opening.startswith(start))):
            self._held, self.begun = start, True

    def _release_reasoning(self, *, final: bool) -> tuple[str, bool]:
        """More of the reasoning, and whether it ended here."""
        inside, found, rest = self._held.partition(self.marks.closing)
        if found:
            self._held, self.inside_reasoning, self._reasoned = rest, False, True
        else:
            keep = 0 if final else _partial(self._held, (self.marks.closing,))
            inside, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return inside if self.reasoning else inside.lstrip("\n"), bool(found)

    def _release_text(self, *, final: bool) -> str:
        found = [at for at in (self._held.find(stop) for stop in self.stop) if at >= 0]
        if found:
            said, self._held, self.stopped = self._held[: min(found)], "", True
            return said
        keep = 0 if final else _partial(self._held, self.stop)
        said, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return said


def _partial(text: str, marks: tuple[str, ...]) -> int:
    """How many characters at the end of `text` may be the beginning of one of `marks`."""
    longest = min(len(text), max((len(mark) - 1 for mark in marks), default=0))
    for length in range(longest, 0, -1):
        if any(mark.startswith(text[-length:]) for mark in marks):
            return length
    return 0
