"""Answers requests by servers of models, with the events that a worker tells.

Each request has one thread that listens and tells, so its events come one after the other; what may block (looking,
reading a key, each exchange) runs on threads of its own and reports to that one. So a cancel is felt at once, whatever
a server does. Must not know where keys are kept.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_models.endpoints import request as endpoint_request
from local_models.endpoints.answer import Answer
from local_models.endpoints.kept import Endpoint, EndpointList, name_in
from local_models.endpoints.refusals import PAUSES_S, refuses_n, slow
from local_models.endpoints.stream import End, Piece, Told, Usage
from local_models.engine import OnEvent
from local_models.errors import EndpointError, EngineError, WorkerError
from local_models.events import Done
from local_models.failures import failed
from local_models.job import RequestJob
from local_models.requests import Cancel, CandidateRequest, Request, check_prompt
from local_models.writing import since

if TYPE_CHECKING:
    from local_models.endpoints.http import Exchange

AFTER_S = 2.0  # how long the count of tokens is waited for after the last word
CLOSING_S = 5.0

KeyOf = Callable[[Endpoint], str | None]

_log = logging.getLogger(__name__)


class EndpointEngine:
    """Answers by the endpoints of a list. `key_of` gives a key as a value; it may take its time, on any thread."""

    def __init__(self, endpoints: EndpointList, key_of: KeyOf, *, pauses: Sequence[float] = PAUSES_S) -> None:
        self._endpoints = endpoints
        self._key_of = key_of
        self._pauses = pauses
        self._lock = threading.Lock()
        self._lanes: dict[tuple[str, int], threading.Semaphore] = {}
        self._running: list[_Answering] = []
        self._closed = False

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        """Have `request` answered; EndpointError for an unknown endpoint, RequestError for an empty prompt."""
        check_prompt(request.messages)
        endpoint = self._endpoints.find(name_in(request.model_path) or "")
        job = RequestJob(request, on_event)
        with self._lock:
            if self._closed:
                raise WorkerError("The engine is closed.", code="closed")
            at_once = endpoint.limits.at_once
            lane = self._lanes.setdefault((endpoint.name, at_once), threading.Semaphore(at_once))
            answering = _Answering(self, job, endpoint, lane)
            self._running.append(answering)
            answering.thread.start()
        return job

    def close(self) -> None:
        """Stop whatever runs; what was written comes as cancelled."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for answering in running:
            answering.job.cancel()
        for answering in running:
            answering.thread.join(CLOSING_S)

    def prepared(self, endpoint: Endpoint) -> tuple[Endpoint, str | None]:
        """The endpoint as it is known once it was looked at, and its key. Raises EndpointError."""
        key = self._key_of(endpoint) if endpoint.has_key else None
        if endpoint.server:
            return endpoint, key
        try:
            with self.exchange(endpoint, key) as exchange:
                server = exchange.look().server
        except EndpointError as error:
            if error.code not in ("endpoint_no_service", "endpoint_no_stream", "endpoint_refused"):
                return endpoint, key  # the request itself will say what is wrong, or not
            server = "other"
        return self._endpoints.remember(endpoint, server=server), key

    def exchange(self, endpoint: Endpoint, key: str | None) -> Exchange:
        from local_models.endpoints.http import Exchange  # brings the HTTP client, on the thread of the first question

        return Exchange(endpoint, key, pauses=self._pauses)

    def learned(self, endpoint: Endpoint, takes_n: bool) -> None:
        """Remember whether several answers can be had by one request."""
        if endpoint.takes_n is not takes_n:
            try:
                self._endpoints.remember(endpoint, takes_n=takes_n)
            except EndpointError:
                _log.warning("what was found out about an endpoint could not be kept")

    def ended(self, answering: _Answering) -> None:
        with self._lock:
            self._running.remove(answering)


@dataclass(eq=False)
class _Stream:
    """One exchange and the answers that it is for, in the order of its choices."""

    answers: tuple[Answer, ...]
    exchange: Exchange
    began: float | None = None
    last: float | None = None
    over: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing but a count can still come."""
        return all(answer.ended or answer.finish is not None for answer in self.answers)

    def deadline(self, endpoint: Endpoint) -> tuple[float, EndpointError | None] | None:
        """When is waited no more, and what is said then: nothing if all answers are there."""
        limits = endpoint.limits
        if self.began is None:
            return None
        whole = self.began + limits.whole_s, slow(endpoint, limits.whole_s, "end of the answer")
        if self.last is None:
            return min(whole, (self.began + limits.first_s, slow(endpoint, limits.first_s, "first word")), key=_first)
        if self.complete:
            return self.last + AFTER_S, None
        return min(whole, (self.last + limits.between_s, slow(endpoint, limits.between_s, "more")), key=_first)


def _first(limit: tuple[float, EndpointError | None]) -> float:
    return limit[0]


@dataclass(frozen=True)
class _Began:
    """An exchange's turn has come."""


