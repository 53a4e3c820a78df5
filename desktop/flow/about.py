"""What Preceptor is made of: each part with its version and its licence, read from what is installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

LICENCE = "Apache-2.0"
LONGEST_LICENCE = 80
_ICONS = "Lucide"  # drawn into the program, under a licence of their own


@dataclass(frozen=True)
class Part:
    """A library or a model that this installation uses; "" for what it does not tell."""

    name: str
    version: str
    licence: str


def parts() -> tuple[Part, ...]:
    """What is installed of what Preceptor names as needed or as an extra, by name."""
    try:
        wanted = metadata.requires("preceptor") or []
    except metadata.PackageNotFoundError:
        wanted = []
    found = {_ICONS: Part(_ICONS, "", "ISC")}
    for line in wanted:
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        try:
            told = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # an extra that was not asked for
        found[name] = Part(name, told["Version"], _licence(told))
    return tuple(found[name] for name in sorted(found, key=str.casefold))


def _licence(told: metadata.PackageMetadata) -> str:
    for named in (*(told.get_all("License-Expression") or ()), *(told.get_all("License") or ())):
        line = (str(named).strip().splitlines() or [""])[0]
        if line and len(line) <= LONGEST_LICENCE:
            return line
    classes = [each for each in told.get_all("Classifier") or [] if str(each).startswith("License ::")]
    return str(classes[0]).rpartition(" :: ")[2] if classes else ""
