"""Other apps' models in the catalogue: after a yes only, by unique names, never deleted. And what may be deleted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import app_homes
import pytest
from gguf_files import GgufFile, Tensor, plausible, tiny_model

from local_models.errors import ModelFileError
from local_models.model_files import app_folders
from local_models.model_files.catalog import Catalog, starter_model


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, so that nothing of this machine's is found."""
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "JAN_DATA_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(app_folders, "OLLAMA_SERVICE", tmp_path / "no-service")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def catalog(home: Path, tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "profile" / "models.json")


def names(catalog: Catalog) -> list[str]:
    return [card.name for card in catalog.list()]


def test_folders_are_offered_and_their_models_listed_only_after_a_yes(home: Path, catalog: Catalog) -> None:
    made = app_homes.everything(home)
    offered = catalog.app_folders()
    assert [(folder.app, folder.models, folder.added) for folder in offered] == [(app, 1, False) for app in made]
    assert names(catalog) == ["smollm2"]
    cards = catalog.add_app("ollama")
    assert [(card.name, card.source, card.path) for card in cards] == [("tiny:1b", "ollama", made["ollama"])]
    assert {folder.app for folder in catalog.app_folders() if folder.added} == {"ollama"}
    assert {card.source for card in catalog.add_app("all")} == {"huggingface", "lmstudio", "jan", "gpt4all"}
    assert catalog.add_app("all") == []
    again = Catalog(home.parent / "profile" / "models.json")
    assert names(again) == ["smollm2", "tiny:1b", "Name-Q4", "Studio-Q8", "menlo/jan-nano", "Nomic.Q4_0"]
    assert again.find("menlo/jan-nano").path == made["jan"]
    assert again.find("TINY:1B").path == made["ollama"]


def test_names_stay_unique_across_apps(home: Path, catalog: Catalog) -> None:
    app_homes.model_at(home / app_homes.LM_STUDIO / "a/b/Same.gguf", 1)
    app_homes.model_at(home / app_homes.GPT4ALL / "same.gguf", 2)
    catalog.add_app("all")
    assert names(catalog) == ["smollm2", "Same", "same 2"]
    assert catalog.find("same 2").source == "gpt4all"


def test_a_name_that_tries_to_steer_is_shown_as_text(home: Path, catalog: Catalog) -> None:
    app_homes.model_at(home / app_homes.GPT4ALL / "a\x1b[31m\u202eb\n.gguf")
    (card,) = catalog.add_app("gpt4all")
    assert card.name == "a [31m b "


def test_what_an_app_says_of_a_digest_is_its_word_until_it_is_computed(home: Path, catalog: Catalog) -> None:
    blob = app_homes.ollama(home)
    (card,) = catalog.add_app("ollama")
    claimed = blob.name.removeprefix("sha256-")
    assert (card.sha256, card.claimed_sha256) == (None, claimed)
    assert catalog.digest(card).sha256 == claimed
    tiny_model(blob, seed=99)
    found = catalog.digest(catalog.find("tiny:1b"))
    assert found.sha256 == hashlib.sha256(blob.read_bytes()).hexdigest() != found.claimed_sha256


def test_an_app_is_forgotten_and_its_files_stay(home: Path, catalog: Catalog) -> None:
    made = app_homes.everything(home)
    catalog.add_app("all")
    assert catalog.remove("Ollama") == (home / app_homes.OLLAMA,)
    assert catalog.remove(str(home / app_homes.LM_STUDIO)) == (home / app_homes.LM_STUDIO,)
    assert {card.source for card in catalog.list()} == {"starter", "huggingface", "jan", "gpt4all"}
    assert all(path.exists() for path in made.values())


def test_one_model_of_an_app_cannot_be_forgotten_alone(home: Path, catalog: Catalog) -> None:
    app_homes.everything(home)
    catalog.add_app("all")
    with pytest.raises(ModelFileError, match="models remove ollama") as caught:
        catalog.remove("tiny:1b")
    assert caught.value.code == "not_yours"


def test_an_app_that_is_unknown_or_not_here_is_a_sentence(home: Path, catalog: Catalog) -> None:
    with pytest.raises(ModelFileError, match="Known: huggingface") as caught:
        catalog.add_app("../../etc")
    assert caught.value.code == "unknown_app"
    with pytest.raises(ModelFileError, match="No models of Jan") as caught:
        catalog.add_app("jan")
    assert caught.value.code == "not_found"


def test_a_folder_that_is_gone_again_is_told_and_can_be_forgotten(home: Path, catalog: Catalog) -> None:
    path = app_homes.gpt4all(home)
    catalog.add_app("gpt4all")
    path.unlink()
    path.parent.rmdir()
    assert names(catalog) == ["smollm2"]
    assert [(folder.models, folder.added) for folder in catalog.app_folders()] == [(0, True)]
    assert catalog.remove("gpt4all") == (path.parent,)
    assert catalog.app_folders() == ()


def test_a_list_of_an_earlier_version_is_read(home: Path, tmp_path: Path) -> None:
    path = tiny_model(tmp_path / "old.gguf")
    state = tmp_path / "models.json"
    state.write_text(f'{{"version": 1, "paths": ["{path}"], "digests": {{}}}}')
    assert names(Catalog(state)) == ["smollm2", "old"]


# What may go to the trash


@pytest.mark.parametrize("app", ["huggingface", "lmstudio", "ollama", "jan", "gpt4all"])
def test_what_belongs_to_another_app_is_never_deleted(app: str, home: Path, catalog: Catalog) -> None:
    path = app_homes.everything(home)[app]
    catalog.add_app(app)
    name = catalog.list()[-1].name
    with pytest.raises(ModelFileError, match=f"models remove {app}") as caught:
        catalog.trash(name)
    assert caught.value.code == "not_yours"
    assert path.exists()


def test_not_even_when_its_file_or_folder_was_added_by_hand(home: Path, catalog: Catalog, tmp_path: Path) -> None:
    path = app_homes.lm_studio(home)
    link = tmp_path / "mine.gguf"
    link.symlink_to(path)
    catalog.add(link)
    catalog.add(path.parent)
    for name in ("Studio-Q8", str(path), str(link)):
        with pytest.raises(ModelFileError, match="belongs to LM Studio"):
            catalog.trash(name)
    assert path.exists() and link.is_symlink()


def test_the_starter_model_is_never_deleted(catalog: Catalog) -> None:
    for name in ("smollm2", str(starter_model())):
        with pytest.raises(ModelFileError, match="pip uninstall") as caught:
            catalog.trash(name)
        assert caught.value.code == "not_yours"


def test_a_link_is_not_taken_for_its_model(home: Path, catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = tiny_model(tmp_path / "real.gguf")
    (tmp_path / "folder" / "link.gguf").symlink_to(path)
    catalog.add(tmp_path / "folder")
    with pytest.raises(ModelFileError, match=r"is a link; the model itself is .*real\.gguf"):
        catalog.trash("link")
    assert path.exists()


def test_all_parts_of_a_model_are_its_files(catalog: Catalog, tmp_path: Path) -> None:
    parts = [tmp_path / f"m-0000{number}-of-00002.gguf" for number in (1, 2)]
    plausible().write(parts[0])
    GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))]).write(parts[1])
    (card,) = catalog.add(parts[0])
    assert card.parts == tuple(parts)
    assert catalog.check_trash("m") == card


def test_a_home_that_is_unreadable_or_strange_offers_nothing(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/dev/null")
    monkeypatch.setenv("OLLAMA_MODELS", "~nobody-known/models")
    assert [folder for folder in catalog.app_folders() if os.fspath(folder.path).startswith("/dev")] == []
