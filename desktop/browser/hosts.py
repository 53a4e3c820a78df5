"""Puts the native host where browsers find it, takes it away, and says what is wrong, each cause by itself.

To a browser a missing manifest, a wrong path and a host that cannot be run are one and the same: "Specified native
messaging host not found." Here they are told apart, with what to do. Used by commands and settings; must not know Qt.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from desktop.browser import administrators, registry
from desktop.browser.frames import Frames, TooLarge
from desktop.browser.manifest_files import MAX_MANIFEST, put, value_of
from desktop.browser.native_host import host
from desktop.browser.places import HOST_NAME, LAUNCHER, Place
from desktop.flow.health import Finding
from desktop.flow.wording import gettext as _

EXTENSION_ID = "kneolmedkmbhakekhonbnjbapcpkcfnm"  # from the public key in the extension's manifest
ORIGIN = f"chrome-extension://{EXTENSION_ID}/"
WRITTEN_BY = "# Written by `preceptor browser install`; `preceptor browser uninstall` takes it away."
HOST = Path(host.__file__).resolve()
EXTENSION = HOST.parents[1] / "extension"  # the folder that a browser loads, from a clone as from a wheel
ANSWER_S = 10.0
LISTEN_S = 0.3  # so long a window may take to say whether it lets a browser in
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
    asking = _same_as(profile)
    lost: dict[Path, list[str]] = {}
    for each in others:
        other = profile_of(each) if each == place or each.launcher == place.launcher else None
        if other is not None and _same_as(other) != asking and other.is_dir():
            lost.setdefault(other, []).append(each.label)
    return next((Takeover(other, tuple(labels)) for other, labels in lost.items()), None)


def profile_of(place: Place) -> Path | None:
    """The profile that this browser reaches; None where it finds no launcher of ours."""
    found = value_of(place.manifest)
    return _profile_in(Path(str(found["path"]))) if is_installed(place) and isinstance(found, dict) else None


def install(place: Place, program: Program) -> Done:
    """Write launcher and manifest for one browser. What another program wrote there is left as it is.

    Raises OSError where nothing can be written.
    """
    if place.sandbox == "snap":
        return "not possible"
    if place.registry_key and not WINDOWS_LAUNCHER:
        return "not yet"
    if _left_alone(place):
        return "not ours"
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


def signs(places: Iterable[Place]) -> tuple[object, ...]:
    """What changes when `check` may find something else; cheap enough for every few seconds: nothing is read or run."""
    return tuple(
        (
            place.label,
            place.is_here,
            *(_stamp(file) for file in (place.manifest, place.launcher, *administrators.files_of(place))),
        )
        for place in places
    )


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


def check(place: Place, profile: Path, *, usual: bool = False) -> Iterator[Finding]:
    """What a browser would meet on the way to this profile's window, cause by cause; the first trouble ends the list.

    A trouble is `repairable` where `install` mends it. Repairs name the profile, unless it is the `usual` one.
    """
    if place.sandbox == "snap":
        text = _("{browser} is a snap: it may not start programs outside of itself, so it cannot be connected.")
        way = _(
            "Take a browser that is no snap: Google Chrome, Edge, Brave or Vivaldi as a package from its maker, or "
            "Chromium as a Flatpak. Until then, copy answers and paste them into the window."
        )
        yield Finding("browser", "trouble", text.format(browser=place.label), way)
        return
    if place.registry_key and not WINDOWS_LAUNCHER:
        text = _("{browser}: not possible yet on Windows. There is no program yet that it could start.")
        yield Finding("browser", "trouble", text.format(browser=place.label), _("Paste answers into the window."))
        return
    mended_by = command("install", None if usual else profile)
    for look in (_check_rules, _check_manifest, _check_launcher, _check_profile, _check_host):
        for finding in look(place, profile, mended_by):
            yield finding
            if finding.state == "trouble":
                return


def try_host(launcher: Path, profile: Path, mended_by: str) -> Finding:
    """Start the host as a browser would, and hear what it says of the window."""
    try:
        with subprocess.Popen(
            [str(launcher), ORIGIN, host.LOOK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as started:
            if _may_be_open(launcher):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    started.wait(LISTEN_S)
            try:
                said, errors = started.communicate(timeout=ANSWER_S)
            finally:
                started.kill()  # one that did not end in time; to one that has ended this does nothing
    except (OSError, subprocess.SubprocessError) as error:
        text = _("The host could not be run: {reason}").format(reason=error)
        return Finding("host", "trouble", text, _repair(mended_by), repairable=True)
    standing, refused = _standing(said)
    if standing is None:
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        text = _("The host says nothing that a browser understands. {reason}").format(reason=last).strip()
        return Finding("host", "trouble", text, _repair(mended_by), repairable=True)
    if refused in ("locked", "passphrase"):
        text = _(
            "The host runs. Preceptor is open and waits for your passphrase: browsers reach it once that is given."
        )
        return Finding("host", "note", text, _("Give it in the window: choose Unlock … or Connect a browser … there."))
    if refused == "welcome":
        text = _("The host runs. Preceptor is open and not set up yet: browsers can be connected after that.")
        return Finding("host", "note", text, _("Finish the welcome in its window."))
    if standing == "running":
        return Finding("host", "well", _("The host runs and reaches the window."))
    if standing == "not_running":
        return Finding("host", "well", _("The host runs. The window is not open."))
    if standing in ("folder_mode", "folder_owner", "folder_is_none"):
        text = _("What the browser and the window meet by is not this user's alone, so it is not used: {folder}.")
        way = _(
            "Restart the computer. If that does not help, close Preceptor, remove the folder, and open Preceptor again."
        )
        folder = Path(host.socket_path(str(profile))).parent
        return Finding("host", "trouble", text.format(folder=folder), way)
    text = _("The host will not use the window's socket ({reason}).").format(reason=standing)
    return Finding("host", "trouble", text, _("docs/bridge-protocol.md says what each of these words means."))


def _check_rules(place: Place, _profile: Path, _mended_by: str) -> Iterator[Finding]:
    yield from administrators.forbidden(place, EXTENSION_ID)


def _stamp(file: Path) -> tuple[int, ...]:
    """Something that is another once the file was written; empty where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode)


