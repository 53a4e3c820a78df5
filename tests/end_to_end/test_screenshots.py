"""The pictures of the documents are taken of the true window, on X11 and in memory, and none of them is left over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPT = DOCS / "screenshots"
IMAGES = DOCS / "images"


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


@pytest.mark.needs("xvfb", "openbox")
def test_the_whole_main_job_is_driven_on_x11_and_looked_at(tmp_path: Path) -> None:
    taken = _taken(tmp_path, "--platform", "xcb", "records-light", "bench-2x-light", "bench-1024-light")
    sizes = {name: (image.width(), image.height()) for name, image in taken.items()}
    assert sizes == {
        "records-light": (1440, 900),
        "bench-2x-light": (2880, 1800),
        "bench-1024-light": (1024, 640),
    }
    assert min(_colours(image) for image in taken.values()) > 50


def test_without_an_x_server_the_pictures_are_drawn_into_memory(tmp_path: Path) -> None:
    taken = _taken(tmp_path, "--platform", "offscreen", "bench-flagging-light", "outbox-light")
    assert taken.keys() == {"bench-flagging-light", "outbox-light"}
    assert min(_colours(image) for image in taken.values()) > 50


def test_an_unknown_picture_is_wrong_usage_that_names_the_known_ones(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "moon"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "bench-light" in done.stderr


def test_every_picture_that_is_kept_can_be_taken_again() -> None:
    listed = (SCRIPT / "pictures.py").read_text(encoding="utf-8")
    assert [path.name for path in IMAGES.glob("*.png") if f'"{path.stem}"' not in listed] == []
