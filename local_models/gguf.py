"""A model file's header, read with bounds on every count, length, alignment and nesting (GGUF versions 2 and 3).

Loaders of this format are a steady source of memory bugs, so a foreign file is looked at here before llama.cpp sees
it: whatever lies outside the bounds is an error with a sentence, never a crash or gigabytes. Format:
github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import hashlib
import itertools
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from local_models.errors import ModelFileError

MAGIC = b"GGUF"
MAX_KEYS = 4096
MAX_TENSORS = 65_536
MAX_NAME = 1024
MAX_STRING = 4 * 1024 * 1024
MAX_ARRAY = 4_000_000
MAX_HEADER = 256 * 1024 * 1024
MAX_DIMENSIONS = 4
SKIP_CHUNK = 1024 * 1024

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9

# General file types (general.file_type) by their published names.
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip

# Tensor type: (elements a block, bytes a block), from ggml.h and gguf-py's constants.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip

Value = str | int | float | bool


@dataclass(frozen=True)
class ModelHeader:
    """What a model file says about itself. Text is foreign: shown as plain text, never a path.

    `header_sha256` is over the bytes before the tensor data; sizes in bytes, `context_length` in tokens.
    """

    name: str
    architecture: str
    quantization: str
    parameters: int
    context_length: int
    layers: int
    kv_heads: int
    head_size: int
    vocabulary: int
    template: str
    licence: str
    file_size: int
    header_sha256: str
    split_count: int = 1


def read_header(path: Path) -> ModelHeader:
    """Read and check the header of `path`.

    Raises ModelFileError with a code: not_found, not_gguf, version, bounds, truncated.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, path, os.fstat(file.fileno()).st_size).header()
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no file {path.name}.", code="not_found", path=str(path)) from error
    except IsADirectoryError as error:
        raise ModelFileError(f"{path.name} is a folder, not a model file.", code="not_gguf", path=str(path)) from error
    except (OSError, struct.error, OverflowError, MemoryError) as error:
        raise ModelFileError(f"{path.name} cannot be read: {error}.", code="unreadable", path=str(path)) from error


