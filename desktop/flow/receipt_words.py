"""The receipt of one delivery, as a person looks at it: what it says, by which key, and whether it holds.

It is checked anew each time, by what is pinned now. Must not know Qt, nor who asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.flow import describing
from desktop.flow.exporting import folder_name
from desktop.flow.quantities import count_text, moment_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store.batches import payload
from feedback_store.batches.body import RECEIPTS
from feedback_store.batches.dsse import check_keyid, from_base64, parse_envelope
from feedback_store.batches.keys import fingerprint_of, key_id
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.receipt import Receipt, Status
from feedback_store.errors import DeliveryError
from feedback_store.store import BatchRow, Project, ReceiptRow, Store


@dataclass(frozen=True)
class ShownReceipt:
    """A receipt in words; `file` is as the collector signed it, to be kept under `name`."""

    holds: bool
    verdict: str
    facts: tuple[tuple[str, str], ...]  # a name and what the receipt says of it
    file: bytes
    name: str


def has_receipt(batch: BatchRow | None) -> bool:
    """Whether a delivery came to the collector, which said so."""
    return batch is not None and batch.state == "delivered"


def receipt_of(store: Store, project_id: str, batch: BatchRow) -> ShownReceipt | None:
    """The newest receipt of a delivery, checked; None where none has come. After a restore there may be two."""
    project, held = store.projects.get(project_id), store.outbox.receipts(project_id, batch.chain)
    row = next((each for each in reversed(held) if each.batch_id == batch.batch_id), None)
    return None if row is None else _shown(project, batch, row, held)


def _shown(project: Project, batch: BatchRow, row: ReceiptRow, held: Sequence[ReceiptRow]) -> ShownReceipt:
    envelope = parse_envelope(row.envelope)
    said, signer = payload.parse(envelope.payload, Receipt), check_keyid(envelope)
    wrong = _what_is_wrong(project, batch, row, list(held))
    holds = _("It holds: the collector signed it, for exactly this delivery, and it follows the receipt before it.")
    doubt = _("It does not hold ({why}). Tell the project, and do not trust this collector until it is explained.")
    facts = (
        (_("Delivery"), count_text(batch.seq)),
        (_("Received"), _("{moment}, by the collector's clock").format(moment=_moment(said.received_at))),
        (_("Came here"), _moment(row.kept_at)),
        (_("Records"), _records_text(said)),
        (_("Signed by"), f"{fingerprint_of(signer)}\n{_key_text(project, signer)}"),
        (_("SHA-256 of the delivery"), said.batch),
        (_("SHA-256 of the receipt"), row.sha256),
        (_("of the receipt before"), _("none: it is the first") if said.prev_receipt == GENESIS else said.prev_receipt),
    )
    name = f"{folder_name(project, 'receipt')}-{batch.seq}{RECEIPTS}"
    return ShownReceipt(not wrong, doubt.format(why=wrong) if wrong else holds, facts, row.envelope + b"\n", name)


def _what_is_wrong(project: Project, batch: BatchRow, row: ReceiptRow, held: list[ReceiptRow]) -> str:
    from feedback_store.delivery.receipts import verify_receipt  # brings the HTTP client, which few starts need

    if project.collector is None:
        return "pinned_key"
    try:
        verify_receipt(row.envelope, project, batch, held, by_file=True)  # it may be of a key that was changed since
    except DeliveryError as error:
        return str(error.values.get("why", error.code))
    return ""


def _key_text(project: Project, signer: str) -> str:
    """Whose key that is, as far as it is known here."""
    collector = project.collector
    if collector is not None and key_id(from_base64(collector.public_key)) == signer:
        return _("the collector's key, which you compared when you joined or to which it has led over")
    if collector is not None and signer in {key_id(from_base64(each)) for each in collector.earlier}:
        return _("a key that the collector had before, and has changed since")
    return _("a key that is not known here")


def _records_text(said: Receipt) -> str:
    """What became of the records, counted; of those that were refused why."""
    counts: Counter[Status] = Counter(item.status for item in said.items)
    words = {
        "stored": ngettext("{} stored", "{} stored", counts["stored"]),
        "known": ngettext("{} stored before", "{} stored before", counts["known"]),
        "erased": ngettext("{} erased there", "{} erased there", counts["erased"]),
        "refused": ngettext("{} refused", "{} refused", counts["refused"]),
    }
    found = ", ".join(text.format(count_text(counts[status])) for status, text in _in_order(words) if counts[status])
    why = dict.fromkeys(describing.returned_text(item.rule) for item in said.items if item.rule is not None)
    return f"{found}: {'; '.join(why)}" if why else found


def _in_order(words: dict[str, str]) -> tuple[tuple[Status, str], ...]:
    order: tuple[Status, ...] = ("stored", "known", "erased", "refused")
    return tuple((status, words[status]) for status in order)


def _moment(text: str) -> str:
    return moment_text(datetime.fromisoformat(text))
