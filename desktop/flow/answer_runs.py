"""The models that write answers of one session at this moment. Must not know what becomes of the answers."""

from __future__ import annotations

from collections.abc import Callable

from desktop.flow.candidates import Answering, Post, Run
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.outcome import messages_of


class AnswerRuns:
    """Starts and stops them. `taken(answers, owner)` hears what came for a draft, `ended(problem)` of each end."""

    def __init__(
        self,
        answering: Answering,
        post: Post,
        taken: Callable[[tuple[AnswerDraft, ...], str], None],
        ended: Callable[[str], None],
    ) -> None:
        self._answering, self._post = answering, post
        self._taken, self._ended = taken, ended
        self._runs: list[Run] = []

    @property
    def any(self) -> bool:
        """Whether a model was asked and has not ended."""
        return bool(self._runs)

    def start(
        self,
        asked: PromptDraft,
        wish: PromptDraft,
        keys: tuple[str, ...],
        seed: int,
        owner: str,
        goes_on: AnswerDraft | None = None,
    ) -> None:
        """Have the model of `wish` answer `asked` for the draft with the id `owner`. Raises EngineError."""
        run = self._answering.run(
            messages_of(asked),
            wish,
            keys=keys,
            seed=seed,
            goes_on=goes_on,
            post=self._post,
            changed=lambda answers: self._taken(answers, owner),
            ended=lambda problem: self._over(run, problem),
        )
        self._runs.append(run)

    def cancel(self, key: str | None = None) -> None:
        """Stop one answer, or all."""
        for run in tuple(self._runs):
            if key is None or key in run.keys:
                run.cancel(key)

    def _over(self, run: Run, problem: str) -> None:
        if run in self._runs:
            self._runs.remove(run)
        self._ended(problem)
