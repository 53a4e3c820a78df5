"""How long a capture is on its way, and how soon the native host is there, written to benchmarks/results/browser.md.

    just bench-browser [--rounds N] [--captures N]

A real Chromium with the extension as it is shipped, connected to the true window (drawn into memory) by a real native
host. From the panel's word "send" to the panel's hearing that the window has it on its disk, 20 KB each: the
extension's own outbox is written and synced on the way, before and after. Beside it what a write and a sync of as many
bytes take on the window's disk, and the host's start beside a Python that does nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright
from rounds import HEAD, row, share

from desktop.browser.hosts import Program
from desktop.browser.native_host import host
from tests.desktop.browser.chrome import Chrome, served
from tests.desktop.browser.true_window import ALONE, Window, connect, opened

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "browser.md"
SIZE = 20_000  # bytes of an answer
STARTS = 20  # of the host, in a round
WORDS = "the answer names the cause first and ends with an example that anybody can try 🙂".split()  # noqa: SIM905

# Drafts are put where the worker keeps the one that is looked over; then the panel's own word is said and waited for.
MEASURE = """(async (answers) => {
    const { openDatabase } = await import(chrome.runtime.getURL("worker/database.js"));
    const { drafted } = await import(chrome.runtime.getURL("worker/captures.js"));
    const database = await openDatabase();
    const port = chrome.runtime.connect();
    let heard = () => {};
    port.onMessage.addListener((told) => heard(told));
    const times = [];
    let number = 0;
    for (const text of answers) {
        const turns = [{ role: "user", text: "How do I count words?" }, { role: "assistant", text }];
        const offer = { turns, chosen: 1, complete: true, selected: false };
        const draft = drafted(offer, { url: "https://chat.example/c/1", title: "A chat" }, new Date());
        await database.keepDraft(draft);
        const edits = { messages: draft.messages, response: draft.response, keepUrl: false,
            round: draft.round, chosen: draft.chosen };
        times.push(await new Promise((resolve) => {
            const began = performance.now();
            heard = (told) => {
                const there = [told?.delivered, ...(told?.items ?? [])].some((each) => each?.id === draft.id);
                if (there && !told.waiting.some((each) => each.id === draft.id)) resolve(performance.now() - began);
            };
            port.postMessage({ do: "send", number: 100000 + number++, id: draft.id, edits });
        }));
    }
    port.disconnect();
    return times;
})"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="just bench-browser")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--captures", type=int, default=200)
    chosen = parser.parse_args()
    os.environ |= {**ALONE, "PYTHONDONTWRITEBYTECODE": ""}  # what Python compiled is kept, as with an installed program
    trips: list[list[float]] = []
    synced: list[list[float]] = []
    launches: list[float] = []
    starts: list[float] = []
    bare: list[float] = []
    with sync_playwright() as play:
        for number in range(chosen.rounds):
            with tempfile.TemporaryDirectory(dir=ROOT) as place:
                trips.append(round_trips(play, Path(place), chosen.captures, number))
                synced.append(syncs(Path(place), chosen.captures))
                launches.append(share([host_start(Path(place), launched=True) for _ in range(STARTS)], 0.5))
                starts.append(share([host_start(Path(place), launched=False) for _ in range(STARTS)], 0.5))
                bare.append(share([bare_start() for _ in range(STARTS)], 0.5))
            print(
                f"round {number + 1}: p50 {share(trips[-1], 0.5):.1f} ms, p95 {share(trips[-1], 0.95):.1f} ms",
                flush=True,
            )
    RESULTS.write_text(page(trips, synced, launches, starts, bare, chosen.captures), encoding="utf-8")


def round_trips(play: Playwright, place: Path, count: int, seed: int) -> list[float]:
    """Milliseconds of each capture, from the panel's word to what it hears once the window has it on disk."""
    with tempfile.TemporaryDirectory() as short:  # a socket's path may have 107 bytes
        run = Path(short) / "run"
        run.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(run)
        (place / "profile").mkdir()
        with opened(place / "profile") as window, served() as address:
            chrome = Chrome(play, place / "chrome", address, host=Program.this_one(place / "profile"))
            try:
                return _measured(chrome, window, [_answer(seed * count + n) for n in range(count)])
            finally:
                chrome.close()


def _measured(chrome: Chrome, window: Window, answers: Sequence[str]) -> list[float]:
    chrome.go("plain.html")
    panel = chrome.judge()
    connect(window, panel)
    found = panel.value(f"{MEASURE}({json.dumps(answers)})")
    kept = window.inbox()
    assert len(kept) == len(answers), f"{len(kept)} of {len(answers)} are on the desk"
    return [float(each) for each in found]


def _answer(number: int) -> str:
    chance, words, size = random.Random(number), [], 0
    while size < SIZE:
        words.append(chance.choice(WORDS))
        size += len(words[-1].encode()) + 1
    return " ".join(words)


def syncs(folder: Path, count: int) -> list[float]:
    """Milliseconds of a write of as many bytes and a sync, on the window's disk."""
    found = []
    with (folder / "sync").open("ab") as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(b"x" * SIZE)
            file.flush()
            os.fsync(file.fileno())
            found.append((time.perf_counter() - began) * 1000)
    return found


def host_start(folder: Path, *, launched: bool) -> float:
    """Milliseconds to the host's first word, from the start of its launcher or of itself; no window listens."""
    command = [sys.executable, "-I", "-S", host.__file__, str(folder / "none"), "/nowhere"]
    if launched:
        launcher = folder / "launcher"
        launcher.write_text(Program(Path(sys.executable), folder / "none", Path("/nowhere")).launcher())
        launcher.chmod(0o700)
        command = [str(launcher)]
    command.append("chrome-extension://a/")
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        (length,) = host.LENGTH.unpack(process.stdout.read(4))
        assert b"not_running" in process.stdout.read(length)
        took = (time.perf_counter() - began) * 1000
        process.stdin.close()
    return took


def bare_start() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-S", "-E", "-c", "pass"], check=True)
    return (time.perf_counter() - began) * 1000


def page(
    trips: Sequence[Sequence[float]],
    synced: Sequence[Sequence[float]],
    launches: Sequence[float],
    starts: Sequence[float],
    bare: Sequence[float],
    count: int,
) -> str:
    head = (
        "# A capture on its way, and the native host's start\n\n"
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, real Chromium, the window offscreen, one connection;"
        f" {len(trips)} rounds of {count} captures of 20 KB.\n\n"
    )
    rows = (
        row("panel to window to durable acknowledgement, p50, ms", [share(each, 0.5) for each in trips], "< 15"),
        row("the same, p95, ms", [share(each, 0.95) for each in trips], "< 40"),
        row("the longest one, ms", [max(each) for each in trips]),
        row("a write and a sync of 20 KB on that disk, p50, ms", [share(each, 0.5) for each in synced], digits=2),
        row("the same, p95, ms", [share(each, 0.95) for each in synced], digits=2),
        row("native host, launcher and all, from its start to its first word, median of 20, ms", launches, "≤ 60"),
        row("the host alone, without the launcher's `sh`, ms", starts),
        row("`python3 -S -E -c pass` beside it, ms", bare),
    )
    return head + HEAD + "".join(rows)


if __name__ == "__main__":
    main()
