"""A context: the cells that hold what was evaluated, and the batch that is decoded next.

Cells are shared by all sequences (unified KV): a sequence that begins as a copy of another takes none of its own until
it goes on. Sequence 0 holds the prompt, the others the candidates.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Sequence

import llama_cpp.llama_cpp as ll
import numpy as np

from local_models.cancelling import Cancelling
from local_models.errors import FitError, RequestError
from local_models.fit import SEQUENCES, UBATCH
from local_models.llama.library import Pointer, abort_callback
from local_models.llama.model import LlamaModel

BATCH = 512
SLOW_FLASH = platform.machine().lower() in ("x86_64", "amd64")  # it adds in halves, which x86 has no arithmetic for


class LlamaContext:
    """Room for `cells` tokens of all sequences together; FitError when the system does not give it.

    `exact`: what is written does not depend on where its cells lie, nor, in short contexts, on how many write beside
    it. That is flash attention, which takes cell by cell; on an x86 processor a step of four takes 1.4 times as long,
    and many times as long where the context is long (docs/decisions/072).
    """

    def __init__(
        self, model: LlamaModel, cells: int, threads: int, cancelling: Cancelling, *, exact: bool = False
    ) -> None:
        self.cells = cells
        self.exact = exact
        self._vocab_size = model.vocab_size
        parameters = ll.llama_context_default_params()
        parameters.n_ctx = cells
        parameters.n_batch = BATCH
        parameters.n_ubatch = UBATCH  # an abort is felt between ubatches at the latest, and keeps the finished ones
        parameters.n_seq_max = SEQUENCES
        parameters.kv_unified = True
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        slow = SLOW_FLASH and not model.on_gpu and not exact
        parameters.flash_attn_type = ll.LLAMA_FLASH_ATTN_TYPE_DISABLED if slow else ll.LLAMA_FLASH_ATTN_TYPE_AUTO
        parameters.no_perf = True
        self.pointer: Pointer = ll.llama_init_from_model(model.pointer, parameters)
        if not self.pointer:
            raise FitError.worded(
                "There is not enough memory for {context:,} tokens. Ask for fewer or shorter answers.",
                code="no_memory",
                context=cells,
            )
        self._memory = ll.llama_get_memory(self.pointer)
        self._batch = ll.llama_batch_init(BATCH, 0, 1)
        self._cancelling = cancelling
        self._abort = abort_callback(cancelling)
        ll.llama_set_abort_callback(self.pointer, self._abort, ctypes.cast(cancelling.flag, ctypes.c_void_p))

    def close(self) -> None:
        """Give its memory back to the system."""
        ll.llama_batch_free(self._batch)
        ll.llama_free(self.pointer)

    # The batch

    @property
    def rows(self) -> int:
        """How many tokens are in the batch."""
        return int(self._batch.n_tokens)

    def begin_batch(self) -> None:
        self._batch.n_tokens = 0

    def add(self, token: int, position: int, sequence: int, *, logits: bool) -> int:
        """One token more to decode; its row, by which what follows it is drawn when it has `logits`."""
        batch = self._batch
        row = int(batch.n_tokens)
        batch.token[row] = token
        batch.pos[row] = position
        batch.n_seq_id[row] = 1
        batch.seq_id[row][0] = sequence
        batch.logits[row] = logits
        batch.n_tokens = row + 1
        return row

    def decode(self) -> bool:
        """Decode the batch; False when it was broken off. FitError when the cells are full."""
        status = ll.llama_decode(self.pointer, self._batch)
        if status == 1:
            raise FitError("The context is full. Ask for fewer or shorter answers.", code="context_full")
        if status not in (0, 2):
            raise RequestError.worded(
                "llama.cpp could not go on (status {status}).", code="decode_failed", status=status
            )
        return status == 0 and not self._cancelling.all

    def logits(self, row: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """The row's logits, float32, one a token of the vocabulary; valid until the next decode."""
        return np.ctypeslib.as_array(ll.llama_get_logits_ith(self.pointer, row), shape=(self._vocab_size,))

    def set_threads(self, threads: int) -> None:
        """From the next decode on; 1 µs."""
        ll.llama_set_n_threads(self.pointer, threads, threads)

    def set_adapters(self, adapters: Sequence[tuple[Pointer, float]]) -> None:
        """Which LoRA adapters take part, each with its scale. What was evaluated with others must be forgotten."""
        count = len(adapters)
        pointers = (ll.llama_adapter_lora_p_ctypes * count)(*(pointer for pointer, _ in adapters))
        scales = (ctypes.c_float * count)(*(scale for _, scale in adapters))
        ll.llama_set_adapters_lora(self.pointer, pointers if count else None, count, scales if count else None)

    # Sequences

    def copy(self, source: int, target: int) -> None:
        """`target` begins as `source` stands; it must be empty."""
        ll.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def cut(self, sequence: int, position: int) -> bool:
        """Keep what stands before `position`; False where this model cannot go back, and all of it is gone then."""
        if ll.llama_memory_seq_rm(self._memory, sequence, position, -1):
            return True
        self.forget(sequence)
        return False

    def forget(self, sequence: int) -> None:
        """Give the sequence's cells back."""
        ll.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def clear(self) -> None:
        """Forget all sequences."""
        ll.llama_memory_clear(self._memory, True)

    def saved(self, sequence: int) -> bytearray:
        """All that was evaluated of a sequence, to be put into another context of this model; empty when it fails.

        As large as its cells are: a second copy would be felt (fit.estimate counts one).
        """
        size = ll.llama_state_seq_get_size(self.pointer, sequence)
        data = bytearray(size)
        buffer = (ctypes.c_uint8 * size).from_buffer(data)
        return data if ll.llama_state_seq_get_data(self.pointer, buffer, size, sequence) == size else bytearray()

    def put(self, data: bytearray, sequence: int) -> bool:
        """What `saved` gave, as this context's `sequence`; False when it does not fit in here."""
        buffer = (ctypes.c_uint8 * len(data)).from_buffer(data)
        return bool(ll.llama_state_seq_set_data(self.pointer, buffer, len(data), sequence) > 0)
