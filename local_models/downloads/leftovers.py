"""What downloads that were stopped have left in a folder, so that they can go on or be given up.

Nothing is opened but the small notes beside the parts. Must not know HTTP, nor who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local_models.downloads.addresses import part_name
from local_models.downloads.part_file import held, note_of, part_of, read_note

MAX_LEFTOVERS = 200  # notes that are read in one folder


@dataclass(frozen=True)
class Leftover:
    """A model that has come in part. `path` is where its first file would be; bytes of all its files together.

    `total` is None where the size of the whole is not known; `address` is of one of its files, without query.
    `sha256` is what a model of one file must come to, "" where that is not known.
    """

    path: Path
    address: str
    done: int
    total: int | None
    sha256: str = ""


def leftovers(folder: Path) -> tuple[Leftover, ...]:
    """The downloads that stopped in `folder`, by name; none where it cannot be read."""
    found: dict[Path, Leftover] = {}
    try:
        notes = sorted(folder.glob("*.part.json"))[:MAX_LEFTOVERS]
    except OSError:
        return ()
    for path in notes:
        target = path.with_name(path.name.removesuffix(".part.json"))
        note, done = read_note(target), _size(part_of(target))
        first = target.with_name(part_name(target.name, 1))
        before = found.get(first)
        if note is None or done is None or not note.address:
            continue
        if first == target and before is None:
            whole = note.total if part_name(target.name, 2) == target.name else None
            found[first] = Leftover(first, note.address, done, whole, note.sha256 if whole is not None else "")
        else:
            had = before.done if before is not None else 0
            found[first] = Leftover(first, before.address if before else note.address, had + done, None)
    return tuple(found.values())


def discard(left: Leftover) -> None:
    """Delete what has come of a model. Raises DownloadError "downloading" while it goes on, OSError."""
    with held(left.path):
        stem = left.path.name
        for note in sorted(left.path.parent.glob("*.part.json")):
            target = note.with_name(note.name.removesuffix(".part.json"))
            if part_name(target.name, 1) == stem:
                part_of(target).unlink(missing_ok=True)
                note_of(target).unlink(missing_ok=True)


def _size(path: Path) -> int | None:
    """A file's size; None where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None
