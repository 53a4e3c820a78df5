"""Writes what delivery.py measured as a page with bars (bars.py reads it)."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence

from delivery_client import CONNECTIONS, Pair, Sent

# What is said beside the numbers: worked out on paper, not measured.
SCALE = """
## What would break first with 1,000,000 devices

A batch each five minutes from a million devices is 3,333 a second, at all hours; working hours in one part of the world
make it about 10,000. By the rates above that is {cores} cores for the collector's processes and the database together,
and they part well: processes are added behind the balancer, the database is one.

1. **The database's disk, within weeks.** 3,333 batches of 27 kB are 90 MB a second, 7.8 TB a day, before indexes and
   the log that is written ahead. One server takes the rate (commits join, so a hundred syncs a second carry it), but
   not the amount. Tables `record` and `batch` have to be partitioned by month, and old months exported and detached;
   that is a step of the schema that is not made yet.
2. **The index of records by id, after some months.** Ids begin with the time, so new rows meet at its right end, in
   memory; questions about old revisions read the disk. Partitions help here too.
3. **Vacuum of `chain`, `device` and `trainer`**: each batch changes one row and locks two. A million chains fit in
   memory (some 300 MB), and vacuum keeps up at the default settings up to about a thousand batches a second; beyond
   that its cost limit has to be raised.
4. **Connections**: {connections} a process; some hundred processes need a pooler that keeps prepared statements.
5. Not the processes: passes and buckets are bounded at 20,000 devices each. Beyond them a batch costs one more
   question. Not the keys: one for a project, whatever the number of devices.

Sharding by project needs no change at all: nothing is shared between projects but the invitation's code.
"""


def page(
    wish: argparse.Namespace,
    pairs: Sequence[Pair],
    alone: Sequence[Pair],
    memory: Sequence[float],
    sqlite: Sequence[Sent],
    seal_s: float,
    verify_s: float,
    size_kb: float,
) -> str:
    """The page. `memory` is in MB, of all our processes together: before the rounds and after each."""

    def median(values: Sequence[float], digits: int = 0) -> str:
        return f"{statistics.median(values):.{digits}f}"

    ours = [pair.ours for pair in pairs]
    missed = (many for sent in ours for status, many in sent.statuses.items() if status != 201)
    count = wish.rounds * wish.batches
    rows = [
        (f"PostgreSQL, {wish.processes} processes: batches a second", median([sent.rate for sent in ours]), ""),
        ("the least that it can cost, as many processes", median([pair.theirs.rate for pair in pairs]), ""),
        ("ours ÷ the least", median([pair.ratio for pair in pairs], 2), "≥ 0.6"),
        ("p50, ms", median([sent.quantile(0.5) * 1000 for sent in ours], 1), ""),
        ("p99, ms", median([sent.quantile(0.99) * 1000 for sent in ours], 1), ""),
        ("PostgreSQL, one process: batches a second", median([pair.ours.rate for pair in alone]), ""),
        ("ours ÷ the least, one process each", median([pair.ratio for pair in alone], 2), ""),
        ("SQLite, one process: batches a second", median([sent.rate for sent in sqlite]), ""),
        ("p99 on SQLite, ms", median([sent.quantile(0.99) * 1000 for sent in sqlite], 1), ""),
        (f"memory after the first round of {wish.batches}, MB", f"{memory[1]:.0f}", ""),
        (f"memory after {count} batches, MB", f"{memory[-1]:.0f}", ""),
        ("grown from then to then", f"{memory[-1] / memory[min(len(memory) - 1, 1 + len(memory) // 2)]:.2f}", "≤ 1.1"),
        ("devices, each with its key and chain", f"{wish.devices}", ""),
        ("batches not answered 201", f"{sum(missed)}", "≤ 0"),
        ("10,000 records sealed, s", f"{seal_s:.2f}", "< 2"),
        ("a file of 500 records verified, s", f"{verify_s:.3f}", "< 0.5"),
    ]
    table = "\n".join(f"| {what} | {found} | {bar} |" for what, found, bar in rows)
    rate = statistics.median(sent.rate for sent in ours)
    cores = os.cpu_count() or 1
    return (
        f"# Deliveries\n\n{time.strftime('%Y-%m-%d')}, {cores} cores for client, servers and PostgreSQL together (fsync"
        f" on), signed batches of {size_kb:.0f} kB with 4 judgements, {CONNECTIONS} connections. Medians of"
        f" {wish.rounds} rounds of {wish.batches} batches; a round of ours and one of theirs take turns, and a ratio"
        " is the median of such pairs.\n\nThe least that it can cost: the same server and route, one signature"
        f" verified, the body inserted and committed (benchmarks/bare_collector.py).\n\n| measure | found | bar |\n"
        f"|---|---|---|\n{table}\n\nMemory is of all our processes together; it grows until every device was heard"
        " once (20,000 passes and buckets at most), so the second half of the run is held against its end.\n"
        + SCALE.format(cores=f"about {10_000 / rate * cores:.0f}", connections=10)
    )
