"""A short list of models worth adding, and which of them fit in memory here. The data: recommended.json.

Sizes and SHA-256 were looked up in November 2026, in at least two public places that agree; the files themselves were
not downloaded for it, except the starter model's. A download is compared with them. Shapes are those of the models'
published configurations. Must not know where models come from, nor fetch any.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from local_models import fit
from local_models.model_files.gguf import ModelHeader

FILE = "recommended.json"
USUAL_CONTEXT = 2048  # tokens that a prompt and four answers usually take

Use = Literal["trying", "light", "general", "languages", "work", "reasoning"]


class Recommended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model: from `repo` and `file` on Hugging Face, or from an installed Python `package`.

    `size` in bytes. `sha256` is of the whole file, "" where it is not known. The shape (`layers` to `vocabulary`) is
    what memory is estimated from before anything is downloaded.
    """

    name: str
    use: Use
    licence: str
    size: int
    architecture: str
    quantization: str
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    width: int
    vocabulary: int
    repo: str = ""
    file: str = ""
    package: str = ""
    sha256: str = ""

    @property
    def address(self) -> str:
        """What `preceptor models add` takes; "" for a model that comes with a package."""
        return f"{self.repo}/{self.file}" if self.repo else ""

    @property
    def header(self) -> ModelHeader:
        """What the file's header would say, as far as memory depends on it."""
        return ModelHeader(
            name=self.name,
            architecture=self.architecture,
            quantization=self.quantization,
            parameters=0,
            context_length=0,
            layers=self.layers,
            heads=self.heads,
            kv_heads=self.kv_heads,
            head_size=self.head_size,
            width=self.width,
            cached_numbers=self.layers * self.kv_heads * 2 * self.head_size,
            vocabulary=self.vocabulary,
            template="",
            licence=self.licence,
            file_size=self.size,
            header_sha256="",
        )


@dataclass(frozen=True)
class Fitting:
    """A model, the bytes it takes with a usual context, and whether they are there, beside what is kept free."""

    model: Recommended
    needed: int
    fits: bool


@cache
def recommended() -> tuple[Recommended, ...]:
    """All of them, the smallest first."""
    data = resources.files("local_models.model_files").joinpath(FILE).read_bytes()
    return msgspec.json.decode(data, type=tuple[Recommended, ...])


def fitting(available: int, context: int = USUAL_CONTEXT) -> tuple[Fitting, ...]:
    """All of them with whether they fit in `available` bytes of memory, by the rule that loading goes by."""
    found = []
    for model in recommended():
        needed = fit.estimate(model.header, context).total
        found.append(Fitting(model, needed, needed + fit.KEEP_FREE <= available))
    return tuple(found)


def known(repo: str, file: str) -> Recommended | None:
    """What is known of a file on Hugging Face before it is downloaded; None for one that is not in the list."""
    return next((model for model in recommended() if model.address and (model.repo, model.file) == (repo, file)), None)
