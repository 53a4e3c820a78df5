"""Writes what delivery.py measured as a page with bars (bars.py reads it)."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Sequence

from delivery_client import CONNECTIONS, Pair, Sent, quantile


def page(
    wish: argparse.Namespace,
    pairs: Sequence[Pair],
    alone: Sequence[Pair],
    strictly: Sequence[Pair],
    memory: Sequence[float],
    sqlite: Sequence[Sent],
    around: Sequence[Sent],
    before: Sequence[Sent],
    seal_s: float,
    verify_s: float,
    size_kb: float,
) -> str:
    """The page. `memory` is in MB, of all our processes together: before the rounds, and after each of them.

    `around` and `before` were sent beside the rounds; the first of `sqlite` is the warming up. `strictly` stands
    beside a least that compresses nothing.
    """

    def median(values: Sequence[float], digits: int = 0) -> str:
        return f"{statistics.median(values):.{digits}f}"

    ours = [pair.ours for pair in pairs]
    every = [seconds * 1000 for sent in ours for seconds in sent.each]
    taken = [*ours, *(pair.ours for pair in (*alone, *strictly)), *sqlite, *around, *before]
    errors = sum((sent.errors for sent in taken), Counter[int]())
    hour = around[wish.processes * -(-wish.devices // wish.batches) :]
    count = wish.rounds * wish.batches
    of_each = (sum(len(sent.each) for sent in around) + count) / wish.devices
    sqlite = sqlite[1:]
    their_errors = sum((pair.theirs.errors for pair in pairs), Counter[int]())
    rows = [
        (f"PostgreSQL, {wish.processes} processes of ours: batches a second", median([sent.rate for sent in ours]), ""),
        (
            f"the least that it can cost, {wish.processes} processes too",
            median([pair.theirs.rate for pair in pairs]),
            "",
        ),
        (
            f"ours ÷ the least, {wish.processes} processes each",
            median([pair.ratio for pair in pairs], 2),
            "≥ 0.6",
        ),
        (
            f"ours ÷ a least that does not compress its bodies, {len(strictly)} rounds",
            median([pair.ratio for pair in strictly], 2),
            "",
        ),
        (f"p50 of {count} batches, ms", f"{quantile(every, 0.5):.1f}", ""),
        ("p99, ms", f"{quantile(every, 0.99):.1f}", ""),
        ("the slowest one, ms", f"{max(every):.0f}", ""),
        ("PostgreSQL, one process: batches a second", median([pair.ours.rate for pair in alone]), ""),
        ("ours ÷ the least, one process each", median([pair.ratio for pair in alone], 2), ""),
        ("SQLite, one process: batches a second", median([sent.rate for sent in sqlite]), ""),
        ("p99 on SQLite, ms", median([quantile(sent.each, 0.99) * 1000 for sent in sqlite], 1), ""),
        ("devices, each with its key and chain", f"{wish.devices}", ""),
        ("batches that each of them sent", f"{of_each:.1f}".removesuffix(".0"), "≥ 12"),
        (
            f"after the rounds, {sum(len(sent.each) for sent in hour)} more of ours alone: batches a second",
            median([sent.rate for sent in hour]) if hour else "none",
            "",
        ),
        ("memory before the rounds, MB", f"{memory[0]:.0f}", ""),
        (f"memory after the first round of {wish.batches}, MB", f"{memory[1]:.0f}", ""),
        (f"memory after {count} batches, MB", f"{memory[-1]:.0f}", ""),
        ("the same ÷ after the first round", f"{memory[-1] / memory[1]:.2f}", "≤ 1.1"),
        (
            f"the same ÷ after a quarter of the rounds ({len(memory) // 4} of {wish.rounds})",
            f"{memory[-1] / memory[len(memory) // 4]:.2f}",
            "≤ 1.05",
        ),
        (f"errors of everything that was sent, on SQLite too{_said(errors)}", f"{errors.total()}", "≤ 0"),
        (f"errors of the least{_said(their_errors)}", f"{their_errors.total()}", ""),
        ("10,000 records sealed, s", f"{seal_s:.2f}", "< 2"),
        ("a file of 500 records verified, s", f"{verify_s:.3f}", "< 0.5"),
    ]
    table = "\n".join(f"| {what} | {found} | {bar} |" for what, found, bar in rows)
    cores = os.cpu_count() or 1
    return (
        f"# Deliveries\n\n{time.strftime('%Y-%m-%d')}, {cores} cores for client, servers and PostgreSQL together (fsync"
        f" on), signed batches of {size_kb:.0f} kB with 4 judgements, {CONNECTIONS} connections. Medians of"
        f" {wish.rounds} rounds of {wish.batches} batches; a round of ours and one of theirs take turns, and a ratio"
        " is the median of such pairs.\n\nThe least that it can cost: the same server and route, one signature"
        f" verified, the body inserted and committed, its table as PostgreSQL makes it"
        " (benchmarks/bare_collector.py).\n\n| measure | found | bar |\n"
        f"|---|---|---|\n{table}\n\nBefore the rounds each process hears every device once, so that what"
        " memory grows by in them is due to batches, and the least is sent as many. After them the devices send the"
        " rest of an hour's 12 batches each; by then the database holds some gigabytes, writes its checkpoints and"
        " cleans up. Memory is of all our processes together, without the database's. An"
        " error is an answer that takes no batch, or none at all; the same bytes are sent again as a trainer's program"
        " does, and at the end all records are counted in the database. Sealing is that of a profile, its database on"
        " disk. What would break first with a million devices stands in docs/operations.md.\n"
    )


def _said(errors: Counter[int]) -> str:
    """How many of which status; 0 stands for no answer."""
    return "".join(f", {many} × {status or 'no answer'}" for status, many in sorted(errors.items()))
