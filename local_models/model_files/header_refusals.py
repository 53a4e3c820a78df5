"""Why a model file is refused before anything of it is loaded, in sentences. Must not know how it is read."""

from __future__ import annotations

from pathlib import Path

from local_models.errors import ModelFileError, Phrase

_OTHER_KINDS = {  # what a file starts with that was saved or named wrongly
    b"version https://git-lfs": "{file} is a Git LFS pointer, not the model itself. Download the file it points to.",
    b"<!doctype": "{file} is a web page, not a model. Download the file itself.",
    b"<html": "{file} is a web page, not a model. Download the file itself.",
    b"pk\x03\x04": "{file} is a ZIP archive, not a GGUF model. Convert the model to GGUF, or download one that is.",
    b"ggjt": "{file} is in a format older than GGUF. Download a newer file of this model.",
    b"ggla": "{file} is an adapter in a format older than GGUF. Download a newer file of it.",
}


def refusal(path: Path, code: str, template: str, **values: object) -> ModelFileError:
    """The error for the file at `path`, which the sentence calls {file}."""
    return ModelFileError.worded(template, code=code, path=str(path), file=shown(path), **values)


def too_many(path: Path, count: int, most: int, what: Phrase) -> ModelFileError:
    """The error for a count that no model has."""
    template = "{file} claims {count:,} {what}; at most {most:,} are read."
    return refusal(path, "bounds", template, count=count, what=what, most=most)


def check_beginning(path: Path, start: bytes) -> None:
    """Raises ModelFileError for a file of another kind, told by its first bytes, stripped and in lower case."""
    for mark, template in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise refusal(path, "not_gguf", template)


def shown(path: Path) -> str:
    """A file's name for one line; its path where it has none."""
    return clean(path.name, 100) or str(path)


def clean(text: str, limit: int) -> str:
    """Foreign text for one line: what cannot be printed (line ends, marks that turn the direction) becomes a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:limit]).strip()
