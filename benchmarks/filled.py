"""Profiles with many judgements such as people make, for what is measured with much in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from desktop.flow import judging
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft, new_draft
from desktop.flow.outcome import to_judgement
from desktop.flow.ranking import parse
from desktop.profile import Profile
from feedback_store.records import Judgement, Model, Origin

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2_000  # judgements in one transaction, while a profile is made


def made(profile: Profile, count: int) -> Iterator[Judgement]:
    """Judgements such as people make."""
    frame = profile.frame(profile.project)
    yield from (to_judgement(draft, frame) for draft in judged(profile, count))


def judged(profile: Profile, count: int) -> Iterator[Draft]:
    """Four answers of some hundred words, ranked, rated, with a reason: a draft that lacks nothing."""
    chance = random.Random(7)
    words = [word for page in sorted(ROOT.glob("docs/guide/*.md")) for word in page.read_text(encoding="utf-8").split()]
    rubric = profile.rubric(profile.project)
    origin = Origin("local", model=Model("smollm2"))
    for number in range(count):
        answers = tuple(
            AnswerDraft(
                key,
                " ".join(chance.choices(words, k=chance.randint(40, 160))),
                state="done",
                finish="stop",
                origin=origin,
            )
            for key in "abcd"
        )
        prompt = PromptDraft(text=f"{' '.join(chance.choices(words, k=12))} ({number})", domain="Physics")
        draft: Draft = msgspec.structs.replace(
            new_draft(prompt), asked=prompt, answers=answers, order=("c", "a", "d", "b"), justification="B is right."
        )
        draft = judging.rank(draft, parse(chance.choice(("a>b>c>d", "b>a=c>d", "d>c=b>a")), 4))
        for position in range(4):
            for axis in rubric.axes:
                draft = judging.rate(draft, position, axis.id, chance.randint(axis.lowest, axis.highest))
        yield draft


def fill(folder: Path, count: int) -> None:
    """A profile with so many judgements."""
    profile = Profile.open(folder, insecure_key_file=True)
    lot: list[Judgement] = []
    for judgement in made(profile, count):
        lot.append(judgement)
        if len(lot) == AT_ONCE:
            profile.store.records.save_all(lot).result()
            lot.clear()
    if lot:
        profile.store.records.save_all(lot).result()
    profile.close()
