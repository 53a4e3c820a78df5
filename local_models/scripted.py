"""An engine that answers from a script, word by word: for practice without a model, and for driving the window.

It obeys the same rules as the real one: requests one after the other, cancel at any time, Done last.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence

from local_models.engine import OnEvent
from local_models.errors import EngineError, WorkerError
from local_models.events import Done, Finish, Finished, TextDelta
from local_models.failures import failed
from local_models.job import RequestJob
from local_models.requests import Cancel, CandidateRequest, Request, check_prompt

Script = Callable[[str, int], Sequence[str]]


class ScriptedEngine:
    """Answers with `script(prompt, count)`, or with the same texts always; `pause` seconds between words.

    A script that raises an EngineError fails as a model does.
    """

    def __init__(self, script: Script | Sequence[str], *, pause: float = 0.0) -> None:
        self._script = script
        self._pause = pause
        self._jobs: queue.SimpleQueue[RequestJob | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="script", daemon=True)
        self._thread.start()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        """Have `request` answered after those before it; RequestError for an empty prompt."""
        check_prompt(request.messages)
        if self._closing.is_set():
            raise WorkerError("The engine is closed.", code="closed")
        job = RequestJob(request, on_event)
        self._jobs.put(job)
        return job

    def close(self) -> None:
        """Stop whatever runs; what waits fails."""
        self._closing.set()
        self._jobs.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._closing.is_set():
                job.deliver(failed(job.request.id, WorkerError("The engine is closed.", code="closed")))
                continue
            try:
                texts = self._texts(job.request)
            except EngineError as error:
                job.deliver(failed(job.request.id, error))
            else:
                _Telling(job, texts, self._pause, self._closing).run()

    def _texts(self, request: CandidateRequest) -> list[str]:
        count = len(request.candidates)
        found = self._script(request.messages[-1].content, count) if callable(self._script) else self._script
        return list(itertools.islice(itertools.cycle(found), count)) if found else [""] * count


class _Telling:
    """One request being told: all its answers side by side, a word of each a step."""

    def __init__(self, job: RequestJob, texts: Sequence[str], pause: float, closing: threading.Event) -> None:
        self._job = job
        self._request = job.request
        self._words = [text.split(" ") for text in texts]
        self._pause = pause
        self._closing = closing
        self._started = time.perf_counter()
        self._cancelled: set[int | None] = set()
        self._told = 0

    def run(self) -> None:
        self._job.sent(self._take)
        left = dict(enumerate(self._words))
        for step in itertools.count():
            for index, words in list(left.items()):
                finish = self._finish(index, words, step)
                if finish is None:
                    self._tell(words[step] if step == 0 else f" {words[step]}", index)
                else:
                    del left[index]
                    self._end(index, " ".join(words[:step]), step, finish)
            if not left:
                break
            self._closing.wait(self._pause)
        self._job.sent(None)
        self._job.deliver(
            Done(
                request=self._request.id,
                k=len(self._words),
                prompt_tokens=self._prompt,
                completion_tokens=self._told,
                prompt_ms=0.0,
                generation_ms=self._elapsed,
                evaluated_tokens=self._prompt,
                reused_tokens=0,
                evaluated_anew=False,
                threads=1,
                template_sha256="",
                binding_version="1",
                llama_cpp_version="none",
                backend="script",
            )
        )

    def _take(self, request: Request) -> None:
        if isinstance(request, Cancel):
            self._cancelled.add(request.candidate)

    def _finish(self, index: int, words: list[str], step: int) -> Finish | None:
        if self._closing.is_set() or None in self._cancelled or index in self._cancelled:
            return "cancelled"
        if step >= len(words):
            return "stop"
        return "length" if step >= self._request.candidates[index].max_tokens else None

    def _tell(self, text: str, index: int) -> None:
        self._told += 1
        self._job.deliver(TextDelta(request=self._request.id, candidate=index, text=text))

    def _end(self, index: int, text: str, words: int, finish: Finish) -> None:
        self._job.deliver(
            Finished(
                request=self._request.id,
                candidate=index,
                text=text,
                reasoning="",
                finish=finish,
                prompt_tokens=self._prompt,
                completion_tokens=words,
                first_ms=0.0,
                total_ms=self._elapsed,
                seed=self._request.candidates[index].seed,
            )
        )

    @property
    def _prompt(self) -> int:
        return sum(len(message.content.split()) for message in self._request.messages)

    @property
    def _elapsed(self) -> float:
        return (time.perf_counter() - self._started) * 1000
