"""One engine for all models: files are answered by workers on this computer, endpoints by their servers."""

from __future__ import annotations

from local_models.endpoints.kept import name_in
from local_models.engine import Engine, Job, OnEvent
from local_models.requests import CandidateRequest


class Engines:
    """Hands each request to the engine that its model is for."""

    def __init__(self, local: Engine, endpoints: Engine) -> None:
        self._local = local
        self._endpoints = endpoints

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> Job:
        """Have `request` answered; raises EngineError for one that cannot be asked."""
        chosen = self._local if name_in(request.model_path) is None else self._endpoints
        return chosen.generate(request, on_event)

    def close(self) -> None:
        """Stop both."""
        self._endpoints.close()
        self._local.close()
