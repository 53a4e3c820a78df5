"""“Ask my models” in the panel: answers of this computer's models, told as they are written, kept when they are ended.

One asking a connection. Names of models are not told: the panel judges blind, as the bench does. What is kept has the
whole provenance, which the panel is never asked for. Must not know the channel nor Qt.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import msgspec

from desktop.flow import panel_messages
from desktop.flow.asking import keys_for
from desktop.flow.candidates import Answering, Run
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.flow.panel_messages import Ask, AskError, Cancel
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence, veiled
from feedback_store.panel_table import KeptAnswer
from feedback_store.records import Message
from feedback_store.store import Store
from local_models.errors import EngineError

Tell = Callable[[int, dict[str, object]], None]
Post = Callable[[Callable[[], None]], None]

MOST_TEXT = 256 * 1024  # bytes of an answer as JSON; a frame to the browser has 512 KiB

_log = logging.getLogger(__name__)
replace = msgspec.structs.replace


class OwnText(msgspec.Struct, frozen=True):
    """An answer of an own model as it is kept beside its capture, with what it was asked for."""

    answer: AnswerDraft
    messages: tuple[Message, ...]


class AskRefused(Exception):  # noqa: N818  - an outcome that the panel is told, not a fault
    """An asking that cannot be begun, with its code and sentence."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


@dataclass
class _Asking:
    """One asking on its way: how much of each answer has been told."""

    ask: Ask
    run: Run | None = None
    told: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)


class PanelAsking:
    """The askings of all connections. `wish` is what stands on the bench: its model and settings are taken."""

    def __init__(
        self, store: Store, answering: Answering, wish: Callable[[], PromptDraft], tell: Tell, post: Post
    ) -> None:
        self._store = store
        self._answering = answering
        self._wish = wish
        self._tell = tell
        self._post = post
        self._askings: dict[int, _Asking] = {}

    def ask(self, connection: int, message: bytes) -> None:
        """Begin; raises AskRefused."""
        try:
            ask = panel_messages.read(message, Ask)
        except AskError as error:
            raise AskRefused(error.code, sentence(error)) from error
        if connection in self._askings:
            raise AskRefused("asking", _("Your models are answering already. Stop them first, or wait."))
        wish = self._wished(ask)
        asking = self._askings[connection] = _Asking(ask)
        try:
            asking.run = self._answering.run(
                ask.messages,
                wish,
                keys=keys_for(ask.n),
                seed=secrets.randbelow(2**31),
                post=self._post,
                changed=lambda answers: self._on_changed(connection, asking, answers),
                ended=lambda _problem: self._on_ended(connection, asking),
            )
        except EngineError as error:
            del self._askings[connection]
            raise AskRefused(error.code, veiled(error)) from error

    def cancel(self, connection: int, message: bytes) -> None:
        """Stop what is being written; without effect for an asking that has ended. Raises AskRefused."""
        try:
            cancel = panel_messages.read(message, Cancel)
        except AskError as error:
            raise AskRefused(error.code, sentence(error)) from error
        asking = self._askings.get(connection)
        if asking is not None and asking.ask.id == cancel.id and asking.run is not None:
            asking.run.cancel()

    def left(self, connection: int) -> None:
        """A session has ended: nobody reads what is written for it."""
        asking = self._askings.pop(connection, None)
        if asking is not None and asking.run is not None:
            asking.run.cancel()

    def stop(self) -> None:
        """End all of them."""
        for connection in list(self._askings):
            self.left(connection)

    def _wished(self, ask: Ask) -> PromptDraft:
        """Which model answers and how: never one to which the prompt would leave this computer."""
        wish, names = self._wish(), self._answering.names_here
        if ask.model is not None and ask.model not in names:  # a path is no name
            raise AskRefused("unknown_model", _("There is no such model on this computer."))
        if not names:
            raise AskRefused("no_models", _("There is no model on this computer. Add one in Preceptor first."))
        model = ask.model or (wish.model if wish.model in names else names[0])
        return replace(wish, model=model, beside=(), answers=ask.n)

    def _on_changed(self, connection: int, asking: _Asking, answers: tuple[AnswerDraft, ...]) -> None:
        if self._askings.get(connection) is not asking or asking.run is None:
            return
        for answer in answers:
            if answer.key in asking.ended:
                continue
            number, told = asking.run.keys.index(answer.key), asking.told.get(answer.key, 0)
            if answer.ready:
                asking.ended.add(answer.key)
                self._tell(connection, _ended(asking.ask.id, number, answer, asking.run.veiled))
                continue
            if _bytes(answer.text) > MOST_TEXT:
                asking.run.cancel(answer.key)
            elif len(answer.text) > told:
                asking.told[answer.key] = len(answer.text)
                delta = {"t": "candidates.delta", "id": asking.ask.id, "number": number, "text": answer.text[told:]}
                self._tell(connection, delta)

    def _on_ended(self, connection: int, asking: _Asking) -> None:
        """All of them have ended: they are kept, and only then may a verdict name them."""
        if self._askings.get(connection) is not asking or asking.run is None:
            return
        done: dict[str, object] = {"t": "candidates.done", "id": asking.ask.id, "problem": asking.run.veiled}
        kept = [
            KeptAnswer(asking.ask.id, number, _hash(answer.text), _to_bytes(answer, asking.ask.messages))
            for number, answer in enumerate(asking.run.answers)
            if answer.text and answer.state != "failed"
        ]

        def told(future: Future[None]) -> None:
            if self._askings.get(connection) is asking:
                del self._askings[connection]
                error = future.exception()
                if error is not None:
                    _log.warning("answers for the panel were not kept: %s", type(error).__name__)
                    done["problem"] = _("These answers could not be kept, so they cannot be judged.")
                self._tell(connection, done)

        self._store.inbox.keep_answers(asking.ask.capture, kept).add_done_callback(
            lambda future: self._post(lambda: told(future))
        )


def read_kept(data: bytes) -> OwnText:
    """An answer that was kept, as it stands in a draft."""
    return msgspec.json.decode(data, type=OwnText)


def _to_bytes(answer: AnswerDraft, messages: tuple[Message, ...]) -> bytes:
    return msgspec.json.encode(OwnText(answer, messages))


def _ended(ask: str, number: int, answer: AnswerDraft, veiled: str) -> dict[str, object]:
    """The whole text once more: an engine may take back what it wrote last. What went wrong names no model."""
    text = answer.text if _bytes(answer.text) <= MOST_TEXT else ""
    state = answer.state if text or answer.state == "failed" else "failed"
    return {
        "t": "candidates.answer",
        "id": ask,
        "number": number,
        "state": state,
        "text": text,
        "sha256": _hash(text),
        "problem": veiled if answer.problem else "",
    }


def _bytes(text: str) -> int:
    """How many bytes a text has as JSON; counted only where it may be too many."""
    return len(text) if len(text) * 6 <= MOST_TEXT else len(json.dumps(text, ensure_ascii=False).encode("utf-8"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
