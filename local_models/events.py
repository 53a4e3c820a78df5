"""What a worker tells: frozen values, one event a line. Times in milliseconds since the request was begun."""

from __future__ import annotations

from typing import Literal

import msgspec

from local_models.gguf import ModelHeader

Finish = Literal["stop", "length", "cancelled", "error"]


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A line on the worker's standard output; `event` names the kind."""


class Ready(Event, frozen=True, tag="ready"):
    """The worker's answer to hello: its protocol, the library it runs, and whether it can reach no network."""

    protocol: int
    binding_version: str
    llama_cpp_version: str
    backend: str
    network_off: bool


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


class Done(Event, frozen=True, tag="done"):
    """The last event of a request that ran, cancelled or not.

    `prompt_evaluations` counts how often the prompt was evaluated for its `k` candidates; `prompt_tokens` is its
    length, `completion_tokens` what all candidates took together.
    """

    request: str
    k: int
    prompt_tokens: int
    completion_tokens: int
    prompt_ms: float
    generation_ms: float
    prompt_evaluations: int
    reused_prefix: bool
    template_sha256: str
    binding_version: str
    llama_cpp_version: str
    backend: str

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
    """The last event of a request that could not run: a code, an English sentence, its named values."""

    request: str
    code: str
    message: str
    values: dict[str, str | int | float] = {}


AnyEvent = Ready | Progress | Loaded | TextDelta | Finished | Done | Counted | Inspected | Failed
