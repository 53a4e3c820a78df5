"""The model files that are measured: the starter, two formats of it, and one bound by memory, as real ones are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import gguf
import numpy as np

from local_models.model_files.catalog import starter_model


def files(folder: Path, programs: Path) -> dict[str, Path]:
    """Name and path of each, made in `folder` where missing."""
    folder.mkdir(parents=True, exist_ok=True)
    starter = starter_model()
    assert starter is not None, "the starter model is not installed"
    found = {"SmolLM2 135M Q4_1": starter}
    for kind in ("Q4_0", "Q8_0"):
        path = folder / f"smollm2-{kind.lower()}.gguf"
        if not path.exists():
            _requantize(programs, starter, path, kind)
        found[f"SmolLM2 135M {kind}"] = path
    large = folder / "random-1.1b-q8_0.gguf"
    if not large.exists():
        _random_llama(large, starter)
    found["random 1.1B Q8_0"] = large
    return found


def _requantize(programs: Path, source: Path, target: Path, kind: str) -> None:
    temporary = target.with_suffix(".new")
    command: list[str | Path] = [programs / "llama-quantize", "--allow-requantize", source, temporary, kind]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    temporary.replace(target)


def _random_llama(target: Path, vocabulary_of: Path) -> None:
    """A llama of TinyLlama's shape with random weights in Q8_0; vocabulary and template of the starter model."""
    width, layers, heads, kv_heads, inner, context = 2048, 22, 32, 4, 5632, 2048
    reader = gguf.GGUFReader(vocabulary_of)
    temporary = target.with_suffix(".new")
    writer = gguf.GGUFWriter(temporary, "llama")
    for name, field in reader.fields.items():
        if name.startswith("tokenizer."):
            value_type = field.types[0]
            sub = field.types[-1] if value_type == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), value_type, sub_type=sub)
    writer.add_name("Random 1.1B")
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(width // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = len(reader.fields["tokenizer.ggml.tokens"].contents())
    draw = np.random.default_rng(1)

    def add(name: str, rows: int, columns: int) -> None:
        numbers = draw.standard_normal((rows, columns), dtype=np.float32) * (0.5 / np.sqrt(columns))
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(numbers, kind), raw_dtype=kind)

    def add_ones(name: str) -> None:
        writer.add_tensor(name, np.ones(width, dtype=np.float32))

    add("token_embd.weight", tokens, width)
    add_ones("output_norm.weight")
    add("output.weight", tokens, width)
    for layer in range(layers):
        block = f"blk.{layer}."
        add_ones(block + "attn_norm.weight")
        add_ones(block + "ffn_norm.weight")
        add(block + "attn_q.weight", width, width)
        add(block + "attn_k.weight", width // heads * kv_heads, width)
        add(block + "attn_v.weight", width // heads * kv_heads, width)
        add(block + "attn_output.weight", width, width)
        add(block + "ffn_gate.weight", inner, width)
        add(block + "ffn_up.weight", inner, width)
        add(block + "ffn_down.weight", width, inner)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    temporary.replace(target)
