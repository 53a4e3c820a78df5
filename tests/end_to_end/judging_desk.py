"""A bench without a window, on a real profile and a real engine, and somebody who judges there by lot.

`judge` draws verdict, ratings, flags, revision and reason by lot and acts through desktop.flow.judging, so records of
every shape come of it. Each part has a seeded lot of its own: what is drawn does not hang on how long an answer is.
Nothing here says what a record must be.
"""

from __future__ import annotations

import queue
import random
from collections.abc import Callable

from desktop.flow import judging
from desktop.flow.candidates import Answering
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.judging import FlagChoice
from desktop.flow.ranking import parse
from desktop.flow.session import BenchSession
from desktop.profile import Profile
from feedback_store.rubrics import Rubric
from feedback_store.store import StoredRecord
from local_models.client import EngineClient

VERDICTS = ("a>b", "a>>b", "a>>>b", "b>a", "b>>a", "a=b", "all_good", "all_bad", "not rankable")


class Desk:
    """One session. `settle` runs what other threads posted, as the window's event loop does."""

    def __init__(self, profile: Profile, engine: EngineClient) -> None:
        self.seed = 0
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        project = profile.project
        self.session = BenchSession(
            store=profile.store,
            answering=Answering(engine, profile.catalog),
            rubric=profile.rubric(project),
            frame=profile.frame(project),
            seed=lambda: self.seed,
            post=self._posted.put,
            listen=lambda _parts: None,
        )

    def answer(self, prompt: PromptDraft, seed: int) -> None:
        """Have the prompt answered, and wait until every answer is finished."""
        self.seed = seed
        self.session.ask(prompt)
        self.session.generate()
        self._settle(
            lambda: self.session.problem is not None or (self.session.draft.finished and not self.session.writing)
        )
        assert self.session.problem is None, self.session.problem

    def judge(self, lot: int) -> Draft:
        """Judge what stands there; the draft that is ready to be saved."""
        for act in (_verdict, _ratings, _flags, _revision, _reason):
            chance = random.Random(f"{lot} {act.__name__}")
            self.session.act(act(self.session.draft, self.session.rubric, chance))
        assert self.session.missing == ()
        return self.session.draft

    def save(self) -> StoredRecord:
        """Save it; the next draft is open then."""
        future = self.session.save()
        assert future is not None, (self.session.missing, self.session.problem)
        self._settle(lambda: not self.session.saving)
        assert self.session.problem is None, self.session.problem
        return future.result()

    def _settle(self, until: Callable[[], bool]) -> None:
        while not until():
            self._posted.get(timeout=120)()


def _verdict(draft: Draft, _rubric: Rubric, chance: random.Random) -> Draft:
    chosen = chance.choice(VERDICTS)
    if chosen == "not rankable":
        return judging.not_rankable(draft, "Both speak of something else.")
    if chosen == "all_good" or chosen == "all_bad":
        return judging.all_equal(draft, chosen)
    return judging.rank(draft, parse(chosen, 2, with_strength=True))


def _ratings(draft: Draft, rubric: Rubric, chance: random.Random) -> Draft:
    for position in range(len(draft.order)):
        for axis in rubric.axes:
            draft = judging.rate(draft, position, axis.id, chance.randint(axis.lowest, axis.highest))
    return draft


def _flags(draft: Draft, rubric: Rubric, chance: random.Random) -> Draft:
    """None, one or two: on a span, or on a whole answer; every category and severity can come."""
    assert rubric.flags is not None
    for _ in range(chance.randint(0, 2)):
        position = chance.randrange(len(draft.order))
        category = chance.choice(rubric.flags.categories)
        choice = FlagChoice(
            category.id,
            chance.randrange(len(rubric.flags.severities)),
            chance.choice(rubric.flags.target_groups).id if category.asks_target_group else None,
            chance.choice(category.kinds).id if category.kinds else None,
            chance.choice(("", "Says who?")),
        )
        draft = judging.flag(draft, position, _span(draft.at(position), chance), choice)
    return draft


def _span(answer: AnswerDraft, chance: random.Random) -> tuple[int, int] | None:
    start = chance.randrange(len(answer.text))
    return chance.choice((None, (start, chance.randint(start + 1, len(answer.text)))))


def _revision(draft: Draft, _rubric: Rubric, chance: random.Random) -> Draft:
    """Of every second judgement: one answer in half its words."""
    if chance.random() < 0.5:
        return draft
    draft = judging.start_revision(draft, chance.randrange(len(draft.order)))
    assert draft.revision is not None
    words = draft.revision.text.split(" ")
    shorter = " ".join(words[: max(1, len(words) // 2)]) + " (shorter)"
    points = tuple(judging.replace(point, done=True) for point in draft.revision.points)
    return judging.revise(draft, judging.replace(draft.revision, text=shorter, points=points, summary="half of it"))


def _reason(draft: Draft, _rubric: Rubric, chance: random.Random) -> Draft:
    draft = judging.justify(draft, chance.choice(("", "Shorter is better here.", "Because “it” is ≥ 2 × as clear 😀")))
    return judging.be_sure(draft, chance.choice((None, 1, 3, 5)))
