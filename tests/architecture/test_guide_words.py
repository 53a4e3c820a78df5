"""What the guide prints bold or slanted is what the program says: a button that was renamed is renamed there too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from feedback_store import rubrics

ROOT = Path(__file__).resolve().parents[2]
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
CATALOGUE = ROOT / "desktop" / "translations" / "de" / "LC_MESSAGES" / "preceptor.po"
PANEL = ROOT / "desktop" / "browser" / "extension" / "_locales" / "en" / "messages.json"

BOLD = re.compile(r"\*\*(?!\s)(.+?)\*\*", re.DOTALL)
SLANTED = re.compile(r"(?<![*\w])\*(?![*\s])([^*]+)\*(?![*\w])")
# A key, several beside each other, or what is drawn where no words are.
KEY = re.compile(r"((Ctrl|Alt|Shift)\+?)*(\S|Esc|Enter|Tab|Space|Del|Backspace|F\d+|Page (Up|Down)|↑ ↓|\d … \d|)")
MARK = re.compile(r"[\W\d_]+|I+")
# Begins a paragraph and says what it is about; no word of the program.
ABOUT = {
    "A graphics card",
    "Chromium as a snap",
    "In a chat that is known",
    "On any other page",
    "Rate",
    "Several profiles",
    "Windows and macOS",
}
OF_OTHERS = {"Developer mode", "Load unpacked", "Select"}  # a browser's own words, and a system's
ITSELF = {"Preceptor"}


def _plain(text: str) -> str:
    """A text as the guide may print it: without a button's ellipsis, on one line, with straight apostrophes."""
    return " ".join(text.replace("’", "'").split()).rstrip(" ….")


@cache
def _said() -> frozenset[str]:
    """Whatever the window, the commands and the panel say in English, and the names in shipped rubrics."""
    with CATALOGUE.open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    texts = [each for found in ids for each in ((found,) if isinstance(found, str) else found)]
    texts += [each["message"] for each in json.loads(PANEL.read_text(encoding="utf-8")).values()]
    for rubric in rubrics.available():
        texts += [each.name for each in (*rubric.axes, *rubric.verdicts)]
        texts += [choice.name for question in rubric.questions for choice in question.choices]
    texts += [each.replace("{letter}", letter) for each in texts for letter in "AB" if "{letter}" in each]
    return frozenset(map(_plain, texts))


@cache
def _beginnings() -> frozenset[str]:
    """What texts say before a value: "Download" of "Download, {size}"."""
    return frozenset(_plain(re.split(r",? ?[{$]", text)[0]) for text in _said() if re.search(r"[{$]", text))


def _printed(page: Path) -> Iterator[str]:
    text = re.sub(r"`[^`]*`|^ {4}.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    yield from map(_plain, BOLD.findall(text))
    yield from map(_plain, SLANTED.findall(BOLD.sub("", text)))


def _is_words(printed: str) -> bool:
    return not (KEY.fullmatch(printed) or MARK.fullmatch(printed))


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_every_word_of_the_program_that_the_guide_prints_is_said_by_the_program(page: Path) -> None:
    known = _said() | _beginnings() | ABOUT | OF_OTHERS | ITSELF
    assert [each for each in _printed(page) if _is_words(each) and each not in known] == []


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_what_a_page_quotes_as_said_is_said(page: Path) -> None:
    """The left column of a table below "it says"; … and numbers stand for values, and a sentence may go on."""
    tables = re.findall(r"^\| it says \|.*\n\|[-|]+\n((?:\|.*\n)+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [line.split("|")[1].strip() for table in tables for line in table.splitlines()]
    for line in lines:
        pattern = re.compile(".+".join(map(re.escape, re.split(r"…|[\d,]{4,}", line))))
        assert any(pattern.match(each) for each in _said()), line


def test_no_word_is_excused_that_no_page_prints() -> None:
    printed = {each for page in GUIDE for each in _printed(page)}
    assert (ABOUT | OF_OTHERS | ITSELF) - printed == set()
    assert ABOUT & _said() == set()
