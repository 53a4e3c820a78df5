"""Makes GGUF files: headers with anything wrong in them, and a tiny model that llama.cpp loads.

The tiny model has random weights over an alphabet of bytes: its answers are noise, its mechanics are real.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field
from pathlib import Path

U32, F32, BOOL, STRING, ARRAY, U64, I32 = 4, 6, 7, 8, 9, 10, 5


@dataclass
class Tensor:
    name: str
    shape: tuple[int, ...]
    data: bytes
    kind: int = 0
    offset: int | None = None


@dataclass
class GgufFile:
    """A file to be written; every field can be made wrong. `keys`: (name, type, packed value)."""

    keys: list[tuple[str, int, bytes]] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    magic: bytes = b"GGUF"
    version: int = 3
    alignment: int = 32
    key_count: int | None = None
    tensor_count: int | None = None

    def add(self, name: str, value: object) -> GgufFile:
        self.keys.append((name, *_packed(value)))
        return self

    def header(self) -> bytes:
        parts = [
            self.magic,
            struct.pack("<I", self.version),
            struct.pack("<Q", len(self.tensors) if self.tensor_count is None else self.tensor_count),
            struct.pack("<Q", len(self.keys) if self.key_count is None else self.key_count),
        ]
        for name, kind, packed in self.keys:
            parts += [text(name), struct.pack("<I", kind), packed]
        at = 0
        for tensor in self.tensors:
            offset = at if tensor.offset is None else tensor.offset
            parts += [text(tensor.name), struct.pack("<I", len(tensor.shape))]
            parts += [struct.pack("<Q", size) for size in tensor.shape]
            parts.append(struct.pack("<IQ", tensor.kind, offset))
            at = offset + padded(len(tensor.data), self.alignment)
        return b"".join(parts)

    def write(self, path: Path) -> Path:
        header = self.header()
        data = b"".join(tensor.data.ljust(padded(len(tensor.data), self.alignment), b"\0") for tensor in self.tensors)
        path.write_bytes(header.ljust(padded(len(header), self.alignment), b"\0") + data)
        return path


def text(value: str) -> bytes:
    data = value.encode("utf-8", "surrogateescape")
    return struct.pack("<Q", len(data)) + data


def padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def _packed(value: object) -> tuple[int, bytes]:
    match value:
        case bool():
            return BOOL, struct.pack("<?", value)
        case int():
            return U32, struct.pack("<I", value)
        case float():
            return F32, struct.pack("<f", value)
        case str():
            return STRING, text(value)
        case list():
            packed = [_packed(each) for each in value]
            kind = packed[0][0] if packed else STRING
            return ARRAY, struct.pack("<IQ", kind, len(packed)) + b"".join(each for _, each in packed)
    raise TypeError(type(value))


def plausible(context: int = 128, layers: int = 1) -> GgufFile:
    """A header without a fault, and one small tensor."""
    made = GgufFile()
    made.add("general.architecture", "llama").add("general.name", "Tiny").add("general.file_type", 0)
    made.add("general.license", "apache-2.0").add("llama.context_length", context).add("llama.block_count", layers)
    made.add("llama.embedding_length", 64).add("llama.attention.head_count", 4)
    made.add("llama.attention.head_count_kv", 2).add("tokenizer.ggml.tokens", ["a", "b", "c"])
    made.tensors.append(Tensor("token_embd.weight", (64, 3), bytes(64 * 3 * 4)))
    return made


def tiny_model(path: Path, *, template: str | None = None, context: int = 512, seed: int = 1) -> Path:
    """A llama model of two layers over 256 bytes and an end mark, with random weights (about 300 kB)."""
    width, heads, inner, layers = 64, 4, 128, 2
    alphabet = _byte_alphabet()
    made = GgufFile()
    made.add("general.architecture", "llama").add("general.name", "Tiny noise").add("general.file_type", 0)
    made.add("llama.context_length", context).add("llama.embedding_length", width).add("llama.block_count", layers)
    made.add("llama.feed_forward_length", inner).add("llama.attention.head_count", heads)
    made.add("llama.attention.head_count_kv", heads).add("llama.rope.dimension_count", width // heads)
    made.add("llama.attention.layer_norm_rms_epsilon", 1e-5)
    made.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "default")
    made.add("tokenizer.ggml.tokens", [*alphabet, "<|end|>"]).add("tokenizer.ggml.token_type", [1] * 256 + [3])
    made.keys[-1] = ("tokenizer.ggml.token_type", ARRAY, struct.pack("<IQ257i", I32, 257, *([1] * 256 + [3])))
    made.add("tokenizer.ggml.merges", [f"{alphabet[0]} {alphabet[0]}"])
    made.add("tokenizer.ggml.eos_token_id", 256).add("tokenizer.ggml.bos_token_id", 256)
    made.add("tokenizer.ggml.add_bos_token", False)
    if template is not None:
        made.add("tokenizer.chat_template", template)
    draw = random.Random(seed)

    def weights(name: str, *shape: int, scale: float = 0.5) -> None:
        count = 1
        for size in shape:
            count *= size
        numbers = [draw.gauss(0, scale) for _ in range(count)] if len(shape) > 1 else [1.0] * count
        made.tensors.append(Tensor(name, shape, struct.pack(f"<{count}f", *numbers)))

    weights("token_embd.weight", width, 257)
    weights("output_norm.weight", width)
    weights("output.weight", width, 257)
    for layer in range(layers):
        weights(f"blk.{layer}.attn_norm.weight", width)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights(f"blk.{layer}.{part}.weight", width, width)
        weights(f"blk.{layer}.ffn_norm.weight", width)
        weights(f"blk.{layer}.ffn_gate.weight", width, inner)
        weights(f"blk.{layer}.ffn_up.weight", width, inner)
        weights(f"blk.{layer}.ffn_down.weight", inner, width)
    return made.write(path)


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in the order of the bytes."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(hidden)) for byte in range(256)]
