"""Parquet files of what stands: read back with DuckDB, brought up to date, and never a byte of what is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from delivered import Delivered, hash_of, id_of
from earlier_collector import step_back
from exported import ALL, files, ids, sql
from made_judgements import candidate
from storages import Databases
from test_collector_rules import revised

from feedback_store import canonical
from feedback_store.collector.erasing import erase
from feedback_store.collector.exporting import rows, run
from feedback_store.collector.exporting.destination import Folder
from feedback_store.collector.exporting.run import MANIFEST, Exported, export
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage
from feedback_store.record_parts import Answer, Flag, Rating, Versioned
from feedback_store.records import span_at


@pytest.fixture
def delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, databases: Databases) -> Iterator[Delivered]:
    made = Delivered.made(tmp_path / "collector", monkeypatch, database=databases.new())
    yield made
    made.storage.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "export"


def test_a_judgement_is_a_row_with_its_day_and_its_very_bytes(delivered: Delivered, out: Path) -> None:
    text = "Tea first. 🫖 Then milk."
    line = delivered.record(
        candidates=(candidate("a", text), candidate("b", kind="human")),
        ratings=(Rating("a", "helpfulness", 4), Rating("b", "helpfulness", "na")),
        answers=(Answer("a", "tone", ("warm", "plain")), Answer("b", "tone", "cold")),
        flags=(Flag("a", "made_up", 2, span=span_at(text, 0, 9), note="Who says so?"),),
        justification="Because.",
        rubric=Versioned("of_another_team", 1, "1" * 64),
    )
    delivered.deliver(line, day="2026-11-20")
    assert export(delivered.storage, Folder(out)) == Exported(written=1, kept=0, removed=0, rows=1)
    columns = (
        "project, CAST(day AS VARCHAR), id, sha256, trainer, device, seq, licence, len(candidates), candidates[1].text,"
        " candidates[2].origin, verdicts[1].tiers, ratings, answers, flags[1].exact, justification, record,"
        " strftime(received_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M')"
    )
    (row,) = sql(f"SELECT {columns} FROM read_parquet('{out}/{ALL}', hive_partitioning=true)")
    assert row[:9] == (
        delivered.team.project,
        "2026-11-20",
        id_of(line),
        hash_of(line),
        delivered.trainer,
        delivered.key.key_id,
        1,
        "CC-BY-4.0",
        2,
    )
    assert row[9:12] == (text, "human", [["a"], ["b"]])
    assert row[12] == [
        {"candidate": "a", "axis": "helpfulness", "value": 4},
        {"candidate": "b", "axis": "helpfulness", "value": None},
    ]
    assert row[13] == [
        {"candidate": "a", "question": "tone", "values": ["warm", "plain"]},
        {"candidate": "b", "question": "tone", "values": ["cold"]},
    ]
    assert row[14:16] == ("Tea first", "Because.")
    assert canonical.record_hash(row[16].encode()) == row[3]
    assert row[17] == "2026-11-20 12:00"


def test_only_the_newest_version_stands_on_the_day_of_the_first(delivered: Delivered, out: Path) -> None:
    line = delivered.record()
    newer = revised(line, confidence=2)
    delivered.deliver(line, day="2026-11-20")
    delivered.deliver(newer, day="2026-11-22")
    export(delivered.storage, Folder(out))
    found = sql(f"SELECT CAST(day AS VARCHAR), rev, sha256 FROM read_parquet('{out}/{ALL}', hive_partitioning=true)")
    assert found == [("2026-11-20", 2, hash_of(newer))]


def test_only_days_that_changed_are_written_again(delivered: Delivered, out: Path) -> None:
    old, line = delivered.record(), delivered.record()
    delivered.deliver(old, day="2026-11-20")
    delivered.deliver(line, day="2026-11-21")
    export(delivered.storage, Folder(out))
    before = files(out)
    assert export(delivered.storage, Folder(out)) == Exported(written=0, kept=2, removed=0, rows=2)
    assert files(out) == before  # the manifest too: it says when something changed
    delivered.deliver(delivered.record(), day="2026-11-21")
    assert export(delivered.storage, Folder(out)) == Exported(written=1, kept=1, removed=1, rows=3)
    kept = [name for name in files(out) if name in before and name != MANIFEST]
    assert len(kept) == 1
    assert "day=2026-11-20" in kept[0]


@pytest.mark.parametrize("reason", ["mistake", "erase"])
def test_what_was_withdrawn_later_is_taken_out_of_its_day(delivered: Delivered, out: Path, reason: str) -> None:
    stays, goes = delivered.record(), delivered.record()
    delivered.deliver(stays, goes, day="2026-11-20")
    delivered.deliver(delivered.record(), day="2026-11-21")
    export(delivered.storage, Folder(out))
    delivered.withdraw(goes, reason)
    assert export(delivered.storage, Folder(out)) == Exported(written=1, kept=1, removed=1, rows=2, gone=1)
    assert id_of(goes) not in ids(out)
    assert id_of(stays) in ids(out)


def test_what_the_operator_erased_is_in_no_file_after_the_next_export(delivered: Delivered, out: Path) -> None:
    secret = "Zachariasch has gout"
    line = delivered.record(justification=secret)
    delivered.deliver(line)
    export(delivered.storage, Folder(out))
    erase(delivered.storage, [id_of(line)])
    assert export(delivered.storage, Folder(out)) == Exported(written=1, kept=0, removed=1, rows=0, gone=1)
    assert list(files(out)) == [MANIFEST]  # the day has no file, and its folder is gone
    assert [path for path in out.iterdir() if path.is_dir() and list(path.iterdir())] == []


def test_a_withdrawn_judgement_that_is_put_back_stands_again(delivered: Delivered, out: Path) -> None:
    line = delivered.record()
    delivered.deliver(line)
    delivered.withdraw(line)
    export(delivered.storage, Folder(out))
    assert ids(out) == set()
    delivered.deliver(revised(line, rev=3), day="2026-11-26")
    export(delivered.storage, Folder(out))
    assert ids(out) == {id_of(line)}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", range(1, 8))
def test_a_run_that_is_killed_changes_nothing_that_counts_and_goes_on(
    delivered: Delivered, out: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [delivered.record() for _ in range(3)]
    for line, day in zip(lines, ("2026-11-20", "2026-11-21", "2026-11-22"), strict=True):
        delivered.deliver(line, day=day)
    export(delivered.storage, Folder(out))
    before = json.loads(files(out)[MANIFEST])
    for line in lines:
        delivered.withdraw(line)
        delivered.deliver(delivered.record(), day=f"2026-11-2{lines.index(line)}")
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            raise Killed

    class Interrupted(Folder):
        def put(self, name: str, file: Path) -> None:
            step()
            super().put(name, file)

        def write(self, name: str, data: bytes) -> None:
            step()
            super().write(name, data)

        def delete(self, names: Any) -> None:
            for name in names:
                step()
                super().delete([name])

    try:
        export(delivered.storage, Interrupted(out))
    except Killed:
        there = files(out)
        manifest = json.loads(there[MANIFEST])
        assert all(each["file"] in there for each in manifest["partitions"] if "file" in each)
        assert manifest["exported_at"] != before["exported_at"] or manifest == before
    written = []
    monkeypatch.setattr(run, "_write_rows", _noted(written, run._write_rows))
    export(delivered.storage, Folder(out))
    assert len(written) <= max(0, 3 - (at - 1))  # days that were finished are not written again
    whole = out.with_name("whole")
    export(delivered.storage, Folder(whole))
    assert {name: data for name, data in files(out).items() if name != MANIFEST} == {
        name: data for name, data in files(whole).items() if name != MANIFEST
    }


def _noted(notes: list[str], function: Any) -> Any:
    def noted(*arguments: Any) -> Any:
        notes.append(arguments[2])
        return function(*arguments)

    return noted


def test_columns_of_another_format_are_written_anew(
    delivered: Delivered, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered.deliver(delivered.record())
    export(delivered.storage, Folder(out))
    monkeypatch.setattr("feedback_store.collector.exporting.rows.FORMAT", 2)
    assert export(delivered.storage, Folder(out), project="prj_other") == Exported(written=1, kept=0, removed=1, rows=1)


def test_a_day_of_many_records_is_several_row_groups_of_one_file(
    delivered: Delivered, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "GROUP_BYTES", 4000)
    monkeypatch.setattr(run, "AT_A_TIME", 3)
    lines = [delivered.record() for _ in range(20)]
    delivered.deliver(*lines)
    export(delivered.storage, Folder(out))
    (name,) = (name for name in files(out) if name != MANIFEST)
    with pyarrow.parquet.ParquetFile(out / name) as file:
        assert file.num_row_groups > 2
        assert file.metadata.num_rows == 20
    assert ids(out) == {id_of(line) for line in lines}


def test_the_query_of_the_document_runs(delivered: Delivered, out: Path) -> None:
    delivered.deliver(delivered.record(), delivered.record(candidates=(candidate("a", kind="human"), candidate("b"))))
    export(delivered.storage, Folder(out))
    text = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    query = text.partition("```sql\n")[2].partition("```")[0].replace("/data/judged", str(out))
    query = query.replace("2026-11-01", "2026-11-20")
    assert sorted(sql(query.strip().rstrip(";")), key=str) == [("m", 1), (None, 1)]


def test_the_document_names_every_column(delivered: Delivered) -> None:
    text = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    for name in rows.schema().names:
        begins = name.split("_")[0]
        assert f"`{name}`" in text or (begins in ("rubric", "guideline", "terms") and f"`{begins}_…`" in text), name


def test_a_collector_of_before_gets_its_days_from_the_first_revisions(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's schema 1 had no days; what came then is exported where it would be now."""
    delivered = Delivered.made(tmp_path / "collector", monkeypatch)
    line = delivered.record()
    delivered.deliver(line, day="2026-11-20")
    delivered.deliver(revised(line, confidence=1), day="2026-11-23")
    delivered.storage.close()
    step_back(delivered.team.folder / FILE, 1)
    delivered.storage = SqliteStorage(delivered.team.folder)
    with delivered.storage.reading() as view:
        assert [(mark.day, mark.revisions) for mark in view.day_marks(delivered.team.project)] == [("2026-11-20", 2)]
    assert export(delivered.storage, Folder(out)).rows == 1
    delivered.storage.close()
