"""The extension as one file: what goes in is what its manifest needs, and the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.browser.hosts import EXTENSION_ID
from installers import extension

FOLDER = extension.FOLDER
LOCALES = {path.parent.name: json.loads(path.read_text()) for path in FOLDER.glob("_locales/*/messages.json")}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "extension")
    return tmp_path / "extension"


def test_the_same_source_gives_the_same_bytes_whenever_it_was_written(copy: Path, tmp_path: Path) -> None:
    for path in copy.rglob("*"):
        path.touch()
    extension.build(tmp_path / "one.zip")
    extension.build(tmp_path / "two.zip", copy)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_file_holds_what_the_manifest_needs_and_nothing_else(tmp_path: Path) -> None:
    extension.build(tmp_path / "made.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as made:
        assert made.namelist() == sorted(str(each.relative_to(FOLDER)) for each in FOLDER.rglob("*") if each.is_file())
    kinds = {Path(name).suffix for name in extension.whole()}
    assert kinds == {".js", ".json", ".html", ".css", ".png"}


def test_the_file_for_a_store_has_no_key_which_stores_refuse_and_the_folder_keeps_it(tmp_path: Path) -> None:
    extension.build(tmp_path / "made.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as made:
        told = json.loads(made.read("manifest.json"))
    kept = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert "key" not in told
    assert told == {name: value for name, value in kept.items() if name != "key"}
    digits = hashlib.sha256(base64.b64decode(kept["key"])).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(each, 16)) for each in digits) == EXTENSION_ID  # that a browser is let in by


def test_a_file_that_nothing_needs_or_that_is_missing_ends_the_build(copy: Path) -> None:
    (copy / "notes.txt").write_text("left")
    with pytest.raises(extension.NotWhole, match=r"nothing needs notes\.txt"):
        extension.whole(copy)
    (copy / "notes.txt").unlink()
    (copy / "page" / "read.js").unlink()
    with pytest.raises(extension.NotWhole, match=r"page/read\.js is needed"):
        extension.whole(copy)


def test_the_panels_colours_are_the_windows() -> None:
    assert (FOLDER / "panel" / "tokens.css").read_text() == extension.tokens_css()
    sheets = [path for path in FOLDER.glob("*/*.css") if path.name != "tokens.css"]
    used = {name for sheet in sheets for name in re.findall(r"var\((--[\w-]+)\)", sheet.read_text())}
    assert used <= set(re.findall(r"(--[\w-]+):", extension.tokens_css()))
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"#[\w-]+(?=[^;]*\{)", "", _rules()))


def _rules() -> str:
    sheets = [path.read_text() for path in sorted(FOLDER.glob("*/*.css")) if path.name != "tokens.css"]
    return re.sub(r"^#[\w-].*$", "", "\n".join(sheets), flags=re.MULTILINE)


def _named() -> Iterator[str]:
    """The texts that the code and the pages name, as far as their names stand there whole."""
    for path in [*FOLDER.glob("panel/*"), *FOLDER.glob("options/*"), *FOLDER.glob("*.js*")]:
        text = path.read_text()
        yield from re.findall(r"""(?:word|filled|getMessage)\("(\w+)\"""", text)
        yield from re.findall(r'data-(?:text|label)="(\w+)"', text)
        yield from re.findall(r"__MSG_(\w+)__", text)
        yield from re.findall(r'(?:title|text): "(\w+)"', text)
        yield from re.findall(r': \["(line\w+)"', text)
        yield from re.findall(r'(?:", |: )"(key[A-Z]\w+|where[A-Z]\w+)"', text)
        yield from (f"{name}{end}" for name in re.findall(r'counted\("(\w+)"', text) for end in ("One", "Many"))


def test_every_text_that_is_shown_is_there_in_each_language() -> None:
    assert set(LOCALES) == {"en", "de"}
    assert set(LOCALES["en"]) == set(LOCALES["de"])
    named = set(_named())
    assert len(named) > 50
    assert named - set(LOCALES["en"]) == set()
    made = r"lineTrouble|(trouble|lacks|reason|refused|asked|role|where|ranking|said)(_\w+|[A-Z]\w+)"
    made += r"|again|forget|\w+Answer|confidence[1-5]|(waiting|aside)(One|Many)|goOn|dropAside"
    assert {name for name in set(LOCALES["en"]) - named if not re.fullmatch(made, name)} == set()


def test_a_value_stands_in_each_language_where_it_stands_in_one() -> None:
    for name, entry in LOCALES["en"].items():
        other = LOCALES["de"][name]
        assert entry.get("placeholders") == other.get("placeholders"), name
        assert sorted(re.findall(r"\$\w\$", entry["message"])) == sorted(re.findall(r"\$\w\$", other["message"])), name
