"""The inbox as a trainer works through it: what waits, put on the bench, discarded, and that taken back.

A capture becomes a draft like any other, with where it came from; only saving it makes a record. Must not know Qt.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import msgspec

from desktop.flow import draft as drafts
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.kept_drafts import key_of
from desktop.flow.quantities import since_text
from desktop.flow.shown_text import in_one_line
from desktop.flow.wording import gettext as _
from feedback_store.captures import Capture
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


class InboxDesk:
    """The captures of a profile, judged in `project`, and what was discarded here and can come back."""

    def __init__(self, store: Store, project: str) -> None:
        self._store = store
        self._project = project
        self._discarded: list[tuple[str, ...]] = []

    def waiting(self) -> list[Waiting]:
        """All that wait, the oldest first."""
        return self._store.inbox.waiting()

    def take(self, waiting: Waiting, prompt: PromptDraft) -> tuple[Draft, Future[None]]:
        """A draft in a capture's place, with the settings of `prompt`; done when that is on disk.

        The future raises NotFoundError where another window was faster.
        """
        made = draft_of(waiting, prompt)
        return made, self._store.inbox.take(waiting.id, key_of(self._project, made), drafts.to_bytes(made))

    def discard(self, ids: tuple[str, ...]) -> Future[None]:
        """Have these wait no more; `undo` brings them back, until the next start."""
        self._discarded.append(ids)
        return self._store.inbox.discard(ids)

    def undo(self) -> tuple[int, Future[None]] | None:
        """Bring back what was discarded last: how many, and when that is done; None where there is nothing."""
        if not self._discarded:
            return None
        ids = self._discarded.pop()
        return len(ids), self._store.inbox.restore(ids)


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
        note="" if capture.page.complete else _("The page showed only a part of the conversation."),
    )


def said_of(waiting: Waiting, now: datetime) -> str:
    """What stands over a capture that is read: how long ago it came, and from which page."""
    row = row_of(waiting, now)
    return f"{row.since} · {row.place}"


def parts_of(waiting: Waiting) -> list[tuple[str, str]]:
    """A capture to be read: each turn under who said it, the answer last, and where it is from."""
    capture = waiting.capture
    said = {"system": _("System prompt"), "user": _("Prompt"), "assistant": _("Earlier answer"), "tool": _("Tool")}
    turns = [(said[message.role], message.content) for message in capture.messages]
    place = "\n".join(part for part in (capture.page.title, capture.page.url or capture.page.origin) if part)
    return [*turns, (_("Answer"), capture.response), (_("Page"), place)]


def draft_of(waiting: Waiting, prompt: PromptDraft) -> Draft:
    """A capture as a draft: its turns as the prompt, its answer as the one answer, which is open: its page was seen."""
    capture = waiting.capture
    asked = _prompt(capture.messages, prompt)
    answer = AnswerDraft(key="a", text=capture.response, state="done", origin=Origin("page"))
    return replace(
        drafts.new_draft(asked),
        asked=asked,
        answers=(answer,),
        order=(answer.key,),
        blind=False,
        shown_at=None,
        context=Context(source="browser", item_role="normal", page=page_of(capture), pairing=waiting.pairing),
    )


def page_of(capture: Capture) -> Page:
    """Where a capture is from, as its record says it."""
    page = capture.page
    return Page(
        origin=page.origin,
        title=page.title,
        captured_at=capture.created_at,
        complete=page.complete,
        selectors=capture.selectors,
        url=page.url,
    )


def _prompt(messages: tuple[Message, ...], before: PromptDraft) -> PromptDraft:
    """The turns before the answer: a system prompt at their beginning, and what is asked at their end."""
    system = messages[0].content if messages and messages[0].role == "system" else ""
    turns = messages[1:] if system else messages
    asked = turns[-1].content if turns and turns[-1].role == "user" else ""
    return replace(before, text=asked, system=system, turns=turns[:-1] if asked else turns)
