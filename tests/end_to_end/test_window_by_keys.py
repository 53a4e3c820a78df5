"""The whole main job in the true window, by real key events: prompt, four answers, judgement, save, find, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from desktop.app import Workbench
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from feedback_store import canonical, records
from feedback_store.records import Judgement
from local_models.scripted import ScriptedEngine

ANSWERS = ("Old 😀 people never listen.", "It is the light.", "Because of scattering.", "I do not know.")
QUOTE = "people never"


class Person:
    """Sits at the keyboard: types, presses, waits; never calls the program."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.focus, character)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1
    ) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus, key, modifier)

    def control(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def until(self, true: Callable[[], bool], what: str) -> None:
        for _ in range(500):
            if true():
                return
            QTest.qWait(10)
        pytest.fail(f"waited in vain until {what}")


@pytest.fixture(params=[(1440, 900), (1024, 640)], ids=["1440x900", "1024x640"])
def person(request: pytest.FixtureRequest, tmp_path: Path, qapp: QApplication) -> Iterator[Person]:
    dress(qapp, Appearance("light").theme)
    profile = Profile.open(tmp_path / "profile")
    engine = ScriptedEngine(lambda _prompt, count: ANSWERS[:count])
    workbench = Workbench(profile, engine=engine)
    workbench.show()
    workbench.window.resize(*request.param)
    QTest.qWaitForWindowActive(workbench.window)
    yield Person(workbench)
    workbench.window.close()
    engine.close()
    profile.close()
    workbench.window.deleteLater()
    QTest.qWait(0)
    qapp.setStyleSheet("")


def test_the_main_job_by_keys_alone_leaves_exactly_the_expected_records(person: Person) -> None:
    session, bench = person.workbench.session, person.workbench.bench
    store = person.workbench._profile.store

    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    person.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    order = session.draft.order

    # A ranking with a tie, typed; the focus returns to the answers.
    person.type("v")
    person.type("b>a=c>d")
    person.press(Qt.Key.Key_Return)
    assert session.draft.tiers == ((order[1],), tuple(sorted((order[0], order[2]))), (order[3],))

    # Two ratings of A, then back.
    person.type("1")
    person.press(Qt.Key.Key_Return)
    person.type("34")
    person.press(Qt.Key.Key_Escape)
    assert [session.draft.rating(order[0], axis) for axis in ("helpfulness", "correctness")] == [3, 4]

    # A bias flag on a span behind an emoji: caret browsing, then category, severity, Enter.
    position = session.draft.position("a")
    person.type(str(position + 1))
    person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    person.press(Qt.Key.Key_Right, times=ANSWERS[0].index(QUOTE))
    person.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(QUOTE))
    person.type("fb3")
    person.press(Qt.Key.Key_Return)
    (flag,) = session.draft.flags
    assert flag.span is not None
    assert (flag.category, flag.severity, flag.span.exact) == ("bias", 3, QUOTE)
    assert (flag.span.start, flag.span.end) == (6, 18)

    # A revision of it, kept.
    person.type("e")
    person.control(Qt.Key.Key_A)
    person.type("People often listen.")
    person.control(Qt.Key.Key_Return)
    assert session.draft.revision is not None and session.draft.revision.text == "People often listen."

    # Why, reached by F6; undo and redo over everything.
    while person.focus is not bench.panel.why:
        person.press(Qt.Key.Key_F6)
    person.type("B is right.")
    person.press(Qt.Key.Key_Escape)
    judged = session.draft
    steps = 0
    while session.can_undo:
        person.control(Qt.Key.Key_Z)
        steps += 1
        assert steps < 50
    assert session.draft.tiers is None and not session.draft.ratings and not session.draft.flags
    while session.can_redo:
        person.control(Qt.Key.Key_Y)
    assert session.draft == judged

    # The remaining ratings, then save.
    while session.missing:
        bench.ratings.start_at_missing()
        person.type("2")
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not None, "the judgement is saved")
    assert session.saved is not None
    saved = session.saved.stored
    assert saved.data == expected(saved.record, order, position)

    # Found by search, opened, superseded.
    person.control(Qt.Key.Key_F)
    person.type("scattering")
    person.until(lambda: person.workbench.records.model.rowCount() == 1, "the record is found")
    person.press(Qt.Key.Key_Return, times=2)
    person.until(lambda: session.draft.supersedes is not None, "the record is on the bench")
    person.type(str(session.draft.position("d") + 1))
    person.type("b")
    person.control(Qt.Key.Key_S)
    person.until(lambda: len(store.records.history(saved.id)) == 2, "the next version is saved")
    second = store.records.history(saved.id)[1].record
    assert isinstance(second, Judgement)
    assert (second.rev, second.supersedes) == (2, saved.sha256)
    assert second.verdicts[0].tiers is not None and second.verdicts[0].tiers[0] == ("d",)

    # Withdrawn, after a question whose default is to keep.
    person.control(Qt.Key.Key_F)
    person.until(lambda: person.workbench.records.current is not None, "a record is read")
    person.press(Qt.Key.Key_Return)
    QTimer.singleShot(100, lambda: _answer_with_withdraw())
    person.press(Qt.Key.Key_Delete)
    person.until(lambda: len(store.records.history(saved.id)) == 3, "the judgement is withdrawn")
    assert store.records.history(saved.id)[2].kind == "withdrawal"


def _answer_with_withdraw() -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    withdraw = next(button for button in box.buttons() if box.buttonRole(button) == QMessageBox.ButtonRole.AcceptRole)
    withdraw.setFocus()
    QTest.keyClick(withdraw, Qt.Key.Key_Space)


def expected(record: records.Record, order: tuple[str, ...], position: int) -> bytes:
    """The record's bytes as they must be: all that was judged spelled out, chance (ids, times, seeds) taken over."""
    assert isinstance(record, Judgement)
    value = records.to_builtins(record)
    ratings = {(key, axis): 2 for key in "abcd" for axis in AXES}
    ratings |= {(order[0], "helpfulness"): 3, (order[0], "correctness"): 4}
    value["verdicts"] = [
        {"axis": "overall", "tiers": [[order[1]], sorted([order[0], order[2]]), [order[3]]]},
    ]
    value["ratings"] = [
        {"axis": axis, "candidate": key, "value": found} for (key, axis), found in sorted(ratings.items())
    ]
    value["flags"] = [
        {
            "candidate": "a",
            "category": "bias",
            "severity": 3,
            "span": {"start": 6, "end": 18, "exact": QUOTE, "prefix": "Old 😀 ", "suffix": " listen."},
        }
    ]
    value["revision"] = {
        "of": "a",
        "text": "People often listen.",
        "feedback": [],
        "change_summary": "",
        "method": "hand",
        "edit": {"inserted": 2, "deleted": 4, "distance": 4},
    }
    value["justification"] = "B is right."
    value["prompt"] = {
        "id": record.prompt.id,
        "version": 1,
        "messages": [{"role": "user", "content": "Why is the sky blue?"}],
    }
    value["shown"] = {
        "order": list(order), "blind": True, "streamed": True, "masked": [], "seed": record.shown.seed
    }  # fmt: skip
    value["candidates"] = [
        {**records.to_builtins(candidate), "text": text}
        for candidate, text in zip(record.candidates, ANSWERS, strict=True)
    ]
    return canonical.encode(value)


AXES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
