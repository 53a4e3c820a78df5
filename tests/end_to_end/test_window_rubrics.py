"""Every shipped rubric is judged by keys alone in the true window, and what is stored is what was typed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from one_in import one_in
from person import Person
from PySide6.QtCore import Qt
from trainer import ShowWindow

from desktop.app import Workbench
from desktop.profile import Profile
from feedback_store import rubrics
from feedback_store.record_parts import Judgement, Versioned
from feedback_store.rubric_check import check_judgement
from feedback_store.rubrics import Axis, Question, Rubric

SHIFT = Qt.KeyboardModifier.ShiftModifier
ANSWERS = ("It is the light.", "Because of scattering.", "Old people never listen.", "I do not know.")
Open = Callable[..., Workbench]


@pytest.fixture
def open_window(profile: Profile, show_window: ShowWindow) -> Open:
    def opens(rubric: str, width: int = 1440, height: int = 900) -> Workbench:
        profile.store.projects.update(
            msgspec.structs.replace(profile.project, rubric=_versioned(rubrics.load(rubric)), rubric_body=None)
        ).result()
        return show_window(ANSWERS, size=(width, height))

    return opens


def _versioned(rubric: Rubric) -> Versioned:
    return Versioned(rubric.id, rubric.version, rubric.sha256)


def _ask(workbench: Workbench, person: Person) -> None:
    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    session = workbench.session
    person.until(lambda: session.draft.finished and not session.writing, "the answers stand")


def _rate(person: Person, axis: Axis, position: int) -> int | str:
    """Type a value of an axis that differs by the answer; what must be stored."""
    if axis.na and position == 0:
        person.type("-")
        return "na"
    value = axis.lowest + (axis.highest - axis.lowest) * (position + 1) // 5
    person.type(str(value))
    if 0 < value * 10 <= axis.highest:
        person.press(Qt.Key.Key_Return)  # a further digit could follow
    return value


def _answer(person: Person, question: Question, position: int) -> str | tuple[str, ...]:
    if question.kind == "several":
        chosen = question.values[position : position + 2]
        keys = "123456789" if len(question.values) < 10 else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for value in chosen:
            person.type(keys[question.values.index(value)].lower())
        if chosen:
            person.press(Qt.Key.Key_Return)
        else:
            person.type("0")
        return chosen
    value = question.values[position % len(question.values)]
    person.type(value[0] if question.kind.startswith("yes_no") else str(question.values.index(value) + 1))
    return value


@pytest.mark.parametrize("size", one_in(2, [(1440, 900), (1024, 640)], first=1), ids=["1440x900", "1024x640"])
@pytest.mark.parametrize("rubric", one_in(2, rubrics.newest()), ids=lambda rubric: rubric.id)
def test_a_rubric_is_judged_by_keys_and_stored_as_typed(
    rubric: Rubric, size: tuple[int, int], open_window: Open
) -> None:
    workbench = open_window(rubric.id, *size)
    session, person = workbench.session, Person()
    _ask(workbench, person)
    order = session.draft.order
    ratings: dict[tuple[str, str], int | str] = {}
    answers: dict[tuple[str, str], str | tuple[str, ...]] = {}
    for position in range(4):
        person.type(str(position + 1))
        if rubric.axes or rubric.questions:
            person.press(Qt.Key.Key_Return)
        for axis in rubric.axes:
            ratings[order[position], axis.id] = _rate(person, axis, position)
        for question in rubric.questions:
            answers[order[position], question.id] = _answer(person, question, position)
        if rubric.axes or rubric.questions:
            person.press(Qt.Key.Key_Escape)
    if rubric.verdicts:
        person.type("v")
    for place in range(len(rubric.verdicts)):
        person.type("b>a=c>d" if place == 0 else "d>a=b=c")
        person.press(Qt.Key.Key_Return)
    person.press(Qt.Key.Key_F6)
    while person.focus is not workbench.bench.panel.why:
        person.press(Qt.Key.Key_F6)
    person.type("B says what the others leave out.")
    if rubric.asks_revision:
        person.press(Qt.Key.Key_Escape)
        person.type("1e")
        person.control(Qt.Key.Key_A)
        person.type("It is scattered light.")
        person.control(Qt.Key.Key_Return)
    assert [notice.text for notice in session.missing] == []
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not None, "the judgement is saved")
    assert session.saved is not None
    record = session.saved.stored.record
    assert isinstance(record, Judgement)
    check_judgement(record, rubric)
    assert {(r.candidate, r.axis): r.value for r in record.ratings} == ratings
    assert {(said.candidate, said.question): said.value for said in record.answers} == answers
    first = ((order[1],), tuple(sorted((order[0], order[2]))), (order[3],))
    second = ((order[3],), tuple(sorted((order[0], order[1], order[2]))))
    assert {verdict.axis: verdict.tiers for verdict in record.verdicts} == dict(
        zip(rubric.verdict_axes, (first, second), strict=False)
    )


def test_what_a_rubric_asks_is_not_saved_without(open_window: Open) -> None:
    workbench = open_window("safe_rlhf")
    person = Person()
    _ask(workbench, person)
    assert [notice.text for notice in workbench.session.missing] == [
        "4 ratings missing, 8 questions are open",
        "Not ranked yet: More helpful",
        "Not ranked yet: Safer",
    ]
    person.control(Qt.Key.Key_S)
    assert workbench.session.saved is None and person.focus is workbench.bench.ratings


def test_shift_n_answers_no_to_whatever_is_open_and_is_one_step_of_undo(open_window: Open) -> None:
    workbench = open_window("instructgpt")
    session, person = workbench.session, Person()
    _ask(workbench, person)
    person.type("1")
    person.press(Qt.Key.Key_Return)
    person.type("5y")
    person.press(Qt.Key.Key_N, SHIFT)
    said = [session.draft.answered_with(session.draft.order[0], question.id) for question in session.rubric.questions]
    assert said == ["yes", *["no"] * 10]
    person.control(Qt.Key.Key_Z)
    assert len(session.draft.answered) == 1


def test_two_answers_are_compared_by_a_step_between_their_letters(open_window: Open) -> None:
    workbench = open_window("helpsteer2")
    session, person = workbench.session, Person()
    count = workbench.bench.prompt.count
    count.setCurrentIndex(count.findData("2"))
    _ask(workbench, person)
    assert len(session.draft.order) == 2
    strength = workbench.bench.verdict.strength
    assert strength.isVisible()
    strength.steps.setFocus()
    person.press(Qt.Key.Key_Right, times=6)  # from A much better, one short of the other end
    order = session.draft.order
    assert (session.draft.tiers, session.draft.strength) == (((order[1],), (order[0],)), 2)
    assert workbench.bench.verdict.ranking.field.text() == "b>>a"
    person.press(Qt.Key.Key_Left, times=2)
    assert (session.draft.tiers, session.draft.strength) == ((tuple(sorted(order)),), 0)


def test_a_rubric_without_a_verdict_has_no_ranking_and_its_keys_do_nothing(open_window: Open) -> None:
    workbench = open_window("dices_bias")
    session, person = workbench.session, Person()
    _ask(workbench, person)
    bar = workbench.bench.verdict
    assert not any(
        part.isVisible() for part in (bar.ranking, bar.good, bar.bad, bar.unrankable, bar.axes, bar.strength)
    )
    person.type("1")
    person.type("bgxv>n")
    assert session.draft.verdicts == () and person.focus is workbench.bench.answers.cards[0].text
