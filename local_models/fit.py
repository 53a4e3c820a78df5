"""Whether a model with a context fits in memory, estimated before anything is loaded.

Measured with llama-cpp-python 0.3.36 on CPU (resident after a full ubatch, SmolLM2 Q4_1): 41 MB process, the weights,
about 34 MB for vocabulary, graph and touched compute buffers, and the KV cache; within 2 % from 512 to 8192 tokens.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from local_models.errors import FitError
from local_models.gguf import ModelHeader

PROCESS_BYTES = 41_000_000
# Vocabulary, graph and touched compute: a fixed part and one that grows with the vocabulary.
OVERHEAD_BYTES = 20_000_000
BYTES_A_TOKEN_OF_VOCABULARY = 300
KV_BYTES = 2  # f16, once for keys and once for values
KEEP_FREE = 300_000_000  # for the window and whatever else runs


@dataclass(frozen=True)
class Estimate:
    """Bytes: the weights, the cache for the context, everything else, and all of it."""

    weights: int
    cache: int
    other: int

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.other


def cache_bytes(header: ModelHeader, context: int) -> int:
    """Bytes of the KV cache for `context` tokens, shared by all candidates."""
    return context * header.layers * header.kv_heads * header.head_size * 2 * KV_BYTES


def estimate(header: ModelHeader, context: int) -> Estimate:
    """What the model with a context of `context` tokens will take."""
    other = PROCESS_BYTES + OVERHEAD_BYTES + header.vocabulary * BYTES_A_TOKEN_OF_VOCABULARY
    return Estimate(header.file_size, cache_bytes(header, context), other)


def check(header: ModelHeader, context: int, available: int) -> Estimate:
    """The estimate, if it fits in `available` bytes; else FitError naming the context that would."""
    found = estimate(header, context)
    if found.total + KEEP_FREE <= available:
        return found
    room = available - KEEP_FREE - found.weights - found.other
    each = cache_bytes(header, 1)
    fits = max(0, room // each) if each else 0
    need, have = found.total / 1e9, max(0, available - KEEP_FREE) / 1e9
    way = f"A context of {fits:,} tokens would fit." if fits >= 256 else "Choose a smaller model or close programs."
    raise FitError(
        f"This needs about {need:.1f} GB of memory and {have:.1f} GB are free. {way}",
        code="does_not_fit",
        needed=found.total,
        available=available,
        fits=fits,
    )


def available_memory() -> int:
    """Bytes that can be taken without pushing other programs out; a large number where it cannot be known."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 (a kernel file, read in one go)
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 2**62  # not run here: Windows; the worker's own failure to allocate is told instead
