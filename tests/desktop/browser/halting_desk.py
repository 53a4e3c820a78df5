"""A window's end that can be halted at an arrow of the protocol: what goes along it then comes nowhere, once.

    python -m tests.desktop.browser.halting_desk PROFILE

As desk_process.py, and {"do": "halt", "at": ARROW}, where ARROW is one of ARROWS; it says halted (arrow) when it was.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.browser import desk
from tests.desktop.browser.desk_process import DeskProcess

# Towards the window and back, in the order in which they go (docs/bridge-protocol.md) when a browser comes again.
ARROWS = ("introduction", "hello", "hello back", "auth back", "auth")


class HaltingDesk(DeskProcess):
    def __init__(self, profile: Path) -> None:
        self._arrow = ""
        take, send = desk._Connection._take, desk._Connection.send

        def taking(connection: desk._Connection, frame: bytes) -> None:
            kind = _kind(frame) if connection.end is not None else "introduction"
            if not self._halts(kind):
                take(connection, frame)

        def sending(connection: desk._Connection, frame: bytes) -> None:
            if not self._halts(f"{_kind(frame)} back"):
                send(connection, frame)

        desk._Connection._take = taking  # type: ignore[method-assign]
        desk._Connection.send = sending  # type: ignore[method-assign]
        super().__init__(profile)

    def _halts(self, arrow: str) -> bool:
        if not arrow or arrow != self._arrow:
            return False
        self._arrow = ""
        self.tell(halted=arrow)
        return True

    def _do(self, told: dict[str, Any]) -> None:
        if told["do"] == "halt":
            assert told["at"] in ARROWS
            self._arrow = told["at"]
        else:
            super()._do(told)


def _kind(frame: bytes) -> str:
    found = json.loads(frame)
    return str(found.get("t", "")) if isinstance(found, dict) else ""


if __name__ == "__main__":
    application = QCoreApplication(sys.argv[:1])
    process = HaltingDesk(Path(sys.argv[1]))
    application.exec()
    process.stop()
