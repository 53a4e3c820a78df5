"""Puts the native host where browsers find it, takes it away, and tells whose what lies there is.

What keeps a browser from it is told by host_checks.py. Used by commands and settings; must not know Qt.
"""

from __future__ import annotations

import errno
import json
import os
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from desktop.browser import registry
from desktop.browser.manifest_files import MAX_MANIFEST, kind_of, put, value_of
from desktop.browser.native_host import host
from desktop.browser.places import HOST_NAME, LAUNCHER, Place

EXTENSION_ID = "kneolmedkmbhakekhonbnjbapcpkcfnm"  # from the public key in the extension's manifest
ORIGIN = f"chrome-extension://{EXTENSION_ID}/"
WRITTEN_BY = "# Written by `preceptor browser install`; `preceptor browser uninstall` takes it away."
HOST = Path(host.__file__).resolve()
EXTENSION = HOST.parents[1] / "extension"  # the folder that a browser loads, from a clone as from a wheel
WINDOWS_LAUNCHER = False  # a browser there starts an .exe, and there is none yet

Done = Literal["written", "as it was", "not ours", "not possible", "not yet"]


@dataclass(frozen=True)
class Program:
    """What the launcher starts: a Python, our host, for a profile, and the program that opens its window."""

    python: Path
    profile: Path
    starter: Path
    host: Path = HOST

    @classmethod
    def this_one(cls, profile: Path) -> Program:
        """The program that runs now."""
        python = Path(sys.executable)
        return cls(python, profile.resolve(), python.with_name("preceptor"))

    def launcher(self) -> str:
        """The launcher's text: a shell script, since a manifest names one file and no words for it."""
        words = (self.python, "-I", "-S", self.host, self.profile, self.starter)
        command = " ".join(shlex.quote(str(word)) for word in words)
        return (
            f"#!/bin/sh\n{WRITTEN_BY}\n"
            "if [ -f /.flatpak-info ]; then\n"
            f'    exec flatpak-spawn --host {command} "$@"\n'
            "fi\n"
            f'exec {command} "$@"\n'
        )


@dataclass(frozen=True)
class Takeover:
    """What `install` would take from another profile: the folder of that one, and the browsers that reach it now."""

    profile: Path
    browsers: tuple[str, ...]


def taken_over(place: Place, profile: Path, others: Iterable[Place]) -> Takeover | None:
    """What another profile would lose if this browser is let find `profile`; None where there is nothing to lose.

    Browsers that share a launcher are for one profile all. A profile whose folder is gone loses nothing.
    """
    asking = same_as(profile)
    lost: dict[Path, list[str]] = {}
    for each in others:
        other = profile_of(each) if each == place or each.launcher == place.launcher else None
        if other is not None and same_as(other) != asking and kind_of(other) == "folder":
            lost.setdefault(other, []).append(each.label)
    return next((Takeover(other, tuple(labels)) for other, labels in lost.items()), None)


def profile_of(place: Place) -> Path | None:
    """The profile that this browser reaches; None where it finds no launcher of ours."""
    found = value_of(place.manifest)
    return profile_in(Path(str(found["path"]))) if is_installed(place) and isinstance(found, dict) else None


def install(place: Place, program: Program) -> Done:
    """Write launcher and manifest for one browser. What another program wrote there is left as it is.

    Raises OSError where nothing can be written.
    """
    if place.sandbox == "snap":
        return "not possible"
    if lacks_launcher(place):
        return "not yet"
    if left_alone(place):
        return "not ours"
    if any("\udc80" <= letter <= "\udcff" for letter in str(place.launcher)):  # no manifest can name it, being UTF-8
        raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ), str(place.launcher))
    place.configuration.mkdir(mode=0o700, parents=True, exist_ok=True)  # one that was never started: as it makes it
    changed = put(place.launcher, program.launcher(), 0o700)
    changed |= put(place.manifest, json.dumps(manifest(place.launcher), indent=2) + "\n", 0o644)
    if place.registry_key:
        changed |= registry.put(place.registry_key, str(place.manifest))
    return "written" if changed else "as it was"


def uninstall(place: Place, others: Iterable[Place] = ()) -> bool:
    """Take away what `install` wrote for one browser; whether there was anything.

    A launcher stays while a manifest of the others names it.
    """
    ours = is_installed(place)
    if place.registry_key:
        ours |= registry.remove(place.registry_key, str(place.manifest))
    needed = {each.launcher for each in others if each != place and is_installed(each)}
    if ours and place.launcher not in needed:
        place.manifest.unlink(missing_ok=True)
        place.launcher.unlink(missing_ok=True)
    elif ours and not place.registry_key:  # on Windows all browsers share one manifest
        place.manifest.unlink(missing_ok=True)
    return ours


def is_installed(place: Place) -> bool:
    """Whether a manifest of ours is where this browser looks."""
    found = value_of(place.manifest)
    named = not place.registry_key or registry.read(place.registry_key) == str(place.manifest)
    return named and isinstance(found, dict) and _is_ours(found)


def manifest(launcher: Path) -> dict[str, Any]:
    return {
        "name": HOST_NAME,
        "description": "Carries an answer from the browser to Preceptor's window.",
        "path": str(launcher),
        "type": "stdio",
        "allowed_origins": [ORIGIN],
    }


def command(verb: str, profile: Path | None) -> str:
    """What is typed to have this done for a profile; None for the usual one."""
    named = f"--profile {shlex.quote(str(profile.absolute()))} " if profile is not None else ""
    return f"preceptor {named}browser {verb}"


def lacks_launcher(place: Place) -> bool:
    """Whether there is no program yet that this browser could start, as on Windows."""
    return bool(place.registry_key) and not WINDOWS_LAUNCHER


def lets_in(found: dict[str, Any]) -> bool:
    """Whether a manifest lets in our extension."""
    origins = found.get("allowed_origins")
    return isinstance(origins, list) and ORIGIN in origins


def left_alone(place: Place) -> bool:
    """Whether `install` leaves this browser's manifest as it is."""
    found = value_of(place.manifest)
    return isinstance(found, dict) and not _may_be_replaced(found, place)


def launcher_of(place: Place) -> Path:
    """The program that a whole manifest names."""
    found = value_of(place.manifest)
    return Path(str(found["path"])) if isinstance(found, dict) else place.launcher


def profile_in(launcher: Path) -> Path | None:
    """The profile that a launcher of ours hands its host; None where it is none of ours."""
    try:
        text = launcher.read_text(encoding="utf-8", errors="surrogateescape")[:MAX_MANIFEST]
        words = shlex.split(text.partition("\nfi\nexec ")[2]) if WRITTEN_BY in text else []
    except (OSError, ValueError):
        return None
    return Path(words[4]) if len(words) > 5 and words[1:3] == ["-I", "-S"] else None


def same_as(profile: Path) -> str:
    """A profile's folder by its own name, as its socket's name is made of it."""
    return os.path.realpath(profile)


def _is_ours(found: dict[str, Any]) -> bool:
    """Whether a manifest is one that we wrote, or of before its program was moved."""
    path = found.get("path")
    return found.get("name") == HOST_NAME and isinstance(path, str) and Path(path).stem == LAUNCHER


def _may_be_replaced(found: dict[str, Any], place: Place) -> bool:
    """Whether nothing of another program's is lost: it is ours but for a part, or lets in our extension to nothing."""
    path = found.get("path")
    if _is_ours(found) or path == str(place.launcher):
        return True
    there = isinstance(path, str) and kind_of(Path(path)) == "file"
    return not there and lets_in(found)
