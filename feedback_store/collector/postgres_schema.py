"""The collector's tables in PostgreSQL, step by step, and the one place that tells the machine's trouble from our bugs.

A step only adds, so that processes of the version before go on beside it. Texts compare by their bytes; times are
texts of equal length, which compare as they follow. A key begins with what tells rows apart and ends with the project,
so that a plan made while a table was empty never reads all of a project. A batch and its records refer to nothing that
could be gone: they are stored by one statement, and a reference to the project would have all deliveries lock one row.
Rows of up to 8 kB stay as they are; compressing them cost more than storing them.
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

VERSION = 3
_LOCK = 0x70726563  # one process at a time brings a schema forward


def prepare(connection: psycopg.Connection, *, create: bool) -> None:
    """Bring the database's schema to VERSION; a newer one is refused, and an empty one unless it is to be made.

    `connection` commits by itself, and is closed after this: until then it holds the lock on the schema.
    """
    with trouble():
        if _version(connection) == VERSION:
            return
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        with connection.transaction():  # begun only now, so that it sees what others have made
            _step(connection, _version(connection), create=create)


def _step(connection: psycopg.Connection, found: int, *, create: bool) -> None:
    if found > VERSION:
        raise EnvironmentTrouble.worded(
            "This collector's data was written by a newer Preceptor (schema {found}, not {known}). Update it.",
            code="newer_database",
            found=found,
            known=VERSION,
        )
    if found == 0 and not create:
        raise EnvironmentTrouble(
            "There is no collector in this database. Make one: preceptor collector init DIR --project NAME",
            code="no_collector",
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
    project text COLLATE "C" NOT NULL, sha256 text COLLATE "C" NOT NULL,
    device text COLLATE "C" NOT NULL, chain text COLLATE "C" NOT NULL, seq bigint NOT NULL,
    batch_id text COLLATE "C" NOT NULL, manifest bytea NOT NULL, envelope bytea NOT NULL,
    received_at text COLLATE "C" NOT NULL, future boolean NOT NULL
"""
# All that is stored about a batch, once its device and trainer are locked. A function, because each of its statements
# sees what was committed before it began, and the second one begins when the lock is given. The trainer is
# locked first: two of its devices wait for each other there, and neither holds what the other one wants.
_STANDING = """
    CREATE FUNCTION collector_standing_1(in_project text, in_device text, in_chain text, in_batch text, in_ids text)
    RETURNS TABLE (what text, id text, number bigint, sha256 text, other text, flag boolean, data bytea, more text,
        day text)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
        RETURN QUERY SELECT 'device', d.state, 0::bigint, d.trainer, t.name, false, d.public_key, d.joined_at, NULL
            FROM trainer t JOIN device d ON t.id = d.trainer AND t.project = d.project
            WHERE d.id = in_device AND d.project = in_project FOR NO KEY UPDATE;
        RETURN QUERY
            SELECT 'receipt', NULL, 0::bigint, NULL, NULL, false, b.receipt, NULL, NULL
            FROM batch b WHERE b.sha256 = in_batch AND b.project = in_project
            UNION ALL
            SELECT 'head', NULL, c.seq, c.sha256, c.receipt_sha256, c.closed, NULL, NULL, NULL
            FROM chain c WHERE c.id = in_chain AND c.device = in_device AND c.project = in_project
            UNION ALL
            SELECT 'revision', r.id, r.rev, r.sha256, r.trainer, r.data IS NULL, NULL, r.kind, r.day
            FROM record r WHERE r.id = ANY(in_ids::text[]) AND r.project = in_project
            ORDER BY 1, 3;
    END $$
"""
# A fork that was taken stands beside its chain (seq below zero), and its receipt is nobody's answer.
_STANDING_2 = _STANDING.replace("collector_standing_1", "collector_standing_2").replace(
    "AND b.project = in_project", "AND b.project = in_project AND b.seq > 0"
)
# The short way of an ordinary batch (postgres_taking.py): locks as above, looks whether all still is as it was seen,
# and stores; or false, and nothing has changed.
_TAKE = """
    CREATE FUNCTION collector_take_1(in_project text, in_device text, in_trainer text, in_chain text, in_seq bigint,
        in_sha256 text, in_head text, in_batch_id text, in_manifest bytea, in_envelope bytea, in_received_at text,
        in_future boolean, in_receipt bytea, in_receipt_sha256 text, in_ids text, in_revs text, in_hashes text,
        in_known text, in_erased text, in_starts text, in_sizes text, in_bodies bytea)
    RETURNS boolean
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM trainer t JOIN device d ON t.id = d.trainer AND t.project = d.project
            WHERE d.id = in_device AND d.project = in_project AND d.trainer = in_trainer AND d.state = 'active'
            FOR NO KEY UPDATE;
        IF NOT FOUND
            OR EXISTS (SELECT FROM record r WHERE r.id = ANY(in_ids::text[]) AND r.project = in_project)
            OR EXISTS (SELECT FROM batch b WHERE b.sha256 = in_sha256 AND b.project = in_project)
        THEN
            RETURN false;
        END IF;
        IF in_head IS NULL THEN
            INSERT INTO chain (project, device, id, seq, sha256, receipt_sha256, closed)
                VALUES (in_project, in_device, in_chain, in_seq, in_sha256, in_receipt_sha256, false)
                ON CONFLICT DO NOTHING;
        ELSE
            UPDATE chain c SET seq = in_seq, sha256 = in_sha256, receipt_sha256 = in_receipt_sha256
                WHERE c.id = in_chain AND c.device = in_device AND c.project = in_project
                AND c.seq = in_seq - 1 AND c.sha256 = in_head AND NOT c.closed;
        END IF;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        INSERT INTO batch (project, sha256, device, chain, seq, batch_id, manifest, envelope, received_at, future,
                receipt, receipt_sha256)
            VALUES (in_project, in_sha256, in_device, in_chain, in_seq, in_batch_id, in_manifest, in_envelope,
                in_received_at, in_future, in_receipt, in_receipt_sha256);
        INSERT INTO record (project, id, rev, sha256, kind, trainer, batch, received_at, data, rubric_known, erased_at,
                first, day)
            SELECT in_project, n.id, n.rev, n.sha256, 'judgement', in_trainer, in_sha256, in_received_at,
                CASE WHEN NOT n.erased THEN substring(in_bodies FROM n.start FOR n.size) END, n.known,
                CASE WHEN n.erased THEN in_received_at END, true, left(in_received_at, 10)
            FROM unnest(in_ids::text[], in_revs::bigint[], in_hashes::text[], in_known::boolean[], in_erased::boolean[],
                in_starts::integer[], in_sizes::integer[]) AS n (id, rev, sha256, known, erased, start, size)
            WHERE n.id IS NOT NULL;
        RETURN true;
    END $$
"""
_STEPS: tuple[tuple[Query, ...], ...] = (
    (
        "CREATE TABLE collector_schema (version integer NOT NULL)",
        'CREATE TABLE project (id text COLLATE "C" PRIMARY KEY, facts bytea NOT NULL,'
        " number bigint GENERATED ALWAYS AS IDENTITY)",
        'CREATE TABLE trainer (project text COLLATE "C" NOT NULL REFERENCES project (id), id text COLLATE "C" NOT NULL,'
        ' name text NOT NULL, bound_at text COLLATE "C" NOT NULL, PRIMARY KEY (id, project))',
        'CREATE TABLE device (project text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL,'
        ' trainer text COLLATE "C" NOT NULL, public_key bytea NOT NULL, state text COLLATE "C" NOT NULL,'
        ' token_sha256 text COLLATE "C" NOT NULL UNIQUE, joined_at text COLLATE "C" NOT NULL,'
        " revoked_at text COLLATE \"C\", reason text NOT NULL DEFAULT '', PRIMARY KEY (id, project),"
        " FOREIGN KEY (trainer, project) REFERENCES trainer (id, project))",
        "CREATE INDEX device_trainer ON device (trainer, project)",
        'CREATE TABLE invitation (code_sha256 text COLLATE "C" PRIMARY KEY,'
        ' project text COLLATE "C" NOT NULL REFERENCES project (id), trainer text COLLATE "C", name text NOT NULL,'
        ' made_at text COLLATE "C" NOT NULL, expires_at text COLLATE "C" NOT NULL, used_by text COLLATE "C",'
        ' used_at text COLLATE "C", recovers text COLLATE "C")',
        'CREATE TABLE chain (project text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL,'
        ' id text COLLATE "C" NOT NULL, seq bigint NOT NULL, sha256 text COLLATE "C" NOT NULL,'
        ' receipt_sha256 text COLLATE "C" NOT NULL, closed boolean NOT NULL, PRIMARY KEY (id, device, project),'
        " FOREIGN KEY (device, project) REFERENCES device (id, project)) WITH (fillfactor = 70)",
        f"CREATE TABLE batch ({_BATCH_COLUMNS}, receipt bytea NOT NULL,"
        ' receipt_sha256 text COLLATE "C" NOT NULL, PRIMARY KEY (sha256, project),'
        " UNIQUE (chain, seq, device, project)) WITH (toast_tuple_target = 8160)",
        f'CREATE TABLE quarantined ({_BATCH_COLUMNS}, resolved text COLLATE "C", resolved_at text COLLATE "C",'
        " PRIMARY KEY (sha256, project))",
        'CREATE TABLE quarantined_line (project text COLLATE "C" NOT NULL, batch text COLLATE "C" NOT NULL,'
        ' position integer NOT NULL, id text COLLATE "C" NOT NULL, rev bigint NOT NULL,'
        ' sha256 text COLLATE "C" NOT NULL, data bytea, PRIMARY KEY (batch, position, project),'
        " FOREIGN KEY (batch, project) REFERENCES quarantined (sha256, project))",
        "CREATE INDEX quarantined_line_id ON quarantined_line (id, project)",
        'CREATE TABLE record (project text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, rev bigint NOT NULL,'
        ' sha256 text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, trainer text COLLATE "C" NOT NULL,'
        ' batch text COLLATE "C" NOT NULL, received_at text COLLATE "C" NOT NULL, data bytea,'
        ' rubric_known boolean NOT NULL, erased_at text COLLATE "C", first boolean NOT NULL,'
        ' day text COLLATE "C" NOT NULL, PRIMARY KEY (id, rev, project)) WITH (toast_tuple_target = 8160)',
        # Two trainers that claim one id at the same moment: the second one meets this, begins anew, and is refused.
        "CREATE UNIQUE INDEX record_first ON record (id, project) WHERE first",
        "CREATE INDEX record_day ON record (day, project, id, received_at, erased_at)",  # for exports
        _STANDING,
        'CREATE TABLE key_event (project text COLLATE "C" NOT NULL REFERENCES project (id),'
        ' sha256 text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, old text COLLATE "C" NOT NULL,'
        ' new text COLLATE "C", envelope bytea NOT NULL, received_at text COLLATE "C" NOT NULL,'
        " PRIMARY KEY (sha256, project))",
        "CREATE INDEX key_event_new ON key_event (new, project)",
        "CREATE INDEX key_event_old ON key_event (old, project)",
        'CREATE TABLE ceiling (project text COLLATE "C" NOT NULL, device text COLLATE "C" NOT NULL,'
        ' chain text COLLATE "C" NOT NULL, seq bigint NOT NULL, sha256 text COLLATE "C" NOT NULL,'
        " PRIMARY KEY (chain, device, project), FOREIGN KEY (device, project) REFERENCES device (id, project))",
        'CREATE TABLE device_list (project text COLLATE "C" NOT NULL, trainer text COLLATE "C" NOT NULL,'
        " version bigint NOT NULL, PRIMARY KEY (trainer, project))",
        "CREATE TABLE collector_key (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        ' project text COLLATE "C" NOT NULL REFERENCES project (id), statement bytea NOT NULL,'
        ' made_at text COLLATE "C" NOT NULL)',
    ),
    (_TAKE,),
    (_STANDING_2,),
)
