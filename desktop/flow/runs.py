"""The models' runs for one session: begun, stopped, and told of. Must not know what a session does with their words.

A run is of one model. Those of several go their ways side by side; the engine decides which models it can hold at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from desktop.flow.asking import Shares, unasked_answer, waiting_answer
from desktop.flow.candidates import Answering, Post, Run
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.outcome import messages_of
from desktop.flow.wording import sentence
from feedback_store.records import new_id
from local_models.errors import EngineError


class Runs:
    """`take` gets the name of a run and what came of it; `ended` what went wrong at a run's end, "" for nothing, and
    the same without a word that names the model."""

    def __init__(
        self,
        answering: Answering,
        post: Post,
        take: Callable[[str, tuple[AnswerDraft, ...]], None],
        ended: Callable[[str, str], None],
    ) -> None:
        self._answering, self._post = answering, post
        self._take, self._tell_ended = take, ended
        self._runs: dict[str, Run] = {}

    @property
    def any(self) -> bool:
        """Whether a model is writing."""
        return bool(self._runs)

    @property
    def names(self) -> Collection[str]:
        """The runs that have not ended."""
        return self._runs.keys()

    def start_all(self, asked: PromptDraft, wish: PromptDraft, shares: Shares, seed: int) -> tuple[AnswerDraft, ...]:
        """Have several models answer `asked`, each from the same seed; the places of the answers.

        A model that cannot be asked says so in its places. Raises EngineError where none can.
        """
        places: list[AnswerDraft] = []
        errors: list[EngineError] = []
        for model, keys in shares:
            try:
                run = self.start(asked, wish, keys, seed, model)
            except EngineError as error:
                errors.append(error)
                places += [unasked_answer(key, model, sentence(error)) for key in keys]
            else:
                places += [waiting_answer(key, run, model) for key in keys]
        if len(errors) == len(shares):
            raise errors[0]
        return tuple(places)

    def start(
        self,
        asked: PromptDraft,
        wish: PromptDraft,
        keys: tuple[str, ...],
        seed: int,
        model: str,
        *,
        goes_on: AnswerDraft | None = None,
    ) -> str:
        """Have a model answer `asked`, as `wish` has answers drawn; the name of the run. Raises EngineError."""
        name = new_id()
        self._runs[name] = self._answering.run(
            messages_of(asked),
            msgspec.structs.replace(wish, model=model, beside=()),
            keys=keys,
            seed=seed,
            goes_on=goes_on,
            post=self._post,
            changed=lambda answers: self._take(name, answers),
            ended=lambda problem: self._ended(name, problem),
        )
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
        self._tell_ended(problem, run.veiled)