class _Reader:
    """Reads one header front to back; every byte is hashed, every count checked before anything is taken."""

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self._file = file
        self._path = path
        self._size = size
        self._at = 0
        self._hash = hashlib.sha256()
        self._values: dict[str, Value] = {}
        self._lengths: dict[str, int] = {}

    def header(self) -> ModelHeader:
        if self._size < 24 or self._take(4) != MAGIC:
            self._refuse("not_gguf", "is not a GGUF model file. Choose a file that ends in .gguf")
        version = self._number("I")
        if version not in (2, 3):
            self._refuse("version", f"has GGUF version {version}; 2 and 3 can be read")
        tensors, keys = self._number("Q"), self._number("Q")
        self._bound(tensors, MAX_TENSORS, "tensors")
        self._bound(keys, MAX_KEYS, "keys")
        for _ in range(keys):
            self._key()
        alignment = self._alignment()
        parameters, end = self._tensors(tensors, alignment)
        start = -(-self._at // alignment) * alignment
        if start > self._size or start + end > self._size:
            missing = start + end - self._size
            self._refuse("truncated", f"is not whole: {missing:,} bytes are missing. Download it again")
        padding = start - self._at
        self._take(padding)
        return self._build(parameters)

    def _build(self, parameters: int) -> ModelHeader:
        architecture = self._text("general.architecture")
        heads = self._whole(f"{architecture}.attention.head_count")
        width = self._whole(f"{architecture}.embedding_length")
        kv_heads = self._whole(f"{architecture}.attention.head_count_kv") or heads
        head_size = self._whole(f"{architecture}.attention.key_length") or (width // heads if heads else 0)
        kind = self._values.get("general.file_type")
        return ModelHeader(
            name=self._text("general.name") or self._path.stem,
            architecture=architecture,
            quantization=_FILE_TYPES.get(kind, f"type {kind}") if isinstance(kind, int) else "",
            parameters=parameters,
            context_length=self._whole(f"{architecture}.context_length"),
            layers=self._whole(f"{architecture}.block_count"),
            kv_heads=kv_heads,
            head_size=head_size,
            vocabulary=self._lengths.get("tokenizer.ggml.tokens", 0),
            template=self._text("tokenizer.chat_template", MAX_STRING),
            licence=self._text("general.license"),
            file_size=self._size,
            header_sha256=self._hash.hexdigest(),
            split_count=max(1, self._whole("split.count")),
        )

    def _key(self) -> None:
        name = self._string(MAX_NAME)
        kind = self._number("I")
        if kind == _ARRAY:
            self._array(name)
        elif kind == _STRING:
            self._values[name] = self._string(MAX_STRING)
        elif kind in _SCALARS:
            self._values[name] = self._number(_SCALARS[kind])
        else:
            self._refuse("bounds", f"has a value of unknown type {kind} ({name[:60]!r})")

    def _array(self, name: str) -> None:
        kind, count = self._number("I"), self._number("Q")
        self._bound(count, MAX_ARRAY, "entries in one list")
        self._lengths[name] = count
        if kind in _SCALARS:
            size = struct.calcsize("<" + _SCALARS[kind]) * count
            if count and name.endswith(".head_count_kv"):
                numbers = struct.unpack(f"<{count}{_SCALARS[kind]}", self._take(size))
                self._values[name] = int(max(numbers))
                return
            self._skip(size)
        elif kind == _STRING:
            for _ in range(count):
                length = self._number("Q")
                self._bound(length, MAX_STRING, "bytes in one text")
                self._skip(length)
        else:
            self._refuse("bounds", "has a list inside a list, which no model needs")

    def _tensors(self, count: int, alignment: int) -> tuple[int, int]:
        """Parameters in all, and where the last tensor's data ends, counted from the start of the data."""
        parameters = end = 0
        taken: list[tuple[int, int]] = []
        for _ in range(count):
            name = self._string(MAX_NAME)
            dimensions = self._number("I")
            if not 1 <= dimensions <= MAX_DIMENSIONS:
                self._refuse("bounds", f"has a tensor of {dimensions} dimensions ({name[:60]!r})")
            elements = 1
            for _ in range(dimensions):
                elements *= self._number("Q")
            kind, offset = self._number("I"), self._number("Q")
            if elements > 2**48 or offset % alignment:
                self._refuse("bounds", f"has a tensor outside all bounds ({name[:60]!r})")
            per_block, block_bytes = _BLOCKS.get(kind, (1, 1))
            size = -(-elements // per_block) * block_bytes
            taken.append((offset, offset + size))
            parameters += elements
            end = max(end, offset + size)
        taken.sort()
        if any(after[0] < before[1] for before, after in itertools.pairwise(taken)):
            self._refuse("bounds", "has tensors that overlap")
        return parameters, end

    def _alignment(self) -> int:
        found = self._values.get("general.alignment", 32)
        if not isinstance(found, int) or found < 8 or found > 65_536 or found & (found - 1):
            self._refuse("bounds", f"asks for an alignment of {found}")
        return found

    def _string(self, limit: int) -> str:
        length = self._number("Q")
        self._bound(length, limit, "bytes in one text")
        return self._take(length).decode("utf-8", "replace")

    def _number(self, form: str) -> int:
        form = "<" + form
        value = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value  # type: ignore[no-any-return]  # struct.unpack knows no types

    def _take(self, count: int) -> bytes:
        if self._at + count > min(self._size, MAX_HEADER):
            self._refuse("truncated", "is not whole: it ends inside its header. Download it again")
        data = self._file.read(count)
        if len(data) != count:
            self._refuse("truncated", "is not whole: it ends inside its header. Download it again")
        self._at += count
        self._hash.update(data)
        return data

    def _skip(self, count: int) -> None:
        """Take bytes without keeping them; they are hashed all the same."""
        while count > 0:
            part = min(count, SKIP_CHUNK)
            self._take(part)
            count -= part

    def _text(self, key: str, limit: int = 200) -> str:
        value = self._values.get(key, "")
        return value[:limit] if isinstance(value, str) else ""

    def _whole(self, key: str) -> int:
        value = self._values.get(key, 0)
        return value if isinstance(value, int) and 0 <= value < 2**31 else 0

    def _bound(self, count: int, limit: int, what: str) -> None:
        if count > limit:
            self._refuse("bounds", f"claims {count:,} {what}; at most {limit:,} are read")

    def _refuse(self, code: str, sentence: str) -> NoReturn:
        raise ModelFileError(f"{self._path.name} {sentence}.", code=code, path=str(self._path))
