"""`endpoints`, and endpoints in `generate`, `models list` and on the bench: what is said, and what is recorded."""

from __future__ import annotations

import base64
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import here, preceptor
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "local_models"))
from openai_server import TEXT, Asked, Line, Server, serving, well

from desktop.flow.candidates import Answering, find_model, model_names, models_away, request_for
from desktop.flow.draft import AnswerDraft, PromptDraft
from desktop.profile import Profile, catalog_in, endpoints_in
from desktop.views.prompt_panel import PromptPanel
from feedback_store import records
from local_models.endpoints.kept import Endpoint
from local_models.errors import EngineError, ModelFileError
from local_models.requests import CandidateRequest

KEY = "sk-vErY-sEcReT-0123456789"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def added(profile: Path, address: str, *more: str, stdin: bytes = b"") -> None:
    done = here("endpoints", "add", "gpu", address, "--model", "moon", *more, profile=profile, stdin=stdin)
    assert (done.status, done.err) == (0, ""), done.err
    assert "What you ask it stays on this computer" in done.out


def test_an_endpoint_is_added_listed_tested_asked_and_removed(tmp_path: Path, server: Server) -> None:
    added(tmp_path, server.address)
    assert not server.asked
    (listed,) = json.loads(here("endpoints", "list", "--json", profile=tmp_path).out)
    assert (listed["name"], listed["model"], listed["address"], listed["has_key"]) == (
        "gpu", "moon", server.address, False,
    )  # fmt: skip
    assert "not looked at yet" in here("endpoints", "list", profile=tmp_path).out
    tested = preceptor("endpoints", "test", "gpu", profile=tmp_path)
    assert tested.status == 0 and "It lists 1 model, moon among them" in tested.out and "It answered in" in tested.out
    assert server.questions[0].body["max_tokens"] == 1
    found = json.loads(here("endpoints", "test", "gpu", "--json", profile=tmp_path).out)
    assert (found["models"], found["listed"], found["server"]) == (["moon"], True, "other")
    assert here("endpoints", "remove", "gpu", profile=tmp_path).out == "Forgotten: gpu.\n"
    assert json.loads(here("endpoints", "list", "--json", profile=tmp_path).out) == []


def test_generate_answers_from_an_endpoint(tmp_path: Path, server: Server) -> None:
    added(tmp_path, server.address)
    done = preceptor("generate", "--model", "GPU", "-n", "2", "--json", "How?", profile=tmp_path)
    assert (done.status, done.err) == (0, "")
    *answers, last = (json.loads(line) for line in done.out.splitlines())
    assert [answer["text"] for answer in answers] == [TEXT, TEXT]
    assert not any("seed" in answer or "tokens" in answer for answer in answers)
    assert list(last["summary"]) == ["seconds"]
    (asked,) = server.questions
    assert asked.body["messages"] == [{"role": "user", "content": "How?"}]
    shown = preceptor("generate", "--model", "gpu", "-n", "1", "--seed", "9", "How?", profile=tmp_path).out
    assert "Answer 1 · 6 tokens · seed 9" in shown


def test_generate_prints_what_came_before_a_stream_was_cut(tmp_path: Path, server: Server) -> None:
    def cut(asked: Asked, line: Line) -> None:
        line.head()
        line.piece("Some")

    server.answer = cut
    added(tmp_path, server.address)
    done = preceptor("generate", "--model", "gpu", "-n", "1", "How?", profile=tmp_path)
    assert "Answer 1 · broken off · seed 1\nSome" in done.out
    assert done.sentence == "The endpoint gpu broke off before the end. What came is kept; ask again."


def test_models_list_names_endpoints_and_where_they_are_from(tmp_path: Path, server: Server) -> None:
    added(tmp_path, server.address)
    cards = json.loads(here("models", "list", "--json", profile=tmp_path).out)
    assert [(card["name"], card["source"]) for card in cards] == [("smollm2", "starter"), ("gpu", "endpoint")]
    assert "endpoint: moon" in here("models", "list", profile=tmp_path).out


