"""What a worker is asked: frozen values, one request a line."""

from __future__ import annotations

import random
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_SEED = 4294967294  # llama.cpp's seeds are uint32; 2^32 − 1 means "random"
MAX_CANDIDATES = 16  # sequences that every context is made with

Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """A line on the worker's standard input; `do` names the kind."""


class Message(msgspec.Struct, frozen=True):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class Sampling(msgspec.Struct, frozen=True):
    """How one candidate is drawn; the fields mean what llama.cpp's samplers of these names mean."""

    seed: Seed
    max_tokens: Annotated[int, Meta(ge=1)] = 256
    temperature: Annotated[float, Meta(ge=0)] = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    repeat_last_n: int = 64
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    stop: tuple[str, ...] = ()


class Hello(Request, frozen=True, tag="hello"):
    """The first line: the protocol's version and the process that the worker must not outlive."""

    protocol: int
    parent: int


class Load(Request, frozen=True, tag="load"):
    """Load the model at `path` with a context of `context` tokens in all; address space at most `memory` bytes."""

    id: str
    path: str
    context: int
    threads: int
    memory: int | None = None


class CandidateRequest(Request, frozen=True, tag="generate"):
    """Answer `messages` once for each entry of `candidates`; `context` in tokens, None for what the answers need."""

    id: str
    model_path: str
    messages: tuple[Message, ...]
    candidates: Annotated[tuple[Sampling, ...], Meta(min_length=1, max_length=MAX_CANDIDATES)]
    context: int | None = None


class Cancel(Request, frozen=True, tag="cancel"):
    """Stop one candidate of a request, or all of it."""

    id: str
    candidate: int | None = None


class Tokenize(Request, frozen=True, tag="tokenize"):
    """Count the tokens of `text`."""

    id: str
    text: str


class Quit(Request, frozen=True, tag="quit"):
    """End, orderly."""


AnyRequest = Hello | Load | CandidateRequest | Cancel | Tokenize | Quit


def spread_seeds(seed: int, count: int) -> tuple[int, ...]:
    """`count` different seeds that `seed` decides; the first is `seed` itself. ValueError outside uint32 − 1."""
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"a seed lies between 0 and {MAX_SEED}")
    draw = random.Random(seed)  # noqa: S311 (sampling seeds, not secrets)
    found = [seed]
    while len(found) < count:
        another = draw.randint(0, MAX_SEED)
        if another not in found:
            found.append(another)
    return tuple(found)
