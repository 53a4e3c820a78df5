"""While a comparison is blind no window gives a model's name away: not painted, not told, not in the data of items."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from every_scene import SCENES, Visit, Words
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from seen_words import seen_words
from trainer import OpenWindow, Trainer

from desktop.flow import judging
from desktop.flow.judging import FlagChoice

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ANSWERS = (
    "ChatGPT is my name. OpenAI made me.",
    "ChatGPT, that is who I am, by OpenAI.",
    "ChatGPT at your service: as an AI by OpenAI I say scattering.",
    "ChatGPT am I. OpenAI trained me, so I do not know.",
)
NAMES = ("ChatG", "OpenAI")
MODEL = "smollm2"


@pytest.fixture
def visit(open_window: OpenWindow) -> Callable[[str], Visit]:
    def opens(name: str) -> Visit:
        workbench = open_window(answers=ANSWERS, insecure=True)
        visit = Visit(Trainer(workbench), Words(answers=ANSWERS))
        profile, project = workbench._profile, workbench.rooms.project
        profile.store.projects.set_guideline(project, visit.words.guideline).result()
        workbench._change(next(each for each in profile.store.projects.list() if each.id == project.id))
        SCENES[name](visit)
        QTest.qWait(30)
        return visit

    return opens


def given_away(visit: Visit, *names: str) -> list[tuple[str, str]]:
    """Where a name can be seen, in the window and in the dialog before it."""
    windows = dict.fromkeys((visit.workbench.window, visit.shown))
    seen = [pair for each in windows for pair in seen_words(each)]
    return [(where, what) for where, what in seen if any(name in what for name in names)]


@pytest.mark.parametrize("name", SCENES)
def test_no_scene_gives_a_name_away_before_saving(name: str, visit: Callable[[str], Visit]) -> None:
    visited = visit(name)
    session = visited.workbench.session
    if session.saved is not None or session.draft.supersedes is not None:
        assert visited.workbench.window.room.name != "records" or given_away(visited, *NAMES), "records hide nothing"
        return
    if session.draft.answers:
        assert given_away(visited, *NAMES, MODEL) == []
    elif session.draft.prompt.turns:
        assert given_away(visited, *NAMES) == []


def test_a_quote_of_half_a_name_is_covered_and_becomes_a_point_that_is_covered_too(
    visit: Callable[[str], Visit],
) -> None:
    visited = visit("bench, answered")
    workbench, session = visited.workbench, visited.workbench.session
    session.act(judging.flag(session.draft, 0, (0, 5), FlagChoice("factual", 1)))
    (flag,) = session.draft.flags
    assert flag.span is not None and flag.span.exact == "ChatGPT", "nobody can mean half of what is not seen"
    assert given_away(visited, *NAMES) == []
    visited.trainer.type("1e")
    visited.trainer.comes_to("revisionText")
    assert given_away(visited, *NAMES, MODEL) == []
    assert session.draft.revision is not None and session.draft.revision.points[0].text == "ChatGPT"
    assert "[name 1]" in workbench.bench.revision.version.text()


def test_a_name_stands_again_in_what_is_kept_of_a_revision(visit: Callable[[str], Visit]) -> None:
    visited = visit("bench, answered")
    trainer, session = visited.trainer, visited.workbench.session
    trainer.type("1e")
    trainer.comes_to("revisionText")
    original = session.draft.at(0).text
    trainer.type("Hello. ")
    trainer.control(Qt.Key.Key_Return)
    trainer.comes_to("answerTextA")
    assert session.draft.revision is not None
    assert session.draft.revision.text == f"Hello. {original}"
    trainer.type("1e")
    trainer.comes_to("revisionText")
    trainer.type("ChatGPT: ")
    version = visited.workbench.bench.revision.version.text()
    assert version.startswith("Hello. ChatGPT: ") and "[name 1]" in version, "what is typed is not changed"
    assert session.draft.revision is not None
    assert session.draft.revision.text == f"Hello. ChatGPT: {original}"


def test_names_stay_covered_in_the_turns_beside_the_next_answers_and_on_the_clipboard(
    visit: Callable[[str], Visit],
) -> None:
    visited = visit("bench, the next turn")
    assert "Answered: " in visited.workbench.bench.prompt.turns.toPlainText()
    visited.ask()
    assert visited.workbench.session.draft.prompt.turns
    assert given_away(visited, *NAMES, MODEL) == []


def test_opened_the_names_stand_everywhere(visit: Callable[[str], Visit]) -> None:
    visited = visit("bench, flags")
    visited.trainer.control(Qt.Key.Key_B)
    places = {where for where, _what in given_away(visited, *NAMES, MODEL)}
    assert {"painted", "flags", "model", "told by answerTextA"} <= places
