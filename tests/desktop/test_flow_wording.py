"""Errors of the lower packages as sentences in the trainer's language."""

from __future__ import annotations

import errno
import gettext
from pathlib import Path

import pytest

from desktop.flow import wording
from desktop.flow.ranking import RankingError, parse
from feedback_store.trouble import named

GERMAN = {
    "There is no answer {letter}. Use each of {letters} once.": "Es gibt keine Antwort {letter}, nur {letters}.",
    "The disk is full. Free some space and try again; nothing that was saved is lost.": "Die Platte ist voll.",
}


class Catalogue(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return GERMAN.get(message, message)


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording._language, "catalogue", Catalogue())


def test_a_sentence_with_values_is_translated_before_they_are_filled_in(german: None) -> None:
    with pytest.raises(RankingError, match=r"^Es gibt keine Antwort E, nur A, B\.$"):
        parse("a>e", 2)


def test_a_full_disk_has_one_sentence_whoever_meets_it(german: None) -> None:
    for error in (named("disk_full", Path("x")), OSError(errno.ENOSPC, "No space left on device")):
        assert wording.sentence(error) == "Die Platte ist voll."


def test_values_with_braces_stay_as_they_are() -> None:
    assert "{x}.sqlite3 may not be written." in wording.sentence(named("readonly", Path("{x}.sqlite3")))
