"""What a worker tells: frozen values, one event a line. Times in milliseconds since the request was taken."""

from __future__ import annotations

from typing import Literal

import msgspec


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="event"):
    """A line on the worker's standard output; `event` names the kind."""


class Ready(Event, frozen=True, tag="ready"):
    """The worker's answer to hello: its protocol, and the library it runs."""

    protocol: int
    binding_version: str
    llama_cpp_version: str
    backend: str


class Progress(Event, frozen=True, tag="progress"):
    """How far loading (0…1000) or evaluating the prompt (tokens) has come."""

    request: str
    stage: Literal["load", "prompt"]
    done: int
    total: int


class Loaded(Event, frozen=True, tag="loaded"):
    """The model is in memory; `memory` is the process's resident size in bytes."""

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
    """One candidate is complete: its whole text, why it ended, what it cost."""

    request: str
    candidate: int
    text: str
    reasoning: str
    finish: Literal["stop", "length", "cancelled", "error"]
    prompt_tokens: int
    completion_tokens: int
    first_ms: float
    total_ms: float
    seed: int


class Done(Event, frozen=True, tag="done"):
    """The last event of a request that ran; `prompt_evaluations` counts how often the prompt was evaluated."""

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


class Counted(Event, frozen=True, tag="counted"):
    """The answer to tokenize."""

    request: str
    tokens: int


class Failed(Event, frozen=True, tag="failed"):
    """The last event of a request that could not run: a code, an English sentence, its named values."""

    request: str
    code: str
    message: str
    values: dict[str, str | int | float] = {}


AnyEvent = Ready | Progress | Loaded | TextDelta | Finished | Done | Counted | Failed
