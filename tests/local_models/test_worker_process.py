"""The worker as a process: what it may know and hold, how it ends, and what is said when it does."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from asked import Asked, ask, refused, texts
from gguf_files import tiny_model

from local_models import wire
from local_models.client import EngineClient
from local_models.errors import Phrase, WorkerError
from local_models.events import Failed, Loaded, Ready, TextDelta
from local_models.outcome import WorkerOutcome
from local_models.requests import CandidateRequest, Hello, Quit, Sampling
from local_models.worker import worker_command

QUIT = wire.to_line(Quit())
ROOT = Path(__file__).resolve().parents[2]
LASTING = 600  # tokens of an answer: some seconds, longer than any moment of a kill


def endless(model: str) -> CandidateRequest:
    """A request that runs for long enough to be disturbed."""
    drawn = tuple(Sampling(seed=seed, max_tokens=500, repeat_penalty=1.3) for seed in range(4))
    return msgspec.structs.replace(ask(model, "Write a very long story about the sea."), candidates=drawn)


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether `condition` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def gone(pid: int) -> bool:
    """Whether a process has ended, whoever has to collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


# How it ends


@pytest.mark.long
def test_a_killed_worker_is_a_sentence_and_the_next_request_works(fresh_engine: EngineClient, starter: str) -> None:
    asked = Asked(fresh_engine, endless(starter))
    asked.seen(TextDelta, 5)
    killed = fresh_engine.worker_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(WorkerError) as caught:
        asked.job.wait(10)
    error = caught.value
    assert error.code == "worker_died"
    assert "answering with SmolLM2" in str(error)
    assert "SIGKILL" in str(error)
    assert "memory" in str(error)
    assert "\n" not in str(error)
    assert isinstance(asked.events[-1], Failed)
    again = Asked(fresh_engine, ask(starter, n=1, max_tokens=4))
    again.job.wait(180)
    assert texts(again)[0]
    assert fresh_engine.worker_pid not in (None, killed)


def test_a_worker_killed_between_requests_is_not_noticed(fresh_engine: EngineClient, tiny: str) -> None:
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
    killed = fresh_engine.worker_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert until(lambda: fresh_engine.worker_pid is None)
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)


def _killed_at(engine: EngineClient, model: str, seconds: float) -> None:
    """Kill the worker while it works on a request that outlasts the moment: a sentence, and the next one works."""
    request = ask(model, n=2, max_tokens=LASTING)
    drawn = tuple(msgspec.structs.replace(each, min_tokens=LASTING) for each in request.candidates)
    asked = Asked(engine, msgspec.structs.replace(request, candidates=drawn))
    assert until(lambda: engine.worker_pid is not None)
    time.sleep(seconds)
    pid = engine.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match=r"The model.s process stopped while it was .*SIGKILL") as failed:
        asked.job.wait(180)
    assert failed.value.code == "worker_died"
    assert isinstance(asked.events[-1], Failed)
    assert until(lambda: engine.worker_pid != pid)
    Asked(engine, ask(model, n=1, max_tokens=2)).job.wait(180)


@pytest.mark.parametrize("seed", range(2))
def test_a_worker_killed_at_a_random_moment_costs_one_request(
    fresh_engine: EngineClient, starter: str, seed: int
) -> None:
    _killed_at(fresh_engine, starter, random.Random(seed).uniform(0, 1.2))


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_worker_killed_at_fifty_random_moments_costs_one_request_each(
    fresh_engine: EngineClient, starter: str
) -> None:
    moments = random.Random(100)
    for _ in range(50):
        _killed_at(fresh_engine, starter, moments.uniform(0, 2))


