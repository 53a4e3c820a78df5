"""Scenes of the bench in which answers are judged: rated, ranked, flagged, rewritten, by the rubrics that differ."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtWidgets import QLineEdit
from visit import Visit

from desktop.flow import judging
from desktop.flow.judging import FlagChoice
from desktop.flow.together import hold, with_models
from desktop.views.parts import RenderedText
from feedback_store import rubrics
from feedback_store.records import Versioned
from local_models.errors import Phrase
from local_models.outcome import WorkerOutcome
from local_models.scripted import ScriptedEngine

Scene = Callable[[Visit], None]


def flag_popup(visit: Visit) -> None:
    visit.ask()
    visit.select()
    visit.trainer.type("fb")


def flags(visit: Visit) -> None:
    visit.judge()
    visit.workbench.bench.open_part(visit.workbench.bench.panel.flags)


def rating(visit: Visit) -> None:
    visit.ask()
    visit.rank()
    visit.trainer.type("1")
    visit.trainer.press(Qt.Key.Key_Return)
    visit.trainer.type("3")


def revision(visit: Visit) -> None:
    visit.open_keys("1e")
    visit.trainer.comes_to("revisionText")
    visit.trainer.type("Zz, ")
    page = visit.workbench.bench.revision
    visit.trainer.until(lambda: not page._rest.isActive(), "the difference is shown")


def assisted(visit: Visit) -> None:
    """A model has rewritten an answer."""
    visit.ask()
    session, trainer = visit.workbench.session, visit.trainer
    others = (at for at in range(4) if session.draft.at(at).text != visit.words.answers[0])
    trainer.type(f"{next(others) + 1}e")
    trainer.comes_to("revisionText")
    trainer.press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    trainer.comes_to("newPoint")
    line = trainer.focus
    assert isinstance(line, QLineEdit)
    line.insert(visit.words.note)
    trainer.press(Qt.Key.Key_Return)
    page = visit.workbench.bench.revision
    page.take_focus()
    trainer.press(Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    trainer.until(lambda: session.draft.revision is not None and session.draft.revision.assisted, "a model has begun")
    trainer.until(lambda: not session.writing and not page.version.isReadOnly(), "the model has written")
    trainer.until(lambda: not page._rest.isActive(), "the difference is shown")


def laid_out(visit: Visit) -> None:
    """Every answer in sight is laid out, tables and all."""
    visit.ask()
    visit.trainer.control(Qt.Key.Key_M)
    cards = [card for card in visit.workbench.bench.answers.cards if card.isVisible()]
    visit.trainer.until(lambda: len(_laid_out(visit)) == len(cards) > 0, "every answer is laid out")
    visit.trainer.comes_to("renderedA")


def _laid_out(visit: Visit) -> list[RenderedText]:
    found = visit.workbench.window.findChildren(RenderedText, QRegularExpression("^rendered[A-Z]$"))
    return [each for each in found if isinstance(each, RenderedText) and each.isVisible() and each.laid_out]


def link(visit: Visit) -> None:
    """A link in an answer was followed."""
    laid_out(visit)
    _laid_out(visit)[0].link_asked.emit(visit.words.address)
    visit.trainer.dialog("linkQuestion")


def eight(visit: Visit) -> None:
    """Eight answers, the last ones looked at."""
    session = visit.workbench.session
    session.ask(msgspec.structs.replace(session.draft.prompt, answers=8))
    visit.ask()
    visit.trainer.until(lambda: len(session.draft.order) == 8, "eight answers stand")
    visit.trainer.type("7")
    visit.trainer.comes_to("answerTextG")


def judged_by(rubric: str, answers: int = 4) -> Scene:
    """So many answers, judged by another rubric: rated and asked at its first line, ranked, and flagged."""

    def scene(visit: Visit) -> None:
        found, workbench = rubrics.load(rubric), visit.workbench
        project = workbench.rooms.project
        named = Versioned(found.id, found.version, found.sha256)
        changed = msgspec.structs.replace(project, rubric=named, rubric_body=None)
        workbench._profile.store.projects.update(changed).result()
        workbench._change(changed)
        session = visit.workbench.session
        assert session.rubric == found
        session.ask(msgspec.structs.replace(session.draft.prompt, answers=answers))
        visit.ask()
        session = visit.workbench.session
        if found.flags is not None:
            for place, category in enumerate(found.flags.categories[:3]):
                choice = FlagChoice(category.id, min(place, found.flags.severest), note=visit.words.note)
                session.act(judging.flag(session.draft, place % answers, (0, 4), choice))
        if found.axes or found.questions:
            visit.trainer.press(Qt.Key.Key_Return)

    return scene


def not_rankable(visit: Visit) -> None:
    visit.open_keys("n")
    visit.trainer.dialog("notRankableDialog")


def died_blind(visit: Visit) -> None:
    """The process of the model ended before a word of its blind answers stood there."""
    engine = visit.workbench._answering._engine
    assert isinstance(engine, ScriptedEngine)
    doing = Phrase("answering with {file}", {"file": "SmolLM2-135M-Instruct.Q4_1.gguf"})

    def dies(_prompt: str, _count: int) -> tuple[str, ...]:
        raise WorkerOutcome(3, doing, ("SmolLM2-135M-Instruct.Q4_1.gguf",)).error()

    engine._script = dies
    visit.ask()
    assert visit.workbench.session.draft.blind and visit.workbench.session.problem is not None


def waiting_together(visit: Visit) -> None:
    """Two models: one has ended, the other writes, and nothing of either is seen yet."""
    visit.ask()
    session = visit.workbench.session
    draft = session.draft
    models = dict(zip(draft.order, ("one", "two", "one", "two"), strict=True))
    answers = tuple(
        replace(answer, model=models[answer.key], state="writing" if models[answer.key] == "two" else "done")
        for answer in draft.answers
    )
    asked = with_models(draft.prompt, (draft.prompt.model, visit.words.domain))
    session.stream(hold(replace(draft, answers=answers, prompt=asked), draft.order), "draft", "answers", "state")
