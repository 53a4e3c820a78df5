"""Where each browser looks for native hosts: every path and key, written out here a second time.

A wrong one is not seen otherwise: the browser says that it finds no host, and the file lies where nobody looks. The
tables are copied from the design of the pairing, those of Flatpak and of rules from the makers' own pages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.browser.places import POLICIES, Place, all_places

MANIFEST = "NativeMessagingHosts/app.preceptor.bridge.json"
LINUX = {
    "Google Chrome": ".config/google-chrome",
    "Google Chrome (Flatpak)": ".var/app/com.google.Chrome/config/google-chrome",
    "Chromium": ".config/chromium",
    "Chromium (Flatpak)": ".var/app/org.chromium.Chromium/config/chromium",
    "Chromium (Snap)": "snap/chromium/common/chromium",
    "Microsoft Edge": ".config/microsoft-edge",
    "Microsoft Edge (Flatpak)": ".var/app/com.microsoft.Edge/config/microsoft-edge",
    "Brave": ".config/BraveSoftware/Brave-Browser",
    "Brave (Flatpak)": ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser",
    "Vivaldi": ".config/vivaldi",
    "Vivaldi (Flatpak)": ".var/app/com.vivaldi.Vivaldi/config/vivaldi",
}
MAC = {
    "Google Chrome": "Library/Application Support/Google/Chrome",
    "Chromium": "Library/Application Support/Chromium",
    "Microsoft Edge": "Library/Application Support/Microsoft Edge",
    "Brave": "Library/Application Support/BraveSoftware/Brave-Browser",
    "Vivaldi": "Library/Application Support/Vivaldi",
}
WINDOWS = {
    "Google Chrome": r"Software\Google\Chrome\NativeMessagingHosts\app.preceptor.bridge",
    "Chromium": r"Software\Chromium\NativeMessagingHosts\app.preceptor.bridge",
    "Microsoft Edge": r"Software\Microsoft\Edge\NativeMessagingHosts\app.preceptor.bridge",
    "Brave": r"Software\BraveSoftware\Brave-Browser\NativeMessagingHosts\app.preceptor.bridge",
    "Vivaldi": r"Software\Vivaldi\NativeMessagingHosts\app.preceptor.bridge",
}
RULES = {
    "Google Chrome": "/etc/opt/chrome/policies/managed",
    "Chromium": "/etc/chromium/policies/managed",
    "Microsoft Edge": "/etc/opt/edge/policies/managed",
    "Brave": "/etc/brave/policies/managed",
    "Vivaldi": "/etc/vivaldi/policies/managed",
}


def found(system: str) -> dict[str, Place]:
    return {place.label: place for place in all_places(Path("/home/me"), Path("/data"), system)}


@pytest.mark.parametrize(("system", "folders"), [("linux", LINUX), ("darwin", MAC)])
def test_each_browser_is_told_of_the_host_in_the_folder_in_which_it_looks(system: str, folders: dict[str, str]) -> None:
    places = found(system)
    assert {label: str(place.configuration) for label, place in places.items()} == {
        label: f"/home/me/{folder}" for label, folder in folders.items()
    }
    assert {label: str(place.manifest) for label, place in places.items()} == {
        label: f"/home/me/{folder}/{MANIFEST}" for label, folder in folders.items()
    }
    assert {place.registry_key for place in places.values()} == {""}


def test_windows_names_the_manifest_under_the_key_of_each_browser() -> None:
    places = found("win32")
    assert {label: place.registry_key for label, place in places.items()} == WINDOWS
    assert {str(place.manifest) for place in places.values()} == {"/data/app.preceptor.bridge.json"}


def test_the_rules_of_an_administrator_are_looked_for_where_each_browser_reads_them() -> None:
    assert POLICIES == RULES
