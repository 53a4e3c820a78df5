"""What the engine does with a GPU: which layers fit, what they take, what is repeatable; benchmarks/results/gpu.md.

    just bench-gpu          this, then the engine beside llama.cpp's own programs on the GPU; ten minutes

For an NVIDIA card and a llama.cpp that was built for it (docs/gpu.md); nvidia-smi counts the memory. Other memory is
taken by a process of our own, so that a large card is as full as a small one.
"""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import llama_programs
import msgspec
from bench_models import LLAMA_3_8B, random_llama
from engine import heading

from local_models import offload, sampling
from local_models.client import EngineClient, default_threads
from local_models.errors import EngineError
from local_models.events import AnyEvent, Device, Finished
from local_models.model_files.catalog import starter_model
from local_models.model_files.gguf import ModelHeader, read_header
from local_models.requests import CandidateRequest, Message, Sampling

RESULTS = Path(__file__).resolve().parent / "results" / "gpu.md"
GIGABYTE = 1_000_000_000
FREE = (1.5, 2.5, 4, 6, 8, 10)  # gigabytes that are left of the GPU for a model of 7.9
CONTEXT = 8192
_numbers = itertools.count(1)

# Takes the GPU's memory by the driver's own interface but for so many bytes, says so, and waits to be ended.
FILLER = """
import ctypes, sys, time
left = int(sys.argv[1])
cuda = ctypes.CDLL("libcuda.so.1")
device, context, free, total = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_size_t()
assert cuda.cuInit(0) == 0
assert cuda.cuDeviceGet(ctypes.byref(device), 0) == 0
assert cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device) == 0
assert cuda.cuCtxSetCurrent(context) == 0
assert cuda.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total)) == 0
taken = ctypes.c_uint64()
assert cuda.cuMemAlloc_v2(ctypes.byref(taken), ctypes.c_size_t(free.value - left)) == 0
print("taken", flush=True)
time.sleep(3600)
"""


def main() -> None:
    starter = starter_model()
    assert starter is not None, "the starter model is not installed"
    gpus = devices_of()
    if not gpus:
        sys.exit("This llama.cpp finds no GPU. Build one that does: docs/gpu.md.")
    folder = llama_programs.cache() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    large = random_llama(folder / "random-7b-q8_0.gguf", starter, LLAMA_3_8B)
    title, _, rest = heading(default_threads(), "auto").partition("\n")
    del title
    lines = ["# What the engine does with a GPU", rest.partition(". Prompt ")[0] + "."]
    lines += answers(str(starter))
    lines += wishes(str(large), gpus)
    lines += layers(large, read_header(large))
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def answers(model: str) -> list[str]:
    """What is written on the GPU, on the processor, and with layers on both."""
    lines = ["\n## The starter model\n", "| measure | found | bar |", "|---|---|---|"]
    before = used()
    with engine() as client:
        ready = client.runs_on()
        lines.append(f"| the worker's network is off | {'yes' if ready.network_off else 'no'} | yes |")
        lines.append(f"| memory of a worker that has loaded nothing, MB | {mega(used() - before)} | stated |")
        first = written(client, model)
        lines.append(f"| the same and the starter model, all layers, MB | {mega(used() - before)} | stated |")
        again = written(client, model)
    lines.append(f"| the same request twice, one worker | {same(first, again)} | stated |")
    settled()
    lines.append(f"| memory left behind by a worker that was closed, MB | {mega(used() - before)} | ≤ 20 |")
    with engine() as client:
        lines.append(f"| the same request, another worker | {same(first, written(client, model))} | stated |")
        pid = client.worker_pid
        assert pid is not None
        subprocess.run(["kill", "-9", str(pid)], check=True)
        settled()
        lines.append(f"| memory left behind by a worker that was killed, MB | {mega(used() - before)} | ≤ 20 |")
        lines.append(f"| the next request after that | {same(first, written(client, model))} | stated |")
    with engine(layers=0) as client:
        processor = written(client, model)
        lines.append(f"| memory of a worker with --gpu-layers 0, MB | {mega(used() - before)} | stated |")
    lines.append(f"| first words on the GPU and on the processor, greedy | {alike(model)} | stated |")
    with engine(layers=10) as client:
        part = written(client, model)
        lines.append(f"| ten layers on the GPU: answers of four that were written whole | {whole(part)} | ≥ 4 |")
    lines.append(f"| answers of four on the processor that were written whole | {whole(processor)} | ≥ 4 |")
    return lines


