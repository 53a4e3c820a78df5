"""The virtual environment as a place: where its parts lie, and whether it is whole and made from the present files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import requirement_files

ROOT = Path(__file__).resolve().parent.parent
_CHECKOUT = "checkout"  # in the stamp, beside the purposes


@dataclass(frozen=True)
class Environment:
    """The folder `.venv` below `root`. A stamp in it says what it was made from, and is written last."""

    root: Path = ROOT

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.programs / ("python.exe" if os.name == "nt" else "python")

    @property
    def log(self) -> Path:
        return self.folder / "setup.log"

    @property
    def lock(self) -> Path:
        return self.root / ".venv.lock"  # beside the folder, because the folder may have to be made anew

    @property
    def _stamp(self) -> Path:
        return self.folder / "preceptor-stamp.json"

    def is_ready(self, purpose: str) -> bool:
        """Whether it was made whole, for `purpose`, from the files that are here now, in this place."""
        return self.python.exists() and self._stamped().get(purpose) == self.fingerprint(purpose)

    @property
    def owner(self) -> Path | None:
        """Another checkout whose environment `.venv` leads to; None for this one's own, wherever a link has put it."""
        place = self.folder.resolve()
        if place == self.root.resolve() / ".venv":
            return None
        stamped = self._stamped().get(_CHECKOUT)
        if stamped is not None:
            made_for = Path(stamped)
            return made_for if made_for.exists() and made_for.resolve() != self.root.resolve() else None
        return place.parent if (place.parent / "installers" / "bootstrap.py").exists() else None

    def write_stamp(self, purposes: Iterable[str]) -> None:
        """Say that it is whole for `purposes`. To be called after every installed file was looked at."""
        unfinished = self._stamp.with_suffix(".new")
        prints = {purpose: self.fingerprint(purpose) for purpose in purposes}
        unfinished.write_text(json.dumps({_CHECKOUT: str(self.root), **prints}))
        unfinished.replace(self._stamp)

    def fingerprint(self, purpose: str) -> str:
        """SHA-256 of what it is made from: the pinned files, the project's own table, the Python, the place."""
        with (self.root / "pyproject.toml").open("rb") as file:
            project = tomllib.load(file)["project"]
        digest = hashlib.sha256()
        for part in (_python_version(), str(self.root), json.dumps(project, sort_keys=True)):
            digest.update(part.encode() + b"\0")
        for path in requirement_files.paths(purpose):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def fits(self) -> bool:
        """Whether it is an environment of the Python that runs now, with its own pip."""
        try:
            written = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8")
        except OSError:
            return False
        version = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", written, re.MULTILINE)
        return bool(version and version[1] == _python_version() and self.python.exists() and self.has("pip"))

    def has(self, name: str, version: str = "*") -> bool:
        """Whether the distribution is installed."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        return any(next(folder.glob(f"{info}/RECORD"), None) for folder in self._package_folders())

    def sweep(self) -> None:
        """Remove what a killed pip left: packages set aside (`~ame`), and the mark of one that was half written.

        pip takes the first for broken packages, and the second for one that is installed.
        """
        for folder in self._package_folders():
            for left in folder.iterdir():
                half = left.name.endswith(".dist-info") and not (left / "RECORD").exists()
                if half or left.name.startswith("~"):
                    shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _package_folders(self) -> list[Path]:
        return [*self.folder.glob("lib/python*/site-packages"), *self.folder.glob("Lib/site-packages")]

    def _stamped(self) -> dict[str, str]:
        try:
            stamped = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamped if isinstance(stamped, dict) else {}


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
