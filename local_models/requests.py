"""What a worker is asked: frozen values, one request a line."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from local_models.errors import RequestError

MAX_SEED = 4294967294  # llama.cpp's seeds are uint32; 2^32 − 1 means "random"
MAX_CANDIDATES = 16  # every context is made with a sequence for each, and one for the prompt
MAX_GRAMMAR = 1_000_000
MAX_ADAPTERS = 8
MAX_GPU_LAYERS = 1_000_000  # what is more than a model has means all of it
MAX_DEVICES = 64

Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """A line on the worker's standard input; `do` names the kind."""


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str


class Dry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "Don't repeat yourself": what would continue a repetition of more than `allowed` tokens is made less likely.

    By multiplier x base ^ (length − allowed); `last_n` tokens are looked at, -1 for all.
    """

    multiplier: Annotated[float, Meta(ge=0, le=100)] = 0.8
    base: Annotated[float, Meta(ge=1, le=100)] = 1.75
    allowed: Annotated[int, Meta(ge=0, le=1_000_000)] = 2
    last_n: Annotated[int, Meta(ge=-1, le=1_000_000)] = -1


class Adapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A LoRA adapter in GGUF form, and how strongly it takes part."""

    path: str
    scale: Annotated[float, Meta(ge=-100, le=100)] = 1.0


class Sampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one candidate is drawn; the fields mean what llama.cpp's samplers of these names mean.

    Temperature 0 takes the likeliest token always. `stop`: texts that end the answer and are not part of it.
    An end before `min_tokens` is not taken as one (for measuring). `grammar` (GBNF, with a rule named root) or
    `json_schema` says which texts are allowed at all; not both.
    """

    seed: Seed
    max_tokens: Annotated[int, Meta(ge=1, le=1_000_000)] = 256
    min_tokens: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    temperature: Annotated[float, Meta(ge=0, le=100)] = 0.8
    top_k: Annotated[int, Meta(ge=0, le=1_000_000)] = 40
    top_p: Annotated[float, Meta(ge=0, le=1)] = 0.95
    min_p: Annotated[float, Meta(ge=0, le=1)] = 0.05
    repeat_penalty: Annotated[float, Meta(gt=0, le=100)] = 1.0
    repeat_last_n: Annotated[int, Meta(ge=0, le=1_000_000)] = 64
    frequency_penalty: Annotated[float, Meta(ge=-100, le=100)] = 0.0
    presence_penalty: Annotated[float, Meta(ge=-100, le=100)] = 0.0
    dry: Dry | None = None
    stop: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=1000)], ...], Meta(max_length=16)] = ()
    grammar: Annotated[str, Meta(max_length=MAX_GRAMMAR)] = ""
    json_schema: Annotated[str, Meta(max_length=MAX_GRAMMAR)] = ""


class Hello(Request, frozen=True, tag="hello"):
    """The first line: the protocol's version and the process that the worker must not outlive."""

    protocol: int
    parent: int


class Load(Request, frozen=True, tag="load"):
    """Load the model at `path`; `context` is how many tokens are expected, to be checked before it is loaded.

    `gpu_layers` go on GPUs (None: as many as their memory holds; 0: none), on those that `devices` names (empty: all).
    """

    id: str
    path: str
    context: int
    threads: Annotated[int, Meta(ge=1, le=1024)]
    gpu_layers: Annotated[int, Meta(ge=0, le=MAX_GPU_LAYERS)] | None = None
    devices: Annotated[tuple[str, ...], Meta(max_length=MAX_DEVICES)] = ()


class CandidateRequest(Request, frozen=True, tag="generate"):
    """Answer `messages` once for each entry of `candidates`.

    A last message by the assistant is what the answers go on with; it is not part of their texts. `context` is how many
    tokens the prompt and one answer may take together; None for what the model was trained on. `reuse_prefix` lets what
    was evaluated for an earlier request be used again: faster, but the last bits, and so the texts, may differ from
    those of a fresh worker. With `log_probabilities` each Finished tells how likely each token was.
    """

    id: str
    model_path: str
    messages: tuple[Message, ...]
    candidates: Annotated[tuple[Sampling, ...], Meta(min_length=1, max_length=MAX_CANDIDATES)]
    context: Annotated[int, Meta(ge=1)] | None = None
    adapters: Annotated[tuple[Adapter, ...], Meta(max_length=MAX_ADAPTERS)] = ()
    reuse_prefix: bool = True
    log_probabilities: bool = False


class Cancel(Request, frozen=True, tag="cancel"):
    """Stop one candidate of a request, or all of it (a load too)."""

    id: str
    candidate: int | None = None


class Tokenize(Request, frozen=True, tag="tokenize"):
    """Count the tokens of `text` with the loaded model's vocabulary."""

    id: str
    text: str


class Inspect(Request, frozen=True, tag="inspect"):
    """Read the header of the model file at `path`; it need not be loaded."""

    id: str
    path: str


class Quit(Request, frozen=True, tag="quit"):
    """End, orderly."""


AnyRequest = Hello | Load | CandidateRequest | Cancel | Tokenize | Inspect | Quit


def check_prompt(messages: Iterable[Message]) -> None:
    """Raises RequestError when nothing is asked."""
    if not any(message.content.strip() for message in messages if message.role != "system"):
        raise RequestError("The prompt is empty. Write what the model should answer.", code="empty_prompt")


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
    return tuple(found[:count])