@dataclass(frozen=True)
class _Ready:
    """The endpoint has been looked at."""

    endpoint: Endpoint
    key: str | None = field(repr=False)


_Report = tuple[_Stream | None, Told | _Began | _Ready | Cancel | EngineError | None]


class _Answering:
    """One request on its way. All but `_cancel` and `_listen` runs on its own thread."""

    def __init__(self, engine: EndpointEngine, job: RequestJob, endpoint: Endpoint, lane: threading.Semaphore) -> None:
        self.job = job
        self.thread = threading.Thread(target=self._run, name="endpoint", daemon=True)
        self._engine = engine
        self._request = job.request
        self._endpoint = endpoint
        self._key: str | None = None
        self._lane = lane
        self._reports: queue.SimpleQueue[_Report] = queue.SimpleQueue()
        self._started = time.perf_counter()
        begun = endpoint_request.goes_on(job.request)
        self._answers = [
            Answer(job.request.id, index, sampling, job.deliver, self._started, begun=begun)
            for index, sampling in enumerate(job.request.candidates)
        ]
        self._streams: list[_Stream] = []
        self._problem: EngineError | None = None
        self._doubts_n = False  # a request for several was refused; whether because of that, one for a single shows

    def _run(self) -> None:
        try:
            self.job.sent(self._cancel)
            threading.Thread(target=self._look, name="endpoint looked at", daemon=True).start()
            while not all(answer.ended for answer in self._answers):
                self._turn()
        except Exception as error:  # a bug of ours; the request must end all the same
            self._problem = _unforeseen(error)
        for stream in self._streams:
            stream.exchange.abort()
        self.job.sent(None)
        self._engine.ended(self)
        if self._problem is not None:
            self.job.deliver(failed(self._request.id, self._problem))
        else:
            self.job.deliver(self._done())

    def _cancel(self, request: Request) -> None:
        """Whoever cancels."""
        if isinstance(request, Cancel):
            self._reports.put((None, request))

    # Threads that may block

    def _look(self) -> None:
        try:
            endpoint, key = self._engine.prepared(self._endpoint)
            endpoint_request.check_request(endpoint, self._request)
            self._reports.put((None, _Ready(endpoint, key)))
        except EngineError as error:
            self._reports.put((None, error))
        except Exception as error:
            self._reports.put((None, _unforeseen(error)))

    def _listen(self, stream: _Stream, body: bytes) -> None:
        with self._lane, stream.exchange as exchange:
            if stream.over:
                return
            self._reports.put((stream, _Began()))
            try:
                for told in exchange.answers(body, len(stream.answers)):
                    self._reports.put((stream, told))
                self._reports.put((stream, None))
            except EngineError as error:
                self._reports.put((stream, error))
            except Exception as error:
                self._reports.put((stream, _unforeseen(error)))

    # This request's thread

    def _turn(self) -> None:
        """Take one report, or end the stream whose time is over."""
        limits = [(found, stream) for stream in self._streams if (found := stream.deadline(self._endpoint))]
        if not limits:
            self._take(*self._reports.get())
            return
        (moment, error), late = min(limits, key=lambda each: each[0][0])
        left = moment - time.monotonic()
        with contextlib.suppress(queue.Empty):
            if left > 0:
                self._take(*self._reports.get(timeout=left))
                return
        if late.last is None and late.exchange.refusal is not None:
            error = late.exchange.refusal  # a server that refuses again and again is not slow
        self._end(late, error)

    def _take(self, stream: _Stream | None, report: object) -> None:
        match report:
            case Cancel():
                self._stop(report.candidate)
            case _Ready():
                self._endpoint, self._key = report.endpoint, report.key
                self._ask(endpoint_request.groups(report.endpoint, self._request))
            case EngineError() if stream is None:
                self._lose(self._answers, report)
            case _ if stream is None or stream.over:
                pass  # of one that nobody listens to any more
            case _Began():
                stream.began = time.monotonic()
            case Piece():
                if report.text or report.reasoning or report.finish:
                    stream.last = time.monotonic()
                self._grow(stream, report)
            case Usage():
                stream.last = time.monotonic()
                if len(stream.answers) == 1:  # else nobody says how many tokens are whose
                    stream.answers[0].count(report)
            case End():
                for answer in stream.answers:
                    if answer.seen and answer.finish is None:
                        answer.finish = "stop"  # a server that does not say why
                self._end(stream, None)
            case EngineError() | None:
                self._end(stream, report)

    def _ask(self, groups: Sequence[Sequence[int]]) -> None:
        for indices in groups:
            answers = tuple(self._answers[index] for index in indices if not self._answers[index].ended)
            if not answers:
                continue
            asked = [answer.index for answer in answers]
            for answer in answers:
                answer.sent = endpoint_request.sent(self._endpoint, answer.sampling, len(asked))
            try:
                stream = _Stream(answers, self._engine.exchange(self._endpoint, self._key))
            except EndpointError as error:
                self._lose(answers, error)
                continue
            self._streams.append(stream)
            body = endpoint_request.body(self._endpoint, self._request, asked)
            threading.Thread(target=self._listen, args=(stream, body), name="endpoint stream", daemon=True).start()

    def _grow(self, stream: _Stream, piece: Piece) -> None:
        answer = stream.answers[piece.choice]
        if self._doubts_n and len(stream.answers) == 1:
            self._doubts_n = False
            self._engine.learned(self._endpoint, False)
        problem = answer.take(piece, self._endpoint.name)
        if problem is not None:
            self._problem = self._problem or problem
        if len(stream.answers) > 1 and answer.finish is not None and not answer.ended:
            answer.end()
        if all(each.ended for each in stream.answers):
            self._end(stream, None)

    def _end(self, stream: _Stream, error: EngineError | None) -> None:
        """A stream has ended, by itself or because nobody listens any more."""
        stream.over = True
        self._streams.remove(stream)
        stream.exchange.abort()
        left = [answer for answer in stream.answers if not answer.ended]
        for answer in [each for each in left if each.finish is not None]:
            answer.end()
            left.remove(answer)
        several = len(stream.answers) > 1
        ignored = several and error is None and any(answer.seen for answer in stream.answers)
        refused = several and isinstance(error, EndpointError) and refuses_n(error)
        if several and not left and all(answer.seen for answer in stream.answers):
            self._engine.learned(self._endpoint, True)
        if left and (ignored or refused):
            if ignored:
                self._engine.learned(self._endpoint, False)
            self._doubts_n = refused
            self._ask([(answer.index,) for answer in left])
        elif left:
            self._lose(left, error or self._nothing())

    def _lose(self, answers: Sequence[Answer], error: EngineError) -> None:
        """Answers that will not come to their end: what was written stays, and the sentence is told last."""
        self._problem = self._problem or error
        for answer in answers:
            answer.lose()

    def _stop(self, candidate: int | None) -> None:
        for answer in self._answers:
            if candidate in (None, answer.index) and not answer.ended:
                answer.finish = "cancelled"
                answer.end()
        for stream in tuple(self._streams):
            if all(answer.ended for answer in stream.answers):
                self._end(stream, None)

    def _nothing(self) -> EndpointError:
        return EndpointError.worded(
            "The endpoint {name} ended without an answer. Ask again, or look into its log.",
            code="endpoint_empty",
            name=self._endpoint.name,
        )

    def _done(self) -> Done:
        whole = since(self._started)
        first = min((answer.first_ms for answer in self._answers if answer.first_ms), default=whole)
        return Done(
            request=self._request.id,
            k=len(self._answers),
            prompt_tokens=max(answer.prompt_tokens for answer in self._answers),
            completion_tokens=sum(answer.completion_tokens for answer in self._answers),
            prompt_ms=first,
            generation_ms=whole - first,
            evaluated_tokens=0,
            reused_tokens=0,
            evaluated_anew=False,
            threads=0,
            template_sha256="",
            binding_version="",
            llama_cpp_version="",
            backend=self._endpoint.server or "other",
        )


def _unforeseen(error: Exception) -> EngineError:
    """A bug of ours, told as one. Its own words are not logged: they may hold a prompt or a key."""
    _log.error("an endpoint's request failed in a way that was not foreseen: %s", type(error).__name__)
    return EngineError.worded("Something unforeseen went wrong ({kind}).", code="internal", kind=type(error).__name__)
