"""Downloads of split models, and over redirects, with secrets, from the hub."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from downloads_begun import DATA, SHA, begin, file_bytes, left, refused
from gguf_files import GgufFile, Tensor, plausible
from hostile_server import Answer, Polite, Request, Script, serving
from own_authority import certificate, stored

from local_models.downloads.addresses import Remote
from local_models.downloads.http import Rules
from local_models.downloads.part_file import Note
from local_models.downloads.progress import Progress
from local_models.errors import DownloadError
from local_models.model_files.catalog import Catalog

# --------------------------------------------------------------------------------------------------- split models


def split_parts(count: int = 3) -> list[bytes]:
    """The parts of a model: the first has the header's words, the others tensors only."""
    found = [file_bytes(plausible())]
    for number in range(1, count):
        made = GgufFile().add("split.no", number)
        made.tensors.append(Tensor(f"t{number}", (64, 400), random.Random(number).randbytes(64 * 400 * 4)))
        found.append(file_bytes(made))
    return found


def split_script(parts: list[bytes], **wishes: object) -> Script:
    def script(request: Request) -> Answer:
        number = int(request.target.rsplit("-of-")[0][-5:])
        return Polite(parts[number - 1], **wishes)(request)  # type: ignore[arg-type]

    return script


@pytest.mark.parametrize("given_part", [1, 3])
def test_all_parts_of_a_split_model_come_with_one_progress_and_the_first_is_named_last(
    tmp_path: Path, given_part: int
) -> None:
    parts = split_parts()
    told: list[Progress] = []
    with serving(split_script(parts)) as server:
        address = server.address(f"/big-{given_part:05}-of-00003.gguf?key=1")
        digests = [hashlib.sha256(part).hexdigest() for part in parts]
        done = begin(address, tmp_path, sha256=digests, on_progress=told.append).wait(60)
        assert {request.target.partition("?")[2] for request in server.requests} == {"key=1"}
    assert done.path == tmp_path / "big-00001-of-00003.gguf"
    assert left(tmp_path) == {f"big-0000{number}-of-00003.gguf" for number in (1, 2, 3)}
    assert done.sha256 == hashlib.sha256(b"".join(parts)).hexdigest()
    assert done.size == sum(map(len, parts)) == told[-1].done == told[-1].total
    assert [each.done for each in told] == sorted(each.done for each in told)
    (card,) = Catalog(tmp_path / "models.json").add(done.path)
    assert card.header.split_count == 3


def test_a_split_model_goes_on_in_the_middle_of_a_part(tmp_path: Path) -> None:
    parts = split_parts()
    with serving(split_script(parts, cuts=(None,) * 5 + (80_000, 10, 10, 10, 10))) as server:
        address = server.address("/big-00001-of-00003.gguf")
        with pytest.raises(DownloadError):
            begin(address, tmp_path).wait(60)
        assert not (tmp_path / "big-00001-of-00003.gguf").exists()
        server.script = split_script(parts)
        assert begin(address, tmp_path).wait(60).sha256 == hashlib.sha256(b"".join(parts)).hexdigest()
    assert len(left(tmp_path)) == 3


def test_a_split_model_with_a_part_that_is_not_there_is_refused_before_anything_comes(tmp_path: Path) -> None:
    def script(request: Request) -> Answer:
        return Answer(404) if "-00003-" in request.target else Polite(DATA)(request)

    with serving(script) as server, pytest.raises(DownloadError, match="00003"):
        begin(server.address("/big-00001-of-00003.gguf"), tmp_path).wait(60)
    assert left(tmp_path) == set()


# ----------------------------------------------------------------------------------- redirects, secrets, the hub


