"""The started program opens a new window in the same process: in another language, or on a backup that was put back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_judgements import judgement

from desktop.flow.welcome import WELCOME
from desktop.profile import Profile

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]

WINDOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication
from desktop import app, starting
from desktop.preferences import Anew

application = QApplication(["preceptor"])
wishes = json.loads(sys.argv[2])
shown = app.Workbench.show

def look(workbench):
    message = workbench.preferences.page.message.message
    print(json.dumps({
        "room": workbench.window.room.name, "title": workbench.window.room.title, "locale": QLocale().name()[:2],
        "said": message.text if message else "", "kind": message.kind if message else "",
        "prompt": workbench.session.draft.prompt.text,
        "records": workbench._profile.store.records.count(workbench.rooms.project.id),
    }), flush=True)
    if not wishes:
        return workbench.window.close()
    wish = wishes.pop(0)
    if "prompt" in wish:
        workbench.bench.prompt.text.setPlainText(wish["prompt"])
    if "language" in wish:
        workbench.preferences.appearance.language_chosen.emit(wish["language"])
    workbench.preferences.anew_asked.emit(Anew(restore=Path(wish["restore"]) if "restore" in wish else None))

def show(self, **how):
    shown(self, **how)
    QTimer.singleShot(300, lambda: look(self))

app.Workbench.show = show
sys.exit(starting.run(Path(sys.argv[1])))
"""


def known(folder: Path) -> Path:
    """A profile whose welcome was seen."""
    profile = Profile.open(folder)
    profile.store.settings.set(WELCOME, {"done": True}).result()
    profile.close()
    return folder


def windows(folder: Path, *wishes: dict[str, str]) -> list[dict[str, object]]:
    """What each window of the process was when it stood."""
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, str(folder), json.dumps(wishes)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_another_language_is_spoken_by_the_next_window_and_the_draft_is_there(tmp_path: Path) -> None:
    first, second = windows(known(tmp_path / "profile"), {"language": "de", "prompt": "Half a thought"})
    assert (first["room"], first["title"], first["locale"]) == ("bench", "Bench", "en")
    assert (second["room"], second["title"], second["locale"]) == ("settings", "Einstellungen", "de")
    assert (second["said"], second["kind"]) == ("Preceptor spricht jetzt Deutsch.", "success")
    assert second["prompt"] == "Half a thought"
    (later,) = windows(tmp_path / "profile")
    assert (later["room"], later["title"]) == ("bench", "Werkbank"), "and by every later start, where it was worked"


def test_a_backup_that_is_put_back_is_what_the_next_window_shows_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = known(tmp_path / "profile")
    profile = Profile.open(folder)
    store, project = profile.store, profile.project.id
    store.records.save(judgement("a>b", project=project, trainer=store.trainer)).result()
    made = store.backup()
    store.records.save(judgement("a=b", project=project, trainer=store.trainer)).result()
    profile.close()
    first, second = windows(folder, {"restore": str(made.path)})
    assert (first["records"], second["records"]) == (2, 1)
    assert second["kind"] == "success" and "kept as a backup too" in str(second["said"])
    kept = next(path for path in (folder / "backups").iterdir() if "before-restore" in path.name)
    _first, again = windows(folder, {"restore": str(kept)})
    assert again["records"] == 2, "what stood there is to be had in the same way"


def test_a_backup_that_is_gone_is_told_and_the_profile_is_as_it_was(tmp_path: Path) -> None:
    folder = known(tmp_path / "profile")
    _first, second = windows(folder, {"restore": str(folder / "backups" / "2020-01-01T00-00-00-000000.sqlite3")})
    assert second["kind"] == "error" and second["room"] == "settings"
