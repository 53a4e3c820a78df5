"""Tags of several judgements at once: each gets a next revision that differs in nothing else. Must not know Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from feedback_store import records
from feedback_store.record_table import StoredRecord
from feedback_store.records import App, Judgement


def tags_of(stored: Iterable[StoredRecord]) -> tuple[str, ...]:
    """All tags that these judgements have, each once, in order."""
    found: dict[str, None] = {}
    for each in stored:
        if isinstance(each.record, Judgement):
            found.update(dict.fromkeys(each.record.prompt.tags or ()))
    return tuple(found)


def retagged(stored: StoredRecord, add: Sequence[str], remove: Sequence[str], app: App) -> Judgement | None:
    """The next revision with other tags; None where nothing would change, or the record is no judgement."""
    record = stored.record
    if not isinstance(record, Judgement):
        return None
    before = record.prompt.tags or ()
    after = tuple(dict.fromkeys([*(tag for tag in before if tag not in remove), *add]))
    return with_tags(stored, after, app)


def with_tags(stored: StoredRecord, after: tuple[str, ...], app: App) -> Judgement | None:
    """The next revision with exactly these tags; None where nothing would change, or the record is no judgement."""
    record = stored.record if stored.erased_at is None else None
    if not isinstance(record, Judgement) or after == (record.prompt.tags or ()):
        return None
    return msgspec.structs.replace(
        record,
        rev=record.rev + 1,
        supersedes=stored.sha256,
        nonce=records.new_nonce(),
        created_at=records.now(),
        app=app,
        prompt=msgspec.structs.replace(record.prompt, tags=after or None),
    )
