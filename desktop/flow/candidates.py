"""Where the engine's words and the store's words meet: the only module that knows both.

Builds the engine's request from a prompt, and turns its events into answers that a record can hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from desktop.flow.asking import keys_for
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.wording import sentence, veiled
from feedback_store import records
from local_models import sampling
from local_models.endpoints.address import is_here
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.endpoints.request import Answered
from local_models.engine import Engine, Job
from local_models.errors import ModelFileError
from local_models.events import Done, Event, Failed, Finished, TextDelta
from local_models.failures import error_of
from local_models.model_files.catalog import Catalog, ModelCard
from local_models.requests import CandidateRequest, Message, Sampling

replace = msgspec.structs.replace

Post = Callable[[Callable[[], None]], None]
Changed = Callable[[tuple[AnswerDraft, ...]], None]
Ended = Callable[[str], None]
AnyModel = ModelCard | Endpoint


def request_for(
    messages: Sequence[records.Message],
    card: AnyModel,
    *,
    count: int,
    seed: int,
    preset: str = "varied",
    max_tokens: int = 1024,
    context: int | None = None,
) -> CandidateRequest:
    """The engine's request for `count` answers to `messages` by the model of `card`, one seed each."""
    return CandidateRequest(
        id=records.new_id(),
        model_path=str(card.path),
        messages=tuple(Message(role=m.role, content=m.content) for m in messages),
        candidates=sampling.preset(preset, count, seed, max_tokens),
        context=context,
    )


class Collecting:
    """Gathers the events of one request into answers with complete provenance.

    `taken(event)` returns the answers that the event changed. Events of other requests change nothing.
    """

    def __init__(
        self,
        request: CandidateRequest,
        card: AnyModel,
        preset: str,
        keys: Sequence[str] | None = None,
        goes_on: AnswerDraft | None = None,
    ) -> None:
        self.request = request
        self.done: Done | None = None
        self.problem = self.veiled = ""
        self._card = card
        self._preset = preset
        self._goes_on = goes_on
        self._keys = tuple(keys or keys_for(len(request.candidates)))
        self._answers = {key: self._begun(key, i) for i, key in enumerate(self._keys)}

    @property
    def answers(self) -> tuple[AnswerDraft, ...]:
        """All answers in the order of their keys."""
        return tuple(self._answers[key] for key in self._keys)

    def taken(self, event: Event) -> tuple[AnswerDraft, ...]:
        """Apply one event; the answers that it changed."""
        if getattr(event, "request", self.request.id) != self.request.id:
            return ()
        match event:
            case TextDelta():
                return (self._put(self._grown(event)),)
            case Finished():
                return (self._put(self._finished(event)),)
            case Failed():
                return self._failed(event)
            case Done():
                return self._completed(event)
        return ()

    def _grown(self, event: TextDelta) -> AnswerDraft:
        answer = self._answers[self._keys[event.candidate]]
        if event.reasoning:
            return replace(answer, reasoning=answer.reasoning + event.text, state="writing")
        return replace(answer, text=answer.text + event.text, state="writing")

    def _finished(self, event: Finished) -> AnswerDraft:
        answer = self._answers[self._keys[event.candidate]]
        states: dict[str, Literal["done", "stopped", "failed"]] = {"cancelled": "stopped", "error": "failed"}
        before = self._goes_on
        counted = not isinstance(event, Answered) or event.counted
        tokens = records.Tokens(prompt=event.prompt_tokens, completion=event.completion_tokens) if counted else None
        time_ms = records.Milliseconds(first=round(event.first_ms), total=round(event.total_ms))
        if before is not None and before.time_ms is not None:
            time_ms = replace(before.time_ms, total=before.time_ms.total + time_ms.total)
            if before.tokens is None or tokens is None:
                tokens = None
            else:
                tokens = replace(before.tokens, completion=before.tokens.completion + tokens.completion)
        return replace(
            answer,
            origin=self._origin(event.candidate, event.sent) if isinstance(event, Answered) else answer.origin,
            text=(before.text if before is not None else "") + event.text,
            reasoning=event.reasoning,
            state=states.get(event.finish, "done"),
            finish=event.finish,
            tokens=tokens,
            time_ms=time_ms,
        )

    def _failed(self, event: Failed) -> tuple[AnswerDraft, ...]:
        error = error_of(event)
        self.problem, self.veiled = sentence(error), veiled(error)
        return tuple(
            self._put(replace(answer, state="failed", finish="error", problem=self.problem))
            for answer in self.answers
            if not answer.ready or answer.finish == "error"
        )

    def _completed(self, event: Done) -> tuple[AnswerDraft, ...]:
        self.done = event
        if isinstance(self._card, Endpoint):
            return ()  # nobody says which engine, and how many it wrote together
        engine = records.Engine(
            name="llama-cpp-python",
            version=event.binding_version,
            llama_cpp=event.llama_cpp_version,
            backend=event.backend,
            k=event.k,
            reused_prefix=event.reused_prefix,
        )
        return tuple(
            self._put(
                replace(
                    answer,
                    origin=replace(answer.origin, engine=engine, template_sha256=event.template_sha256 or None),
                )
            )
            for answer in self.answers
        )

    def _put(self, answer: AnswerDraft) -> AnswerDraft:
        self._answers[answer.key] = answer
        return answer

    def _begun(self, key: str, index: int) -> AnswerDraft:
        """An answer as it stands before the first event: empty, or the one that the model goes on with."""
        origin, before = self._origin(index), self._goes_on
        if before is None:
            return AnswerDraft(key=key, origin=origin, model=self._card.name)
        return AnswerDraft(key=key, text=before.text, origin=origin, state="writing", model=self._card.name)

    def _origin(self, index: int, sent: Sequence[str] = ()) -> records.Origin:
        """Where an answer is from; of an endpoint's sampling, only what it was `sent`."""
        drawn = self.request.candidates[index]
        before = self._goes_on.tokens.completion if self._goes_on is not None and self._goes_on.tokens else 0
        sampling = sampling_of(replace(drawn, max_tokens=before + drawn.max_tokens))
        if isinstance(self._card, ModelCard):
            return records.Origin(kind="local", preset=self._preset, model=model_of(self._card), sampling=sampling)
        names = [_RECORDED.get(name, name) for name in sent]
        told = records.Sampling(**{name: getattr(sampling, name) for name in names})
        model = records.Model(name=self._card.model)
        return records.Origin(kind="endpoint", preset=self._preset, model=model, sampling=told if sent else None)