def _check_manifest(place: Place, _profile: Path, mended_by: str) -> Iterator[Finding]:
    found = value_of(place.manifest)
    trouble = ""
    if found is None:
        trouble = _("{browser} does not know Preceptor: {file} is missing.")
    elif not isinstance(found, dict):
        trouble = _("{file} is no manifest that {browser} can read.")
    elif found.get("name") != HOST_NAME or found.get("type") != "stdio":
        trouble = _("{file} is the manifest of another program.")
    elif ORIGIN not in _listed(found.get("allowed_origins")):
        trouble = _("{file} lets in another extension, not Preceptor's.")
    elif not isinstance(found.get("path"), str) or not Path(found["path"]).is_absolute():
        trouble = _("{file} names a program without its whole path.")
    if not trouble and place.registry_key and registry.read(place.registry_key) != str(place.manifest):
        trouble = _("{browser} does not know Preceptor: the registry does not name {file}.")
    if trouble:
        text = trouble.format(browser=place.label, file=place.manifest)
        yield _mendable("manifest", text, place, mended_by)
    else:
        yield Finding("manifest", "well", _("{browser} knows Preceptor.").format(browser=place.label))


def _check_launcher(place: Place, _profile: Path, mended_by: str) -> Iterator[Finding]:
    """A program that is none of ours is not started: what it would do is not known."""
    launcher = _launcher_of(place)
    if not launcher.is_file():
        text = _("The program that {file} names is not there: {launcher}.")
    elif _left_alone(place):
        text = _("The program that {file} names is not Preceptor's: {launcher}.")
    elif not os.access(launcher, os.X_OK):
        text = _("The program that {file} names may not be run: {launcher}.")
    else:
        return
    yield _mendable("launcher", text.format(file=place.manifest, launcher=launcher), place, mended_by)


def _check_profile(place: Place, profile: Path, _mended_by: str) -> Iterator[Finding]:
    """Each profile has a window of its own: one that is open says nothing of another's."""
    other = _profile_in(_launcher_of(place))
    if other is None or _same_as(other) == _same_as(profile):
        return
    text = _("In {browser} Preceptor's extension leads to another profile, in {other}, not to this one, in {profile}.")
    way = _("Take it over: {command}").format(command=command("install", profile))
    told = text.format(browser=place.label, other=other, profile=profile.absolute())
    yield Finding("profile", "trouble", told, way, repairable=True)


