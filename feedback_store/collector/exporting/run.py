"""Brings an export up to date with what is stored: only days that changed are written, and the manifest comes last.

A day's file is named by what is in it, so that a run that was killed finds what it had finished. The manifest names
every file that counts; it is written in one step, and only then files that it does not name are removed. So a record
that was withdrawn or erased is gone when the run has ended, and a run that did not end has changed nothing that counts.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.manifest import Manifest
from feedback_store.collector.exporting import rows
from feedback_store.collector.exporting.destination import Destination
from feedback_store.collector.exporting.rows import Row
from feedback_store.collector.storage import DayMark, LiveRecord, Storage, Transaction
from feedback_store.errors import EnvironmentTrouble
from feedback_store.record_values import ProjectId

MANIFEST = "_manifest.json"  # Spark and others pass over names that begin so
AT_A_TIME = 200  # records read in one go
GROUP_BYTES = 32 * 1024 * 1024  # of records in a row group: what is held in memory
OURS = re.compile(r"project=(prj_[0-9a-f]{32})/day=\d{4}-\d{2}-\d{2}/part-[0-9a-f]{32}\.parquet")

OnDay = Callable[[int, int], None]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day's state in the storage when it was written; another state is another mark."""

    revisions: int
    erased: int
    received_at: str
    erased_at: str


class Partition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One day of one project. Without `file` nothing of it stands."""

    project: ProjectId
    day: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    mark: Mark
    rows: int
    file: str | None = None
    bytes: int = 0


class ExportManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an export consists of. Readers may take its files instead of whatever lies in the folders."""

    v: int
    format: int
    exported_at: str
    partitions: tuple[Partition, ...]


@dataclass(frozen=True)
class Exported:
    """What a run did: partitions that were written and that stood as they were, files removed, rows in all.

    `gone`: how many rows fewer than before the days have that lost some. A day's rows are those that came first on it,
    so what it lost was withdrawn or erased; what came on the same day meanwhile may stand for some of them.
    """

    written: int
    kept: int
    removed: int
    rows: int
    gone: int = 0


def export(
    storage: Storage, destination: Destination, *, project: str | None = None, on_day: OnDay = lambda _done, _of: None
) -> Exported:
    """Bring an export up to date, of one project or of all; raises EnvironmentTrouble.

    `on_day` is told after each day that changed how many are done, and of how many.
    """
    begun = destination.read(MANIFEST)
    before, as_now = _read_manifest(begun)
    there = destination.sizes()
    with storage.reading() as view:
        projects = view.projects()
        wanted = [each for each in projects if project in (None, each) or not as_now]
        days = [(each, mark) for each in wanted for mark in view.day_marks(each)]
    _check_ours(before, projects)
    known = {_place(each): each for each in before if as_now and each.project in wanted}
    kept: list[Partition] = []
    changed: list[tuple[str, DayMark]] = []
    for each, mark in days:
        earlier = known.get((each, mark.day))
        if earlier is not None and _stands(earlier, mark, there):
            kept.append(earlier)
        else:
            changed.append((each, mark))
    written: list[Partition] = []
    for each, mark in changed:
        written.append(_write_day(storage, destination, each, mark, there))
        on_day(len(written), len(changed))
    others = (each for each in before if each.project not in wanted)
    partitions = sorted((*others, *kept, *written), key=_place)
    if partitions != before or begun is None:
        _write_manifest(destination, partitions, begun)
    named = {each.file for each in partitions}
    stray = sorted(name for name in there if OURS.fullmatch(name) and name not in named)
    destination.delete(stray)
    return Exported(
        len(written), len(kept), len(stray), sum(each.rows for each in partitions), gone=_rows_gone(known, written)
    )


def _place(partition: Partition) -> tuple[str, str]:
    return partition.project, partition.day


def _stands(before: Partition, mark: DayMark, there: Mapping[str, int]) -> bool:
    return before.mark == _mark(mark) and (before.file is None or before.file in there)


