"""What must be true of a trainer's records once nothing waits any more: nothing is lost, and what was taken back is."""

from __future__ import annotations

from pathlib import Path

from strangers_view import check_file
from walked_house import House
from walked_way import Seat

from desktop.flow.delivering import in_files, write_files
from feedback_store.record_parts import Withdrawal
from feedback_store.record_table import StoredRecord

MAY_COME_BACK = {"record_old_revision", "erased"}  # judgements: copies of one profile changed one in two ways


def check_nothing_is_lost(house: House, seat: Seat) -> None:
    for row in seat.store.records.iter_newest(seat.project, include_withdrawn=True):
        assert row.way in ("saved", "held", "delivered", "returned"), row.way
        if row.way == "returned":
            assert row.kind == "judgement" and row.reason in MAY_COME_BACK, f"{row.kind}: {row.reason}"
        elif row.way == "delivered":
            there = house.holds(row.id, row.sha256) or _erases(row)  # one that erases need not be kept itself
            assert there, "it has a receipt and is not there"


def check_what_was_taken_back(house: House, seat: Seat) -> None:
    """The collector has heard of it wherever anything of it was signed; no export shows it, and what was erased is gone
    from there too, also from what was set aside.
    """
    signed = {row.id for row in seat.store.outbox.signed(seat.project) if row.kind == "judgement"}
    exported = _exported(house)
    for row in seat.store.records.iter_newest(seat.project, include_withdrawn=True):
        if not isinstance(row.record, Withdrawal):
            continue
        if row.id in signed:
            assert row.way == "delivered", f"a withdrawal is {row.way}"
        if row.way != "delivered":
            continue
        assert exported.get(row.id, row.rev + 1) > row.rev, "an export shows what was withdrawn"
        if _erases(row):
            assert row.id not in exported, "an export shows what was erased"
            for table, judged in (("record", "kind = 'judgement'"), ("quarantined_line", "true")):
                kept = f"SELECT data FROM {table} WHERE id = ? AND data IS NOT NULL AND {judged}"
                assert [line for (line,) in house.ask(kept, row.id) if b'"reason":' not in line] == [], table


def _erases(row: StoredRecord) -> bool:
    return isinstance(row.record, Withdrawal) and row.record.reason == "erase"


def check_files(house: House, seat: Seat, folder: Path) -> None:
    """Each file of everything passes both checks of a stranger."""
    outbox = seat.store.outbox
    runs = in_files(outbox, seat.project, delivered_too=True)
    keys = house.device_keys()
    for file in write_files(outbox, runs, folder / "all.preceptor"):
        check_file(file.read_bytes(), keys, seat.project, house.keys)
        file.unlink()


def _exported(house: House) -> dict[str, int]:
    """The revision of each judgement that an export would write."""
    with house.storage.reading() as view:
        days = [mark.day for mark in view.day_marks(house.project)]
        return {each.id: each.rev for day in days for each in view.live(house.project, day, "", 100_000)}
