"""What a browser says in a session, and what it is answered: captures and verdicts are kept, all else is looked up.

One message in, one answer out, by `say`; a capture's and a verdict's only when it is on disk, an asking's as its
answers come. Whatever a message holds, it makes no record and signs nothing: that is a person's act at the window. Must
not know the channel nor Qt.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import msgspec

from desktop.flow import panel_messages
from desktop.flow.browser_refusals import FAILED, TOLD, Refusals
from desktop.flow.panel_asking import AskRefused, PanelAsking
from desktop.flow.panel_messages import QUESTIONS, AskError, Find, Question, RubricGet, Status
from desktop.flow.panel_rubric import shown_rubric
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from feedback_store import canonical, captures
from feedback_store.errors import CanonicalError, RubricError, StoreError
from feedback_store.inbox import Kept
from feedback_store.rubrics import Rubric
from feedback_store.store import Store

Say = Callable[[int, bytes], None]
Post = Callable[[Callable[[], None]], None]

BURST = 300  # messages of one pairing at once
PER_SECOND = 5.0  # and from then on
MOST_SELECTORS = 256 * 1024  # bytes of what is said of an answer's place; larger ones no frame could hold


@dataclass
class _Bucket:
    """How many messages a pairing may still send."""

    left: float = BURST
    at: float = 0.0


@dataclass(frozen=True)
class Capturing:
    """The sessions of all browsers with one profile.

    `rubric` is the one of the project in use. `post` brings what the store ends on its thread to the window's.
    `asking` has models answer; None where there are none. `end` ends the session of a connection, by a code of the
    channel's.
    """

    store: Store
    rubric: Callable[[], Rubric]
    say: Say
    post: Post
    unpair: Callable[[str], None]
    end: Callable[[int, str], None]
    clock: Callable[[], float] = time.monotonic
    asking: PanelAsking | None = None
    refusals: Refusals = field(default_factory=Refusals)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, connection: int, pairing: str, message: bytes) -> None:
        """Do what a message asks; anything that it cannot be is answered with a code and a sentence."""
        if not self._may(pairing):
            self._refuse(connection, pairing, message, "too_many", _("Too many messages came in a short time."))
            return
        try:
            panel_messages.check_size(message)
            kind = _kind(message)
        except AskError as error:
            self._refuse(connection, pairing, message, error.code, sentence(error))
            return
        except CanonicalError as error:
            self._refuse(connection, pairing, b"", error.code, sentence(error))
            return
        match kind:
            case "capture.put" | "judge.put":
                self._keep(connection, pairing, message, kind)
            case "rubric.get" | "status" | "queue.summary" | "page.find":
                self._look_up(connection, pairing, message, QUESTIONS[kind])
            case "candidates.ask" | "candidates.cancel":
                self._ask(connection, pairing, message, kind)
            case "unpair":
                self.unpair(pairing)
            case _:
                said = _("This version of Preceptor does not know that.")
                self._refuse(connection, pairing, message, "unknown", said)

    def left(self, connection: int) -> None:
        """The session of a connection has ended."""
        if self.asking is not None:
            self.asking.left(connection)

    def stop(self) -> None:
        """The window closes."""
        if self.asking is not None:
            self.asking.stop()

    def _keep(self, connection: int, pairing: str, message: bytes, kind: str) -> None:
        put = self.store.inbox.put if kind == "capture.put" else self.store.inbox.put_verdict
        try:
            kept = put(message, pairing)
        except StoreError as error:
            self._refuse(connection, pairing, message, error.code, sentence(error))
            return
        ack = "capture.ack" if kind == "capture.put" else "judge.ack"
        kept.add_done_callback(lambda done: self.post(lambda: self._kept(connection, pairing, message, ack, done)))

    def _kept(self, connection: int, pairing: str, message: bytes, ack: str, done: Future[Kept]) -> None:
        """It is on disk, or is not: the extension forgets it only after the first."""
        error = done.exception()
        if error is None:
            self._answer(connection, {"t": ack, "id": _told(message, "id"), "sha256": captures.hash_of(message)})
        elif isinstance(error, StoreError):
            self._refuse(connection, pairing, message, error.code, sentence(error))
        else:
            raise error

    def _look_up(self, connection: int, pairing: str, message: bytes, kind: type[Question]) -> None:
        """Answer a question, by its id. One without belongs to an extension of before there were any."""
        if not _has(message, "id"):
            self.refusals.note("version", pairing)
            self.end(connection, "version")
            return
        try:
            asked = panel_messages.read(message, kind)
            found = self._found(pairing, asked)
        except (AskError, RubricError) as error:
            self._refuse(connection, pairing, message, error.code, sentence(error))
            return
        self._answer(connection, {**found, "id": asked.id})

    def _found(self, pairing: str, asked: Question) -> dict[str, object]:
        if isinstance(asked, RubricGet):
            rubric = self.rubric()
            return {"t": "rubric", "sha256": rubric.sha256, "rubric": shown_rubric(rubric)}
        if isinstance(asked, Status):
            return {"t": "status", **self._standing(pairing)}
        if isinstance(asked, Find):
            return {"t": "page.found", "page": asked.page, "selectors": self._place(pairing, asked)}
        states = self.store.inbox.states(asked.ids)  # of a capture that is not known, nothing is said
        items = [{"id": known, "state": state} for known, state in states.items()]
        return {"t": "queue.summary", **self._standing(pairing), "items": items}

    def _standing(self, pairing: str) -> dict[str, object]:
        project, browser = self.store.projects.current(), self.store.browsers.find(pairing)
        return {
            "project": project.name if project else "",
            "browser": browser.name if browser else "",
            "waiting": self.store.inbox.count(),
            "rubric": self._rubric_hash(),
        }

    def _rubric_hash(self) -> str:
        """Which rubric the panel would be told, "" where it cannot be: its own question says why."""
        try:
            return self.rubric().sha256
        except RubricError:
            return ""

    def _place(self, pairing: str, find: Find) -> object:
        """Where the answer stands on the page, if it is one that a person has opened again; else nowhere."""
        found = msgspec.to_builtins(self.store.reopened.take(pairing, find.page))
        return [] if len(to_message({"selectors": found})) > MOST_SELECTORS else found

    def _ask(self, connection: int, pairing: str, message: bytes, kind: str) -> None:
        try:
            if self.asking is None:
                raise AskRefused("no_models", _("There are no models here."))
            if kind == "candidates.ask":
                self.asking.ask(connection, message)
            else:
                self.asking.cancel(connection, message)
        except AskRefused as refused:
            self._refuse(connection, pairing, message, refused.code, str(refused))

    def _may(self, pairing: str) -> bool:
        """Whether this pairing may send one more message now (T5): a bucket that fills as time goes on."""
        bucket, now = self._buckets.setdefault(pairing, _Bucket(at=self.clock())), self.clock()
        bucket.left = min(BURST, bucket.left + (now - bucket.at) * PER_SECOND)
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def _refuse(self, connection: int, pairing: str, message: bytes, code: str, sentence: str) -> None:
        self.refusals.note(code, pairing)
        self._answer(connection, _refusal(message, code if code in TOLD else FAILED, sentence))

    def _answer(self, connection: int, answer: dict[str, object]) -> None:
        self.say(connection, to_message(answer))


def to_message(told: dict[str, object]) -> bytes:
    """The bytes of a message of the session."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _kind(message: bytes) -> str:
    """What kind a message is; raises CanonicalError where it is no object with one."""
    value = canonical.strict_loads(message)
    kind = value.get("t") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        raise CanonicalError("A message is an object with its kind in t.", code="message")
    return kind


def _has(message: bytes, name: str) -> bool:
    value = canonical.strict_loads(message)
    return isinstance(value, dict) and name in value


def _told(message: bytes, name: str) -> str:
    """What a message says under this name in a word, "" where that cannot be told."""
    try:
        value = canonical.strict_loads(message)
    except CanonicalError:
        return ""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _refusal(message: bytes, code: str, sentence: str) -> dict[str, object]:
    """The refusal of a message, which names it: by its kind, and by its id where it has one."""
    large = len(message) > captures.MAX_BYTES
    of, known = panel_messages.named(message) if large else (_told(message, name)[:64] for name in ("t", "id"))
    return {"t": "refused", "of": of, "id": known, "code": code, "message": sentence}
