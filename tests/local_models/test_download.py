"""Downloads against a real server: whole files, and nothing that came is lost."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from downloads_begun import DATA, OTHER, SHA, begin, fetched, lay, left, model_bytes, refused
from hostile_server import Answer, Polite, serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_models.downloads.job import OVERLAP
from local_models.downloads.part_file import note_of, part_of
from local_models.downloads.progress import Progress
from local_models.errors import DownloadError

# --------------------------------------------------------------------------------------------- what goes well


def test_a_file_comes_whole_with_its_digest_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    told: list[Progress] = []
    done, (request,) = fetched(Polite(DATA), tmp_path, sha256=[SHA.upper()], on_progress=told.append)
    assert done.path == tmp_path / "model.gguf"
    assert done.path.read_bytes() == DATA
    assert (done.size, done.sha256) == (len(DATA), SHA)
    assert left(tmp_path) == {"model.gguf"}
    assert request.headers["accept-encoding"] == "identity"
    assert told[0].doing == "asking"
    assert (told[-1].doing, told[-1].done, told[-1].total) == ("downloading", len(DATA), len(DATA))


def test_a_file_without_a_length_comes_whole_as_its_header_says(tmp_path: Path) -> None:
    assert fetched(Polite(DATA, chunked=True), tmp_path)[0].sha256 == SHA


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(DATA)))
def test_it_goes_on_at_any_byte(tmp_path: Path, at: int) -> None:
    with serving(Polite(DATA)) as server:
        folder = tmp_path / "again"
        shutil.rmtree(folder, ignore_errors=True)
        lay(folder, server.address(), DATA[:at])
        done = begin(server.address(), folder).wait(60)
        assert done.path.read_bytes() == DATA
        assert done.sha256 == SHA
        (request,) = server.requests
        assert request.start == (max(0, at - OVERLAP) if at >= OVERLAP else 0)
        assert request.headers.get("if-range") == ('"one"' if request.start else None)
        assert left(folder) == {"model.gguf"}


@pytest.mark.parametrize("server", [{"etag": ""}, {"etag": "", "modified": "Mon, 02 Nov 2026 10:00:00 GMT"}])
def test_a_server_that_drops_again_and_again_is_asked_for_the_rest(tmp_path: Path, server: dict[str, str]) -> None:
    big = model_bytes(5_000_000)
    step = 1_500_000
    told: list[Progress] = []
    done, requests = fetched(Polite(big, cuts=(step,) * 4, **server), tmp_path, on_progress=told.append)  # type: ignore[arg-type]
    assert done.path.read_bytes() == big
    assert [request.start for request in requests] == [
        0, *(number * step - number * OVERLAP for number in range(1, len(requests)))
    ]  # fmt: skip
    assert requests[1].headers.get("if-range", "") == server.get("modified", "")
    assert "waiting" in {each.doing for each in told}


def test_a_server_that_only_drops_is_left_after_some_tries_and_what_came_stays(tmp_path: Path) -> None:
    error = refused(Polite(DATA, cuts=(100_000, 70_000, 70_000, 70_000, 70_000)), tmp_path, "broken_off")
    assert "try again later" in str(error).lower()
    kept = (tmp_path / "model.gguf.part").read_bytes()
    assert len(kept) > 100_000 and DATA.startswith(kept)
    assert left(tmp_path) == {"model.gguf.part", "model.gguf.part.json"}


def test_a_server_without_ranges_sends_anew_and_what_was_there_is_compared_not_lost(tmp_path: Path) -> None:
    with serving(Polite(DATA, ranges=False, cuts=(200_000, 100_000))) as server:
        lay(tmp_path, server.address(), DATA[:150_000])
        done = begin(server.address(), tmp_path).wait(60)
    assert (done.sha256, done.path.read_bytes()) == (SHA, DATA)
    assert len(server.requests) == 3


def test_what_is_there_without_a_note_is_compared_from_its_start(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        note_of(lay(tmp_path, server.address(), DATA[:150_000])).write_text("{ damaged")
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA
        assert [request.start for request in server.requests] == [0]


# ------------------------------------------------------------------------------------------ another file now


@pytest.mark.parametrize("if_range", [True, False], ids=["200", "206 all the same"])
@pytest.mark.parametrize("size", [400_000, 300_000, 500_000, 90_000])
def test_a_file_that_is_another_now_is_fetched_anew(tmp_path: Path, if_range: bool, size: int) -> None:
    now = model_bytes(size, seed=3)
    with serving(Polite(now, etag='"two"', if_range=if_range)) as server:
        lay(tmp_path, server.address(), DATA[:200_000])
        done = begin(server.address(), tmp_path).wait(60)
    assert done.path.read_bytes() == now
    assert done.sha256 == hashlib.sha256(now).hexdigest()


def test_bytes_that_differ_in_what_is_fetched_twice_start_it_anew(tmp_path: Path) -> None:
    """No ETag, the same size: only the bytes tell."""
    with serving(Polite(OTHER, etag="")) as server:
        lay(tmp_path, server.address(), DATA[:200_000], etag="")
        done = begin(server.address(), tmp_path).wait(60)
        assert [request.start for request in server.requests] == [200_000 - OVERLAP, 0]
    assert done.path.read_bytes() == OTHER


def test_a_part_with_noise_at_its_end_is_mended(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        lay(tmp_path, server.address(), DATA[:200_000] + bytes(50_000))
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA


def test_a_part_that_is_longer_than_the_file_is_cut(tmp_path: Path) -> None:
    for surplus in (10, OVERLAP + 10):
        with serving(Polite(DATA)) as server:
            folder = tmp_path / str(surplus)
            lay(folder, server.address(), DATA + bytes(surplus))
            assert begin(server.address(), folder).wait(60).path.read_bytes() == DATA


def test_a_drop_while_comparing_another_version_mixes_nothing(tmp_path: Path) -> None:
    """The new version's validator was noted before its bytes were there, and the two were joined."""
    now = DATA[:250_000] + OTHER[250_000:]
    with serving(Polite(now, etag='"two"', cuts=(200_000,))) as server:
        lay(tmp_path, server.address(), DATA[:390_000])
        assert begin(server.address(), tmp_path).wait(60).path.read_bytes() == now


