"""A connected browser is renamed by command, and told apart from one that is not there."""

from __future__ import annotations

from pathlib import Path

from command_line import here

from feedback_store.records import App
from feedback_store.store import Store


def names(profile: Path, *add: tuple[str, str]) -> list[str]:
    """The names of the browsers, after these were connected."""
    store = Store.open(profile, app=App("preceptor", "test"))
    for pairing, name in add:
        store.browsers.add(pairing * 32, "chrome-extension://x/", pairing.encode() * 32, b"d" * 32, "Chromium").result()
        store.browsers.rename(pairing * 32, name).result()
    found = sorted(each.name for each in store.browsers.list())
    store.close()
    return found


def test_a_browser_is_renamed_and_what_cannot_be_meant_is_said(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    here("project", "new", "Ours", "--use", profile=profile)
    names(profile, ("a", "Old"), ("b", "Twin"), ("c", "Twin"))
    assert here("browser", "rename", "Old", " At  work ", profile=profile).out == "Old is called At work from now on.\n"
    assert names(profile) == ["At work", "Twin", "Twin"]
    assert here("browser", "rename", "Old", "New", profile=profile).sentence == (
        "No browser called Old is connected. Connected are: At work, Twin, Twin."
    )
    assert here("browser", "rename", "Twin", "New", profile=profile).sentence.startswith("Several browsers are called")
    assert here("browser", "rename", "At work", "  ", profile=profile).sentence.startswith("The new name is empty.")
