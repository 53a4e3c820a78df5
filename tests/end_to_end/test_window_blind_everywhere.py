"""While a comparison is blind no window gives a model's name away: not painted, not told, not in the data of items.

That no scene does is looked at in test_every_window.py, where every scene is visited.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from every_scene import SCENES
from giving_away import ANSWERS, MODEL, NAMES, given_away
from PySide6.QtCore import Qt
from trainer import OpenWindow, Trainer
from visit import Visit, Words

from desktop.flow import judging
from desktop.flow.judging import FlagChoice

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.fixture
def visit(open_window: OpenWindow) -> Callable[[str], Visit]:
    def opens(name: str) -> Visit:
        visit = Visit(Trainer(open_window(answers=ANSWERS, insecure=True)), Words(answers=ANSWERS))
        SCENES[name](visit)
        return visit

    return opens


def test_a_quote_of_half_a_name_is_covered_and_becomes_a_point_that_is_covered_too(
    visit: Callable[[str], Visit],
) -> None:
    visited = visit("bench, answered")
    workbench, session = visited.workbench, visited.workbench.session
    first = next(place for place in range(4) if session.draft.at(place).text.startswith("ChatGPT"))
    session.act(judging.flag(session.draft, first, (0, 5), FlagChoice("factual", 1)))
    (flag,) = session.draft.flags
    assert flag.span is not None and flag.span.exact == "ChatGPT", "nobody can mean half of what is not seen"
    assert given_away(visited, *NAMES) == []
    visited.trainer.type(f"{first + 1}e")
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
    visited.trainer.dialog("blindQuestion")
    visited.trainer.push("blindQuestionMain")
    visited.trainer.alone()
    places = {where for where, _what in given_away(visited, *NAMES, MODEL)}
    assert {"painted", "flags", "model", "told by answerTextA"} <= places
