"""The engine beside llama.cpp's own programs: medians and ratios, written to benchmarks/results/engine.md.

    just bench-engine                       everything, half an hour on two quiet cores
    just bench-engine --models 1 --rounds 3
    just bench-engine --again Q4_1          one model's rows anew in the kept table, five minutes
    just bench-engine --gpu                 where llama.cpp is built for one (docs/gpu.md): engine_gpu.md, three minutes

Programs are compiled from the source that our pinned llama-cpp-python carries, once. Every run of a peer follows one of
ours; a row's ratio is the median of these pairs', for a machine whose speed drifts by a tenth in a minute.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import llama_peers
import llama_programs
import msgspec
from agreement import DATA, agreement
from bench_models import files
from llama_peers import Task

from local_models import sampling
from local_models.client import EngineClient, default_threads
from local_models.events import AnyEvent, Finished, Progress, TextDelta
from local_models.measuring import Speed, measure, request_of
from local_models.offload import GPU_KINDS
from local_models.requests import CandidateRequest, Message
from local_models.wire import to_line

RESULTS = Path(__file__).resolve().parent / "results"
KS = (1, 2, 4, 8)
DRAWS = 2  # how often a small model writes one answer a round
BATCHED = ("batched-bench", "batched-bench with unified cells")
PROMPT, NEW = 256, 96
CANCELS = 20
Pairs = dict[tuple[str, int], list[tuple[float, float]]]  # by peer and k: tokens/s, ours and theirs one after the other
LARGE, LARGE_ROUNDS = 1_000_000_000, 3  # bytes of a file whose rounds take four minutes

IN_PROCESS = """
import sys
from local_models.cancelling import Cancelling
from local_models.llama.devices import devices
from local_models.llama.engine import LlamaEngine
from local_models.llama.library import start_backend
from local_models.llama.model import LlamaModel
from local_models.measuring import speed_of
from local_models.requests import CandidateRequest
from local_models.threads import Threads
from local_models.wire import read_request
import msgspec
log = start_backend(lambda _: None)
request = read_request(sys.stdin.buffer.read())
cancelling = Cancelling()
gpus = [device.name for device in devices() if device.kind == "gpu"]
model = LlamaModel(
    request.model_path, on_load=lambda _: None, stopped=lambda: False, gpu_layers=999 if gpus else 0, devices=gpus
)
engine = LlamaEngine(model, Threads(int(sys.argv[1])), cancelling)
for turn in range(2):
    events = []
    asked = msgspec.structs.replace(request, id=str(turn))
    cancelling.begin(asked.id)
    prepared = engine.prepare(asked)
    cells = engine.cells_for(prepared, asked)
    if not engine.has_room(cells, prepared):
        engine.make_room(cells, asked, prepared)
    engine.generate(asked, prepared, events.append, lambda _fits: None)
