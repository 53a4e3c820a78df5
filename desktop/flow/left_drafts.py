"""Drafts that nobody writes any more: what a model was writing stands as far as it came. Must not know the store.

Stopped by an undo, or by going elsewhere, it was the trainer's doing. What a start finds half written was cut off by
the window's end, closed or killed, and says so.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from desktop.flow.draft import AnswerDraft, Draft

replace = msgspec.structs.replace


def as_left(draft: Draft, running: Collection[str] = ()) -> Draft:
    """The draft with its unfinished answers stopped, but for those of runs that are still `running`."""
    answers = tuple(answer if answer.run in running else _stopped(answer) for answer in draft.answers)
    return revision_as_left(replace(draft, answers=answers))


def as_found(draft: Draft) -> Draft:
    """A kept draft as a start finds it: the window closed, or was killed, over what is not finished in it."""
    answers = tuple(_stopped(answer, closed=True) for answer in draft.answers)
    return _revision_ended(replace(draft, answers=answers), closed=True)


def revision_as_left(draft: Draft) -> Draft:
    """A draft whose revision no model writes any more."""
    return _revision_ended(draft, closed=False)


def _revision_ended(draft: Draft, *, closed: bool) -> Draft:
    revision = draft.revision
    if revision is None or not revision.being_drafted:
        return draft
    drafts = tuple(replace(each, by=_stopped(each.by, closed=closed)) for each in revision.drafts)
    return replace(draft, revision=replace(revision, drafts=drafts))


def _stopped(answer: AnswerDraft, *, closed: bool = False) -> AnswerDraft:
    return answer if answer.ready else replace(answer, state="stopped", finish="cancelled", closed=closed)
