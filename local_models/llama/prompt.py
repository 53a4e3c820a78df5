"""A request's prompt, ready to be evaluated: rendered by the model's chat template, and as tokens."""

from __future__ import annotations

from dataclasses import dataclass

import llama_cpp.llama_cpp as ll

from local_models.errors import RequestError
from local_models.llama.model import LlamaModel
from local_models.llama.prefix import Kept
from local_models.llama.prompt_tokens import prompt_tokens
from local_models.requests import Adapter, CandidateRequest, Message

LONGEST_TOKEN = 1024  # characters; a text longer than the context times this is not even tokenized


@dataclass(frozen=True)
class Prepared:
    """A prompt's text and tokens, and where its answers must end: `limit` tokens in a sequence, prompt included.

    The text is "" where marks stand in it that are words: then it does not say what the tokens are.
    """

    text: str
    tokens: tuple[int, ...]
    template_sha256: str
    stop: tuple[str, ...]
    limit: int
    adapters: tuple[Adapter, ...]
    goes_on: bool  # its answers go on with a text instead of beginning one
    inside_reasoning: bool
    exact: bool  # nothing is left to chance, nor to what is written beside it

    def room(self, max_tokens: int) -> int:
        """How many tokens an answer may have."""
        return min(max_tokens, self.limit - len(self.tokens))


def prepare(model: LlamaModel, request: CandidateRequest, kept: Kept) -> Prepared:
    """The request's prompt as tokens, as drawn where it goes on from an answer that `kept` still holds.

    RequestError when it leaves no room for an answer.
    """
    rendered = model.render(request.messages)
    limit = min(request.context or model.trained_context, model.trained_context)
    if len(rendered.text) > limit * LONGEST_TOKEN:
        raise _too_long(len(rendered.text) // 4, limit)
    usual = prompt_tokens(model, rendered)
    tokens = usual.tokens
    if request.reuse_prefix and usual.plain:
        tokens = kept.as_drawn(rendered.text, request.adapters, lambda text: _behind(model, text)) or tokens
    if len(tokens) >= limit:
        raise _too_long(len(tokens), limit)
    return Prepared(
        text=rendered.text if usual.plain else "",
        tokens=tokens,
        template_sha256=rendered.template_sha256,
        stop=rendered.stop,
        limit=limit,
        adapters=request.adapters,
        goes_on=_goes_on(request.messages),
        inside_reasoning=rendered.text.rstrip().endswith(model.marks.opening),
        exact=all(sampling.temperature <= 0 for sampling in request.candidates),
    )


def _behind(model: LlamaModel, text: str) -> list[int] | None:
    """The tokens of what comes behind an answer; None where it does not begin with a mark of control.

    Only there do tokens end for certain, whatever stands before.
    """
    tokens = model.tokens(text, special=True) if text else []
    return tokens if not tokens or ll.llama_vocab_is_control(model.vocab, tokens[0]) else None


def _goes_on(messages: tuple[Message, ...]) -> bool:
    return messages[-1].role == "assistant"


def _too_long(tokens: int, limit: int) -> RequestError:
    return RequestError.worded(
        "The prompt has {tokens:,} tokens; {limit:,} fit beside an answer. Shorten it.",
        code="prompt_too_long",
        tokens=tokens,
        limit=limit - 1,
    )
