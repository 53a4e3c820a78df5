"""The files of a split model, by their names alone: NAME-00001-of-00003.gguf and so on. Nothing is opened here."""

from __future__ import annotations

import re
from pathlib import Path

MAX_PARTS = 1024
PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)  # number, of how many


def part_path(path: Path, number: int) -> Path:
    """The path of part `number` (1 is the first) of the split model that `path` is a part of."""
    return path.with_name(PART.sub(lambda found: f"-{number:05}-of-{found[2]}.gguf", path.name))


def parts_of(path: Path) -> tuple[Path, ...]:
    """All files of the model whose first one is `path`; `path` alone where its name tells of no others."""
    part = PART.search(path.name)
    if part is None or not 1 < int(part[2]) <= MAX_PARTS:
        return (path,)
    return tuple(part_path(path, number) for number in range(1, int(part[2]) + 1))


def is_later_part(path: Path) -> bool:
    """Whether `path` names a part of a split model that is not its first."""
    part = PART.search(path.name)
    return part is not None and int(part[1]) != 1


def model_name(path: Path) -> str:
    """What a file's name says about its model: without the part's number and the ending."""
    return PART.sub("", path.name) if PART.search(path.name) else path.stem
