"""The header of a model as people work with: seven billion parameters, in four bits."""

from __future__ import annotations

from local_models.model_files.gguf import ModelHeader

SEVEN = ModelHeader(
    name="Seven",
    architecture="llama",
    quantization="Q4_K_M",
    parameters=7_000_000_000,
    context_length=32768,
    layers=32,
    heads=32,
    kv_heads=8,
    head_size=128,
    width=4096,
    cached_numbers=32 * 8 * 128 * 2,
    vocabulary=128_256,
    template="",
    licence="",
    file_size=4_700_000_000,
    header_sha256="0" * 64,
)
