"""A server whose model is to answer: a name for it, its address, the model's id, and its key, which nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.bridge.work import Work
from desktop.flow.models.servers import ServerProblem, ServerWish, where_of
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from desktop.views.parts import Field, HouseDialog, plain_label


class ServerDialog(HouseDialog):
    """`add(wish)` is called on a thread: where the key is kept, a passphrase may be asked for."""

    added = Signal(str)  # the name

    def __init__(
        self,
        work: Work,
        add: Callable[[ServerWish], object],
        check: Callable[[ServerWish], ServerProblem | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("serverDialog", _("Add a server"), _("Add the server"), parent)
        self._work = work
        self._add = add
        self._check = check
        self.leave.setText(_("Cancel"))
        self.name = Field("serverName", _("Name, as you will see it"), hint="office-gpu", most=60)
        self.address = Field("serverAddress", _("Address, up to /v1"), hint="http://127.0.0.1:8080/v1", most=500)
        self.model = Field("serverModel", _("Model, as the server calls it"), hint="llama3.1:8b", most=200)
        self.key = Field("serverKey", _("Key, if the server wants one"), secret=True, most=4096)
        about = _(
            "Any server with OpenAI's interface. Nothing is sent now; a key goes to where this device keeps its keys."
        )
        self.body.addWidget(plain_label(about, role="secondary", wrap=True))
        for field in (self.name, self.address, self.model, self.key):
            self.body.addWidget(field)
        self.body.addStretch(1)
        self.address.edit.textChanged.connect(self._on_address)
        self.main.clicked.connect(self._on_add)
        self.name.edit.setFocus()

    @property
    def wish(self) -> ServerWish:
        """What was typed."""
        return ServerWish(self.name.text, self.address.text, self.model.text, self.key.text)

    @Slot()
    def _on_address(self) -> None:
        where = where_of(self.address.text)
        self.say(_("What you ask it {where}.").format(where=where) if where else "")

    @Slot()
    def _on_add(self) -> None:
        wish = self.wish
        fields = {"name": self.name, "address": self.address, "model": self.model, "key": self.key}
        for field in fields.values():
            field.show_problem("")
        wrong = self._check(wish)
        if wrong is not None and wrong.field:
            fields[wrong.field].show_problem(wrong.text)
            return
        self.show_busy("")
        self._work.start("server", lambda: self._add(wish), self._ended)

    def _ended(self, done: Future[Any]) -> None:
        self.show_idle()
        error = done.exception()
        if error is not None:
            self.say(sentence(error), "secondary" if cancelled(error) else "danger")
            return
        self.added.emit(self.name.text.strip())
        self.accept()
