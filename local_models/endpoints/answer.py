"""One candidate of an endpoint's request while it is written, and the events that tell of it. Must not know HTTP."""

from __future__ import annotations

from local_models.answer_text import AnswerText
from local_models.endpoints.request import Answered
from local_models.endpoints.stream import FILTERED, LENGTH, Piece, Usage
from local_models.engine import OnEvent
from local_models.errors import EndpointError
from local_models.events import Finish, TextDelta
from local_models.requests import Sampling
from local_models.writing import since

MAX_TEXT = 1024 * 1024  # characters; no record can hold more


class Answer:
    """`finish` is how it ended as far as its server has said, `ended` whether that was told."""

    def __init__(
        self, request: str, index: int, sampling: Sampling, emit: OnEvent, started: float, *, begun: bool = False
    ) -> None:
        self.index = index
        self.sampling = sampling
        self.sent: tuple[str, ...] = ()
        self.seen = False
        self.finish: Finish | None = None
        self.ended = False
        self.first_ms = 0.0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self._request = request
        self._emit = emit
        self._started = started
        self._text = AnswerText(stop=sampling.stop, begun=begun)
        self._reasoning = ""  # that the server kept apart
        self._counted = False

    def take(self, piece: Piece, name: str) -> EndpointError | None:
        """More of it from the endpoint `name`; an error where it may not go on."""
        self.seen = True
        if self.ended or self.finish is not None:
            return None
        problem = None
        if piece.reasoning:
            self._reasoning += piece.reasoning
            self._tell(piece.reasoning, "")
        if piece.text:
            self._tell(*self._text.take(piece.text.encode()))
        if self._text.stopped:
            self.finish = "stop"
            self.end()
        elif len(self._text.text) + len(self._text.reasoning) + len(self._reasoning) > MAX_TEXT:
            problem = EndpointError.worded(
                "The endpoint {name} wrote more than a record can hold. What fits is kept.",
                code="endpoint_too_much",
                name=name,
            )
            self.finish = "error"
            self.end()
        elif piece.finish == FILTERED:
            problem = EndpointError.worded(
                "The endpoint {name} broke an answer off because of its content. Put the prompt another way.",
                code="endpoint_filtered",
                name=name,
            )
            self.finish = "error"
        elif piece.finish:
            self.finish = "length" if piece.finish == LENGTH else "stop"
        return problem

    def count(self, usage: Usage) -> None:
        """How many tokens the server counted for this one alone."""
        self.prompt_tokens, self.completion_tokens, self._counted = usage.prompt, usage.completion, True

    def end(self) -> None:
        """Tell that it ended as `finish` says."""
        assert self.finish is not None and not self.ended
        thinking = self._text.inside_reasoning
        self._tell(*self._text.close())
        reasoning = self._reasoning + self._text.reasoning
        finish = self.finish
        if finish == "stop" and (thinking or (reasoning and not self._text.text)):
            finish = "length"  # it never came to its answer
        self.ended = True
        self._emit(
            Answered(
                request=self._request,
                candidate=self.index,
                text=self._text.text,
                reasoning=reasoning,
                finish=finish,
                prompt_tokens=self.prompt_tokens,
                completion_tokens=self.completion_tokens,
                first_ms=self.first_ms,
                total_ms=since(self._started),
                seed=self.sampling.seed,
                sent=self.sent,
                counted=self._counted,
            )
        )

    def lose(self) -> None:
        """It will not come to its end: what was written is told, if anything was."""
        if self.first_ms:
            self.finish = "error"
            self.end()
        self.ended = True

    def _tell(self, reasoning: str, text: str) -> None:
        for more, thought in ((reasoning, True), (text, False)):
            if more:
                self.first_ms = self.first_ms or since(self._started)
                self._emit(TextDelta(request=self._request, candidate=self.index, text=more, reasoning=thought))
