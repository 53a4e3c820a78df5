"""What stood on the screen of a window, and when: written by the window that is killed, read by the test that kills it.

Each change of the draft is a look, and so is what stands there every few moments. Times are seconds of
time.monotonic(), which on Linux is one clock for all processes.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from desktop.app import Workbench
from desktop.flow.begun import BegunChoice
from desktop.flow.draft import Draft
from desktop.views.not_rankable_dialog import NotRankableDialog


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """The bench at a moment: texts from the screen itself, and the whole draft under it."""

    at: float
    prompt: str
    answers: dict[str, str]  # by key
    why: str
    draft: Draft
    undone: bool = False  # a step was taken back, and can be taken again
    flag: BegunChoice | None = None  # what the open popup says
    reason: str | None = None  # what stands in the open dialog

    def same_but_for_time(self, other: Seen) -> bool:
        return msgspec.structs.replace(self, at=other.at) == other


class Stored(msgspec.Struct, frozen=True, tag="stored"):
    """The window said of a record that it is saved."""

    at: float
    id: str
    sha256: str


class Lived(msgspec.Struct, frozen=True, tag="lived"):
    """The window looked, and nothing new stood there."""

    at: float


Entry = Seen | Stored | Lived


def look(workbench: Workbench) -> Seen:
    """What stands on the bench now."""
    draft, bench = workbench.session.draft, workbench.bench
    asked = next((each for each in bench.findChildren(NotRankableDialog) if each.isVisible()), None)
    shown = zip(draft.order, bench.answers.cards, strict=False)
    return Seen(
        at=time.monotonic(),
        prompt=bench.prompt.text.toPlainText(),
        answers={key: card.text.text() for key, card in shown},
        why=bench.panel.why.toPlainText(),
        draft=draft,
        undone=workbench.session.history.can_redo,
        flag=bench.popup.choice if bench.popup.is_open else None,
        reason=asked.reason.text if asked is not None else None,
    )


class Diary:
    """Writes entries as lines, each with one call, so that a kill leaves whole lines and at most one half."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._last: Seen | None = None

    def note(self, entry: Entry) -> None:
        """Write an entry down; of a look that shows nothing new its moment alone."""
        if isinstance(entry, Seen):
            if self._last is not None and entry.same_but_for_time(self._last):
                entry = Lived(entry.at)
            else:
                self._last = entry
        self._file.write(msgspec.json.encode(entry) + b"\n")


def read(path: Path) -> list[Entry]:
    """The whole lines of a diary."""
    return [msgspec.json.decode(line, type=Entry) for line in path.read_bytes().split(b"\n")[:-1]]  # type: ignore[arg-type]  # a union is a type to msgspec
