"""This device's keys as they changed: its key events, the collector's device lists and statements that were seen.

An event is kept before it is sent and sent again as it stands, so that a crash changes nothing of it. It is "made"
until the collector has confirmed it, then "accepted"; without a collector it is accepted at once. It is "joined" where
a code let its new key in instead: nobody is told, and no collector may ever have had it. It is "over" where the
collector will not have it or ended the key first, and a revocation once another key signs. Must not know where private
keys are kept, nor HTTP.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from concurrent.futures import Future

from feedback_store import key_table, outbox_table, records
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.key_event import read_event
from feedback_store.batches.keys import DeviceKey
from feedback_store.changes import Change, Changes
from feedback_store.database import Database, Job, T
from feedback_store.key_table import KeptEvent as KeptEvent


class Keys:
    """The key events of a profile, and what its collectors said of devices and of their own keys."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def rotate(self, project: str, old: DeviceKey, new: DeviceKey, reason: str = "") -> Future[KeptEvent]:
        """Let `new` sign in `old`'s place from now on. Raises StoreError where `old` was replaced before."""
        return self._write(lambda c: key_table.make(c, project, "rotate", old, new, reason))

    def revoke(self, project: str, key: DeviceKey, reason: str = "") -> Future[KeptEvent]:
        """Let this key sign nothing more; what was sealed and did not arrive waits to be sent again under another."""

        def job(connection: sqlite3.Connection) -> KeptEvent:
            made = key_table.make(connection, project, "revoke", key, None, reason)
            _close_chains(connection, project, but=None)
            return made

        return self._write(job)

    def end(self, project: str, key: DeviceKey) -> Future[None]:
        """Let this key sign nothing more, since the collector said that it has ended; nobody needs to be told.

        What it has sealed is still sent: of a key that was replaced, the collector takes what stands before its end.
        """

        def job(connection: sqlite3.Connection) -> None:
            if key_table.one(connection, "WHERE project = ? AND old = ?", project, key.key_id) is None:
                made = key_table.make(connection, project, "revoke", key, None, "ended by the collector")
                key_table.set_state(connection, made.sha256, "over")

        return self._write(job)

    def keep_recovery(self, project: str, envelope: bytes) -> Future[KeptEvent]:
        """Keep a recovery that the collector has signed; what other keys have sealed waits to be sent again.

        A change of the lost key that the collector never heard of is over.
        """

        def job(connection: sqlite3.Connection) -> KeptEvent:
            event, _new = read_event(parse_envelope(envelope).payload)
            _close_chains(connection, project, but=event.new)
            key_table.do(
                connection,
                "UPDATE key_event SET state = 'over' WHERE project = ? AND state = 'made' AND kind <> 'revoke'",
                project,
            )
            return key_table.keep(connection, project, event.kind, event.old, event.new, envelope, "accepted")

        return self._write(job)

    def newest(self, project: str) -> KeptEvent | None:
        """The last change of keys in a project; None where there was none."""
        return self._database.fetch(
            lambda c: key_table.one(c, "WHERE project = ? ORDER BY number DESC LIMIT 1", project)
        )

    def waiting(self, project: str) -> KeptEvent | None:
        """The first event that the collector has not confirmed."""
        return self._database.fetch(
            lambda c: key_table.one(c, "WHERE project = ? AND state = 'made' ORDER BY number LIMIT 1", project)
        )

    def has_ended(self, project: str, device: str) -> bool:
        """Whether a change of this profile has ended a key: nothing is sealed with it any more."""
        return (
            self._database.fetch(lambda c: key_table.one(c, "WHERE project = ? AND old = ?", project, device))
            is not None
        )

    def signed_elsewhere(self, project: str, device: str | None) -> bool:
        """Whether all that a key has signed came here with a copy of another place, where it may be in use."""
        return self._database.fetch(lambda c: key_table.signed_elsewhere(c, project, device))

    def all(self, project: str) -> list[KeptEvent]:
        """The changes of keys in a project, the first one first."""
        return self._database.fetch(lambda c: key_table.every(c, project))

    def that_brought(self, project: str, device: str) -> KeptEvent | None:
        """The event by which a key came."""
        return self._database.fetch(lambda c: key_table.one(c, "WHERE project = ? AND new = ?", project, device))

    def by_hash(self, project: str, sha256: str) -> KeptEvent | None:
        """The event that a chain's first batch may name."""
        return self._database.fetch(lambda c: key_table.brought_before(c, project, sha256))

    def accept(self, event: KeptEvent) -> Future[None]:
        """Note that the collector has confirmed an event."""
        return self._write(lambda c: key_table.set_state(c, event.sha256, "accepted"))

    def give_up(self, event: KeptEvent) -> Future[None]:
        """Note that the collector will not have an event: the key that it ends was ended otherwise."""
        return self._write(lambda c: key_table.set_state(c, event.sha256, "over"))

    def refuse(self, event: KeptEvent) -> Future[bool]:
        """Note that the collector will never take an event: it is over, the changes after it too, and what their new
        keys have signed waits to be sent again. False where that was so before.
        """
        return self._write(lambda c: _refuse(c, event))

    def tell_again(self, event: KeptEvent) -> Future[None]:
        """Have an event sent once more: the collector was restored and does not know it."""
        return self._write(lambda c: key_table.set_state(c, event.sha256, "made"))

    def joined(self, project: str, device: str) -> Future[None]:
        """A key was enrolled by joining: changes up to the one that brought it need not be told any more. They are not
        confirmed by it: a collector that knows nothing of them has lost nothing.

        A revocation is always told; it is over once it is confirmed and another key has joined.
        """
        return self._write(
            lambda c: key_table.do(
                c,
                "UPDATE key_event SET state = CASE WHEN kind = 'revoke' AND state = 'accepted' THEN 'over'"
                " WHEN kind = 'revoke' OR state = 'accepted' THEN state ELSE 'joined' END WHERE project = ?"
                " AND number <= (SELECT max(number) FROM key_event WHERE project = ? AND (new = ? OR kind = 'revoke'))",
                *(project, project, device),
            )
        )

    def seen_list(self, project: str) -> tuple[int, bytes] | None:
        """The highest version of a device list that was seen, and its envelope."""
        row = self._database.fetch(
            lambda c: c.execute("SELECT version, envelope FROM device_list WHERE project = ?", (project,)).fetchone()
        )
        return (int(row[0]), bytes(row[1])) if row else None

    def keep_list(self, project: str, version: int, envelope: bytes) -> Future[None]:
        """Keep a device list, unless a higher version was seen meanwhile."""
        return self._write(
            lambda c: key_table.do(
                c,
                "INSERT INTO device_list (project, version, envelope) VALUES (?,?,?) ON CONFLICT (project) DO UPDATE"
                " SET version = excluded.version, envelope = excluded.envelope WHERE excluded.version > version",
                *(project, version, envelope),
            )
        )

    def statements(self, project: str) -> list[bytes]:
        """The statements by which this profile followed the collector's keys: why it believes the present one."""
        query = "SELECT envelope FROM collector_key WHERE project = ? ORDER BY number"
        return self._database.fetch(lambda c: [bytes(row[0]) for row in c.execute(query, (project,))])

    def keep_statements(self, project: str, envelopes: Iterable[bytes]) -> Future[None]:
        """Keep statements that were followed."""
        rows = [(project, each, records.now()) for each in envelopes]

        def job(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR IGNORE INTO collector_key (project, envelope, kept_at) VALUES (?,?,?)", rows
            )

        return self._write(job)

    def _write(self, job: Job[T]) -> Future[T]:
        return self._database.write(job, then=lambda _: self._changes.tell(Change("outbox")))


