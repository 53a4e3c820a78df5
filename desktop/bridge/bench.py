"""The bench's session as Qt sees it: changes gathered into at most 30 repaints a second, drafts kept by a timer.

Streamed text changes many times between two frames; views hear of it once a frame (33 ms). Where words of a model
change the bench's state too, as the end of an answer does, they hear of it once what waits is painted: the
painting that answers a key comes first. Everything else is told at once. Must not decide anything: the session does.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.flow.session import BenchSession, Part

FRAME_MS = 33
KEEP_MS = 700  # with the write, what is lost is less than a second old


class BenchBridge(QObject):
    """Signals of one session. `changed` carries the frozenset of parts that changed."""

    changed = Signal(object)
    ending = Signal()  # the end of an answer is told next: whatever waits to be painted comes first

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: BenchSession | None = None
        self._stopped = False
        self._streamed: set[Part] = set()
        self._frame = QTimer(self, singleShot=True)
        self._frame.timeout.connect(self._on_frame)
        self._keep = QTimer(self, interval=KEEP_MS, singleShot=True)
        self._keep.timeout.connect(self._on_keep)

    def attach(self, session: BenchSession) -> None:
        """The session whose draft is kept from now on."""
        self._session = session

    def listen(self, parts: frozenset[Part]) -> None:
        """What the session calls after every change, in the window's thread."""
        if self._stopped:
            return
        if "text" in parts and parts <= {"text", "state"}:
            self._streamed |= parts
            if "state" in parts:
                self._frame.start(0)
            elif not self._frame.isActive():
                self._frame.start(FRAME_MS)
        else:
            self.changed.emit(frozenset(parts | self._streamed))
            self._streamed.clear()
        if not self._keep.isActive():
            self._keep.start()

    def stop(self) -> None:
        """Keep the draft a last time, stop both timers, and tell nothing more."""
        self._stopped = True
        self._frame.stop()
        self._keep.stop()
        if self._session is not None:
            self._session.keep()

    @Slot()
    def _on_frame(self) -> None:
        if self._streamed:
            parts, self._streamed = frozenset(self._streamed), set()
            if "state" in parts:
                self.ending.emit()
            self.changed.emit(parts)

    @Slot()
    def _on_keep(self) -> None:
        if self._session is not None:
            self._session.keep()
