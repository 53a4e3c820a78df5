"""What can go wrong in local_models, as one tree.

EngineError                code, values, an English sentence
├── ModelFileError         not a GGUF file, truncated, out of bounds, unknown model
├── FitError               it would not fit in memory; values["fits"] is the context that would
├── RequestError           a request that cannot be run: empty prompt, prompt longer than the context
├── WorkerError            the worker process died, hung or spoke nonsense
├── DownloadError          a model that cannot be fetched: address, server, answer, disk; what has come stays
└── EndpointError          a server that is unknown, down, slow, refuses, or breaks off
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

OUT_OF_MEMORY = "The worker's memory limit was reached. Ask for fewer or shorter answers, or close other programs."


@dataclass(frozen=True)
class Phrase:
    """A part of a sentence that is to be translated by itself: a template with named values, as an error has."""

    template: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class EngineError(Exception):
    """Base of all errors of local_models.

    `code` is a stable word for programs, `values` are the named parts of the sentence. `template` is the sentence
    with the values' names in braces, for translation; a value may be a Phrase, which is translated too.
    """

    def __init__(self, message: str, *, code: str, **values: object) -> None:
        super().__init__(message)
        self.template = message.replace("{", "{{").replace("}", "}}")
        self.code = code
        self.values = values

    @classmethod
    def worded(cls, template: str, *, code: str, **values: object) -> Self:
        """The error whose sentence is `template` with its values filled in."""
        error = cls(template.format(**values), code=code, **values)
        error.template = template
        return error

    @classmethod
    def of_proxy(cls, *, code: str) -> Self:
        """Of a proxy in the environment: httpx raises ImportError, ValueError or InvalidURL for what it cannot use."""
        return cls.worded(
            "The environment names a proxy that Preceptor cannot speak to: its address has to be an http:// or https://"
            " one, and SOCKS is not understood. Change ALL_PROXY, HTTPS_PROXY or HTTP_PROXY, or leave them out.",
            code=code,
        )


class ModelFileError(EngineError):
    """A model that is unknown, or a file that is not a usable GGUF."""


class FitError(EngineError):
    """The model with this context does not fit in memory."""


class RequestError(EngineError):
    """A request that cannot be run as asked."""


class DownloadError(EngineError):
    """A model that cannot be downloaded as asked. No address is told with its query: that may hold a key."""


class WorkerError(EngineError):
    """The worker process ended, hung, or broke the protocol."""


class EndpointError(EngineError):
    """A server of models that is not known, cannot be reached, refuses, or answers something else."""
