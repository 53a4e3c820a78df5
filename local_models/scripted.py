"""An engine that answers from a script, word by word: for practice without a model, and for driving the window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from local_models.engine import OnEvent
from local_models.errors import EngineError
from local_models.events import AnyEvent, Done, Failed, Finished, TextDelta
from local_models.requests import CandidateRequest

Script = Callable[[str, int], Sequence[str]]


class ScriptedJob:
    """One scripted request, told by a thread of its own."""

    def __init__(self, request: CandidateRequest, texts: Sequence[str], pause: float, on_event: OnEvent) -> None:
        self._request = request
        self._texts = texts
        self._pause = pause
        self._on_event = on_event
        self._cancelled: set[int] = set()
        self._last: Done | Failed | None = None
        self._thread = threading.Thread(target=self._run, name="script", daemon=True)
        self._thread.start()

    def cancel(self, candidate: int | None = None) -> None:
        self._cancelled |= set(range(len(self._texts))) if candidate is None else {candidate}

    def wait(self, timeout: float | None = None) -> Done:
        self._thread.join(timeout)
        if self._last is None:
            raise TimeoutError(f"no answer within {timeout} s")
        if isinstance(self._last, Failed):
            raise EngineError(self._last.message, code=self._last.code, **self._last.values)
        return self._last

    def _run(self) -> None:
        request, started = self._request, time.perf_counter()
        words = [text.split(" ") for text in self._texts]
        ended: set[int] = set()
        step = 0
        while len(ended) < len(words):
            for index, mine in enumerate(words):
                if index in ended:
                    continue
                if index in self._cancelled or step >= len(mine):
                    ended.add(index)
                    self._tell(self._finished(index, " ".join(mine[:step]), started, whole=step >= len(mine)))
                else:
                    self._tell(TextDelta(request=request.id, candidate=index, text=(" " if step else "") + mine[step]))
            step += 1
            if self._pause:
                time.sleep(self._pause)
        self._last = Done(
            request=request.id, k=len(words), prompt_tokens=1, completion_tokens=sum(map(len, words)), prompt_ms=0,
            generation_ms=(time.perf_counter() - started) * 1000, prompt_evaluations=1, reused_prefix=False,
            template_sha256="", binding_version="1", llama_cpp_version="none", backend="script",
        )  # fmt: skip
        self._tell(self._last)

    def _finished(self, index: int, text: str, started: float, *, whole: bool) -> Finished:
        sampling = self._request.candidates[index]
        return Finished(
            request=self._request.id,
            candidate=index,
            text=text,
            reasoning="",
            finish="stop" if whole else "cancelled",
            prompt_tokens=1,
            completion_tokens=len(text.split(" ")),
            first_ms=0.0,
            total_ms=(time.perf_counter() - started) * 1000,
            seed=sampling.seed,
        )

    def _tell(self, event: AnyEvent) -> None:
        self._on_event(event)


class ScriptedEngine:
    """Answers with `script(prompt, count)`; `pause` seconds between words."""

    def __init__(self, script: Script, *, pause: float = 0.0) -> None:
        self._script = script
        self._pause = pause
        self._jobs: list[ScriptedJob] = []

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> ScriptedJob:
        texts = self._script(request.messages[-1].content, len(request.candidates))
        job = ScriptedJob(request, texts, self._pause, on_event)
        self._jobs.append(job)
        return job

    def close(self) -> None:
        for job in self._jobs:
            job.cancel()
            job.wait(5)
