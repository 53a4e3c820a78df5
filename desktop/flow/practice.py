"""Learning the keys on scripted answers: a few steps, each done when the bench shows it; and what is not done there.

Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.flow import keymap
from desktop.flow.draft import Draft
from desktop.flow.keymap import CommandPlace
from desktop.flow.telling import kept_text
from desktop.flow.word_diff import count_words
from desktop.flow.wording import gettext as _

AT_THE_BENCH: tuple[CommandPlace, ...] = ("answers", "ratings", "personal", "revision")
EVERYWHERE = (  # of the commands for everywhere those that judge, find their way, or are about how the window looks
    *("main", "save", "undo", "redo", "stop", "drop", "blind", "tree", "continue_saved", "personal", "notice_way"),
    *("palette", "keys", "next_part", "previous_part", "several_models", "practise", "quit"),
    *("larger", "smaller", "usual_size", "theme", "density"),
    *("theme_dark", "theme_light", "theme_high_contrast", "theme_system"),
)


def withheld(command: str) -> str:
    """Why a command of the window is not done in practice, as a sentence; "" where it is.

    Done is what is of the bench and of this window alone. A command that is new is not, until it is named above.
    """
    if keymap.command(command).place in AT_THE_BENCH or command in EVERYWHERE:
        return ""
    return _("This window is for practice: nothing leaves it, and nothing of it is kept. Do that in your own window.")


def nothing(_command: str) -> str:
    """As `withheld`, of a window that is not for practice."""
    return ""


def status_words(words: Sequence[str]) -> tuple[str, ...]:
    """How draft and models stand, in practice: nothing of it is kept."""
    return (_("Practice, not kept"), *(each for each in words if each != kept_text()))


def question() -> str:
    """What is asked in practice."""
    return _("Why do leaves turn yellow in autumn?")


def author() -> str:
    """Who answers in practice, where a model's name would stand."""
    return _("Script")


def answers() -> tuple[str, ...]:
    """What the script answers: a good answer, a wrong one, a short one, and one that knows nothing."""
    return (
        _(
            "In autumn trees take the green chlorophyll back out of their leaves. The yellow was there all summer, and "
            "is seen once the green is gone."
        ),
        _(
            "Leaves turn yellow because the sun shines less, and the cold paints them. Old people say so, and they "
            "never err."
        ),
        _(
            "They stop making chlorophyll when days grow short. Carotenoids, which are yellow, remain; some trees add "
            "red anthocyanins."
        ),
        _("I do not know for certain, but it has to do with light and cold."),
    )


@dataclass(frozen=True)
class Step:
    """What to do, and whether a draft shows that it was done. The last one is done by saving."""

    text: str
    done: Callable[[Draft], bool]


def steps() -> tuple[Step, ...]:
    """The steps in their order, with the keys that hold now."""
    key = keymap.current().shown
    return (
        Step(
            _("Press {generate} to have the question answered four times.").format(generate=key("main")),
            lambda draft: draft.finished,
        ),
        Step(
            _("Press 1, 2, 3 or 4 to go to an answer, and {best} at the one that you like best.").format(
                best=key("best")
            ),
            lambda draft: draft.tiers is not None,
        ),
        Step(
            _("Press {rank} and type a ranking of all four, like b>a=c>d, then Enter. = is a tie.").format(
                rank=key("rank")
            ),
            lambda draft: draft.tiers is not None and len(draft.tiers) > 2,
        ),
        Step(
            _("Press Enter at an answer and rate it: a digit rates and goes on. Space lists what the digits mean."),
            lambda draft: len({rating.axis for rating in draft.ratings}) > 2,
        ),
        Step(
            _(
                "Esc leads back to the answers. Mark some words with Shift and the arrows, press {flag}, then a "
                "category and a digit, then Enter."
            ).format(flag=key("flag")),
            lambda draft: bool(draft.flags),
        ),
        Step(
            _("Press {rewrite} at an answer, change a word, and keep it with {keep}.").format(
                rewrite=key("rewrite"), keep=key("main")
            ),
            lambda draft: draft.revision is not None and draft.revision.text != draft.answer(draft.revision.of).text,
        ),
        Step(
            _(
                "Press {part} until Why has the keyboard, and say in a few words what decided it. Esc leads back."
            ).format(part=key("next_part")),
            lambda draft: count_words(draft.justification) > 1,
        ),
        Step(
            _("Rate what is left, and save with {save}. What is missing stands beside the button.").format(
                save=key("save")
            ),
            lambda _draft: False,
        ),
    )


class Practice:
    """How far somebody has come."""

    def __init__(self) -> None:
        self.steps = steps()
        self.at = 0
        self.over = False

    def look(self, draft: Draft, *, saved: bool, rewriting: bool = False) -> bool:
        """Take note of what a bench shows; whether another step's turn has come. While rewriting none has."""
        before = (self.at, self.over)
        while not rewriting and self.at < len(self.steps) - 1 and self.steps[self.at].done(draft):
            self.at += 1
        self.over = self.over or saved
        return before != (self.at, self.over)

    @property
    def text(self) -> str:
        """The step whose turn it is, with its number."""
        if self.over:
            return _("That is all. Nothing of this was kept. Begin, or go on practising.")
        told = _("{number} of {count}: {step}")
        return told.format(number=self.at + 1, count=len(self.steps), step=self.steps[self.at].text)
