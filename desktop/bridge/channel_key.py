"""The key that lets browsers in: opened on a thread when it is wanted, and without a question where nobody asked.

A browser that comes while the key is under a passphrase opens no dialog; a person is told, and decides when. Must not
know browsers' channel nor views.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal

from desktop.bridge.work import Work
from desktop.flow.kept_out import KeptOut
from feedback_store.batches.keys import DeviceKey
from feedback_store.errors import StoreError


class ChannelKey(QObject):
    """`make` gives the key for the browser it is told, "" for any, and may wait for a passphrase; `asks` says, at once,
    whether it would.
    """

    kept_out = Signal(str)  # the browser that waits for the passphrase, "" where its name cannot be told
    failed = Signal(object)  # StoreError
    opened = Signal()

    def __init__(
        self, work: Work, make: Callable[[str], DeviceKey], asks: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._make = make
        self._asks = asks
        self._kept_out = KeptOut()
        self._opening = False
        self._waits = ""  # the browser that a person was told of last
        self._then: Callable[[], None] | None = None  # what waits for the key
        self.key: DeviceKey | None = None

    @property
    def waits_for(self) -> str:
        """What a browser is told that comes now, by a code of the channel's; "" where the key is at hand."""
        if self.key is not None:
            return ""
        return "passphrase" if self._asks() else "locked"

    def wanted_by(self, browser: str) -> None:
        """A browser came; it comes again by itself."""
        if self.key is not None or self._opening:
            return
        if not self._asks():
            self.open()
        elif self._kept_out.came(browser):
            self._waits = browser
            self.kept_out.emit(browser)

    def let_in(self) -> None:
        """A person wants the key at hand for the browser that was told of."""
        self.open(browser=self._waits)

    def open(self, then: Callable[[], None] | None = None, browser: str = "") -> None:
        """Have the key at hand, and do `then`: also where it is being opened already, for a browser or for a person."""
        if self.key is not None:
            if then is not None:
                then()
            return
        if then is not None:
            self._then = then
        if self._opening:
            return
        self._opening = True
        self._work.start("channel-key", lambda: self._make(browser), self._ended, left_behind=True)

    def _ended(self, future: Future[DeviceKey]) -> None:
        self._opening = False
        after, self._then = self._then, None
        error = future.exception()
        if isinstance(error, StoreError):
            self.failed.emit(error)
        elif error is not None:
            raise error
        else:
            self.key = future.result()
            self.opened.emit()
            if after is not None:
                after()
