"""An export's folder appears whole or not at all, and takes another export's place only where that was said."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from feedback_store import canonical
from feedback_store.errors import EnvironmentTrouble, StoreError

MANIFEST = "manifest.json"
MADE_BY = "preceptor"
_MAX_MANIFEST_BYTES = 16 * 1024 * 1024


def write(folder: Path, files: Mapping[str, bytes], *, replace: bool = False) -> None:
    """Write `files` (by path below `folder`) beside it, then put them in its place; until then what was there stays.

    Raises StoreError as `check_free` does, EnvironmentTrouble where the disk refuses.
    """
    folder = folder.resolve()
    check_free(folder, replace=replace)
    made = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_all(made, files)
            _put_in_place(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise _trouble(folder, error) from error


def check_free(folder: Path, *, replace: bool = False) -> None:
    """Raise StoreError unless `folder` is missing or empty, or with `replace` an export that nobody touched.

    The code of an export that could be replaced is "export_exists".
    """
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise StoreError.worded(
                "{folder} is a file. Name a folder.", code="export_not_a_folder", folder=str(folder)
            )
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
        if not there:
            return
        listed = _listed(folder)
        foreign = sorted(there - {MANIFEST} - listed.keys())
        if not listed or foreign:
            name = foreign[0] if foreign else MANIFEST
            raise StoreError.worded(
                "{folder} holds files that are not an export of Preceptor ({file}). Choose an empty folder.",
                code="export_folder_not_empty",
                folder=str(folder),
                file=name,
            )
        changed = [n for n in sorted(there & listed.keys()) if _sha256(folder / n) != listed[n]]
        if changed:
            raise StoreError.worded(
                "{path} was changed after it was exported. Choose another folder, or move it away.",
                code="export_folder_changed",
                folder=str(folder),
                file=changed[0],
                path=folder / changed[0],
            )
        if not replace:
            raise StoreError.worded(
                "{folder} holds an export already. Choose another folder, or have that one replaced.",
                code="export_exists",
                folder=str(folder),
            )
    except OSError as error:
        raise _trouble(folder, error) from error


def _listed(folder: Path) -> dict[str, str]:
    """The files that the manifest of an earlier export names, with their hashes; empty where there is none."""
    path = folder / MANIFEST
    if not path.is_file() or path.stat().st_size > _MAX_MANIFEST_BYTES:
        return {}
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["made_by"] != MADE_BY:
            return {}
        return {str(entry["path"]): str(entry["sha256"]) for entry in manifest["files"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _sha256(path: Path) -> str:
    return canonical.sha256_hex(path.read_bytes())


def _write_all(made: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _put_in_place(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    earlier = made.with_name(made.name + ".old")
    folder.rename(earlier)
    try:
        made.rename(folder)
    except OSError:
        earlier.rename(folder)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _trouble(folder: Path, error: OSError) -> EnvironmentTrouble:
    return EnvironmentTrouble.worded(
        "{folder} cannot be written: {reason}. Name another folder.",
        code="export_not_written",
        folder=str(folder),
        reason=error.strerror or error,
    )
