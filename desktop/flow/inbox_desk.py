"""The inbox as a trainer works through it: what waits, put on the bench, discarded, and that taken back.

A capture becomes a draft like any other, with where it came from; only saving it makes a record. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import msgspec

from desktop.flow import draft as drafts
from desktop.flow.capture_turns import Turns, edit_of, one_conversation, turns_of
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.kept_drafts import key_of
from desktop.flow.panel_drafts import with_verdict
from desktop.flow.quantities import since_text
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from feedback_store.captures import Capture
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.inbox import Waiting
from feedback_store.record_parts import Page
from feedback_store.records import Context, Message, Origin
from feedback_store.store import Store

replace = msgspec.structs.replace

FIRST_WORDS = 200  # characters of an answer in the list


@dataclass(frozen=True)
class InboxRow:
    """A capture in the list: where it is from, how long ago, its first words, and what is to be known of it."""

    id: str
    place: str
    since: str
    question: str
    answer: str
    note: str


@dataclass(frozen=True)
class Undone:
    """What goes back by an undo: the work that has begun, and how many of it did not, once that is done."""

    work: tuple[Future[bool] | Future[None], ...]

    def then(self, told: Callable[[], None]) -> None:
        """Call `told` when all of it is done, on the thread of the last."""
        left = [len(self.work)]
        lock = Lock()

        def ended(_done: Future[bool] | Future[None]) -> None:
            with lock:
                left[0] -= 1
                last = not left[0]
            if last:
                told()

        for each in self.work:
            each.add_done_callback(ended)

    @property
    def stayed(self) -> int:
        """How many stay as they are, since somebody went on with them; asked once all is done."""
        return sum(each.result() is False for each in self.work)


class InboxDesk:
    """The captures of a profile, judged in `project`; what was done here can be undone, step by step."""

    def __init__(self, store: Store, project: str) -> None:
        self._store = store
        self._project = project
        self._steps: list[Callable[[], Undone]] = []

    def waiting(self) -> list[Waiting]:
        """All that wait, the oldest first."""
        return self._store.inbox.waiting()

    def take(self, waiting: Waiting, prompt: PromptDraft) -> tuple[Draft, Future[None]]:
        """A draft in a capture's place, with the settings of `prompt`; done when that is on disk.

        The future raises NotFoundError where another window was faster.
        """
        made = self.draft_of(waiting, prompt)
        return made, self._store.inbox.take(
            waiting.id, key_of(self._project, made), drafts.to_bytes(made), made.comparison
        )

    def draft_of(self, waiting: Waiting, prompt: PromptDraft) -> Draft:
        """A capture as a draft, with what was said of it in the panel and the answers of own models beside it."""
        made = draft_of(waiting, prompt)
        if waiting.verdict is None:
            return made
        kept = self._store.inbox.answers_for(waiting.id)
        return with_verdict(made, waiting.verdict, kept, waiting.capture.messages, self._store.rubrics.find)

    def accepting(self, shown: Sequence[Waiting], prompt: PromptDraft) -> Accepting:
        """All these onto the bench, one after the other; what was taken by then is one step of undo."""
        return Accepting(self, shown, prompt)

    def accepted(self, taken: Sequence[tuple[Waiting, Draft]]) -> None:
        """These stand on the bench now; `undo` puts those back of which nothing was judged yet."""
        inbox, project = self._store.inbox, self._project
        given = [(each.id, key_of(project, made), drafts.to_bytes(made)) for each, made in taken]
        self._steps.append(lambda: Undone(tuple(inbox.give_back(*each) for each in given)))

    def discard(self, ids: tuple[str, ...]) -> Future[None]:
        """Have these wait no more; `undo` brings them back, until the next start."""
        self._steps.append(lambda: Undone((self._store.inbox.restore(ids),)))
        return self._store.inbox.discard(ids)

    def reopened(self, waiting: Waiting) -> None:
        """A person has opened a capture's page again: its browser may ask where the answer stands."""
        self._store.reopened.keep(waiting.pairing, page_of(waiting))

    def edit(self, waiting: Waiting, turns: Turns) -> Future[None]:
        """Have these turns judged in place of a capture's; those that came are no edit."""
        same = turns == turns_of(waiting.original) and not (waiting.edit and waiting.edit.joined)
        joined = waiting.edit.joined if waiting.edit is not None else ()
        self._steps.append(lambda: Undone((self._store.inbox.edit(waiting.id, waiting.edit),)))
        return self._store.inbox.edit(waiting.id, None if same else edit_of(turns, joined))

    def join(self, one: Waiting, other: Waiting) -> Future[None]:
        """Have two parts of a conversation wait as one capture, that of the later part."""
        first, last = sorted((one, other), key=lambda each: (each.original.created_at, each.id))
        turns = one_conversation(turns_of(first.capture), turns_of(last.capture))
        self._steps.append(lambda: Undone((self._store.inbox.part(last.id, first.id, last.edit),)))
        joined = dict.fromkeys((*last.hashes[1:], *first.hashes))
        return self._store.inbox.join(last.id, first.id, edit_of(turns, tuple(joined)))

    def undo(self) -> Undone | None:
        """Take back what was done last; None where there is nothing."""
        return self._steps.pop()() if self._steps else None


