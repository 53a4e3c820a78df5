"""The models' runs for one session: begun, stopped, and told of. Must not know what a session does with their words."""

from __future__ import annotations

from collections.abc import Callable, Collection

from desktop.flow.candidates import Answering, Post, Run
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.outcome import messages_of
from desktop.flow.wording import sentence
from feedback_store.records import new_id
from local_models.errors import EngineError


class Runs:
    """`take` gets the name of a run and what came of it; `ended` what went wrong at a run's end, "" for nothing."""

    def __init__(
        self,
        answering: Answering,
        post: Post,
        take: Callable[[str, tuple[AnswerDraft, ...]], None],
        ended: Callable[[str], None],
        fail: Callable[[str], None],
    ) -> None:
        """`fail` is told why a run could not begin."""
        self._answering, self._post = answering, post
        self._take, self._tell_ended, self._fail = take, ended, fail
        self._runs: dict[str, Run] = {}

    @property
    def any(self) -> bool:
        """Whether a model is writing."""
        return bool(self._runs)

    @property
    def names(self) -> Collection[str]:
        """The runs that have not ended."""
        return self._runs.keys()

    def start(
        self,
        asked: PromptDraft,
        wish: PromptDraft,
        keys: tuple[str, ...],
        seed: int,
        *,
        goes_on: AnswerDraft | None = None,
    ) -> str:
        """Have the model of `wish` answer `asked`; the name of the run, "" when that failed, and it is said."""
        name = new_id()
        try:
            run = self._answering.run(
                messages_of(asked),
                wish,
                keys=keys,
                seed=seed,
                goes_on=goes_on,
                post=self._post,
                changed=lambda answers: self._take(name, answers),
                ended=lambda problem: self._ended(name, problem),
            )
        except EngineError as error:
            self._fail(sentence(error))
            return ""
        self._runs[name] = run
        return name

    def cancel(self, key: str | None = None) -> None:
        """Stop one answer or all."""
        for run in tuple(self._runs.values()):
            if key is None or key in run.keys:
                run.cancel(key)

    def cancel_others(self, wanted: Collection[str]) -> None:
        """Stop the runs whose answers nobody wants any more."""
        for name, run in tuple(self._runs.items()):
            if name not in wanted:
                run.cancel()

    def _ended(self, name: str, problem: str) -> None:
        run = self._runs.pop(name)
        self._take(name, run.answers)  # as they ended, also those that were away for a while: undone, and redone
        self._tell_ended(problem)
