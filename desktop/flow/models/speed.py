"""How fast a model is here, measured beside everything else and stopped at any moment.

The same engine as the bench's: what is asked there meanwhile waits its turn, or is waited for. Must not know the
window.
"""

from __future__ import annotations

import threading

from desktop.flow.wording import gettext as _
from local_models import measuring
from local_models.engine import Engine, Job, OnEvent
from local_models.errors import RequestError
from local_models.measuring import Speed
from local_models.requests import CandidateRequest

PROMPT_TOKENS = 128
NEW_TOKENS = 32
ANSWERS = 4


class Measuring:
    """One measurement. `run` waits for its end, on a thread of the caller's; `stop` may be called from any."""

    def __init__(self, engine: Engine, model_path: str) -> None:
        self._engine = _Stoppable(engine)
        self._model_path = model_path

    def run(self) -> Speed:
        """Measure. Raises EngineError, and RequestError "cancelled" when it was stopped."""
        request = measuring.request_of(
            self._engine, self._model_path, prompt_tokens=PROMPT_TOKENS, new_tokens=NEW_TOKENS, k=ANSWERS
        )
        speed = measuring.measure(self._engine, request)
        self._engine.check()
        return speed

    def stop(self) -> None:
        """End it at once."""
        self._engine.stop()


class _Stoppable:
    """An engine whose present request is cancelled by `stop`, and which takes no further one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._stopped = False

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> Job:
        with self._lock:
            self._check()
            self._job = self._engine.generate(request, on_event)
            return self._job

    def check(self) -> None:
        """Raises RequestError "cancelled" after `stop`."""
        with self._lock:
            self._check()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._job is not None:
                self._job.cancel()

    def close(self) -> None:
        """The engine is the bench's: it goes on."""

    def _check(self) -> None:
        if self._stopped:
            raise RequestError(_("Measuring was stopped."), code="cancelled")
