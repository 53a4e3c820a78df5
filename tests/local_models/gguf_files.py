"""Makes GGUF files: headers with anything wrong in them, and a tiny model that llama.cpp loads.

The tiny model has random weights over an alphabet of bytes: its answers are noise, its mechanics are real.
"""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass, field
from pathlib import Path

WIDTH = 64  # of the tiny models
PIECES = 264  # words of the one that speaks SentencePiece
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


def tiny_model(
    path: Path, *, template: str | None = None, context: int = 512, seed: int = 1, pieces: bool = False
) -> Path:
    """A llama model of two layers over 256 bytes and an end mark, with random weights (about 300 kB).

    With `pieces` its words are SentencePiece's, as Llama 2 and Mistral have them.
    """
    heads, inner, layers = 4, 128, 2
    made = _with_pieces(context, template) if pieces else _with_alphabet("llama", context, template)
    words = PIECES if pieces else 257
    made.add("llama.embedding_length", WIDTH).add("llama.block_count", layers)
    made.add("llama.feed_forward_length", inner).add("llama.attention.head_count", heads)
    made.add("llama.attention.head_count_kv", heads).add("llama.rope.dimension_count", WIDTH // heads)
    made.add("llama.attention.layer_norm_rms_epsilon", 1e-5)
    weights = _Weights(made, seed)
    weights.add("token_embd.weight", WIDTH, words)
    weights.add("output_norm.weight", WIDTH)
    weights.add("output.weight", WIDTH, words)
    for layer in range(layers):
        weights.add(f"blk.{layer}.attn_norm.weight", WIDTH)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights.add(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        weights.add(f"blk.{layer}.ffn_norm.weight", WIDTH)
        weights.add(f"blk.{layer}.ffn_gate.weight", WIDTH, inner)
        weights.add(f"blk.{layer}.ffn_up.weight", WIDTH, inner)
        weights.add(f"blk.{layer}.ffn_down.weight", inner, WIDTH)
    return made.write(path)


def tiny_recurrent(path: Path, *, seed: int = 1) -> Path:
    """A Mamba model of two layers over the same alphabet: its memory is a state that cannot be cut back."""
    inner, state, rank, kernel = 128, 16, 4, 4
    made = _with_alphabet("mamba", 4096, None)
    made.add("mamba.embedding_length", WIDTH).add("mamba.block_count", 2).add("mamba.ssm.conv_kernel", kernel)
    made.add("mamba.ssm.inner_size", inner).add("mamba.ssm.state_size", state).add("mamba.ssm.time_step_rank", rank)
    made.add("mamba.attention.layer_norm_rms_epsilon", 1e-5)
    weights = _Weights(made, seed)
    weights.add("token_embd.weight", WIDTH, 257)
    weights.add("output_norm.weight", WIDTH)
    weights.add("output.weight", WIDTH, 257)
    for layer in range(2):
        weights.add(f"blk.{layer}.attn_norm.weight", WIDTH)
        weights.add(f"blk.{layer}.ssm_in.weight", WIDTH, 2 * inner)
        weights.add(f"blk.{layer}.ssm_conv1d.weight", kernel, inner)
        weights.add(f"blk.{layer}.ssm_conv1d.bias", inner)
        weights.add(f"blk.{layer}.ssm_x.weight", inner, rank + 2 * state)
        weights.add(f"blk.{layer}.ssm_dt.weight", rank, inner)
        weights.add(f"blk.{layer}.ssm_dt.bias", inner)
        weights.add(f"blk.{layer}.ssm_a", state, inner, constant=-1.0)
        weights.add(f"blk.{layer}.ssm_d", inner)
        weights.add(f"blk.{layer}.ssm_out.weight", inner, WIDTH)
    return made.write(path)


def tiny_adapter(path: Path, *, width: int = WIDTH, seed: int = 1) -> Path:
    """A LoRA adapter of rank 4 for the first layer of a tiny model of this width."""
    made = GgufFile()
    made.add("general.architecture", "llama").add("general.type", "adapter").add("adapter.type", "lora")
    made.add("adapter.lora.alpha", 8.0)
    weights = _Weights(made, seed)
    for part in ("attn_q", "attn_v"):
        weights.add(f"blk.0.{part}.weight.lora_a", width, 4)
        weights.add(f"blk.0.{part}.weight.lora_b", 4, width)
    return made.write(path)


class _Weights:
    """Adds tensors of random numbers to a file; vectors are ones, unless a `constant` is given."""

    def __init__(self, made: GgufFile, seed: int) -> None:
        self._made = made
        self._draw = random.Random(seed)

    def add(self, name: str, *shape: int, constant: float | None = None) -> None:
        count = math.prod(shape)
        if constant is None and len(shape) > 1:
            numbers = [self._draw.gauss(0, 0.5) for _ in range(count)]
        else:
            numbers = [1.0 if constant is None else constant] * count
        self._made.tensors.append(Tensor(name, shape, struct.pack(f"<{count}f", *numbers)))


def _with_alphabet(architecture: str, context: int, template: str | None) -> GgufFile:
    """A model's header up to its vocabulary: 256 bytes and an end mark."""
    alphabet = _byte_alphabet()
    made = GgufFile()
    made.add("general.architecture", architecture).add("general.name", "Tiny noise").add("general.file_type", 0)
    made.add(f"{architecture}.context_length", context)
    made.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.pre", "default")
    made.add("tokenizer.ggml.tokens", [*alphabet, "<|end|>"]).add("tokenizer.ggml.token_type", [1] * 256 + [3])
    made.keys[-1] = ("tokenizer.ggml.token_type", ARRAY, struct.pack("<IQ257i", I32, 257, *([1] * 256 + [3])))
    made.add("tokenizer.ggml.merges", [f"{alphabet[0]} {alphabet[0]}"])
    made.add("tokenizer.ggml.eos_token_id", 256).add("tokenizer.ggml.bos_token_id", 256)
    made.add("tokenizer.ggml.add_bos_token", False)
    if template is not None:
        made.add("tokenizer.chat_template", template)
    return made


def _with_pieces(context: int, template: str | None) -> GgufFile:
    """The same over SentencePiece's words: a space before the first one, and texts begin with <s>."""
    said = ["▁", "a", "b", "▁a", "ab"]
    made = GgufFile()
    made.add("general.architecture", "llama").add("general.name", "Tiny pieces").add("general.file_type", 0)
    made.add("llama.context_length", context).add("tokenizer.ggml.model", "llama")
    made.add("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *said])
    made.add("tokenizer.ggml.scores", [float(-rank) for rank in range(PIECES)])
    kinds = [2, 3, 3, *[6] * 256, *[1] * len(said)]
    made.keys.append(("tokenizer.ggml.token_type", ARRAY, struct.pack(f"<IQ{PIECES}i", I32, PIECES, *kinds)))
    made.add("tokenizer.ggml.bos_token_id", 1).add("tokenizer.ggml.eos_token_id", 2)
    made.add("tokenizer.ggml.add_bos_token", True)
    if template is not None:
        made.add("tokenizer.chat_template", template)
    return made


def _byte_alphabet() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in the order of the bytes."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(hidden)) for byte in range(256)]
