"""Starts workers, sends them requests, delivers their events. Plain Python: subprocess, threads, callbacks.

One worker process a loaded model. All workers are started from one thread that lives as long as the client, because
Linux ends a child with the *thread* that started it. Events are delivered on that worker's reader thread.
"""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import subprocess
import threading
from pathlib import Path
from typing import IO

from local_models import fit, wire
from local_models.engine import OnEvent
from local_models.errors import EngineError, RequestError, WorkerError
from local_models.events import AnyEvent, Done, Failed, Loaded
from local_models.gguf import read_header
from local_models.outcome import WorkerOutcome
from local_models.requests import Cancel, CandidateRequest, Hello, Load, Quit
from local_models.worker import worker_command

FIRST_CONTEXT = 2048
LOG_LINES = 40
STOP_S = 2.0
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH")


class ClientJob:
    """A request on its way to a worker."""

    def __init__(self, client: EngineClient, request: CandidateRequest, on_event: OnEvent) -> None:
        self.request = request
        self._client = client
        self._on_event = on_event
        self._ended = threading.Event()
        self._done: Done | None = None
        self._failed: Failed | None = None
        self.cancelled = False

    def cancel(self, candidate: int | None = None) -> None:
        """Stop one candidate, or all."""
        self.cancelled = self.cancelled or candidate is None
        self._client.send_cancel(self, candidate)

    def wait(self, timeout: float | None = None) -> Done:
        """Wait for the end; raises EngineError when it failed, TimeoutError after `timeout` seconds."""
        if not self._ended.wait(timeout):
            raise TimeoutError(f"no answer within {timeout} s")
        if self._failed is not None:
            raise EngineError(self._failed.message, code=self._failed.code, **self._failed.values)
        assert self._done is not None
        return self._done

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def deliver(self, event: AnyEvent) -> None:
        """One event; the last one also ends the wait."""
        self._on_event(event)
        if isinstance(event, Done):
            self._done = event
            self._ended.set()
        elif isinstance(event, Failed):
            self._failed = event
            self._ended.set()


class EngineClient:
    """Answers requests by model workers. `threads` None: all cores but the window's where there are more than two."""

    def __init__(self, *, threads: int | None = None, cpu_only: bool = True) -> None:
        cores = os.cpu_count() or 1
        self.threads = threads or (cores - 1 if cores > 2 else cores)
        self._cpu_only = cpu_only
        self._jobs: queue.Queue[ClientJob | None] = queue.Queue()
        self._worker: WorkerProcess | None = None
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()
        self._closed = False

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> ClientJob:
        """Have `request` answered after those before it; raises RequestError for an empty prompt."""
        if not any(m.content.strip() for m in request.messages if m.role != "system"):
            raise RequestError("The prompt is empty. Write what the model should answer.", code="empty_prompt")
        job = ClientJob(self, request, on_event)
        self._jobs.put(job)
        return job

    def send_cancel(self, job: ClientJob, candidate: int | None) -> None:
        """Pass a cancel on to the worker that runs `job`; one that has not begun will not begin."""
        worker = self._worker
        if worker is not None and worker.job is job:
            worker.send_cancel(job.request.id, candidate)

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, while there is one."""
        return self._worker.pid if self._worker is not None else None

    def close(self) -> None:
        """Stop the worker (ask, terminate, kill) and the client's thread."""
        if self._closed:
            return
        self._closed = True
        worker = self._worker
        if worker is not None and worker.job is not None:
            worker.send_cancel(worker.job.request.id, None)
        self._jobs.put(None)
        self._thread.join(STOP_S * 4)

    def _run(self) -> None:
        """The client's thread: starts every worker, runs one job after the other."""
        while True:
            job = self._jobs.get()
            if job is None:
                break
            try:
                self._answer(job)
            except EngineError as error:
                values = {n: v if isinstance(v, str | int | float) else str(v) for n, v in error.values.items()}
                job.deliver(Failed(request=job.request.id, code=error.code, message=str(error), values=values))
        if self._worker is not None:
            self._worker.stop()

    def _answer(self, job: ClientJob) -> None:
        worker = self._worker_for(job)
        worker.run(job)
        if job.cancelled:
            worker.send_cancel(job.request.id, None)
        worker.wait()
        if not worker.alive:
            worker.stop()
            self._worker = None

    def _worker_for(self, job: ClientJob) -> WorkerProcess:
        """The worker that holds the request's model: the present one, or a new one in its place."""
        path = job.request.model_path
        worker = self._worker
        if worker is not None and worker.alive and worker.path == path:
            return worker
        if worker is not None:
            worker.stop()
            self._worker = None
        header = read_header(Path(path))
        context = min(FIRST_CONTEXT, header.context_length or FIRST_CONTEXT)
        memory = fit.check(header, context, fit.available_memory()).total if self._cpu_only else None
        worker = WorkerProcess(path)
        try:
            worker.load(Load(id=job.request.id, path=path, context=context, threads=self.threads, memory=memory), job)
        except EngineError:
            worker.stop()
            raise
        self._worker = worker
        return worker


