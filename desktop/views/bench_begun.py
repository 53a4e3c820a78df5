"""Keeps in the draft what is begun on the bench: each key of it, in one step of undo for one sitting.

Esc drops it and says so; an undo brings it back.
"""

from __future__ import annotations

from desktop.flow import keymap
from desktop.flow.draft import Draft
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message, MessageBar


class Sitting:
    """From the opening of a question to its end."""

    def __init__(self, session: BenchSession, bar: MessageBar) -> None:
        self._session = session
        self._bar = bar
        self._noted = False  # whether this sitting has its step of undo
        self._said: Message | None = None

    def begin(self) -> None:
        """A question is asked; that it was dropped is not true any more."""
        self._noted = False
        if self._said is not None and self._bar.message == self._said:
            self._bar.clear()
        self._said = None

    def put(self, changed: Draft) -> None:
        """Take what was typed, chosen or finished."""
        session = self._session
        if changed == session.draft:
            return
        if self._noted:
            session.stream(changed, "judgement", "state")
        else:
            session.act(changed)
            self._noted = True
        step = session.history.before
        session.history.drop_empty(session.draft)
        self._noted = self._noted and session.history.before is step

    def drop(self, changed: Draft, words: str) -> None:
        """Take the draft without it, as a step of its own; `words` say what is gone."""
        if changed == self._session.draft:
            return
        self._session.act(changed)
        how = _("{key} brings it back.").format(key=keymap.current().shown("undo"))
        self._said = Message("notice", words, how)
        self._bar.show_message(self._said)
