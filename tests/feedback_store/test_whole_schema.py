"""A new database is made in one piece, and is what the steps make, one after the other."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from feedback_store import migrations, whole_schema
from feedback_store.database import FILE
from feedback_store.errors import EnvironmentTrouble
from feedback_store.records import App
from feedback_store.store import Store

APP = App("preceptor", "test")
HOW = "make it anew: python -m feedback_store.migrations > feedback_store/schema.sql"


def test_the_script_of_new_databases_is_that_of_the_steps() -> None:
    assert whole_schema.FILE.read_text(encoding="utf-8") == migrations.script(), HOW


def test_a_database_made_in_one_piece_is_the_one_that_the_steps_make() -> None:
    with closing(_empty()) as whole, closing(_empty()) as stepped:
        assert whole_schema.create(whole, migrations.VERSION)
        migrations.take_steps(stepped)
        assert _described(whole) == _described(stepped)
        assert migrations.check(whole) == migrations.VERSION


def test_a_store_that_is_new_needs_no_library_for_the_steps_of_the_schema(tmp_path: Path) -> None:
    opens = (
        "import sys; from pathlib import Path; from feedback_store.store import Store;"
        "Store.open(Path(sys.argv[1])).close(); assert 'sqlite_utils' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", opens, str(tmp_path)], check=True)


def test_where_the_script_makes_another_version_the_steps_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "schema.sql"
    other.write_text(whole_schema.FILE.read_text().replace(f"user_version = {migrations.VERSION}", "user_version = 1"))
    monkeypatch.setattr(whole_schema, "FILE", other)
    with closing(_empty()) as made, closing(_empty()) as stepped:
        migrations.apply(made, lambda _version: None)
        migrations.take_steps(stepped)
        assert _described(made) == _described(stepped)


def test_a_script_that_breaks_off_leaves_an_empty_database_that_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = whole_schema.FILE.read_text() + "INSERT INTO none_such VALUES (1);\n"
    broken = tmp_path / "broken.sql"
    broken.write_text(begun)
    with monkeypatch.context() as patch:
        patch.setattr(whole_schema, "FILE", broken)
        with pytest.raises((sqlite3.Error, EnvironmentTrouble)):
            Store.open(tmp_path, app=APP)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        assert _described(connection)["tables"] == []
        assert migrations.version_of(connection) == 0
    store = Store.open(tmp_path, app=APP)
    assert store.trainer
    store.close()


def _empty() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _described(connection: sqlite3.Connection) -> dict[str, list[object]]:
    """All that two databases of one schema have in common, and what is in their tables."""
    tables = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
    kinds = "SELECT name, type, ncol, wr, strict FROM pragma_table_list ORDER BY name"
    filled = [name for kind, name, *_ in tables if kind == "table" and not name.startswith("record_text_fts_")]
    return {
        "tables": tables,
        "kinds": connection.execute(kinds).fetchall(),
        "rows": [(name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()) for name in filled],
        "steps": _steps(connection),
        "numbers": [connection.execute(f"PRAGMA {each}").fetchone() for each in ("application_id", "user_version")],
    }


def _steps(connection: sqlite3.Connection) -> list[object]:
    """The record of the steps, with the shape of the moments in place of the moments."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone():
        return []
    digits = "0123456789"
    rows = connection.execute("SELECT id, migration_set, name, applied_at FROM _sqlite_migrations").fetchall()
    return [(*row[:-1], "".join("0" if sign in digits else sign for sign in row[-1])[:19]) for row in rows]
