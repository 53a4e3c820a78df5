"""Whether a model with a context fits in memory, estimated before anything is loaded.

Measured with llama-cpp-python 0.3.36 on CPU (peak of a worker whose context is full, SmolLM2 Q4_1): 41 MB process, the
weights, 35 MB for vocabulary, graph and touched compute buffers, the KV cache, and the attention's scores; within 2 %
from 512 to 8192 tokens, and for a model of 1.1 billion parameters.
llama.cpp's own sum is far too high: it reserves a compute buffer of ubatch x vocabulary x 4 bytes and hardly touches
it. So memory is estimated by what is touched, the limit on address space by what is reserved.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from local_models.errors import FitError
from local_models.model_files.gguf import ModelHeader
from local_models.requests import MAX_CANDIDATES

UBATCH = 128  # tokens evaluated at once, as the engine's contexts are made
SEQUENCES = MAX_CANDIDATES + 1  # the prompt's too
PROCESS_BYTES = 41_000_000
GRAPH_BYTES = 12_000_000
OUTPUT_IS_FINER = 1.5  # Q6_K beside Q4_K
BYTES_A_TOKEN_OF_VOCABULARY = 300  # text, type, score and their indexes
ACTIVATIONS = 17  # widths held at once while a layer is computed: about 3 x the inner width, 6 x the outer
KV_BYTES = 2  # f16
BESIDE_HEADS = 5  # what attention holds of the size of one head's scores, beside those of all heads
KEEP_FREE = 300_000_000  # for the window and whatever else runs
RESERVED_ARENAS = 512 * 1024 * 1024  # address space of allocators, hardly touched
RESERVED_A_THREAD = 136 * 1024 * 1024  # its stack and its allocator's arena
CONTEXT_STEP = 512  # contexts are made in steps of so many tokens, so that few have to be made


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


def attention_bytes(header: ModelHeader, context: int) -> int:
    """Bytes of the scores that one layer's heads give to `context` tokens, float32, for each token of a piece."""
    return context * UBATCH * 4 * (header.heads + BESIDE_HEADS)


def layer_bytes(header: ModelHeader) -> int:
    """About the bytes of one layer's weights; what is the vocabulary's is counted once, so rather too many."""
    ends = header.vocabulary * header.width * _bytes_a_parameter(header)
    return math.ceil(max(0, header.file_size - ends) / max(1, header.layers))


def output_bytes(header: ModelHeader) -> int:
    """About the bytes of the output layer, which is often kept in a finer format than the others."""
    return math.ceil(header.vocabulary * header.width * _bytes_a_parameter(header) * OUTPUT_IS_FINER)


def _bytes_a_parameter(header: ModelHeader) -> float:
    return header.file_size / header.parameters if header.parameters else 2.0


def context_for(prompt: int, longest_answers: list[int]) -> int:
    """Tokens that a prompt and its answers take together at most: the prompt's cells are shared."""
    return prompt + sum(longest_answers) + 1


def estimate(header: ModelHeader, context: int, *, carried: int = 0, off_host: int = 0) -> Estimate:
    """What the model with a context of `context` tokens, for all candidates together, will take at most.

    `carried`: tokens of an earlier context, whose copy lies beside the new one while it is put in. `off_host`: layers
    that lie in a GPU's own memory, counted as llama.cpp does: the first is the output layer, which stays here as well.
    """
    away = min(max(0, off_host - 1), header.layers)
    weights = max(0, header.file_size - away * layer_bytes(header))
    cache = -(-cache_bytes(header, context) * (header.layers - away) // max(1, header.layers))
    vocabulary = header.vocabulary * BYTES_A_TOKEN_OF_VOCABULARY
    compute = UBATCH * header.width * ACTIVATIONS * 4 + SEQUENCES * header.vocabulary * 4
    state = cache_bytes(header, carried)
    attention = 0 if off_host else attention_bytes(header, context)
    compute += max(attention, state)  # the copy is gone before anything is computed
    return Estimate(weights, cache, PROCESS_BYTES + GRAPH_BYTES + vocabulary + compute)


def check(header: ModelHeader, context: int, available: int, *, off_host: int = 0) -> Estimate:
    """The estimate, if it fits in `available` bytes; else FitError naming the context that would (0: none)."""
    found = estimate(header, context, off_host=off_host)
    if found.total + KEEP_FREE <= available:
        return found
    fits = _context_that_fits(header, available - KEEP_FREE, off_host)
    if fits:
        raise _does_not_fit(
            "With a context of {context:,} tokens this model needs about {needed_gb:.1f} GB of memory;"
            " {usable_gb:.1f} GB can be used now. {fits:,} tokens would fit: ask for fewer or shorter answers, or close"
            " other programs.",
            found,
            available,
            context,
            fits,
        )
    raise _does_not_fit(
        "With a context of {context:,} tokens this model needs about {needed_gb:.1f} GB of memory; {usable_gb:.1f} GB"
        " can be used now. Choose a smaller model, or close other programs.",
        found,
        available,
        context,
        fits,
    )


def _does_not_fit(template: str, found: Estimate, available: int, context: int, fits: int) -> FitError:
    return FitError.worded(
        template,
        code="does_not_fit",
        needed=found.total,
        needed_gb=found.total / 1e9,
        available=available,
        usable_gb=max(0, available - KEEP_FREE) / 1e9,
        context=context,
        fits=fits,
    )


def _context_that_fits(header: ModelHeader, room: int, off_host: int) -> int:
    """The largest context in steps of CONTEXT_STEP that takes at most `room` bytes."""
    without = estimate(header, 0, off_host=off_host).total
    a_step = estimate(header, CONTEXT_STEP, off_host=off_host).total - without
    return max(0, room - without) // a_step * CONTEXT_STEP if a_step else 0


def address_space(header: ModelHeader, context: int, threads: int) -> int:
    """Bytes of address space that loading and a context of `context` tokens may add to a process, generously.

    Weights count twice: mapped, and repacked for this processor where llama.cpp does that.
    """
    reserved = UBATCH * max(header.vocabulary, 32_000) * 4
    added = 2 * header.file_size + cache_bytes(header, context) + attention_bytes(header, context) + reserved
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
