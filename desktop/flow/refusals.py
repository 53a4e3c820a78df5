"""A judgement that its rubric refuses, said of what is on the screen: which flag of which answer, not which field.

Must not know the screen.
"""

from __future__ import annotations

import re

from desktop.flow.describing import flag_text
from desktop.flow.draft import Draft
from desktop.flow.ranking import letter
from desktop.flow.wording import at_its_place, sentence
from desktop.flow.wording import gettext as _
from feedback_store.errors import PlacedError, StoreError
from feedback_store.rubrics import Rubric

_FLAG = re.compile(r"\$\.flags\[(\d+)\]")


def refusal(error: StoreError, draft: Draft, rubric: Rubric) -> str:
    """What is wrong with what the draft says, in a sentence; a flag is named as the list of flags shows it."""
    found = _FLAG.match(str(error.values.get("path", ""))) if isinstance(error, PlacedError) else None
    if found is None or int(found[1]) >= len(draft.flags):
        return sentence(error)
    flag = draft.flags[int(found[1])]
    words = _("A flag does not fit the rubric. {flag}. {reason} Change or remove it in the list of flags.")
    named = flag_text(flag, letter(draft.position(flag.candidate)), rubric.flags)
    return words.format(flag=named, reason=at_its_place(error))
