"""The worker process's beginning: gives up what it does not need, checks hello, then serves.

    python -m local_models.worker

Holds no keys, no database and no network. Dies with its parent, and with the end of its standard input. This module
is imported by the client too, for the command, so it must not import llama.cpp before `main`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from local_models import isolation, wire
from local_models.errors import EngineError, WorkerError
from local_models.failures import failed
from local_models.requests import Hello

# How long llama.cpp's threads spin at a barrier before they sleep, in GNU OpenMP's count (its default: 300,000).
# On two cores, k = 1 and 4: with 1,000 a step takes 15 and 5 % longer than with 100,000, which is as fast as the
# default. Beside a busy program spinning burns whole turns of the processor; there one thread computes soon
# (threads.py), and the few steps that try two again leave 0.49 to 0.59 of the idle speed (0.63 with 1,000).
SPIN_COUNT = "100000"


def worker_command() -> list[str]:
    """How to start a worker, from source or frozen."""
    if getattr(sys, "frozen", False):
        ending = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"preceptor-worker{ending}"))]
    return [sys.executable, "-P", "-X", "utf8", "-m", "local_models.worker"]


def main() -> None:
    """Serve the client at the other end of stdin and stdout. Nothing but events goes to stdout."""
    isolation.close_inherited()
    network_off = isolation.leave_network()  # before llama.cpp's libraries start threads
    isolation.leave_no_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's; it asks us to stop
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not break the protocol
    line = source.readline(wire.MAX_LINE)
    if not line:
        return
    try:
        hello = wire.read_request(line)
    except EngineError:
        hello = None
    if not isinstance(hello, Hello) or hello.protocol != wire.PROTOCOL:
        error = WorkerError.worded(
            "This worker speaks protocol {protocol} and was greeted otherwise.", code="protocol", protocol=wire.PROTOCOL
        )
        sink.write(wire.to_line(failed("", error)))
        sink.flush()
        return
    isolation.die_with_parent(hello.parent)

    os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)  # read when the library is loaded, which is now
    from local_models.llama.library import start_backend
    from local_models.serving import Worker

    log = start_backend(_log)  # kept: llama.cpp calls it as long as it runs
    Worker(source, sink, network_off=network_off).serve()
    sink.flush()
    del log
    os._exit(0)  # nothing is left to clean up that the system does not clean faster


def _log(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    main()
