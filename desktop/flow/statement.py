"""A statement of work: what a trainer has delivered, day by day, each by the receipt that proves it.

It holds no text of any record. Days and times are the collector's, in UTC, as its receipts say them, so that whoever
pays finds the same. Must not know Qt, nor who asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from desktop.flow import new_chains
from desktop.flow.quantities import count_text, day_text, time_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from feedback_store import records
from feedback_store.batches import payload
from feedback_store.batches.dsse import from_base64, parse_envelope
from feedback_store.batches.keys import fingerprint
from feedback_store.batches.receipt import Receipt
from feedback_store.outbox_table import SignedRow
from feedback_store.store import Project, ReceiptRow, Store

Kind = Literal["judgement", "correction", "withdrawal"]


@dataclass(frozen=True)
class Proof:
    """The receipt of one delivery; `arrived` of its records were taken."""

    number: str  # of the delivery, as the outbox shows it
    seq: int
    chain: str
    batch_sha256: str
    received_at: str
    sha256: str
    envelope: bytes
    arrived: int

    @property
    def day(self) -> date:
        return date.fromisoformat(self.received_at[:10])


@dataclass(frozen=True)
class Entry:
    """A revision that was delivered. A judgement counts once; what follows it is a correction or its withdrawal."""

    id: str
    rev: int
    sha256: str
    kind: Kind
    active_ms: int | None
    proof: Proof


@dataclass(frozen=True)
class Sum:
    """How much was delivered on a day, or in all."""

    judgements: int
    corrections: int
    withdrawals: int
    active_ms: int
    deliveries: int

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Sum:
        found = tuple(entries)
        kinds = Counter(entry.kind for entry in found)
        return cls(
            kinds["judgement"],
            kinds["correction"],
            kinds["withdrawal"],
            sum(entry.active_ms or 0 for entry in found),
            len({entry.proof.sha256 for entry in found}),
        )


@dataclass(frozen=True)
class Statement:
    """What was delivered in a project from `first` to `last`, both included; None: from the beginning, until now."""

    project: Project
    trainer: str
    made_at: str
    first: date | None
    last: date | None
    entries: tuple[Entry, ...]

    def within(self, first: date | None, last: date | None) -> Statement:
        """The part of it that was received on these days."""
        days = [e for e in self.entries if (first or date.min) <= e.proof.day <= (last or date.max)]
        return replace(self, first=first, last=last, entries=tuple(days))

    @property
    def total(self) -> Sum:
        return Sum.of(self.entries)

    @property
    def days(self) -> Mapping[date, Sum]:
        """The days on which something arrived, the first one first."""
        by_day: dict[date, list[Entry]] = {}
        for entry in self.entries:
            by_day.setdefault(entry.proof.day, []).append(entry)
        return {day: Sum.of(entries) for day, entries in sorted(by_day.items())}

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """The receipts, in the order in which the collector gave them."""
        return tuple(sorted({entry.proof for entry in self.entries}, key=lambda each: (each.received_at, each.seq)))


def make(store: Store, project: Project, first: date | None = None, last: date | None = None) -> Statement:
    """The statement of a project for these days."""
    signed = {(row.id, row.rev): row for row in store.outbox.signed(project.id)}
    sealed = store.outbox.batches(project.id)
    numbers = new_chains.names(sealed)
    batches = {batch.batch_id: (numbers[batch.batch_id], batch.payload_sha256) for batch in sealed}
    found = _entries(store.outbox.receipts(project.id), batches, signed)
    return Statement(project, store.trainer, records.now(), None, None, tuple(found)).within(first, last)


def months(statement: Statement) -> tuple[tuple[date, date], ...]:
    """The months in which something arrived, each by its first and last day, the newest first."""
    starts = sorted({day.replace(day=1) for day in statement.days}, reverse=True)
    return tuple((start, _last_of_month(start)) for start in starts)


def receipts_file(statement: Statement) -> bytes:
    """The receipts themselves, a line each, as the collector signed them."""
    return b"".join(proof.envelope + b"\n" for proof in statement.proofs)


# Words


def period_text(statement: Statement) -> str:
    """From when to when; the days of the first and last delivery where nobody chose any."""
    days = tuple(statement.days)
    if not days and (statement.first is None or statement.last is None):
        return _("Nothing was delivered yet")
    first, last = statement.first or days[0], statement.last or days[-1]
    if first == last:
        return day_text(first)
    return _("{first} to {last}").format(first=day_text(first), last=day_text(last))


def overlap_text() -> str:
    """How statements of several computers are counted together."""
    return _(
        "Where a trainer's computers each have a statement, the same judgement can be in both, once a backup of one was"
        " put back on the other: count together by record and revision in the CSV."
    )


def sum_text(total: Sum) -> str:
    """A sum in a sentence: "412 judgements in 9 deliveries; 3 corrections, 1 withdrawal"."""
    judged = ngettext("{} judgement", "{} judgements", total.judgements).format(count_text(total.judgements))
    deliveries = ngettext("{} delivery", "{} deliveries", total.deliveries).format(count_text(total.deliveries))
    words = _("{judgements} in {deliveries}").format(judgements=judged, deliveries=deliveries)
    more = []
    if total.corrections:
        more.append(
            ngettext("{} correction", "{} corrections", total.corrections).format(count_text(total.corrections))
        )
    if total.withdrawals:
        more.append(
            ngettext("{} withdrawal", "{} withdrawals", total.withdrawals).format(count_text(total.withdrawals))
        )
    return "; ".join((words, ", ".join(more))) if more else words


def active_text(active_ms: int) -> str:
    """How long somebody was at work; a dash where nothing was measured."""
    return time_text(active_ms / 1000) if active_ms else "–"


def collector_key(project: Project) -> str:
    """The fingerprint of the key that signs the receipts; "" for a project without a collector."""
    return fingerprint(from_base64(project.collector.public_key)) if project.collector is not None else ""


# Inside


def _entries(
    receipts: Iterable[ReceiptRow], batches: Mapping[str, tuple[str, str]], signed: Mapping[tuple[str, int], SignedRow]
) -> list[Entry]:
    """Each revision once, by the first receipt that says that it was taken."""
    found: dict[tuple[str, int], Entry] = {}
    judged: set[str] = set()
    for row in receipts:
        said = payload.parse(parse_envelope(row.envelope).payload, Receipt)
        taken = [(item.id, item.rev) for item in said.items if item.status in ("stored", "known")]
        number, sha256 = batches[row.batch_id]
        proof = Proof(number, row.seq, row.chain, sha256, said.received_at, row.sha256, row.envelope, len(taken))
        for place in taken:
            if place not in found and place in signed:
                of = signed[place]
                kind: Kind = "correction" if of.id in judged else "judgement"
                kind = "withdrawal" if of.kind == "withdrawal" else kind
                judged.add(of.id)
                found[place] = Entry(of.id, of.rev, of.sha256, kind, of.active_ms, proof)
    return list(found.values())


def _last_of_month(start: date) -> date:
    after = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)
