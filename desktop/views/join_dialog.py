"""Joining a team's project: address and code, its terms, then both keys to compare, and the offer to judge in it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.bridge.work import Work
from desktop.flow import joining
from desktop.flow.joining import FieldProblem, JoinWish
from desktop.flow.leaving import terms_name
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog, plain_label
from desktop.views.terms_dialog import terms_text
from feedback_store.store import Project, Terms

if TYPE_CHECKING:
    from feedback_store.delivery.joining import Joined


class JoinDialog(HouseDialog):
    """`look` says which terms are to be accepted, and `join` joins; each on a thread.

    Closing the dialog before the terms were accepted joins nothing. Afterwards it stops nothing: what became of it is
    still told. `known` is the project in use: joined before, its address stands in the field.
    """

    joined = Signal(object)  # Joined
    joined_unseen = Signal(object)  # the same, where the dialog was closed before it could show it
    failed_unseen = Signal(object)  # FieldProblem, likewise
    judge_asked = Signal(str)  # the project's id

    def __init__(
        self,
        work: Work,
        look: Callable[[JoinWish], Terms | None],
        join: Callable[[JoinWish], Joined],
        known: Project,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("joinDialog", _("Join a team's project"), _("Join"), parent)
        self._work = work
        self._look, self._join = look, join
        self._asked: JoinWish | None = None  # whose terms are read
        self._project = ""
        self.leave.setText(_("Cancel"))
        self.address = Field("joinAddress", _("Address"), hint="https://collector.example.org")
        self.code = Field("joinCode", _("Code"), hint="XXXX-XXXX-XXXX-XXXX", most=100)
        self.name = Field("joinName", _("Your name, if the team shall know it"), most=100)
        self.key = Field("joinKey", _("Collector's key, as its operator reads it out"), most=100)
        self.key.hide()  # until another one answers than was compared
        self._fields = self._form()
        self.show_page(self._fields)
        self.main.clicked.connect(self._on_main)
        if known.collector is not None:
            self.address.edit.setText(known.collector.address)
        self.address.edit.setFocus()
        self.address.edit.selectAll()

    @Slot()
    def _on_main(self) -> None:
        if self._project:
            self.judge_asked.emit(self._project)
            self.accept()
            return
        if self._asked is not None:
            self._start(self._asked)
            return
        wished = joining.wish(self.address.text, self.code.text, self.name.text, self.key.text)
        for field in (self.address, self.code, self.name, self.key):
            field.show_problem("")
        missing = joining.missing(wished)
        if missing is not None:
            self._show_problem(missing)
            return
        self.show_busy(_("Asking the team's collector. Nothing is joined yet."))
        self._work.start(
            "joining", lambda: self._look(wished), lambda done: self._looked(wished, done), left_behind=True
        )

    def _looked(self, wished: JoinWish, future: Future[Terms | None]) -> None:
        seen, error = self.isVisible(), future.exception()
        self.show_idle()
        if not seen:
            return  # left before anything was accepted
        if error is not None:
            self._show_problem(joining.problem(error))
            return
        terms = future.result()
        if terms is None:
            self._start(wished)
        else:
            self._asked = replace(wished, terms=terms.sha256)
            self._show_terms(terms)

    def _start(self, wished: JoinWish) -> None:
        self.show_busy(_("Joining the team's project. You may close this; it goes on."))
        self.leave.setText(_("Close"))
        self._work.start("joining", lambda: self._join(wished), self._ended, left_behind=True)

    def _ended(self, future: Future[Joined]) -> None:
        seen = self.isVisible()
        self.show_idle()
        self.leave.setText(_("Cancel"))
        error = future.exception()
        if error is not None:
            problem = joining.problem(error)
            if seen:
                self._show_fields()
                self._show_problem(problem)
            else:
                self.failed_unseen.emit(problem)
            return
        joined = future.result()
        self.joined.emit(joined)
        if seen:
            self._show_joined(joined)
        else:
            self.joined_unseen.emit(joined)

    def _show_problem(self, problem: FieldProblem) -> None:
        fields = {"address": self.address, "code": self.code, "name": self.name, "key": self.key}
        if problem.field:
            fields[problem.field].show()
            if problem.instead:  # seen before it is used: the same key once more says that it is meant
                fields[problem.field].edit.setText(problem.instead)
            fields[problem.field].show_problem(problem.text)
            if problem.field == "key":
                self.fit()  # it has not been seen before
        else:
            self.say(problem.text, "secondary" if problem.cancelled else "danger")
            self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_terms(self, terms: Terms) -> None:
        """Enter does nothing here: whoever pressed it twice has read nothing."""
        text = terms_text("joinTerms", terms)
        self.show_page(_terms_page(terms, text), keep=self._fields)
        self.main.setText(_("Accept the terms and join"))
        self.main.set_kind("normal")
        self.main.set_hint("")
        self.main.setDefault(False)
        before = self.size()
        self.begin_as(640, 520)
        self.resize(self.size().expandedTo(before))
        text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_fields(self) -> None:
        if self._asked is not None:
            self._asked = None
            self.show_page(self._fields)
            self._lead_by_enter(_("Join"))

    def _lead_by_enter(self, words: str) -> None:
        self.main.setText(words)
        self.main.set_kind("main")
        self.main.set_hint("↵")
        self.main.setDefault(True)

    def _show_joined(self, joined: Joined) -> None:
        self._project = joined.project.id
        self.show_page(_result(joined))
        self._lead_by_enter(_("Judge in it now"))
        self.fit()
        self.leave.setText(_("Later"))
        self.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _form(self) -> QWidget:
        about = _(
            "The operator of the project gives you both. Only your device's public key, an opaque number for you, "
            "and the name below are sent; judgements leave when you release them."
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(plain_label(about, wrap=True))
        for field in (self.address, self.code, self.name, self.key):
            column.addWidget(field)
        column.addStretch(1)
        return page


def _terms_page(terms: Terms, text: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    column.addWidget(plain_label(terms_name(terms), role="title", wrap=True, name="joinTermsName"))
    words = _("What you release leaves under these terms. Nothing is joined until you accept them.")
    column.addWidget(plain_label(words, wrap=True))
    column.addWidget(text, 1)
    return page


def _result(joined: Joined) -> QWidget:
    page = QWidget()
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(8)
    grid.setHorizontalSpacing(16)
    said = joining.headline(joined.project.name, joined.trainer_name, joined.asked_name)
    grid.addWidget(plain_label(said, role="title", wrap=True, name="joinedWords"), 0, 0, 1, 2)
    asked = _("Compare both keys with the operator, by telephone for instance. If one differs, do not send anything.")
    anew = joining.pinned_words(joined.collector_fingerprint, joined.replaced_fingerprint)
    asked = " ".join(filter(None, (anew, asked)))
    grid.addWidget(plain_label(asked, wrap=True, name="joinedKeys"), 1, 0, 1, 2)
    keys = (
        (_("Collector's key"), joined.collector_fingerprint, "collectorKey"),
        (_("This device's key"), joined.device_fingerprint, "deviceKey"),
    )
    for row, (words, key, name) in enumerate(keys, start=2):
        grid.addWidget(plain_label(words, role="label"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_key_label(words, key, name), row, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(4, 1)
    return page


def _key_label(words: str, key: str, name: str) -> QLabel:
    label = plain_label(key, wrap=True, name=name)
    label.setAccessibleName(f"{words}: {key}")
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
