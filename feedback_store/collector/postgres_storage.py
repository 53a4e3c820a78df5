"""The collector's storage for a team that outgrew one machine: PostgreSQL, under any number of processes.

A writing transaction that takes a batch locks its device and trainer first, so that all of one trainer's deliveries
follow each other, whichever process they come to; different trainers never wait for each other. A batch costs two
statements, and an ordinary one no more journeys than that. Must not write the address anywhere, since it may hold a
password.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
from psycopg import errors
from psycopg_pool import ConnectionPool

from feedback_store.collector.postgres_room import Room
from feedback_store.collector.postgres_schema import prepare, trouble
from feedback_store.collector.postgres_sweeping import Sweeper
from feedback_store.collector.postgres_taking import PostgresTaking
from feedback_store.collector.postgres_transaction import PostgresTransaction
from feedback_store.collector.storage import Conflict, T, Transaction, write
from feedback_store.errors import BatchError, EnvironmentTrouble

CONNECTIONS = 10  # at most so many at once, for one process
CONNECT_S = 5
WAIT_S = 10.0  # how long a request waits for a connection
_SETTINGS = {
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "synchronous_commit": "on",  # a receipt says that it is on disk
    "enable_seqscan": "off",  # all goes by keys, and a plan that was made while a table was small is kept
    "jit": "off",
}

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # its words would name hosts and users


class PostgresStorage:
    """A `Storage` in the database at `url` (any libpq connection string). Used by many threads at once."""

    def __init__(self, url: str, *, create: bool = False, connections: int = CONNECTIONS) -> None:
        self._sweeper = Sweeper(partial(psycopg.connect, url, connect_timeout=CONNECT_S, autocommit=True))
        self._room = Room()
        with trouble():
            self._pool = ConnectionPool(
                url,
                kwargs={
                    "connect_timeout": CONNECT_S,
                    "application_name": "preceptor-collector",
                    # What psycopg had prepared by itself it drops with a rollback, and the short way's statements too.
                    "prepare_threshold": None,
                },
                configure=_configure,
                min_size=1,
                max_size=connections,
                timeout=WAIT_S,
                open=False,
            )
            try:
                # The first connection by itself: a pool would only say that it waited, and never why.
                with connect(url) as first:
                    prepare(first, create=create)
                self._pool.open(wait=True, timeout=WAIT_S)
            except BaseException:
                self._pool.close()
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One view; what is asked later in it may see what was stored meanwhile."""
        with self._connection(autocommit=True) as connection:
            yield PostgresTransaction(connection)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """One view that stays as it was; it keeps the database from cleaning up, and may last for minutes."""
        with self._connection(autocommit=False) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield PostgresTransaction(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Committed and synced at the block's end."""
        with self._connection(autocommit=False) as connection:
            yield PostgresTransaction(connection, writing=True)

    def take(self, work: Callable[[Transaction], T]) -> T:
        """By the short way (postgres_taking.py); whatever that cannot answer for certain is asked by the long one."""
        with contextlib.suppress(Conflict, BatchError), self._connection(autocommit=True) as connection:
            taking = PostgresTaking(connection)
            taken = work(taking)
            if taking.sure:
                return taken
        return write(self, work)

    def check(self) -> None:
        """Return if the database answers, can be written and has room to grow."""
        with self._connection(autocommit=False) as connection:
            row = connection.execute(
                "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
            ).fetchone()
            if row is None or row[0]:
                raise EnvironmentTrouble(
                    "The database may only be read; it may be a standby. Name the one that is written.", code="readonly"
                )
            self._room.check(connection)

    def scrub(self) -> bool:
        """Clean away the versions of rows that nobody sees any more; always False.

        The database uses their place again with time, and does not overwrite it now (docs/operations.md).
        """
        with self._connection(autocommit=True) as connection, contextlib.suppress(errors.QueryCanceled):
            connection.execute("VACUUM (SKIP_LOCKED) record, quarantined_line")
        return False

    def scrub_soon(self) -> None:
        """Have the same done by a thread beside; nobody waits for it."""
        self._sweeper.ask()

    def close(self) -> None:
        """Close all connections; waits for the transactions that are open, and a few seconds for a vacuum."""
        self._sweeper.close()
        self._pool.close()

    @contextlib.contextmanager
    def _connection(self, *, autocommit: bool) -> Iterator[psycopg.Connection]:
        """A connection of the pool; otherwise than with `autocommit` all of the block is one transaction."""
        with trouble(), self._pool.connection() as connection:
            if connection.autocommit != autocommit:
                connection.autocommit = autocommit
            try:
                yield connection
            except psycopg.OperationalError:
                if connection.closed:  # the database was restarted: the others in the pool are gone as well
                    self._pool.drain()
                raise


def connect(url: str) -> psycopg.Connection:
    """A connection that commits by itself, or what the database says against one.

    It has no code there, but words without the password.
    """
    try:
        return psycopg.connect(url, connect_timeout=CONNECT_S, autocommit=True)
    except psycopg.OperationalError as error:
        why = " ".join(str(error).rpartition("FATAL:")[2].split())
        raise EnvironmentTrouble.worded(
            "The database cannot be used: {why}. Check its address, its user and whether it runs.",
            code="database_gone",
            why=why.rstrip(".?"),
        ) from error


def _configure(connection: psycopg.Connection) -> None:
    """What holds for every connection, whatever the database's own settings are."""
    for name, value in _SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()
