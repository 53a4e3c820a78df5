"""The collector's tables in PostgreSQL, step by step, and the one place that tells the machine's trouble from our bugs.

A step only adds, so that processes of the version before go on beside it. Texts compare by their bytes; times are
texts of equal length, which compare as they follow.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
from psycopg import errors
from psycopg.abc import Query
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from feedback_store.collector.storage import Conflict
from feedback_store.errors import EnvironmentTrouble

VERSION = 1
_LOCK = 0x70726563  # one process at a time brings a schema forward


def prepare(connection: psycopg.Connection, *, create: bool) -> None:
    """Bring the database's schema to VERSION; a newer one is refused, and an empty one unless it is to be made."""
    with trouble(), connection.transaction():
        found = _version(connection)
        if found == VERSION:
            return
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = _version(connection)
        if found > VERSION:
            raise EnvironmentTrouble.worded(
                "This collector's data was written by a newer Preceptor (schema {found}, not {known}). Update it.",
                code="newer_database",
                found=found,
                known=VERSION,
            )
        if found == 0 and not create:
            raise EnvironmentTrouble(
                "There is no collector in this database. Make one: preceptor collector init", code="no_collector"
            )
        for version, statements in enumerate(_STEPS, 1):
            if version > found:
                for statement in statements:
                    connection.execute(statement)
        connection.execute("DELETE FROM collector_schema")
        connection.execute("INSERT INTO collector_schema (version) VALUES (%s)", (VERSION,))


@contextlib.contextmanager
def trouble() -> Iterator[None]:
    """Turn what the machine refuses into EnvironmentTrouble, and a meeting of two into Conflict; bugs pass through."""
    try:
        yield
    except _MET as error:
        raise Conflict("Two deliveries met. Try again.", code="contended") from error
    except (PoolTimeout, TooManyRequests, PoolClosed) as error:
        raise EnvironmentTrouble(_GONE, code="database_gone") from error
    except psycopg.Error as error:
        state = error.sqlstate or ("08000" if isinstance(error, psycopg.OperationalError) else "")
        for start, (code, sentence) in _TROUBLES.items():
            if state.startswith(start):
                raise EnvironmentTrouble(sentence, code=code) from error
        raise


def _version(connection: psycopg.Connection) -> int:
    there = connection.execute("SELECT to_regclass('collector_schema') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return 0
    row = connection.execute("SELECT version FROM collector_schema").fetchone()
    return int(row[0]) if row else 0


# A unique key is only ever met by two that store the same at once: what is known is asked for before.
_MET = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_GONE = "The database does not answer. Check that it runs and can be reached."
_TROUBLES = {
    "08": ("database_gone", _GONE),
    "57P": ("database_gone", _GONE),
    "57014": ("locked", "The database took too long. Try again."),
    "55P03": ("locked", "The database is locked by another program. Try again."),
    "53100": ("disk_full", "The database's disk is full. Free some space; nothing that was receipted is lost."),
    "53": ("database_busy", "The database takes no more connections, or has no memory left. Try again."),
    "25006": ("readonly", "The database may only be read; it may be a standby. Name the one that is written."),
    "28": ("database_refused", "The database refuses this user or password. Check both."),
    "42501": ("database_refused", "The database's user may not do this. Give it the rights to create tables."),
    "3D000": ("no_database", "There is no database of this name. Make it first."),
    "58": ("disk", "The database's disk refused to read or write. Check the disk."),
    "XX001": ("corrupt", "The database is damaged. Restore a copy."),
    "XX002": ("corrupt", "The database is damaged. Restore a copy."),
}

_BATCH_COLUMNS = """
    project text COLLATE "C" NOT NULL REFERENCES project (id), sha256 text COLLATE "C" NOT NULL,
    device text COLLATE "C" NOT NULL, chain text COLLATE "C" NOT NULL, seq bigint NOT NULL,
    batch_id text COLLATE "C" NOT NULL, manifest bytea NOT NULL, envelope bytea NOT NULL,
    received_at text COLLATE "C" NOT NULL, future boolean NOT NULL
"""
_STEPS: tuple[tuple[Query, ...], ...] = (
    (
        "CREATE TABLE collector_schema (version integer NOT NULL)",
        'CREATE TABLE project (id text COLLATE "C" PRIMARY KEY, facts bytea NOT NULL,'
        " number bigint GENERATED ALWAYS AS IDENTITY)",
        'CREATE TABLE trainer (project text COLLATE "C" NOT NULL REFERENCES project (id), id text COLLATE "C" NOT NULL,'
        ' name text NOT NULL, bound_at text COLLATE "C" NOT NULL, PRIMARY KEY (project, id))',
        'CREATE TABLE device (project text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,'
        ' trainer text COLLATE "C" NOT NULL, public_key bytea NOT NULL, state text COLLATE "C" NOT NULL,'
        ' token_sha256 text COLLATE "C" NOT NULL UNIQUE, joined_at text COLLATE "C" NOT NULL,'
        " revoked_at text COLLATE \"C\", reason text NOT NULL DEFAULT '', PRIMARY KEY (project, id),"
        " FOREIGN KEY (project, trainer) REFERENCES trainer (project, id))",
        'CREATE TABLE invitation (code_sha256 text COLLATE "C" PRIMARY KEY,'
        ' project text COLLATE "C" NOT NULL REFERENCES project (id), trainer text COLLATE "C", name text NOT NULL,'
        ' made_at text COLLATE "C" NOT NULL, expires_at text COLLATE "C" NOT NULL, used_by text COLLATE "C",'
        ' used_at text COLLATE "C")',
        'CREATE TABLE chain (project text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL,'
        ' id text COLLATE "C" NOT NULL, seq bigint NOT NULL, sha256 text COLLATE "C" NOT NULL,'
        ' receipt_sha256 text COLLATE "C" NOT NULL, closed boolean NOT NULL, PRIMARY KEY (project, device, id),'
        " FOREIGN KEY (project, device) REFERENCES device (project, id)) WITH (fillfactor = 70)",
        f"CREATE TABLE batch ({_BATCH_COLUMNS}, receipt bytea NOT NULL,"
        ' receipt_sha256 text COLLATE "C" NOT NULL, PRIMARY KEY (project, sha256),'
        " UNIQUE (project, device, chain, seq))",
        f"CREATE TABLE quarantined ({_BATCH_COLUMNS}, PRIMARY KEY (project, sha256))",
        'CREATE TABLE quarantined_line (project text COLLATE "C" NOT NULL, batch text COLLATE "C" NOT NULL,'
        ' position integer NOT NULL, id text COLLATE "C" NOT NULL, rev bigint NOT NULL,'
        ' sha256 text COLLATE "C" NOT NULL, data bytea, PRIMARY KEY (project, batch, position),'
        " FOREIGN KEY (project, batch) REFERENCES quarantined (project, sha256))",
        "CREATE INDEX quarantined_line_id ON quarantined_line (project, id)",
        'CREATE TABLE record (project text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, rev bigint NOT NULL,'
        ' sha256 text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, trainer text COLLATE "C" NOT NULL,'
        ' batch text COLLATE "C" NOT NULL, received_at text COLLATE "C" NOT NULL, data bytea,'
        ' rubric_known boolean NOT NULL, erased_at text COLLATE "C", first boolean NOT NULL,'
        " PRIMARY KEY (project, id, rev), FOREIGN KEY (project, batch) REFERENCES batch (project, sha256))",
        # Two trainers that claim one id at the same moment: the second one meets this, begins anew, and is refused.
        "CREATE UNIQUE INDEX record_first ON record (project, id) WHERE first",
    ),
)
