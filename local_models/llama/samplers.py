"""How one candidate is drawn: llama.cpp's samplers in a chain of its own, and a grammar beside it.

The order is llama.cpp's usual one: penalties, DRY, top-k, top-p, min-p, temperature, chance.
"""

from __future__ import annotations

import ctypes
import json

import llama_cpp.llama_cpp as ll
import numpy as np

from local_models.errors import Phrase, RequestError
from local_models.llama.library import Pointer
from local_models.llama.model import LlamaModel
from local_models.requests import Dry, Sampling

DRY_BREAKERS = (b"\n", b":", b'"', b"*")  # llama.cpp's own: a repetition does not reach over these
_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
WORTHWHILE = 4  # a first choice of the likeliest tokens pays where it leaves less than one in so many
Logits = np.ndarray[tuple[int], np.dtype[np.float32]]


class Chain:
    """Draws one candidate's tokens and remembers them. RequestError for a grammar that cannot be read."""

    def __init__(self, model: LlamaModel, sampling: Sampling) -> None:
        self._model = model
        self._grammar: Pointer = _grammar(model, sampling) if sampling.grammar or sampling.json_schema else None
        self._pointer: Pointer = ll.llama_sampler_chain_init(ll.llama_sampler_chain_default_params())
        for sampler in _samplers(model, sampling):
            ll.llama_sampler_chain_add(self._pointer, sampler)

    def draw(self, context: Pointer, row: int) -> int:
        """The token after the one in `row` of the batch that `context` has decoded."""
        if self._grammar is None:
            return int(ll.llama_sampler_sample(self._pointer, context, row))
        logits = ll.llama_get_logits_ith(context, row)
        return self.draw_from(np.ctypeslib.as_array(logits, shape=(self._model.vocab_size,)))

    def draw_from(self, logits: Logits) -> int:
        """The same from logits that were kept."""
        token = self._apply(logits, grammar_first=False)
        if self._grammar is not None and not self._allowed(token):
            token = self._apply(logits, grammar_first=True)  # llama.cpp does the same: most tokens are allowed anyway
        ll.llama_sampler_accept(self._pointer, token)
        if self._grammar is not None:
            ll.llama_sampler_accept(self._grammar, token)
        return token

    def close(self) -> None:
        """Give its memory back; a second time does nothing."""
        for pointer in (self._pointer, self._grammar):
            if pointer is not None:
                ll.llama_sampler_free(pointer)
        self._pointer = self._grammar = None

    def _apply(self, logits: Logits, *, grammar_first: bool) -> int:
        tokens = np.empty(len(logits), dtype=_TOKEN)
        tokens["id"] = np.arange(len(logits), dtype=np.int32)
        tokens["logit"] = logits
        tokens["p"] = 0
        found = _array(tokens)
        if grammar_first:
            ll.llama_sampler_apply(self._grammar, ctypes.byref(found))
            if tokens["logit"].max() == -np.inf:  # llama.cpp would end the process
                raise RequestError(
                    "The grammar leaves no way to go on here. Check that every rule of it can be completed.",
                    code="bad_grammar",
                    grammar="",
                )
        ll.llama_sampler_apply(self._pointer, ctypes.byref(found))
        return int(found.data[found.selected].id)

    def _allowed(self, token: int) -> bool:
        one = np.array([(token, 1.0, 0.0)], dtype=_TOKEN)
        found = _array(one)
        ll.llama_sampler_apply(self._grammar, ctypes.byref(found))
        return bool(np.isfinite(one["logit"][0]))


def _array(tokens: np.ndarray[tuple[int], np.dtype[np.void]]) -> ll.llama_token_data_array:
    """llama.cpp's view of `tokens`, which must live as long as it is used."""
    data = tokens.ctypes.data_as(ll.llama_token_data_p)
    return ll.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)


