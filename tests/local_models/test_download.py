"""Downloads against a real server that breaks every rule: whole files or a sentence, and nothing that came is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import shutil
import socket
import ssl
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gguf_files import GgufFile, Tensor, plausible
from hostile_server import Answer, Polite, Request, Script, serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_models.downloads.addresses import Remote
from local_models.downloads.answers import Patience
from local_models.downloads.http import Rules
from local_models.downloads.job import OVERLAP, Download, Downloaded
from local_models.downloads.part_file import Note, note_of, part_of
from local_models.downloads.progress import Progress
from local_models.errors import DownloadError, EngineError, ModelFileError
from local_models.model_files.catalog import Catalog

QUICK = Patience(
    connect_s=2, silence_s=0.3, tries=3, first_pause_s=0.01, longest_pause_s=0.02, longest_wait_s=0.5
)  # fmt: skip


def model_bytes(size: int = 400_000, seed: int = 1) -> bytes:
    """A model file whose header is right, of about `size` bytes of noise."""
    made = plausible()
    noise = random.Random(seed).randbytes(size // 256 * 256)
    made.tensors.append(Tensor("noise", (64, len(noise) // 256), noise))
    return _bytes(made)


def _bytes(made: GgufFile) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return made.write(Path(folder) / "made.gguf").read_bytes()


DATA = model_bytes()
OTHER = model_bytes(seed=2)
SHA = hashlib.sha256(DATA).hexdigest()


def begin(address: str | Remote, folder: Path, **wishes: object) -> Download:
    remote = address if isinstance(address, Remote) else Remote(address)
    wishes = {"patience": QUICK, "reserve": 0} | wishes
    return Download(remote, folder, **wishes).start()  # type: ignore[arg-type]


def fetched(script: Script, folder: Path, **wishes: object) -> tuple[Downloaded, list[Request]]:
    with serving(script) as server:
        done = begin(server.address(), folder, **wishes).wait(20)
        return done, server.requests


def refused(script: Script, folder: Path, code: str, **wishes: object) -> EngineError:
    """The error of a download that cannot work; it must be one sentence with a way out."""
    with serving(script) as server, pytest.raises(EngineError) as caught:
        begin(server.address(), folder, **wishes).wait(20)
    assert caught.value.code == code, caught.value
    assert "\n" not in str(caught.value) and str(caught.value).endswith((".", "gguf"))
    return caught.value


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def lay(folder: Path, address: str, data: bytes, **known: object) -> Path:
    """What an earlier download left: a part and what is known of it."""
    target = folder / "model.gguf"
    folder.mkdir(exist_ok=True)
    part_of(target).write_bytes(data)
    note = {"version": 1, "address": address, "etag": '"one"', "total": len(DATA)} | known
    note_of(target).write_text(json.dumps(note))
    return target


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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(DATA)))
def test_it_goes_on_at_any_byte(tmp_path: Path, at: int) -> None:
    with serving(Polite(DATA)) as server:
        folder = tmp_path / "again"
        shutil.rmtree(folder, ignore_errors=True)
        lay(folder, server.address(), DATA[:at])
        done = begin(server.address(), folder).wait(20)
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
    assert "same command" in str(error)
    kept = (tmp_path / "model.gguf.part").read_bytes()
    assert len(kept) > 100_000 and DATA.startswith(kept)
    assert left(tmp_path) == {"model.gguf.part", "model.gguf.part.json"}


def test_a_server_without_ranges_sends_anew_and_what_was_there_is_compared_not_lost(tmp_path: Path) -> None:
    with serving(Polite(DATA, ranges=False, cuts=(200_000, 100_000))) as server:
        lay(tmp_path, server.address(), DATA[:150_000])
        done = begin(server.address(), tmp_path).wait(20)
    assert (done.sha256, done.path.read_bytes()) == (SHA, DATA)
    assert len(server.requests) == 3


def test_what_is_there_without_a_note_is_compared_from_its_start(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        note_of(lay(tmp_path, server.address(), DATA[:150_000])).write_text("{ damaged")
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA
        assert [request.start for request in server.requests] == [0]


# ------------------------------------------------------------------------------------------ another file now


@pytest.mark.parametrize("if_range", [True, False], ids=["200", "206 all the same"])
@pytest.mark.parametrize("size", [400_000, 300_000, 500_000, 90_000])
def test_a_file_that_is_another_now_is_fetched_anew(tmp_path: Path, if_range: bool, size: int) -> None:
    now = model_bytes(size, seed=3)
    with serving(Polite(now, etag='"two"', if_range=if_range)) as server:
        lay(tmp_path, server.address(), DATA[:200_000])
        done = begin(server.address(), tmp_path).wait(20)
    assert done.path.read_bytes() == now
    assert done.sha256 == hashlib.sha256(now).hexdigest()


def test_bytes_that_differ_in_what_is_fetched_twice_start_it_anew(tmp_path: Path) -> None:
    """No ETag, the same size: only the bytes tell."""
    with serving(Polite(OTHER, etag="")) as server:
        lay(tmp_path, server.address(), DATA[:200_000], etag="")
        done = begin(server.address(), tmp_path).wait(20)
        assert [request.start for request in server.requests] == [200_000 - OVERLAP, 0]
    assert done.path.read_bytes() == OTHER


def test_a_part_with_noise_at_its_end_is_mended(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        lay(tmp_path, server.address(), DATA[:200_000] + bytes(50_000))
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA


def test_a_part_that_is_longer_than_the_file_is_cut(tmp_path: Path) -> None:
    for surplus in (10, OVERLAP + 10):
        with serving(Polite(DATA)) as server:
            folder = tmp_path / str(surplus)
            lay(folder, server.address(), DATA + bytes(surplus))
            assert begin(server.address(), folder).wait(20).path.read_bytes() == DATA


def test_a_drop_while_comparing_another_version_mixes_nothing(tmp_path: Path) -> None:
    """The new version's validator was noted before its bytes were there, and the two were joined."""
    now = DATA[:250_000] + OTHER[250_000:]
    with serving(Polite(now, etag='"two"', cuts=(200_000,))) as server:
        lay(tmp_path, server.address(), DATA[:390_000])
        assert begin(server.address(), tmp_path).wait(20).path.read_bytes() == now


