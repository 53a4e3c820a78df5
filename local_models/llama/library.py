"""The llama.cpp that runs here: its start, its log, its versions, and what this build of it can use.

Must not know models or requests.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import llama_cpp
import llama_cpp.llama_cpp as ll

from local_models.cancelling import Cancelling

Pointer = Any  # llama_cpp gives its C pointers as int or c_void_p, untyped


@dataclass(frozen=True)
class Versions:
    """Of llama-cpp-python, of the llama.cpp inside it, and the backend with the processor features it uses."""

    binding: str
    llama_cpp: str
    backend: str


def start_backend(log: Callable[[str], None]) -> object:
    """Start llama.cpp with its log going to `log`; the returned callback must be kept as long as the library runs."""
    callback = ll.llama_log_callback(lambda _level, text, _data: log(text.decode("utf-8", "replace")))
    ll.llama_log_set(callback, ctypes.c_void_p(0))
    ll.llama_backend_init()
    return callback


@cache
def uses_gpu() -> bool:
    """Whether this build of llama.cpp can put layers on a GPU."""
    return bool(ll.llama_supports_gpu_offload())


def has_amx() -> bool:
    """Whether this build would compute with Intel's AMX tiles, which crashes: docs/decisions/060."""
    return any(name.startswith("AMX") for name in _features())


def versions() -> Versions:
    """What runs here, as a record names it."""
    used = [name for name in _features() if not name.startswith("AMX")]
    backend = " ".join(["gpu" if uses_gpu() else "cpu", *used])[:200]
    return Versions(llama_cpp.__version__, _library_version() or f"bundled with {llama_cpp.__version__}", backend)


def _features() -> list[str]:
    """What this build may use of the processor, by llama.cpp's names: AVX2, NEON, …"""
    info = ll.llama_print_system_info().decode("utf-8", "replace")
    return sorted({part.split("=")[0].strip().split(":")[-1].strip() for part in info.split("|") if "= 1" in part})


def _library_version() -> str:
    """llama.cpp's and ggml's own words for their versions; "" where this build does not tell."""
    said = []
    for name, function in (("llama.cpp", "llama_version"), ("ggml", "ggml_version"), ("", "ggml_commit")):
        try:
            ask = getattr(ll._lib, function)
        except AttributeError:
            continue
        ask.restype = ctypes.c_char_p
        said.append(f"{name} {(ask() or b'?').decode('utf-8', 'replace')}".strip())
    return " ".join(said)[:200]


def abort_callback(cancelling: Cancelling) -> object:
    """A callback that says whether the flag's first byte is set, and runs no Python where that is possible.

    strlen of the flag is 0 or 1: on x86-64 and ARM64 its first argument and result lie where the callback's do.
    A Python callback would run some 500 times a step and take the GIL from the reader thread.
    """
    if sys.platform in ("linux", "darwin") and platform.machine() in ("x86_64", "aarch64", "arm64"):
        return ctypes.cast(ctypes.CDLL(None).strlen, ll.ggml_abort_callback)
    return ll.ggml_abort_callback(lambda _: cancelling.all)
