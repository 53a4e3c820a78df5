"""Answers requests by worker processes: one a loaded model, requests one after the other. Plain Python.

All workers are started from one thread that lives as long as the client (see worker_process). A request's events
arrive on its worker's reader thread; Failed, and the events of a request that never began, on the client's.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from local_models import wire
from local_models.engine import OnEvent
from local_models.errors import EngineError, RequestError, WorkerError
from local_models.events import Counted, Done, Finished, Inspected
from local_models.failures import failed
from local_models.fit import context_for
from local_models.gguf import ModelHeader, read_header
from local_models.job import RequestJob
from local_models.requests import CandidateRequest, Inspect, Load, Request, Tokenize, check_prompt
from local_models.worker_process import STOP_S, WorkerProcess

CHARACTERS_A_TOKEN = 4  # roughly, for the first estimate of a context; the worker counts
MANY_TOKENS = 1 << 20

Found = TypeVar("Found")

_log = logging.getLogger(__name__)


class EngineClient:
    """Answers requests by model workers. `threads` None: all cores but the window's where there are more than two."""

    def __init__(self, *, threads: int | None = None) -> None:
        self.threads = threads or default_threads()
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._worker: WorkerProcess | None = None
        self._running: RequestJob | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        """Have `request` answered after those before it; RequestError for one that no worker would take."""
        check_prompt(request.messages)
        self._check(request)
        job = RequestJob(request, on_event)
        self._queue(lambda: self._answer(job))
        return job

    def inspect(self, path: Path) -> ModelHeader:
        """A model file's header, read in a worker process; waits for requests before it. ModelFileError."""
        answer = self._asked(lambda: self._any_worker().ask(Inspect(id="inspect", path=str(path)), "reading a file"))
        assert isinstance(answer, Inspected)
        return answer.header

    def count_tokens(self, model_path: str, text: str) -> int:
        """Tokens of `text` in the model's vocabulary; loads the model, and waits for requests before it."""
        request = Tokenize(id="count", text=text)
        self._check(request)
        answer = self._asked(lambda: self._worker_for(model_path, "count").ask(request, "counting tokens"))
        assert isinstance(answer, Counted)
        return answer.tokens

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, while there is one."""
        worker = self._worker
        return worker.pid if worker is not None and worker.alive else None

    def close(self) -> None:
        """Stop what runs, then the worker (ask, terminate, kill) and the client's thread. What waits fails."""
        if not self._closed:
            self._closed = True
            self._tasks.put(None)
        job = self._running
        if job is not None:
            job.cancel()
        self._thread.join(STOP_S * 2)
        worker = self._worker
        if self._thread.is_alive() and worker is not None:
            worker.kill()  # it neither ends its work nor its life
        self._thread.join(STOP_S * 4)

    # Any thread above, the client's own below

    def _check(self, request: Request) -> None:
        line = wire.to_line(request)
        if len(line) > wire.MAX_LINE:
            raise RequestError("The text is far longer than any model can take. Shorten it.", code="prompt_too_long")
        try:
            wire.read_request(line)
        except WorkerError as error:
            raise RequestError(f"This cannot be asked: {error.__cause__}.", code="bad_request") from error

    def _queue(self, task: Callable[[], None]) -> None:
        if self._closed:
            raise WorkerError("The engine is closed.", code="closed")
        self._tasks.put(task)

    def _asked(self, ask: Callable[[], Found]) -> Found:
        future: Future[Found] = Future()

        def task() -> None:
            try:
                if self._closed:
                    raise WorkerError("The engine is closed.", code="closed")
                future.set_result(ask())
            except Exception as error:  # belongs to who asked; this thread must live
                future.set_exception(error)

        self._queue(task)
        return future.result()

    def _run(self) -> None:
        """The client's thread: starts every worker, does one task after the other."""
        while (task := self._tasks.get()) is not None:
            task()
        while not self._tasks.empty():  # queued in the moment of closing
            if (task := self._tasks.get()) is not None:
                task()
        self._drop_worker()

    def _answer(self, job: RequestJob) -> None:
        self._running = job
        try:
            if self._closed:
                raise WorkerError("The engine is closed.", code="closed")
            self._generate(job)
        except EngineError as error:
            if error.code == "cancelled":
                _deliver_cancelled(job)
            else:
                job.deliver(failed(job.request.id, error))
        except Exception as error:  # a bug of ours; this thread must live, and the request must end
            _log.exception("a request failed in a way that was not foreseen")
            unforeseen = EngineError(f"Something unforeseen went wrong ({type(error).__name__}).", code="internal")
            job.deliver(failed(job.request.id, unforeseen))
        finally:
            job.sent(None)
            self._running = None

    def _generate(self, job: RequestJob) -> None:
        request = job.request
        if job.cancelled:
            raise RequestError("Stopped before it began.", code="cancelled")
        worker = self._worker_for(request.model_path, request.id, job)
        doing = f"answering with {Path(request.model_path).name}"
        worker.ask(request, doing, job.deliver, sending=job.sent)

    def _worker_for(self, path: str, name: str, job: RequestJob | None = None) -> WorkerProcess:
        """The worker that holds the model at `path`: the present one, or a new one in its place."""
        model = _identity(path)
        worker = self._worker
        if worker is not None and worker.alive and worker.model == model:
            return worker
        header = read_header(Path(path))  # a file that is no model must not cost the one that is loaded
        if worker is not None and worker.model:
            self._drop_worker()
        worker = self._any_worker()
        context = expected_context(header, job.request) if job else 1
        load = Load(id=name, path=path, context=context, threads=self.threads)
        try:
            doing = f"loading {Path(path).name}"
            worker.ask(load, doing, job.deliver if job else None, sending=job.sent if job else None)
        except EngineError:
            self._drop_worker()
            raise
        worker.model = model
        return worker

    def _any_worker(self) -> WorkerProcess:
        """The present worker, or a new one without a model."""
        if self._worker is not None and not self._worker.alive:
            self._drop_worker()
        if self._worker is None:
            self._worker = WorkerProcess()
            try:
                self._worker.greet()
            except EngineError:
                self._drop_worker()
                raise
        return self._worker

    def _drop_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()