def wishes(model: str, gpus: tuple[Device, ...]) -> list[str]:
    """Wishes that cannot be met, each a sentence."""
    lines = ["\n## What cannot be done is said\n", "| wish | said |", "|---|---|"]
    for wish, client in (
        ("a device that there is not", EngineClient(devices=("CUDA9",))),
        ("33 layers where 4 GB are free", EngineClient(gpu_layers=33)),
    ):
        with contextlib.ExitStack() as stack:
            stack.callback(client.close)
            if "layers" in wish:
                stack.enter_context(filled(4 * GIGABYTE))
            try:
                written(client, model, new=8)
                said = f"nothing: {', '.join(gpu.name for gpu in gpus)} took it"
            except EngineError as error:
                said = str(error)
        lines.append(f"| {wish} | {said} |")
    return lines


def layers(path: Path, header: ModelHeader) -> list[str]:
    """Layers chosen beside other memory, and whether they, the cache and eight answers fit."""
    lines = [
        f"\n## Layers of a model of {header.file_size / GIGABYTE:.1f} GB, context {CONTEXT}, eight answers\n",
        "| free, GB | layers of 33 | estimated, MB | taken, MB | taken ÷ estimated | still free, MB | bar |",
        "|---|---|---|---|---|---|---|",
    ]
    for free in FREE:
        with filled(int(free * GIGABYTE)), engine() as client:
            gpus = tuple(device for device in client.runs_on().devices if device.kind == "gpu")
            count = offload.layers_that_fit(header, CONTEXT, gpus)
            estimate = offload.bytes_on(header, CONTEXT, max(0, count - 1), output=count > 0) if count else 0
            before = used()
            try:
                long = written(client, str(path), n=8, new=32, words=1500, context=CONTEXT)
                result = f"{mega(used() - before)} | {ratio(used() - before, estimate)} | {mega(free_now())}"
                result = result if whole(long) == "8" else f"{result} ({whole(long)} of 8 answers)"
            except EngineError as error:
                result = f"failed: {error} | | "
        lines.append(f"| {free} | {count} | {mega(estimate)} | {result} | ≥ 1 |")
        settled()
    return lines


def alike(model: str) -> str:
    """How many characters of one greedy answer are the same on the GPU and on the processor."""
    found = []
    for count in (None, 0):
        with engine(layers=count) as client:
            found.append(written(client, model, greedy=True, n=1)[0])
    common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(*found, strict=False)))
    return f"{common} of {len(found[0])} characters"


def written(
    client: EngineClient,
    model: str,
    *,
    n: int = 4,
    new: int = 48,
    words: int = 0,
    context: int | None = None,
    greedy: bool = False,
) -> list[str]:
    """The texts of `n` answers to one prompt."""
    said: list[Finished] = []

    def take(event: AnyEvent) -> None:
        if isinstance(event, Finished):
            said.append(event)

    drawn: tuple[Sampling, ...] = sampling.preset("balanced", n, 1, new)
    if greedy:
        drawn = (Sampling(seed=0, temperature=0, max_tokens=new),)
    drawn = tuple(msgspec.structs.replace(each, min_tokens=new) for each in drawn)
    text = "Explain why the sky is blue." + " sea" * words
    request = CandidateRequest(f"gpu {next(_numbers)}", model, (Message("user", text),), drawn, context=context)
    client.generate(request, take).wait(300)
    return [event.text for event in sorted(said, key=lambda event: event.candidate)]


@contextlib.contextmanager
def engine(*, layers: int | None = None) -> Iterator[EngineClient]:
    client = EngineClient(gpu_layers=layers)
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def filled(free: int) -> Iterator[None]:
    """All of the GPU's memory is taken but `free` bytes."""
    filler = subprocess.Popen([sys.executable, "-c", FILLER, str(free)], stdout=subprocess.PIPE, text=True)
    assert filler.stdout is not None
    try:
        assert filler.stdout.readline() == "taken\n"
        yield
    finally:
        filler.kill()
        filler.wait()
        settled()


def devices_of() -> tuple[Device, ...]:
    with engine() as client:
        return tuple(device for device in client.runs_on().devices if device.kind == "gpu")


def settled() -> None:
    """Wait until the driver has taken back what an ended process held."""
    last = -1
    for _ in range(40):
        found = used()
        if found == last:
            return
        last = found
        time.sleep(0.25)


def used() -> int:
    """Bytes of the first GPU that are taken."""
    return _smi("memory.used")


def free_now() -> int:
    return _smi("memory.free")


def _smi(field: str) -> int:
    command = ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader,nounits", "-i", "0"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) * 1024 * 1024


def mega(size: int) -> str:
    return f"{size / 1e6:.0f}"


def ratio(found: int, estimate: int) -> str:
    return f"{found / estimate:.2f}" if estimate else ""


def same(one: list[str], other: list[str]) -> str:
    return f"{sum(a == b for a, b in zip(one, other, strict=True))} of {len(one)} texts equal"


def whole(texts: list[str]) -> str:
    return str(sum(bool(text.strip()) for text in texts))


if __name__ == "__main__":
    main()
