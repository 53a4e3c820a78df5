"""Says what keeps a browser from this profile's window, each cause by itself, with what to do.

To a browser a missing manifest, a wrong path and a host that cannot be run are one and the same: "Specified native
messaging host not found." Here they are told apart. Used by commands and settings; must not know Qt.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.browser import administrators, registry
from desktop.browser.frames import Frames, TooLarge
from desktop.browser.hosts import (
    EXTENSION_ID,
    ORIGIN,
    command,
    lacks_launcher,
    launcher_of,
    left_alone,
    lets_in,
    profile_in,
    same_as,
)
from desktop.browser.manifest_files import kind_of, value_of
from desktop.browser.native_host import host
from desktop.browser.places import HOST_NAME, Place
from desktop.flow.health import Finding
from desktop.flow.wording import gettext as _

ANSWER_S = 10.0
LISTEN_S = 0.3  # so long a window may take to say whether it lets a browser in


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
    if lacks_launcher(place):
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


def _check_rules(place: Place, _profile: Path, _mended_by: str) -> Iterator[Finding]:
    yield from administrators.forbidden(place, EXTENSION_ID)


def _check_manifest(place: Place, _profile: Path, mended_by: str) -> Iterator[Finding]:
    found = value_of(place.manifest)
    trouble = ""
    if found is None:
        trouble = _("{browser} does not know Preceptor: {file} is missing.")
    elif not isinstance(found, dict):
        trouble = _("{file} is no manifest that {browser} can read.")
    elif found.get("name") != HOST_NAME or found.get("type") != "stdio":
        trouble = _("{file} is the manifest of another program.")
    elif not lets_in(found):
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
    launcher = launcher_of(place)
    if kind_of(launcher) != "file":
        text = _("The program that {file} names is not there: {launcher}.")
    elif left_alone(place):
        text = _("The program that {file} names is not Preceptor's: {launcher}.")
    elif not os.access(launcher, os.X_OK):
        text = _("The program that {file} names may not be run: {launcher}.")
    else:
        return
    yield _mendable("launcher", text.format(file=place.manifest, launcher=launcher), place, mended_by)


def _check_profile(place: Place, profile: Path, _mended_by: str) -> Iterator[Finding]:
    """Each profile has a window of its own: one that is open says nothing of another's."""
    other = profile_in(launcher_of(place))
    if other is None or same_as(other) == same_as(profile):
        return
    text = _("In {browser} Preceptor's extension leads to another profile, in {other}, not to this one, in {profile}.")
    way = _("Take it over: {command}").format(command=command("install", profile))
    told = text.format(browser=place.label, other=other, profile=profile.absolute())
    yield Finding("profile", "trouble", told, way, repairable=True)


def _check_host(place: Place, profile: Path, mended_by: str) -> Iterator[Finding]:
    yield try_host(launcher_of(place), profile, mended_by)


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
    if not left_alone(place):
        return Finding(name, "trouble", text, _repair(mended_by), repairable=True)
    way = _("Another program may need {file}. If not, delete that file, then: {command}")
    return Finding(name, "trouble", text, way.format(file=place.manifest, command=mended_by))


def _in_the_way(place: Place) -> tuple[bool, Path | None]:
    """What `install` cannot write over, and whether that is a folder in a file's place, or something in a folder's."""
    files = (place.manifest, place.launcher)
    for folder in dict.fromkeys(folder for file in files for folder in reversed(file.parents)):
        if os.path.lexists(folder) and kind_of(folder) != "folder":
            return False, folder
    return True, next((file for file in files if kind_of(file) == "folder"), None)


def _repair(mended_by: str) -> str:
    return _("Repair it: {command}").format(command=mended_by)


def _may_be_open(launcher: Path) -> bool:
    """Whether something is where the window of the launcher's profile listens."""
    profile = profile_in(launcher)
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


def _stamp(file: Path) -> tuple[int, ...]:
    """Something that is another once the file was written; empty where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode)
