"""The steps of `preceptor try`, each a function that does one thing for real and returns what it made.

Used by trial.py, which orders and tells them. Must not print.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from importlib import resources

import msgspec

from desktop.commands import trial_rule
from desktop.commands.refusal import Refused
from desktop.flow import checks
from desktop.flow import draft as drafts
from desktop.flow.candidates import Collecting, keys_for, request_for, shuffled
from desktop.flow.draft import Draft, PromptDraft
from desktop.flow.outcome import messages_of, to_judgement
from desktop.profile import Profile
from feedback_store import records
from feedback_store.rubric_check import check_judgement
from feedback_store.store import Project, StoredRecord
from local_models.events import AnyEvent, Done

replace = msgspec.structs.replace

ANSWERS = 4
MAX_TOKENS = 160
SEED = 1
TAG = "try"
ANSWER_S = 120


@dataclass(frozen=True)
class Question:
    """A prompt of vicuna_bench."""

    number: int
    category: str
    text: str


@dataclass(frozen=True)
class Answered:
    """Four answers on the bench, and what the engine said at the end."""

    draft: Draft
    done: Done
    model: str
    seconds: float


def questions() -> list[Question]:
    """The prompts that are shipped for trying (their licence stands beside them)."""
    text = resources.files("desktop.commands").joinpath("try_prompts.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [Question(each["question_id"], each["category"], each["turns"][0]) for each in found]


def answer(profile: Profile, question: Question) -> Answered:
    """Let the starter model answer; raises Refused unless the engine kept its promises."""
    card = profile.catalog.find("")
    wish = PromptDraft(
        text=question.text,
        domain=question.category,
        tags=(TAG,),
        model=card.name,
        preset="varied",
        answers=ANSWERS,
        max_tokens=MAX_TOKENS,
    )
    keys = keys_for(ANSWERS)
    request = request_for(
        messages_of(wish), card, count=ANSWERS, seed=SEED, preset=wish.preset, max_tokens=wish.max_tokens
    )
    collecting = Collecting(request, card, wish.preset, keys)

    def take(event: AnyEvent) -> None:
        collecting.taken(event)

    shown_at, started = records.now(), time.monotonic()
    try:
        done = profile.engine.generate(request, take).wait(ANSWER_S)
    except TimeoutError as error:
        raise Refused(f"{card.name} did not answer within {ANSWER_S} seconds. Close other programs.") from error
    draft = replace(
        drafts.new_draft(wish),
        answers=collecting.answers,
        order=shuffled(keys, SEED),
        seed=SEED,
        streamed=True,
        shown_at=shown_at,
    )
    _check_answers(draft, done)
    return Answered(draft, done, card.name, time.monotonic() - started)


def judge(profile: Profile, project: Project, draft: Draft) -> trial_rule.Ruled:
    """Judge by the rule; raises Refused if the bench would not let it be saved."""
    rubric = profile.rubric(project)
    ruled = trial_rule.judge(draft, rubric)
    lacking = checks.missing(ruled.draft, rubric)
    if lacking:
        raise Refused(f"The judgement lacks something: {lacking[0].text}.")
    return ruled


def save(profile: Profile, project: Project, draft: Draft) -> StoredRecord:
    """Save the judgement and read it back through the strict decoder."""
    judgement = to_judgement(draft, profile.frame(project))
    check_judgement(judgement, profile.rubric(project))
    stored = profile.store.records.save(judgement).result()
    kept = profile.store.records.newest(stored.id)
    if kept is None or records.decode(kept.data) != judgement:
        raise Refused("The judgement that was read back is not the one that was saved.")
    return kept


def _check_answers(draft: Draft, done: Done) -> None:
    texts = {each.text.strip() for each in draft.answers}
    if len(texts) != ANSWERS or "" in texts:
        raise Refused(f"The model gave {len(texts)} different answers instead of {ANSWERS}.")
    if (done.k, done.prompt_evaluations) != (ANSWERS, 1):
        raise Refused(
            f"The prompt was evaluated {done.prompt_evaluations} times for {done.k} answers, not once for {ANSWERS}."
        )
