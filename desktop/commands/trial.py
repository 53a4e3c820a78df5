"""`preceptor try`: the whole main job without a window, on the starter model, each step shown with its result.

Nothing is faked: every step uses the parts that the window uses, and one that fails ends the command.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from desktop.commands import trial_steps
from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json
from desktop.commands.refusal import Refused
from desktop.flow.ranking import letter
from desktop.flow.wording import gettext as _

PROJECT = "Trial"


class Telling:
    """Prints each step with its result and the time since the start: lines for people, or JSON lines."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._started = time.monotonic()
        self._step = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, name: str, text: str, *details: str) -> None:
        """One step that is done."""
        self._step += 1
        if self._as_json:
            print_json({"step": name, "text": text, "details": list(details), "seconds": round(self.seconds, 1)})
            return
        click.echo(f"{self._step:2}. {text}")
        for detail in details:
            click.echo(f"      {detail}")

    def last(self, values: dict[str, object]) -> None:
        """The last line for programs."""
        if self._as_json:
            print_json(values)


@click.command("try", short_help="Do the whole main job once, without a window.")
@in_profile
@json_option
@click.option("--prompt", "number", type=int, default=1, show_default=True, help="Which prompt of vicuna_bench.")
def trial(caller: Caller, as_json: bool, number: int) -> None:
    """Do the whole main job once, without a window, on the starter model.

    A temporary profile is used unless --profile names one; there, a project of its own is made and nothing else is
    touched. The judging is done by a stated rule, not by a person.
    """
    chosen = next((q for q in trial_steps.questions() if q.number == number), None)
    if chosen is None:
        known = ", ".join(str(q.number) for q in trial_steps.questions())
        raise Refused(_("There is no prompt {number} here. Choose one of {known}.").format(number=number, known=known))
    telling = Telling(as_json=as_json)
    folder = caller.given_folder or Path(tempfile.mkdtemp(prefix="preceptor-try-"))
    caller.given_folder = folder
    _run(caller, folder, chosen, telling)


def _run(caller: Caller, folder: Path, question: trial_steps.Question, telling: Telling) -> None:
    profile = caller.open_at(folder)
    telling.step("profile", _("Profile opened in {folder}").format(folder=folder))
    project = profile.new_project(PROJECT)
    telling.step(
        "prompt",
        _("Prompt {number} of vicuna_bench ({category}): {text}").format(
            number=question.number, category=question.category, text=question.text
        ),
    )
    answered = trial_steps.answer(profile, question)
    draft = answered.draft
    telling.step(
        "answers",
        _("{model} wrote {count} different answers in {seconds:.1f} s; the prompt was evaluated once").format(
            model=answered.model, count=len(draft.answers), seconds=answered.seconds
        ),
        *(f"{letter(n)}  {one_line(draft.at(n).text, 90)}" for n in range(len(draft.order))),
    )
    ruled = trial_steps.judge(profile, project, draft)
    telling.step("judgement", _("A rule judged them, not a person"), *ruled.said)
    stored = trial_steps.save(profile, project, ruled.draft)
    telling.step("record", _("Saved and read back: record {id}, SHA-256 {sha}").format(id=stored.id, sha=stored.sha256))
    telling.last({"database": str(profile.store.path), "seconds": round(telling.seconds, 1)})
