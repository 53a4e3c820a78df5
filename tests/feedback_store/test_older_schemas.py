"""A database of an earlier schema is brought to the present one, keeps what it holds, and is fast where it was slow."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from made_judgements import judgement

from feedback_store import migrations
from feedback_store.database import FILE
from feedback_store.records import App
from feedback_store.search import SearchQuery
from feedback_store.store import Store

APP = App("preceptor", "test")


@pytest.mark.parametrize("steps", range(1, migrations.VERSION))
def test_records_of_an_earlier_schema_are_found_after_the_change(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "today", app=APP)
    made = judgement("a>b", trainer=store.trainer)
    store.records.save(made).result()
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "_STEPS", migrations._STEPS[:steps])
        patch.setattr(migrations, "VERSION", steps)
        Store.open(tmp_path / "earlier", app=APP).close()
    _fill(tmp_path / "earlier" / FILE, tmp_path / "today" / FILE)
    store = Store.open(tmp_path / "earlier", app=APP)
    (found,) = store.at(store.search(SearchQuery()))
    store.close()
    assert found.record == made


def _fill(earlier: Path, today: Path) -> None:
    """Put what a database of today holds into an empty one of an earlier schema, as far as that has room for it."""
    with sqlite3.connect(earlier) as db:
        db.execute("ATTACH ? AS today", (str(today),))
        listed = "SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'table' AND name NOT LIKE 'sqlite_%'"
        tables = [{name for (name,) in db.execute(listed, (schema,))} for schema in ("main", "today")]
        for table in sorted(set.intersection(*tables)):
            columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
            names = ", ".join(columns)
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}")
    db.close()


def test_the_records_of_a_project_are_listed_without_reading_or_sorting_them(tmp_path: Path) -> None:
    Store.open(tmp_path, app=APP).close()
    query = (
        "EXPLAIN QUERY PLAN SELECT seq FROM record WHERE newest = 1 AND (erased_at IS NULL) AND project IN (?)"
        " ORDER BY seq DESC"
    )
    with sqlite3.connect(tmp_path / "preceptor.sqlite3") as connection:
        plan = " ".join(row[3] for row in connection.execute(query, ("prj",)))
    connection.close()
    assert "COVERING INDEX" in plan and "erased_at" in plan and "TEMP B-TREE" not in plan
