"""Whether this machine seems to have a GPU, whatever llama.cpp was built for. Linux only; starts no driver."""

from __future__ import annotations

import contextlib
from pathlib import Path

VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}  # PCI; a virtual machine's screen has others
MOST_CARDS = 64


def gpu_makers(root: Path = Path("/")) -> tuple[str, ...]:
    """Who made the GPUs that the kernel knows, each once, by name; empty elsewhere than on Linux."""
    found = {"NVIDIA"} if _has_any(root / "proc/driver/nvidia/gpus") else set()
    for card in sorted((root / "sys/class/drm").glob("card[0-9]*"))[:MOST_CARDS]:
        with contextlib.suppress(OSError):
            vendor = (card / "device/vendor").read_text("ascii", "replace").strip()
            found |= {VENDORS[vendor]} if vendor in VENDORS else set()
    return tuple(sorted(found))


def _has_any(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False
