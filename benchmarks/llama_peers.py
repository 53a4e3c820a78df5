"""What the engine is measured against, each on the same file, threads and token counts: tokens a second in all.

Tokens are counted alike for everybody: the prompt once, and all that was written, over the whole time.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from local_models.llama.context import BATCH
from local_models.requests import MAX_CANDIDATES

UBATCH = 128
ANY_TOKEN = 504


@dataclass(frozen=True)
class Task:
    """A model, and the work that everybody does with it."""

    model: Path
    threads: int
    prompt: int
    new: int
    flash: str = "off"  # llama-batched-bench's attention, as ours is: "auto" on a GPU

    def tokens(self, k: int) -> int:
        return self.prompt + k * self.new


def batched_bench(programs: Path, task: Task, k: int, *, unified: bool) -> float:
    """llama-batched-bench with a shared prompt and our kind of attention; it samples nothing. Tokens a second."""
    threads = str(task.threads)
    cells = 512 + (task.tokens(k) if unified else k * task.tokens(1))
    command: list[str | Path] = [programs / "llama-batched-bench", "-m", task.model, "-c", str(cells)]
    command += ["-b", str(BATCH), "-ub", str(UBATCH), "-t", threads, "-tb", threads, "-pps"]
    command += ["-npp", str(task.prompt), "-ntg", str(task.new), "-npl", str(k)]
    command += ["-fa", task.flash, "--output-format", "jsonl", *(["-kvu"] if unified else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith('{"n_kv_max"')]
    return task.tokens(k) / float(json.loads(line)["t"])


@contextlib.contextmanager
def server(programs: Path, task: Task, *, flash: str) -> Iterator[str]:
    """llama-server with as many slots as our contexts have candidates; its address. `flash`: on, off, auto."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = str(task.threads)
    command: list[str | Path] = [
        programs / "llama-server",
        "-m",
        task.model,
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "-kvu",
    ]
    command += ["-c", str(task.tokens(8) + 512), "-np", str(MAX_CANDIDATES), "-b", str(BATCH), "-ub", str(UBATCH)]
    command += ["-t", threads, "-tb", threads, "-fa", flash]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/health").status_code == 200:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


def one_request(address: str, task: Task, k: int) -> float:
    """One request for k completions (`n_cmpl`)."""
    started = time.perf_counter()
    _complete(address, task, n_cmpl=k)
    return task.tokens(k) / (time.perf_counter() - started)


def parallel_requests(address: str, task: Task, k: int) -> float:
    """k requests at once."""
    started = time.perf_counter()
    with ThreadPoolExecutor(k) as pool:
        list(pool.map(lambda seed: _complete(address, task, seed=seed), range(k)))
    return task.tokens(k) / (time.perf_counter() - started)


def _complete(address: str, task: Task, **more: int) -> None:
    wish = {"prompt": [ANY_TOKEN] * task.prompt, "n_predict": task.new, "ignore_eos": True, "cache_prompt": False}
    drawn = {"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05, "repeat_penalty": 1.1}
    httpx.post(f"{address}/completion", json=wish | drawn | more, timeout=600).raise_for_status()


LOOP = """
import sys, time
from llama_cpp import Llama
model, threads, prompt, new, k, token = sys.argv[1], *map(int, sys.argv[2:])
llama = Llama(model, n_ctx=prompt + new + 64, n_batch=512, n_ubatch=128, n_threads=threads, n_threads_batch=threads,
              n_gpu_layers=-1, verbose=False)
started = time.perf_counter()
for seed in range(k):
    llama.set_seed(seed)
    written = 0
    for _ in llama.generate([token] * prompt, top_k=40, top_p=0.95, min_p=0.05, temp=0.8, repeat_penalty=1.1):
        written += 1
        if written == new:
            break
print((prompt + k * new) / (time.perf_counter() - started))
"""


def python_loop(task: Task, k: int) -> float:
    """llama-cpp-python's `Llama.generate`, one answer after the other; its prefix cache evaluates the prompt once."""
    numbers = map(str, (task.threads, task.prompt, task.new, k, ANY_TOKEN))
    command = [sys.executable, "-c", LOOP, str(task.model), *numbers]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
