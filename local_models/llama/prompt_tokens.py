"""A rendered prompt as tokens: the template's marks of control are read as such, those that messages hold as words.

Without this a page that was captured, or an imported prompt, could end its turn and begin another one in the model's
eyes (docs/decisions/089). Must not know requests, nor what is held of earlier rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import llama_cpp.llama_cpp as ll

from local_models.chat_template import Rendered
from local_models.errors import RequestError
from local_models.llama.model import LlamaModel

_SPACE = " \t\n\v\f\r"  # what llama.cpp takes away beside marks that say so


@dataclass(frozen=True)
class PromptTokens:
    """`plain`: the text alone says what the tokens are; else marks stand in it that are words."""

    tokens: tuple[int, ...]
    plain: bool


def prompt_tokens(model: LlamaModel, rendered: Rendered) -> PromptTokens:
    """The tokens of a prompt, beginning as the model wants its texts to begin.

    Raises RequestError where messages hold marks and the template changes them, so that nobody can say whose they are.
    """
    begins = model.adds_bos and not (model.bos and rendered.text.startswith(model.bos))
    tokens = model.tokens(rendered.text, special=True, begin=begins)
    body = model.tokens(rendered.text, special=True) if begins else tokens
    wanted = [mark for piece in rendered.pieces[::2] for mark in _marks(model, piece)]
    if rendered.pieces and _marks_among(model, body) == wanted:
        return PromptTokens(tuple(tokens), plain=True)
    if not rendered.pieces:
        if any(_marks(model, content) for content in rendered.contents):
            raise _whose()
        return PromptTokens(tuple(tokens), plain=True)
    apart = _kept_apart(model, rendered.pieces)
    if _marks_among(model, apart) != wanted:
        raise _whose()
    return PromptTokens((*([model.bos_token] if begins else ()), *apart), plain=False)


def _kept_apart(model: LlamaModel, pieces: Sequence[str]) -> list[int]:
    """The pieces as llama.cpp tokenizes their text, with only the template's marks taken for marks.

    It cuts a text at marks and reads what stands between them by itself; so is it done here.
    """
    tokens: list[int] = []
    between = ""
    for number, piece in enumerate(pieces):
        rest = piece
        for mark in _marks(model, piece) if number % 2 == 0 else ():
            before, _word, rest = rest.partition(model.word(mark))
            between += before
            strips = ll.llama_vocab_get_attr(model.vocab, mark)
            tokens += model.tokens(between.rstrip(_SPACE) if strips & ll.LLAMA_TOKEN_ATTR_LSTRIP else between)
            tokens.append(mark)
            between = ""
            rest = rest.lstrip(_SPACE) if strips & ll.LLAMA_TOKEN_ATTR_RSTRIP else rest
        between += rest
    return tokens + model.tokens(between)


def _marks(model: LlamaModel, text: str) -> list[int]:
    return _marks_among(model, model.tokens(text, special=True))


def _marks_among(model: LlamaModel, tokens: Sequence[int]) -> list[int]:
    """The tokens that act: those of control, and whatever ends an answer."""
    return [token for token in tokens if ll.llama_vocab_is_control(model.vocab, token) or model.ends(token)]


def _whose() -> RequestError:
    return RequestError(
        "A message holds a mark by which this model tells turns apart, and its chat template does not keep them "
        "separate. Take the mark out of the message, or choose another model.",
        code="mark_in_message",
    )
