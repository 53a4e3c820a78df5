"""Batched decoding with llama.cpp: the prompt evaluated once, k candidates a step. The only importer of llama_cpp.

Sequence 0 holds the prompt; its KV cells are shared with the other candidates by llama_memory_seq_cp (unified KV),
then every step decodes one token a candidate in one batch. Runs in the worker process only.
"""

from __future__ import annotations

import ctypes
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import llama_cpp
import llama_cpp.llama_cpp as ll

from local_models.answer_text import AnswerText
from local_models.chat_template import Rendered, Renderer, render
from local_models.errors import FitError, ModelFileError, RequestError
from local_models.events import Done, Event, Finished, Progress, TextDelta
from local_models.requests import MAX_CANDIDATES, CandidateRequest, Message, Sampling

BATCH = 512
UBATCH = 128  # an abort is felt between ubatches at the latest, and keeps the finished ones
CONTEXT_STEP = 512
GPU_LAYERS_ALL = 999

Emit = Callable[[Event], None]
Pointer = Any  # llama_cpp gives its C pointers as int or c_void_p, untyped


class Cancelling:
    """What the reader thread sets while the engine computes: all of a request, or single candidates of it.

    The first byte of `flag` is read by llama.cpp's abort callback without running any Python.
    """

    def __init__(self) -> None:
        self.flag = ctypes.create_string_buffer(2)
        self._candidates: set[int] = set()

    def cancel(self, candidate: int | None) -> None:
        if candidate is None:
            self.flag[0] = b"\x01"
        else:
            self._candidates.add(candidate)

    def clear(self) -> None:
        self.flag[0] = b"\0"
        self._candidates.clear()

    @property
    def all(self) -> bool:
        return self.flag[0] != b"\0"

    def wants(self, candidate: int) -> bool:
        return self.all or candidate in self._candidates


@dataclass
class _Writing:
    """One candidate while it is written: its sequence, sampler chain and text."""

    index: int
    sampling: Sampling
    chain: Pointer
    text: AnswerText
    position: int
    batch_row: int = 0
    token: int = 0
    tokens: int = 0
    first_ms: float = 0.0


def versions() -> tuple[str, str, str]:
    """Of llama-cpp-python, of the llama.cpp inside it, and the backends it was built with."""
    info = ll.llama_print_system_info().decode("utf-8", "replace")
    backend = "gpu" if ll.llama_supports_gpu_offload() else "cpu"
    features = sorted({part.split("=")[0].strip().split(":")[-1].strip() for part in info.split("|") if "= 1" in part})
    commit = getattr(llama_cpp, "LLAMA_CPP_COMMIT", "") or f"bundled with {llama_cpp.__version__}"
    return llama_cpp.__version__, commit, " ".join([backend, *features])[:200]


