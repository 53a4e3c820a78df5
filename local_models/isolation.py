"""What the worker process gives up before it looks at a foreign file. Separation, not a sandbox.

What is given up for good is given up once, before the first thread starts; limits are set anew for each load, context
and template. All of it is a no-op where the system does not know it.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def leave_network() -> bool:
    """Linux: move into a network of its own, which has no way out. False where the system does not allow it."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def die_with_parent(parent: int) -> None:
    """Linux: have the system kill this process when the thread that started it ends; leave if it already has.

    Elsewhere the end of standard input does the same a little later. Comes after `leave_network`, which resets it.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def leave_no_dumps() -> None:
    """No core dumps: they would hold prompts and answers."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_inherited() -> None:
    """Close whatever a careless parent left open beside the three standard streams."""
    os.closerange(3, 65_536)


def limit_address_space(more: int) -> None:
    """Linux: let this process take `more` bytes of address space beyond what it has now, and then no more.

    A soft limit, raised again by the next call: going over it is a failed allocation, never a crash.
    """
    taken = _statm(0)
    if taken == 0:
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = taken + more
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def resident() -> int:
    """Bytes of memory that this process holds now; 0 where that cannot be known."""
    return _statm(1)


def own_memory() -> int:
    """Resident bytes that are this process's alone, without mapped files; 0 where that cannot be known."""
    return max(0, _statm(1) - _statm(2))


@contextlib.contextmanager
def ends_process_after(seconds: float) -> Iterator[None]:
    """End this process, with a traceback on stderr, if the block takes longer.

    The watch runs outside the interpreter: it also ends code that never lets another Python thread run.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _statm(field: int) -> int:
    """A field of /proc/self/statm in bytes: 0 address space, 1 resident, 2 of that files and shared memory."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[field]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0
