"""What stops the set-up, each as one sentence with a way out. Must not know how anything is installed."""

from __future__ import annotations

import re


class SetupError(Exception):
    """The set-up cannot go on; str() says why and what to do."""


DISK_FULL = "The disk is full. Free some space and run the same command again; it goes on where it stopped."
NO_NETWORK = (
    "The packages cannot be reached. Check the network and run the same command again; it goes on where it stopped."
)
NO_COMPILER = (
    "llama.cpp could not be compiled, because there is no working C++ compiler or cmake. "
    "Install them (sudo apt-get install g++ cmake) and run the same command again."
)

# Looked for in this order in what pip, cmake or the compiler printed, or in an error of the system.
CAUSES: tuple[tuple[str, str], ...] = (
    (r"No space left on device|Errno 28|Disk quota exceeded", DISK_FULL),
    (
        r"DO NOT MATCH THE HASHES",
        "A package is not the one that was pinned, because its hash differs, so nothing of it was installed. "
        "Look where pip takes packages from (pip config list), or wait until the source is repaired.",
    ),
    (
        r"ensurepip is not available|No module named ensurepip",
        "Python cannot make environments. Install the missing part (sudo apt-get install python3-venv) "
        "and run the same command again.",
    ),
    (r"CMAKE_C(XX)?_COMPILER|No CMAKE_CXX|CMake must be installed|Could not find CMake", NO_COMPILER),
    (
        r"Killed signal|fatal error: Killed|signal 9|[Oo]ut of memory|Cannot allocate memory",
        "The compiler was stopped by the system, most likely because memory ran out. "
        "Close other programs and run the same command again.",
    ),
    (
        r"NewConnectionError|[Nn]ame resolution|Name or service not known|ConnectTimeout|ReadTimeout|ProxyError"
        r"|SSLError|Network is unreachable|No route to host|Connection (refused|reset|aborted|broken)"
        r"|Temporary failure resolving|Could not (resolve|connect to)",
        NO_NETWORK,
    ),
    (
        r"No usable temporary directory",
        "There is no folder for temporary files that can be written. "
        "Free some space, or name one (export TMPDIR=FOLDER), and run the same command again.",
    ),
    (
        r"from versions: none|No matching distribution found",
        "The source that pip is set to (pip config list) does not offer a package that Preceptor needs. "
        "Use a complete source and run the same command again.",
    ),
    (
        r"Permission denied|Errno 13|Read-only file system|Errno 30",
        "This folder cannot be written. Put Preceptor into a folder of yours and run the same command again.",
    ),
)


def known_cause(output: str) -> str | None:
    """The sentence for the first known cause in `output`."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence
    return None


def explain(output: str, doing: str) -> SetupError:
    """The error for a failed child's output: a known cause, else the last line that says something."""
    if sentence := known_cause(output):
        return SetupError(sentence)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    last = (errors or lines or ["it said nothing"])[-1][:200]
    return SetupError(f"{doing} failed: {last} (all of it is in .venv/setup.log)")