def test_a_login_page_in_the_place_of_the_rest_loses_nothing(tmp_path: Path) -> None:
    page = Answer(200, {"Content-Length": "300000"}, b"<html>" + b" " * 299_994)
    with serving(lambda _: page) as server:
        target = lay(tmp_path, server.address(), DATA[:200_000])
        with pytest.raises(DownloadError) as caught:
            begin(server.address(), tmp_path).wait(60)
        assert caught.value.code == "other_kind"
        assert part_of(target).read_bytes() == DATA[:200_000]
        server.script = Polite(DATA)
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA


def test_a_part_from_another_address_is_not_thrown_away(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        target = lay(tmp_path, "https://elsewhere.example/model.gguf", OTHER[:200_000])
        with pytest.raises(DownloadError, match="elsewhere") as caught:
            begin(server.address(), tmp_path).wait(60)
        assert caught.value.code == "name_taken"
        assert part_of(target).read_bytes() == OTHER[:200_000]
        done = begin(server.address(), tmp_path, name="mine").wait(60)
        assert done.path == tmp_path / "mine.gguf"


def test_a_mirror_goes_on_where_the_digest_proves_it(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        lay(tmp_path, "https://elsewhere.example/model.gguf", DATA[:200_000], sha256=SHA)
        begin(server.address(), tmp_path, sha256=[SHA]).wait(60)
        assert server.requests[0].start == 200_000 - OVERLAP


def test_a_file_of_this_name_is_kept_unless_it_is_the_one(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        (tmp_path / "model.gguf").write_bytes(DATA)
        assert begin(server.address(), tmp_path, sha256=[SHA]).wait(60).sha256 == SHA
        assert server.requests == []
        (tmp_path / "model.gguf").write_bytes(OTHER)
        for wishes in ({"sha256": [SHA]}, {}):
            with pytest.raises(DownloadError) as caught:
                begin(server.address(), tmp_path, **wishes).wait(60)
            assert caught.value.code == "name_taken"
        assert (tmp_path / "model.gguf").read_bytes() == OTHER


def test_a_program_that_ended_right_after_the_renaming_is_taken_up(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        target = lay(tmp_path, server.address(), DATA)
        part_of(target).replace(target)
        assert begin(server.address(), tmp_path).wait(60).sha256 == SHA
        assert server.requests[0].start == len(DATA) - OVERLAP
    assert left(tmp_path) == {"model.gguf"}
