"""What a version in other words amounts to: whether it was only looked at, and whether it says anything else.

Must not know the store or the screen.
"""

from __future__ import annotations

import msgspec

from desktop.flow.draft import Draft, RevisionDraft

replace = msgspec.structs.replace


def worked_on(draft: Draft, revision: RevisionDraft) -> bool:
    """Whether anything would be lost of a revision that was begun."""
    said = any(point.done or not point.from_flag for point in revision.points) or revision.only_points is not None
    typed = bool(revision.new_point.strip() or revision.summary or revision.drafts)
    return said or typed or revision.text != draft.answer(revision.of).text


def only_looked_at(draft: Draft) -> bool:
    """Whether the revision was opened and nothing was done with it."""
    return draft.revision is not None and not worked_on(draft, draft.revision)


def rewrites_nothing(draft: Draft) -> bool:
    """Whether there is a revision that says what its original says."""
    revision = draft.revision
    return revision is not None and revision.text.strip() == draft.answer(revision.of).text.strip()


def left(draft: Draft, before: Draft) -> Draft:
    """Keep what was written; nothing is left of a revision that was only looked at, and that of `before` stands again.

    `before` is the same draft as it was when the revision was opened.
    """
    return replace(draft, revision=before.revision, set_aside=before.set_aside) if only_looked_at(draft) else draft


def to_be_saved(draft: Draft) -> Draft:
    """The draft without a revision that was only looked at."""
    return replace(draft, revision=None) if only_looked_at(draft) else draft
