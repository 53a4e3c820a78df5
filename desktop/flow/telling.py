"""What a session tells that is no part of a draft: what was saved, and what went wrong. Must not know Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.flow.checks import Notice
from desktop.flow.draft import Draft
from feedback_store.store import StoredRecord


@dataclass(frozen=True)
class Saved:
    """A judgement that is durably stored, and the draft it came from (for undoing the save)."""

    stored: StoredRecord
    draft: Draft
    doubts: tuple[Notice, ...]


@dataclass(frozen=True)
class Problem:
    """Something that went wrong: one sentence; `while_doing` says what."""

    text: str
    while_doing: Literal["generate", "save", "draft"]
