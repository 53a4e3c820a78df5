"""What goes on with single models: one thing at a time each, with what became of it told at that model.

To be used in the window's thread; jobs run on threads of their own. Must not know what a job does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from desktop.flow.models.rows import Said
from desktop.flow.wording import cancelled, sentence

T = TypeVar("T")


class Start(Protocol):
    """Runs a job on a thread; `ended` is called in the window's thread."""

    def __call__(
        self, name: str, job: Callable[[], T], ended: Callable[[Future[T]], None], *, left_behind: bool = False
    ) -> None: ...


@dataclass(frozen=True)
class Doing:
    """What goes on: words, how far it is (0 to 1, -1 where nobody knows), and what stops it.

    `alone`: of these only one goes on at a time, whatever model it is about.
    """

    words: str = ""
    share: float | None = None
    stop: Callable[[], None] | None = None
    alone: bool = False


class ModelTasks:
    """Tasks by the key of the row that they are about. `changed` is called after every change."""

    def __init__(self, start: Start, changed: Callable[[], None]) -> None:
        self._start = start
        self._changed = changed
        self._doing: dict[str, Doing] = {}
        self._said: dict[str, tuple[Said, ...]] = {}

    @property
    def one_is_alone(self) -> bool:
        """Whether something goes on of which there is only one at a time."""
        return any(each.alone for each in self._doing.values())

    def doing(self, key: str) -> Doing:
        """What goes on with a model."""
        return self._doing.get(key, Doing())

    def said(self, key: str) -> tuple[Said, ...]:
        """What became of the last thing."""
        return self._said.get(key, ())

    def say(self, key: str, *said: Said) -> None:
        """Tell something at a model."""
        self._said[key] = said
        self._changed()

    def show(self, key: str, share: float) -> None:
        """It has come so far."""
        if key in self._doing:
            self._doing[key] = replace(self._doing[key], share=share)
            self._changed()

    def begin(
        self,
        key: str,
        doing: Doing,
        job: Callable[[], T],
        ended: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Start something, unless something goes on with this model. What goes wrong is said there, or by `failed`."""
        if key in self._doing:
            return
        self._doing[key] = doing
        self._said.pop(key, None)

        def done(future: Future[Any]) -> None:
            self._doing.pop(key, None)
            error = future.exception()
            if error is None:
                ended(future.result())
            elif failed is not None:
                failed(sentence(error))
            else:
                self._said[key] = (Said(sentence(error), "plain" if cancelled(error) else "danger"),)
            self._changed()

        self._start("model", job, done)
        self._changed()

    def stop(self, key: str) -> None:
        """Stop what goes on with a model, if it can be."""
        stop = self.doing(key).stop
        if stop is not None:
            stop()

    def stop_all(self) -> None:
        """Stop what can be."""
        for key in self._doing:
            self.stop(key)