def _samplers(model: LlamaModel, sampling: Sampling) -> list[Pointer]:
    found: list[Pointer] = []
    few = few_enough(sampling, model.vocab_size, model.trained_context)
    if few:
        found.append(ll.llama_sampler_init_top_k(few))
    if _has_penalties(sampling):
        penalties = (sampling.repeat_penalty, sampling.frequency_penalty, sampling.presence_penalty)
        found.append(ll.llama_sampler_init_penalties(model.vocab_size, sampling.repeat_last_n, *penalties))
    if sampling.dry is not None and sampling.dry.multiplier > 0:
        dry = sampling.dry
        breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*DRY_BREAKERS)
        wish = (dry.multiplier, dry.base, dry.allowed, _looked_at(dry, model.trained_context))
        found.append(ll.llama_sampler_init_dry(model.vocab, *wish, breakers, len(DRY_BREAKERS)))
    if sampling.temperature <= 0:
        return [*found, ll.llama_sampler_init_greedy()]
    if sampling.top_k > 0:
        found.append(ll.llama_sampler_init_top_k(sampling.top_k))
    if sampling.top_p < 1:
        found.append(ll.llama_sampler_init_top_p(sampling.top_p, 1))
    if sampling.min_p > 0:
        found.append(ll.llama_sampler_init_min_p(sampling.min_p, 1))
    found.append(ll.llama_sampler_init_temp(sampling.temperature))
    return [*found, ll.llama_sampler_init_dist(sampling.seed)]


def few_enough(sampling: Sampling, vocabulary: int, trained_context: int) -> int:
    """How many of the likeliest tokens suffice before the penalties: the same is drawn from them as from all.

    0 where it cannot be said, or saves nothing. A penalty that only lowers can lower no more tokens than it looks back
    at, so whatever is among the top k behind it was among the top k plus that many before it. llama.cpp looks each
    token of the vocabulary up in the penalties' table: 215 of a draw's 260 µs at 49,152 tokens.
    """
    wanted = 1 if sampling.temperature <= 0 else sampling.top_k
    raises = sampling.repeat_penalty < 1 or sampling.frequency_penalty < 0 or sampling.presence_penalty < 0
    lowered = sampling.repeat_last_n if _has_penalties(sampling) else 0
    if sampling.dry is not None and sampling.dry.multiplier > 0:
        lowered += _looked_at(sampling.dry, trained_context)
    few = wanted + lowered
    return few if wanted and lowered and not raises and few <= vocabulary // WORTHWHILE else 0


def _has_penalties(sampling: Sampling) -> bool:
    return (sampling.repeat_penalty, sampling.frequency_penalty, sampling.presence_penalty) != (1.0, 0.0, 0.0)


def _looked_at(dry: Dry, trained_context: int) -> int:
    """How many tokens DRY looks back at; llama.cpp takes -1 for none (seen in 0.3.36)."""
    return trained_context if dry.last_n < 0 else dry.last_n


def _grammar(model: LlamaModel, sampling: Sampling) -> Pointer:
    text = sampling.grammar or _of_schema(sampling.json_schema)
    found = ll.llama_sampler_init_grammar(model.vocab, text.encode("utf-8", "replace"), b"root")
    if not found:
        raise RequestError(
            "The grammar cannot be read. It must be GBNF with a rule named root.",
            code="bad_grammar",
            grammar=text[:200],
        )
    return found


def _of_schema(schema: str) -> str:
    """A JSON Schema as the grammar of the texts that it allows."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    try:
        return str(json_schema_to_gbnf(schema))
    except Exception as error:  # foreign text, read by a converter that raises whatever it meets
        reason = Phrase("it asks for what cannot be followed")
        if isinstance(error, json.JSONDecodeError):
            place: dict[str, str | int | float] = {"line": error.lineno, "column": error.colno}
            reason = Phrase("it is no JSON (line {line}, column {column})", place)
        elif not schema.lstrip().startswith("{"):
            reason = Phrase("it is no JSON object")
        raise RequestError.worded(
            "The JSON schema cannot be turned into a grammar: {reason}. Simplify it, or leave it out.",
            code="bad_grammar",
            grammar=schema[:200],
            reason=reason,
        ) from error