class Accepting:
    """Captures on their way onto the bench. `begin` says after each how far it is; `cancel` leaves the rest waiting.

    The newest goes first, so that the oldest is the one that comes up next.
    """

    def __init__(self, desk: InboxDesk, shown: Sequence[Waiting], prompt: PromptDraft) -> None:
        self._desk, self._prompt = desk, prompt
        self._left = list(shown)
        self.count = len(shown)
        self.taken: list[tuple[Waiting, Draft]] = []
        self.gone = 0  # another window was faster
        self.busy = False  # one is on its way
        self.error: StoreError | None = None

    @property
    def ended(self) -> bool:
        return not self._left and not self.busy

    def cancel(self) -> None:
        self._left.clear()

    def begin(self, post: Callable[[Callable[[], None]], None], told: Callable[[], None]) -> None:
        """Take them, one at a time; `told` is called after each, and once where there was nothing to do."""
        if not self._left:
            if self.taken:
                self._desk.accepted(self.taken)
            told()
            return
        waiting = self._left[-1]
        self.busy = True
        made, done = self._desk.take(waiting, self._prompt)
        done.add_done_callback(lambda each: post(lambda: self._took(waiting, made, each, post, told)))

    def _took(
        self,
        waiting: Waiting,
        made: Draft,
        done: Future[None],
        post: Callable[[Callable[[], None]], None],
        told: Callable[[], None],
    ) -> None:
        self.busy = False
        if self._left:  # else it was cancelled meanwhile, and this one is still taken
            self._left.pop()
        error = done.exception()
        if error is None:
            self.taken.append((waiting, made))
        elif isinstance(error, NotFoundError):
            self.gone += 1
        elif isinstance(error, StoreError):
            self.error = error
            self._left.clear()
        else:
            raise error
        if self._left:
            told()
        self.begin(post, told)


def cannot_join(one: Waiting, other: Waiting) -> str:
    """Why two captures are no conversation, as a sentence; "" where they may be one."""
    if one.capture.page.origin != other.capture.page.origin:
        return _("These two are from different pages, {one} and {other}. Mark two parts of one conversation.").format(
            one=in_one_line(one.capture.page.origin), other=in_one_line(other.capture.page.origin)
        )
    return ""


def row_of(waiting: Waiting, now: datetime) -> InboxRow:
    """A capture in the words of the list."""
    capture = waiting.capture
    asked = capture.messages[-1].content if capture.messages else ""
    return InboxRow(
        id=waiting.id,
        place=in_one_line(
            f"{capture.page.title} · {capture.page.origin}" if capture.page.title else capture.page.origin
        ),
        since=since_text(datetime.fromisoformat(capture.created_at), now),
        question=in_one_line(asked[:FIRST_WORDS]) or _("The prompt is missing"),
        answer=in_one_line(capture.response[:FIRST_WORDS]),
        note=_note(waiting),
    )


def said_of(waiting: Waiting, now: datetime) -> str:
    """What stands over a capture that is read: how long ago it came, and from which page."""
    row = row_of(waiting, now)
    return f"{row.since} · {row.place}"


def _note(waiting: Waiting) -> str:
    """What is to be known of a capture before it is judged, "" for nothing."""
    notes = (
        "" if waiting.capture.page.complete else _("Not all of the conversation was read from the page."),
        _("Edited here; its record will say so.") if waiting.edit is not None else "",
    )
    return " ".join(each for each in notes if each)


def parts_of(waiting: Waiting) -> list[tuple[str, str]]:
    """A capture to be read: each turn under who said it, the answer, where it is from, how an edited one came."""
    page = waiting.capture.page
    place = "\n".join(part for part in (page.title, page.url or page.origin) if part)
    came = [(_("As it came"), came_text(waiting.original))] if waiting.edit is not None else []
    return [*_turns(waiting.capture), (_("Page"), place), *came]


def came_text(capture: Capture) -> str:
    """A capture as the browser handed it over, in one text, which stands below what a person made of it."""
    return "\n\n".join(f"{said}: {words}" for said, words in _turns(capture))


def _turns(capture: Capture) -> list[tuple[str, str]]:
    said = {"system": _("System prompt"), "user": _("Prompt"), "assistant": _("Earlier answer"), "tool": _("Tool")}
    turns = [(said[message.role], message.content) for message in capture.messages]
    return [*turns, (_("Answer"), capture.response)]


def draft_of(waiting: Waiting, prompt: PromptDraft) -> Draft:
    """A capture as a draft: its turns as the prompt, its answer as the one answer, which is open: its page was seen."""
    capture = waiting.capture
    asked = _prompt(capture.messages, prompt)
    place = capture.page.origin.partition("://")[2] or capture.page.origin
    answer = AnswerDraft(key="a", text=capture.response, state="done", origin=Origin("page"), model=place)
    return replace(
        drafts.new_draft(asked),
        asked=asked,
        answers=(answer,),
        order=(answer.key,),
        blind=False,
        shown_at=None,
        context=Context(source="browser", item_role="normal", page=page_of(waiting), pairing=waiting.pairing),
    )


def page_of(waiting: Waiting) -> Page:
    """Where a capture is from, as its record says it."""
    capture = waiting.capture
    page = capture.page
    return Page(
        origin=page.origin,
        title=page.title,
        captured_at=capture.created_at,
        complete=page.complete,
        selectors=capture.selectors,
        url=page.url,
        edited=True if waiting.edit is not None else None,
        captured=waiting.hashes if waiting.edit is not None else None,
    )


def _prompt(messages: tuple[Message, ...], before: PromptDraft) -> PromptDraft:
    """The turns before the answer: a system prompt at their beginning, and what is asked at their end."""
    system = messages[0].content if messages and messages[0].role == "system" else ""
    turns = messages[1:] if system else messages
    asked = turns[-1].content if turns and turns[-1].role == "user" else ""
    return replace(before, text=asked, system=system, turns=turns[:-1] if asked else turns)
