"""The true window in a process of its own, with somebody at its keyboard who does what stdin says.

    python -m tests.desktop.browser.window_process PROFILE

One JSON object a line. It takes {"do": …}: pair, allow (code), inbox, bench, accept, judge, stop; and says ready,
waits, allowed, inbox, accepted, judged. `judge` saves all that waits on the bench, one after the other, by keys.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "end_to_end"))

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from trainer import Trainer

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.connect_dialog import ConnectDialog
from desktop.views.parts import dress
from local_models.engine import Engine
from local_models.scripted import ScriptedEngine

LONG_S = 20.0


class WindowProcess(QObject):
    """`engine` None has the real worker answer."""

    def __init__(self, folder: Path, engine: Engine | None = None) -> None:
        super().__init__()
        self.profile = Profile.open(folder, insecure_key_file=True)
        self.engine = engine
        self.workbench = Workbench(self.profile, engine=engine)
        self.workbench.show()
        self.workbench.window.resize(1440, 900)
        QTest.qWaitForWindowActive(self.workbench.window)
        self.person = Trainer(self.workbench)
        self._heard = b""
        self._left: list[dict[str, Any]] = []
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self._on_input)
        self._next = QTimer(self, interval=0, singleShot=True)
        self._next.timeout.connect(self._on_next)
        self.tell(ready=True)

    def tell(self, **said: object) -> None:
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()

    @Slot()
    def _on_input(self) -> None:
        came = sys.stdin.buffer.raw.read(65536)  # type: ignore[union-attr,attr-defined]
        if not came:
            self._input.setEnabled(False)
            self._left.append({"do": "stop"})
        *lines, self._heard = (self._heard + (came or b"")).split(b"\n")
        self._left += [json.loads(line) for line in lines]
        self._next.start()

    @Slot()
    def _on_next(self) -> None:
        """One at a time: whatever is done has the window's events go on."""
        while self._left:
            self._do(self._left.pop(0))

    def _do(self, told: dict[str, Any]) -> None:
        match told["do"]:
            case "pair":
                self.person.control(Qt.Key.Key_5)
                self.workbench.browsing.connect_one()
                self.person.until(lambda: self._dialog() is not None, "a browser is waited for", LONG_S)
                self.tell(waits=True)
            case "allow":
                dialog = self._dialog()
                assert dialog is not None
                self.person.until(dialog.code.edit.isEnabled, "a browser has come", LONG_S)
                self.person.type(told["code"])
                self.person.until(dialog.main.isEnabled, "the digits are right")
                self.person.press(Qt.Key.Key_Return)
                self.person.until(lambda: not dialog.main.isEnabled(), "it is let in")
                self.person.press(Qt.Key.Key_Escape)
                self.person.alone()
                self.tell(allowed=True)
            case "inbox":
                self.tell(inbox=[each.capture.response for each in self.profile.store.inbox.waiting()])
            case "bench":
                self.person.control(Qt.Key.Key_1)
            case "accept":
                self._accept()
                self.tell(accepted=len(self.profile.store.drafts.list()))
            case "judge":
                self.tell(judged=self._judge())
            case "stop":
                self.workbench.window.close()
                self.profile.close()
                if self.engine is not None:
                    self.engine.close()
                QApplication.quit()

    def _dialog(self) -> ConnectDialog | None:
        shown = [each for each in self.workbench.window.findChildren(ConnectDialog) if each.isVisible()]
        return shown[0] if shown else None

    def _accept(self) -> None:
        """All that are shown onto the bench."""
        inbox = self.workbench.rooms.inbox
        self.person.control(Qt.Key.Key_5)
        self.person.until(lambda: inbox.model.rowCount() > 0, "answers wait")
        self.person.comes_to("inboxList")
        self.person.type("a")
        self.person.until(lambda: inbox.model.rowCount() == 0, "all are on the bench", LONG_S)

    def _judge(self) -> int:
        """All good, each axis rated, saved; until nothing waits."""
        session, bench = self.workbench.session, self.workbench.bench
        self.person.control(Qt.Key.Key_1)
        judged = 0
        while session.draft.answers:
            self.person.comes_to("answerTextA")
            self.person.type("g")
            self.person.press(Qt.Key.Key_Return)
            self.person.until(bench.ratings.hasFocus, "the ratings have the keyboard")
            for _axis in session.rubric.axes:
                self.person.type("3")
            self.person.until(lambda: not session.missing, f"nothing is missing: {session.missing}")
            before = session.draft.id
            self.person.control(Qt.Key.Key_S)
            self.person.until(lambda before=before: session.draft.id != before, "it is saved", LONG_S)  # type: ignore[misc]
            judged += 1
        return judged


def main() -> None:
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    scripted = ScriptedEngine(lambda _prompt, count: [f"Own answer {number}." for number in range(count)])
    process = WindowProcess(Path(sys.argv[1]), scripted)
    application.exec()
    del process


if __name__ == "__main__":
    main()
