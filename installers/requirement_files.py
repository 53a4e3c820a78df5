"""The pinned requirement files: read, split, and recognised again by a stamp."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "requirements"
COMPILED = "llama-cpp-python"


def entries(path: Path) -> list[str]:
    """The entries of a requirements file, each with its hash lines."""
    text = path.read_text(encoding="utf-8")
    return [part.strip() for part in re.split(r"\n(?=[A-Za-z0-9])", "\n" + text) if "==" in part]


def name_of(entry: str) -> str:
    return entry.split("==", 1)[0].strip()


def split(paths: list[Path]) -> tuple[str, str]:
    """All entries of `paths`, each once: those that install by themselves, and the one that is compiled."""
    found: dict[str, str] = {}
    for path in paths:
        for entry in entries(path):
            found.setdefault(entry.split("\n")[0], entry)
    plain = [entry for entry in found.values() if name_of(entry) != COMPILED]
    compiled = [entry for entry in found.values() if name_of(entry) == COMPILED]
    return "\n".join(plain) + "\n", "\n".join(compiled) + "\n"


def stamp_of(paths: list[Path]) -> str:
    """SHA-256 over the files and the Python version: what an environment was made from."""
    digest = hashlib.sha256(f"{sys.version_info[:3]}".encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
