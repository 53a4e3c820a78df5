"""Answers requests by worker processes, one a loaded model. Plain Python.

Requests for one model go to its worker as they come: it joins those that ask the same prompt and takes the others in
turn. Models take turns, so that each is loaded once for all that waits for it; a second one stays loaded where memory
allows. All workers are started from one thread that lives as long as the client (see worker_process). A request's
events arrive on its worker's reader thread; those of one that never began, on the client's.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from local_models import wire
from local_models.engine import OnEvent
from local_models.errors import EngineError, FitError, Phrase, RequestError, WorkerError
from local_models.events import AnyEvent, Counted, Done, Finished, Inspected, Ready
from local_models.failures import failed
from local_models.fit import KEEP_FREE, available_memory, context_for, estimate
from local_models.job import RequestJob
from local_models.model_files.gguf import ModelHeader, read_header
from local_models.requests import CandidateRequest, Inspect, Load, Request, Tokenize, check_prompt
from local_models.worker_process import STOP_S, WorkerProcess

CHARACTERS_A_TOKEN = 4  # roughly, for the first estimate of a context; the worker counts
MANY_TOKENS = 1 << 20
RESIDENT = 2  # models that may be loaded at once
KEEP_WARM_S = 900.0  # a model that nobody asked for this long is unloaded

Found = TypeVar("Found")

_log = logging.getLogger(__name__)


class EngineClient:
    """Answers requests by model workers. `threads` None: all cores but the window's where there are more than two.

    `gpu_layers` None: as many as the GPUs' memory holds; 0: the processor computes alone. `devices`: names of the GPUs
    that may be used; empty for all. What cannot be done so is refused when a model is loaded.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        gpu_layers: int | None = None,
        devices: Sequence[str] = (),
        keep_warm_s: float = KEEP_WARM_S,
    ) -> None:
        self.threads = threads or default_threads()
        self._gpu_layers = gpu_layers
        self._devices = tuple(devices)
        self._keep_warm_s = keep_warm_s
        self._changed = threading.Condition()
        self._calls: list[Callable[[], None]] = []
        self._waiting: list[RequestJob] = []
        self._running: dict[RequestJob, str] = {}  # and the file that its model was when it began
        self._crowded: set[RequestJob] = set()  # that did not fit beside another model, and are tried once more
        self._workers: list[WorkerProcess] = []  # the one asked last at the end
        self._used = time.monotonic()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        """Have `request` answered; RequestError for one that no worker would take."""
        check_prompt(request.messages)
        self._check(request)
        job = RequestJob(request, on_event)
        with self._changed:
            self._check_open()
            if any(other.request.id == request.id for other in (*self._waiting, *self._running)):
                raise RequestError("This has been asked already. Give each request an id.", code="bad_request")
            self._waiting.append(job)
            self._changed.notify()
        return job

    def inspect(self, path: Path) -> ModelHeader:
        """A model file's header, read in a worker process; waits until nothing is answered. ModelFileError."""
        request = Inspect(id="inspect", path=str(path))
        self._check(request)
        answer = self._asked(lambda: self._any_worker().ask(request, Phrase("reading {file}", {"file": path.name})))
        assert isinstance(answer, Inspected)
        return answer.header

    def count_tokens(self, model_path: str, text: str) -> int:
        """Tokens of `text` in the model's vocabulary; loads the model, and waits until nothing is answered."""
        request = Tokenize(id="count", text=text)
        self._check(request)
        answer = self._asked(lambda: self._worker_for(model_path, "count").ask(request, Phrase("counting tokens")))
        assert isinstance(answer, Counted)
        return answer.tokens

    def runs_on(self) -> Ready:
        """The llama.cpp that a worker runs, and the devices that it can compute on; waits as `inspect` does."""

        def found() -> Ready:
            ready = self._any_worker().ready
            assert ready is not None, "a worker is greeted before it is handed out"
            return ready

        return self._asked(found)

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker that was asked last, while there is one."""
        with self._changed:
            return next((worker.pid for worker in reversed(self._workers) if worker.alive), None)

    def close(self) -> None:
        """Stop what runs, then the workers (ask, terminate, kill) and the client's thread. What waits fails."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            running = list(self._running)
        for job in running:
            job.cancel()
        self._thread.join(STOP_S * 2)
        if self._thread.is_alive():  # a worker neither ends its work nor its life
            for worker in tuple(self._workers):
                worker.kill()
        self._thread.join(STOP_S * 4)

    # Any thread above, the client's own below

    def _check(self, request: Request) -> None:
        line = wire.to_line(request)
        if len(line) > wire.MAX_LINE:
            raise RequestError("The text is far longer than any model can take. Shorten it.", code="prompt_too_long")
        try:
            wire.read_request(line)
        except WorkerError as error:
            raise RequestError.worded(
                "This cannot be asked: {why}.", code="bad_request", why=error.__cause__
            ) from error

    def _check_open(self) -> None:
        if self._closed:
            raise WorkerError("The engine is closed.", code="closed")

    def _asked(self, ask: Callable[[], Found]) -> Found:
        future: Future[Found] = Future()

        def call() -> None:
            try:
                self._check_open()
                future.set_result(ask())
            except Exception as error:  # belongs to who asked; this thread must live
                future.set_exception(error)

        with self._changed:
            self._check_open()
            self._calls.append(call)
            self._changed.notify()
        return future.result()

    def _run(self) -> None:
        """The client's thread: starts every worker, hands out what can begin."""
        while (task := self._next()) is not None:
            task()
        for call in self._calls:  # asked in the moment of closing
            call()
        for job in self._waiting:
            job.deliver(failed(job.request.id, WorkerError("The engine is closed.", code="closed")))
        while self._workers:
            self._drop(self._workers[0])

    def _next(self) -> Callable[[], None] | None:
        """What can be done now, once there is something; None when the client is closed and nothing runs."""
        with self._changed:
            while True:
                if self._closed and not self._running:
                    return None
                if self._calls and not self._running:
                    self._used = time.monotonic()
                    return self._calls.pop(0)
                job = None if self._closed else self._choose()
                if job is not None:
                    self._waiting.remove(job)
                    self._running[job] = _identity(job.request.model_path)
                    return lambda: self._begin(job)
                idle = self._workers and not self._running
                if not self._changed.wait(self._used + self._keep_warm_s - time.monotonic() if idle else None) and idle:
                    return self._unload

    def _choose(self) -> RequestJob | None:
        """The next request that can begin: of the model that answers now; when none does, the oldest of its own."""
        active = set(self._running.values())
        if active:
            if self._crowded & self._running.keys():
                return None
            return next((job for job in self._waiting if _identity(job.request.model_path) in active), None)
        latest = self._workers[-1].model if self._workers else ""
        same = (job for job in self._waiting if _identity(job.request.model_path) == latest)
        return next(same, self._waiting[0] if self._waiting else None)

    def _begin(self, job: RequestJob) -> None:
        request = job.request
        try:
            if job.cancelled:
                raise RequestError("Stopped before it began.", code="cancelled")
            worker = self._worker_for(request.model_path, request.id, job)
            if job in self._crowded:
                for other in [each for each in self._workers if each is not worker]:
                    self._drop(other)
            doing = Phrase("answering with {file}", {"file": Path(request.model_path).name})
            worker.begin(request, doing, job.deliver, lambda end: self._ended(job, end), sending=job.sent)
        except EngineError as error:
            self._ended(job, error)
        except Exception as error:  # a bug of ours; this thread must live, and the request must end
            _log.exception("a request failed in a way that was not foreseen")
            self._ended(
                job,
                EngineError.worded(
                    "Something unforeseen went wrong ({kind}).", code="internal", kind=type(error).__name__
                ),
            )

    def _ended(self, job: RequestJob, end: AnyEvent | EngineError) -> None:
        """A request has ended. The client's thread, or a reader's."""
        job.sent(None)
        if isinstance(end, FitError) and self._try_alone(job):
            return
        if isinstance(end, EngineError) and end.code == "cancelled":
            _deliver_cancelled(job)
        elif isinstance(end, EngineError):
            job.deliver(failed(job.request.id, end))
        with self._changed:
            self._running.pop(job, None)
            self._crowded.discard(job)
            self._used = time.monotonic()
            self._changed.notify()

    def _try_alone(self, job: RequestJob) -> bool:
        """Whether a request that did not fit is tried once more, with no other model loaded beside its own."""
        with self._changed:
            if job in self._crowded or len(self._workers) < 2 or len(self._running) > 1:
                self._crowded.discard(job)
                return False
            self._crowded.add(job)
            self._running.pop(job, None)
            self._waiting.insert(0, job)
            self._changed.notify()
            return True

    # Workers

    def _worker_for(self, path: str, name: str, job: RequestJob | None = None) -> WorkerProcess:
        """The worker that holds the model at `path`: one that is there, or a new one."""
        model = _identity(path)
        for worker in self._workers:
            if worker.alive and worker.model == model:
                self._workers.remove(worker)
                self._workers.append(worker)
                return worker
        header = read_header(Path(path))  # a file that is no model must not cost one that is loaded
        context = expected_context(header, job.request) if job else 1
        self._make_room(path, header, context)
        worker = self._unloaded_worker()
        load = Load(
            id=name,
            path=path,
            context=context,
            threads=self.threads,
            gpu_layers=self._gpu_layers,
            devices=self._devices,
        )
        try:
            doing = Phrase("loading {file}", {"file": Path(path).name})
            worker.ask(load, doing, job.deliver if job else None, sending=job.sent if job else None)
        except EngineError:
            self._drop(worker)
            raise
        worker.model, worker.path = model, path
        return worker

    def _make_room(self, path: str, header: ModelHeader, context: int) -> None:
        """Unload what was used longest ago: one of RESIDENT at least, all where memory is short."""
        for worker in tuple(self._workers):
            loaded = sum(bool(each.model) for each in self._workers)
            short = estimate(header, context).total + KEEP_FREE > available_memory()
            if not worker.alive or worker.path == path or (worker.model and (loaded >= RESIDENT or short)):
                self._drop(worker)

    def _any_worker(self) -> WorkerProcess:
        """The worker that was asked last, or a new one without a model."""
        for worker in reversed(self._workers):
            if worker.alive:
                return worker
        return self._unloaded_worker()

    def _unloaded_worker(self) -> WorkerProcess:
        for worker in self._workers:
            if worker.alive and not worker.model:
                return worker
        worker = WorkerProcess()
        with self._changed:
            self._workers.append(worker)
        try:
            worker.greet()
        except EngineError:
            self._drop(worker)
            raise
        return worker

    def _unload(self) -> None:
        while self._workers:
            self._drop(self._workers[0])

    def _drop(self, worker: WorkerProcess) -> None:
        with self._changed:
            self._workers.remove(worker)
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
            evaluated_tokens=0,
            reused_tokens=0,
            evaluated_anew=False,
            threads=0,
            template_sha256="",
            binding_version="",
            llama_cpp_version="",
            backend="",
        )
    )
