"""The folders in which other apps keep their models: Hugging Face's cache, LM Studio, Ollama, Jan, GPT4All.

`find` says which of them are there. It looks at folders' names, and at the few settings files in which an app says
where its models are; no model is opened before the user allowed its folder (see Catalog.add_app). All of it is
foreign: sizes are checked before anything is parsed, counts are bounded, and what is taken is a regular file.

Where the apps keep things, looked up in November 2026:
Hugging Face   huggingface.co/docs/hub/local-cache
LM Studio      github.com/lmstudio-ai/lmstudio-js, findLMStudioHome; "downloadsFolder" of its settings.json
Ollama         github.com/ollama/ollama/blob/main/docs/faq.md; manifests as of a container registry
Jan            github.com/janhq/jan, src-tauri/src/core/app; llamacpp/models/*/model.yml
GPT4All        docs.gpt4all.io/gpt4all_desktop/settings.html; "modelPath" of its GPT4All.ini
The places of macOS and Windows were not tried on such machines.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from local_models.model_files.split_files import is_later_part, model_name

APPS: Mapping[str, str] = {  # short names, as commands and the state file have them, and the apps' own
    "huggingface": "Hugging Face",
    "lmstudio": "LM Studio",
    "ollama": "Ollama",
    "jan": "Jan",
    "gpt4all": "GPT4All",
}
MAX_FILES = 2000  # models taken of one folder
MAX_FOLDERS = 20_000  # looked into below one folder
MAX_MANIFEST = 1024 * 1024
MAX_SETTINGS = 4 * 1024 * 1024
OLLAMA_MODEL = "application/vnd.ollama.image.model"
OLLAMA_ADAPTER = "application/vnd.ollama.image.adapter"
OLLAMA_SERVICE = Path("/usr/share/ollama/.ollama/models")  # where it runs as a service of the system
OLLAMA_REGISTRY, OLLAMA_LIBRARY = "registry.ollama.ai", "library"  # left out of names, as Ollama does

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_BLOB = re.compile(r"[0-9a-f]{64}")
_SETTING = re.compile(r"""(\w+)\s*[:=]\s*["']?(.*?)["']?\s*""")


@dataclass(frozen=True)
class AppFolder:
    """A folder with models of another app; `app` is a key of APPS."""

    app: str
    path: Path


@dataclass(frozen=True)
class AppModel:
    """A model in such a folder, by the name that its app gives it. `origin` says where it came from, if known.

    `claimed_sha256` is what the app wrote down of the file's digest: its word, nothing that was computed here.
    """

    name: str
    path: Path
    origin: str = ""
    claimed_sha256: str | None = None


class _Layer(msgspec.Struct):
    mediaType: str = ""  # noqa: N815 (the manifest's spelling)
    digest: str = ""


class _Manifest(msgspec.Struct):
    layers: list[_Layer] = []


def find(home: Path, environment: Mapping[str, str], system: str) -> tuple[AppFolder, ...]:
    """The folders that are there, each once. `system` is as in sys.platform."""
    found: dict[Path, AppFolder] = {}
    for app, path in _places(home, environment, system):
        if path.is_absolute() and _is_folder(path):
            found.setdefault(Path(os.path.realpath(path)), AppFolder(app, path))
    return tuple(found.values())


def models_in(folder: AppFolder) -> Iterator[AppModel]:
    """The models of an app's folder, each file once, in a fixed order. Only the user's yes allows this call.

    Nothing is raised: what cannot be read, or is not as the app would have it, is left out.
    """
    ways = {"huggingface": _hugging_face, "lmstudio": _lm_studio, "ollama": _ollama, "jan": _jan}
    taken: set[str] = set()
    for model in ways.get(folder.app, _plain)(folder.path):
        if not _is_file(model.path) or (real := os.path.realpath(model.path)) in taken:
            continue
        taken.add(real)
        yield model
        if len(taken) >= MAX_FILES:
            return


def count_in(folder: AppFolder) -> int:
    """How many models the folder seems to hold, by the names of its files alone; none is opened."""
    reading = {"ollama": _manifests, "jan": _gguf_files}  # these apps name their models inside files
    found: Iterator[object] = reading[folder.app](folder.path) if folder.app in reading else models_in(folder)
    return sum(1 for _ in found)


def _places(home: Path, environment: Mapping[str, str], system: str) -> Iterator[tuple[str, Path]]:
    """Where an app may keep models, the likeliest first."""

    def given(name: str) -> Path | None:
        value = environment.get(name, "")
        return Path(value.replace("~", str(home), 1) if value.startswith("~") else value) if value else None

    roaming = given("APPDATA") or home / "AppData" / "Roaming"
    local = given("LOCALAPPDATA") or home / "AppData" / "Local"
    support = home / "Library" / "Application Support"
    data = {"win32": roaming, "darwin": support}.get(system, given("XDG_DATA_HOME") or home / ".local" / "share")
    config = {"win32": roaming}.get(system, given("XDG_CONFIG_HOME") or home / ".config")
    cache = given("XDG_CACHE_HOME") or home / ".cache"

    for named in (given("HF_HUB_CACHE"), given("HUGGINGFACE_HUB_CACHE")):
        if named is not None:
            yield "huggingface", named
    yield "huggingface", (given("HF_HOME") or cache / "huggingface") / "hub"
    yield "huggingface", home / ".cache" / "huggingface" / "hub"

    pointer = Path(_text(home / ".lmstudio-home-pointer", 4096).strip() or ".")
    for base in (pointer, home / ".lmstudio", home / ".cache" / "lm-studio"):
        if base.is_absolute():
            named_by_app = _json_setting(base / "settings.json", "downloadsFolder")
            if named_by_app:
                yield "lmstudio", Path(named_by_app)
            yield "lmstudio", base / "models"

    yield "ollama", given("OLLAMA_MODELS") or home / ".ollama" / "models"
    yield "ollama", home / ".ollama" / "models"
    yield "ollama", OLLAMA_SERVICE

    named_by_app = _json_setting(data / "Jan" / "settings.json", "data_folder")
    for jan in (given("JAN_DATA_FOLDER"), Path(named_by_app) if named_by_app else None, data / "Jan" / "data"):
        if jan is not None:
            yield "jan", jan / "llamacpp" / "models"
    yield "jan", config / "Jan" / "data" / "models"
    yield "jan", home / "jan" / "models"

    settings = _settings_lines(config / "nomic.ai" / "GPT4All.ini")
    if settings.get("modelPath"):
        yield "gpt4all", Path(settings["modelPath"])
    app_data = {"win32": local}.get(system, data)
    yield "gpt4all", app_data / "nomic.ai" / "GPT4All"
    yield "gpt4all", home / ".cache" / "gpt4all"


def _hugging_face(folder: Path) -> Iterator[AppModel]:
    """models--ORG--NAME/snapshots/REVISION/FILE.gguf, a link to a blob whose name is its SHA-256.

    The link's own path is taken: it has the file's name, and the parts of a split model lie beside each other there.
    """
    for repository in sorted(folder.glob("models--*")):
        origin = repository.name.removeprefix("models--").replace("--", "/")
        for path in _gguf_files(repository / "snapshots"):
            blob = Path(os.path.realpath(path)).name
            yield AppModel(model_name(path), path, origin, blob if _BLOB.fullmatch(blob) else None)


def _lm_studio(folder: Path) -> Iterator[AppModel]:
    """PUBLISHER/MODEL/FILE.gguf."""
    for path in _gguf_files(folder):
        parents = path.relative_to(folder).parts[:-1]
        yield AppModel(model_name(path), path, "/".join(parents[:2]))


def _jan(folder: Path) -> Iterator[AppModel]:
    """MODEL/model.gguf with model.yml beside it, whose model_path names the file, from Jan's data folder on."""
    for parent, files in _walk(folder):
        settings = _settings_lines(parent / "model.yml") if "model.yml" in files else {}
        named = settings.get("model_path", "")
        paths = [parent / name for name in files if _is_model_name(name)]
        if named:
            paths = [folder.parent.parent / named]
        for path in paths:
            plain = path.stem.lower() == "model" or bool(named)
            name = parent.relative_to(folder).as_posix() if plain and parent != folder else model_name(path)
            yield AppModel(name, path)


def _plain(folder: Path) -> Iterator[AppModel]:
    for path in _gguf_files(folder):
        yield AppModel(model_name(path), path)


def _ollama(folder: Path) -> Iterator[AppModel]:
    """A manifest names the blob; a model with an adapter, or in several files, is more than one GGUF file can say."""
    for path, name in _manifests(folder):
        try:
            manifest = msgspec.json.decode(_text(path, MAX_MANIFEST) or "{}", type=_Manifest)
        except (msgspec.DecodeError, RecursionError):
            continue
        kinds = [layer.mediaType for layer in manifest.layers]
        if kinds.count(OLLAMA_MODEL) != 1 or OLLAMA_ADAPTER in kinds:
            continue
        digest = _DIGEST.fullmatch(manifest.layers[kinds.index(OLLAMA_MODEL)].digest)
        if digest is not None:
            yield AppModel(name, folder / "blobs" / f"sha256-{digest[1]}", claimed_sha256=digest[1])


def _manifests(folder: Path) -> Iterator[tuple[Path, str]]:
    """manifests/REGISTRY/NAMESPACE/NAME/TAG, each with the name that Ollama has for it."""
    root = folder / "manifests"
    for parent, files in _walk(root):
        parts = parent.relative_to(root).parts
        if len(parts) != 3:
            continue
        registry, namespace, name = parts
        shown = [] if namespace == OLLAMA_LIBRARY and registry == OLLAMA_REGISTRY else [namespace]
        if registry != OLLAMA_REGISTRY:
            shown.insert(0, registry)
        for tag in files:
            if not tag.startswith("."):
                yield parent / tag, f"{'/'.join([*shown, name])}:{tag}"


def _gguf_files(folder: Path) -> Iterator[Path]:
    """Models below a folder by their names, without later parts and the files that only read images."""
    for parent, files in _walk(folder):
        yield from (parent / name for name in files if _is_model_name(name))


def _is_model_name(name: str) -> bool:
    path = Path(name)
    return path.suffix.lower() == ".gguf" and not is_later_part(path) and not name.lower().startswith("mmproj")


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The folders below one, sorted, with their files' names; links to folders are not followed."""
    files_seen = 0
    for looked, (parent, folders, files) in enumerate(os.walk(folder)):
        folders.sort()
        yield Path(parent), sorted(files)
        files_seen += len(files)
        if looked >= MAX_FOLDERS or files_seen >= MAX_FOLDERS:
            return


def _text(path: Path, limit: int) -> str:
    """A small file's text; "" where there is none, or it is larger than `limit` bytes, or no regular file."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            return ""
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _json_setting(path: Path, name: str) -> str:
    try:
        found = msgspec.json.decode(_text(path, MAX_SETTINGS) or "{}")
    except (msgspec.DecodeError, RecursionError):
        return ""
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _settings_lines(path: Path) -> dict[str, str]:
    """`name: value` and `name=value` at the beginning of lines: the plain part of YAML and INI that is needed here."""
    lines = (_SETTING.fullmatch(line) for line in _text(path, MAX_SETTINGS).splitlines())
    return {found[1]: found[2] for found in lines if found is not None}


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    """Whether it is a regular file, links followed to their end."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False
