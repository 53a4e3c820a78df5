"""Writes what delivery.py measured as a page with bars (bars.py reads it)."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence

from delivery_client import CONNECTIONS, Pair, Sent


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
    warm = 1 + len(memory) // 2  # every device was heard by then
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
        (f"the same ÷ after {(warm - 1) * wish.batches} batches", f"{memory[-1] / memory[warm]:.2f}", "≤ 1.1"),
        ("devices, each with its key and chain", f"{wish.devices}", ""),
        ("batches not answered 201", f"{sum(missed)}", "≤ 0"),
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
        f" verified, the body inserted and committed (benchmarks/bare_collector.py).\n\n| measure | found | bar |\n"
        f"|---|---|---|\n{table}\n\nMemory is of all our processes together; it grows until every device was heard"
        " once (20,000 passes and buckets at most). What would break first with a million devices stands in"
        " docs/operations.md.\n"
    )
