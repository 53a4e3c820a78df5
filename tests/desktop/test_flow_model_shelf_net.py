"""The models' room and what is elsewhere: repositories, downloads and servers, all real."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_server import Answer, Polite, Request, serving
from openai_server import serving as answering
from shelf_desk import GIGABYTES, STARTER, Desk, model_bytes

from desktop.flow.models.downloads import Coming, coming_row, progress_text
from desktop.flow.models.servers import ServerWish, where_of
from local_models.downloads.addresses import Remote
from local_models.downloads.leftovers import leftovers
from local_models.downloads.progress import Progress
from local_models.endpoints.engine import EndpointEngine
from local_models.engines import Engines
from local_models.scripted import ScriptedEngine


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[Desk]:
    engine = ScriptedEngine(lambda _prompt, count: ["one two"] * count)
    made = Desk(tmp_path / "profile", engine, 8 * GIGABYTES)
    yield made
    made.shelf.close()
    engine.close()


def test_looking_downloads_nothing_and_the_button_says_how_much(desk: Desk, tmp_path: Path) -> None:
    data = model_bytes(tmp_path)
    desk.look()
    with serving(Polite(data)) as server:
        desk.shelf.ask(server.address())
        desk.until(lambda: not desk.shelf.finding.asking, "it has been looked up")
        (offer,) = desk.shelf.found
        assert (offer.title, offer.button) == ("model.gguf", f"Download, {len(data) / 1e6:.1f}\u00a0MB")
        assert "licence: see where you found it" in offer.line
        assert not (desk.folder / "models").exists(), "nothing has come"
        desk.shelf.download(offer.key)
        desk.until(lambda: bool(desk.told), "it has come")
        desk.until(lambda: "model" in desk.shelf.names, "it is listed")
    assert desk.told[0].text == "model.gguf has come, whole and checked."
    assert desk.told[0].chosen == desk.row("model").key
    assert desk.fact("model", "File SHA-256") == hashlib.sha256(data).hexdigest(), "computed while it came"
    assert desk.shelf.downloads.all == ()


def test_a_repository_is_looked_up_and_each_of_its_models_has_a_button(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = model_bytes(tmp_path)
    listed = [
        {"type": "file", "path": "Name-Q4.gguf", "size": len(data)},
        {"type": "file", "path": "big/Name-Q8-00001-of-00002.gguf", "size": 40 * GIGABYTES},
        {"type": "file", "path": "big/Name-Q8-00002-of-00002.gguf", "size": 2 * GIGABYTES},
        {"type": "file", "path": "README.md", "size": 9},
    ]

    def script(request: Request) -> Answer:
        if request.target.startswith("/api/models/org/name-GGUF/"):
            body = json.dumps(listed).encode()
            return Answer(200, {"Content-Length": str(len(body)), "Content-Type": "application/json"}, body)
        if request.target == "/org/name-GGUF/resolve/main/Name-Q4.gguf":
            return Polite(data)(request)
        return Answer(404, {"Content-Length": "0"})

    with serving(script) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        desk.look()
        desk.shelf.ask("org/name-GGUF")
        desk.until(lambda: not desk.shelf.finding.asking, "it has been looked up")
        small, large = desk.shelf.found
        assert (small.title, small.use, small.button) == ("Name-Q4.gguf", "3.0\u00a0MB", "Download, 3.0\u00a0MB")
        assert small.line == f"licence: see {server.origin}/org/name-GGUF"
        assert large.use == "42.0\u00a0GB" and "Larger than the 8.0\u00a0GB of memory" in large.why and large.button
        assert len(server.requests) == 1, "the list and nothing else"
        desk.shelf.download(small.key)
        desk.until(lambda: "Name-Q4" in desk.shelf.names, "it has come")
        desk.shelf.ask("org/other-GGUF/none.gguf")
        desk.until(lambda: not desk.shelf.finding.asking, "it has been looked up")
        assert desk.shelf.finding.said.tone == "danger" and desk.shelf.found == ()


def test_a_download_is_stopped_gone_on_with_and_survives_the_window(home: Path, desk: Desk, tmp_path: Path) -> None:
    data = model_bytes(tmp_path)
    with serving(Polite(data, cuts=(None, 1_500_000), hang=True)) as server:
        desk.look()
        desk.shelf.ask(server.address("/big.gguf"))
        desk.until(lambda: bool(desk.shelf.found), "it has been looked up")
        desk.shelf.download(desk.shelf.found[0].key)
        part = desk.folder / "models" / "big.gguf.part"
        desk.until(lambda: part.exists() and part.stat().st_size == 1_500_000, "half of it has come")
        assert desk.row("big.gguf").kind == "coming" and desk.shelf.rows[0].key == desk.row("big.gguf").key
        assert not desk.shelf.found[0].button, "it is coming already"
        desk.act("big.gguf", "cancel")
        desk.until(lambda: desk.row("big.gguf").state == "Stopped", "it is stopped")
        desk.look()
        assert (desk.row("big.gguf").line, round(desk.row("big.gguf").share or 0, 2)) == (
            "1.5\u00a0MB of 3.0\u00a0MB",
            0.5,
        )
        assert [act.name for act in desk.detail("big.gguf").acts] == ["go_on", "discard"]
        assert desk.said("big.gguf") == "", "a person who stops it needs no error"

        server.script = Polite(data, cuts=(*[None] * len(server.requests), 1_200_000), hang=True)
        desk.act("big.gguf", "go_on")
        desk.until(lambda: part.stat().st_size > 2_000_000, "more has come")
        desk.shelf.close()  # the window is closed in the midst of it
        assert leftovers(desk.folder / "models")[0].done == part.stat().st_size

        server.script = Polite(data)
        later = Desk(desk.folder, desk.engine, desk.free)
        later.look()
        assert (later.row("big.gguf").state, later.row("big.gguf").key) == ("Stopped", later.shelf.rows[0].key)
        later.act("big.gguf", "go_on")
        later.until(lambda: "big" in later.shelf.names, "the rest has come")
        assert server.requests[-1].start > 1_900_000, "only the rest was asked for"
        later.shelf.close()
    assert (desk.folder / "models" / "big.gguf").read_bytes() == data


def test_what_has_come_of_a_download_is_deleted_when_asked(desk: Desk, tmp_path: Path) -> None:
    data = model_bytes(tmp_path)
    with serving(Polite(data, cuts=(1_500_000,), hang=True)) as server:
        desk.shelf.downloads.begin(Remote(server.address("/big.gguf")))
        part = desk.folder / "models" / "big.gguf.part"
        desk.until(lambda: part.exists() and part.stat().st_size == 1_500_000, "half of it has come")
        desk.act("big.gguf", "cancel")
        desk.until(lambda: desk.row("big.gguf").state == "Stopped", "it is stopped")
        desk.look()
        desk.act("big.gguf", "discard")
        desk.until(lambda: desk.shelf.downloads.all == (), "its row is gone")
    assert list((desk.folder / "models").iterdir()) == []


def test_a_download_that_fails_says_why_at_its_row_and_can_be_tried_again_or_dismissed(desk: Desk) -> None:
    with serving(lambda _request: Answer(404, {"Content-Length": "0"})) as server:
        desk.shelf.downloads.begin(Remote(server.address("/gone.gguf")))
        desk.until(lambda: desk.row("gone.gguf").state == "Failed", "it has failed")
        assert desk.row("gone.gguf").tone == "danger" and "127.0.0.1" in desk.said("gone.gguf")
        desk.look()
        assert [act.words for act in desk.detail("gone.gguf").acts] == ["Try again", "Dismiss"]
        desk.act("gone.gguf", "dismiss")
        assert desk.shelf.downloads.all == ()


def test_a_server_is_checked_added_tested_and_removed_and_its_key_is_nowhere(desk: Desk) -> None:
    desk.look()
    with answering(models=("moon", "sun")) as server:
        for wish, field in (
            (ServerWish("", server.address, "moon"), "name"),
            (ServerWish(STARTER, server.address, "moon"), "name"),
            (ServerWish("a", "ftp://x", "moon"), "address"),
            (ServerWish("a", "http://8.8.8.8/v1", "moon"), "address"),
            (ServerWish("a", server.address, " "), "model"),
            (ServerWish("a", server.address, "moon", "ä"), "key"),
        ):
            problem = desk.shelf.server_problem(wish)
            assert problem is not None and (problem.field, bool(problem.text)) == (field, True)
        wish = ServerWish("office", server.address, "moon", "sk-very-secret")
        assert desk.shelf.server_problem(wish) is None and "secret" not in repr(wish)
        desk.shelf.add_server(wish)
        desk.look()
        assert (desk.row("office").kind, desk.row("office").line, desk.row("office").state) == (
            "server", "moon", "On this computer",
        )  # fmt: skip
        assert desk.keys == {"office": "sk-very-secret"}
        engine = Engines(desk.engine, EndpointEngine(desk.endpoints, lambda each: desk.keys.get(each.name)))
        desk.shelf._acts._engine = engine
        desk.act("office", "test")
        assert desk.row("office").state == "Asking the server …"
        desk.until(lambda: bool(desk.said("office")), "it has answered")
        assert "It answered in " in desk.said("office") and "2 models, this one among them" in desk.said("office")
        assert "secret" not in str(desk.detail("office"))
    desk.act("office", "test")
    desk.until(lambda: "cannot" in desk.said("office") or "reach" in desk.said("office"), "it is down now")
    assert desk.detail("office").said[0].tone == "danger"
    desk.act("office", "remove")
    desk.until(lambda: desk.shelf.names == (STARTER,), "it is gone")


def test_where_what_is_asked_goes_is_said_before_anything_is_asked() -> None:
    assert where_of("http://127.0.0.1:8080/v1").startswith("stays on this computer")
    assert where_of("https://llm.example.org/v1") == "leaves this computer"
    assert "readable for everybody" in where_of("http://192.168.1.7/v1")
    assert where_of("llm") == ""


def test_how_far_a_download_is_reads_as_people_say_it(tmp_path: Path) -> None:
    coming = Coming(tmp_path / "big.gguf", "https://example.org/big.gguf", running=True)
    assert progress_text(coming) == "Asking the server …"
    for progress, words in (
        (Progress("asking", 0, None, 0.0), "Asking the server …"),
        (
            Progress("downloading", 410_000_000, 1_117_000_000, 12_300_000),
            "410.0\u00a0MB of 1.1\u00a0GB, 12.3\u00a0MB a second, 57\u00a0s left",
        ),
        (Progress("downloading", 410_000_000, None, 0.0), "410.0\u00a0MB, 0\u00a0B a second"),
        (Progress("checking", 2_000_000, 4_000_000, 0.0), "2.0\u00a0MB of 4.0\u00a0MB, reading what is there"),
        (
            Progress("waiting", 2_000_000, 4_000_000, 0.0),
            "2.0\u00a0MB of 4.0\u00a0MB, the connection broke; trying again",
        ),
    ):  # fmt: skip
        assert progress_text(replace(coming, progress=progress)) == words
    half = replace(coming, progress=Progress("downloading", 2_000_000, 4_000_000, 1.0))
    assert (coming_row(half).share, coming_row(half).state) == (0.5, "50\u00a0%")
    assert coming_row(coming).share == -1.0, "nobody knows yet"
