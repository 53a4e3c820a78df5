"""Home folders in which other apps have left models, laid out as those apps do it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from gguf_files import tiny_model

HUB = Path(".cache/huggingface/hub")
LM_STUDIO = Path(".lmstudio/models")
OLLAMA = Path(".ollama/models")
JAN = Path(".local/share/Jan/data")
GPT4ALL = Path(".local/share/nomic.ai/GPT4All")


def model_at(path: Path, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return tiny_model(path, seed=seed)


def blob_in(folder: Path, prefix: str = "", seed: int = 1) -> Path:
    """A model file named by its own SHA-256."""
    made = model_at(folder / "new", seed)
    return made.rename(folder / f"{prefix}{hashlib.sha256(made.read_bytes()).hexdigest()}")


def hugging_face(home: Path, *, repository: str = "org--name-GGUF", file: str = "Name-Q4.gguf", seed: int = 1) -> Path:
    """A model in the cache; the link that has its name."""
    base = home / HUB / f"models--{repository}"
    blob = blob_in(base / "blobs", seed=seed)
    link = base / "snapshots" / "0123abc" / file
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(Path("../../blobs") / blob.name)
    return link


def lm_studio(home: Path, *, seed: int = 2) -> Path:
    return model_at(home / LM_STUDIO / "publisher" / "model" / "Studio-Q8.gguf", seed)


def ollama(home: Path, *, place: str = "registry.ollama.ai/library/tiny/1b", seed: int = 3) -> Path:
    """A model that Ollama pulled; its blob."""
    blob = blob_in(home / OLLAMA / "blobs", "sha256-", seed)
    digest = blob.name.replace("-", ":", 1)
    manifest(home, place, {"mediaType": "application/vnd.ollama.image.model", "digest": digest})
    return blob


def manifest(home: Path, place: str, *layers: object) -> Path:
    path = home / OLLAMA / "manifests" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:0"}, "layers": [*layers]}))
    return path


def jan(home: Path, *, seed: int = 4) -> Path:
    path = model_at(home / JAN / "llamacpp/models/menlo/jan-nano/model.gguf", seed)
    settings = "name: Jan nano\nmodel_path: llamacpp/models/menlo/jan-nano/model.gguf\nsize_bytes: 300000\n"
    (path.parent / "model.yml").write_text(settings)
    return path


def gpt4all(home: Path, *, seed: int = 5) -> Path:
    return model_at(home / GPT4ALL / "Nomic.Q4_0.gguf", seed)


def everything(home: Path) -> dict[str, Path]:
    """One model of each app, by the app's short name."""
    return {
        "huggingface": hugging_face(home),
        "lmstudio": lm_studio(home),
        "ollama": ollama(home),
        "jan": jan(home),
        "gpt4all": gpt4all(home),
    }
