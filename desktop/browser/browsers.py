"""Which browser a native host belongs to: the program that started it, by the name that people know it by."""

from __future__ import annotations

from pathlib import Path

# What the program's file is called (the beginning suffices), and what the browser is called.
NAMES = (
    ("google-chrome", "Google Chrome"),
    ("chrome", "Google Chrome"),
    ("chromium", "Chromium"),
    ("msedge", "Microsoft Edge"),
    ("microsoft-edge", "Microsoft Edge"),
    ("brave", "Brave"),
    ("vivaldi", "Vivaldi"),
)


def browser_of(host_pid: int, proc: Path = Path("/proc")) -> str:
    """The browser that started the host with this process id; "" where that cannot be told.

    A process may call itself anything: the name helps a person to recognise a browser and proves nothing.
    """
    try:
        parent = _parent(proc / str(host_pid) / "stat")
        program = (proc / str(parent) / "exe").readlink().name.lower()
    except (OSError, ValueError, IndexError):
        return ""
    return next((name for beginning, name in NAMES if program.startswith(beginning)), "")


def _parent(stat: Path) -> int:
    """The field after the process's name and state; a name may hold spaces and brackets (proc(5))."""
    return int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
