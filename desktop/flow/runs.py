"""The models' runs for one session: begun, stopped, and told of. Must not know what a session does with their words."""

from __future__ import annotations

from collections.abc import Callable

from desktop.flow.candidates import Answering, Post, Run
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.outcome import messages_of
from desktop.flow.wording import sentence
from local_models.errors import EngineError


class Runs:
    """`take` gets what came and for which draft, by its id; `ended` what went wrong at a run's end, "" for nothing."""

    def __init__(
        self,
        answering: Answering,
        post: Post,
        take: Callable[[tuple[AnswerDraft, ...], str], None],
        ended: Callable[[str], None],
        fail: Callable[[str], None],
    ) -> None:
        """`fail` is told why a run could not begin."""
        self._answering, self._post = answering, post
        self._take, self._tell_ended, self._fail = take, ended, fail
        self._runs: list[Run] = []

    @property
    def any(self) -> bool:
        """Whether a model is writing."""
        return bool(self._runs)

    def start(
        self,
        asked: PromptDraft,
        wish: PromptDraft,
        keys: tuple[str, ...],
        seed: int,
        owner: str,
        *,
        goes_on: AnswerDraft | None = None,
    ) -> bool:
        """Have the model of `wish` answer `asked` for the draft `owner`; False when that failed, and it is said."""
        try:
            run = self._answering.run(
                messages_of(asked),
                wish,
                keys=keys,
                seed=seed,
                goes_on=goes_on,
                post=self._post,
                changed=lambda answers: self._take(answers, owner),
                ended=lambda problem: self._ended(run, problem),
            )
        except EngineError as error:
            self._fail(sentence(error))
            return False
        self._runs.append(run)
        return True

    def cancel(self, key: str | None = None) -> None:
        """Stop one answer or all."""
        for run in tuple(self._runs):
            if key is None or key in run.keys:
                run.cancel(key)

    def _ended(self, run: Run, problem: str) -> None:
        if run in self._runs:
            self._runs.remove(run)
        self._tell_ended(problem)