def test_a_key_comes_from_standard_input_and_stays_in_the_keys_store(tmp_path: Path, server: Server) -> None:
    added(tmp_path, server.address, "--key-stdin", "--insecure-key-file", stdin=f"{KEY}\n".encode())
    said = [here("endpoints", "list", profile=tmp_path), here("endpoints", "list", "--json", profile=tmp_path)]
    said += [here("endpoints", "test", "gpu", profile=tmp_path)]
    said += [preceptor("generate", "--model", "gpu", "-n", "1", "How?", profile=tmp_path)]
    server.answer = lambda asked, line: line.reply(401, {"error": {"message": f"bad key {KEY}"}})
    said += [preceptor("generate", "--model", "gpu", "How?", profile=tmp_path)]
    assert said[-1].sentence == ("The endpoint gpu wants another key. Remove it and add it again with the right key.")
    assert all(asked.headers["authorization"] == f"Bearer {KEY}" for asked in server.asked)
    assert KEY not in "".join(each.out + each.err for each in said)
    holding = [
        path.name
        for path in tmp_path.rglob("*")
        if path.is_file() and (KEY.encode() in path.read_bytes() or base64.b64encode(KEY.encode()) in path.read_bytes())
    ]
    assert holding == ["secrets.json"]
    assert here("endpoints", "remove", "gpu", profile=tmp_path).status == 0
    assert base64.b64encode(KEY.encode()) not in (tmp_path / "secrets.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gpu", "http://8.8.8.8/v1", "--model", "m"), "in the clear over the open net"),
        (("gpu", "nix", "--model", "m"), "is not an endpoint's address"),
        (("a/b", "http://127.0.0.1/v1", "--model", "m"), "cannot be an endpoint's name"),
        (("smollm2", "http://127.0.0.1/v1", "--model", "m"), "There is a model smollm2 on this computer already"),
        (("gpu", "http://127.0.0.1/v1", "--model", " "), "A model's id is"),
        (("gpu", "http://127.0.0.1/v1", "--model", "m", "--key-stdin"), "no key on standard input"),
    ],
)
def test_what_cannot_be_added_is_a_sentence(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert said in here("endpoints", "add", *arguments, profile=tmp_path).sentence
    assert endpoints_in(tmp_path).list() == ()


def test_a_name_is_taken_once_and_an_unknown_one_is_a_sentence(tmp_path: Path) -> None:
    added(tmp_path, "http://127.0.0.1:9/v1")
    again = here("endpoints", "add", "GPU", "http://127.0.0.1:9/v1", "--model", "m", profile=tmp_path)
    assert "There is an endpoint GPU already" in again.sentence
    for command in ("test", "remove"):
        assert "There is no endpoint 'nix'" in here("endpoints", command, "nix", profile=tmp_path).sentence
    down = here("endpoints", "test", "gpu", profile=tmp_path).sentence
    assert down.startswith("The endpoint gpu at http://127.0.0.1:9/v1 cannot be reached")


def test_an_endpoint_in_the_clear_says_so(tmp_path: Path) -> None:
    done = here("endpoints", "add", "far", "http://192.168.1.2/v1", "--model", "m", profile=tmp_path)
    assert "What you ask it leaves this computer, readable for everybody on the way." in done.out


# The bench


def test_a_model_on_this_computer_goes_before_an_endpoint_of_its_name(tmp_path: Path) -> None:
    endpoints = endpoints_in(tmp_path)
    for name in ("smollm2", "gpu"):
        endpoints.add(Endpoint(name, "http://127.0.0.1:9/v1", "moon"))
    catalog = catalog_in(tmp_path)
    assert model_names(catalog, endpoints) == ("smollm2", "gpu")
    assert not isinstance(find_model("smollm2", catalog, endpoints), Endpoint)
    assert isinstance(find_model("Gpu", catalog, endpoints), Endpoint)
    assert not isinstance(find_model("", catalog, endpoints), Endpoint)
    with pytest.raises(ModelFileError):
        find_model("nix", catalog, endpoints)


def test_the_bench_says_of_each_model_whether_what_is_asked_leaves_this_computer(tmp_path: Path, qtbot: QtBot) -> None:
    endpoints = endpoints_in(tmp_path)
    endpoints.add(Endpoint("here", "http://127.0.0.1:9/v1", "moon"))
    endpoints.add(Endpoint("there", "https://llm.example.org/v1", "moon"))
    panel = PromptPanel(("smollm2",), (("varied", "Varied"),))
    qtbot.addWidget(panel)
    panel.show_prompt(PromptDraft(model="smollm2"))
    panel.show_models(("smollm2", "here", "there"), models_away(endpoints))
    shown = [(panel.model.itemText(at), panel.model.itemData(at)) for at in range(panel.model.count())]
    assert shown == [("smollm2", "smollm2"), ("here", "here"), ("there, leaves this computer", "there")]


def answers_of(
    profile: Profile, preset: str, *, goes_on: AnswerDraft | None = None
) -> tuple[tuple[AnswerDraft, ...], str]:
    """Four answers of the endpoint gpu as the bench gets them, and the problem that is said."""
    answering: Answering = profile.answering
    ends: list[str] = []
    kept: dict[str, AnswerDraft] = {}
    keys = ("a", "b", "c", "d") if goes_on is None else (goes_on.key,)
    run = answering.run(
        (records.Message("user", "How?"),),
        PromptDraft(model="gpu", preset=preset),
        keys=keys,
        seed=1,
        post=lambda act: act(),
        changed=lambda answers: kept.update({answer.key: answer for answer in answers}),
        ended=ends.append,
        goes_on=goes_on,
    )
    assert run._job is not None
    with contextlib.suppress(EngineError):
        run._job.wait(60)
    return tuple(kept[key] for key in keys if key in kept), ends[0]


@pytest.fixture
def profile(tmp_path: Path, server: Server) -> Iterator[Profile]:
    made = Profile.open(tmp_path)
    made.endpoints.add(Endpoint("gpu", server.address, "moon"))
    yield made
    made.close()


def test_a_records_origin_names_the_model_and_only_what_was_sent(profile: Profile, server: Server) -> None:
    answers, problem = answers_of(profile, "varied")
    assert problem == ""
    for answer in answers:
        assert (answer.text, answer.state, answer.finish) == (TEXT, "done", "stop")
        origin, drawn = answer.origin, answer.origin.sampling
        assert (origin.kind, origin.model, origin.engine) == ("endpoint", records.Model(name="moon"), None)
        assert drawn is not None and drawn.seed is not None and drawn.temperature is not None
        assert (drawn.top_k, drawn.min_p, drawn.repeat_penalty) == (None, None, None)
        assert answer.tokens == records.Tokens(prompt=7, completion=6)
    assert len({answer.origin.sampling.seed for answer in answers if answer.origin.sampling}) == 4
    shared, _ = answers_of(profile, "balanced")
    assert [answer.origin.sampling.seed for answer in shared if answer.origin.sampling] == [None] * 4
    assert [answer.tokens for answer in shared] == [None] * 4


def test_what_a_cut_stream_left_stands_with_its_sentence(profile: Profile, server: Server) -> None:
    def cut(asked: Asked, line: Line) -> None:
        if asked.body["seed"] == 1:
            line.head()
            line.piece("Some")
        else:
            well(asked, line)

    server.answer = cut
    (first, *others), problem = answers_of(profile, "varied")
    assert (first.text, first.state, first.finish, first.problem) == ("Some", "failed", "error", problem)
    assert "broke off" in problem
    assert [answer.state for answer in others] == ["done"] * 3


def test_an_answer_that_was_cut_off_goes_on_at_a_server_that_can(profile: Profile, server: Server) -> None:
    def short(asked: Asked, line: Line) -> None:
        line.head()
        line.piece("moon.", finish="length")
        line.usage(7, 2)
        line.done()

    server.answer = short
    profile.endpoints.remember(profile.endpoints.find("gpu"), server="vllm")
    first = answers_of(profile, "balanced")[0][0]
    assert first.was_cut
    begun = records.Tokens(7, 3)
    (onward,), problem = answers_of(
        profile, "balanced", goes_on=AnswerDraft("a", "The ", tokens=begun, origin=first.origin)
    )
    assert (problem, onward.text) == ("", "The moon.")
    profile.endpoints.remember(profile.endpoints.find("gpu"), server="other")
    assert "is not known to go on" in answers_of(profile, "balanced", goes_on=first)[1]


def test_a_passphrase_is_asked_for_once_and_away_from_whoever_asks(tmp_path: Path, server: Server) -> None:
    with serving() as other:
        asked: list[str] = []

        def passphrase(confirm: bool) -> str:
            asked.append(threading.current_thread().name)
            return "a passphrase"

        first = Profile.open(tmp_path, passphrase=passphrase)
        first.add_endpoint(Endpoint("gpu", server.address, "moon", has_key=True), KEY)
        first.add_endpoint(Endpoint("two", other.address, "moon", has_key=True), KEY)
        first.close()
        asked.clear()
        again = Profile.open(tmp_path, passphrase=passphrase)
        jobs = [again.engine.generate(request_to(name), lambda event: None) for name in ("gpu", "two")]
        for job in jobs:
            job.wait(60)
        again.close()
    assert asked == ["endpoint looked at"]
    assert all(each.headers["authorization"] == f"Bearer {KEY}" for each in (*server.asked, *other.asked))


def request_to(name: str) -> CandidateRequest:
    return request_for([records.Message("user", "How?")], Endpoint(name, "", ""), count=1, seed=1)


def test_a_wait_that_is_no_number_is_refused_and_the_list_stays_whole(tmp_path: Path) -> None:
    here("endpoints", "add", "lab", "http://127.0.0.1:9", "--model", "m", profile=tmp_path)
    refused = preceptor(
        "endpoints", "add", "two", "http://127.0.0.1:9", "--model", "m", "--wait", "nan", profile=tmp_path
    )
    assert refused.status == 2
    assert [each["name"] for each in json.loads(here("endpoints", "list", "--json", profile=tmp_path).out)] == ["lab"]


def test_a_damaged_list_is_said_and_never_written_over(tmp_path: Path) -> None:
    here("endpoints", "add", "lab", "http://127.0.0.1:9", "--model", "m", profile=tmp_path)
    kept = tmp_path / "endpoints.json"
    for number in ("", "1"):
        kept.write_text("{damaged" + number)
        for command in (("endpoints", "list"), ("models", "list")):
            assert "endpoints.json is damaged" in here(*command, profile=tmp_path).err
        here("endpoints", "add", f"new{number}", "http://127.0.0.1:9", "--model", "m", profile=tmp_path)
    asides = {path.name: path.read_text() for path in tmp_path.glob("endpoints.json.damaged*")}
    assert asides == {"endpoints.json.damaged": "{damaged", "endpoints.json.damaged1": "{damaged1"}


def test_an_endpoint_is_no_file_to_be_thrown_away(tmp_path: Path) -> None:
    here("endpoints", "add", "lab", "http://127.0.0.1:9", "--model", "m", profile=tmp_path)
    assert "preceptor endpoints remove lab" in preceptor("models", "trash", "lab", "--yes", profile=tmp_path).sentence
