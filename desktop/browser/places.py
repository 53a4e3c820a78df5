"""Where each browser looks for native hosts of one user, by system. Data, and what it means; nothing is written here.

Sources: the browsers' own pages on native messaging, and for Flatpak the folder that each app has for itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    `registry_key`, under HKCU, names it.
    """

    browser: str
    configuration: Path
    manifest: Path
    launcher: Path
    sandbox: Sandbox = ""
    registry_key: str = ""

    @property
    def is_used(self) -> bool:
        """Whether this user has ever started the browser."""
        return self.configuration.is_dir()

    @property
    def label(self) -> str:
        return f"{self.browser} ({self.sandbox.capitalize()})" if self.sandbox else self.browser


def places() -> list[Place]:
    """Every place of this user's where a browser may look. The launcher is one, whatever profile it is for."""
    if named := os.environ.get("XDG_DATA_HOME"):
        own_data = Path(named) / "preceptor"
    else:
        import platformdirs

        own_data = platformdirs.user_data_path("preceptor", appauthor=False)
    configuration = os.environ.get("XDG_CONFIG_HOME")  # which Chromium follows too
    return all_places(Path.home(), own_data, configuration=Path(configuration) if configuration else None)


def all_places(
    home: Path, own_data: Path, system: str = sys.platform, *, configuration: Path | None = None
) -> list[Place]:
    """Every place where a browser may be on this system; `own_data` is where Preceptor keeps its launcher.

    `configuration` is where programs keep theirs on Linux, where it is not ~/.config.
    """
    launcher = own_data / LAUNCHER
    if system == "darwin":
        root = home / "Library" / "Application Support"
        return [Place(name, root / mac, root / mac / _HOSTS / MANIFEST, launcher) for name, _, mac, _, _ in _BROWSERS]
    if system == "win32":
        local = home / "AppData" / "Local"
        return [
            Place(
                name,
                local / mac / "User Data",
                own_data / MANIFEST,
                launcher.with_suffix(".exe"),
                registry_key=f"Software\\{key}\\{_HOSTS}\\{HOST_NAME}",
            )
            for name, _, mac, key, _ in _BROWSERS
        ]
    found: list[Place] = []
    for name, folder, _, _, app in _BROWSERS:
        outside = (configuration or home / ".config") / folder
        found.append(Place(name, outside, outside / _HOSTS / MANIFEST, launcher))
        inside = home / ".var" / "app" / app / "config" / folder
        hosts = inside / _HOSTS  # the launcher has to lie where the app can see it
        found.append(Place(name, inside, hosts / MANIFEST, hosts / LAUNCHER, "flatpak"))
    snap = home / "snap" / "chromium" / "common" / "chromium"
    found.append(Place("Chromium", snap, snap / _HOSTS / MANIFEST, launcher, "snap"))
    return found
