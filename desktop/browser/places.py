"""Where each browser looks for native hosts of one user, by system. Data, and what it means; nothing is written here.

A browser is here where this user has started it, or where its program is installed.
Sources: the browsers' own pages on native messaging, and for Flatpak the folder that each app has for itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.browser.manifest_files import kind_of

HOST_NAME = "app.preceptor.bridge"
MANIFEST = f"{HOST_NAME}.json"
LAUNCHER = "preceptor-native-host"

_HOSTS = "NativeMessagingHosts"

Sandbox = Literal["", "flatpak", "snap"]

# name, the folder under ~/.config, under ~/Library/Application Support, the key under HKCU\Software, the Flatpak app
_BROWSERS: Sequence[tuple[str, str, str, str, str]] = (
    ("Google Chrome", "google-chrome", "Google/Chrome", "Google\\Chrome", "com.google.Chrome"),
    ("Chromium", "chromium", "Chromium", "Chromium", "org.chromium.Chromium"),
    ("Microsoft Edge", "microsoft-edge", "Microsoft Edge", "Microsoft\\Edge", "com.microsoft.Edge"),
    (
        "Brave",
        "BraveSoftware/Brave-Browser",
        "BraveSoftware/Brave-Browser",
        "BraveSoftware\\Brave-Browser",
        "com.brave.Browser",
    ),
    ("Vivaldi", "vivaldi", "Vivaldi", "Vivaldi", "com.vivaldi.Vivaldi"),
)

# What a browser's program is called, in a folder of the search path; Linux.
_PROGRAMS = {
    "Google Chrome": ("google-chrome", "google-chrome-stable"),
    "Chromium": ("chromium", "chromium-browser"),
    "Microsoft Edge": ("microsoft-edge", "microsoft-edge-stable"),
    "Brave": ("brave-browser", "brave-browser-stable", "brave"),
    "Vivaldi": ("vivaldi", "vivaldi-stable"),
}
# Where it lies on macOS, in a folder of applications, and on Windows, in a folder of programs.
_APPLICATIONS = {
    "Google Chrome": ("Google Chrome.app", "Google/Chrome/Application/chrome.exe"),
    "Chromium": ("Chromium.app", "Chromium/Application/chrome.exe"),
    "Microsoft Edge": ("Microsoft Edge.app", "Microsoft/Edge/Application/msedge.exe"),
    "Brave": ("Brave Browser.app", "BraveSoftware/Brave-Browser/Application/brave.exe"),
    "Vivaldi": ("Vivaldi.app", "Vivaldi/Application/vivaldi.exe"),
}
_SNAPS = Path("/snap/bin")
_FLATPAKS = Path("/var/lib/flatpak")

# Where an administrator forbids or allows native hosts, by the browser's name; Linux.
POLICIES = {
    "Google Chrome": "/etc/opt/chrome/policies/managed",
    "Chromium": "/etc/chromium/policies/managed",
    "Microsoft Edge": "/etc/opt/edge/policies/managed",
    "Brave": "/etc/brave/policies/managed",
    "Vivaldi": "/etc/vivaldi/policies/managed",
}


@dataclass(frozen=True)
class Place:
    """One browser of this user: its configuration's folder, and where it looks for the manifest of a host.

    `launcher` is the program that the manifest names. On Windows the manifest lies in Preceptor's own folder, and
    `registry_key`, under HKCU, names it. `programs` is where the browser would be if it is installed.
    """

    browser: str
    configuration: Path
    manifest: Path
    launcher: Path
    sandbox: Sandbox = ""
    registry_key: str = ""
    programs: tuple[Path, ...] = ()

    @property
    def is_used(self) -> bool:
        """Whether this user has ever started the browser."""
        return kind_of(self.configuration) == "folder"

    @property
    def is_here(self) -> bool:
        """Whether this user can start the browser, or has."""
        return self.is_used or self.is_installed

    @property
    def is_installed(self) -> bool:
        """Whether its program lies where such programs lie; one in a folder of somebody's own is not seen."""
        return any(map(kind_of, self.programs))

    @property
    def label(self) -> str:
        return f"{self.browser} ({self.sandbox.capitalize()})" if self.sandbox else self.browser


