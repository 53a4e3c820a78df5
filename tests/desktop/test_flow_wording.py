"""Errors of the lower packages as sentences in the trainer's language."""

from __future__ import annotations

import errno
import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.flow import wording
from desktop.flow.ranking import RankingError, parse
from feedback_store import rubrics
from feedback_store.trouble import named
from local_models.errors import ModelFileError
from local_models.model_files.gguf import read_header

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


def test_a_broken_model_file_is_said_in_german_whatever_braces_its_name_and_parts_hold(
    tmp_path: Path, in_german: None
) -> None:
    file = tmp_path / "a{b}{}.gguf"
    file.write_bytes(b"this is no model, not at all")
    with pytest.raises(ModelFileError) as refused:
        read_header(file)
    assert wording.sentence(refused.value).startswith("a{b}{}.gguf ist keine GGUF-Modelldatei.")
    assert str(refused.value).startswith("a{b}{}.gguf is not a GGUF model file.")


def test_words_of_ours_out_of_a_rubric_are_translated_and_published_names_are_not(in_german: None) -> None:
    rubric = rubrics.load("helpsteer2")
    assert wording.ours(rubric.axes[0].steps[0].help) == "gar keine Hilfe"
    assert [wording.ours(axis.name) for axis in rubric.axes] == [axis.name for axis in rubric.axes]
    assert rubric.flags is not None
    assert wording.ours(rubric.flags.categories[0].name) == "Sachfehler"
    assert wording.ours("") == ""
    assert wording.ours("A rubric of somebody else's") == "A rubric of somebody else's"


@pytest.fixture
def in_german() -> Iterator[None]:
    wording.use_language("de")
    yield
    wording.use_language("en")
