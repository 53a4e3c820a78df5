"""A model file's header, read with bounds on every count, length, alignment and nesting (GGUF versions 2 and 3).

Loaders of this format are a steady source of memory bugs, so a foreign file is looked at here before llama.cpp sees
it: whatever lies outside the bounds is an error with a sentence, never a crash or gigabytes. Nothing is kept but what
a model card needs, and the file is read, not mapped: a file that is cut meanwhile must not end this process.
Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import stat
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NoReturn

from local_models.errors import Phrase
from local_models.model_files.header_refusals import check_beginning, clean, refusal, shown, too_many
from local_models.model_files.split_files import MAX_PARTS, PART, model_name, part_path
from local_models.model_files.tensor_types import FILE_TYPES, TENSOR_TYPES

MAGIC = b"GGUF"
SHORTEST = 24  # magic, version, and two counts
MAX_HEADER = 64 * 1024 * 1024  # the largest vocabularies known, with their merges, take some 20 MB
MAX_KEYS = 4096
MAX_TENSORS = 65_536
MAX_NAME = 1024
MAX_STRING = 4 * 1024 * 1024
MAX_ARRAY = 4_000_000
MAX_DIMENSIONS = 4
MAX_LAYERS = 4096  # and as many heads; a head has at most 65,536 numbers
FETCH = 1024 * 1024

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_U64 = struct.Struct("<Q")
_KEPT_TEXTS = {
    "general.architecture": 64,
    "general.name": 200,
    "general.type": 64,
    "general.license": 200,
    "tokenizer.chat_template": MAX_STRING,
}


@dataclass(frozen=True)
class ModelHeader:
    """What a model file says about itself. Text is foreign: shown as plain text, never a path.

    Sizes in bytes, all parts of a split model together; `context_length` in tokens. `cached_numbers` is how many
    numbers the KV cache keeps for each token, over all layers. `header_sha256` is over the bytes before the tensor
    data (of the first part).
    """

    name: str
    architecture: str
    quantization: str
    parameters: int
    context_length: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    width: int
    cached_numbers: int
    vocabulary: int
    template: str
    licence: str
    file_size: int
    header_sha256: str
    split_count: int = 1


def read_header(path: Path) -> ModelHeader:
    """Read and check the header of the model at `path`, and those of its other parts.

    Raises ModelFileError with a code: not_found, not_gguf, not_a_model, version, bounds, truncated, incomplete,
    unreadable.
    """
    part = PART.search(path.name)
    if part is None or int(part[2]) <= 1:
        return _read_one(path)
    if int(part[1]) != 1:
        first = part_path(path, 1)
        raise refusal(
            path,
            "not_a_model",
            "{file} is one part of a split model. Choose its first part, {first}.",
            first=shown(first),
        )
    if int(part[2]) > MAX_PARTS:
        raise too_many(path, int(part[2]), MAX_PARTS, Phrase("parts"))
    found = _read_one(path)
    for number in range(2, int(part[2]) + 1):
        another = part_path(path, number)
        if not another.exists():
            raise refusal(
                path,
                "incomplete",
                "{file} needs {another} beside it, which is missing. Download it too.",
                another=shown(another),
            )
        more = _read_one(another, whole_model=False)
        found = replace(
            found, parameters=found.parameters + more.parameters, file_size=found.file_size + more.file_size
        )
    return replace(found, split_count=int(part[2]))


def check_adapter(path: Path) -> None:
    """Read and check the header of a file that should be a LoRA adapter, before llama.cpp sees it. ModelFileError."""
    _read_one(path, whole_model=False)


def size_by_header(file: BinaryIO, path: Path, size: int, *, whole_model: bool = True) -> int:
    """What the model at `path` needs by its header; `file` may be a beginning that raises where it ends."""
    reader = _Reader(file, path, size)
    reader.header(whole_model=whole_model)
    return reader.needed


def _read_one(path: Path, *, whole_model: bool = True) -> ModelHeader:
    try:
        found = path.stat()  # before it is opened: opening a pipe would wait for its other end
        if not stat.S_ISREG(found.st_mode):
            if stat.S_ISDIR(found.st_mode):
                raise refusal(path, "not_gguf", "{file} is a folder, not a model file.")
            raise refusal(path, "not_gguf", "{file} is a device or pipe, not a model file.")
        with path.open("rb", buffering=0) as file:
            return _Reader(file, path, os.fstat(file.fileno()).st_size).header(whole_model=whole_model)
    except FileNotFoundError as error:
        raise refusal(path, "not_found", "There is no file {file}. Check its name.") from error
    except (OSError, ValueError, MemoryError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise refusal(
            path, "unreadable", "{file} cannot be read: {reason}.", reason=reason or Phrase("out of memory")
        ) from error


class _Reader:
    """Reads one header front to back; everything is checked against the bounds and the file's size before it is taken.

    The bytes read so far are kept, at most MAX_HEADER of them: walking them is fast, and their hash is one call.
    """

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self.needed = 0
        self._file = file
        self._path = path
        self._size = size
        self._bytes = bytearray()
        self._at = 0
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._lists: dict[str, list[int]] = {}
        self._lengths: dict[str, int] = {}

    def header(self, *, whole_model: bool) -> ModelHeader:
        self._check_magic()
        version = self._number("<I")
        if version not in (2, 3):
            if version in (2 << 24, 3 << 24):
                self._refuse("version", "{file} is for big-endian machines. Look for another file of this model.")
            self._refuse(
                "version", "{file} has GGUF version {found}, not 2 or 3. Look for another file.", found=version
            )
        tensors, keys = self._number("<Q"), self._number("<Q")
        self._bound(tensors, MAX_TENSORS, Phrase("tensors"))
        self._bound(keys, MAX_KEYS, Phrase("keys"))
        seen: set[str] = set()
        for _ in range(keys):
            name = self._string(MAX_NAME)
            if name in seen:
                self._refuse("bounds", "{file} names {name!r} twice.", name=clean(name, 60))
            seen.add(name)
            self._value(name)
        alignment = self._alignment()
        parameters, end = self._tensors(tensors, alignment)
        start = -(-self._at // alignment) * alignment
        self.needed = start + end
        if start + end > self._size:
            missing = start + end - self._size
            self._refuse(
                "truncated",
                "{file} is not whole: {missing:,} bytes are missing at its end. Download it again.",
                missing=missing,
            )
        self._fetch(start)
        if whole_model:
            self._check_kind(tensors)
        return self._build(parameters, hashlib.sha256(memoryview(self._bytes)[:start]).hexdigest())

    def _check_magic(self) -> None:
        self._fetch(min(self._size, 64))
        start = bytes(self._bytes[:64]).lstrip().lower()
        check_beginning(self._path, start)
        if self._size == 0:
            self._refuse("not_gguf", "{file} is empty. Download it again.")
        if bytes(self._bytes[:4]) == MAGIC and self._size < SHORTEST:
            self._refuse("truncated", "{file} is not whole: it ends within its first line. Download it again.")
        if self._size < SHORTEST or self._take(4) != MAGIC:
            self._refuse("not_gguf", "{file} is not a GGUF model file. Choose a file that was downloaded as .gguf.")

    def _check_kind(self, tensors: int) -> None:
        kind = self._texts.get("general.type", "model")
        if kind != "model":
            self._refuse(
                "not_a_model", "{file} holds something other than a language model ({kind}).", kind=clean(kind, 60)
            )
        if not self._texts.get("general.architecture"):
            self._refuse("not_a_model", "{file} names no architecture, so it is no language model.")
        if tensors == 0:
            self._refuse("not_a_model", "{file} holds no weights. Choose the model's main file.")

    def _build(self, parameters: int, sha256: str) -> ModelHeader:
        architecture = clean(self._texts.get("general.architecture", ""), 64)
        layers = self._checked(f"{architecture}.block_count", MAX_LAYERS)
        heads = self._checked(f"{architecture}.attention.head_count", MAX_LAYERS)
        width = self._checked(f"{architecture}.embedding_length", 1 << 20)
        key = self._checked(f"{architecture}.attention.key_length", 65_536) or (width // heads if heads else 0)
        value = self._checked(f"{architecture}.attention.value_length", 65_536) or key
        by_layer = self._lists.get(f"{architecture}.attention.head_count_kv")
        kv_heads = self._checked(f"{architecture}.attention.head_count_kv", MAX_LAYERS) or heads
        kind = self._numbers.get("general.file_type")
        return ModelHeader(
            name=clean(self._texts.get("general.name", ""), 200) or model_name(self._path),
            architecture=architecture,
            quantization="" if kind is None else FILE_TYPES.get(kind & 1023, f"type {kind}"),
            parameters=parameters,
            context_length=self._checked(f"{architecture}.context_length", 1 << 31),
            layers=layers,
            heads=heads,
            kv_heads=max(by_layer) if by_layer else kv_heads,
            head_size=key,
            width=width,
            cached_numbers=(sum(by_layer) if by_layer else layers * kv_heads) * (key + value),
            vocabulary=self._lengths.get("tokenizer.ggml.tokens", 0),
            template=self._texts.get("tokenizer.chat_template", ""),
            licence=clean(self._texts.get("general.license", ""), 200),
            file_size=self._size,
            header_sha256=sha256,
        )

    def _value(self, name: str) -> None:
        kind = self._number("<I")
        if kind == _ARRAY:
            self._array(name)
        elif kind == _STRING:
            length = self._length(MAX_STRING)
            if name in _KEPT_TEXTS:
                self._texts[name] = self._take(length).decode("utf-8", "replace")[: _KEPT_TEXTS[name]]
            else:
                self._skip(length)
        elif kind in _SCALARS:
            number = self._number(_SCALARS[kind])
            if isinstance(number, int):
                self._numbers[name] = int(number)
        else:
            self._refuse(
                "bounds", "{file} has a value of unknown type {kind} ({name!r}).", kind=kind, name=clean(name, 60)
            )

    def _array(self, name: str) -> None:
        kind, count = self._number("<I"), self._number("<Q")
        self._bound(count, MAX_ARRAY, Phrase("entries in one list"))
        self._lengths[name] = count
        if kind in _SCALARS:
            size = struct.calcsize(_SCALARS[kind]) * count
            if name.endswith(".attention.head_count_kv") and kind in (4, 5) and 0 < count <= MAX_LAYERS:
                heads = list(struct.unpack(f"<{count}i", self._take(size)))
                if not all(0 <= each <= MAX_LAYERS for each in heads):
                    self._refuse("bounds", "{file} claims an impossible number of attention heads.")
                self._lists[name] = heads
            else:
                self._skip(size)
        elif kind == _STRING:
            self._skip_strings(count)
        else:
            self._refuse("bounds", "{file} has a list inside a list, which no model needs.")

    def _tensors(self, count: int, alignment: int) -> tuple[int, int]:
        """Parameters in all, and where the last tensor's data ends, counted from the start of the data."""
        parameters = 0
        names: set[str] = set()
        taken: list[tuple[int, int]] = []
        for _ in range(count):
            name = self._string(MAX_NAME)
            told = clean(name, 60)
            if name in names:
                self._refuse("bounds", "{file} has two tensors named {name!r}.", name=told)
            names.add(name)
            dimensions = self._number("<I")
            if not 1 <= dimensions <= MAX_DIMENSIONS:
                self._refuse(
                    "bounds",
                    "{file} has a tensor of {count} dimensions ({name!r}).",
                    count=dimensions,
                    name=told,
                )
            sizes = [self._number("<Q") for _ in range(dimensions)]
            kind, offset = self._number("<I"), self._number("<Q")
            if kind not in TENSOR_TYPES:
                self._refuse(
                    "version",
                    "{file} stores {name!r} in a way this program does not know (type {kind}). It may be newer than"
                    " this program.",
                    name=told,
                    kind=kind,
                )
            _, per_block, block_bytes = TENSOR_TYPES[kind]
            elements = math.prod(sizes)
            if elements > 2**48 or offset > 2**60 or offset % alignment or sizes[0] % per_block:
                self._refuse("bounds", "{file} has a tensor outside all bounds ({name!r}).", name=told)
            taken.append((offset, offset + elements // per_block * block_bytes))
            parameters += elements
        taken.sort()
        if any(after[0] < before[1] for before, after in itertools.pairwise(taken)):
            self._refuse("bounds", "{file} has tensors that overlap.")
        return parameters, max((end for _, end in taken), default=0)

    def _alignment(self) -> int:
        found = self._numbers.get("general.alignment", 32)
        if found < 8 or found > 65_536 or found & (found - 1):
            self._refuse(
                "bounds",
                "{file} asks for an alignment of {found}, which is no power of two between 8 and 65536.",
                found=found,
            )
        return found

    def _checked(self, key: str, limit: int) -> int:
        """A number of the metadata; 0 where it is not given. What no model has is refused."""
        value = self._numbers.get(key, 0)
        if not 0 <= value <= limit:
            self._refuse("bounds", "{file} claims {key} = {value:,}.", key=clean(key, 80), value=value)
        return value

    def _string(self, limit: int) -> str:
        return self._take(self._length(limit)).decode("utf-8", "replace")

    def _length(self, limit: int) -> int:
        length = self._number("<Q")
        self._bound(length, limit, Phrase("bytes in one text"))
        return length

    def _skip_strings(self, count: int) -> None:
        """A vocabulary's walk, a hundred thousand entries or more: only lengths are looked at."""
        at, data = self._at, self._bytes
        for _ in range(count):
            if at + 8 > len(data):
                self._fetch(at + 8)
            length: int = _U64.unpack_from(data, at)[0]
            if length > MAX_STRING:
                self._bound(length, MAX_STRING, Phrase("bytes in one text"))
            at += 8 + length
        self._fetch(at)
        self._at = at

    def _number(self, form: str) -> int:
        size = struct.calcsize(form)
        self._fetch(self._at + size)
        value: int = struct.unpack_from(form, self._bytes, self._at)[0]
        self._at += size
        return value

    def _take(self, count: int) -> bytes:
        self._skip(count)
        return bytes(self._bytes[self._at - count : self._at])

    def _skip(self, count: int) -> None:
        self._fetch(self._at + count)
        self._at += count

    def _fetch(self, end: int) -> None:
        """Have the bytes before `end` at hand."""
        if end <= len(self._bytes):
            return
        if end > self._size:
            self._refuse("truncated", "{file} is not whole: it ends inside its header. Download it again.")
        if end > MAX_HEADER:
            self._refuse("bounds", "{file} has a header of more than {most:,} bytes.", most=MAX_HEADER)
        while len(self._bytes) < end:
            more = self._file.read(min(FETCH, MAX_HEADER - len(self._bytes)))
            if not more:
                self._refuse("truncated", "{file} is not whole: it ends inside its header. Download it again.")
            self._bytes += more

    def _bound(self, count: int, limit: int, what: Phrase) -> None:
        if count > limit:
            raise too_many(self._path, count, limit, what)

    def _refuse(self, code: str, template: str, **values: object) -> NoReturn:
        raise refusal(self._path, code, template, **values)
