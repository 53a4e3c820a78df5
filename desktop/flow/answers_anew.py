"""What a model is asked once answers stand: one anew, one further, one more of each model; and to see them now.

Each act takes a session, as those of `conversation.py` do. A model that cannot be asked is told of in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from desktop.flow import judging, together
from desktop.flow.asking import keys_for, more_shares, shuffled
from desktop.flow.draft import AnswerDraft, Draft, PromptDraft
from desktop.flow.telling import gone_on_words
from desktop.flow.together import MOST_ANSWERS
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence, veiled
from feedback_store.records import now
from local_models.errors import EngineError

if TYPE_CHECKING:
    from desktop.flow.session import BenchSession


replace = msgspec.structs.replace


def again(session: BenchSession, position: int) -> None:
    """Let its model write one answer anew while the others stand; what was judged of it goes."""
    old = session.draft.at(position)
    if old.origin.kind == "page":
        why = _("The page wrote this answer. Write answers of your own models beside it.")
        session.refuse(*together.refusal(session.draft, why))
    elif old.origin.kind != "human" and old.ready:
        model = together.asked_again(session.draft, old)
        seed = session.seed()
        _ask(session, old, model, seed, lambda draft, run: judging.forget_answer(draft, old.key, run, model))


def go_on(session: BenchSession, position: int) -> None:
    """Let its model go on with an answer that was cut off; what was judged of it stands."""
    old = session.draft.at(position)
    if old.was_cut:
        drawn = old.origin.sampling
        seed = session.seed() if drawn is None or drawn.seed is None else drawn.seed
        model = old.model or session.draft.prompt.model
        _ask(session, old, model, seed, lambda draft, run: judging.resume_answer(draft, old.key, run), goes_on=old)


def more(session: BenchSession) -> None:
    """Have more answers written beside those that stand, as `more_shares` says; they come last, in no order."""
    draft = session.draft
    shared, seed = more_shares(draft), session.seed()
    if not shared:
        words = _("More than {most} answers have no room here. Choose fewer models, or fewer answers of each.")
        session.refuse(words.format(most=MOST_ANSWERS))
        return
    try:
        places = session.runs.start_all(draft.asked or draft.prompt, draft.prompt, shared, seed)
    except EngineError as error:
        session.refuse(*together.refusal(draft, error))
        return
    by_key = {place.key: place for place in places}
    order = shuffled(tuple(by_key), seed) if draft.blind else tuple(by_key)
    made = judging.add_answers(draft, tuple(by_key[key] for key in order))
    session.act(together.hold(made, together.hidden(draft) | set(order)))


def beside_page(session: BenchSession) -> bool:
    """Have the models answer beside the answer of a page, which stays as it came; whether that is what is asked.

    Blind, all stand in one order that the seed decides, and appear together: nothing tells which one was read before.
    """
    draft, wish = session.draft, session.draft.prompt
    if not _page_alone(draft):
        return False
    seed = session.seed()
    each = max((n for n in together.counts(len(wish.models)) if n <= _room(wish, draft)), default=0)
    free = [key for key in keys_for(26) if key not in draft.order]
    shared = tuple((model, tuple(free[at * each :][:each])) for at, model in enumerate(wish.models))
    try:
        places = session.runs.start_all(draft.asked or wish, wish, shared, seed)
    except EngineError as error:
        session.refuse(sentence(error), veiled(error))
        return True
    made = judging.add_answers(draft, places)
    order = shuffled(sorted(made.order), seed) if wish.blind else made.order
    made = replace(made, blind=wish.blind, order=order, seed=seed, streamed=True, shown_at=now())
    session.act(together.hold(made, made.order))
    return True


def _room(wish: PromptDraft, draft: Draft) -> int:
    """How many answers each model can write beside those that stand."""
    return min(wish.answers, (MOST_ANSWERS - len(draft.order)) // len(wish.models))


def _page_alone(draft: Draft) -> bool:
    """Whether only answers of a page stand there, to the prompt that is asked now."""
    of_pages = bool(draft.answers) and all(answer.origin.kind == "page" for answer in draft.answers)
    return of_pages and not draft.prompt_changed and draft.supersedes is None and draft.basis is None


def show_now(session: BenchSession) -> None:
    """Show the answers of several models as far as they are, not only once the last has ended."""
    if together.hidden(session.draft):
        session.watch.take_words(session.draft)
        session.stream(together.show_now(session.draft), "answers", "judgement", "state")


def _ask(
    session: BenchSession,
    old: AnswerDraft,
    model: str,
    seed: int,
    begun: Callable[[Draft, str], Draft],
    *,
    goes_on: AnswerDraft | None = None,
) -> None:
    """Have a model write one answer; one that the conversation goes on from has to stay, which is said."""
    draft = session.draft
    if any(turn.answer == old.key for turn in session.tree.after(draft.comparison)):
        session.refuse(gone_on_words())
        return
    try:
        asked = draft.asked or draft.prompt
        run = session.runs.start(asked, draft.prompt, (old.key,), seed, model, goes_on=goes_on)
    except EngineError as error:
        session.refuse(*together.refusal(draft, error))
        return
    session.act(together.hold(begun(session.draft, run), together.hidden(session.draft) | {old.key}))
