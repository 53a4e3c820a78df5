"""Batched decoding: a prompt evaluated once, k candidates a step, others joining while they are written.

A round is one prompt and the candidates of every request that asks for it. Sequence 0 holds the prompt; a candidate
begins as a copy of it, draws its first token from the prompt's logits, and leaves the batch when it ends. What was
evaluated stays in the context until the next round, which begins with the longest beginning that it shares with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from local_models.answer_text import AnswerText
from local_models.cancelling import Cancelling
from local_models.errors import OUT_OF_MEMORY, EngineError, RequestError, WorkerError
from local_models.events import Done, Finish, Progress
from local_models.failures import failed
from local_models.fit import CONTEXT_STEP, SEQUENCES, context_for
from local_models.llama.adapters import Adapters
from local_models.llama.context import BATCH, LlamaContext
from local_models.llama.library import versions
from local_models.llama.model import LlamaModel
from local_models.llama.prefix import Held, Kept
from local_models.llama.prompt import Prepared, prepare
from local_models.llama.samplers import Chain, Logits
from local_models.requests import CandidateRequest
from local_models.threads import Threads
from local_models.writing import Emit, Writing, since

PROMPT = 0  # the sequence that holds it


Draw = Callable[[Writing], int]
Fits = Callable[[CandidateRequest, Prepared], bool]
More = Callable[[Fits], tuple[CandidateRequest, Prepared] | None]


@dataclass
class Part:
    """One request's part in a round: what has to be told when its last candidate ends."""

    request: CandidateRequest
    started: float
    left: int
    evaluated: int = 0
    reused: int = 0
    evaluated_anew: bool = False
    prompt_ms: float = 0.0
    produced: int = 0
    together: int = 0


@dataclass
class Round:
    """Who writes now, and for whom. `free` are the sequences that nobody holds."""

    prepared: Prepared
    parts: dict[str, Part] = field(default_factory=dict)
    writing: list[Writing] = field(default_factory=list)
    free: list[int] = field(default_factory=lambda: list(range(SEQUENCES - 1, PROMPT, -1)))

    @property
    def still_to_come(self) -> int:
        """Tokens that those who write now may still take together."""
        return sum(self.prepared.room(each.sampling.max_tokens) for each in self.writing)


