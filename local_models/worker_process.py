"""One worker as its client sees it: started, greeted, asked, stopped. Plain Python: subprocess and two threads.

Must be made on a thread that lives as long as the worker should: Linux ends a child with the *thread* that started it.
"""

from __future__ import annotations

import collections
import contextlib
import logging
import os
import queue
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local_models import wire
from local_models.chat_template import too_slow
from local_models.engine import OnEvent
from local_models.errors import EngineError, Phrase, WorkerError
from local_models.events import AnyEvent, Counted, Done, Failed, Inspected, Loaded, Ready
from local_models.failures import error_of
from local_models.outcome import WorkerOutcome
from local_models.requests import Hello, Quit, Request
from local_models.worker import worker_command

GREETING_S = 60.0  # a first start from a slow disk reads some hundred megabytes of libraries
STOP_S = 2.0
LOG_LINES = 100
LOG_LINE_BYTES = 2000
KEPT_VARIABLES = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_CACHE_PATH", "GGML_CUDA_ENABLE_UNIFIED_MEMORY",
    "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GGML_VK_VISIBLE_DEVICES", "VK_DRIVER_FILES", "VK_ICD_FILENAMES",
)  # fmt: skip

_log = logging.getLogger(__name__)


OnEnd = Callable[["AnyEvent | EngineError"], None]
HELLO = ""  # the name of what has none


@dataclass(frozen=True)
class _Exchange:
    """Something that was asked and has not ended."""

    doing: Phrase
    on_event: OnEvent | None
    on_end: OnEnd


class WorkerProcess:
    """A running worker. `model` is what it has loaded, in its owner's words, `path` where from; "" before that."""

    def __init__(self) -> None:
        self.model = ""
        self.path = ""
        self.ready: Ready | None = None
        self._lines: collections.deque[str] = collections.deque(maxlen=LOG_LINES)
        self._open: dict[str, _Exchange] = {}
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._sending = threading.Lock()
        try:
            self._process = subprocess.Popen(
                worker_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_scrubbed_environment(),
                close_fds=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise WorkerError.worded(
                "The model's process could not be started: {reason}.",
                code="worker_not_started",
                reason=error.strerror or error,
            ) from error
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = (
            threading.Thread(target=self._read_events, args=(self._process.stdout,), name="events", daemon=True),
            threading.Thread(target=self._read_log, args=(self._process.stderr,), name="worker log", daemon=True),
        )
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self._over.is_set() and self._process.poll() is None

    def greet(self) -> None:
        """Say hello; WorkerError when nobody answers in time."""
        answer = self.ask(
            Hello(protocol=wire.PROTOCOL, parent=os.getpid()), Phrase("being started"), timeout=GREETING_S
        )
        if not isinstance(answer, Ready) or answer.protocol != wire.PROTOCOL:
            raise WorkerError("The model's process speaks another protocol. Install Preceptor anew.", code="protocol")
        self.ready = answer

    def begin(
        self,
        request: Request,
        doing: Phrase,
        on_event: OnEvent | None,
        on_end: OnEnd,
        sending: Callable[[Callable[[Request], None]], None] | None = None,
    ) -> None:
        """Send a request. All its events but Failed go to `on_event`, its end to `on_end`, on the reader's thread.

        The end is the last event, the EngineError that the worker tells, or WorkerError when it dies meanwhile
        (`doing` says what it did). `sending` is told, as soon as the request is on its way, how to send more (its
        cancels).
        """
        name = _name(request)
        with self._guard:
            over = self._over.is_set()
            if not over:
                self._open[name] = _Exchange(doing, on_event, on_end)
        if over:
            on_end(self._died(doing))
            return
        self.send(request)
        if sending is not None:
            sending(self.send)

    def ask(
        self,
        request: Request,
        doing: Phrase,
        on_event: OnEvent | None = None,
        sending: Callable[[Callable[[Request], None]], None] | None = None,
        timeout: float | None = None,
    ) -> AnyEvent:
        """`begin` and wait for the end; raises what the end raises, and WorkerError after `timeout` seconds."""
        ends: queue.SimpleQueue[AnyEvent | EngineError] = queue.SimpleQueue()
        self.begin(request, doing, on_event, ends.put, sending)
        try:
            end = ends.get(timeout=timeout)
        except queue.Empty:
            self._process.kill()
            raise WorkerError.worded(
                "The model's process did not answer within {seconds:.0f} seconds while it was {doing}. Try again.",
                code="worker_silent",
                doing=doing,
                seconds=timeout,
            ) from None
        if isinstance(end, EngineError):
            raise end
        return end

    def send(self, request: Request) -> None:
        """Write a request's line; a worker that is dead tells so by its silence. Any thread."""
        assert self._process.stdin is not None
        with self._sending, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(wire.to_line(request))
            self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once. Any thread."""
        self._process.kill()

    def stop(self) -> None:
        """Ask, terminate, kill, each with a time; then everything is closed."""
        self.send(Quit())
        for step in (None, self._process.terminate, self._process.kill):
            if step is not None:
                step()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_S)
                break
        for reader in self._readers:
            reader.join(STOP_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read_events(self, pipe: IO[bytes]) -> None:
        try:
            while line := pipe.readline(wire.MAX_LINE + 1):
                self._take(wire.read_event(line))
        except (WorkerError, ValueError, OSError) as error:
            _log.error("the worker broke the protocol and is ended: %s", type(error).__name__)
            self._process.kill()
        self._process.wait()
        with self._guard:
            self._over.set()
            left, self._open = self._open, {}
        for exchange in left.values():
            exchange.on_end(self._died(exchange.doing))

    def _take(self, event: AnyEvent) -> None:
        name = getattr(event, "request", HELLO)
        last = isinstance(event, Ready | Loaded | Done | Counted | Inspected | Failed)
        with self._guard:
            exchange = self._open.pop(name, None) if last else self._open.get(name)
        if exchange is None:
            return
        if exchange.on_event is not None and not isinstance(event, Failed):
            exchange.on_event(event)
        if last:
            exchange.on_end(error_of(event) if isinstance(event, Failed) else event)

    def _read_log(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(ValueError, OSError):
            while line := pipe.readline(LOG_LINE_BYTES):
                self._lines.append(line.decode("utf-8", "replace").rstrip())

    def _died(self, doing: Phrase) -> EngineError:
        self._readers[1].join(STOP_S)  # its last words
        outcome = WorkerOutcome(self._process.poll(), doing, tuple(line for line in self._lines if line))
        if outcome.watch_ended_it:
            return too_slow()
        return outcome.error()


def _name(request: Request) -> str:
    """What the events of a request name; those of hello name nothing."""
    return str(getattr(request, "id", HELLO))


def _scrubbed_environment() -> dict[str, str]:
    """What a worker may know of the environment: enough to start Python, nothing else (no tokens, no addresses)."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    root = Path(__file__).resolve().parent.parent
    if (root / "pyproject.toml").exists():  # a checkout that may not be installed
        kept["PYTHONPATH"] = str(root)
    elif "PYTHONPATH" in os.environ:
        kept["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return kept
