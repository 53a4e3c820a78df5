"""Which words that were found as personal data may stay in a judgement: kept beside it, its record does not say it.

They lie among the drafts, under the judgement's id, and name it, so that they are erased with it. Must not know Qt.
"""

from __future__ import annotations

import msgspec

from feedback_store.draft_table import Drafts


class KeptWords(msgspec.Struct, frozen=True):
    """Words that may stay in the judgement `record`."""

    record: str
    words: tuple[str, ...]


def key_of(record: str) -> str:
    """Under which the store keeps the words of a judgement."""
    return f"kept/{record}"


def to_bytes(record: str, words: tuple[str, ...]) -> bytes:
    """The words of a judgement as the JSON that the store keeps."""
    return msgspec.json.encode(KeptWords(record, words))


def from_bytes(data: bytes | None) -> tuple[str, ...]:
    """The inverse of `to_bytes`; nothing for None, or for bytes of another program."""
    try:
        return msgspec.json.decode(data, type=KeptWords).words if data is not None else ()
    except msgspec.DecodeError:
        return ()


def words_kept(drafts: Drafts, record: str) -> tuple[str, ...]:
    """The words that may stay in a judgement."""
    found = drafts.get(key_of(record))
    return from_bytes(found.data if found is not None else None)