print(speed_of(events[-1], ()).tokens_per_second)
"""


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--models", type=int, default=4, help="how many of the model files")
    wanted.add_argument("--rounds", type=int, default=5)
    wanted.add_argument("--threads", type=int, default=default_threads())
    wanted.add_argument("--again", metavar="WORD", help="only models with this in their name; all other rows stay")
    wanted.add_argument("--gpu", action="store_true", help="all layers on the GPU, and a larger model too")
    options = wanted.parse_args()
    programs = llama_programs.programs()
    models = dict(list(files(llama_programs.cache() / "models", programs, large=options.gpu).items())[: options.models])
    results, flash = RESULTS / ("engine_gpu.md" if options.gpu else "engine.md"), "auto" if options.gpu else "off"
    first = next(iter(models))
    parts = [heading(options.threads, flash)]
    for name, path in models.items():
        if options.again and options.again not in name:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        task = Task(path, options.threads, PROMPT, NEW, flash)
        large = path.stat().st_size > LARGE and not options.gpu
        rounds, draws = (min(options.rounds, LARGE_ROUNDS), 1) if large else (options.rounds, DRAWS)
        parts.append(section(name, task, programs, rounds, draws, everybody=name == first))
    if options.again:
        parts = with_rows_anew(results.read_text(encoding="utf-8"), parts[1:])
    else:
        parts.append(behaviour(models[first], options.threads))
    results.write_text("\n".join(parts), encoding="utf-8")
    print(results.read_text(encoding="utf-8"))


def with_rows_anew(kept: str, sections: list[str]) -> list[str]:
    """The parts of a kept table, with these sections in place of those of the same models; each says when."""
    head, *parts = re.split(r"\n(?=\n## )", kept.rstrip("\n"))
    when = f"Measured anew at {time.strftime('%H:%M')}, commit {commit()}."
    for made in sections:
        title, rows = made.strip("\n").split("\n", 1)
        model = title.partition(" (")[0]
        parts = [f"\n{title}\n\n{when}\n{rows}" if part.strip().startswith(model + " (") else part for part in parts]
    return [head, *parts, ""]


def section(name: str, task: Task, programs: Path, rounds: int, draws: int, *, everybody: bool) -> str:
    """One model, `rounds` times: we and a peer in turn, one run each; with k answers `draws` ÷ k times a round."""
    pairs: Pairs = {}
    firsts: dict[int, list[float]] = {k: [] for k in KS}
    ours = Ours(task)

    def beside(peer: str, k: int, theirs: Callable[[], float]) -> None:
        found = ours.speed(k)
        firsts[k].append(found.first_token_ms[-1])
        pairs.setdefault((peer, k), []).append((found.tokens_per_second, theirs()))

    try:
        for _ in range(rounds):
            for k in KS:
                for kind in BATCHED * max(1, draws // k):
                    beside(kind, k, partial(llama_peers.batched_bench, programs, task, k, unified=kind == BATCHED[1]))
            if not everybody:
                continue
            for flash in ("off", "auto"):
                with llama_peers.server(programs, task, flash=flash) as address:
                    llama_peers.one_request(address, task, 1)
                    beside(f"server {flash} n_cmpl", 4, partial(llama_peers.one_request, address, task, 4))
                    beside(f"server {flash} parallel", 4, partial(llama_peers.parallel_requests, address, task, 4))
            for k in (4, 8):
                beside("Llama.generate", k, partial(llama_peers.python_loop, task, k))
            beside("in process", 4, partial(ours.in_process, 4))
    finally:
        ours.close()
    return table(f"{name} ({rounds} rounds)", pairs, {k: statistics.median(found) for k, found in firsts.items()})


class Ours:
    """The engine as the window uses it: client, worker, wire."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._client = EngineClient(threads=task.threads)
        self._requests = {
            k: request_of(self._client, str(task.model), prompt_tokens=task.prompt, new_tokens=task.new, k=k)
            for k in KS
        }

    def speed(self, k: int) -> Speed:
        return measure(self._client, self._requests[k])

    def in_process(self, k: int) -> float:
        """The same request by the same engine without a wire."""
        command = [sys.executable, "-c", IN_PROCESS, str(self._task.threads)]
        done = subprocess.run(command, input=to_line(self._requests[k]), capture_output=True, check=True)
        return float(done.stdout)

    def close(self) -> None:
        self._client.close()


def table(name: str, pairs: Pairs, firsts: dict[int, float]) -> str:
    lines = [f"\n## {name}\n", "| measure | ours | theirs | ratio | bar |", "|---|---|---|---|---|"]

    def row(what: str, peer: str, k: int, bar: str) -> None:
        mine, theirs = (statistics.median(column) for column in zip(*pairs[peer, k], strict=True))
        lines.append(f"| {what} | {mine:.1f} | {theirs:.1f} | {ratio(peer, k):.2f} | {bar} |")

    def ratio(peer: str, k: int) -> float:
        return statistics.median(mine / theirs for mine, theirs in pairs[peer, k])

    for k in KS:
        faster = min(BATCHED, key=lambda kind: ratio(kind, k))
        row(f"tokens/s, k = {k}, beside llama-batched-bench", faster, k, "≥ 0.95")
    fourth, single = firsts[4], firsts[1]
    lines.append(
        f"| first token of the fourth, ms, beside a single one's | {fourth:.1f} | {single:.1f} |"
        f" {fourth / single:.2f} | ≤ 1.1 |"
    )
    if ("in process", 4) not in pairs:
        return "\n".join(lines)
    for flash, how in (("off", "with -fa off"), ("auto", "as it comes")):
        beside = f"tokens/s, k = 4, beside llama-server {how}"
        # Without its flash attention the server decodes the same batches by the same kernels: no bar, but to be known.
        bar = "≥ 1.05" if flash == "auto" else "stated"
        row(f"{beside}, one request with n_cmpl", f"server {flash} n_cmpl", 4, bar)
        row(f"{beside}, four requests", f"server {flash} parallel", 4, "≥ 1.4")
    row("tokens/s, k = 4, beside Llama.generate", "Llama.generate", 4, "≥ 1.15")
    row("tokens/s, k = 8, beside Llama.generate", "Llama.generate", 8, "≥ 1.5")
    row("tokens/s through the client, beside the same engine without a wire", "in process", 4, "≥ 0.97")
    return "\n".join(lines)


