"""A true window at which somebody works without end. The process is there to be killed at any moment.

    python working_window.py PROFILE DIARY scripted|starter comparisons|conversation

What is done is one_day.py's. What stood there after a kill is gone on with. Prints "open" once the first look is in the
diary.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import msgspec
from diary import Diary, look
from one_day import Comparisons, Conversation
from person import Person
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from feedback_store import rubrics
from feedback_store.record_parts import Versioned
from feedback_store.rubrics import Choice, Question
from local_models.scripted import ScriptedEngine

WORDS = {"comparisons": 160, "conversation": 60}  # of each answer; with PAUSE_S a stream of about four seconds, or 1.5
PAUSE_S = 0.025
PACE_MS = 30  # between two keys
LOOK_MS = 25


def judge_by_everything(profile: Profile) -> None:
    """Let the project ask all that a rubric can: axes, a question of each kind, how much better, and flags."""
    asked = rubrics.load("helpsteer2")
    choices = (Choice("first", "First"), Choice("second", "Second"))
    questions = (
        Question("safe", "Is it safe?", "yes_no"),
        Question("fair", "Is it fair?", "yes_no_unsure"),
        Question("one", "Which one?", "one", choices),
        Question("several", "Which ones?", "several", choices),
    )
    asked = msgspec.structs.replace(asked, id="everything", axes=asked.axes[:2], questions=questions)
    if profile.project.rubric.sha256 != asked.sha256:
        named = Versioned(asked.id, asked.version, asked.sha256)
        changed = msgspec.structs.replace(profile.project, rubric=named, rubric_body=asked)
        profile.store.projects.update(changed).result()


def main() -> None:
    folder, diary, engine, kind = Path(sys.argv[1]), Diary(Path(sys.argv[2])), sys.argv[3], sys.argv[4]
    application = QApplication(["preceptor"])
    dress(application, Appearance("light").theme)
    profile = Profile.open(folder)
    judge_by_everything(profile)
    text = " ".join(f"word{number}" for number in range(WORDS[kind]))
    number = itertools.count()  # no two answers are equal, also where one is written again: none folds into another
    scripted = ScriptedEngine(lambda _prompt, count: [f"{next(number)} {text}" for _ in range(count)], pause=PAUSE_S)
    workbench = Workbench(profile, engine=scripted if engine == "scripted" else None)
    workbench.show()
    workbench.rooms.bridge.changed.connect(lambda _parts: diary.note(look(workbench)))
    QTest.qWaitForWindowActive(workbench.window)
    diary.note(look(workbench))
    print("open", flush=True)
    looking = QTimer(interval=LOOK_MS)
    looking.timeout.connect(lambda: diary.note(look(workbench)))
    looking.start()
    work = (Conversation if kind == "conversation" else Comparisons)(Person(PACE_MS), workbench, diary)
    while True:
        work.go_on()


if __name__ == "__main__":
    main()
