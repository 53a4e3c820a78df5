"""What is on the screen in each picture, reached by keys from a new window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import example
from person import Person
from PySide6.QtCore import Qt

from desktop.app import Workbench
from local_models.engine import OnEvent
from local_models.errors import WorkerError
from local_models.events import AnyEvent, Done, Finished
from local_models.failures import failed
from local_models.job import RequestJob
from local_models.outcome import WorkerOutcome
from local_models.requests import CandidateRequest
from local_models.scripted import ScriptedEngine

UNFINISHED_WORDS = 34


class Model(ScriptedEngine):
    """Gives the example's answers, so that they stand on the screen in its order; may stop in the midst of them."""

    def __init__(self) -> None:
        super().__init__(self._answers)
        self.stops_early = False
        self.order: Callable[[], Sequence[str]] = tuple
        self._known = threading.Event()

    def begin(self) -> None:
        """The order on the screen is known from now on."""
        self._known.set()

    def generate(self, request: CandidateRequest, on_event: OnEvent) -> RequestJob:
        return super().generate(request, self._stopping(request, on_event) if self.stops_early else on_event)

    def _answers(self, _prompt: str, count: int) -> Sequence[str]:
        self._known.wait(10)
        order = self.order()
        texts = [example.ANSWERS[order.index(key)] for key in sorted(order)]
        if self.stops_early:
            texts = [" ".join(text.split(" ")[:UNFINISHED_WORDS]) for text in texts]
        return texts[:count]

    def _stopping(self, request: CandidateRequest, on_event: OnEvent) -> OnEvent:
        """What arrives of a worker that the system killed: some words, then its end."""
        outcome = WorkerOutcome(-9, "answering with SmolLM2-135M-Instruct.Q4_1.gguf", ())
        error = WorkerError(str(outcome), code="worker_died", doing=outcome.doing, cause=outcome.cause, log="")

        def told(event: AnyEvent) -> None:
            if isinstance(event, Done):
                on_event(failed(request.id, error))
            elif not isinstance(event, Finished):
                on_event(event)

        return told


class Scene:
    """The window at work, and who works in it."""

    def __init__(self, workbench: Workbench, model: Model) -> None:
        self.person = Person(workbench.window)
        self.session = workbench.session
        self.shelf = workbench.models.shelf
        self.model = model
        model.order = lambda: self.session.draft.order

    def ask(self) -> None:
        self.person.go_to("systemPrompt")
        self.person.type(example.SYSTEM)
        self.person.go_to("domain")
        self.person.type(example.FIELD)
        self.person.go_to("promptText")
        self.person.type(example.PROMPT)
        self.person.control(Qt.Key.Key_Return)
        self.model.begin()
        self.person.until(lambda: bool(self.session.draft.answers) and not self.session.writing, "four answers stand")

    def rank(self) -> None:
        self.person.type("v" + example.RANKING)
        self.person.press(Qt.Key.Key_Return)

    def rate(self, ratings: Sequence[str] = example.RATINGS) -> None:
        for position, values in enumerate(ratings):
            self.person.type(str(position + 1))
            self.person.press(Qt.Key.Key_Return)
            self.person.type(values)
            self.person.press(Qt.Key.Key_Escape)

    def select(self, marked: example.Marked) -> None:
        start = example.ANSWERS[marked.position].index(marked.quote)
        self.person.type(str(marked.position + 1))
        self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        self.person.press(Qt.Key.Key_Right, times=start)
        self.person.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(marked.quote))

    def flag(self, marked: example.Marked) -> None:
        self.select(marked)
        if len(marked.keys) > 2:
            self.person.pause()  # its second letter is looked for in a list of groups
        self.person.type("f" + marked.keys)
        self.person.press(Qt.Key.Key_Return)
        self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)  # nothing stays selected
        span = self.session.draft.flags[-1].span
        if span is None or span.exact != marked.quote:
            raise SystemExit(f"Flagged {span.exact if span else 'all'!r} in place of {marked.quote!r}.")

    def say_why(self) -> None:
        self.person.go_to("why")
        self.person.type(example.WHY)
        self.person.go_to("confidence")
        self.person.type(str(example.HOW_SURE))
        self.person.go_to("answerTextD")

    def rewrite(self) -> None:
        self.person.type("3e")
        text = example.ANSWERS[2]
        for old, new in example.REWRITTEN:
            self.person.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
            self.person.press(Qt.Key.Key_Right, times=text.index(old))
            self.person.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, times=len(old))
            self.person.press(Qt.Key.Key_Delete)
            self.person.type(new)
            text = text.replace(old, new, 1)
        for point in example.POINTS:
            self.person.go_to("newPoint")
            self.person.type(point + "\n")
        self.person.go_to("summary")
        self.person.type(example.SUMMARY)
        self.person.go_to("revisionText")
        for point in example.TICKED:
            self.person.alt(point)
        revision = self.session.draft.revision
        if revision is None or revision.text != text:
            raise SystemExit("The rewritten answer does not read as it should.")


def empty(_scene: Scene) -> None:
    """A new window."""


def judged(scene: Scene) -> None:
    """Four answers, ranked, flagged, explained; three ratings are missing."""
    scene.ask()
    scene.rank()
    for marked in example.FLAGS:
        scene.flag(marked)
    scene.rate()
    scene.say_why()
    scene.person.type("4")
    scene.person.press(Qt.Key.Key_Return)


def flagging(scene: Scene) -> None:
    """A span is chosen, and what is wrong with it is asked."""
    judged(scene)
    scene.person.press(Qt.Key.Key_Escape)
    scene.select(example.FLAGGING)
    scene.person.type("f" + example.FLAGGING.keys)


def rewriting(scene: Scene) -> None:
    """Answer C beside the trainer's version of it."""
    judged(scene)
    scene.person.press(Qt.Key.Key_Escape)
    scene.rewrite()


def models(scene: Scene) -> None:
    """What is at hand beside what could be added."""
    scene.person.control(Qt.Key.Key_2)
    scene.person.until(lambda: scene.shelf.loaded, "the models are listed")
    scene.person.type("a")


def records(scene: Scene) -> None:
    """The judgement is saved, and found beside earlier ones."""
    rewriting(scene)
    scene.person.control(Qt.Key.Key_Return)
    scene.rate(("", "", "", "10311"))
    scene.person.control(Qt.Key.Key_S)
    scene.person.until(lambda: scene.session.saved is not None, "the judgement is saved")
    scene.person.control(Qt.Key.Key_F)
    scene.person.type(example.SEARCHED)


def outbox(scene: Scene) -> None:
    """Some judgements wait, others have left; one of those that wait is let go."""
    scene.person.control(Qt.Key.Key_4)
    scene.person.go_to("release")
    scene.person.press(Qt.Key.Key_Space)


def error(scene: Scene) -> None:
    """The model's process ended in the midst of four answers."""
    scene.model.stops_early = True
    scene.ask()