def behaviour(model: Path, threads: int) -> str:
    """What is no race: a disturbed machine, and a conversation that goes on."""
    lines = ["\n## Disturbed, and going on\n", "| measure | found | bar |", "|---|---|---|"]
    idle, disturbed, after = disturbance(model, threads)
    lines.append(
        f"| steps/s beside a busy program ÷ idle ({disturbed:.1f} ÷ {idle:.1f}) | {disturbed / idle:.2f} | ≥ 0.5 |"
    )
    lines.append(f"| steps/s after it ended ÷ idle ({after:.1f} ÷ {idle:.1f}) | {after / idle:.2f} | ≥ 0.95 |")
    lines.append(
        f"| next turn of a 2,000-token conversation: tokens evaluated | {next_turn(model, threads)} | the new ones |"
    )
    writing, reading = cancel_felt(model, threads)
    felt = f"cancel to end, ms, the longest of {CANCELS}"
    lines.append(f"| {felt}, while four answers are written | {writing:.0f} | ≤ 100 |")
    lines.append(f"| {felt}, while a prompt of 2,000 tokens is evaluated | {reading:.0f} | ≤ 100 |")
    short, long = agreement(model, threads, new=48)
    lines.append(f"| greedy, alone and in a batch of 4, prompts under 200 tokens | {short} | equal |")
    lines.append(f"| the same, prompts of 200 tokens and more | {long} | stated |")
    return "\n".join(lines) + "\n"


def disturbance(model: Path, threads: int) -> tuple[float, float, float]:
    """Steps a second of four candidates, from the fifth to the tenth second of three generations of the same prompt.

    Idle; with another program that keeps a core busy since the third second; and once it has ended.
    """
    client = EngineClient(threads=threads)
    try:
        request = request_of(client, str(model), prompt_tokens=PROMPT, new_tokens=1900, k=4)
        idle = _rate(client, request)
        busy: list[subprocess.Popen[bytes]] = []
        disturbed = _rate(
            client, request, lambda: busy.append(subprocess.Popen([sys.executable, "-c", "while 1: pass"]))
        )
        busy[0].kill()
        busy[0].wait()
        after = _rate(client, request)
    finally:
        client.close()
    return idle, disturbed, after


def _rate(client: EngineClient, request: CandidateRequest, at_three: Callable[[], None] = lambda: None) -> float:
    moments: list[float] = []

    def take(event: AnyEvent) -> None:
        if isinstance(event, TextDelta):
            moments.append(time.perf_counter())

    job = client.generate(msgspec.structs.replace(request, id=f"rate {time.time()}"), take)
    while not moments:
        time.sleep(0.01)
    time.sleep(3)
    at_three()
    time.sleep(2)
    began = len(moments)
    time.sleep(5)
    found = (len(moments) - began) / 5 / 4
    job.cancel()
    job.wait()
    return found


def cancel_felt(model: Path, threads: int) -> tuple[float, float]:
    """Milliseconds from a cancel to the request's end, the longest: while writing, and while reading a prompt."""
    client = EngineClient(threads=threads)
    try:
        wordy = request_of(client, str(model), prompt_tokens=2000, new_tokens=400, k=4)
        short = request_of(client, str(model), prompt_tokens=64, new_tokens=400, k=4)
        return _longest_cancel(client, short, writing=True), _longest_cancel(client, wordy, writing=False)
    finally:
        client.close()


