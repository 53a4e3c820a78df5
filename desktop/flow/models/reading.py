"""What there is of models, read in one go: it takes its time with many files, so it runs on a thread of its own.

Must not know what is done with it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.candidates import model_names
from desktop.flow.models import rows as model_rows
from desktop.flow.models.rows import Row
from desktop.flow.wording import gettext as _
from local_models.downloads.leftovers import Leftover, leftovers
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.model_files.catalog import Broken, Cards, Catalog, OfferedFolder


@dataclass(frozen=True)
class Found:
    """What was found. `free` bytes of memory and `disk` bytes of the downloads' folder can be taken.

    `names` are those of the bench's list, `rows` are of the cards; `alone` are files that were added by themselves,
    `damaged` are lists that could not be understood.
    """

    cards: Cards
    broken: Broken
    folders: tuple[OfferedFolder, ...]
    servers: tuple[Endpoint, ...]
    left: tuple[Leftover, ...]
    free: int
    disk: int
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    alone: frozenset[Path] = frozenset()
    damaged: tuple[Path, ...] = ()


NOTHING = Found([], [], (), (), (), 0, 0, (), ())


def read(catalog: Catalog, servers: EndpointList, folder: Path, available: Callable[[], int]) -> Found:
    """Read the catalogue, the servers, and what downloads have left in `folder`. Raises EngineError."""
    cards, free = catalog.list(), available()
    return Found(
        cards=cards,
        broken=catalog.broken(),
        folders=catalog.app_folders(),
        servers=servers.list(),
        left=leftovers(folder),
        free=free,
        disk=_free_at(folder),
        names=model_names(catalog, servers, cards),
        rows=tuple(model_rows.model_row(card, free) for card in cards),
        alone=catalog.added_files(),
        damaged=tuple(path for path in (catalog.damaged_file, servers.damaged_file) if path is not None),
    )


def damage_words(path: Path) -> str:
    """That a list of models or servers cannot be understood."""
    return _("{path} is damaged, so what it lists is not shown.").format(path=path)


def _free_at(folder: Path) -> int:
    """Bytes that are free where a folder is, or would be."""
    try:
        return shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
    except (OSError, StopIteration):
        return 0
