"""The pictures of the documents are taken of the true window, on X11 and in memory; none is left over, none missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from feedback_store.database import FILE
from feedback_store.place import place_of
from feedback_store.records import App
from feedback_store.store import Store

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPT = DOCS / "screenshots"
IMAGES = DOCS / "images"
# By panel_pictures.py, from a real Chromium.
PANEL = {"panel-light", "panel-dark", "panel-german", "install-extension"}
THEMES = ("light", "dark")
GUIDE = DOCS / "guide"
MOST_BYTES = (
    10_000_000  # each room, state and dialog four times, in 256 colours at most and packed as small as PNG can be
)


def _taken(out: Path, *words: str) -> dict[str, QImage]:
    """The pictures that the script takes with these words, by their names."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--out", str(out), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.stem: QImage(str(path)) for path in out.glob("*.png")}


def _colours(image: QImage) -> int:
    """How many colours stand in a grid of points: an empty window has few."""
    return len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)})


@pytest.mark.long
@pytest.mark.needs("xvfb", "openbox")
def test_the_whole_main_job_is_driven_on_x11_and_looked_at(tmp_path: Path) -> None:
    taken = _taken(tmp_path, "--platform", "xcb", "records-1024-light", "bench-2x", "bench-empty-1024-dark")
    sizes = {name: (image.width(), image.height()) for name, image in taken.items()}
    assert sizes == {
        "records-1024-light": (1024, 640),
        "bench-2x": (2048, 1280),
        "bench-empty-1024-dark": (1024, 640),
    }
    assert min(_colours(image) for image in taken.values()) > 40


@pytest.mark.long
def test_without_an_x_server_the_pictures_are_drawn_into_memory(tmp_path: Path) -> None:
    taken = _taken(tmp_path, "--platform", "offscreen", "welcome-1024-light", "export-1024-light")
    assert taken.keys() == {"welcome-1024-light", "export-1024-light"}
    assert min(_colours(image) for image in taken.values()) > 40


def test_an_unknown_picture_is_wrong_usage_that_names_the_known_ones(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "moon"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "bench-high-contrast" in done.stderr


def test_a_scene_has_the_profile_as_it_was_made_and_not_a_copy_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy's outbox says that the profile was copied, which nobody sees who has not done that."""
    monkeypatch.syspath_prepend(str(SCRIPT))
    import same_place

    home, made = tmp_path / "home", tmp_path / "made"
    folder = same_place.folder_in(home)
    Store.open(folder, app=App("preceptor", "test")).close()
    place = place_of(folder / FILE)
    same_place.keep(home, made)
    for _scene in range(2):
        assert not home.exists()
        same_place.put_back(made, home)
        assert place_of(folder / FILE) == place
        assert (folder / FILE).read_bytes() == (made / FILE).read_bytes()
        store = Store.open(folder, app=App("preceptor", "test"))
        store.settings.set("scene", "played")
        store.close()
        shutil.rmtree(home)
    same_place.forget(home)
    assert list(tmp_path.iterdir()) == [made]


def _listed() -> list[str]:
    """The names of all pictures, as the script that takes them lists them."""
    words = "from pictures import PICTURES; print(*[picture.name for picture in PICTURES])"
    done = subprocess.run([sys.executable, "-c", words], cwd=SCRIPT, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_pictures_that_are_kept_are_those_that_can_be_taken_again() -> None:
    assert {path.stem for path in IMAGES.glob("*.png")} == set(_listed()) | PANEL


def test_every_room_state_and_dialog_is_taken_in_light_and_dark_small_and_large() -> None:
    words = "from pictures import *; print(*[each.replace('_', '-') for each in (*ROOMS, *STATES, *DIALOGS)])"
    done = subprocess.run([sys.executable, "-c", words], cwd=SCRIPT, capture_output=True, text=True, check=True)
    wanted = {f"{name}-{wide}-{theme}" for name in done.stdout.split() for wide in (1024, 1920) for theme in THEMES}
    assert len(wanted) > 180 and wanted <= set(_listed())


def test_all_pictures_together_are_small_enough_to_be_cloned_by_everybody() -> None:
    assert sum(path.stat().st_size for path in IMAGES.glob("*.png")) < MOST_BYTES


def test_every_page_of_the_guide_has_a_picture_and_is_led_to_from_the_first() -> None:
    first = (GUIDE / "README.md").read_text(encoding="utf-8")
    pages = [page for page in GUIDE.glob("*.md") if page.name != "README.md"]
    assert [page.name for page in pages if f"]({page.name})" not in first] == []
    assert [
        page.name for page in pages if not re.search(r"!\[[^]]+\]\(\.\./images/", page.read_text(encoding="utf-8"))
    ] == []
