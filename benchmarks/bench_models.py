"""The model files that are measured: the starter, two formats of it, and one bound by memory, as real ones are."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from local_models.model_files.catalog import starter_model


@dataclass(frozen=True)
class Shape:
    """What a llama looks like, in numbers."""

    width: int
    layers: int
    heads: int
    kv_heads: int
    inner: int
    context: int


TINY_LLAMA = Shape(width=2048, layers=22, heads=32, kv_heads=4, inner=5632, context=2048)
LLAMA_3_8B = Shape(width=4096, layers=32, heads=32, kv_heads=8, inner=14336, context=8192)


def files(folder: Path, programs: Path, *, large: bool = False) -> dict[str, Path]:
    """Name and path of each, made in `folder` where missing; with `large`, one that only a GPU answers soon."""
    folder.mkdir(parents=True, exist_ok=True)
    starter = starter_model()
    assert starter is not None, "the starter model is not installed"
    found = {"SmolLM2 135M Q4_1": starter}
    for kind in ("Q4_0", "Q8_0"):
        path = folder / f"smollm2-{kind.lower()}.gguf"
        if not path.exists():
            _requantize(programs, starter, path, kind)
        found[f"SmolLM2 135M {kind}"] = path
    found["random 1.1B Q8_0"] = random_llama(folder / "random-1.1b-q8_0.gguf", starter, TINY_LLAMA)
    if large:
        found["random 7B Q8_0"] = random_llama(folder / "random-7b-q8_0.gguf", starter, LLAMA_3_8B)
    return found


def _requantize(programs: Path, source: Path, target: Path, kind: str) -> None:
    temporary = target.with_suffix(".new")
    command: list[str | Path] = [programs / "llama-quantize", "--allow-requantize", source, temporary, kind]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    temporary.replace(target)


def random_llama(target: Path, vocabulary_of: Path, shape: Shape) -> Path:
    """A llama with random weights in Q8_0, the same in each layer, made where it is missing; returns `target`.

    Vocabulary and template are those of `vocabulary_of`.
    """
    if target.exists():
        return target
    width, heads, kv_heads = shape.width, shape.heads, shape.kv_heads
    reader = gguf.GGUFReader(vocabulary_of)
    temporary = target.with_suffix(".new")
    writer = gguf.GGUFWriter(temporary, "llama")
    for name, field in reader.fields.items():
        if name.startswith("tokenizer."):
            value_type = field.types[0]
            sub = field.types[-1] if value_type == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), value_type, sub_type=sub)
    writer.add_name("Random llama")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(width // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = len(reader.fields["tokenizer.ggml.tokens"].contents())
    draw = np.random.default_rng(1)

    def add(name: str, rows: int, columns: int, layers: int = 0) -> None:
        numbers = draw.standard_normal((rows, columns), dtype=np.float32) * (0.5 / np.sqrt(columns))
        kind = gguf.GGMLQuantizationType.Q8_0
        quantized = gguf.quants.quantize(numbers, kind)
        for each in [f"blk.{layer}.{name}" for layer in range(layers)] or [name]:
            writer.add_tensor(each, quantized, raw_dtype=kind)

    def add_ones(name: str) -> None:
        writer.add_tensor(name, np.ones(width, dtype=np.float32))

    add("token_embd.weight", tokens, width)
    add_ones("output_norm.weight")
    add("output.weight", tokens, width)
    for layer in range(shape.layers):
        add_ones(f"blk.{layer}.attn_norm.weight")
        add_ones(f"blk.{layer}.ffn_norm.weight")
    add("attn_q.weight", width, width, shape.layers)
    add("attn_k.weight", width // heads * kv_heads, width, shape.layers)
    add("attn_v.weight", width // heads * kv_heads, width, shape.layers)
    add("attn_output.weight", width, width, shape.layers)
    add("ffn_gate.weight", shape.inner, width, shape.layers)
    add("ffn_up.weight", shape.inner, width, shape.layers)
    add("ffn_down.weight", width, shape.inner, shape.layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    temporary.replace(target)
    return target
