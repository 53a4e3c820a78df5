"""Other apps' folders: found where they are, offered without opening a model, bounded whatever lies in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import app_homes
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local_models.model_files import app_folders
from local_models.model_files.app_folders import AppFolder, AppModel

ROOT = Path(__file__).resolve().parents[2]
MODEL = "application/vnd.ollama.image.model"


def found(home: Path, system: str = "linux", **environment: str) -> dict[str, list[Path]]:
    """The folders by their app."""
    by_app: dict[str, list[Path]] = {}
    for folder in app_folders.find(home, environment, system):
        by_app.setdefault(folder.app, []).append(folder.path)
    return by_app


def listed(home: Path) -> list[AppModel]:
    folders = (folder for folder in app_folders.find(home, {}, "linux") if home in folder.path.parents)
    return [model for folder in folders for model in app_folders.models_in(folder)]


def test_each_app_is_found_where_it_keeps_its_models(tmp_path: Path) -> None:
    made = app_homes.everything(tmp_path)
    folders = [each for each in app_folders.find(tmp_path, {}, "linux") if tmp_path in each.path.parents]
    models = {folder.app: [*app_folders.models_in(folder)] for folder in folders}
    assert {app: [model.path for model in several] for app, several in models.items()} == {
        app: [path] for app, path in made.items()
    }
    assert {app: several[0].name for app, several in models.items()} == {
        "huggingface": "Name-Q4",
        "lmstudio": "Studio-Q8",
        "ollama": "tiny:1b",
        "jan": "menlo/jan-nano",
        "gpt4all": "Nomic.Q4_0",
    }
    assert models["huggingface"][0].origin == "org/name-GGUF"
    assert models["lmstudio"][0].origin == "publisher/model"
    assert models["huggingface"][0].claimed_sha256 == os.path.realpath(made["huggingface"]).rpartition("/")[2]
    assert models["ollama"][0].claimed_sha256 == made["ollama"].name.removeprefix("sha256-")


def test_where_there_is_nothing_nothing_is_found(tmp_path: Path) -> None:
    assert [each for each in app_folders.find(tmp_path, {}, "linux") if tmp_path in each.path.parents] == []


@pytest.mark.parametrize(
    ("variable", "app", "inside"),
    [
        ("HF_HUB_CACHE", "huggingface", ""),
        ("HUGGINGFACE_HUB_CACHE", "huggingface", ""),
        ("HF_HOME", "huggingface", "hub"),
        ("XDG_CACHE_HOME", "huggingface", "huggingface/hub"),
        ("OLLAMA_MODELS", "ollama", ""),
        ("JAN_DATA_FOLDER", "jan", "llamacpp/models"),
        ("XDG_DATA_HOME", "gpt4all", "nomic.ai/GPT4All"),
    ],
)
def test_the_environment_names_another_place(variable: str, app: str, inside: str, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / inside
    place.mkdir(parents=True)
    assert found(tmp_path / "home", **{variable: str(tmp_path / "elsewhere")})[app] == [place]
    assert app not in found(tmp_path / "home", **{variable: "relative/path"})


def test_settings_of_the_apps_name_another_place(tmp_path: Path) -> None:
    for place in ("studio", "jan-data/llamacpp/models", "gpt", "studio-home/models"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / ".lmstudio-home-pointer").write_text(f"{tmp_path / 'studio-home'}\n")
    (tmp_path / ".lmstudio").mkdir()
    (tmp_path / ".lmstudio/settings.json").write_text(json.dumps({"downloadsFolder": str(tmp_path / "studio")}))
    (tmp_path / ".local/share/Jan").mkdir(parents=True)
    (tmp_path / ".local/share/Jan/settings.json").write_text(json.dumps({"data_folder": str(tmp_path / "jan-data")}))
    (tmp_path / ".config/nomic.ai").mkdir(parents=True)
    (tmp_path / ".config/nomic.ai/GPT4All.ini").write_text(f"[General]\nchatTheme=Dark\nmodelPath={tmp_path}/gpt/\n")
    there = found(tmp_path)
    assert there["lmstudio"] == [tmp_path / "studio-home/models", tmp_path / "studio"]
    assert there["jan"] == [tmp_path / "jan-data/llamacpp/models"]
    assert there["gpt4all"] == [tmp_path / "gpt"]


@pytest.mark.parametrize(
    ("system", "places"),
    [
        (
            "win32",
            {
                "huggingface": ".cache/huggingface/hub",
                "lmstudio": ".lmstudio/models",
                "ollama": ".ollama/models",
                "jan": "AppData/Roaming/Jan/data/llamacpp/models",
                "gpt4all": "AppData/Local/nomic.ai/GPT4All",
            },
        ),
        (
            "darwin",
            {
                "huggingface": ".cache/huggingface/hub",
                "lmstudio": ".lmstudio/models",
                "ollama": ".ollama/models",
                "jan": "Library/Application Support/Jan/data/llamacpp/models",
                "gpt4all": "Library/Application Support/nomic.ai/GPT4All",
            },
        ),
    ],
)
def test_other_systems_have_their_own_places(system: str, places: dict[str, str], tmp_path: Path) -> None:
    """Only the names are tried: nobody ran this on such a machine."""
    for place in places.values():
        (tmp_path / place).mkdir(parents=True)
    assert {app: paths[0] for app, paths in found(tmp_path, system).items() if tmp_path in paths[0].parents} == {
        app: tmp_path / place for app, place in places.items()
    }


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[1]", b"[" * 100_000, b'{"downloadsFolder": 7}', b"\xff\xfe", b'{"downloadsFolder": "a\\u0000"}'],
)
def test_settings_that_are_no_settings_are_passed_over(broken: bytes, tmp_path: Path) -> None:
    (tmp_path / ".lmstudio/models").mkdir(parents=True)
    (tmp_path / ".lmstudio/settings.json").write_bytes(broken)
    (tmp_path / ".lmstudio-home-pointer").write_bytes(broken)
    assert found(tmp_path)["lmstudio"] == [tmp_path / ".lmstudio/models"]


def test_settings_larger_than_any_are_not_read(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio/models").mkdir(parents=True)
    (tmp_path / "named").mkdir()
    text = json.dumps({"downloadsFolder": str(tmp_path / "named")})
    (tmp_path / ".lmstudio/settings.json").write_text(text + " " * app_folders.MAX_SETTINGS)
    assert found(tmp_path)["lmstudio"] == [tmp_path / ".lmstudio/models"]


def test_a_folder_that_is_reached_in_two_ways_is_one(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio/models").mkdir(parents=True)
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/lm-studio").symlink_to(tmp_path / ".lmstudio")
    assert len(found(tmp_path)["lmstudio"]) == 1


def test_finding_and_counting_open_no_model(tmp_path: Path) -> None:
    """Every file that is opened is heard of: those in which an app says where its models are, and no other."""
    app_homes.everything(tmp_path)
    program = (
        "import sys; from pathlib import Path; from local_models.model_files import app_folders\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, what: opened.append(str(what[0])) if event == 'open' else None)\n"
        "folders = app_folders.find(Path(sys.argv[1]), {}, 'linux')\n"
        "count = sum(app_folders.count_in(folder) for folder in folders if sys.argv[1] in str(folder.path))\n"
        "print(count, [path for path in opened if path.startswith(sys.argv[1])])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "5 []"


# Hugging Face


def test_a_file_of_several_revisions_is_one_model(tmp_path: Path) -> None:
    link = app_homes.hugging_face(tmp_path)
    other = link.parent.parent / "9999fff" / link.name
    other.parent.mkdir()
    other.symlink_to(link.readlink())
    assert [model.path for model in listed(tmp_path)] == [link]


def test_the_parts_of_a_split_model_count_once_and_lie_beside_each_other(tmp_path: Path) -> None:
    first = app_homes.hugging_face(tmp_path, file="Big-00001-of-00002.gguf", seed=7)
    second = app_homes.hugging_face(tmp_path, file="Big-00002-of-00002.gguf", seed=8)
    assert [(model.name, model.path) for model in listed(tmp_path)] == [("Big", first)]
    assert second.parent == first.parent


def test_data_sets_image_readers_and_broken_links_are_no_models(tmp_path: Path) -> None:
    app_homes.hugging_face(tmp_path, file="mmproj-F16.gguf")
    app_homes.model_at(tmp_path / app_homes.HUB / "datasets--org--data/snapshots/1/a.gguf")
    broken = tmp_path / app_homes.HUB / "models--org--gone/snapshots/1/gone.gguf"
    broken.parent.mkdir(parents=True)
    broken.symlink_to("../../blobs/none")
    assert listed(tmp_path) == []


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "loop"])
def test_only_regular_files_are_taken(kind: str, tmp_path: Path) -> None:
    path = tmp_path / app_homes.GPT4ALL / "odd.gguf"
    path.parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero" if kind == "device" else path)
    assert listed(tmp_path) == []


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    app_homes.model_at(tmp_path / "private" / "m.gguf")
    folder = tmp_path / app_homes.GPT4ALL
    folder.mkdir(parents=True)
    (folder / "out").symlink_to(tmp_path / "private")
    assert listed(tmp_path) == []


# Ollama


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("registry.ollama.ai/library/llama3.2/3b", "llama3.2:3b"),
        ("registry.ollama.ai/somebody/tiny/latest", "somebody/tiny:latest"),
        ("hf.co/org/Name-GGUF/Q4_K_M", "hf.co/org/Name-GGUF:Q4_K_M"),
    ],
)
def test_a_model_has_the_name_that_ollama_has_for_it(place: str, name: str, tmp_path: Path) -> None:
    app_homes.ollama(tmp_path, place=place)
    assert [model.name for model in listed(tmp_path)] == [name]


def test_two_tags_of_one_blob_are_one_model(tmp_path: Path) -> None:
    blob = app_homes.ollama(tmp_path)
    layer = {"mediaType": MODEL, "digest": blob.name.replace("-", ":", 1)}
    app_homes.manifest(tmp_path, "registry.ollama.ai/library/tiny/latest", layer)
    assert [model.name for model in listed(tmp_path)] == ["tiny:1b"]


@pytest.mark.parametrize(
    "digest",
    [
        "sha256:../../../../secret.gguf",
        "sha256:" + "a" * 63,
        "sha256:" + "A" * 64,
        "sha256-" + "a" * 64,
        "sha256:" + "a" * 64 + "/../x",
        "sha256:" + "a" * 64 + "\n",
        "md5:" + "a" * 64,
        "",
        7,
        None,
    ],
)
def test_a_digest_that_is_none_is_never_a_path(digest: object, tmp_path: Path) -> None:
    app_homes.model_at(tmp_path / "secret.gguf")
    app_homes.manifest(tmp_path, "registry.ollama.ai/library/evil/1", {"mediaType": MODEL, "digest": digest})
    assert listed(tmp_path) == []


def test_models_with_adapters_or_in_several_files_are_left_out(tmp_path: Path) -> None:
    blob = app_homes.ollama(tmp_path)
    layer = {"mediaType": MODEL, "digest": blob.name.replace("-", ":", 1)}
    adapter = {"mediaType": "application/vnd.ollama.image.adapter", "digest": layer["digest"]}
    app_homes.manifest(tmp_path, "registry.ollama.ai/library/tiny/1b", layer, adapter)
    app_homes.manifest(tmp_path, "registry.ollama.ai/library/split/1b", layer, layer)
    app_homes.manifest(tmp_path, "registry.ollama.ai/library/none/1b")
    assert listed(tmp_path) == []


def test_a_manifest_larger_than_any_is_not_parsed(tmp_path: Path) -> None:
    app_homes.ollama(tmp_path)
    path = tmp_path / app_homes.OLLAMA / "manifests/registry.ollama.ai/library/tiny/1b"
    path.write_text(path.read_text() + " " * app_folders.MAX_MANIFEST)
    assert listed(tmp_path) == []


def test_folders_without_end_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_folders, "MAX_FOLDERS", 50)
    monkeypatch.setattr(app_folders, "MAX_FILES", 3)
    folder = tmp_path / app_homes.GPT4ALL
    for number in range(200):
        (folder / f"{number:03}").mkdir(parents=True)
        (folder / f"{number:03}" / f"m{number}.gguf").write_bytes(b"GGUF")
    assert len(listed(tmp_path)) == 3
    assert app_folders.count_in(AppFolder("jan", folder)) <= 51


@given(
    st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.text() | st.integers(),
            lambda e: st.lists(e) | st.dictionaries(st.sampled_from(["layers", "mediaType", "digest"]), e),
        ).map(lambda found: json.dumps(found).encode()),
    )
)
@example(b'{"layers": [], "more": ' + b"[" * 100_000)
def test_no_manifest_makes_anything_but_models(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    home = tmp_path_factory.mktemp("home")
    path = home / app_homes.OLLAMA / "manifests/registry.ollama.ai/library/any/1"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert [*app_folders.models_in(AppFolder("ollama", home / app_homes.OLLAMA))] == []


# Jan


def test_a_model_that_jan_only_points_to_is_found(tmp_path: Path) -> None:
    elsewhere = app_homes.model_at(tmp_path / "mine" / "Own-Q4.gguf")
    settings = tmp_path / app_homes.JAN / "llamacpp/models/own/model.yml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'model_path: "{elsewhere}"\nname: own\n')
    assert [(model.name, model.path) for model in listed(tmp_path)] == [("own", elsewhere)]


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self", "nul\0.gguf", "../" * 50, "x" * 5000, "|", "'"])
def test_a_path_of_jans_that_leads_to_no_file_is_left_out(path: str, tmp_path: Path) -> None:
    settings = tmp_path / app_homes.JAN / "llamacpp/models/own/model.yml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"model_path: {path}\n")
    assert listed(tmp_path) == []
