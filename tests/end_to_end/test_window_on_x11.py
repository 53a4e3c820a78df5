"""The program as it is started, on X11: keys through the X server, the real model, and what the screen shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest
from greeted import greeted
from PySide6.QtGui import QImage

from desktop.flow import draft as drafts
from desktop.flow.draft import Draft
from desktop.profile import APP
from feedback_store.store import Store

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "screenshots"))

from a_display import display  # noqa: E402  (it lies beside what takes the pictures)


class Desk:
    """A screen with Preceptor's window on it, a keyboard, and the profile as another program sees it."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.profile = greeted(folder / "profile")
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", **variables}
        command = [sys.executable, "-P", "-m", "desktop", "--profile", str(self.profile)]
        self.window = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)
        self.until(self._focused, "the window is there")

    def press(self, *keys: str) -> None:
        self._run("xdotool", "key", "--delay", "20", *keys)

    def type(self, text: str) -> None:
        self._run("xdotool", "type", "--delay", "20", text)

    def until(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 180
        while not true():
            assert self.window.poll() is None, self.window.stderr and self.window.stderr.read()
            assert time.monotonic() < end, f"waited in vain until {what}; {self._state()}"
            time.sleep(0.1)

    def _state(self) -> str:
        """What was reached, for a failure's words."""
        made = self.draft()
        if made is None:
            return "there is no draft"
        return f"the prompt is {made.prompt!r}, the answers {[answer.text[:80] for answer in made.answers]}"

    def draft(self) -> Draft | None:
        """The judgement in the making, as it was kept last."""
        store = Store.open(self.profile, app=APP, readonly=True)
        try:
            kept = store.drafts.list()
            return drafts.from_bytes(kept[0].data) if kept else None
        finally:
            store.close()

    def records(self) -> list[dict[str, object]]:
        command = [sys.executable, "-P", "-m", "desktop", "records", "list", "--json", "--profile", str(self.profile)]
        lines = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in lines.splitlines()]

    def picture(self, file: Path) -> QImage:
        """The whole screen, as scrot sees it."""
        self._run("scrot", "--overwrite", str(file))
        return QImage(str(file))

    def _focused(self) -> bool:
        """Whether the window was found and given the keyboard; a window that comes or goes meanwhile is no answer."""
        command = ["xdotool", "search", "--onlyvisible", "--name", "^Preceptor$", "windowfocus", "--sync"]
        done = subprocess.run(command, env=self._environment, capture_output=True, timeout=180, check=False)
        return done.returncode == 0

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with display("xcb") as variables:
        made = Desk(tmp_path, variables)
        yield made
        made.window.kill()
        made.window.communicate()


@pytest.mark.needs("xvfb", "openbox", "xdotool", "scrot")
def test_the_started_program_takes_a_prompt_and_saves_a_judgement_by_real_keys(desk: Desk, tmp_path: Path) -> None:
    desk.type("Tell a long story about a lighthouse.")
    desk.press("ctrl+Return")

    def writing() -> bool:
        """Four answers that differ for good: equal ones would be folded into one when they are stopped.

        Their length says nothing: of some hundred answers one is a sentence and ends.
        """
        draft = desk.draft()
        texts = [answer.text for answer in draft.answers] if draft is not None else []
        return len(texts) == 4 and not any(one.startswith(other) for one, other in permutations(texts, 2))

    desk.until(writing, "the model writes four answers")
    desk.press("ctrl+period")

    def finished() -> bool:
        draft = desk.draft()
        return draft is not None and draft.finished

    desk.until(finished, "they have stopped")
    desk.type("vb>a=c>d")
    desk.press("Return")
    for answer in "1234":
        desk.press(answer, "Return", *"20211", "Escape")
    picture = desk.picture(tmp_path / "screen.png")
    assert len({picture.pixel(x, y) for x in range(0, 1400, 7) for y in range(0, 860, 7)}) > 50
    desk.press("ctrl+s")
    desk.until(lambda: len(desk.records()) == 1, "the judgement is saved")
    desk.press("alt+F4")
    assert desk.window.wait(60) == 0