class LlamaEngine:
    """One model in memory and the context that it decodes in."""

    def __init__(self, model: LlamaModel, threads: Threads, cancelling: Cancelling) -> None:
        self.model = model
        self._threads = threads
        self._cancelling = cancelling
        self._context: LlamaContext | None = None
        self._adapters = Adapters(model)
        self._kept = Kept()
        self._logits: Logits | None = None  # after the prompt that sequence 0 holds

    def prepare(self, request: CandidateRequest) -> Prepared:
        """The request's prompt as tokens; RequestError when it leaves no room for an answer."""
        return prepare(self.model, request, self._kept)

    def cells_for(self, prepared: Prepared, request: CandidateRequest) -> int:
        """Cells that the prompt and the longest possible answers take together, in steps of 512 tokens."""
        answers = [prepared.room(sampling.max_tokens) for sampling in request.candidates]
        return -(-context_for(len(prepared.tokens), answers) // CONTEXT_STEP) * CONTEXT_STEP

    def forget_changed(self) -> None:
        """Before a round: what was evaluated with adapters whose files are others by now is not used again."""
        if self._adapters.forget_changed(self._context):
            self._kept.clear()
            self._logits = None

    def has_room(self, cells: int, prepared: Prepared) -> bool:
        """Whether the present context is large enough, and of the kind that is wanted."""
        context = self._context
        return context is not None and context.cells >= cells and context.exact == prepared.exact

    def make_room(self, cells: int, request: CandidateRequest, prepared: Prepared) -> None:
        """Open a context with `cells` cells; what the request can go on from is carried over."""
        found, data = self._kept.best(prepared.tokens, prepared.adapters, request.reuse_prefix), None
        if self._context is not None:
            alike = self._context.exact == prepared.exact  # else it could not be put in
            data = self._context.saved(found.sequence) if found and alike else None
            self._drop_context()
        self._context = LlamaContext(self.model, cells, self._threads.now, self._cancelling, exact=prepared.exact)
        if found and data is not None and self._context.put(data, PROMPT):
            self._adapters.use(self._context, prepared.adapters)
            self._kept.hold(PROMPT, found.held)
            self._kept.prompt, self._kept.adapters = found.prompt, prepared.adapters

    def generate(self, request: CandidateRequest, prepared: Prepared, emit: Emit, more: More) -> None:
        """Write all candidates of `request`, and of those that `more` gives meanwhile.

        Each request ends with its Done, or with Failed where the round cannot go on.
        """
        part = Part(request, time.perf_counter(), len(request.candidates))
        now = Round(prepared, {request.id: part})
        try:
            whole = self._take_prompt(part, prepared, emit)
            part.prompt_ms = since(part.started)
            self._begin(now, part)
            if not whole:
                self._end_all(now, emit)
            self._advance(now, emit, drawing=self._first)
            while now.writing:
                joined = more(lambda other, its: self._fits(now, other, its))
                if joined is not None:
                    self._join(now, joined[0], emit)
                if now.writing:
                    self._step(now, emit)
        except (EngineError, MemoryError) as error:
            self._break_off(now, error, emit)

    def close(self) -> None:
        """Give everything back to the system."""
        self._drop_context()
        self._adapters.close()
        self.model.close()

    # The prompt

    def _take_prompt(self, part: Part, prepared: Prepared, emit: Emit) -> bool:
        """Have sequence 0 hold the prompt, evaluating what is new of it; False when cancelled on the way."""
        context, tokens = self._opened, prepared.tokens
        found = self._kept.best(tokens, prepared.adapters, part.request.reuse_prefix)
        if found and found.sequence == PROMPT and found.held.tokens == tokens and self._logits is not None:
            self._kept.forget_but_prompt(context)
            part.reused = len(tokens)
            return True
        self._logits = None
        part.reused = self._kept.begin_with(context, found, tokens) if found else 0
        part.evaluated_anew = found is not None and part.reused == 0
        if part.reused == 0:
            context.clear()
        self._kept.clear()
        self._adapters.use(context, prepared.adapters)
        context.set_threads(self._threads.now)
        for start in range(part.reused, len(tokens), BATCH):
            end = min(start + BATCH, len(tokens))
            context.begin_batch()
            for position in range(start, end):
                row = context.add(tokens[position], position, PROMPT, logits=position == len(tokens) - 1)
            if not context.decode():
                return False
            part.evaluated += end - start
            emit(Progress(request=part.request.id, stage="prompt", done=end, total=len(tokens)))
        self._logits = context.logits(row).copy()
        self._kept.hold(PROMPT, Held(tokens, len(tokens), prepared.text))
        self._kept.prompt, self._kept.adapters = len(tokens), prepared.adapters
        return True

    # The candidates

    def _begin(self, now: Round, part: Part) -> None:
        """Give each candidate of a request its sequence, its samplers and its text; all of them, or none."""
        prepared, request = now.prepared, part.request
        made: list[Writing] = []
        for index, sampling in enumerate(request.candidates):
            text = AnswerText(
                stop=sampling.stop + prepared.stop,
                marks=self.model.marks,
                inside_reasoning=prepared.inside_reasoning,
                begun=prepared.goes_on,
            )
            try:
                chain = Chain(self.model, sampling)
            except EngineError:
                for each in made:
                    each.chain.close()
                    now.free.append(each.sequence)
                raise
            made.append(
                Writing(
                    request=request.id,
                    index=index,
                    sequence=now.free.pop(),
                    sampling=sampling,
                    chain=chain,
                    text=text,
                    prompt_tokens=len(prepared.tokens),
                    started=part.started,
                    scored=request.log_probabilities,
                )
            )
        now.writing += made

    def _fits(self, now: Round, other: CandidateRequest, its: Prepared) -> bool:
        """Whether another request can join now: the same prompt, sequences and cells enough."""
        answers = sum(its.room(sampling.max_tokens) for sampling in other.candidates)
        return (
            its == now.prepared
            and other.reuse_prefix
            and len(other.candidates) <= SEQUENCES - 1 - len(now.writing)
            and context_for(len(its.tokens), [now.still_to_come, answers]) <= self._opened.cells
        )

    def _join(self, now: Round, request: CandidateRequest, emit: Emit) -> None:
        """Others write already: a request's candidates begin from the prompt as it stands.

        One that cannot be begun (a grammar that cannot be read) fails alone.
        """
        self._cancelling.begin(request.id)
        now.free += self._kept.forget_ended(self._opened)  # their cells are for those who come
        part = Part(request, time.perf_counter(), len(request.candidates), reused=len(now.prepared.tokens))
        now.parts[request.id] = part
        before, now.writing = now.writing, []
        try:
            self._begin(now, part)
            self._advance(now, emit, drawing=self._first)
        except EngineError as error:
            del now.parts[request.id]
            emit(failed(request.id, error))
            self._cancelling.end(request.id)
        finally:
            now.writing = before + now.writing

    def _first(self, each: Writing) -> int:
        """The first token of a candidate, from the prompt's logits; its sequence begins as a copy of the prompt."""
        assert self._logits is not None
        self._opened.copy(PROMPT, each.sequence)
        each.copied = True
        each.score(self._logits)
        return each.chain.draw_from(self._logits)

    def _next(self, each: Writing) -> int:
        context = self._opened
        if each.scored:
            each.score(context.logits(each.row))
        return each.chain.draw(context.pointer, each.row)

    def _step(self, now: Round, emit: Emit) -> None:
        """One token more for everybody."""
        context, writing = self._opened, now.writing
        for part in now.parts.values():
            part.together = max(part.together, len(writing))
        context.begin_batch()
        for each in writing:
            each.row = context.add(each.token, each.position, each.sequence, logits=True)
        context.set_threads(self._threads.now)
        started = time.perf_counter()
        if not context.decode():
            self._end_all(now, emit)
            return
        self._threads.took(time.perf_counter() - started, len(writing))
        for each in writing:
            each.evaluated += 1
        self._advance(now, emit, drawing=self._next)

    def _advance(self, now: Round, emit: Emit, *, drawing: Draw) -> None:
        """Draw everybody's next token and tell its text; those who end leave the round."""
        staying: list[Writing] = []
        failed_ones: dict[str, RequestError] = {}
        for each in now.writing:
            finish: Finish | None = None
            try:
                finish = self._drawn(each, now.prepared.limit, emit, drawing)
            except RequestError as error:
                failed_ones.setdefault(each.request, error)
            if finish is None:
                staying.append(each)
            else:
                self._end(now, each, finish, emit)
        now.writing = staying
        for name, reason in failed_ones.items():
            self._fail(now, name, reason, emit)

    def _drawn(self, each: Writing, limit: int, emit: Emit, drawing: Draw) -> Finish | None:
        """One candidate's next token; its finish if it ends here."""
        if self._cancelling.wants(each.request, each.index):
            return "cancelled"
        token = drawing(each)
        if each.tokens == 0:
            each.first_ms = since(each.started)
        if self.model.ends(token) and each.tokens >= each.sampling.min_tokens:
            return "stop"
        each.take(token, self.model.piece(token), emit)
        if each.text.stopped:
            return "stop"
        if each.tokens >= each.sampling.max_tokens or each.position + 1 >= limit:
            return "length"
        return None

    def _end(self, now: Round, each: Writing, finish: Finish, emit: Emit) -> None:
        """A candidate is complete; its sequence stays until its cells are needed."""
        self._let_go(now, each)
        each.finish(finish, emit)
        part = now.parts[each.request]
        part.produced += each.tokens
        part.left -= 1
        if part.left == 0:
            del now.parts[each.request]
            emit(self._done(part, now.prepared))
            self._cancelling.end(each.request)

    def _let_go(self, now: Round, each: Writing) -> None:
        """A candidate writes no more; what its sequence holds may be gone on from."""
        each.chain.close()
        if each.copied:
            self._kept.hold(each.sequence, self._held(each, now.prepared))
        else:
            now.free.append(each.sequence)

    def _fail(self, now: Round, name: str, error: RequestError, emit: Emit) -> None:
        """One request cannot go on (its grammar leaves nothing to say); the others do."""
        for each in now.writing:
            if each.request == name:
                self._let_go(now, each)
        now.writing = [each for each in now.writing if each.request != name]
        if now.parts.pop(name, None) is not None:
            emit(failed(name, error))
            self._cancelling.end(name)

    def _held(self, each: Writing, prepared: Prepared) -> Held:
        """What a candidate's sequence holds; its text is "" where it does not say what the tokens are."""
        evaluated = len(prepared.tokens) + each.evaluated
        said = b"".join(self.model.piece(token, special=True) for token in each.drawn)
        try:
            text = said.decode("utf-8")
            text = prepared.text + text if prepared.text else ""
        except UnicodeDecodeError:
            text = ""
        return Held(prepared.tokens + tuple(each.drawn), evaluated, text)

    def _end_all(self, now: Round, emit: Emit) -> None:
        writing, now.writing = now.writing, []
        for each in writing:
            self._end(now, each, "cancelled", emit)

    def _break_off(self, now: Round, error: EngineError | MemoryError, emit: Emit) -> None:
        """The round cannot go on: whoever is in it fails, and nothing of it is used again."""
        told = error if isinstance(error, EngineError) else WorkerError(OUT_OF_MEMORY, code="no_memory")
        for each in now.writing:
            each.chain.close()
        self._kept.clear()
        self._logits = None
        if self._context is not None:
            self._context.clear()
        for name in tuple(now.parts):
            emit(failed(name, told))
            self._cancelling.end(name)

    def _done(self, part: Part, prepared: Prepared) -> Done:
        found = versions()
        return Done(
            request=part.request.id,
            k=max(part.together, len(part.request.candidates)),
            prompt_tokens=len(prepared.tokens),
            completion_tokens=part.produced,
            prompt_ms=part.prompt_ms,
            generation_ms=round(since(part.started) - part.prompt_ms, 3),
            evaluated_tokens=part.evaluated,
            reused_tokens=part.reused,
            evaluated_anew=part.evaluated_anew,
            threads=self._threads.now,
            template_sha256=prepared.template_sha256,
            binding_version=found.binding,
            llama_cpp_version=found.llama_cpp,
            backend=found.backend,
        )

    @property
    def _opened(self) -> LlamaContext:
        assert self._context is not None, "make_room comes first"
        return self._context

    def _drop_context(self) -> None:
        self._kept.clear()
        self._logits = None
        if self._context is not None:
            self._context.close()
            self._context = None
