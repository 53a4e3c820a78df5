"""How fast a model answers here: the same request, client and worker as every answer in the window.

The prompt has exactly as many tokens as asked, and every candidate goes on to the end, so that runs can be compared.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import msgspec

from local_models.engine import Engine
from local_models.errors import RequestError
from local_models.events import AnyEvent, Done, Finished
from local_models.requests import CandidateRequest, Message, Sampling, spread_seeds

WORD = " sea"  # one token in most vocabularies
TRIES = 40
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Speed:
    """Of one request: tokens a second, all candidates together, and each candidate's time to its first token.

    `tokens_per_second` counts the prompt (once) and all that was written, over the whole time.
    """

    k: int
    threads: int
    prompt_tokens: int
    new_tokens: int
    prompt_tokens_per_second: float
    generation_tokens_per_second: float
    tokens_per_second: float
    first_token_ms: tuple[float, ...]


def request_of(
    engine: Engine, model_path: str, *, prompt_tokens: int, new_tokens: int, k: int, seed: int = 1
) -> CandidateRequest:
    """A request whose prompt has exactly so many tokens; RequestError where the model's template needs more."""
    drawn = Sampling(seed=0, max_tokens=1, temperature=0.8, repeat_penalty=1.1)
    words = max(1, prompt_tokens - 32)
    for _ in range(TRIES):
        probe = _request(model_path, words, (drawn,))
        found = engine.generate(probe, _ignore).wait().prompt_tokens
        if found == prompt_tokens:
            candidates = tuple(
                msgspec.structs.replace(drawn, seed=each, max_tokens=new_tokens, min_tokens=new_tokens)
                for each in spread_seeds(seed, k)
            )
            return _request(model_path, words, candidates)
        if words == 1 and found > prompt_tokens:
            break  # the template alone needs more
        words = max(1, words + prompt_tokens - found)
    raise RequestError.worded(
        "No prompt of exactly {tokens} tokens could be made for this model. Ask for more.",
        code="bad_request",
        tokens=prompt_tokens,
    )


def measure(engine: Engine, request: CandidateRequest) -> Speed:
    """Have a request answered once, its prompt evaluated whole, and say how fast that was."""
    firsts: dict[int, float] = {}

    def take(event: AnyEvent) -> None:
        if isinstance(event, Finished):
            firsts[event.candidate] = event.first_ms

    done = engine.generate(msgspec.structs.replace(request, id=f"speed {next(_numbers)}"), take).wait()
    return speed_of(done, tuple(first for _, first in sorted(firsts.items())))


def speed_of(done: Done, first_token_ms: tuple[float, ...]) -> Speed:
    """A finished request's numbers as speeds."""
    prompt_s, generation_s = done.prompt_ms / 1000, done.generation_ms / 1000
    return Speed(
        k=done.k,
        threads=done.threads,
        prompt_tokens=done.prompt_tokens,
        new_tokens=done.completion_tokens // max(1, done.k),
        prompt_tokens_per_second=round(done.evaluated_tokens / prompt_s, 2) if prompt_s else 0.0,
        generation_tokens_per_second=round(done.completion_tokens / generation_s, 2) if generation_s else 0.0,
        tokens_per_second=round((done.evaluated_tokens + done.completion_tokens) / (prompt_s + generation_s), 2),
        first_token_ms=first_token_ms,
    )


def _request(model_path: str, words: int, candidates: tuple[Sampling, ...]) -> CandidateRequest:
    return CandidateRequest(
        id=f"speed {next(_numbers)}",
        model_path=model_path,
        messages=(Message("user", "The" + WORD * words),),
        candidates=candidates,
        reuse_prefix=False,
    )


def _ignore(_event: AnyEvent) -> None:
    pass