def test_a_redirect_is_followed_and_a_token_stays_with_its_origin(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as store:

        def hub(request: Request) -> Answer:
            if request.target == "/model.gguf":
                return Answer(307, {"Location": "/moved/model.gguf"})
            headers = {"Location": store.address("/signed?key=x"), "X-Linked-Etag": f'"{SHA}"'}
            return Answer(302, headers | {"X-Linked-Size": str(len(DATA))}, b"Found")

        with serving(hub) as server:
            remote = Remote(server.address(), "hf_secret")
            done = begin(remote, tmp_path).wait(60)
            assert done.sha256 == SHA
            assert [request.headers.get("authorization") for request in server.requests] == ["Bearer hf_secret"] * 2
            assert "authorization" not in store.requests[0].headers
            assert begin(remote, tmp_path).wait(60).path.read_bytes() == DATA  # known to be there by its digest


@pytest.mark.parametrize(
    ("linked", "code"),
    [({"X-Linked-Etag": f'"{"0" * 64}"'}, "wrong_digest"), ({"X-Linked-Size": "7"}, "other_length")],
)
def test_what_the_hub_says_of_a_file_is_held_against_what_comes(
    tmp_path: Path, linked: dict[str, str], code: str
) -> None:
    with serving(Polite(DATA)) as store:
        refused(lambda _: Answer(302, {"Location": store.address()} | linked), tmp_path, code)
    assert left(tmp_path) == set()


def test_no_secret_is_told_or_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="local_models")
    with serving(Polite(DATA, cuts=(150_000,) + (10,) * 9)) as server:
        remote = Remote(server.address("/model.gguf?signature=marker#fragment"), "hf_marker")
        with pytest.raises(DownloadError) as caught:
            begin(remote, tmp_path).wait(60)
    assert "marker" not in str(caught.value) + repr(remote.token and Remote("https://x/", "hf_marker")) + caplog.text
    assert not any(b"marker" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_redirect_from_the_public_network_into_the_own_one_is_refused_at_the_connection(tmp_path: Path) -> None:
    """The first machine counts as public here. A name may stand for any address, so names do not decide it."""
    rules = Rules(is_local=lambda ip: ip == "127.0.0.2")
    with serving(Polite(DATA), host="127.0.0.2") as inside:
        port = inside.origin.rpartition(":")[2]
        script = Answer(302, {"Location": f"http://127.0.0.2:{port}/model.gguf"})
        error = refused(lambda _: script, tmp_path, "redirect_refused", rules=rules)
        assert "your own network" in str(error)
        assert inside.requests == []


def test_tls_is_verified_and_a_redirect_out_of_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    tls, authority = certificate(tmp_path)
    with serving(Polite(DATA), tls=tls) as server, serving(Polite(DATA)) as plain:
        address = server.address().replace("127.0.0.1", "localhost")
        with pytest.raises(DownloadError) as caught:
            begin(address, tmp_path / "models").wait(60)
        assert caught.value.code == "bad_certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert begin(address, tmp_path / "models").wait(60).sha256 == SHA
        server.script = lambda _: Answer(302, {"Location": plain.address()})
        with pytest.raises(DownloadError, match="without encryption"):
            begin(address, tmp_path / "models", name="other").wait(60)
        assert plain.requests == []


def test_an_authority_in_the_machines_own_store_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    tls, authority = certificate(tmp_path)
    with serving(Polite(DATA), tls=tls) as server:
        stored(monkeypatch, tmp_path / "store", authority)
        address = server.address().replace("127.0.0.1", "localhost")
        assert begin(address, tmp_path / "models").wait(60).sha256 == SHA


def test_a_note_is_small_and_says_what_is_known(tmp_path: Path) -> None:
    with serving(Polite(DATA, cuts=(100_000, 10, 10, 10))) as server, pytest.raises(DownloadError):
        begin(server.address("/model.gguf?key=1"), tmp_path, sha256=[SHA]).wait(60)
    note = json.loads((tmp_path / "model.gguf.part.json").read_text())
    assert note == {
        "version": 1, "address": server.address(), "etag": '"one"', "modified": "", "total": len(DATA), "sha256": SHA
    }  # fmt: skip
    assert set(note) == set(Note.__struct_fields__)
