"""Which installed packages are not whole: run inside an environment, prints their names, one a line.

A package is whole when every file of its RECORD is there with its size; a kill between unpacking and writing would
show here. Byte code is left out, because Python writes it anew.
"""

from __future__ import annotations

import importlib.metadata
import os


def damaged() -> set[str]:
    """Names of the distributions of this environment that miss a file, or hold one of another size."""
    names: set[str] = set()
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            if file.suffix == ".pyc" or file.size is None:
                continue
            path = str(distribution.locate_file(file))
            if not os.path.exists(path) or os.path.getsize(path) != file.size:  # noqa: PTH110, PTH202 (42,000 files)
                names.add(distribution.metadata["Name"])
                break
    return names


if __name__ == "__main__":
    for name in sorted(damaged()):
        print(name)