def default_threads() -> int:
    """All cores this process may use, but one for the window where there are more than two."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        cores = os.cpu_count() or 1
    return cores - 1 if cores > 2 else cores


def expected_context(header: ModelHeader, request: CandidateRequest) -> int:
    """About how many tokens a request will take in all, before anything has counted them."""
    limit = request.context or header.context_length or MANY_TOKENS
    prompt = sum(len(message.content) for message in request.messages) // CHARACTERS_A_TOKEN
    return context_for(min(prompt, limit), [min(sampling.max_tokens, limit) for sampling in request.candidates])


def _identity(path: str) -> str:
    """The file as it is now: a file replaced under the same name is another model."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return path
    return f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _deliver_cancelled(job: RequestJob) -> None:
    """The events of a request that was cancelled before a worker began it."""
    request = job.request
    for index, sampling in enumerate(request.candidates):
        job.deliver(
            Finished(
                request=request.id,
                candidate=index,
                text="",
                reasoning="",
                finish="cancelled",
                prompt_tokens=0,
                completion_tokens=0,
                first_ms=0.0,
                total_ms=0.0,
                seed=sampling.seed,
            )
        )
    job.deliver(
        Done(
            request=request.id,
            k=len(request.candidates),
            prompt_tokens=0,
            completion_tokens=0,
            prompt_ms=0.0,
            generation_ms=0.0,
            prompt_evaluations=0,
            reused_prefix=False,
            template_sha256="",
            binding_version="",
            llama_cpp_version="",
            backend="",
        )
    )
