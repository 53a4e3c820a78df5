"""Tokens' bytes to an answer's text: whole characters only, stop strings cut off, reasoning kept apart.

Each of the three may span tokens, so what could still become part of one is held back. Must not know the engine.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

OPENING, CLOSING = "<think>", "</think>"


@dataclass
class AnswerText:
    """One candidate's text as it grows. `take` and `close` return the new (reasoning, text)."""

    stop: tuple[str, ...] = ()
    inside_reasoning: bool = False
    text: str = ""
    reasoning: str = ""
    stopped: bool = False
    _held: str = ""
    _begun: bool = False
    _utf8: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")(errors="replace")
    )

    def take(self, piece: bytes) -> tuple[str, str]:
        """Add a token's bytes; after a stop string nothing more is taken."""
        if self.stopped:
            return "", ""
        self._held += self._utf8.decode(piece)
        return self._release(final=False)

    def close(self) -> tuple[str, str]:
        """The end: what was held back belongs to the answer after all."""
        if self.stopped:
            return "", ""
        self._held += self._utf8.decode(b"", True)
        return self._release(final=True)

    def _release(self, *, final: bool) -> tuple[str, str]:
        thought, said = "", ""
        while self._held:
            if self.inside_reasoning:
                inside, found, rest = self._held.partition(CLOSING)
                if found:
                    thought += inside
                    self._held, self.inside_reasoning, self._begun = rest.lstrip(), False, True
                    continue
                keep = 0 if final else _partial(self._held, (CLOSING,))
                thought += self._held[: len(self._held) - keep]
                self._held = self._held[len(self._held) - keep :]
                break
            if not self._begun and self._opens_reasoning(final=final):
                if not self.inside_reasoning:
                    break
                continue
            said += self._release_text(final=final)
            break
        self.reasoning += thought
        self.text += said
        return thought, said

    def _opens_reasoning(self, *, final: bool) -> bool:
        """Whether the answer's start is, or may yet become, the opening mark."""
        start = self._held.lstrip()
        if start.startswith(OPENING):
            self._held, self.inside_reasoning = start[len(OPENING) :].lstrip("\n"), True
            return True
        if not final and OPENING.startswith(start):
            return True
        self._begun = True
        return False

    def _release_text(self, *, final: bool) -> str:
        found = [at for at in (self._held.find(stop) for stop in self.stop) if at >= 0]
        if found:
            said, self._held, self.stopped = self._held[: min(found)], "", True
            return said
        keep = 0 if final else _partial(self._held, self.stop)
        said = self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]
        return said


def _partial(text: str, marks: tuple[str, ...]) -> int:
    """How many characters at the end of `text` may be the beginning of one of `marks`."""
    longest = min(len(text), max((len(mark) for mark in marks), default=0))
    for length in range(longest, 0, -1):
        if any(mark.startswith(text[-length:]) for mark in marks):
            return length
    return 0
