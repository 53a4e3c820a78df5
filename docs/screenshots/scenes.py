"""What is on the screen in each picture, reached by keys from a new start."""

from __future__ import annotations

import json

import example
from PySide6.QtCore import Qt
from scene import Scene

from feedback_store.records import new_id

Key = Qt.Key

# These begin with an empty profile, the others where work was done.
FIRST_START = frozenset(
    {"welcome", "bench_empty", "records_empty", "outbox_empty", "inbox_empty", "models_first", "practice"}
)


def welcome(_scene: Scene) -> None:
    """The first start."""


def bench_empty(scene: Scene) -> None:
    """The first bench."""
    scene.start()


def bench_judged(scene: Scene) -> None:
    """Four answers, ranked, flagged, explained; three ratings are missing."""
    scene.workbench.bench.panel.guideline.mark.click()
    scene.ask()
    scene.rank()
    for marked in example.FLAGS:
        scene.flag(marked)
    scene.rate()
    scene.say_why()
    scene.person.type("4")
    scene.person.press(Key.Key_Return)


def bench_flagging(scene: Scene) -> None:
    """A span is chosen, and what is wrong with it is asked."""
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    scene.select(example.FLAGGING)
    scene.person.type("f" + example.FLAGGING.keys)


def bench_rewriting(scene: Scene) -> None:
    """Answer C beside the trainer's version of it."""
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    scene.rewrite()


