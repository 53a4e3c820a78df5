"""The way of delivery by file: what a profile hands over, what its operator gives back, and what it reads of that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from walked_house import House
from walked_way import Seat

from desktop.flow.delivering import in_files, write_files
from feedback_store.collector.by_file import FileDoor, RefusedFileError
from feedback_store.delivery.by_file import ReadReceipts, read_receipts


def answers(house: House, file: Path) -> tuple[bytes, ...]:
    """What the operator gives back for a file."""
    try:
        return FileDoor(house.team.folder, house.storage).take(file).answers
    except RefusedFileError as error:
        return error.answers


def read(seat: Seat, lines: Sequence[bytes], file: Path) -> ReadReceipts:
    back = file.with_suffix(".receipts")
    back.write_bytes(b"".join(line + b"\n" for line in lines))
    return read_receipts(seat.store, back)


def hand_over(
    house: House, seat: Seat, folder: Path, *, everything: bool = False, heard: bool = True
) -> list[ReadReceipts]:
    """As `bundle export`, `collector import` and `bundle receipts` do, file after file; or the answer was lost."""
    runs = in_files(seat.store.outbox, seat.project, delivered_too=everything)
    found = []
    for file in write_files(seat.store.outbox, runs, folder / "a.preceptor"):
        lines = answers(house, file)
        if heard and lines:
            found.append(read(seat, lines, file))
        file.unlink()
    return found