def test_a_worker_does_not_outlive_a_parent_that_was_killed(starter: str) -> None:
    program = (
        "import sys, msgspec\n"
        "from local_models.client import EngineClient\n"
        "from local_models.events import TextDelta\n"
        "from local_models.requests import CandidateRequest\n"
        "engine = EngineClient()\n"
        "told = []\n"
        "def take(event):\n"
        "    if isinstance(event, TextDelta) and not told:\n"
        "        told.append(1); print(engine.worker_pid, flush=True)\n"
        "engine.generate(msgspec.json.decode(sys.stdin.readline(), type=CandidateRequest), take).wait()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(wire.to_line(endless(starter)).decode())
        parent.stdin.flush()
        worker = int(parent.stdout.readline())
        assert not gone(worker)
        parent.kill()
        parent.wait()
        assert until(lambda: gone(worker))


def test_a_model_that_changes_quits_the_old_worker(fresh_engine: EngineClient, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    tiny_model(path, seed=2)
    two = Asked(fresh_engine, ask(str(path), n=1, max_tokens=6))
    two.job.wait(180)
    first = fresh_engine.worker_pid
    assert first is not None
    tiny_model(path, seed=3)  # another model under the same name
    three = Asked(fresh_engine, ask(str(path), n=1, max_tokens=6))
    three.job.wait(180)
    assert gone(first) and three.of(Loaded)
    assert texts(two) != texts(three)


@pytest.mark.long
def test_two_models_stay_loaded_and_a_third_takes_the_place_of_the_one_used_longest_ago(
    fresh_engine: EngineClient, tmp_path: Path
) -> None:
    paths = [str(tiny_model(tmp_path / f"{seed}.gguf", seed=seed)) for seed in (1, 2, 3)]

    def loads(path: str) -> bool:
        asked = Asked(fresh_engine, ask(path, n=1, max_tokens=2))
        asked.job.wait(180)
        return bool(asked.of(Loaded))

    assert [loads(path) for path in (paths[0], paths[1], paths[0], paths[1])] == [True, True, False, False]
    assert loads(paths[2])
    assert not loads(paths[1])
    assert loads(paths[0])


def test_each_model_is_loaded_once_for_all_that_waits_for_it(fresh_engine: EngineClient, tmp_path: Path) -> None:
    paths = [str(tiny_model(tmp_path / f"{seed}.gguf", seed=seed)) for seed in (1, 2, 3)]
    asked = [Asked(fresh_engine, ask(path, f"Question {turn}", n=1, max_tokens=4)) for turn in (1, 2) for path in paths]
    for each in asked:
        each.job.wait(180)
    assert sum(len(each.of(Loaded)) for each in asked) == 3


def test_a_model_that_nobody_asked_for_a_while_is_unloaded(tiny: str) -> None:
    engine = EngineClient(threads=1, keep_warm_s=0.2)
    try:
        Asked(engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
        worker = engine.worker_pid
        assert worker is not None and until(lambda: gone(worker))
        Asked(engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
    finally:
        engine.close()


def test_a_receiver_that_fails_harms_only_itself(
    fresh_engine: EngineClient, tiny: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_event: object) -> None:
        raise RuntimeError("a bug in a receiver")

    fresh_engine.generate(ask(tiny, n=1, max_tokens=2), fails).wait(60)
    assert "receiver of engine events" in caplog.text
    Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)


def test_a_closed_engine_refuses_and_may_be_closed_again(tiny: str) -> None:
    engine = EngineClient()
    engine.close()
    engine.close()
    with pytest.raises(WorkerError) as caught:
        engine.generate(ask(tiny), lambda _: None)
    assert caught.value.code == "closed"


def test_a_worker_that_cannot_be_started_is_a_sentence(
    fresh_engine: EngineClient, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    error, _ = refused(fresh_engine, ask(tiny))
    assert error.code == "worker_not_started"


@pytest.mark.parametrize(
    ("status", "said"),
    [(-9, "SIGKILL"), (-11, "crashed (SIGSEGV)"), (-99, "signal 99"), (3, "status 3"), (None, "did not answer")],
)
def test_every_end_of_a_worker_can_be_said_in_a_sentence(status: int | None, said: str) -> None:
    sentence = str(WorkerOutcome(status, Phrase("loading it"), ()).error())
    assert said in sentence
    assert "loading it" in sentence
    assert sentence.isprintable()


# What it may know and hold (T17)


@pytest.fixture
def running(fresh_engine: EngineClient, tiny: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The /proc folder of a worker whose parent held a secret and an open file."""
    monkeypatch.setenv("PRECEPTOR_TEST_TOKEN", "secret")
    with (tmp_path / "private").open("w", encoding="ascii") as file:
        os.set_inheritable(file.fileno(), True)
        Asked(fresh_engine, ask(tiny, n=1, max_tokens=2)).job.wait(180)
        yield Path(f"/proc/{fresh_engine.worker_pid}")


def test_a_worker_knows_nothing_of_the_environment_but_what_it_needs(running: Path) -> None:
    environment = (running / "environ").read_bytes()
    assert b"secret" not in environment
    assert b"HOME=" not in environment


def test_a_worker_holds_no_file_of_its_parent(running: Path, tmp_path: Path) -> None:
    held = [str(link.readlink()) for link in (running / "fd").iterdir()]
    assert not [name for name in held if str(tmp_path) in name]


def test_a_worker_leaves_no_core_and_its_memory_is_bounded(running: Path) -> None:
    limits = {line[:26].strip(): line[26:47].strip() for line in (running / "limits").read_text().splitlines()}
    assert limits["Max core file size"] == "0"
    assert int(limits["Max address space"]) < 8 * 1024**3


def test_a_worker_has_no_way_to_the_network(running: Path) -> None:
    """Where the system allows it to leave: then its network is another one than ours."""
    may_leave = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
    assert may_leave == ((running / "ns/net").readlink() != Path("/proc/self/ns/net").readlink())


def test_the_clients_process_never_loads_llama_cpp() -> None:
    program = (
        "import sys, local_models.client, local_models.scripted, local_models.model_files.catalog, local_models.fit\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'llama_cpp', 'numpy', 'jinja2'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# The protocol, spoken by hand


def spoken(*lines: bytes) -> list[object]:
    """What a worker answers to these lines, up to its end; its standard input ends too unless it is told to quit."""
    with subprocess.Popen(
        worker_command(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.write(b"".join(lines))
            worker.stdin.flush()
        if QUIT not in lines:
            worker.stdin.close()
        said = worker.stdout.read()
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.close()
    return [wire.read_event(line) for line in said.splitlines()]


def greeting(protocol: int = wire.PROTOCOL) -> bytes:
    return wire.to_line(Hello(protocol=protocol, parent=os.getpid()))


def test_a_worker_that_is_greeted_otherwise_says_so_and_ends() -> None:
    for first in (greeting(protocol=99), b"good morning\n", QUIT):
        (event,) = spoken(first)
        assert isinstance(event, Failed)
        assert event.code == "protocol"
    assert spoken() == []


def test_a_worker_ends_with_its_standard_input() -> None:
    (event,) = spoken(greeting())
    assert isinstance(event, Ready)


@pytest.mark.parametrize(
    "line",
    [
        b"noise\n",
        greeting(),
        b'{"do":"generate","id":"r","model_path":"m","messages":[],"candidates":[]}\n',
        b'{"do":"tokenize","id":"r","text":"a"}\n',
    ],
    ids=["noise", "a second hello", "a broken request", "tokenize before load"],
)
def test_a_wrong_line_is_told_and_the_worker_serves_on(line: bytes) -> None:
    ready, told = spoken(greeting(), line, QUIT)
    assert isinstance(ready, Ready)
    assert isinstance(told, Failed)
    assert told.code in ("protocol", "not_loaded")


def test_a_line_without_end_ends_the_worker() -> None:
    assert len(spoken(greeting(), b"x" * (wire.MAX_LINE + 10) + b"\n", QUIT)) == 1
