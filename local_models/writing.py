"""One candidate while it is written: where it stands, and the events that tell of it. Must not know llama.cpp."""

from __future__ import annotations

import codecs
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from local_models.answer_text import AnswerText
from local_models.events import Event, Finish, Finished, Score, TextDelta
from local_models.requests import Sampling

Emit = Callable[[Event], None]


class Drawing(Protocol):
    """A candidate's samplers, as the engine makes them."""

    def draw(self, context: Any, row: int) -> int: ...

    def draw_from(self, logits: Any) -> int: ...

    def close(self) -> None: ...


@dataclass
class Writing:
    """Its sequence and sampler chain, its text, and its row in the batch that was decoded last.

    `copied`: its sequence holds the prompt. `drawn` are its tokens so far, of which `evaluated` have been decoded;
    `scored` asks for their probabilities.
    """

    request: str
    index: int
    sequence: int
    sampling: Sampling
    chain: Drawing
    text: AnswerText
    prompt_tokens: int
    started: float
    scored: bool = False
    row: int = -1
    copied: bool = False
    drawn: list[int] = field(default_factory=list)
    evaluated: int = 0
    first_ms: float = 0.0
    _scores: list[float] = field(default_factory=list)
    _pieces: list[bytes] = field(default_factory=list)
    _logits: Any = None

    @property
    def token(self) -> int:
        """The latest token."""
        return self.drawn[-1]

    @property
    def tokens(self) -> int:
        """How many there are."""
        return len(self.drawn)

    @property
    def position(self) -> int:
        """Where the latest token stands in its sequence."""
        return self.prompt_tokens + len(self.drawn) - 1

    def score(self, logits: Any) -> None:
        """The logits that the next token is drawn from; a float32 array that need not stay."""
        if self.scored:
            self._logits = logits

    def take(self, token: int, piece: bytes, emit: Emit) -> None:
        """The next token: its text is told as far as it is certain."""
        self.drawn.append(token)
        if self.scored:
            self._scores.append(log_probability(self._logits, token))
            self._pieces.append(piece)
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
                scores=self._placed_scores(),
            )
        )

    def _placed_scores(self) -> tuple[Score, ...]:
        """The probabilities of the tokens of the answer's text, each at the place where its token begins."""
        if not self.scored:
            return ()
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        places, whole = [], ""
        for piece in self._pieces:
            places.append(len(whole))
            whole += decoder.decode(piece)
        start = self.text.begins_in(whole)
        return tuple(
            Score(place - start, round(score, 4))
            for place, piece, score in zip(places, self._pieces, self._scores, strict=True)
            if piece and 0 <= place - start < len(self.text.text)
        )

    def _tell(self, found: tuple[str, str], emit: Emit) -> None:
        for text, reasoning in zip(found, (True, False), strict=True):
            if text:
                emit(TextDelta(request=self.request, candidate=self.index, text=text, reasoning=reasoning))


def log_probability(logits: Any, token: int) -> float:
    """log softmax(logits)[token], natural; `logits` is a float array."""
    import numpy as np  # where probabilities are asked for

    highest = float(logits.max())
    return float(logits[token]) - highest - math.log(float(np.exp(logits - highest).sum()))


def since(started: float) -> float:
    """Milliseconds, to the microsecond, since a moment of time.perf_counter."""
    return round((time.perf_counter() - started) * 1000, 3)