class WorkerProcess:
    """One worker: its process, its reader threads, and the job it runs."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.job: ClientJob | None = None
        self._log: collections.deque[str] = collections.deque(maxlen=LOG_LINES)
        self._idle = threading.Event()
        self._idle.set()
        self._loaded: queue.Queue[Loaded | Failed | None] = queue.Queue()
        self._sending = threading.Lock()
        self._process = subprocess.Popen(
            worker_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_scrubbed_environment(),
            close_fds=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
        assert self._process.stdout is not None and self._process.stderr is not None
        self._readers = (
            threading.Thread(target=self._read_events, args=(self._process.stdout,), name="events", daemon=True),
            threading.Thread(target=self._read_log, args=(self._process.stderr,), name="worker log", daemon=True),
        )
        for reader in self._readers:
            reader.start()
        self._send(Hello(protocol=wire.PROTOCOL, parent=os.getpid()))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def load(self, request: Load, job: ClientJob) -> None:
        """Load a model; progress goes to `job`. Raises EngineError when it cannot be loaded."""
        self.job = job
        self._send(request)
        answer = self._loaded.get()
        if answer is None:
            raise self._died("loading the model")
        if isinstance(answer, Failed):
            raise EngineError(answer.message, code=answer.code, **answer.values)

    def run(self, job: ClientJob) -> None:
        """Begin a request; `wait` returns when it has ended or the process has."""
        self.job = job
        self._idle.clear()
        self._send(job.request)

    def wait(self) -> None:
        """Until the request has ended; a process that died in between fails it with a sentence."""
        self._idle.wait()
        job = self.job
        self.job = None
        if job is not None and not job.ended:
            raise self._died("writing")

    def send_cancel(self, request: str, candidate: int | None) -> None:
        self._send(Cancel(id=request, candidate=candidate))

    def stop(self) -> None:
        """Ask, terminate, kill, each with a time; then everything is closed."""
        self._send(Quit())
        for step in (None, self._process.terminate, self._process.kill):
            if step is not None:
                step()
            try:
                self._process.wait(STOP_S)
                break
            except subprocess.TimeoutExpired:
                continue
        for reader in self._readers:
            reader.join(STOP_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _send(self, request: Hello | Load | CandidateRequest | Cancel | Quit) -> None:
        assert self._process.stdin is not None
        with self._sending, contextlib.suppress(OSError, ValueError):  # a dead worker is told by its reader
            self._process.stdin.write(wire.to_line(request))
            self._process.stdin.flush()

    def _read_events(self, pipe: IO[bytes]) -> None:
        try:
            while line := pipe.readline(wire.MAX_LINE + 1):
                self._take(wire.read_event(line))
        except (WorkerError, ValueError, OSError):
            self._process.kill()
        self._process.wait()
        self._loaded.put(None)
        self._idle.set()

    def _take(self, event: AnyEvent) -> None:
        job = self.job
        if isinstance(event, Loaded):
            self._loaded.put(event)
        elif isinstance(event, Failed) and self._idle.is_set():
            self._loaded.put(event)
            return
        if job is None or getattr(event, "request", "") not in ("", job.request.id):
            return
        job.deliver(event)
        if isinstance(event, Done | Failed):
            self._idle.set()

    def _read_log(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in pipe:
                self._log.append(line.decode("utf-8", "replace").rstrip()[:500])

    def _died(self, doing: str) -> WorkerError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        outcome = WorkerOutcome(self._process.poll(), doing, tuple(self._log)[-8:])
        return WorkerError(
            str(outcome), code="worker_died", doing=doing, cause=outcome.cause, log="\n".join(outcome.log)
        )


def _scrubbed_environment() -> dict[str, str]:
    """What a worker may know of the environment: enough to start Python, nothing else (no tokens, no addresses)."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {"PYTHONUTF8": "1"}
