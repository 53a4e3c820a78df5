"""What was asked to be sent and could not goes on by itself: while the window is open, at its next start, and once the
keys are open. What was only signed, for a file, does not. Must not know what a delivery is, nor how one is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

from desktop.bridge.work import Work
from desktop.flow.wording import gettext as _
from desktop.views.parts import Message
from feedback_store.store import Store

if TYPE_CHECKING:
    from feedback_store.delivery.sender import Sender

SEND_ON = "send_on"  # a way of a notice: the passphrase is asked for, and what waits is sent
TO_SEND = "to_send"  # a setting: the projects for which sending was asked and has not ended
Waits = Literal["nothing", "locked", "ready"]


class SendingOn:
    """`sender` sends in the background once it is started; `opens` says whether keys are at hand without a question."""

    def __init__(
        self,
        store: Store,
        work: Work,
        sender: Callable[[], Sender],
        opens: Callable[[], bool],
        say: Callable[[Message], None],
    ) -> None:
        self._store = store
        self._work = work
        self._sender = sender
        self._opens = opens
        self._say = say
        self._guard = threading.Lock()  # of the next
        self._wanted = frozenset(store.settings.get(TO_SEND, []))  # projects, whichever thread looks

    def wants(self, project: str) -> bool:
        """Whether sending was asked for in a project, and has not ended."""
        return project in self._wanted

    def look_whether_over(self, project: str) -> None:
        """Something arrived: once nothing waits, what is signed from then on is sent when somebody asks for it."""
        if self.wants(project) and self._store.outbox.next_to_send(project) is None:
            self._want(project, wanted=False)

    def look(self) -> None:
        """Send what waits, or say that it waits for the passphrase: at the start, and once the keys are open."""
        self._work.start("outbox", self._waits, self._on_waits)

    def keep(self, project: str, *, waits: bool) -> None:
        """Try again, further and further apart, as long as the window is open, and at its next start."""
        self._want(project, wanted=waits)
        if waits:
            self._sender().start()
            self._sender().wake(project)

    def _want(self, project: str, *, wanted: bool) -> None:
        with self._guard:
            self._wanted = self._wanted - {project} | ({project} if wanted else set())
            self._store.settings.set(TO_SEND, sorted(self._wanted))

    def _waits(self) -> Waits:
        """Whether something waits, and whether the passphrase is to be asked for first; on a thread."""
        if not any(self._store.outbox.next_to_send(project) for project in self._wanted):
            return "nothing"
        return "ready" if self._opens() else "locked"

    def _on_waits(self, future: Future[Waits]) -> None:
        waits = future.result() if future.exception() is None else "nothing"  # said when it is asked to send
        if waits == "ready":
            self._sender().start()
        elif waits == "locked":  # nobody asked for anything yet: a question at every start would be one too many
            said = _("A delivery waits for your passphrase.")
            self._say(Message("warning", said, "", ((SEND_ON, _("Unlock …")),)))
