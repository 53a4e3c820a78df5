"""One candidate while it is written: where it stands, and the events that tell of it. Must not know llama.cpp."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from local_models.answer_text import AnswerText
from local_models.events import Event, Finish, Finished, TextDelta
from local_models.requests import Sampling

Emit = Callable[[Event], None]


@dataclass
class Writing:
    """Its sequence (the index), its sampler chain, its text, and its row in the batch that was decoded last."""

    request: str
    index: int
    sampling: Sampling
    chain: Any  # a C pointer of the engine's
    text: AnswerText
    prompt_tokens: int
    started: float
    batch_row: int = -1
    token: int = 0
    tokens: int = 0
    first_ms: float = 0.0

    @property
    def position(self) -> int:
        """Where the latest token stands in its sequence."""
        return self.prompt_tokens + self.tokens - 1

    def take(self, token: int, piece: bytes, emit: Emit) -> None:
        """The next token: its text is told as far as it is certain."""
        self.token = token
        self.tokens += 1
        self._tell(self.text.take(piece), emit)

    def finish(self, finish: Finish, emit: Emit) -> None:
        """The end: what was held back is told, then the whole."""
        if finish == "stop" and self.text.inside_reasoning:
            finish = "length"  # it never came to its answer
        self._tell(self.text.close(), emit)
        emit(
            Finished(
                request=self.request,
                candidate=self.index,
                text=self.text.text,
                reasoning=self.text.reasoning,
                finish=finish,
                prompt_tokens=self.prompt_tokens,
                completion_tokens=self.tokens,
                first_ms=self.first_ms,
                total_ms=since(self.started),
                seed=self.sampling.seed,
            )
        )

    def _tell(self, found: tuple[str, str], emit: Emit) -> None:
        for text, reasoning in zip(found, (True, False), strict=True):
            if text:
                emit(TextDelta(request=self.request, candidate=self.index, text=text, reasoning=reasoning))


def all_cancelled(writing: list[Writing]) -> Iterator[tuple[Writing, Finish]]:
    """Every candidate with the finish of one that was stopped."""
    for each in writing:
        yield each, "cancelled"


def since(started: float) -> float:
    """Milliseconds, to the microsecond, since a moment of time.perf_counter."""
    return round((time.perf_counter() - started) * 1000, 3)