def model_of(card: ModelCard) -> records.Model:
    """A model card as a record names it; the file's digest only where it is known by now."""
    header = card.header
    return records.Model(
        name=card.name,
        file_sha256=card.sha256,
        header_sha256=None if card.sha256 else header.header_sha256,
        file_size=header.file_size,
        architecture=header.architecture or None,
        quantization=header.quantization or None,
        parameters=header.parameters or None,
        licence=header.licence or None,
    )


def sampling_of(chosen: Sampling) -> records.Sampling:
    """The engine's numbers as a record writes them: fractions as decimal strings."""
    dry = chosen.dry
    return records.Sampling(
        temperature=decimal(chosen.temperature),
        top_k=chosen.top_k,
        top_p=decimal(chosen.top_p),
        min_p=decimal(chosen.min_p),
        repeat_penalty=decimal(chosen.repeat_penalty),
        repeat_last_n=chosen.repeat_last_n,
        frequency_penalty=decimal(chosen.frequency_penalty),
        presence_penalty=decimal(chosen.presence_penalty),
        stop=chosen.stop or None,
        max_tokens=chosen.max_tokens,
        seed=chosen.seed,
        dry=None if dry is None else records.Dry(decimal(dry.multiplier), decimal(dry.base), dry.allowed, dry.last_n),
        grammar_sha256=_digest(chosen.grammar),
        json_schema_sha256=_digest(chosen.json_schema),
    )


# What a record names otherwise than the engine.
_RECORDED = {"grammar": "grammar_sha256", "json_schema": "json_schema_sha256"}


def _digest(text: str) -> str | None:
    return hashlib.sha256(text.encode()).hexdigest() if text else None


