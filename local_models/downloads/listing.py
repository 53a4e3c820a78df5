"""Which models a repository on Hugging Face holds, by its API. What it answers is foreign and read within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import msgspec

from local_models.downloads.addresses import Repository, host_of, part_name
from local_models.downloads.answers import PassingError, Patience
from local_models.downloads.http import Exchange, Rules
from local_models.errors import DownloadError, Phrase

MAX_LISTING = 4 * 1024 * 1024
MAX_ENTRIES = 1000  # as many as the hub puts on a page

_PLAIN = re.compile(r"[^\x00-\x1f\x7f\\]{1,400}")


@dataclass(frozen=True)
class Listed:
    """A model of a repository: its first file, the size of all its parts in bytes, how many parts it has."""

    file: str
    size: int
    parts: int = 1


class _Entry(msgspec.Struct):
    path: str
    type: str = "file"
    size: int = 0


def list_models(
    repository: Repository, *, patience: Patience | None = None, rules: Rules | None = None
) -> tuple[Listed, ...]:
    """The .gguf files of a repository, parts of a model as one; waits for the answer. Raises DownloadError."""
    patience = patience or Patience()
    try:
        exchange = Exchange(repository.listing, patience=patience, rules=rules or Rules())
        try:
            exchange.head()
            found = bytearray()
            for piece in exchange.pieces():
                found += piece
                if len(found) > MAX_LISTING:
                    raise _refused(repository, Phrase("it is too long"))
        finally:
            exchange.abandon()
    except PassingError as passing:
        raise passing.error from passing
    try:
        entries = msgspec.json.decode(bytes(found), type=list[_Entry])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(repository, Phrase("it is no list of files")) from error
    return _models(entries[:MAX_ENTRIES])


def _models(entries: list[_Entry]) -> tuple[Listed, ...]:
    models: dict[str, Listed] = {}
    for entry in sorted(entries, key=lambda each: each.path):
        usable = _PLAIN.fullmatch(entry.path) and entry.path.lower().endswith(".gguf") and entry.size >= 0
        if entry.type != "file" or not usable:
            continue
        path = PurePosixPath(entry.path)
        first = str(path.with_name(part_name(path.name, 1)))
        there = models.get(first)
        if there is None:
            models[first] = Listed(first, entry.size)
        else:
            models[first] = replace(there, size=there.size + entry.size, parts=there.parts + 1)
    return tuple(models.values())


def _refused(repository: Repository, why: Phrase) -> DownloadError:
    host = host_of(repository.listing.address)
    return DownloadError.worded(
        "What {host} answered about {repository} was refused: {why}. Look at its page, and name"
        " a file: {repository}/FILE.gguf",
        code="bad_listing",
        host=host,
        repository=repository.name,
        why=why,
    )
