"""The worker process: one model, requests in on stdin, events out on stdout (docs/worker-protocol.md).

    python -m local_models.worker

Holds no keys, no database and no network. A reader thread takes cancel while the main thread computes. Dies with
its parent, and with the end of its standard input.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from local_models import fit, wire
from local_models.errors import EngineError, WorkerError
from local_models.events import Counted, Event, Failed, Loaded, Progress, Ready
from local_models.gguf import ModelHeader, read_header
from local_models.llama_engine import GPU_LAYERS_ALL, LlamaEngine, start_backend, versions
from local_models.requests import AnyRequest, Cancel, CandidateRequest, Hello, Load, Quit, Tokenize

PR_SET_PDEATHSIG = 1
ADDRESS_SPACE_RESERVE = 1_500_000_000  # code, arenas and reserved compute buffers beside weights and cache


def worker_command() -> list[str]:
    """How to start a worker, from source or frozen."""
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_name("preceptor-worker"))]
    return [sys.executable, "-X", "faulthandler=0", "-m", "local_models.worker"]


class Worker:
    """Serves requests one at a time in the main thread."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._writing = threading.Lock()
        self._waiting: queue.Queue[AnyRequest | EngineError] = queue.Queue()
        self._engine: LlamaEngine | None = None
        self._header: ModelHeader | None = None
        self._limited = False
        self._running: str | None = None
        self._cancelled: set[str] = set()

    def serve(self, hello: Hello) -> None:
        """Answer the first line, then all that follow, until quit."""
        self._do(hello)
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        while True:
            request = self._waiting.get()
            if isinstance(request, Quit):
                return
            if isinstance(request, EngineError):
                self._fail("", request)
                continue
            try:
                self._do(request)
            except EngineError as error:
                self._fail(getattr(request, "id", ""), error)
                if error.code == "template_too_slow":
                    return  # its thread cannot be stopped; the next worker starts clean

    def _do(self, request: AnyRequest) -> None:
        match request:
            case Hello():
                binding, commit, backend = versions()
                self._tell(
                    Ready(protocol=wire.PROTOCOL, binding_version=binding, llama_cpp_version=commit, backend=backend)
                )
            case Load():
                self._load(request)
            case CandidateRequest():
                self._generate(request)
            case Tokenize():
                self._tell(Counted(request=request.id, tokens=self._loaded().count(request.text)))

    def _load(self, request: Load) -> None:
        header = read_header(Path(request.path))
        self._limited = request.memory is not None
        self._limit_memory(header, request.context)
        last = [-1]

        def told(share: float) -> None:
            step = int(share * 1000)
            if step // 50 != last[0] // 50:
                last[0] = step
                self._tell(Progress(request=request.id, stage="load", done=step, total=1000))

        self._engine = LlamaEngine(
            request.path, threads=request.threads, gpu_layers=0 if self._limited else GPU_LAYERS_ALL, on_load=told
        )
        self._header = header
        self._tell(Loaded(request=request.id, context=request.context, memory=_resident()))

    def _generate(self, request: CandidateRequest) -> None:
        engine, header = self._loaded(), self._header
        assert header is not None
        tokens, rendered = engine.prompt_tokens(request.messages)
        cells = engine.context_needed(len(tokens), request)
        if self._limited:
            fit.check(header, cells, fit.available_memory() + _resident())
            self._limit_memory(header, cells)
        engine.open_context(cells)
        engine.cancelling.clear()
        self._running = request.id
        if request.id in self._cancelled:
            engine.cancelling.cancel(None)
        try:
            engine.generate(request, tokens, rendered, self._tell)
        finally:
            self._running = None
            self._cancelled.clear()

    def _loaded(self) -> LlamaEngine:
        if self._engine is None:
            raise WorkerError("No model is loaded.", code="not_loaded")
        return self._engine

    def _read(self) -> None:
        """The reader thread: cancel takes effect at once, everything else waits its turn."""
        while True:
            line = self._source.readline(wire.MAX_LINE + 1)
            if not line.endswith(b"\n"):
                os._exit(0)  # the parent is gone, or what it sent is no line
            try:
                request = wire.read_request(line)
            except EngineError as error:
                self._waiting.put(error)
                continue
            if isinstance(request, Cancel):
                self._cancel(request)
            else:
                self._waiting.put(request)

    def _cancel(self, request: Cancel) -> None:
        if self._running == request.id and self._engine is not None:
            self._engine.cancelling.cancel(request.candidate)
        elif request.candidate is None:
            self._cancelled.add(request.id)

    def _limit_memory(self, header: ModelHeader, context: int) -> None:
        """A soft limit on address space, set anew before each load and context: what is needed and a reserve."""
        if not self._limited:
            return
        try:
            import resource
        except ImportError:
            return  # not run here: Windows
        needed = 2 * header.file_size + fit.cache_bytes(header, context) + ADDRESS_SPACE_RESERVE
        needed += header.vocabulary * 512 * 4
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (needed, hard))

    def _fail(self, request: str, error: EngineError) -> None:
        values = {name: v if isinstance(v, str | int | float) else str(v) for name, v in error.values.items()}
        self._tell(Failed(request=request, code=error.code, message=str(error), values=values))

    def _tell(self, event: Event) -> None:
        with self._writing:
            self._sink.write(wire.to_line(event))
            self._sink.flush()


def die_with_parent(parent: int) -> None:
    """Linux: have the system kill this process when the thread that started it ends; leave if it already has."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def _no_core_dumps() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _log(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _resident() -> int:
    """Bytes of memory that this process holds now; 0 where that cannot be known."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def main() -> None:
    """Say hello first, then serve. llama.cpp's log goes to stderr; nothing but events goes to stdout."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not break the protocol
    line = source.readline(wire.MAX_LINE)
    try:
        hello = wire.read_request(line)
    except EngineError:
        hello = None
    if not isinstance(hello, Hello) or hello.protocol != wire.PROTOCOL:
        sink.write(wire.to_line(Failed(request="", code="protocol", message="Client and worker do not fit together.")))
        sink.flush()
        return
    die_with_parent(hello.parent)
    _no_core_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's; it asks us to stop
    log = start_backend(_log)
    worker = Worker(source, sink)
    worker.serve(hello)
    del log
    sink.flush()
    os._exit(0)  # nothing is left to clean up that the system does not clean faster


if __name__ == "__main__":
    main()
