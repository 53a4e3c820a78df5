"""One try at one batch: send it, understand the answer, and note in the store what follows from it.

The rows of answers.py become acts here. Nothing is marked as delivered before its receipt is verified and chained.
Must not know waiting, threads or keyrings.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from typing import Literal

from feedback_store import known_keys
from feedback_store.batches import payload
from feedback_store.batches.body import MEDIA_TYPE
from feedback_store.batches.manifest import GENESIS, Manifest
from feedback_store.batches.receipt import Receipt, receipt_hash
from feedback_store.delivery.answers import Act, Answer, of_an_earlier_key, read_answer
from feedback_store.delivery.going_back import contradiction, is_ours, let_in, lost
from feedback_store.delivery.http import Connection
from feedback_store.delivery.key_changes import LATER, asked_pause, follow_collector, tell_event
from feedback_store.delivery.pinning import OTHER_KEY
from feedback_store.delivery.receipts import keep_receipt, signs_otherwise_now
from feedback_store.errors import DeliveryError
from feedback_store.store import BatchRow, KeptEvent, Project, Store

COMPRESS_FROM = 64 * 1024  # bytes; smaller bodies stay readable on the wire

Outcome = Literal["delivered", "again", "held", "restored", "retold", "closed", "retry", "stop"]


@dataclass(frozen=True)
class Try:
    """What became of one try. `retry_after` is what the collector asked for, in seconds.

    `seq` is the batch's place in its chain; for "restored" the one from which the chain is sent again. "held": it had
    arrived before, and was only asked about. "again": it had too, and the collector had lost it. "retold": a change of
    keys that was never confirmed is told once more.
    """

    outcome: Outcome
    seq: int
    arrived: int = 0
    withdrawn: int = 0
    returned: int = 0
    problem: DeliveryError | None = None
    retry_after: float | None = None
    chain: str = ""  # in which `seq` is a place; whoever had it tried says so


class Dispatch:
    """Sends the batches of one project over one connection, one try at a time."""

    def __init__(self, store: Store, project: Project, token: str, connection: Connection) -> None:
        self._store = store
        self._outbox = store.outbox
        self._project = project
        self._token = token
        self._connection = connection
        self._sent_again: set[str] = set()  # chains
        self._told_again: set[str] = set()  # key events
        self._looked_back: set[tuple[str, int]] = set()

    def next(self) -> BatchRow | None:
        """The batch that is next."""
        return self._outbox.next_to_send(self._project.id)

    def send(self, batch: BatchRow) -> Try:
        """Try once, after what there is to tell of this device's key. The batch is then sealed, delivered or closed."""
        told = self._tell_keys(batch)
        if told is not None:
            return told
        self._outbox.mark_sending(batch).result()
        try:
            return self._send(batch)
        finally:
            self._outbox.mark_sealed(batch).result()  # changes nothing where it was delivered or closed

    def _send(self, batch: BatchRow) -> Try:
        body, headers = wire_form(self._outbox.body(batch), self._token)
        path = f"/projects/{self._project.id}/batches/{batch.payload_sha256}"
        try:
            reply = self._connection.request("PUT", path, body=body, headers=headers)
        except DeliveryError as error:
            return Try("retry", batch.seq, problem=_stays(error))
        answer = read_answer(reply.status, reply.body)
        if answer.code in ("key_unknown", "gap") and (event := self._event_it_lacks(batch, answer)) is not None:
            return self._tell_again(batch, event)
        if answer.act is Act.CLOSE_AND_STOP and signs_otherwise_now(self._outbox, batch):
            answer = of_an_earlier_key(answer)
        match answer.act:
            case Act.RECEIPT:
                return self._deliver(batch, reply.body)
            case Act.GAP:
                return self._go_back(batch, answer)
            case Act.CLOSE:
                return self._close(batch, "closed", self._problem(answer))
            case Act.CLOSE_AND_STOP:
                return self._close(batch, "stop", self._problem(answer))
            case Act.RETRY:
                return Try("retry", batch.seq, problem=self._problem(answer), retry_after=reply.retry_after)
            case Act.STOP:
                return Try("stop", batch.seq, problem=self._problem(answer))

    def _problem(self, answer: Answer) -> DeliveryError:
        return answer.problem(known_keys.asks(self._store, self._project.id))

    def _deliver(self, batch: BatchRow, envelope: bytes) -> Try:
        """201 and 200: keep the receipt, and what it says of each record."""
        held = {row.sha256 for row in self._outbox.receipts(self._project.id, batch.chain) if row.seq == batch.seq}
        try:
            receipt = self._kept(envelope, batch)
        except DeliveryError as error:
            if error.code in LATER:  # while asking for its present key
                return Try("retry", batch.seq, problem=error, retry_after=asked_pause(error))
            return self._look_back(batch, error)
        if receipt_hash(envelope) in held:
            return Try("held", batch.seq)
        arrived = receipt.arrived
        outcome: Outcome = "again" if held else "delivered"  # another receipt for one batch: the first was forgotten
        withdrawn = self._outbox.arrived_withdrawals(batch)
        returned = self._outbox.batch(batch).returned
        return Try(outcome, batch.seq, arrived=arrived, withdrawn=withdrawn, returned=returned)

    def _look_back(self, batch: BatchRow, error: DeliveryError) -> Try:
        """A receipt that is not believed ends the sending, unless it only follows one that we have not seen.

        That one was given to us before a copy of this profile was put back, by a collector that was put back too. The
        batch before is sent again for it, and so on down to the chain's first, whose receipt follows nothing.
        """
        place = (batch.chain, batch.seq)
        if error.values.get("why") != "receipt_order" or batch.seq == 1 or place in self._looked_back:
            return Try("stop", batch.seq, problem=error)
        self._looked_back.add(place)
        self._outbox.send_from(self._project.id, batch.chain, batch.seq - 1).result()
        return Try("restored", batch.seq - 1)

    def _kept(self, envelope: bytes, batch: BatchRow) -> Receipt:
        """The receipt by the pinned key, or by one that the collector changed to since; its batch is delivered."""
        try:
            return keep_receipt(self._outbox, self._project, batch, envelope)
        except DeliveryError as error:
            if error.values.get("why") != OTHER_KEY:
                raise
            self._project = follow_collector(self._connection, self._store, self._project)
            return keep_receipt(self._outbox, self._project, batch, envelope)

    def _tell_keys(self, batch: BatchRow) -> Try | None:
        """Tell the collector of this device's key events that it has not confirmed; what hinders sending, if any."""
        while (event := self._store.keys.waiting(self._project.id)) is not None:
            failed = tell_event(self._connection, self._store, self._project, self._token, event)
            if failed is not None and self._store.keys.waiting(self._project.id) == event:
                outcome: Outcome = "retry" if failed.act is Act.RETRY else "stop"
                return Try(outcome, batch.seq, problem=failed.problem, retry_after=failed.retry_after)
            self._project = self._store.projects.get(self._project.id)  # its collector may have changed its key
        return None

    def _event_it_lacks(self, batch: BatchRow, answer: Answer) -> KeptEvent | None:
        """The event that brought this batch's key, where the collector does not know it.

        Once for each key: what is refused when it is told again is refused.
        """
        manifest = payload.parse(batch.payload, Manifest)
        began = batch.seq == 1 and answer.have_seq == 0 and manifest.prev != GENESIS
        event = self._store.keys.that_brought(self._project.id, manifest.device)
        lacks = event is not None and event.state != "joined" and (answer.code == "key_unknown" or began)
        return event if event is not None and lacks and event.sha256 not in self._told_again else None

    def _tell_again(self, batch: BatchRow, event: KeptEvent) -> Try:
        """Have an event told once more. Only a collector that had confirmed it was put back from a copy."""
        self._told_again.add(event.sha256)
        self._store.keys.tell_again(event).result()
        return Try("restored" if event.state == "accepted" else "retold", batch.seq)

    def _go_back(self, batch: BatchRow, answer: Answer) -> Try:
        """409 gap: send again from where the collector stands, if that is a place of this chain; else close it."""
        chain = {row.seq: row for row in self._outbox.batches(self._project.id) if row.chain == batch.chain}
        if not is_ours(chain, batch, answer.have_seq, answer.have_hash):
            begins = self._store.keys.by_hash(self._project.id, payload.parse(batch.payload, Manifest).prev)
            never_had = begins is not None and begins.state in ("joined", "over")
            return self._close(batch, "closed", let_in() if never_had else lost())
        if answer.have_seq + 1 >= batch.seq or batch.chain in self._sent_again:
            return Try("retry", batch.seq, problem=contradiction())
        if not self._sent_again:  # it was restored: what went by chains that were left may be missing too
            self._outbox.recheck(self._project.id, except_chain=batch.chain).result()
        self._sent_again.add(batch.chain)
        self._outbox.send_from(self._project.id, batch.chain, answer.have_seq + 1).result()
        return Try("restored", answer.have_seq + 1)

    def _close(self, batch: BatchRow, outcome: Outcome, problem: DeliveryError) -> Try:
        self._outbox.close_chain(self._project.id, batch.chain, problem.code).result()
        return Try(outcome, batch.seq, problem=problem)


def wire_form(body: bytes, token: str) -> tuple[bytes, dict[str, str]]:
    """The bytes on the wire and their headers; the same for the same body."""
    headers = {"authorization": f"Bearer {token}", "content-type": MEDIA_TYPE}
    if len(body) >= COMPRESS_FROM:
        body = gzip.compress(body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
    headers["content-digest"] = f"sha-256=:{digest}:"
    return body, headers


def _stays(error: DeliveryError) -> DeliveryError:
    """What could not be sent, said with what becomes of it."""
    if error.code != "unreachable":
        return error
    return DeliveryError.worded(
        "The collector at {address} cannot be reached ({why}). What is signed stays here and is sent later; check the"
        " network, or ask whoever runs the collector. If it has moved, give its new address: in Settings, This project,"
        " or by preceptor project move ADDRESS",
        code="unreachable",
        address=error.values["address"],
        why=error.values["why"],
    )
