"""What `install` cannot write over is named with its own path, and no repair is offered that would fail."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from desktop.browser import host_checks, places
from desktop.browser.hosts import Program, install
from desktop.browser.places import Place, all_places
from desktop.flow.health import Finding

PROFILE = Path("/nowhere/profile")
PROGRAM = Program(Path(sys.executable), PROFILE, Path("/nowhere/preceptor"))


@pytest.fixture
def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setitem(places.POLICIES, "Chromium", str(tmp_path / "policies"))
    return next(place for place in all_places(tmp_path, tmp_path / "data", "linux") if place.label == "Chromium")


def last(place: Place) -> Finding:
    return list(host_checks.check(place, PROFILE))[-1]


@pytest.mark.parametrize("of", ["manifest", "launcher"])
def test_a_folder_in_a_files_place_is_named_and_to_be_removed_first(chromium: Place, of: str) -> None:
    install(chromium, PROGRAM)
    path: Path = getattr(chromium, of)
    path.unlink()
    path.mkdir()
    found = last(chromium)
    assert found.text == f"{path} is a folder, where a file of Preceptor's belongs."
    assert found.way_out == "Remove it, then: preceptor --profile /nowhere/profile browser install"
    assert not found.repairable
    with pytest.raises(IsADirectoryError) as refused:
        install(chromium, PROGRAM)
    assert refused.value.filename == str(path), "not that of the file beside it"
    path.rmdir()
    assert last(chromium).repairable
    assert install(chromium, PROGRAM) == "written"
    assert last(chromium).state == "well"


@pytest.mark.parametrize("dangling", [False, True])
def test_a_file_in_the_place_of_the_browsers_folder_is_named_and_to_be_removed_first(
    chromium: Place, dangling: bool
) -> None:
    install(chromium, PROGRAM)
    shutil.rmtree(chromium.configuration)
    if dangling:
        chromium.configuration.symlink_to("/nowhere/chromium")
    else:
        chromium.configuration.write_text("x")
    found = last(chromium)
    assert found.text == f"{chromium.configuration} is no folder, and one belongs there."
    assert found.way_out == "Remove it, then: preceptor --profile /nowhere/profile browser install"
    assert not found.repairable
    chromium.configuration.unlink()
    assert install(chromium, PROGRAM) == "written"
