"""Which words that were found as personal data may stay in a judgement: kept beside it, its record does not say it.

They lie among the drafts, under the judgement's id, and name it, so that they are erased with it. The bench writes them
with its drafts, the outbox by `set_words`; sealing reads them. Must not know what was found.
"""

from __future__ import annotations

import sqlite3

import msgspec

from feedback_store import records
from feedback_store.draft_table import Drafts

PREFIX = "kept/"


class KeptWords(msgspec.Struct, frozen=True):
    """Words that may stay in the judgement `record`."""

    record: str
    words: tuple[str, ...]


def key_of(record: str) -> str:
    """Under which the store keeps the words of a judgement."""
    return f"{PREFIX}{record}"


def to_bytes(record: str, words: tuple[str, ...]) -> bytes:
    """The words of a judgement as the JSON that the store keeps."""
    return msgspec.json.encode(KeptWords(record, words))


def from_bytes(data: bytes | None) -> tuple[str, ...]:
    """The inverse of `to_bytes`; nothing for None, or for bytes of another program."""
    try:
        return msgspec.json.decode(data, type=KeptWords).words if data is not None else ()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()


def words_kept(drafts: Drafts, record: str) -> tuple[str, ...]:
    """The words that may stay in a judgement."""
    found = drafts.get(key_of(record))
    return from_bytes(found.data if found is not None else None)


def words_of(connection: sqlite3.Connection, record: str) -> tuple[str, ...]:
    """The same inside of a transaction."""
    row = connection.execute("SELECT data FROM draft WHERE key = ?", (key_of(record),)).fetchone()
    return from_bytes(row[0] if row else None)


def all_words(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """The words that may stay, by judgement; those without any are left out."""
    query = "SELECT key, data FROM draft WHERE key >= ? AND key < ?"
    rows = connection.execute(query, (PREFIX, PREFIX + chr(0x10FFFF)))
    return {key.removeprefix(PREFIX): frozenset(from_bytes(data)) for key, data in rows}


def set_words(connection: sqlite3.Connection, record: str, words: tuple[str, ...]) -> None:
    """Keep these words of a judgement, and none else; when is kept with them."""
    connection.execute("DELETE FROM draft WHERE key = ?", (key_of(record),))
    if words:
        row = (key_of(record), to_bytes(record, words), records.now())
        connection.execute("INSERT INTO draft (key, data, kept_at) VALUES (?,?,?)", row)
