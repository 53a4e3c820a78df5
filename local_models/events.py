"""What a worker tells: frozen values, one event a line. Times in milliseconds since the request was begun."""

from __future__ import annotations

from typing import Literal

import msgspec

from local_models.errors import Phrase
from local_models.model_files.gguf import ModelHeader

Finish = Literal["stop", "length", "cancelled", "error"]
DeviceKind = Literal["cpu", "gpu", "integrated", "accelerator"]


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A line on the worker's standard output; `event` names the kind."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What llama.cpp can compute on, by its own name (CPU, CUDA0, Vulkan0, …) and its driver's words for it.

    An integrated GPU computes in the computer's memory; an accelerator works for the processor. 0 bytes: not told.
    """

    name: str
    description: str
    kind: DeviceKind
    free_bytes: int
    total_bytes: int


class Ready(Event, frozen=True, tag="ready"):
    """The worker's answer to hello: its protocol, the library it runs and what that can compute on.

    `network_off` says whether it can reach no network.
    """

    protocol: int
    binding_version: str
    llama_cpp_version: str
    backend: str
    network_off: bool
    devices: tuple[Device, ...]


class Progress(Event, frozen=True, tag="progress"):
    """How far loading (0…1000) or evaluating the prompt (tokens) has come."""

    request: str
    stage: Literal["load", "prompt"]
    done: int
    total: int


class Loaded(Event, frozen=True, tag="loaded"):
    """The model is in memory; `context` tokens it was trained on, `memory` the process's resident size in bytes."""

    request: str
    context: int
    memory: int


class TextDelta(Event, frozen=True, tag="delta"):
    """More text of one candidate, always whole characters."""

    request: str
    candidate: int
    text: str
    reasoning: bool = False


class Score(msgspec.Struct, frozen=True, array_like=True):
    """How likely a token was where it stands: its first character's place in the text, and log p (natural)."""

    place: int
    log_probability: float


class Finished(Event, frozen=True, tag="finished"):
    """One candidate is complete: its whole text, why it ended, what it cost.

    The text is what its deltas said, in order. `first_ms` is 0 where there is no token.
    """

    request: str
    candidate: int
    text: str
    reasoning: str
    finish: Finish
    prompt_tokens: int
    completion_tokens: int
    first_ms: float
    total_ms: float
    seed: int
    scores: tuple[Score, ...] = ()


class Done(Event, frozen=True, tag="done"):
    """The last event of a request that ran, cancelled or not.

    `k` is how many candidates were decoded in one batch at most, those of other requests included. The prompt's
    `prompt_tokens` are `reused_tokens` that an earlier request had evaluated and `evaluated_tokens` (each once,
    whatever k). `evaluated_anew`: the model could not go back to a beginning that was there. `completion_tokens` is
    what all candidates took together, `threads` how many computed at the end.
    """

    request: str
    k: int
    prompt_tokens: int
    completion_tokens: int
    prompt_ms: float
    generation_ms: float
    evaluated_tokens: int
    reused_tokens: int
    evaluated_anew: bool
    threads: int
    template_sha256: str
    binding_version: str
    llama_cpp_version: str
    backend: str

    @property
    def reused_prefix(self) -> bool:
        """Whether anything of the prompt had been evaluated before."""
        return self.reused_tokens > 0

    @property
    def had_template(self) -> bool:
        """Whether the model's own chat template made the prompt."""
        return bool(self.template_sha256)


class Counted(Event, frozen=True, tag="counted"):
    """The answer to tokenize."""

    request: str
    tokens: int


class Inspected(Event, frozen=True, tag="inspected"):
    """The answer to inspect."""

    request: str
    header: ModelHeader


class Failed(Event, frozen=True, tag="failed"):
    """The last event of a request that could not run: a code, an English sentence, its template and named values."""

    request: str
    code: str
    message: str
    values: dict[str, str | int | float | Phrase] = {}
    template: str = ""


AnyEvent = Ready | Progress | Loaded | TextDelta | Finished | Done | Counted | Inspected | Failed