def _longest_cancel(client: EngineClient, request: CandidateRequest, *, writing: bool) -> float:
    longest = 0.0
    for number in range(CANCELS):
        begun = threading.Event()
        asked = msgspec.structs.replace(request, id=f"cancelled {writing} {number}")
        job = client.generate(asked, partial(_tell, TextDelta if writing else Progress, begun))
        begun.wait()
        time.sleep(0.013 * number)  # at another place of a step, and of the prompt, each time
        started = time.perf_counter()
        job.cancel()
        job.wait()
        longest = max(longest, (time.perf_counter() - started) * 1000)
    return longest


def _tell(kind: type[TextDelta | Progress], begun: threading.Event, event: AnyEvent) -> None:
    if isinstance(event, kind):
        begun.set()


def next_turn(model: Path, threads: int) -> str:
    """How many tokens of a conversation's next turn were evaluated, and how many are new; from each of four answers.

    All four are written anew before each turn: going on from one answer forgets what was evaluated of the others.
    """
    said: list[Finished] = []

    def take(event: AnyEvent) -> None:
        if isinstance(event, Finished):
            said.append(event)

    client = EngineClient(threads=threads)
    try:
        request = _conversation(client, str(model), tokens=2000)
        found, longest = [], 0
        for chosen in range(4):
            said.clear()
            before = client.generate(msgspec.structs.replace(request, id=f"turn {chosen}"), take).wait()
            answer = next(event for event in said if event.candidate == chosen)
            messages = (*request.messages, Message("assistant", answer.text), Message("user", "Go on."))
            followed = msgspec.structs.replace(request, id=f"next {chosen}", messages=messages)
            done = client.generate(followed, lambda _: None).wait()
            cut = answer.finish == "length"  # then the answer's last token had not been evaluated
            new = done.prompt_tokens - before.prompt_tokens - answer.completion_tokens + cut
            found.append(f"{done.evaluated_tokens} ({new} new)")
            longest = max(longest, done.prompt_tokens)
    finally:
        client.close()
    return f"{', '.join(found)}, of up to {longest}"


def _conversation(client: EngineClient, model: str, *, tokens: int) -> CandidateRequest:
    """Turns that nobody here wrote, until there are so many tokens, and four answers to the last one."""
    texts = [json.loads(line)["turns"][0] for line in DATA.read_text(encoding="utf-8").splitlines()]
    messages: list[Message] = []
    for question, reply in itertools.pairwise(texts):
        messages += [Message("user", question), Message("assistant", reply)]
        if client.count_tokens(model, "\n".join(message.content for message in messages)) > tokens:
            break
    drawn = sampling.preset("balanced", 4, 1, 48)
    return CandidateRequest("conversation", model, tuple(messages[:-1]), drawn)


def commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()


def graphics() -> str:
    """The GPUs that a worker computes on, with words for a heading; empty where it has none."""
    client = EngineClient()
    try:
        found = [device.description for device in client.runs_on().devices if device.kind in GPU_KINDS]
    finally:
        client.close()
    return "".join(f", {name}" for name in found)


def heading(threads: int, flash: str) -> str:
    cores = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = Path("/proc/meminfo").read_text().split()[1]
    return (
        "# The engine beside llama.cpp's own programs\n\n"
        f"{time.strftime('%Y-%m-%d')}, commit {commit()}, {len(cores)} × {cores[0].partition(': ')[2]}, "
        f"{int(memory) // 1_000_000} GB{graphics()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, "
        f"llama-cpp-python {llama_programs.pinned_version()}. Prompt {PROMPT} tokens, {NEW} new ones an answer, "
        f"{threads} threads, -b 512 -ub 128 -fa {flash}; medians. A run of ours and one of theirs take turns, and "
        "a ratio is the median of these pairs'. "
        "llama-batched-bench draws tokens at random, without samplers; everybody else samples "
        "(top-k 40, top-p 0.95, min-p 0.05, temperature 0.8, repetition 1.1)."
    )


if __name__ == "__main__":
    main()
