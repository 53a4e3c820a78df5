"""Sends what is sealed, in order, and believes a batch delivered only when its receipt has been checked.

Every try sends the identical envelope. An outage is never a rejection: after it the batch is sealed again and waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from feedback_store.batches import payload
from feedback_store.batches.body import MEDIA_TYPE
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.receipt import check_receipt
from feedback_store.delivery.backoff import wait_before
from feedback_store.delivery.http import Answer, Http
from feedback_store.delivery.verdicts import decide
from feedback_store.errors import BatchError, DeliveryError
from feedback_store.outbox_table import BatchRow
from feedback_store.store import Project, Store

MOST_GAPS = 3  # healings of one chain in one run; a collector that asks for more is broken


@dataclass(frozen=True)
class SendReport:
    """What one run did: batches delivered, records arrived and returned."""

    delivered: int = 0
    arrived: int = 0
    returned: int = 0


class Sender:
    """Sends one project's batches. `tries` None goes on until stopped, as the window does."""

    def __init__(self, store: Store, project: Project, token: str, *, tries: int | None = 5) -> None:
        if project.collector is None:
            raise DeliveryError(
                f"The project {project.name!r} has no collector. Join one: preceptor project join ADDRESS CODE",
                code="no_collector",
            )
        self._outbox = store.outbox
        self._project = project
        self._collector_key = from_base64(project.collector.public_key)
        self._address = project.collector.address
        self._token = token
        self._tries = tries

    def send_pending(
        self, *, stop: threading.Event | None = None, on_delivered: Callable[[BatchRow], None] | None = None
    ) -> SendReport:
        """Send every sealed batch in order; raises DeliveryError when it has to stop before the end."""
        stop = stop or threading.Event()
        report = SendReport()
        gaps = 0
        with Http(self._address) as http:
            while not stop.is_set() and (batch := self._outbox.next_to_send(self._project.id)) is not None:
                answer = self._put(http, batch, stop)
                if answer is None:
                    break
                doing, reason = decide(answer)
                if doing == "verify":
                    report = self._keep(batch, answer, report)
                    if on_delivered is not None:
                        on_delivered(self._outbox.batch(batch))
                elif doing == "gap" and gaps < MOST_GAPS and self._heal(batch, answer):
                    gaps += 1
                elif doing == "rejoin":
                    self._outbox.mark_sealed(batch).result()
                    raise DeliveryError(reason, code="rejoin")
                else:
                    reason = reason or "The collector lost what this delivery follows."
                    self._outbox.close_chain(self._project.id, batch.chain, reason).result()
                    raise DeliveryError(
                        f"{reason} What was not delivered is kept: look at it in the outbox and send it again.",
                        code="chain_closed",
                        reason=reason,
                    )
        return report

    def _put(self, http: Http, batch: BatchRow, stop: threading.Event) -> Answer | None:
        """One batch until it is answered for good; None when stopped. Raises DeliveryError after the last try."""
        tries = 0
        path = f"/projects/{self._project.id}/batches/{batch.payload_sha256}"
        while True:
            self._outbox.mark_sending(batch).result()
            tries += 1
            retry_after, error = "", None
            try:
                answer = http.put(path, self._outbox.body(batch), media_type=MEDIA_TYPE, token=self._token)
            except DeliveryError as failed:
                error = failed
            else:
                if decide(answer)[0] != "retry":
                    return answer
                retry_after = answer.retry_after
                error = DeliveryError(
                    f"The collector at {self._address} cannot take deliveries now (status {answer.status}). What is"
                    " signed waits here and is sent later.",
                    code="collector_busy",
                    status=answer.status,
                )
            self._outbox.mark_sealed(batch).result()
            if self._tries is not None and tries >= self._tries:
                raise error
            if stop.wait(wait_before(tries, retry_after)):
                return None

    def _keep(self, batch: BatchRow, answer: Answer, report: SendReport) -> SendReport:
        """Check the receipt and note it; an answer that is no receipt for this batch delivers nothing."""
        manifest = payload.parse(batch.payload, Manifest)
        try:
            receipt = check_receipt(
                answer.body,
                collector_public_key=self._collector_key,
                manifest=manifest,
                batch=batch.payload_sha256,
                prev_receipt=self._previous_receipt(batch),
            )
        except BatchError as error:
            self._outbox.mark_sealed(batch).result()
            raise DeliveryError(
                f"The collector's receipt is not believed: {error} The delivery waits; ask the collector's operator.",
                code="receipt_refused",
                reason=str(error),
            ) from error
        items = [(item.id, item.rev, item.status, item.rule) for item in receipt.items]
        self._outbox.deliver(batch, answer.body, items).result()
        arrived = sum(item.status in ("stored", "known") for item in receipt.items)
        return SendReport(
            report.delivered + 1, report.arrived + arrived, report.returned + len(receipt.items) - arrived
        )

    def _previous_receipt(self, batch: BatchRow) -> str | None:
        """What the receipt must follow; None where this device holds several or none (a restored collector)."""
        if batch.seq == 1:
            return None
        held = [r.sha256 for r in self._outbox.receipts(self._project.id, batch.chain) if r.seq == batch.seq - 1]
        again = any(r.seq == batch.seq for r in self._outbox.receipts(self._project.id, batch.chain))
        return held[0] if len(held) == 1 and not again else None

    def _heal(self, batch: BatchRow, answer: Answer) -> bool:
        """After a gap: send again from what the collector still has; False when it has something else."""
        have_seq, have_hash = answer.value.get("have_seq"), answer.value.get("have_hash")
        if not isinstance(have_seq, int) or not isinstance(have_hash, str):
            return False
        chain = [row for row in self._outbox.batches(self._project.id) if row.chain == batch.chain]
        if have_seq == 0:
            first = next((row for row in chain if row.seq == 1), None)
            agrees = first is not None and payload.parse(first.payload, Manifest).prev == have_hash
        else:
            agrees = any(row.seq == have_seq and row.payload_sha256 == have_hash for row in chain)
        if not agrees or have_seq >= batch.seq:
            return False
        return self._outbox.send_from(self._project.id, batch.chain, have_seq + 1).result() > 0
