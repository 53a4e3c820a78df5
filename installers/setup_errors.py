"""What stops the set-up, each as one sentence with a way out."""

from __future__ import annotations

import re


class SetupError(Exception):
    """The set-up cannot go on; str() says why and what to do."""


# Looked for in this order in what pip or the compiler printed.
CAUSES: tuple[tuple[str, str], ...] = (
    (r"No space left on device|Errno 28", "The disk is full. Free some space and run the same command again."),
    (
        r"DO NOT MATCH THE HASHES",
        "A package is not the one that was pinned: its hash differs. Nothing of it was installed. "
        "Check which package source pip uses (pip config list).",
    ),
    (
        r"CMAKE_C(XX)?_COMPILER|No CMAKE_CXX|C\+\+ compiler|CMake must be installed",
        "llama.cpp could not be compiled: a C++ compiler and cmake are needed (apt-get install g++ cmake).",
    ),
    (
        r"NewConnectionError|name resolution|ConnectTimeout|ProxyError|Network is unreachable|ReadTimeout"
        r"|Connection refused|from versions: none",
        "The packages cannot be reached. Check the network and run the command again; it goes on where it stopped.",
    ),
    (r"Permission denied|Errno 13", "A file could not be written. Check who owns this folder."),
    (r"Killed|signal 9|out of memory", "The compiler was ended by the system, most likely memory ran short."),
)


def explain(output: str, doing: str) -> SetupError:
    """The error for a child's output: the first known cause, else its last line."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return SetupError(sentence)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = lines[-1][:200] if lines else "it said nothing"
    return SetupError(f"{doing} failed: {last}")
