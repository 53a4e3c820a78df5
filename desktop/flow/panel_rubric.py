"""A rubric as the panel shows it: the ids that a verdict names, its words in the trainer's language.

Must not know Qt.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.flow.wording import glossed, named, ours
from feedback_store import rubrics
from feedback_store.rubrics import Rubric

_PUBLISHED = ("axes", "questions", "verdicts")  # their names are others', and are shown with what they mean
_OWN = ("categories", "kinds", "target_groups", "severities")


def shown_rubric(rubric: Rubric) -> dict[str, Any]:
    """The rubric as JSON. Its bytes are not those of its hash, which is told beside it."""
    told: dict[str, Any] = json.loads(rubrics.encode(rubric))
    told.pop("source", None)
    told.pop("licence", None)
    return {name: _said(value, name) for name, value in told.items()}


def _said(value: Any, of: str) -> Any:
    if isinstance(value, list):
        return [_said(each, of) for each in value]
    if not isinstance(value, dict):
        return value
    said = {}
    for name, inner in value.items():
        if name == "help":
            said[name] = ours(inner)
        elif name in ("name", "text") and inner:
            said[name] = named(inner) if of in _OWN else glossed(ours(inner)) if of in _PUBLISHED else ours(inner)
        else:
            said[name] = _said(inner, name)
    return said
