"""Why a model of blind answers failed is said without its name, its file or its server; in the open with them."""

from __future__ import annotations

import pytest
from giving_away import given_away
from PySide6.QtCore import Qt
from trainer import ANSWERS, ShowWindow, Trainer
from visit import Visit

from desktop.flow.wording import sentence, veiled
from local_models.errors import EndpointError, EngineError, FitError, ModelFileError, Phrase, RequestError
from local_models.outcome import WorkerOutcome

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]
Key = Qt.Key
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
DIED = WorkerOutcome(-9, Phrase("answering with {file}", {"file": FILE}), (FILE,)).error()
FAILURES: dict[str, EngineError] = {
    "the process died": DIED,
    "out of memory": FitError.worded("{name} needs {needed}.", code="no_memory", name=FILE, needed="3.2 GB"),
    "the prompt is too long": RequestError.worded(
        "The prompt has {tokens:,} tokens; {file} takes {most:,}.",
        code="prompt_too_long",
        tokens=9000,
        file=FILE,
        most=8,
    ),
    "its file": ModelFileError.worded("{file} is empty. Download it again.", code="not_gguf", file=FILE),
    "its server": EndpointError.worded(
        "The endpoint {name} refused (status {status}){quoted}. Ask for something else.",
        code="endpoint_refused",
        name="SmolLM at home",
        status=400,
        quoted=Phrase(": {text}", {"text": "smollm2 is busy"}),
    ),
}


class Failing:
    """A model that fails for this reason, from the time that it is said."""

    def __init__(self, error: EngineError, *, at_once: bool = True) -> None:
        self.error, self.fails = error, at_once

    def __call__(self, _prompt: str, count: int) -> tuple[str, ...]:
        if self.fails:
            raise self.error
        return ANSWERS[:count]


def asked(show_window: ShowWindow, model: Failing) -> Trainer:
    workbench = show_window(script=model, size=(1440, 900))
    trainer, session = Trainer(workbench), workbench.session
    trainer.comes_to("promptText")
    trainer.type("Why")
    trainer.control(Key.Key_Return)
    trainer.until(lambda: session.draft.finished and not session.writing, "it has ended")
    return trainer


def seen(trainer: Trainer) -> list[tuple[str, str]]:
    return given_away(Visit(trainer), "smollm", ".gguf")


@pytest.mark.parametrize("why", FAILURES)
def test_a_failure_is_told_without_the_name_and_in_the_open_with_it(show_window: ShowWindow, why: str) -> None:
    trainer = asked(show_window, Failing(FAILURES[why]))
    session, bar = trainer.workbench.session, trainer.workbench.bench.message
    assert session.draft.blind and all(answer.state == "failed" for answer in session.draft.answers)
    assert seen(trainer) == []
    assert bar.message is not None and bar.message.text == veiled(FAILURES[why]) != ""
    trainer.control(Key.Key_B)
    trainer.dialog("blindQuestion")
    trainer.push("blindQuestionMain")
    trainer.alone()
    trainer.until(lambda: bar.message is not None and bar.message.text == sentence(FAILURES[why]), "it is told whole")
    assert seen(trainer) != []


@pytest.mark.parametrize("key", ["r", "m"])
def test_what_fails_beside_answers_that_stand_names_nobody_either(show_window: ShowWindow, key: str) -> None:
    """Written again, and rewritten by a model."""
    model = Failing(DIED, at_once=False)
    trainer = asked(show_window, model)
    session = trainer.workbench.session
    model.fails = True
    trainer.comes_to("answerTextA")
    if key == "m":
        trainer.type("1e")
        trainer.comes_to("revisionText")
        trainer.press(Key.Key_N, Qt.KeyboardModifier.AltModifier)
        trainer.comes_to("newPoint")
        trainer.type("Shorter.")
        trainer.press(Key.Key_Return)
        trainer.workbench.bench.revision.take_focus()
        trainer.press(Key.Key_M, Qt.KeyboardModifier.AltModifier)
        trainer.until(lambda: bool(session.rewriter.problem), "it is said")
    else:
        trainer.type(key)
        trainer.until(lambda: session.problem is not None, "it is said")
    assert seen(trainer) == []


def test_what_is_covered_is_the_word_and_not_the_reason() -> None:
    assert veiled(DIED) == (
        "The model's process stopped while it was answering with [name hidden]: the system ended it (SIGKILL), most"
        " likely because memory ran short. Ask again: a new one is started."
    )