def decimal(number: float) -> str:
    """A number as a record's decimal string, at most six places: 0.8 → "0.8", 1.0 → "1"."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Run:
    """One request on its way: tells its owner which answers changed, and how it ended.

    Engine events arrive on the engine's thread; `post` carries them to the owner's before anything changes.
    """

    def __init__(self, collecting: Collecting, post: Post, changed: Changed, ended: Ended) -> None:
        self._collecting = collecting
        self._post = post
        self._changed = changed
        self._ended = ended
        self._job: Job | None = None

    def start(self, engine: Engine) -> None:
        self._job = engine.generate(self._collecting.request, lambda event: self._post(lambda: self._take(event)))

    @property
    def answers(self) -> tuple[AnswerDraft, ...]:
        """What this run writes, as far as it has come."""
        return tuple(self._collecting.answers)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the answers that this run writes."""
        return tuple(answer.key for answer in self._collecting.answers)

    @property
    def veiled(self) -> str:
        """What went wrong, without a word that names the model; "" for nothing."""
        return self._collecting.veiled

    def cancel(self, key: str | None = None) -> None:
        """Stop one answer, or all; what was written stays."""
        if self._job is not None:
            self._job.cancel(None if key is None else self.keys.index(key))

    @property
    def done(self) -> Done | None:
        """What the engine said at the end; None while running or after a failure."""
        return self._collecting.done

    def _take(self, event: Event) -> None:
        changed = self._collecting.taken(event)
        if changed:
            self._changed(changed)
        if isinstance(event, Done | Failed):
            self._ended(self._collecting.problem)


class Answering:
    """Lets models answer: finds the model, asks the engine, hands out answers ready for a record."""

    def __init__(self, engine: Engine, catalog: Catalog, endpoints: EndpointList | None = None) -> None:
        self._engine = engine
        self._catalog = catalog
        self._endpoints = endpoints

    @property
    def names_here(self) -> tuple[str, ...]:
        """The names of the models that answer without anything leaving this computer."""
        away = models_away(self._endpoints) if self._endpoints is not None else frozenset[str]()
        return tuple(name for name in model_names(self._catalog, self._endpoints) if name not in away)

    def run(
        self,
        messages: Sequence[records.Message],
        wish: PromptDraft,
        *,
        keys: Sequence[str],
        seed: int,
        post: Post,
        changed: Changed,
        ended: Ended,
        goes_on: AnswerDraft | None = None,
    ) -> Run:
        """Start answering with as many candidates as `keys`; raises EngineError for an unknown model.

        `goes_on` is an answer that was cut off: the one candidate goes on with it.
        """
        card = find_model(wish.model, self._catalog, self._endpoints)
        onward = () if goes_on is None else (records.Message("assistant", goes_on.text),)
        request = request_for(
            (*messages, *onward), card, count=len(keys), seed=seed, preset=wish.preset, max_tokens=wish.max_tokens
        )
        run = Run(Collecting(request, card, wish.preset, keys, goes_on), post, changed, ended)
        run.start(self._engine)
        if isinstance(card, ModelCard):
            self._catalog.digest_later(card)
        return run


def find_model(name: str, catalog: Catalog, endpoints: EndpointList | None = None) -> AnyModel:
    """The model or endpoint of this name. A model on this computer goes first; without a name no endpoint is meant.

    Raises ModelFileError for what is neither.
    """
    try:
        return catalog.find(name)
    except ModelFileError as error:
        found = endpoints.get(name) if endpoints is not None and error.code == "unknown_model" else None
        if found is None:
            raise
        return found


def find_here(name: str, catalog: Catalog, endpoints: EndpointList) -> ModelCard:
    """The model of this name on this computer; raises ModelFileError, for an endpoint too."""
    found = find_model(name, catalog, endpoints)
    if isinstance(found, Endpoint):
        raise ModelFileError(
            f"{found.name} answers on a server, so there is no file of it here. See: preceptor endpoints list",
            code="unknown_model",
            name=found.name,
        )
    return found


def models_away(endpoints: EndpointList) -> frozenset[str]:
    """The names of the models whose prompts leave this computer."""
    return frozenset(each.name for each in endpoints.list() if not is_here(each.address))


def model_names(
    catalog: Catalog, endpoints: EndpointList | None = None, cards: Sequence[ModelCard] | None = None
) -> tuple[str, ...]:
    """The names of the models that can answer: those on this computer, in the catalogue's order, then endpoints.

    `cards` are the catalogue's, where they have been read already.
    """
    here = tuple(card.name for card in (catalog.list() if cards is None else cards))
    taken = {name.casefold() for name in here}
    others = endpoints.list() if endpoints is not None else ()
    return (*here, *(each.name for each in others if each.name.casefold() not in taken))