def _check_host(place: Place, profile: Path, mended_by: str) -> Iterator[Finding]:
    yield try_host(_launcher_of(place), profile, mended_by)


def _mendable(name: str, text: str, place: Place, mended_by: str) -> Finding:
    """A trouble that `install` mends, once the person has deleted what it leaves as it is or cannot write over."""
    folder, other = _in_the_way(place)
    if other is not None:
        told = (
            _("{path} is a folder, where a file of Preceptor's belongs.")
            if folder
            else _("{path} is no folder, and one belongs there.")
        )
        way = _("Remove it, then: {command}").format(command=mended_by)
        return Finding(name, "trouble", told.format(path=other), way)
    if not _left_alone(place):
        return Finding(name, "trouble", text, _repair(mended_by), repairable=True)
    way = _("Another program may need {file}. If not, delete that file, then: {command}")
    return Finding(name, "trouble", text, way.format(file=place.manifest, command=mended_by))


def _in_the_way(place: Place) -> tuple[bool, Path | None]:
    """What `install` cannot write over, and whether that is a folder in a file's place, or something in a folder's."""
    files = (place.manifest, place.launcher)
    for folder in dict.fromkeys(folder for file in files for folder in reversed(file.parents)):
        if os.path.lexists(folder) and not folder.is_dir():
            return False, folder
    return True, next((file for file in files if file.is_dir()), None)


def _left_alone(place: Place) -> bool:
    """Whether `install` leaves this browser's manifest as it is."""
    found = value_of(place.manifest)
    return isinstance(found, dict) and not _may_be_replaced(found, place)


def _launcher_of(place: Place) -> Path:
    """The program that a whole manifest names."""
    found = value_of(place.manifest)
    return Path(str(found["path"])) if isinstance(found, dict) else place.launcher


def _profile_in(launcher: Path) -> Path | None:
    """The profile that a launcher of ours hands its host; None where it is none of ours."""
    try:
        text = launcher.read_text(encoding="utf-8")[:MAX_MANIFEST]
        words = shlex.split(text.partition("\nfi\nexec ")[2]) if WRITTEN_BY in text else []
    except (OSError, ValueError):
        return None
    return Path(words[4]) if len(words) > 5 and words[1:3] == ["-I", "-S"] else None


def _same_as(profile: Path) -> str:
    """A profile's folder by its own name, as its socket's name is made of it."""
    return os.path.realpath(profile)


def _repair(mended_by: str) -> str:
    return _("Repair it: {command}").format(command=mended_by)


def _may_be_open(launcher: Path) -> bool:
    """Whether something is where the window of the launcher's profile listens."""
    profile = _profile_in(launcher)
    try:
        return profile is not None and Path(host.socket_path(str(profile))).exists()
    except (host.Refused, OSError):
        return False


def _standing(said: bytes) -> tuple[str | None, str]:
    """What the host's first frame says of the window, None where it is no such frame; and the code by which the window
    refused it, "" where it did not.
    """
    frames = Frames(host.TO_BROWSER)
    try:
        first, *others = (json.loads(frame) for frame in frames.take(said))
        refused = next((str(each["code"]) for each in others if each.get("t") == "error"), "")
        return str(first["desktop"]), refused
    except (ValueError, TypeError, KeyError, AttributeError, TooLarge):
        return None, ""


def _is_ours(found: dict[str, Any]) -> bool:
    """Whether a manifest is one that we wrote, or of before its program was moved."""
    path = found.get("path")
    return found.get("name") == HOST_NAME and isinstance(path, str) and Path(path).stem == LAUNCHER


def _may_be_replaced(found: dict[str, Any], place: Place) -> bool:
    """Whether nothing of another program's is lost: it is ours but for a part, or lets in our extension to nothing."""
    path = found.get("path")
    if _is_ours(found) or path == str(place.launcher):
        return True
    there = isinstance(path, str) and Path(path).is_file()
    return not there and ORIGIN in _listed(found.get("allowed_origins"))


def _listed(value: object) -> list[object]:
    """A value that should be a list; an empty one where it is none."""
    return value if isinstance(value, list) else []