def bench_rewriting_with_a_model(scene: Scene) -> None:
    """A model drafted another version of D, and the physician changed a sentence of it."""
    scene.ask()
    scene.rank()
    scene.person.type("4e")
    scene.person.comes_to("revisionText")
    for point in example.DRAFT_POINTS:
        scene.point(point)
    scene.person.go_to("revisionText")
    scene.person.alt("m")
    scene.person.until(lambda: not scene.session.writing, "the model has drafted")
    scene.person.until(lambda: _revised(scene) == example.DRAFTED, "its draft stands there")
    old, new = example.CORRECTED
    scene.person.press(Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    scene.person.press(Key.Key_Right, times=example.DRAFTED.index(old))
    scene.person.press(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(old))
    scene.person.type(new)
    for point in "12":
        scene.person.alt(point)


def _revised(scene: Scene) -> str:
    revision = scene.session.draft.revision
    return revision.text if revision is not None else ""


def bench_personal_data(scene: Scene) -> None:
    """A telephone number and an address were found; the number is blacked out."""
    scene.ask(example.MOTHER)
    personal = scene.workbench.bench.panel.personal.list
    scene.person.until(lambda: len(personal.rows) == 2, "both are found")
    scene.person.control(Key.Key_D)
    scene.person.comes_to("personal")
    scene.person.type("r")


def bench_two_answers(scene: Scene) -> None:
    """Two answers, and how much better one is."""
    scene.change_project(example.LETTERS)
    scene.person.comes_to("promptText")
    scene.person.go_to("answerCount")
    scene.person.type("2")
    scene.ask(example.LETTER, 2)
    scene.rank(example.LETTER_RANKING)
    scene.say_why(example.LETTER_WHY, back="answerTextB")
    scene.person.type("1")


def bench_guideline(scene: Scene) -> None:
    """The guideline is read beside the answers."""
    scene.ask()
    scene.rank()
    scene.workbench.bench.open_part(scene.workbench.bench.panel.guideline.text)


def bench_next_turn(scene: Scene) -> None:
    """The conversation went on from B."""
    scene.ask()
    scene.rank()
    scene.person.type("2m")
    scene.ask_on(example.FOLLOW_UP.prompt)
    scene.rank("a=d>c>b")


def bench_turns(scene: Scene) -> None:
    """The same turn asked otherwise, and all turns shown."""
    bench_next_turn(scene)
    scene.person.type("t")
    scene.ask_on(example.OTHERWISE.prompt)
    scene.person.control(Key.Key_T)
    scene.person.comes_to("turns")


def bench_error(scene: Scene) -> None:
    """The model's process ended in the midst of four answers."""
    scene.model.stops_early = True
    scene.ask()


def bench_german(scene: Scene) -> None:
    """The window in German."""
    scene.ask(example.GERMAN)
    scene.rank()
    scene.rate(example.ALL_RATINGS)
    scene.say_why(example.GERMAN_WHY)
    scene.person.type("2")


def bench_right_to_left(scene: Scene) -> None:
    """Answers that are read from right to left."""
    scene.ask(example.ARABIC)
    scene.rank("a>d>b>c")
    scene.person.type("1")


def bench_compact(scene: Scene) -> None:
    """The densest of the three densities."""
    _dense(scene, "compact")


def bench_spacious(scene: Scene) -> None:
    """The widest of the three densities."""
    _dense(scene, "spacious")


def _dense(scene: Scene, density: str) -> None:
    bench_judged(scene)
    scene.person.press(Key.Key_Escape)
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    while scene.density != density:
        scene.person.press(Key.Key_D, shift)


def records_empty(scene: Scene) -> None:
    """Nothing was saved yet."""
    scene.start()
    scene.person.control(Key.Key_3)


def records(scene: Scene) -> None:
    """The judgement is saved, and found beside earlier ones."""
    bench_rewriting(scene)
    scene.person.control(Key.Key_Return)
    scene.rate(("", "", "", "10311"))
    scene.save()
    scene.person.control(Key.Key_F)
    scene.person.type(example.SEARCHED)
    scene.person.press(Key.Key_Return)
    scene.person.press(Key.Key_Home)
    scene.person.control(Key.Key_F)


def outbox_empty(scene: Scene) -> None:
    """A project of one's own has nothing on its way."""
    scene.start()
    scene.person.control(Key.Key_4)


def outbox(scene: Scene) -> None:
    """Some judgements wait, others have left; one of those that wait is let go."""
    scene.person.control(Key.Key_4)
    rows = scene.workbench.outbox.model
    scene.person.until(lambda: all(row.undecided is not None for row in rows.rows), "each was looked through")
    scene.person.go_to("release")
    scene.person.press(Key.Key_Space)


def inbox_empty(scene: Scene) -> None:
    """No browser has handed over anything."""
    scene.start()
    scene.person.control(Key.Key_5)


def inbox(scene: Scene) -> None:
    """Two answers of web pages wait."""
    for number, (title, asked, answered, complete) in enumerate(example.CAPTURES):
        captured = {
            "t": "capture.put",
            "id": new_id(),
            "created_at": f"2026-11-22T09:3{number}:00.000Z",
            "page": {"origin": example.CHAT, "title": title, "complete": complete},
            "messages": [{"role": "user", "content": asked}],
            "response": answered,
        }
        scene.workbench._profile.store.inbox.put(json.dumps(captured).encode(), "0" * 32).result()
    scene.person.control(Key.Key_5)
    rows = scene.workbench.rooms.inbox.model
    scene.person.until(lambda: rows.rowCount() == len(example.CAPTURES), "both are listed")


def models_first(scene: Scene) -> None:
    """The starter model alone."""
    scene.start()
    _models(scene)


def models(scene: Scene) -> None:
    """A server's model beside the starter model."""
    _models(scene)


def models_adding(scene: Scene) -> None:
    """What is at hand beside what could be added."""
    _models(scene)
    scene.person.type("a")


def _models(scene: Scene) -> None:
    scene.person.control(Key.Key_2)
    scene.person.until(lambda: scene.workbench.models.shelf.loaded, "the models are listed")


def rubrics(scene: Scene) -> None:
    """All rubrics, and what the project's one asks."""
    scene.person.control(Key.Key_R)
    scene.person.comes_to("rubricList")


def rubric_editing(scene: Scene) -> None:
    """A copy of it, with a rating open."""
    rubrics(scene)
    scene.person.type("c")
    scene.person.comes_to("rubricName")
    scene.person.control(Key.Key_A)
    scene.person.type(example.RUBRIC)
    scene.person.press(Key.Key_Escape)
    scene.person.comes_to("rubricParts")
    scene.person.press(Key.Key_Down, times=2)


def settings_appearance(scene: Scene) -> None:
    """How it looks."""
    settings(scene, 0)


def settings_shortcuts(scene: Scene) -> None:
    """All keys, to be changed."""
    settings(scene, 1)


def settings_backups(scene: Scene) -> None:
    """Some backups."""
    settings(scene, 2)


def settings_project(scene: Scene) -> None:
    """A team's project."""
    settings(scene, 3)


def settings_browsers(scene: Scene) -> None:
    """One browser is connected."""
    browsers = scene.workbench._profile.store.browsers
    browsers.add("0" * 32, "chrome-extension://a/", b"e" * 32, b"d" * 32, "Google Chrome").result()
    browsers.rename("0" * 32, example.BROWSER).result()
    settings(scene, 4)
    page = scene.workbench.preferences.browsers
    scene.person.until(lambda: bool(page.current), "it is listed")


def settings_about(scene: Scene) -> None:
    """Version, licences, the profile's folder."""
    settings(scene, 5)


def settings(scene: Scene, page: int) -> None:
    scene.person.control(Key.Key_Comma)
    scene.person.comes_to("settingsList")
    scene.person.press(Key.Key_Home)
    scene.person.press(Key.Key_Down, times=page)


def practice(scene: Scene) -> None:
    """The practice window, at its third step."""
    scene.start()
    scene.practise()
    scene.person.comes_to("promptText")
    scene.person.control(Key.Key_Return)
    session = scene.practice.session
    scene.person.until(lambda: session.draft.finished and not session.writing, "the practice's answers stand")
    scene.person.type("3b")
