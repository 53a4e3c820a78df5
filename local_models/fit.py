"""Whether a model with a context fits in memory, estimated before anything is loaded.

Measured with llama-cpp-python 0.3.36 on CPU (resident after a full ubatch, SmolLM2 Q4_1): 41 MB process, the weights,
34 MB for vocabulary, graph and touched compute buffers, and the KV cache; within 2 % from 512 to 8192 tokens.
llama.cpp's own sum is far too high: it reserves a compute buffer of ubatch x vocabulary x 4 bytes and hardly touches
it. So memory is estimated by what is touched, the limit on address space by what is reserved.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from local_models.errors import FitError
from local_models.gguf import ModelHeader
from local_models.requests import MAX_CANDIDATES

UBATCH = 128  # tokens evaluated at once, as the engine's contexts are made
SEQUENCES = MAX_CANDIDATES + 1  # the prompt's too
PROCESS_BYTES = 41_000_000
GRAPH_BYTES = 12_000_000
BYTES_A_TOKEN_OF_VOCABULARY = 300  # text, type, score and their indexes
ACTIVATIONS = 17  # widths held at once while a layer is computed: about 3 x the inner width, 6 x the outer
KV_BYTES = 2  # f16
KEEP_FREE = 300_000_000  # for the window and whatever else runs
RESERVED_ARENAS = 512 * 1024 * 1024  # address space of allocators, hardly touched
RESERVED_A_THREAD = 136 * 1024 * 1024  # its stack and its allocator's arena
SMALLEST_USEFUL = 256  # tokens; a context below it is not worth proposing


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
    return context * header.cached_numbers * KV_BYTES


def context_for(prompt: int, longest_answers: list[int]) -> int:
    """Tokens that a prompt and its answers take together at most: the prompt's cells are shared."""
    return prompt + sum(longest_answers) + 1


def estimate(header: ModelHeader, context: int) -> Estimate:
    """What the model with a context of `context` tokens, for all candidates together, will take."""
    vocabulary = header.vocabulary * BYTES_A_TOKEN_OF_VOCABULARY
    compute = UBATCH * header.width * ACTIVATIONS * 4 + SEQUENCES * header.vocabulary * 4
    return Estimate(header.file_size, cache_bytes(header, context), PROCESS_BYTES + GRAPH_BYTES + vocabulary + compute)


def check(header: ModelHeader, context: int, available: int) -> Estimate:
    """The estimate, if it fits in `available` bytes; else FitError naming the context that would."""
    found = estimate(header, context)
    if found.total + KEEP_FREE <= available:
        return found
    room = available - KEEP_FREE - found.weights - found.other
    each = cache_bytes(header, 1)
    fits = min(max(0, room // each) if each else 0, context)
    if fits >= SMALLEST_USEFUL:
        way = f"{fits:,} tokens would fit: ask for fewer or shorter answers, or close other programs."
    else:
        way = "Choose a smaller model, or close other programs."
    raise FitError(
        f"With a context of {context:,} tokens this model needs about {_size(found.total)} of memory; "
        f"{_size(max(0, available - KEEP_FREE))} can be used now. {way}",
        code="does_not_fit",
        needed=found.total,
        available=available,
        context=context,
        fits=fits,
    )


def address_space(header: ModelHeader, context: int, threads: int) -> int:
    """Bytes of address space that loading and a context of `context` tokens may add to a process, generously.

    Weights count twice: mapped, and repacked for this processor where llama.cpp does that.
    """
    reserved = UBATCH * max(header.vocabulary, 32_000) * 4
    added = 2 * header.file_size + cache_bytes(header, context) + reserved
    return added + added // 4 + RESERVED_ARENAS + threads * RESERVED_A_THREAD


def available_memory() -> int:
    """Bytes that can be taken without pushing other programs out; a large number where it cannot be known."""
    free = 2**62  # where nothing is known the worker's own failure to allocate is told instead
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    except OSError:
        try:
            free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4
        except (AttributeError, OSError, ValueError):
            return free
    return min(free, _left_in_container())


def _left_in_container() -> int:
    """What a Linux control group leaves of its limit; a large number where there is none."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text("ascii").strip()
        if limit == "max":
            return 2**62
        used = int((folder / "memory.current").read_text("ascii"))
        kept = dict(line.split() for line in (folder / "memory.stat").read_text("ascii").splitlines())
        return max(0, int(limit) - used + int(kept.get("inactive_file", 0)))
    except (OSError, ValueError):
        return 2**62


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
