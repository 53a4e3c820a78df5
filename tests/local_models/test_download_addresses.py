"""What a word means, what a file is called here (T19), which redirect is followed, and what a repository lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile_server import Answer, serving
from hypothesis import given
from hypothesis import strategies as st

from local_models.downloads.addresses import (
    MAX_NAME_BYTES,
    Hub,
    Remote,
    Repository,
    all_parts,
    follow,
    is_local,
    names_for,
    read_word,
    safe_name,
    shown,
)
from local_models.downloads.answers import Patience
from local_models.downloads.listing import MAX_LISTING, Listed, list_models
from local_models.errors import DownloadError

HUB = Hub(token="hf_secret")
BASE = "https://huggingface.co/owner/repo"

# ------------------------------------------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("owner/repo/file.gguf", f"{BASE}/resolve/main/file.gguf"),
        ("owner/repo/Q4 K/a b.gguf", f"{BASE}/resolve/main/Q4%20K/a%20b.gguf"),
        ("owner/repo@v1.0/sub/File.GGUF", f"{BASE}/resolve/v1.0/sub/File.GGUF"),
        (f"{BASE}/blob/main/sub/file.gguf", f"{BASE}/resolve/main/sub/file.gguf"),
        (f"{BASE}/resolve/refs%2Fpr%2F1/file.gguf?download=true", f"{BASE}/resolve/refs%2Fpr%2F1/file.gguf"),
    ],
)
def test_a_file_of_a_repository_is_its_address_with_the_token(word: str, address: str) -> None:
    found = read_word(word, HUB)
    assert isinstance(found, Remote)
    assert (found.address, found.token, found.page) == (address, "hf_secret", BASE)
    assert (found.repo == "owner/repo") == ("/main/" in address)
    assert "secret" not in repr(found) + repr(HUB)


@pytest.mark.parametrize(
    ("word", "revision"),
    [("owner/repo", "main"), ("owner/repo@v2", "v2"), (BASE, "main"), (f"{BASE}/tree/v2/sub", "v2")],
)
def test_a_repository_alone_is_one_to_be_listed(word: str, revision: str) -> None:
    found = read_word(word, HUB)
    assert isinstance(found, Repository)
    assert (found.name, found.revision) == ("owner/repo", revision)
    assert found.listing.address == f"https://huggingface.co/api/models/owner/repo/tree/{revision}?recursive=true"
    again = read_word(found.word("sub/x.gguf"), HUB)
    assert isinstance(again, Remote)
    assert again.address == f"{BASE}/resolve/{revision}/sub/x.gguf"


def test_a_path_that_exists_wins_over_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(read_word("owner/repo/file.gguf", HUB), Remote)
    file = tmp_path / "owner" / "repo" / "file.gguf"
    file.parent.mkdir(parents=True)
    file.touch()
    assert read_word("owner/repo/file.gguf", HUB) == Path("owner/repo/file.gguf")
    assert read_word("owner/repo", HUB) == Path("owner/repo")


@pytest.mark.parametrize(
    "word",
    ["nix", "nix.gguf", "models/nix.gguf", "./owner/repo", "../owner/repo", "/owner/repo", "~/owner/repo", "a\\b", "",
     "owner/repo/../x.gguf", "owner/repo/sub/folder", "owner/repo/", "owner//x.gguf", "a\0b/c", "o/r/a\nb.txt"],
)  # fmt: skip
def test_everything_else_is_a_path(word: str) -> None:
    assert read_word(word, HUB) == Path(word)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("ftp://example.org/x.gguf", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("https://", "bad_address"),
        ("https://example.org:99999/x.gguf", "bad_address"),
        ("https://[::1/x.gguf", "bad_address"),
        ("https://user:pass@example.org/x.gguf", "bad_address"),
        ("https://example.org/a b.gguf", "bad_address"),
        ("https://example.org/\u202egguf.x", "bad_address"),
        ("https://example.org\\@other.org/x.gguf", "bad_address"),
        ("https://example.org/" + "x" * 5000, "bad_address"),
        ("http://example.org/x.gguf", "insecure_address"),
        ("http://192.168.1.2/x.gguf", "insecure_address"),
    ],
)
def test_an_address_that_may_not_be_spoken_to_is_refused_without_repeating_a_password(word: str, code: str) -> None:
    with pytest.raises(DownloadError) as caught:
        read_word(word, HUB)
    assert caught.value.code == code
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("word", ["http://127.0.0.1:80/x.gguf", "http://localhost/x.gguf", "http://[::1]/x.gguf"])
def test_plain_http_is_for_this_machine_or_for_who_asks_for_it(word: str) -> None:
    assert read_word(word, HUB) == Remote(word)
    assert read_word("http://example.org/x.gguf", HUB, allow_http=True) == Remote("http://example.org/x.gguf")


def test_the_hub_and_its_token_are_found_as_its_own_programs_find_them(tmp_path: Path) -> None:
    def kept(path: Path, token: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(token + "\n")
        return path

    kept(tmp_path / ".cache" / "huggingface" / "token", "hf_cache")
    assert Hub.of({}, tmp_path) == Hub("https://huggingface.co", "hf_cache")
    kept(tmp_path / "xdg" / "huggingface" / "token", "hf_xdg")
    assert Hub.of({"XDG_CACHE_HOME": str(tmp_path / "xdg")}, tmp_path).token == "hf_xdg"
    kept(tmp_path / "home" / "token", "hf_home")
    assert Hub.of({"HF_HOME": str(tmp_path / "home")}, tmp_path).token == "hf_home"
    path = kept(tmp_path / "elsewhere", "hf_path")
    assert Hub.of({"HF_TOKEN_PATH": str(path), "HF_HOME": "x"}, tmp_path).token == "hf_path"
    assert Hub.of({"HF_TOKEN": " hf_word ", "HF_TOKEN_PATH": str(path)}, tmp_path).token == "hf_word"
    assert Hub.of({"HF_TOKEN": "two words"}, tmp_path).token == ""
    assert Hub.of({}, tmp_path / "nobody").token == ""
    assert Hub.of({"HF_ENDPOINT": "https://mirror.example/"}, tmp_path).address == "https://mirror.example"


def test_a_token_is_never_sent_in_the_clear() -> None:
    found = read_word("o/r/x.gguf", Hub("http://mirror.example", "hf_secret"), allow_http=True)
    assert isinstance(found, Remote) and found.token == ""
    with pytest.raises(DownloadError):
        read_word("o/r/x.gguf", Hub("http://mirror.example", "hf_secret"))
    elsewhere = read_word("https://example.org/x.gguf", HUB)
    assert isinstance(elsewhere, Remote) and elsewhere.token == ""


# ------------------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("model.gguf", "model.gguf"),
        ("Model-Q4_K_M.GGUF", "Model-Q4_K_M.GGUF"),
        ("../../etc/passwd", "passwd.gguf"),
        ("/absolute/x.gguf", "x.gguf"),
        ("..\\..\\x.gguf", "x.gguf"),
        ("C:x.gguf", "C_x.gguf"),
        ("C:\\x.gguf", "x.gguf"),
        ("x\0y.gguf", "x_y.gguf"),
        ("x.gguf:stream", "x.gguf_stream.gguf"),
        ("nul.gguf", "_nul.gguf"),
        ("NUL", "_NUL.gguf"),
        ("com1.x.gguf", "_com1.x.gguf"),
        ("COM¹.gguf", "_COM1.gguf"),
        ("aux .gguf", "_aux.gguf"),
        ("..", "model.gguf"),
        ("", "model.gguf"),
        (".gguf", "gguf.gguf"),
        ("-.x.gguf", "x.gguf"),
        (".hidden.gguf", "hidden.gguf"),
        ("-rf.gguf", "rf.gguf"),
        ("x／..／y.gguf", "y.gguf"),
        ("x\u202eFUGG.exe", "x_FUGG.exe.gguf"),
        ("x\u200b.gguf", "x_.gguf"),
        ("模型.gguf", "模型.gguf"),
        ("big-00001-of-00003.gguf", "big-00001-of-00003.gguf"),
        ("\ud800.gguf", "_.gguf"),
    ],
)
def test_t19_a_foreign_name_becomes_a_name(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_t19_a_long_name_keeps_its_ending_and_its_part() -> None:
    assert safe_name("x" * 300 + ".gguf") == "x" * (MAX_NAME_BYTES - 6) + ".gguf"
    long = safe_name("模" * 300 + "-00001-of-00003.gguf")
    assert long.endswith("模-00001-of-00003.gguf") and len(long.encode()) <= MAX_NAME_BYTES


@given(st.text(max_size=400) | st.text(alphabet="./\\:\0conul -¹.gGuUfF", max_size=60))
def test_t19_no_text_becomes_a_path_or_a_name_that_a_system_refuses(text: str) -> None:
    name = safe_name(text)
    folder = Path("folder")
    assert (folder / name).parent == folder
    assert (folder / name).name == name
    assert name.lower().endswith(".gguf") and len(name) > 5
    assert len((name + ".part.json.new").encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|') and name.isprintable()
    assert name[0] not in ".- " and name[-1] not in ". "
    assert safe_name(name) == name


def test_a_file_is_called_by_its_address_or_by_wish() -> None:
    plain = (Remote("https://example.org/download?id=5"),)
    with pytest.raises(DownloadError, match="--name"):
        names_for(plain, "")
    assert names_for(plain, "../mine") == ("mine.gguf",)
    assert names_for((Remote("https://example.org/a%2Fb%00.gguf?x=y.gguf"),), "") == ("b_.gguf",)


def test_any_part_of_a_split_model_names_all_of_them() -> None:
    found = all_parts(Remote("https://example.org/x/big-00002-of-00003.gguf?k=v", "t", "p"))
    assert [each.address for each in found] == [
        f"https://example.org/x/big-0000{number}-of-00003.gguf?k=v" for number in (1, 2, 3)
    ]
    assert {(each.token, each.page) for each in found} == {("t", "p")}
    assert names_for(found, "")[2] == "big-00003-of-00003.gguf"
    assert names_for(found, "other.gguf")[0] == "other-00001-of-00003.gguf"
    assert names_for(found, "other-00009-of-00009.gguf")[1] == "other-00002-of-00003.gguf"
    for wrong in ("00000-of-00003", "00004-of-00003", "00001-of-99999"):
        with pytest.raises(DownloadError):
            all_parts(Remote(f"https://example.org/big-{wrong}.gguf"))


# -------------------------------------------------------------------------------------------------- redirects


@pytest.mark.parametrize(
    ("before", "location"),
    [
        ("https://example.org/x", "http://example.org/x"),
        ("https://example.org/x", "http://127.0.0.1/x"),
        ("https://example.org/x", "https://127.0.0.1/x"),
        ("https://example.org/x", "https://localhost/x"),
        ("https://example.org/x", "https://a.localhost./x"),
        ("https://example.org/x", "https://10.0.0.1/x"),
        ("https://example.org/x", "//169.254.169.254/latest"),
        ("https://example.org/x", "https://[::1]/x"),
        ("https://example.org/x", "https://[::ffff:10.0.0.1]/x"),
        ("https://example.org/x", "file:///etc/passwd"),
        ("https://example.org/x", "https://u:p@example.org/x"),
        ("http://localhost/x", "http://example.org/x"),
    ],
)
def test_a_redirect_out_of_safety_is_refused(before: str, location: str) -> None:
    with pytest.raises(DownloadError) as caught:
        follow(before, location)
    assert caught.value.code == "redirect_refused"


def test_a_redirect_elsewhere_is_followed_even_if_plain_http_is_allowed_only_up() -> None:
    assert follow("https://a.example/x/y", "../z?k=1#f") == "https://a.example/z?k=1"
    assert follow("https://a.example/x", "//b.example/z") == "https://b.example/z"
    assert follow("http://127.0.0.1/x", "https://b.example/z") == "https://b.example/z"
    with pytest.raises(DownloadError):
        follow("https://a.example/x", "http://b.example/z", allow_http=True)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "::1",
                                "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1"])  # fmt: skip
def test_an_address_inside_is_known(ip: str) -> None:
    assert is_local(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "example.org"])
def test_an_address_outside_is_known(ip: str) -> None:
    assert not is_local(ip)


def test_an_address_is_shown_without_what_may_be_a_secret() -> None:
    assert shown("https://user:pass@example.org/x?sig=1#f") == "https://example.org/x"
    assert shown("https://example.org/\x1b[31m\u202e") == "https://example.org/ [31m "


# ---------------------------------------------------------------------------------------------------- listing


def listed(answer: Answer) -> tuple[Listed, ...]:
    with serving(lambda _: answer) as server:
        found = read_word("owner/repo", Hub(server.origin, "hf_secret"))
        assert isinstance(found, Repository)
        try:
            return list_models(found, patience=Patience(silence_s=0.3))
        finally:
            assert server.requests[0].target == "/api/models/owner/repo/tree/main?recursive=true"
            assert server.requests[0].headers["authorization"] == "Bearer hf_secret"


def as_answer(value: object) -> Answer:
    body = json.dumps(value).encode()
    return Answer(200, {"Content-Length": str(len(body)), "Content-Type": "application/json"}, body)


def test_a_repository_lists_its_models_parts_as_one() -> None:
    entries = [
        {"type": "directory", "path": "Q8"},
        {"type": "file", "path": "README.md", "size": 5},
        {"type": "file", "path": "Q8/big-00002-of-00002.gguf", "size": 20, "lfs": {"oid": "00"}},
        {"type": "file", "path": "Q8/big-00001-of-00002.gguf", "size": 10},
        {"type": "file", "path": "small.gguf", "size": 3},
        {"type": "file", "path": "bad\u001b[31m.gguf", "size": 3},
        {"type": "directory", "path": "folder.gguf", "size": 0},
    ]
    assert listed(as_answer(entries)) == (
        Listed("Q8/big-00001-of-00002.gguf", 30, 2),
        Listed("small.gguf", 3),
    )
    assert listed(as_answer([])) == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (as_answer({"error": "x"}), "bad_listing"),
        (as_answer([{"path": 5}]), "bad_listing"),
        (Answer(200, {}, b"[" * 100_000), "bad_listing"),
        (Answer(200, {}, b'[{"path": "' + b"\xff" + b'", "type": "file"}]'), "bad_listing"),
        (Answer(200, {}, b'[{"more": ' + b"[" * 100_000), "bad_listing"),
        (Answer(200, {}, b" " * (MAX_LISTING + 1)), "bad_listing"),
        (Answer(401), "not_allowed"),
        (Answer(404), "no_such_file"),
        (Answer(500), "server_busy"),
        (Answer(silent=True), "unreachable"),
    ],
)
def test_a_listing_that_is_none_is_a_sentence(answer: Answer, code: str) -> None:
    with pytest.raises(DownloadError) as caught:
        listed(answer)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)
