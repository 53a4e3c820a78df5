"""A draft from the moment on at which models are asked: the places of their answers. Must not know an engine."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.together import MOST_ANSWERS, author, hold
from feedback_store.records import Model, Origin, now


def shuffled(keys: Sequence[str], seed: int) -> tuple[str, ...]:
    """The order in which answers are shown: a permutation that the seed decides."""
    order = list(keys)
    random.Random(seed).shuffle(order)  # noqa: S311 (an order of cards, not a secret)
    return tuple(order)


def keys_for(count: int) -> tuple[str, ...]:
    """The keys a, b, c… of `count` candidates."""
    return tuple(chr(ord("a") + index) for index in range(count))


Shares = tuple[tuple[str, tuple[str, ...]], ...]  # models, each with the keys of its answers


def shares(wish: PromptDraft) -> Shares:
    """Which answers each model of a prompt writes."""
    each = wish.answers
    keys = keys_for(len(wish.models) * each)
    return tuple((model, keys[number * each :][:each]) for number, model in enumerate(wish.models))


def more_shares(draft: Draft) -> Shares:
    """What is written beside the answers of a draft: all of the models chosen since, else one more of each.

    Empty where the bench has no room for so many.
    """
    wish = draft.prompt
    since = [model for model in wish.models if model not in map(author, draft.answers)]
    each = wish.answers if since else 1
    models = since or wish.models
    free = [key for key in keys_for(26) if key not in draft.order]
    if len(draft.order) + each * len(models) > MOST_ANSWERS:
        return ()
    return tuple((model, tuple(free[number * each :][:each])) for number, model in enumerate(models))


def waiting_answer(key: str, run: str, model: str) -> AnswerDraft:
    """The place of an answer that a model has not begun to write."""
    return AnswerDraft(key=key, origin=Origin("local"), run=run, model=model)


def unasked_answer(key: str, model: str, problem: str) -> AnswerDraft:
    """The place of an answer by a model that could not be asked, which says why in a sentence."""
    origin = Origin("local", model=Model(model) if model else None)
    return AnswerDraft(key=key, state="failed", finish="error", origin=origin, problem=problem, model=model)


def being_answered(draft: Draft, answers: tuple[AnswerDraft, ...], seed: int) -> Draft:
    """The draft with these answers to its prompt, shuffled where it is blind; the seed decides how."""
    keys = tuple(answer.key for answer in answers)
    begun = msgspec.structs.replace(
        draft,
        asked=draft.prompt,
        answers=answers,
        order=shuffled(keys, seed) if draft.blind else keys,
        seed=seed,
        shown_at=now(),
        streamed=True,
    )
    return hold(begun, keys)
