"""The rubric on the bench: which version an opened judgement is judged by, and the way to the project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop.bridge.bench import BenchBridge
from desktop.flow import keymap
from desktop.flow.carrying import put_aside_words
from desktop.flow.session import BenchSession
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message

if TYPE_CHECKING:
    from desktop.views.bench_page import BenchPage

NEWEST = "judge_newest"


class BenchRubric(QObject):
    """Joins one bench to the rubrics of its session."""

    def __init__(self, page: BenchPage, session: BenchSession, bridge: BenchBridge) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._said: Message | None = None
        self._shown = ""  # the rubric's SHA-256
        bridge.changed.connect(self._on_changed)
        page.message.chosen.connect(self._on_message)
        self._show()

    @property
    def name(self) -> str:
        """What the draft's rubric is called; with its version where it is not the project's."""
        judged_by = self._session.judged_by
        if not judged_by.earlier:
            return judged_by.rubric.name
        words = _("{name}, version {version}")
        return words.format(name=judged_by.rubric.name, version=judged_by.rubric.version)

    def judge_by_newest(self) -> None:
        """Judge what was opened by the project's rubric too; Ctrl+Z takes it back."""
        if not self._session.judged_by.earlier:
            self._say(Message("success", _("This is judged by the project's rubric already.")))
            return
        self._session.judge_by_newest()
        now, aside = self._session.rubric, put_aside_words(self._session.draft)
        text = _("Judged by {name}, version {version}.").format(name=now.name, version=now.version)
        self._say(Message("warning" if aside else "success", text, aside))

    def _show(self) -> None:
        """Say by which version an opened judgement is judged; nothing where that is the project's."""
        judged_by = self._session.judged_by
        self._shown = judged_by.rubric.sha256
        if judged_by.earlier:
            words = _("This was judged by {name}, version {version}, and stays with it.")
            text = words.format(name=judged_by.rubric.name, version=judged_by.rubric.version)
            way = _("Judge by {name}, version {version}")
            newest = way.format(name=judged_by.newest.name, version=judged_by.newest.version)
            self._say(Message("warning", text, ways=((NEWEST, newest, keymap.current().shown(NEWEST)),)))
        elif self._said is not None and self._page.message.message == self._said:
            self._page.message.clear()

    def _say(self, message: Message) -> None:
        self._said = message
        self._page.message.show_message(message)

    @Slot(object)
    def _on_changed(self, parts: frozenset[str]) -> None:
        if "draft" in parts or self._session.rubric.sha256 != self._shown:  # undo changes it too
            self._show()

    @Slot(str)
    def _on_message(self, choice: str) -> None:
        if choice == NEWEST:
            self.judge_by_newest()
            self._page.back_to_answers()
