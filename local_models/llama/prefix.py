"""What a context still holds of earlier rounds, and how much of a new prompt that saves.

A prompt that is evaluated in other pieces gives logits that differ in their last bits, and so, sooner or later, other
texts. So a beginning is reused only where it pays: the whole of the earlier prompt (a conversation that goes on, the
same prompt again), or WORTH tokens of it.

A text can be tokenized in more than one way, and a model does not always write the usual one. So a conversation that
goes on is taken in the tokens that were drawn, where its text is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local_models.fit import SEQUENCES
from local_models.llama.context import LlamaContext
from local_models.requests import Adapter

WORTH = 256


@dataclass(frozen=True)
class Held:
    """What a sequence holds: the first `evaluated` of `tokens`, all of which together say `text`."""

    tokens: tuple[int, ...]
    evaluated: int
    text: str


@dataclass(frozen=True)
class Beginning:
    """A sequence that begins as a new prompt does, in `common` tokens; `prompt` of them were an earlier prompt's."""

    sequence: int
    held: Held
    common: int
    prompt: int


class Kept:
    """The sequences that hold something, with their tokens; `prompt` is the length of the prompt they share."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}
        self.prompt = 0
        self.adapters: tuple[Adapter, ...] = ()

    def hold(self, sequence: int, held: Held) -> None:
        self._held[sequence] = held

    def clear(self) -> None:
        self._held.clear()
        self.prompt = 0

    def best(self, tokens: tuple[int, ...], adapters: tuple[Adapter, ...], wanted: bool) -> Beginning | None:
        """The sequence that saves most; None where none is worth it, or `wanted` forbids it."""
        if not wanted or adapters != self.adapters:
            return None
        found = [
            Beginning(sequence, held, min(held.evaluated, longest_common(held.tokens, tokens)), self.prompt)
            for sequence, held in self._held.items()
        ]
        best = max(found, key=lambda each: (each.common, -each.sequence), default=None)
        least = self.prompt if 0 < self.prompt < WORTH else WORTH
        return best if best is not None and best.common >= least else None

    def as_drawn(
        self, text: str, adapters: tuple[Adapter, ...], following: Callable[[str], Sequence[int] | None]
    ) -> tuple[int, ...] | None:
        """The prompt `text` in the tokens that a candidate drew, where it goes on from one.

        `following` gives the tokens of what comes behind; None where they depend on what stands before.
        """
        if adapters != self.adapters:
            return None
        for held in sorted(self._held.values(), key=lambda each: len(each.text), reverse=True):
            if len(held.tokens) > self.prompt and held.text and text.startswith(held.text):
                more = following(text[len(held.text) :])
                return None if more is None else (*held.tokens, *more)
        return None

    def begin_with(self, context: LlamaContext, found: Beginning, tokens: tuple[int, ...]) -> int:
        """Have sequence 0 hold what `found` shares with `tokens`, and no other sequence anything; how many tokens.

        0 where the model cannot go back to where the two part: then nothing is held. The last token of a prompt is
        always evaluated, for its logits.
        """
        if found.sequence != 0:
            context.forget(0)
            context.copy(found.sequence, 0)
        self.forget_but_prompt(context)
        self._held.clear()
        wanted = min(found.common, len(tokens) - 1)
        return wanted if context.cut(0, wanted) else 0

    def forget_but_prompt(self, context: LlamaContext) -> None:
        """Give the cells of all sequences but the prompt's back, whether they are known here or not."""
        for sequence in range(1, SEQUENCES):
            context.forget(sequence)
            self._held.pop(sequence, None)

    def forget_ended(self, context: LlamaContext) -> list[int]:
        """Give the cells of every candidate that has ended back; which sequences they were."""
        gone = [sequence for sequence in self._held if sequence != 0]
        for sequence in gone:
            context.forget(sequence)
            del self._held[sequence]
        return gone


def longest_common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many items two sequences have in common from the beginning on."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
