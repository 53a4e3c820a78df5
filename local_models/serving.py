"""Serves a client's requests in the worker process: one model, requests in turn, cancel at any time.

A request for the prompt that is being answered joins it instead of waiting. Importing this loads llama.cpp, so only the
worker does.
"""

from __future__ import annotations

import collections
import os
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from local_models import chat_template, fit, isolation, offload, wire
from local_models.cancelling import Cancelling
from local_models.errors import OUT_OF_MEMORY, EngineError, ModelFileError, WorkerError
from local_models.events import Counted, Event, Inspected, Loaded, Progress, Ready, TextDelta
from local_models.failures import failed
from local_models.llama.devices import devices
from local_models.llama.engine import Fits, LlamaEngine
from local_models.llama.library import uses_gpu, versions
from local_models.llama.model import LlamaModel
from local_models.llama.prompt import Prepared
from local_models.model_files import architectures
from local_models.model_files.gguf import ModelHeader, read_header
from local_models.requests import AnyRequest, Cancel, CandidateRequest, Inspect, Load, Quit, Tokenize
from local_models.threads import Threads

LOAD_STEPS = 20  # how many progress events a load has at most
INSPECTING = 512 * 1024 * 1024  # address space for reading a header


class Worker:
    """Serves requests in the main thread; another reads them."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, *, network_off: bool) -> None:
        self._source = source
        self._sink = sink
        self._network_off = network_off
        self._waiting: collections.deque[AnyRequest | EngineError] = collections.deque()
        self._arrived = threading.Semaphore(0)
        self._looked_at: tuple[CandidateRequest, Prepared | None] | None = None
        self._cancelling = Cancelling()
        self._engine: LlamaEngine | None = None
        self._header: ModelHeader | None = None
        self._plan = offload.Plan()
        self._threads = 1
        self._cells = 0  # of the context that is open

    def serve(self) -> None:
        """Say who is here, then answer what is asked until quit."""
        found = versions()
        self._tell(
            Ready(
                protocol=wire.PROTOCOL,
                binding_version=found.binding,
                llama_cpp_version=found.llama_cpp,
                backend=found.backend,
                network_off=self._network_off,
                devices=devices(),
            )
        )
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        while True:
            self._arrived.acquire()
            request = self._waiting.popleft()
            if isinstance(request, Quit):
                return
            if isinstance(request, EngineError):
                self._tell(failed("", request))
            elif not self._answer(request):
                return

    def _answer(self, request: AnyRequest) -> bool:
        """Do what is asked, or tell why not; False when this process should not go on."""
        name = getattr(request, "id", "")
        self._cancelling.begin(name)
        try:
            match request:
                case Load():
                    self._load(request)
                case CandidateRequest():
                    self._generate(request)
                case Tokenize():
                    self._tell(Counted(request=name, tokens=len(self._loaded()[0].model.tokens(request.text))))
                case Inspect():
                    self._inspect(request)
                case _:
                    raise WorkerError("Hello is said once, at the beginning.", code="protocol")
        except EngineError as error:
            self._tell(failed(name, error))
            # A template that never ends leaves a thread that cannot be stopped; the next worker starts clean.
            return error.code != "template_too_slow"
        except MemoryError:
            self._tell(failed(name, WorkerError(OUT_OF_MEMORY, code="no_memory")))
        finally:
            self._cancelling.end(name)
        return True

    def _load(self, request: Load) -> None:
        if self._engine is not None:
            raise WorkerError("A worker loads one model; start another for the next.", code="protocol")
        header = read_header(Path(request.path))
        architectures.check(Path(request.path), header)
        plan = offload.plan(header, request.context, devices(), request.devices, request.gpu_layers)
        self._header, self._plan, self._threads = header, plan, request.threads
        self._bound(header, request.context)
        told = 0

        def progressed(share: float) -> None:
            nonlocal told
            if share * LOAD_STEPS >= told:
                told = int(share * LOAD_STEPS) + 1
                self._tell(Progress(request=request.id, stage="load", done=int(share * 1000), total=1000))

        try:
            model = LlamaModel(
                request.path,
                on_load=progressed,
                stopped=lambda: self._cancelling.all,
                gpu_layers=plan.layers,
                devices=plan.names,
            )
        except ModelFileError as error:
            raise offload.too_many(header, request.context, plan) or error from None
        self._engine = LlamaEngine(model, Threads(request.threads), self._cancelling)
        self._tell(Loaded(request=request.id, context=model.trained_context, memory=isolation.resident()))

    def _generate(self, request: CandidateRequest) -> None:
        engine, header = self._loaded()
        engine.forget_changed()
        prepared = self._prepared(request)
        cells = engine.cells_for(prepared, request)
        if not engine.has_room(cells, prepared):
            carried = self._carried(header, cells) if request.reuse_prefix else 0
            self._bound(header, cells, carried=carried)
            asked = request if carried else msgspec.structs.replace(request, reuse_prefix=False)
            self._cells = 0
            engine.make_room(cells, asked, prepared)
            self._cells = cells
        engine.generate(request, prepared, self._tell, self._more)

    def _bound(self, header: ModelHeader, context: int, *, carried: int = 0) -> None:
        """Raise FitError for what does not fit; without a GPU, let this process take no more than it can need.

        A GPU's driver maps far more than it uses, so builds with one get no limit.
        """
        fit.check(header, context, _free(), off_host=self._plan.layers_off_host)
        if not uses_gpu():
            isolation.limit_address_space(fit.address_space(header, context + carried, self._threads))

    def _carried(self, header: ModelHeader, cells: int) -> int:
        """How many tokens may lie beside a new context while they are put in: all that there may be, or none.

        Where memory is short what was evaluated is dropped, and evaluated anew, before anything is refused.
        """
        off_host = self._plan.layers_off_host
        need = fit.estimate(header, cells, carried=self._cells, off_host=off_host).total
        return self._cells if need + fit.KEEP_FREE <= _free() else 0

    def _prepared(self, request: CandidateRequest) -> Prepared:
        if self._looked_at is not None and self._looked_at[0] is request and self._looked_at[1] is not None:
            return self._looked_at[1]
        with isolation.ends_process_after(chat_template.LIMIT_S + 1):
            return self._loaded()[0].prepare(request)

    def _more(self, fits: Fits) -> tuple[CandidateRequest, Prepared] | None:
        """The request that is next in turn, taken out of the queue, if it can join what is being written now.

        Asked after every step, whose texts go out here.
        """
        self._sink.flush()
        request = self._waiting[0] if self._waiting else None
        if not isinstance(request, CandidateRequest):
            return None
        if self._looked_at is None or self._looked_at[0] is not request:
            try:
                self._looked_at = (request, self._prepared(request))
            except (EngineError, MemoryError):
                self._looked_at = (request, None)  # it is refused when its turn comes
        prepared = self._looked_at[1]
        if prepared is None or not fits(request, prepared) or not self._arrived.acquire(blocking=False):
            return None
        self._waiting.popleft()
        self._looked_at = None
        return request, prepared

    def _inspect(self, request: Inspect) -> None:
        if self._engine is None:
            isolation.limit_address_space(INSPECTING)
        self._tell(Inspected(request=request.id, header=read_header(Path(request.path))))

    def _loaded(self) -> tuple[LlamaEngine, ModelHeader]:
        if self._engine is None or self._header is None:
            raise WorkerError("No model is loaded.", code="not_loaded")
        return self._engine, self._header

    def _read(self) -> None:
        """The reader thread: cancel takes effect at once, everything else waits its turn."""
        while True:
            line = self._source.readline(wire.MAX_LINE + 1)
            if not line.endswith(b"\n") or len(line) > wire.MAX_LINE:
                os._exit(0)  # the parent is gone, or what it sent is no line
            try:
                request = wire.read_request(line)
            except EngineError as error:
                self._take(error)
                continue
            if isinstance(request, Cancel):
                self._cancelling.cancel(request.id, request.candidate)
                continue
            if isinstance(request, Load | CandidateRequest):
                self._cancelling.expect(request.id)
            self._take(request)

    def _take(self, request: AnyRequest | EngineError) -> None:
        self._waiting.append(request)
        self._arrived.release()

    def _tell(self, event: Event) -> None:
        """Write an event's line; a piece of text goes out with those of the other candidates, by `_more`.

        Each line that goes out alone wakes the client, on a core that computes: 2 % of a step with four candidates.
        """
        self._sink.write(wire.to_line(event))
        if not isinstance(event, TextDelta):
            self._sink.flush()


def _free() -> int:
    """Bytes that this process may hold: what it holds already counts as free, for mapped weights do anyway."""
    return fit.available_memory() + isolation.own_memory()
