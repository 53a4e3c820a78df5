"""Batched decoding with llama.cpp: the prompt evaluated once, k candidates a step.

Sequence 0 holds the prompt; its KV cells are shared with the other candidates by llama_memory_seq_cp (unified KV),
then every step decodes one token a candidate in one batch. Runs in the worker process only.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import llama_cpp.llama_cpp as ll

from local_models.answer_text import AnswerText, marks_of
from local_models.cancelling import Cancelling
from local_models.chat_template import Rendered, Renderer, render
from local_models.errors import FitError, ModelFileError, RequestError
from local_models.events import Done, Finish, Progress
from local_models.fit import SEQUENCES, UBATCH, context_for
from local_models.llama_library import abort_callback, has_amx, uses_gpu, versions
from local_models.requests import CandidateRequest, Message, Sampling, check_prompt
from local_models.writing import Emit, Writing, all_cancelled, since

BATCH = 512
CONTEXT_STEP = 512
GPU_LAYERS_ALL = 999
LONGEST_TOKEN = 1024  # characters; a text longer than the context times this is not even tokenized

Pointer = Any  # llama_cpp gives its C pointers as int or c_void_p, untyped


@dataclass(frozen=True)
class Prepared:
    """A prompt ready to be evaluated, and where its answers must end: `limit` tokens in a sequence, prompt included."""

    tokens: list[int]
    rendered: Rendered
    limit: int


class LlamaEngine:
    """One model in memory and the context it decodes in."""

    def __init__(self, path: str, *, threads: int, on_load: Callable[[float], None], cancelling: Cancelling) -> None:
        self._threads = threads
        self._context: Pointer = None
        self._cells = 0
        self._cancelling = cancelling
        self._abort = abort_callback(cancelling)

        def progressed(share: float, _data: object) -> bool:
            on_load(share)
            return not cancelling.all  # False ends the loading

        self._load_progress = ll.llama_progress_callback(progressed)  # kept: a freed callback crashes later
        parameters = ll.llama_model_default_params()
        parameters.n_gpu_layers = GPU_LAYERS_ALL if uses_gpu() else 0
        parameters.use_extra_bufts = not has_amx()  # the other layouts for weights are sound
        parameters.progress_callback = self._load_progress
        self._model = ll.llama_model_load_from_file(path.encode("utf-8", "surrogateescape"), parameters)
        if not self._model:
            if cancelling.all:
                raise RequestError("Stopped before the model was loaded.", code="cancelled")
            raise ModelFileError(
                "llama.cpp could not load this model. The file may be damaged, or newer than this program.",
                code="cannot_load",
                path=path,
            )
        if not ll.llama_model_has_decoder(self._model) or ll.llama_model_has_encoder(self._model):
            raise ModelFileError(
                "This model does not write text the way a chat needs it. Choose a chat or completion model.",
                code="unsupported_model",
                path=path,
            )
        self._vocab = ll.llama_model_get_vocab(self._model)
        self._vocab_size = ll.llama_vocab_n_tokens(self._vocab)
        self.trained_context: int = max(ll.llama_model_n_ctx_train(self._model), CONTEXT_STEP)
        found = ll.llama_model_chat_template(self._model, None)
        self.template = found.decode("utf-8", "replace") if found else ""
        self._marks = marks_of(self.template)
        self._mark_tokens: frozenset[int] = self._tokens_of_marks()
        self._renderer = self._make_renderer()
        self._batch = ll.llama_batch_init(BATCH, 0, 1)

    def count(self, text: str) -> int:
        """Tokens of `text` as part of a conversation."""
        return len(self._tokens(text, special=False, begin=False))

    def render(self, messages: tuple[Message, ...]) -> Rendered:
        """The conversation as the model's prompt; RequestError when it is empty or its template refuses it."""
        check_prompt(messages)
        return render(messages, self.template, self._renderer)

    def prepare(self, rendered: Rendered, context: int | None) -> Prepared:
        """The prompt as tokens; RequestError when it leaves no room for an answer in `context` tokens."""
        limit = min(context or self.trained_context, self.trained_context)
        if len(rendered.text) > limit * LONGEST_TOKEN:
            raise _too_long(len(rendered.text) // 4, limit)
        bos = self._word(ll.llama_vocab_bos(self._vocab))
        begins = ll.llama_vocab_get_add_bos(self._vocab) and not (bos and rendered.text.startswith(bos))
        tokens = self._tokens(rendered.text, special=True, begin=begins)
        if len(tokens) >= limit:
            raise _too_long(len(tokens), limit)
        return Prepared(tokens, rendered, limit)

    def cells_for(self, prepared: Prepared, request: CandidateRequest) -> int:
        """Cells that the prompt and the longest possible answers take together, in steps of 512 tokens."""
        room = prepared.limit - len(prepared.tokens)
        needed = context_for(len(prepared.tokens), [min(s.max_tokens, room) for s in request.candidates])
        return -(-needed // CONTEXT_STEP) * CONTEXT_STEP

    def open_context(self, cells: int) -> None:
        """A context with at least `cells` cells; the present one is kept when it is large enough."""
        if self._context and self._cells >= cells:
            return
        self._free_context()
        parameters = ll.llama_context_default_params()
        parameters.n_ctx = cells
        parameters.n_batch = BATCH
        parameters.n_ubatch = UBATCH  # an abort is felt between ubatches at the latest, and keeps the finished ones
        parameters.n_seq_max = SEQUENCES
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
        self._context, self._cells = context, cells
        ll.llama_set_abort_callback(context, self._abort, ctypes.cast(self._cancelling.flag, ctypes.c_void_p))

    def generate(self, request: CandidateRequest, prepared: Prepared, emit: Emit) -> None:
        """Decode all candidates of `request`, telling every step; ends with Done, cancelled or not."""
        started = time.perf_counter()
        memory = ll.llama_get_memory(self._context)
        ll.llama_memory_clear(memory, True)
        produced = 0
        writing: list[Writing] = []
        try:
            for index, sampling in enumerate(request.candidates):
                writing.append(self._begin(request.id, index, sampling, prepared, started))
            whole = self._evaluate(request.id, prepared.tokens, emit)
            prompt_ms = since(started)
            if whole:
                for each in writing[1:]:
                    ll.llama_memory_seq_cp(memory, 0, each.index, -1, -1)
            for each, finish in self._decode(writing, prepared.limit, emit) if whole else all_cancelled(writing):
                ll.llama_memory_seq_rm(memory, each.index, -1, -1)  # its cells are free for the others
                produced += each.tokens
                each.finish(finish, emit)
        finally:
            for each in writing:
                ll.llama_sampler_free(each.chain)
        found = versions()
        emit(
            Done(
                request=request.id,
                k=len(writing),
                prompt_tokens=len(prepared.tokens),
                completion_tokens=produced,
                prompt_ms=prompt_ms,
                generation_ms=round(since(started) - prompt_ms, 3),
                prompt_evaluations=1,
                reused_prefix=False,
                template_sha256=prepared.rendered.template_sha256,
                binding_version=found.binding,
                llama_cpp_version=found.llama_cpp,
                backend=found.backend,
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
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            self._batch.n_tokens = len(part)
            for row, token in enumerate(part):
                self._set_row(row, token, start + row, 0, logits=start + row == len(tokens) - 1)
            if not self._step():
                return False
            emit(Progress(request=request, stage="prompt", done=start + len(part), total=len(tokens)))
        return True

    def _decode(self, writing: list[Writing], limit: int, emit: Emit) -> Iterator[tuple[Writing, Finish]]:
        """One token a candidate a step, until every candidate has left the batch with its finish."""
        while True:
            staying: list[Writing] = []
            for each in writing:
                finish = self._advance(each, limit, emit)
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
            if not self._step():
                yield from all_cancelled(writing)
                return

    def _advance(self, each: Writing, limit: int, emit: Emit) -> Finish | None:
        """Sample the candidate's next token and tell its text; its finish if it ends here."""
        if self._cancelling.wants(each.index):
            return "cancelled"
        token = ll.llama_sampler_sample(each.chain, self._context, each.batch_row)
        if each.tokens == 0:
            each.first_ms = since(each.started)
        if ll.llama_vocab_is_eog(self._vocab, token):
            return "stop"
        each.take(token, self._piece(token), emit)
        if each.text.stopped:
            return "stop"
        if each.tokens >= each.sampling.max_tokens or each.position + 1 >= limit:
            return "length"
        return None

    def _step(self) -> bool:
        """Decode the batch; False when it was aborted."""
        status = ll.llama_decode(self._context, self._batch)
        if status == 1:
            raise FitError("The context is full. Ask for fewer or shorter answers.", code="context_full")
        if status not in (0, 2):
            raise RequestError(f"llama.cpp could not go on (status {status}).", code="decode_failed", status=status)
        return status == 0 and not self._cancelling.all

    def _begin(self, request: str, index: int, sampling: Sampling, prepared: Prepared, started: float) -> Writing:
        rendered = prepared.rendered
        text = AnswerText(
            stop=sampling.stop + rendered.stop,
            marks=self._marks,
            inside_reasoning=rendered.text.rstrip().endswith(self._marks.opening),
        )
        return Writing(request, index, sampling, self._chain(sampling), text, len(prepared.tokens), started)

    def _chain(self, sampling: Sampling) -> Pointer:
        """The candidate's own samplers, in llama.cpp's usual order."""
        chain = ll.llama_sampler_chain_init(ll.llama_sampler_chain_default_params())

        def add(sampler: Pointer) -> None:
            ll.llama_sampler_chain_add(chain, sampler)

        penalties = (sampling.repeat_penalty, sampling.frequency_penalty, sampling.presence_penalty)
        if penalties != (1.0, 0.0, 0.0):
            add(ll.llama_sampler_init_penalties(self._vocab_size, sampling.repeat_last_n, *penalties))
        if sampling.temperature <= 0:
            add(ll.llama_sampler_init_greedy())
            return chain
        if sampling.top_k > 0:
            add(ll.llama_sampler_init_top_k(sampling.top_k))
        if sampling.top_p < 1:
            add(ll.llama_sampler_init_top_p(sampling.top_p, 1))
        if sampling.min_p > 0:
            add(ll.llama_sampler_init_min_p(sampling.min_p, 1))
        add(ll.llama_sampler_init_temp(sampling.temperature))
        add(ll.llama_sampler_init_dist(sampling.seed))
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

    def _piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes of a token; marks of control are empty unless `special`, but for those around reasoning."""
        if token < 0:
            return b""
        special = special or token in self._mark_tokens
        size = 256
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = ll.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def _word(self, token: int) -> str:
        return self._piece(token, special=True).decode("utf-8", "replace")

    def _tokens_of_marks(self) -> frozenset[int]:
        """The reasoning marks, where each is a token of its own."""
        marks = (self._tokens(mark, special=True, begin=False) for mark in (self._marks.opening, self._marks.closing))
        return frozenset(tokens[0] for tokens in marks if len(tokens) == 1)

    def _make_renderer(self) -> Renderer | None:
        if not self.template:
            return None
        bos, end = self._word(ll.llama_vocab_bos(self._vocab)), self._word(ll.llama_vocab_eos(self._vocab))

        def renderer(messages: list[dict[str, str]]) -> str:
            from llama_cpp.llama_chat_format import Jinja2ChatFormatter

            # Parsed here too: parsing counts against the time limit.
            formatter: Any = Jinja2ChatFormatter(self.template, eos_token=end, bos_token=bos)
            return str(formatter(messages=messages).prompt)

        return renderer

    def _free_context(self) -> None:
        if self._context:
            ll.llama_free(self._context)
            self._context, self._cells = None, 0


def _too_long(tokens: int, limit: int) -> RequestError:
    return RequestError(
        f"The prompt has {tokens:,} tokens; {limit - 1:,} fit beside an answer. Shorten it.",
        code="prompt_too_long",
        tokens=tokens,
        limit=limit - 1,
    )
