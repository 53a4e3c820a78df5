"""The program as it is started, with scripted answers in place of a model; tells on standard output how far it is.

    python scripted_window.py PROFILE

Lines are JSON: {"answers": n} when the n-th four answers stand, {"saved": n, "ms": …} with the time from the key to the
acknowledgement, and at the end {"painted_ms": [[place, ms] …], "unpainted": n}, from each key to the end of the
painting that followed; the last n were never followed by one, and count until then.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop import app, starting
from local_models.scripted import ScriptedEngine

MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
ANSWERS = ("It is the light.", "Because of scattering.", "Nobody knows for certain.", "I do not know.")


def tell(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class Watch(QObject):
    """Sees every key and every painting of the window that has the keyboard.

    A key's time begins where the X server read it (its stamp counts the milliseconds of the same clock), so a window
    that is busy with something else is seen too. It ends with the first painting after it, however late: what a key
    does at once is seen in that one. What is done later by a timer is not told apart, nor a painting for a cursor that
    blinks after a key that changes nothing. Modifiers do not count. Each widget from the keyboard's place upwards hears
    of the same key; it is told by its stamp, and counts once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[tuple[str, float]] = []  # where the keyboard was or what the key does, milliseconds
        self.save_pressed = 0.0
        self._pressed: list[tuple[str, float]] = []
        self._heard = (0, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):  # before any shortcut takes the key
            if self._heard == (event.timestamp(), event.key()) or event.key() in MODIFIERS:
                return False
            self._heard = (event.timestamp(), event.key())
            waited = (time.monotonic_ns() // 1_000_000 - event.timestamp()) % 2**32 / 1000
            pressed = time.perf_counter() - waited
            self._pressed.append((_place(event), pressed))
            if _place(event) == "save":
                self.save_pressed = pressed
        elif kind == QEvent.Type.Paint and self._pressed and _is_of(watched, QApplication.activeWindow()):
            pressed_ones, self._pressed = self._pressed, []
            QTimer.singleShot(0, lambda: self._note(pressed_ones))
        return False

    def end(self) -> int:
        """Count the keys that no painting followed until now; how many they are."""
        left, self._pressed = self._pressed, []
        self._note(left)
        return len(left)

    def _note(self, pressed_ones: list[tuple[str, float]]) -> None:
        now = time.perf_counter()
        self.painted += [(place, (now - pressed) * 1000) for place, pressed in pressed_ones]


def _is_of(watched: QObject, window: QWidget | None) -> bool:
    return isinstance(watched, QWidget) and watched.window() is window


def _place(event: QKeyEvent) -> str:
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return {Qt.Key.Key_S: "save", Qt.Key.Key_Return: "generate"}.get(Qt.Key(event.key()), "command")
    focus = QApplication.focusWidget()
    return focus.objectName() if focus is not None else ""


def main() -> int:
    application = QApplication(["preceptor"])
    watch = Watch()
    application.installEventFilter(watch)
    counts = {"answers": 0, "saved": 0}
    shown = app.Workbench.show

    def show(workbench: app.Workbench, **how: bool) -> None:
        shown(workbench, **how)
        session = workbench.session
        seen: dict[str, object] = {"draft": "", "saved": None}

        def look() -> None:
            if session.draft.finished and not session.writing and seen["draft"] != session.draft.id:
                seen["draft"] = session.draft.id
                counts["answers"] += 1
                tell(answers=counts["answers"])
            if session.saved is not None and seen["saved"] is not session.saved:
                seen["saved"] = session.saved
                counts["saved"] += 1
                tell(saved=counts["saved"], ms=(time.perf_counter() - watch.save_pressed) * 1000)

        timer = QTimer(workbench, interval=1)
        timer.timeout.connect(look)
        timer.start()

    app.Workbench.show = show  # type: ignore[method-assign]
    status = starting.run(Path(sys.argv[1]), lambda: ScriptedEngine(ANSWERS))  # type: ignore[arg-type, return-value]
    unpainted = watch.end()
    tell(painted_ms=watch.painted, unpainted=unpainted)
    return status


if __name__ == "__main__":
    sys.exit(main())