def _rows_gone(known: Mapping[tuple[str, str], Partition], written: Iterable[Partition]) -> int:
    earlier = ((known.get(_place(now)), now) for now in written)
    return sum(max(0, before.rows - now.rows) for before, now in earlier if before is not None)


def _write_day(
    storage: Storage, destination: Destination, project: str, mark: DayMark, there: Mapping[str, int]
) -> Partition:
    """A day as it stands now. What came after `mark` was taken may be in it; the next run sees another mark."""
    with tempfile.TemporaryDirectory(prefix="preceptor-export-") as folder:
        path = Path(folder) / "day.parquet"
        with storage.snapshot() as view:
            hashes = view.live_hashes(project, mark.day)
            made = Partition(project, mark.day, _mark(mark), len(hashes))
            if not hashes:
                return made
            digest = hashlib.sha256("\n".join([str(rows.FORMAT), *hashes]).encode("ascii")).hexdigest()
            name = f"project={project}/day={mark.day}/part-{digest[:32]}.parquet"
            if name in there:
                return msgspec.structs.replace(made, file=name, bytes=there[name])
            _write_rows(view, project, mark.day, path)
        size = path.stat().st_size
        destination.put(name, path)  # without holding the database: a storage far away takes its time
    return msgspec.structs.replace(made, file=name, bytes=size)


def _write_rows(view: Transaction, project: str, day: str, path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = rows.schema()
    with parquet.ParquetWriter(path, columns, compression="zstd") as writer:
        for group in _groups(view, project, day):
            writer.write_table(pa.Table.from_pylist(group, schema=columns))


def _groups(view: Transaction, project: str, day: str) -> Iterator[list[Row]]:
    came: dict[str, Manifest] = {}
    group: list[Row] = []
    size = 0
    for live in _live(view, project, day):
        if live.batch not in came:
            came[live.batch] = _came(view, project, live.batch)
        group.append(rows.row_of(live, came[live.batch]))
        size += len(live.data)
        if size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _came(view: Transaction, project: str, batch: str) -> Manifest:
    signed = view.manifest(project, batch)
    assert signed is not None  # a record is stored with its batch
    return payload.parse(signed, Manifest)


def _live(view: Transaction, project: str, day: str) -> Iterator[LiveRecord]:
    after = ""
    while some := view.live(project, day, after, AT_A_TIME):
        yield from some
        after = some[-1].id


def _mark(mark: DayMark) -> Mark:
    return Mark(mark.revisions, mark.erased, mark.received_at, mark.erased_at)


def _read_manifest(data: bytes | None) -> tuple[list[Partition], bool]:
    """The partitions of before, and whether they have the columns of now; else all are written anew."""
    if data is None:
        return [], True
    try:
        found = msgspec.json.decode(data, type=ExportManifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EnvironmentTrouble.worded(
            "{name} there is not one of an export, or is damaged. Choose another place, or remove that one file: then"
            " all days are written anew, in place of those that were exported there before.",
            code="no_manifest",
            name=MANIFEST,
        ) from error
    return list(found.partitions), found.format == rows.FORMAT


def _check_ours(before: list[Partition], projects: list[str]) -> None:
    foreign = next((each.project for each in before if each.project not in projects), None)
    if foreign is not None:
        raise EnvironmentTrouble.worded(
            "An export of another collector lies there, with project {project}. Choose another place.",
            code="other_export",
            project=foreign,
        )


def _write_manifest(destination: Destination, partitions: list[Partition], begun: bytes | None) -> None:
    """Put it in place of the one that this run began with, and of no other."""
    if destination.read(MANIFEST) != begun:
        raise EnvironmentTrouble(
            "Another export to the same place has ended meanwhile. Run this one again.", code="export_beside"
        )
    made = ExportManifest(1, rows.FORMAT, records.now(), tuple(partitions))
    destination.write(MANIFEST, msgspec.json.format(canonical.encode(made), indent=1) + b"\n")