class LlamaEngine:
    """One model in memory and the context it decodes in."""

    def __init__(self, path: str, *, threads: int, gpu_layers: int, on_load: Callable[[float], None]) -> None:
        self._threads = threads
        self._context: Pointer | None = None
        self._context_size = 0
        self.cancelling = Cancelling()
        self._abort = self._abort_callback()

        def loading(share: float, _data: object) -> bool:
            on_load(share)
            return True

        self._load_progress = ll.llama_progress_callback(loading)
        parameters = ll.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        parameters.progress_callback = self._load_progress
        model = ll.llama_model_load_from_file(path.encode(), parameters)
        if not model:
            raise ModelFileError(
                "llama.cpp could not load this model. The file may be damaged, or newer than this program.",
                code="cannot_load",
                path=path,
            )
        self._model = model
        self._vocab = ll.llama_model_get_vocab(model)
        self._vocab_size = ll.llama_vocab_n_tokens(self._vocab)
        self.trained_context: int = ll.llama_model_n_ctx_train(model)
        self.template = _template_of(model)
        self._renderer = self._make_renderer()
        self._batch = ll.llama_batch_init(BATCH, 0, 1)

    def count(self, text: str) -> int:
        """Tokens of `text` as part of a conversation."""
        return len(self._tokens(text, special=False, begin=False))

    def prompt_tokens(self, messages: tuple[Message, ...]) -> tuple[list[int], Rendered]:
        """The conversation as tokens; RequestError when it is empty or longer than the model can take."""
        if not any(m.content.strip() for m in messages if m.role != "system"):
            raise RequestError("The prompt is empty. Write what the model should answer.", code="empty_prompt")
        rendered = render(messages, self.template, self._renderer)
        begins = bool(ll.llama_vocab_get_add_bos(self._vocab)) and not rendered.text.startswith(self._bos())
        tokens = self._tokens(rendered.text, special=True, begin=begins)
        if len(tokens) >= self.trained_context:
            raise RequestError(
                f"The prompt has {len(tokens):,} tokens; this model can take {self.trained_context - 1:,}. Shorten it.",
                code="prompt_too_long",
                tokens=len(tokens),
                limit=self.trained_context - 1,
            )
        return tokens, rendered

    def context_needed(self, prompt: int, request: CandidateRequest) -> int:
        """Cells that the prompt and the longest possible answers take together, in steps of 512 tokens."""
        room = self.trained_context - prompt
        answers = sum(min(sampling.max_tokens, room) for sampling in request.candidates)
        needed = max(prompt + answers + 1, request.context or 0)
        return -(-needed // CONTEXT_STEP) * CONTEXT_STEP

    def open_context(self, cells: int) -> None:
        """A context with at least `cells` cells; the present one is kept when it is large enough."""
        if self._context is not None and self._context_size >= cells:
            return
        self._free_context()
        parameters = ll.llama_context_default_params()
        parameters.n_ctx = cells
        parameters.n_batch = BATCH
        parameters.n_ubatch = UBATCH
        parameters.n_seq_max = MAX_CANDIDATES
        parameters.kv_unified = True
        parameters.n_threads = self._threads
        parameters.n_threads_batch = self._threads
        parameters.no_perf = True
        context = ll.llama_init_from_model(self._model, parameters)
        if not context:
            raise FitError(
                f"There is not enough memory for {cells:,} tokens. Ask for fewer or shorter answers.",
                code="no_memory",
                context=cells,
            )
        self._context, self._context_size = context, cells
        ll.llama_set_abort_callback(context, self._abort, ctypes.cast(self.cancelling.flag, ctypes.c_void_p))

    def generate(self, request: CandidateRequest, tokens: list[int], rendered: Rendered, emit: Emit) -> None:
        """Decode all candidates of `request`, telling every step; ends with Done, cancelled or not."""
        started = time.perf_counter()
        memory = ll.llama_get_memory(self._context)
        ll.llama_memory_clear(memory, True)
        whole = self._evaluate(request.id, tokens, emit)
        prompt_ms = (time.perf_counter() - started) * 1000
        writing = [self._begin(i, s, rendered, len(tokens)) for i, s in enumerate(request.candidates)]
        produced = 0
        try:
            if whole:
                for each in writing[1:]:
                    ll.llama_memory_seq_cp(memory, 0, each.index, -1, -1)
                for each in writing:
                    each.batch_row = -1
            for each, finish in self._decode(writing if whole else [], request.id, started, emit):
                produced += each.tokens
                emit(self._finished(request.id, each, finish, len(tokens), started))
            if not whole:
                for each in writing:
                    emit(self._finished(request.id, each, "cancelled", len(tokens), started))
        finally:
            for each in writing:
                ll.llama_sampler_free(each.chain)
        total_ms = (time.perf_counter() - started) * 1000
        binding, commit, backend = versions()
        emit(
            Done(
                request=request.id,
                k=len(writing),
                prompt_tokens=len(tokens),
                completion_tokens=produced,
                prompt_ms=prompt_ms,
                generation_ms=total_ms - prompt_ms,
                prompt_evaluations=1,
                reused_prefix=False,
                template_sha256=rendered.template_sha256,
                binding_version=binding,
                llama_cpp_version=commit,
                backend=backend,
            )
        )

    def close(self) -> None:
        """Give everything back to the system."""
        self._free_context()
        ll.llama_batch_free(self._batch)
        ll.llama_model_free(self._model)

    # Decoding

    def _evaluate(self, request: str, tokens: list[int], emit: Emit) -> bool:
        """Evaluate the prompt on sequence 0, logits for its last token only; False when cancelled on the way."""
        batch = self._batch
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            batch.n_tokens = len(part)
            for i, token in enumerate(part):
                self._set_row(i, token, start + i, 0, logits=start + i == len(tokens) - 1)
            if not self._step():
                return False
            emit(Progress(request=request, stage="prompt", done=start + len(part), total=len(tokens)))
        return True

    def _decode(
        self, writing: list[_Writing], request: str, started: float, emit: Emit
    ) -> Iterator[tuple[_Writing, str]]:
        """One token a candidate a step, until every candidate has left the batch with its finish."""
        while writing:
            staying: list[_Writing] = []
            for each in writing:
                finish = self._advance(each, request, started, emit)
                if finish is None:
                    staying.append(each)
                else:
                    yield each, finish
            writing = staying
            if not writing:
                return
            self._batch.n_tokens = len(writing)
            for row, each in enumerate(writing):
                self._set_row(row, each.token, each.position, each.index, logits=True)
                each.batch_row = row
                each.position += 1
            if not self._step():
                for each in writing:
                    yield each, "cancelled"
                return

    def _advance(self, each: _Writing, request: str, started: float, emit: Emit) -> str | None:
        """Sample the candidate's next token and tell its text; its finish if it ends here."""
        if self.cancelling.wants(each.index):
            return "cancelled"
        token = ll.llama_sampler_sample(each.chain, self._context, each.batch_row)
        if each.tokens == 0:
            each.first_ms = (time.perf_counter() - started) * 1000
        if ll.llama_vocab_is_eog(self._vocab, token):
            return "stop"
        each.token = token
        each.tokens += 1
        thought, said = each.text.take(self._piece(token))
        if thought:
            emit(TextDelta(request=request, candidate=each.index, text=thought, reasoning=True))
        if said:
            emit(TextDelta(request=request, candidate=each.index, text=said))
        if each.text.stopped:
            return "stop"
        if each.tokens >= each.sampling.max_tokens or each.position + 1 >= self.trained_context:
            return "length"
        return None

    def _step(self) -> bool:
        """Decode the batch; False when it was aborted."""
        status = ll.llama_decode(self._context, self._batch)
        if status == 2:
            return False
        if status == 1:
            raise FitError("The context is full. Ask for fewer or shorter answers.", code="context_full")
        if status != 0:
            raise RequestError(f"llama.cpp could not go on (status {status}).", code="decode_failed", status=status)
        return not self.cancelling.all

    def _begin(self, index: int, sampling: Sampling, rendered: Rendered, prompt: int) -> _Writing:
        inside = rendered.text.rstrip().endswith("<think>")
        text = AnswerText(stop=sampling.stop, inside_reasoning=inside)
        return _Writing(index, sampling, self._chain(sampling), text, position=prompt)

    def _finished(self, request: str, each: _Writing, finish: str, prompt: int, started: float) -> Finished:
        each.text.close()
        if finish == "stop" and each.text.inside_reasoning:
            finish = "length"
        return Finished(
            request=request,
            candidate=each.index,
            text=each.text.text,
            reasoning=each.text.reasoning,
            finish=finish,  # type: ignore[arg-type]  # one of the four words by construction
            prompt_tokens=prompt,
            completion_tokens=each.tokens,
            first_ms=each.first_ms,
            total_ms=(time.perf_counter() - started) * 1000,
            seed=each.sampling.seed,
        )

    def _chain(self, sampling: Sampling) -> Pointer:
        """The candidate's own samplers, in llama.cpp's usual order."""
        chain = ll.llama_sampler_chain_init(ll.llama_sampler_chain_default_params())
        penal = (sampling.repeat_penalty, sampling.frequency_penalty, sampling.presence_penalty)
        if penal != (1.0, 0.0, 0.0):
            ll.llama_sampler_chain_add(
                chain, ll.llama_sampler_init_penalties(self._vocab_size, sampling.repeat_last_n, *penal)
            )
        if sampling.temperature <= 0:
            ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_greedy())
            return chain
        if sampling.top_k > 0:
            ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_top_k(sampling.top_k))
        if sampling.top_p < 1:
            ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_top_p(sampling.top_p, 1))
        if sampling.min_p > 0:
            ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_min_p(sampling.min_p, 1))
        ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_temp(sampling.temperature))
        ll.llama_sampler_chain_add(chain, ll.llama_sampler_init_dist(sampling.seed))
        return chain

    def _set_row(self, row: int, token: int, position: int, sequence: int, *, logits: bool) -> None:
        batch = self._batch
        batch.token[row] = token
        batch.pos[row] = position
        batch.n_seq_id[row] = 1
        batch.seq_id[row][0] = sequence
        batch.logits[row] = logits

    # Words and tokens

    def _tokens(self, text: str, *, special: bool, begin: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        found = (ll.llama_token * size)()
        count = ll.llama_tokenize(self._vocab, data, len(data), found, size, begin, special)
        if count < 0:
            raise RequestError("llama.cpp could not read this text.", code="tokenize")
        return list(found[:count])

    def _piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        count = ll.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
        return buffer.raw[: max(0, count)]

    def _special(self, token: int) -> str:
        if token < 0:
            return ""
        buffer = ctypes.create_string_buffer(256)
        count = ll.llama_token_to_piece(self._vocab, token, buffer, 256, 0, True)
        return buffer.raw[: max(0, count)].decode("utf-8", "replace")

    def _bos(self) -> str:
        return self._special(ll.llama_vocab_bos(self._vocab)) or "\0"

    def _make_renderer(self) -> Renderer | None:
        if not self.template:
            return None
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        bos = self._special(ll.llama_vocab_bos(self._vocab))
        end = self._special(ll.llama_vocab_eos(self._vocab))
        made: list[Jinja2ChatFormatter] = []

        def renderer(messages: list[dict[str, str]]) -> str:
            if not made:  # parsed here, inside the time limit
                made.append(Jinja2ChatFormatter(self.template, eos_token=end, bos_token=bos))
            typed: Any = messages
            return str(made[0](messages=typed).prompt)

        return renderer

    def _free_context(self) -> None:
        if self._context is not None:
            ll.llama_free(self._context)
            self._context, self._context_size = None, 0

    def _abort_callback(self) -> object:
        """A callback that says whether the flag's first byte is set, and runs no Python where that is possible.

        strlen of the flag is 0 or 1: on x86-64 and ARM64 its first argument and result lie where the callback's do.
        A Python callback would run some 500 times a step and take the GIL from the reader thread.
        """
        if sys.platform.startswith("linux") and platform.machine() in ("x86_64", "aarch64"):
            return ctypes.cast(ctypes.CDLL(None).strlen, ll.ggml_abort_callback)
        return ll.ggml_abort_callback(lambda _: self.cancelling.all)


def start_backend(log: Callable[[str], None]) -> object:
    """Start llama.cpp with its log going to `log`; the returned callback must be kept as long as the library runs."""
    callback = ll.llama_log_callback(lambda _level, text, _data: log(text.decode("utf-8", "replace")))
    ll.llama_log_set(callback, ctypes.c_void_p(0))
    ll.llama_backend_init()
    return callback


def _template_of(model: Pointer) -> str:
    found = ll.llama_model_chat_template(model, None)
    return found.decode("utf-8", "replace") if found else ""
