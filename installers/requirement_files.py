"""The pinned requirement files: read entry by entry, and taken apart into what pip installs and what is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "requirements"
COMPILED = "llama-cpp-python"

# Which files make which environment. The development set is solved first and holds the other two.
SETS = {"run": ("core.txt", "collector.txt"), "test": ("core.txt", "collector.txt", "dev.txt")}
BUILD = "build.txt"
STARTER = "starter.txt"


def paths(purpose: str) -> list[Path]:
    """Every file that an environment for `purpose` is made from."""
    return [FOLDER / name for name in (*SETS[purpose], BUILD, STARTER)]


def entries(text: str) -> list[str]:
    """The entries of a requirements file, each with the lines of its hashes."""
    joined = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return [part.strip() for part in joined if re.match(r"[A-Za-z0-9]", part)]


def name_of(entry: str) -> str:
    """The distribution's name, in lower case with dashes."""
    found = re.match(r"[A-Za-z0-9._-]+", entry)
    assert found is not None, entry
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def split(texts: Iterable[str]) -> tuple[str, str]:
    """All entries of `texts`, each once: those that install as they are, and the one that is compiled here."""
    found = dict.fromkeys(entry for text in texts for entry in entries(text))
    plain = [entry for entry in found if name_of(entry) != COMPILED]
    compiled = [entry for entry in found if name_of(entry) == COMPILED]
    return "\n".join(plain) + "\n", "\n".join(compiled) + "\n"


def version_of(entry: str) -> str:
    """The pinned version."""
    found = re.search(r"==\s*([^\s;\\]+)", entry)
    assert found is not None, entry
    return found[1]