def places() -> list[Place]:
    """Every place of this user's where a browser may look. The launcher is one, whatever profile it is for."""
    named = os.environ.get("XDG_DATA_HOME", "")
    if Path(named).is_absolute():  # one that is not counts for nothing (XDG Base Directory Specification)
        own_data = Path(named) / "preceptor"
    else:
        import platformdirs

        own_data = platformdirs.user_data_path("preceptor", appauthor=False)
    configuration = os.environ.get("XDG_CONFIG_HOME")  # which Chromium follows too
    home = Path.home()
    return all_places(
        home,
        own_data,
        configuration=Path(configuration) if configuration else None,
        installed=_folders(home),
        snaps=_SNAPS,
        flatpaks=(_FLATPAKS, home / ".local" / "share" / "flatpak"),
    )


def in_use_first(found: Iterable[Place]) -> list[Place]:
    """Those that are here: first what is installed and was started, then what was only installed, then what has left
    its folder behind; by name in each.
    """
    here = [place for place in found if place.is_here]
    return sorted(here, key=lambda place: (not place.is_installed, not place.is_used, place.label.casefold()))


def _folders(home: Path, system: str = sys.platform) -> list[Path]:
    """The folders in which programs are installed, but for those of snaps, which are places of their own."""
    if system == "darwin":
        return [Path("/Applications"), home / "Applications"]
    if system == "win32":
        named = (os.environ.get(name) for name in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"))
        return [Path(folder) for folder in named if folder]
    return [Path(folder) for folder in os.get_exec_path() if folder and Path(folder) != _SNAPS]


def all_places(
    home: Path,
    own_data: Path,
    system: str = sys.platform,
    *,
    configuration: Path | None = None,
    installed: Sequence[Path] = (),
    snaps: Path | None = None,
    flatpaks: Sequence[Path] = (),
) -> list[Place]:
    """Every place where a browser may be on this system; `own_data` is where Preceptor keeps its launcher.

    `configuration` is where programs keep theirs on Linux, where it is not ~/.config. Programs are looked for in the
    folders `installed`, `snaps` and `flatpaks`.
    """
    launcher = own_data / LAUNCHER
    if system == "darwin":
        root = home / "Library" / "Application Support"
        return [
            Place(
                name,
                root / mac,
                root / mac / _HOSTS / MANIFEST,
                launcher,
                programs=tuple(folder / _APPLICATIONS[name][0] for folder in installed),
            )
            for name, _, mac, _, _ in _BROWSERS
        ]
    if system == "win32":
        local = home / "AppData" / "Local"
        return [
            Place(
                name,
                local / mac / "User Data",
                own_data / MANIFEST,
                launcher.with_suffix(".exe"),
                registry_key=f"Software\\{key}\\{_HOSTS}\\{HOST_NAME}",
                programs=tuple(folder / _APPLICATIONS[name][1] for folder in installed),
            )
            for name, _, mac, key, _ in _BROWSERS
        ]
    found: list[Place] = []
    snap_program = (snaps / "chromium",) if snaps else ()
    for name, folder, _, _, app in _BROWSERS:
        outside = (configuration or home / ".config") / folder
        programs = tuple(where / program for where in installed for program in _names(name, snap_program))
        found.append(Place(name, outside, outside / _HOSTS / MANIFEST, launcher, programs=programs))
        inside = home / ".var" / "app" / app / "config" / folder
        hosts = inside / _HOSTS  # the launcher has to lie where the app can see it
        apps = tuple(where / "app" / app for where in flatpaks)
        found.append(Place(name, inside, hosts / MANIFEST, hosts / LAUNCHER, "flatpak", programs=apps))
    snap = home / "snap" / "chromium" / "common" / "chromium"
    found.append(Place("Chromium", snap, snap / _HOSTS / MANIFEST, launcher, "snap", programs=snap_program))
    return found


def _names(browser: str, snap: Sequence[Path]) -> Sequence[str]:
    """Beside the snap, Ubuntu's chromium-browser is only a script that starts it."""
    names = _PROGRAMS[browser]
    only_starts_it = browser == "Chromium" and any(map(kind_of, snap))
    return names[:1] if only_starts_it else names
