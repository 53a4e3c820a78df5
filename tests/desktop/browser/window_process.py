"""The true window in a process of its own, with somebody at its keyboard who does what stdin says.

    python -m tests.desktop.browser.window_process PROFILE

One JSON object a line. It takes {"do": …}: pair, asked, allow (code), inbox, came, bench, accept, save, stop; and says
ready, waits, asked, allowed, inbox, came, accepted, saved. `came` is by which pairing each capture came; `save` saves
what was judged in the panel, one after the other, by one key. The real worker answers what the panel asks.
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

LONG_S = 60.0


class WindowProcess(QObject):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.profile = Profile.open(folder, insecure_key_file=True)
        self.workbench = Workbench(self.profile)
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
            case "asked":
                dialog = self._dialog()
                assert dialog is not None
                self.person.until(dialog.code.edit.isEnabled, "a browser has come", LONG_S)
                self.tell(asked=True)
            case "allow":
                dialog = self._dialog()
                assert dialog is not None
                self.person.type(told["code"])
                self.person.until(dialog.main.isEnabled, "the digits are right")
                self.person.press(Qt.Key.Key_Return)
                self.person.until(lambda: not dialog.main.isEnabled(), "it is let in")
                self.person.press(Qt.Key.Key_Escape)
                self.person.alone()
                self.tell(allowed=True)
            case "inbox":
                self.tell(inbox=[each.capture.response for each in self.profile.store.inbox.waiting()])
            case "came":
                waiting = self.profile.store.inbox.waiting()
                self.tell(came=sorted([each.pairing, each.capture.messages[0].content] for each in waiting))
            case "bench":
                self.person.control(Qt.Key.Key_1)
            case "accept":
                self._accept()
                self.tell(accepted=len(self.profile.store.drafts.list()))
            case "save":
                self.tell(saved=self._save())
            case "stop":
                self.workbench.window.close()
                self.profile.close()
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

    def _save(self) -> int:
        """Saved as it came from the panel, until nothing waits."""
        session = self.workbench.session
        self.person.control(Qt.Key.Key_1)
        saved = 0
        while session.draft.answers:
            self.person.comes_to("answerTextA")
            assert not session.missing, f"nothing is missing: {session.missing}"
            before = session.draft.id
            self.person.control(Qt.Key.Key_S)
            self.person.until(lambda before=before: session.draft.id != before, "it is saved", LONG_S)  # type: ignore[misc]
            saved += 1
        return saved


def main(kind: type[WindowProcess] = WindowProcess) -> None:
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    process = kind(Path(sys.argv[1]))
    application.exec()
    del process


if __name__ == "__main__":
    main()
