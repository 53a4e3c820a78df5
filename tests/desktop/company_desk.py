"""A bench that several models answer, and a trainer who asks them."""

from __future__ import annotations

from session_desk import Desk

from desktop.flow import judging
from desktop.flow.draft import PromptDraft
from desktop.flow.together import as_seen
from feedback_store.records import Judgement

WISH = PromptDraft(text="Who are you?", model="Moon", beside=("Sun",), answers=2)


def ask(desk: Desk, wish: PromptDraft = WISH) -> None:
    desk.session.ask(wish)
    desk.session.generate()


def ended(desk: Desk) -> None:
    desk.settle(lambda: desk.session.draft.finished and not desk.session.writing)


def judged(desk: Desk) -> Judgement:
    session = desk.session
    for position in range(len(session.draft.order)):
        for axis in session.rubric.axes:
            session.act(judging.rate(session.draft, position, axis.id, 3))
    session.act(judging.all_equal(session.draft, "all_good"))
    desk.save()
    assert desk.session.saved is not None and isinstance(desk.session.saved.stored.record, Judgement)
    return desk.session.saved.stored.record


def texts(desk: Desk) -> set[str]:
    """What can be read of the answers."""
    draft = desk.session.draft
    return {as_seen(draft, key).text for key in draft.order}