def _refuse(connection: sqlite3.Connection, event: KeptEvent) -> bool:
    """News while it was waited for, or while a chain that begins with it is used: a code may have let the key in since.

    Of a batch that had arrived the collector has lost the key, so all of its chain waits.
    """
    brought, over = {event.new}, [event.sha256]
    for each in key_table.every(connection, event.project):
        if each.old in brought and each.new is not None:
            brought.add(each.new)
            over.append(each.sha256)
    (state,) = connection.execute("SELECT state FROM key_event WHERE sha256 = ?", (event.sha256,)).fetchone()
    query = "SELECT chain, device, begins FROM chain WHERE project = ? AND state <> 'closed'"
    open_still = connection.execute(query, (event.project,)).fetchall()
    if state != "made" and all(begins not in over for _chain, _device, begins in open_still):
        return False
    for chain, device, _begins in open_still:
        if device in brought:
            outbox_table.send_from(connection, event.project, chain, 1)
            outbox_table.close_chain(connection, event.project, chain, "key_refused")
    for sha256 in over:
        key_table.do(connection, "UPDATE key_event SET state = 'over' WHERE sha256 = ? AND state <> 'joined'", sha256)
    return True


def _close_chains(connection: sqlite3.Connection, project: str, *, but: str | None) -> None:
    """Close the chains of all keys but one: of those nothing more is accepted."""
    chains = connection.execute("SELECT chain FROM chain WHERE project = ? AND device IS NOT ?", (project, but))
    for (chain,) in chains.fetchall():
        outbox_table.close_chain(connection, project, chain, "key_replaced")