def test_a_login_page_in_the_place_of_the_rest_loses_nothing(tmp_path: Path) -> None:
    page = Answer(200, {"Content-Length": "300000"}, b"<html>" + b" " * 299_994)
    with serving(lambda _: page) as server:
        target = lay(tmp_path, server.address(), DATA[:200_000])
        with pytest.raises(DownloadError) as caught:
            begin(server.address(), tmp_path).wait(20)
        assert caught.value.code == "other_kind"
        assert part_of(target).read_bytes() == DATA[:200_000]
        server.script = Polite(DATA)
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA


def test_a_part_from_another_address_is_not_thrown_away(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        target = lay(tmp_path, "https://elsewhere.example/model.gguf", OTHER[:200_000])
        with pytest.raises(DownloadError, match="elsewhere") as caught:
            begin(server.address(), tmp_path).wait(20)
        assert caught.value.code == "name_taken"
        assert part_of(target).read_bytes() == OTHER[:200_000]
        done = begin(server.address(), tmp_path, name="mine").wait(20)
        assert done.path == tmp_path / "mine.gguf"


def test_a_mirror_goes_on_where_the_digest_proves_it(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        lay(tmp_path, "https://elsewhere.example/model.gguf", DATA[:200_000], sha256=SHA)
        begin(server.address(), tmp_path, sha256=[SHA]).wait(20)
        assert server.requests[0].start == 200_000 - OVERLAP


def test_a_file_of_this_name_is_kept_unless_it_is_the_one(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        (tmp_path / "model.gguf").write_bytes(DATA)
        assert begin(server.address(), tmp_path, sha256=[SHA]).wait(20).sha256 == SHA
        assert server.requests == []
        (tmp_path / "model.gguf").write_bytes(OTHER)
        for wishes in ({"sha256": [SHA]}, {}):
            with pytest.raises(DownloadError) as caught:
                begin(server.address(), tmp_path, **wishes).wait(20)
            assert caught.value.code == "name_taken"
        assert (tmp_path / "model.gguf").read_bytes() == OTHER


def test_a_program_that_ended_right_after_the_renaming_is_taken_up(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        target = lay(tmp_path, server.address(), DATA)
        part_of(target).replace(target)
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA
        assert server.requests[0].start == len(DATA) - OVERLAP
    assert left(tmp_path) == {"model.gguf"}


# ------------------------------------------------------------------------------------------- lies and refusals


def test_a_length_that_is_too_long_is_a_drop(tmp_path: Path) -> None:
    refused(Polite(DATA, more=1000), tmp_path, "broken_off")
    assert (tmp_path / "model.gguf.part").read_bytes() == DATA


def test_a_length_that_is_too_short_is_known_from_the_header(tmp_path: Path) -> None:
    error = refused(Polite(DATA, more=-1000), tmp_path, "too_short")
    assert "its own header" in str(error)


def test_a_range_shorter_than_it_says_is_asked_for_again(tmp_path: Path) -> None:
    def script(request: Request) -> Answer:
        whole = Polite(DATA)(request)
        if request.number:
            return whole
        return Answer(206, whole.headers | {"Content-Length": "70000"}, whole.body[:70_000])

    with serving(script) as server:
        lay(tmp_path, server.address(), DATA[:100_000])
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA
        assert len(server.requests) == 2


def test_a_file_that_never_ends_is_stopped(tmp_path: Path) -> None:
    endless = Polite(DATA + bytes(400_000), chunked=True)
    refused(endless, tmp_path, "too_long")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(200, {"Content-Length": "0"}), "bad_size"),
        (Answer(200, {"Content-Length": str(1 << 50)}), "bad_size"),
        (Answer(200, {"Content-Length": "9" * 30}, b""), "broken_off"),
        (Answer(200, {"Content-Length": "99", "Content-Type": "text/html; charset=utf-8"}, b"<p>"), "web_page"),
        (Answer(200, {"Content-Length": "99", "Content-Encoding": "gzip"}, b"\x1f\x8b"), "packed"),
        (Answer(206, {"Content-Length": "9", "Content-Range": "bytes 5-13/100"}, b"123456789"), "other_part"),
        (Answer(206, {"Content-Length": "9"}, b"123456789"), "other_part"),
        (Answer(204), "no_such_file"),
        (Answer(304), "no_such_file"),
        (Answer(400), "no_such_file"),
        (Answer(401), "not_allowed"),
        (Answer(403), "not_allowed"),
        (Answer(404), "no_such_file"),
        (Answer(410), "no_such_file"),
        (Answer(416), "no_such_file"),
        (Answer(429), "server_busy"),
        (Answer(429, {"Retry-After": "7200"}), "server_busy"),
        (Answer(500), "server_busy"),
        (Answer(503, {"Retry-After": "soon"}), "server_busy"),
        (Answer(302), "redirect_refused"),
        (Answer(302, {"Location": "/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "ftp://example.org/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "http://example.org/model.gguf"}), "redirect_refused"),
        (Answer(302, {"Location": "https://user:pass@example.org/"}), "redirect_refused"),
        (Answer(302, {"Location": "http://["}), "redirect_refused"),
        (Answer(silent=True), "unreachable"),
        (Answer(200, {"Content-Length": "nine"}, b"x"), "broken_off"),
    ],
)
def test_every_answer_that_is_not_the_file_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, answer: Answer, code: str
) -> None:
    refused(lambda _: answer, tmp_path, code)
    assert left(tmp_path) == set()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!doctype html><html>" + b" " * 400_000, "not_gguf"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "not_gguf"),
        (b"PK\x03\x04" + bytes(400_000), "not_gguf"),
        (bytes(400_000), "not_gguf"),
        (b"GGUF\x01\0\0\0" + bytes(400_000), "version"),
        (_bytes(plausible().add("general.type", "adapter")) + bytes(400_000), "not_a_model"),
    ],
)
def test_a_file_that_is_no_model_is_refused_at_its_beginning_and_deleted(
    tmp_path: Path, data: bytes, code: str
) -> None:
    """The server falls silent after 5,000 bytes: they were enough."""
    with serving(Polite(data, cuts=(5000,) * 9, hang=len(data) > 5000)) as server:
        with pytest.raises(ModelFileError) as caught:
            begin(server.address(), tmp_path).wait(20)
        assert caught.value.code == code
        assert "model.gguf" in str(caught.value) and ".part" not in str(caught.value)
        assert len(server.requests) == 1
    assert left(tmp_path) == set()


def test_a_wrong_digest_deletes_what_came(tmp_path: Path) -> None:
    refused(Polite(OTHER), tmp_path, "wrong_digest", sha256=[SHA])
    assert left(tmp_path) == set()


def test_a_busy_server_is_waited_for_as_long_as_it_asks(tmp_path: Path) -> None:
    soon = f"{datetime.now(UTC) + timedelta(seconds=1):%a, %d %b %Y %H:%M:%S GMT}"
    pauses = iter([{"Retry-After": "0"}, {"Retry-After": soon}])

    def script(request: Request) -> Answer:
        return Answer(429, next(pauses)) if request.number < 2 else Polite(DATA)(request)

    assert fetched(script, tmp_path, patience=Patience(first_pause_s=9, longest_wait_s=3))[0].sha256 == SHA


def test_a_server_that_falls_silent_is_asked_again(tmp_path: Path) -> None:
    done, requests = fetched(Polite(DATA, cuts=(150_000,), hang=True), tmp_path)
    assert (done.sha256, len(requests)) == (SHA, 2)


def test_a_machine_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with serving(Polite(DATA)) as server:
        address = server.address()
    with pytest.raises(DownloadError) as caught:
        begin(address, tmp_path, patience=Patience()).wait(5)
    assert caught.value.code == "unreachable"


def test_a_disk_without_room_is_told_before_anything_comes(tmp_path: Path) -> None:
    error = refused(Polite(DATA, cuts=(5000,) * 9), tmp_path, "no_space", reserve=1 << 60)
    assert f"{len(DATA):,} bytes are still to come" in str(error)
    with serving(Polite(DATA)) as server:
        lay(tmp_path, server.address(), DATA[:200_000])
        with pytest.raises(DownloadError, match=f"{len(DATA) - 200_000:,} bytes are still to come"):
            begin(server.address(), tmp_path, reserve=1 << 60).wait(20)


# -------------------------------------------------------------------------------------------------- cancelling


@pytest.mark.parametrize(
    "script", [lambda _: Answer(silent=True), Polite(DATA, cuts=(150_000,), hang=True)], ids=["silent", "in the middle"]
)
def test_a_cancel_is_felt_at_once_and_what_came_stays(tmp_path: Path, script: Script) -> None:
    with serving(script) as server:
        download = begin(server.address(), tmp_path, patience=Patience())
        wait_until(lambda: bool(server.requests))
        time.sleep(0.05)
        asked = time.monotonic()
        download.cancel()
        with pytest.raises(DownloadError) as caught:
            download.wait(5)
        assert time.monotonic() - asked < 0.3
        assert caught.value.code == "download_cancelled"
        server.script = Polite(DATA)
        assert begin(server.address(), tmp_path).wait(20).sha256 == SHA
        assert bool(server.requests[-1].start) == isinstance(script, Polite)


def test_a_cancel_is_felt_while_connecting_while_waiting_and_before_the_start(tmp_path: Path) -> None:
    unanswering = "http://127.0.0.1:9/model.gguf"
    download = Download(Remote(unanswering), tmp_path)
    download.cancel()
    with pytest.raises(DownloadError, match="stopped"):
        download.start().wait(5)
    with full_backlog() as address:
        connecting = begin(address, tmp_path, patience=Patience())
        time.sleep(0.1)
        asked = time.monotonic()
        connecting.cancel()
        with pytest.raises(DownloadError, match="stopped"):
            connecting.wait(5)
        assert time.monotonic() - asked < 0.3
    with serving(lambda _: Answer(500)) as server:
        waiting = begin(server.address(), tmp_path, patience=Patience(first_pause_s=30))
        wait_until(lambda: bool(server.requests))
        time.sleep(0.1)
        waiting.cancel()
        with pytest.raises(DownloadError, match="stopped"):
            waiting.wait(1)


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """An address whose machine takes no connection and refuses none."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, contextlib.ExitStack() as held:
        port = listening.getsockname()[1]
        for _ in range(4):
            filling = held.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}/model.gguf"


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_same_file_is_downloaded_once_at_a_time(tmp_path: Path) -> None:
    with serving(Polite(DATA, cuts=(150_000,), hang=True)) as server:
        first = begin(server.address(), tmp_path, patience=Patience())
        wait_until(lambda: bool(server.requests))
        with pytest.raises(DownloadError) as caught:
            begin(server.address(), tmp_path).wait(5)
        assert caught.value.code == "downloading"
        first.cancel()
        with pytest.raises(DownloadError):
            first.wait(5)
        assert begin(server.address(), tmp_path).wait(5).sha256 == SHA


def test_the_end_is_told_once_on_the_downloads_thread_and_a_bad_receiver_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ends: list[tuple[object, str]] = []

    def on_end(outcome: object) -> None:
        ends.append((outcome, threading.current_thread().name))
        raise ValueError

    def on_progress(_: Progress) -> None:
        raise ValueError

    done, _ = fetched(Polite(DATA), tmp_path, on_end=on_end, on_progress=on_progress)
    wait_until(lambda: bool(ends))
    assert ends == [(done, "download")]


def test_memory_stays_small_where_the_disk_is_slower_than_the_network(tmp_path: Path) -> None:
    pauses = iter([0.3] * 3)
    data = model_bytes(40_000_000)
    with serving(Polite(data)) as server:
        download = Download(
            Remote(server.address()), tmp_path, reserve=0, on_progress=lambda _: time.sleep(next(pauses, 0))
        )
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        download.start().wait(30)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    assert peak < 8_000_000, peak


# --------------------------------------------------------------------------------------------------- split models


def split_parts(count: int = 3) -> list[bytes]:
    """The parts of a model: the first has the header's words, the others tensors only."""
    found = [_bytes(plausible())]
    for number in range(1, count):
        made = GgufFile().add("split.no", number)
        made.tensors.append(Tensor(f"t{number}", (64, 400), random.Random(number).randbytes(64 * 400 * 4)))
        found.append(_bytes(made))
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
        done = begin(address, tmp_path, sha256=digests, on_progress=told.append).wait(20)
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
            begin(address, tmp_path).wait(20)
        assert not (tmp_path / "big-00001-of-00003.gguf").exists()
        server.script = split_script(parts)
        assert begin(address, tmp_path).wait(20).sha256 == hashlib.sha256(b"".join(parts)).hexdigest()
    assert len(left(tmp_path)) == 3


def test_a_split_model_with_a_part_that_is_not_there_is_refused_before_anything_comes(tmp_path: Path) -> None:
    def script(request: Request) -> Answer:
        return Answer(404) if "-00003-" in request.target else Polite(DATA)(request)

    with serving(script) as server, pytest.raises(DownloadError, match="00003"):
        begin(server.address("/big-00001-of-00003.gguf"), tmp_path).wait(20)
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
            done = begin(remote, tmp_path).wait(20)
            assert done.sha256 == SHA
            assert [request.headers.get("authorization") for request in server.requests] == ["Bearer hf_secret"] * 2
            assert "authorization" not in store.requests[0].headers
            assert begin(remote, tmp_path).wait(20).path.read_bytes() == DATA  # known to be there by its digest


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
            begin(remote, tmp_path).wait(20)
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
            begin(address, tmp_path / "models").wait(20)
        assert caught.value.code == "bad_certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert begin(address, tmp_path / "models").wait(20).sha256 == SHA
        server.script = lambda _: Answer(302, {"Location": plain.address()})
        with pytest.raises(DownloadError, match="without encryption"):
            begin(address, tmp_path / "models", name="other").wait(20)
        assert plain.requests == []


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for localhost, and the file of the authority that signed it: itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(signed)
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


def test_a_note_is_small_and_says_what_is_known(tmp_path: Path) -> None:
    with serving(Polite(DATA, cuts=(100_000, 10, 10, 10))) as server, pytest.raises(DownloadError):
        begin(server.address("/model.gguf?key=1"), tmp_path, sha256=[SHA]).wait(20)
    note = json.loads((tmp_path / "model.gguf.part.json").read_text())
    assert note == {
        "version": 1, "address": server.address(), "etag": '"one"', "modified": "", "total": len(DATA), "sha256": SHA
    }  # fmt: skip
    assert set(note) == set(Note.__struct_fields__)
