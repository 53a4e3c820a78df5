"""Where a collector's data lies: the one place that chooses between SQLite and PostgreSQL.

A collector is a folder. Without more, its data is a file in it; a file `database` there, or the environment, names a
PostgreSQL database instead. An address may hold a password: it is never in a sentence, a log or a command line.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from feedback_store.collector.sqlite_storage import FILE, SqliteStorage
from feedback_store.collector.storage import Storage
from feedback_store.errors import EnvironmentTrouble, StoreError

ADDRESS_FILE = "database"
VARIABLE = "PRECEPTOR_COLLECTOR_DATABASE"  # stands above the file
SCHEMES = ("postgresql", "postgres")


def open_storage(folder: Path, *, create: bool = False, address: str | None = None) -> Storage:
    """The storage of the collector in `folder`, or at `address` instead; raises EnvironmentTrouble."""
    address = address or database_address(folder)
    if address is None:
        return SqliteStorage(folder, create=create)
    with needs_postgres():
        from feedback_store.collector.postgres_storage import PostgresStorage
    return PostgresStorage(address, create=create)


@contextlib.contextmanager
def needs_postgres() -> Iterator[None]:
    """Around an import of what needs PostgreSQL's package, which a collector on SQLite does without."""
    try:
        yield
    except ImportError as error:
        raise EnvironmentTrouble(
            "A collector on PostgreSQL needs its package: pip install 'preceptor[collector,postgres]'",
            code="needs_postgres",
        ) from error


def stays_in_file(folder: Path) -> bool:
    """Whether the folder names no database, whatever the environment does."""
    return not (folder / ADDRESS_FILE).exists()


def environment_address() -> str | None:
    """The address that the environment names, which stands above a folder's."""
    return os.environ.get(VARIABLE) or None


def database_address(folder: Path) -> str | None:
    """The address of the collector's PostgreSQL database, with its password; None where its data is a file."""
    named = environment_address()
    if named:
        return named
    path = folder / ADDRESS_FILE
    try:
        return path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):  # no collector in either case, which is said where it is opened
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentTrouble.worded(
            "{path} cannot be read. It holds the database's address: check its permissions.",
            code="database_address",
            path=str(path),
        ) from error


def check_address(address: str) -> None:
    """Raise StoreError unless this is the address of a PostgreSQL database. The sentence does not repeat it."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if not known:
        raise StoreError(
            "A database's address looks like postgresql://user@host:5432/name.", code="database_address_shape"
        )


def has_password(address: str) -> bool:
    """Whether an address names a password, in either of the two ways."""
    parts = urlsplit(address)
    return parts.password is not None or "password=" in parts.query


def with_password(address: str, password: str) -> str:
    """The address with this password in it."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def keep_address(folder: Path, address: str, *, moved: bool = False) -> None:
    """Write the database's address into the folder, readable by its owner alone.

    Raises EnvironmentTrouble where another one is there already, or a file of data that was not moved to it.
    """
    path = folder / ADDRESS_FILE
    if (folder / FILE).exists() and not path.exists() and not moved:
        raise _other_database(folder)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(address + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        if path.read_text(encoding="utf-8").strip() != address:
            raise _other_database(folder) from error
    except OSError as error:
        raise EnvironmentTrouble.worded(
            "{path} cannot be written: {why}.", code="cannot_open", path=str(path), why=error.strerror
        ) from error


def _other_database(folder: Path) -> EnvironmentTrouble:
    return EnvironmentTrouble.worded(
        "The data of {folder} lies in another place. Choose another folder.",
        code="other_database",
        folder=str(folder),
    )
