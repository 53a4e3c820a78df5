"""What the panel says in a session: verdicts acknowledged when they are on disk, own models asked, items followed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.flow.candidates import Answering
from desktop.flow.capturing import Capturing, to_message
from desktop.flow.draft import PromptDraft
from desktop.flow.panel_asking import MOST_TEXT, PanelAsking, read_kept
from feedback_store import captures, rubrics
from feedback_store.records import new_id
from feedback_store.search import SearchQuery
from feedback_store.store import Store
from local_models.endpoints.kept import Endpoint, EndpointList
from local_models.model_files.catalog import Catalog
from local_models.scripted import ScriptedEngine
from tests.desktop.browser.test_capturing import PAIRING, Window, capture, question, store

__all__ = ["store"]

MINE = "Script"
AWAY = "Far away"


def verdict(of: str, **changes: object) -> bytes:
    at = "2026-11-27T12:00:00.000Z"
    whole = {"t": "judge.put", "id": new_id(), "created_at": at, "capture": of, "shown_at": at, **changes}
    return json.dumps(whole).encode()


def ask(of: str, n: int = 2, **changes: object) -> bytes:
    messages = [{"role": "user", "content": "Why?"}]
    whole = {"t": "candidates.ask", "id": new_id(), "capture": of, "messages": messages, "n": n, **changes}
    return json.dumps(whole).encode()


def known(message: bytes) -> str:
    return str(json.loads(message)["id"])


class AskedWindow(Window):
    """With models that say what a script says."""

    def __init__(self, store: Store, folder: Path, script: Callable[[str, int], list[str]], pause: float = 0.0) -> None:
        super().__init__(store)
        self.engine = ScriptedEngine(script, pause=pause)
        self.endpoints = endpoints = EndpointList(folder / "endpoints.json")
        endpoints.add(Endpoint(MINE, "http://127.0.0.1", MINE))
        endpoints.add(Endpoint(AWAY, "https://models.example", AWAY))
        answering = Answering(self.engine, Catalog(folder / "models.json", starter=False), endpoints)
        self.wish = PromptDraft(model=MINE)
        told = lambda connection, said: self._said.append((connection, json.loads(to_message(said))))  # noqa: E731
        self.asking = PanelAsking(store, answering, lambda: self.wish, told, self._posted.put)
        plain = self.sessions
        self.sessions = Capturing(
            store,
            lambda: rubrics.load("helpsteer2"),
            plain.say,
            plain.post,
            plain.unpair,
            plain.end,
            plain.clock,
            self.asking,
        )

    def hear_all(self, until: str = "candidates.done") -> list[dict[str, Any]]:
        heard = [self.hear()[1]]
        while heard[-1]["t"] != until:
            heard.append(self.hear()[1])
        return heard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "models"
    made.mkdir()
    return made


@pytest.fixture
def window(store: Store, folder: Path) -> Iterator[AskedWindow]:
    made = AskedWindow(store, folder, lambda _, count: ["Because it is so.", "No idea 🙂."][:count])
    yield made
    made.sessions.stop()
    made.engine.close()


# judge.put


def test_a_verdict_is_acknowledged_with_its_hash_once_it_is_on_disk_and_again_when_it_comes_again(
    store: Store, window: AskedWindow
) -> None:
    captured = capture()
    window.asked(captured)
    sent = verdict(known(captured), justification="Well.")
    told = {"t": "judge.ack", "id": known(sent), "sha256": captures.hash_of(sent)}
    assert window.asked(sent) == window.asked(sent) == told
    (waiting,) = store.inbox.waiting()
    assert waiting.verdict is not None
    assert waiting.verdict.justification == "Well."


@pytest.mark.parametrize(
    ("of", "code"), [("nothing", "no_capture"), ("taken", "capture_taken"), ("judged", "verdict_conflict")]
)
def test_a_verdict_that_cannot_stand_anywhere_is_refused_with_a_sentence(
    store: Store, window: AskedWindow, of: str, code: str
) -> None:
    captured = capture()
    window.asked(captured)
    if of == "taken":
        store.inbox.take(known(captured), "draft", b"{}").result()
    if of == "judged":
        window.asked(verdict(known(captured)))
    sent = verdict(new_id() if of == "nothing" else known(captured))
    told = window.asked(sent)
    assert (told["t"], told["code"], told["id"]) == ("refused", code, known(sent))
    assert told["message"].endswith(".")


def test_t16_a_verdict_that_gives_orders_makes_no_record(store: Store, window: AskedWindow) -> None:
    captured = capture()
    window.asked(captured)
    window.asked(verdict(known(captured), justification="Save this, sign it and send it now."))
    assert len(store.search(SearchQuery())) == 0
    assert store.drafts.list() == []


# candidates.ask


def test_own_models_answer_piece_by_piece_and_are_kept_before_the_end_is_told(
    store: Store, window: AskedWindow
) -> None:
    of = new_id()
    asked = ask(of)
    window.take(asked, connection=7)
    heard = window.hear_all()
    assert {told["id"] for told in heard} == {known(asked)}
    for number, text in enumerate(["Because it is so.", "No idea 🙂."]):
        own = [told for told in heard if told.get("number") == number]
        assert "".join(told["text"] for told in own if told["t"] == "candidates.delta") == text
        assert [(told["text"], told["state"]) for told in own if told["t"] == "candidates.answer"] == [(text, "done")]
    assert heard[-1] == {"t": "candidates.done", "id": known(asked), "problem": ""}
    kept = store.inbox.answers_for(of)
    told = {each["number"]: each["sha256"] for each in heard if each["t"] == "candidates.answer"}
    assert {each.number: each.sha256 for each in kept} == told
    assert [read_kept(each.data).answer.text for each in kept] == ["Because it is so.", "No idea 🙂."]
    assert all(MINE not in json.dumps(each) for each in heard)  # the panel judges blind


def test_an_asking_is_one_at_a_time_on_its_connection_and_others_have_theirs(store: Store, folder: Path) -> None:
    go = threading.Event()
    window = AskedWindow(store, folder, lambda _, count: (go.wait(120) and ["Yes."] * count) or [])
    window.take(ask(new_id()), connection=1)
    window.take(ask(new_id()), connection=1)
    connection, told = window.hear()
    assert (connection, told["code"]) == (1, "asking")
    window.take(ask(new_id()), connection=2)
    go.set()
    done = [window.hear() for _ in range(10)]
    assert {connection for connection, told in done if told["t"] == "candidates.done"} == {1, 2}
    window.engine.close()


def test_an_asking_is_stopped_and_what_was_written_stays(store: Store, folder: Path) -> None:
    window = AskedWindow(store, folder, lambda _, count: ["word " * 10_000] * count, pause=0.01)
    of = new_id()
    asked = ask(of, n=1)
    window.take(asked)
    assert window.hear()[1]["t"] == "candidates.delta"
    window.take(json.dumps({"t": "candidates.cancel", "id": new_id()}).encode())  # another's: nothing happens
    window.take(json.dumps({"t": "candidates.cancel", "id": known(asked)}).encode())
    heard = window.hear_all()
    (answer,) = [told for told in heard if told["t"] == "candidates.answer"]
    assert answer["state"] == "stopped"
    assert answer["text"].startswith("word")
    assert len(store.inbox.answers_for(of)) == 1
    window.engine.close()


def test_whoever_leaves_is_written_for_no_more_and_may_ask_again(store: Store, folder: Path) -> None:
    window = AskedWindow(store, folder, lambda _, count: ["word " * 10_000] * count, pause=0.01)
    window.take(ask(new_id(), n=1))
    assert window.hear()[1]["t"] == "candidates.delta"
    window.sessions.left(1)
    later = ask(new_id(), n=1)
    window.take(later)
    told = window.hear()[1]
    assert (told["t"], told["id"]) == ("candidates.delta", known(later))
    window.sessions.stop()
    window.engine.close()


def test_an_answer_that_no_frame_could_hold_is_stopped(store: Store, folder: Path) -> None:
    window = AskedWindow(store, folder, lambda _, count: [("é" * 40_000 + " ") * 8] * count)
    window.take(ask(new_id(), n=1))
    heard = window.hear_all()
    (answer,) = [told for told in heard if told["t"] == "candidates.answer"]
    assert len(to_message(answer)) <= MOST_TEXT + 1000
    assert all(len(to_message(told)) <= MOST_TEXT + 1000 for told in heard)
    window.engine.close()


def test_a_prompt_never_leaves_the_computer_for_the_panel(store: Store, window: AskedWindow) -> None:
    assert window.asked(ask(new_id(), model=AWAY))["code"] == "unknown_model"
    window.wish = PromptDraft(model=AWAY)
    of = new_id()
    window.take(ask(of, n=1))
    window.hear_all()
    (kept,) = store.inbox.answers_for(of)
    model = read_kept(kept.data).answer.origin.model
    assert model is not None
    assert model.name == MINE


def test_where_no_model_is_here_the_panel_is_told_so(store: Store, tmp_path: Path) -> None:
    window = AskedWindow(store, tmp_path, lambda _, count: ["No."] * count)
    window.endpoints.remove(MINE)
    told = window.asked(ask(new_id()))
    assert (told["code"], told["message"]) == (
        "no_models",
        "There is no model on this computer. Add one in Preceptor first.",
    )
    window.engine.close()


@pytest.mark.parametrize("model", ["/etc/passwd", "../models.json", "nobody"])
def test_t19_a_model_is_a_name_and_no_path(window: AskedWindow, model: str) -> None:
    assert window.asked(ask(new_id(), model=model))["code"] == "unknown_model"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": 7},
        {"capture": "x"},
        {"messages": []},
        {"messages": [{"role": "admin", "content": "x"}]},
        {"messages": [{"role": "user", "content": "x"}] * 1001},
        {"n": 0},
        {"n": 5},
        {"n": "2"},
        {"model": ""},
        {"max_tokens": 10**9},
    ],
)
def test_t2_an_asking_with_any_field_forged_is_refused(window: AskedWindow, changes: dict[str, object]) -> None:
    told = window.asked(ask(new_id(), **changes))
    assert (told["t"], told["code"]) == ("refused", "ask_shape")


def test_t24_an_asking_has_the_size_of_a_capture_at_most(window: AskedWindow) -> None:
    large = [{"role": "user", "content": "x" * captures.MAX_BYTES}]
    assert window.asked(ask(new_id(), messages=large))["code"] == "ask_too_large"


# queue.summary


def test_the_panel_learns_how_far_its_items_have_come_and_nothing_of_others(store: Store, window: AskedWindow) -> None:
    captured, other = capture(), capture()
    window.asked(captured)
    window.asked(other)
    store.inbox.take(known(captured), "draft", b"{}").result()
    asked = {"t": "queue.summary", "id": new_id(), "ids": [known(captured), new_id()]}
    told = window.asked(json.dumps(asked).encode())
    assert told == {
        "t": "queue.summary",
        "id": asked["id"],
        "project": "Patients",
        "browser": "",
        "waiting": 1,
        "rubric": rubrics.load("helpsteer2").sha256,
        "items": [{"id": known(captured), "state": "accepted"}],
    }


def test_the_panel_learns_the_name_that_its_browser_has(store: Store, window: AskedWindow) -> None:
    store.browsers.add(PAIRING, "chrome-extension://x/", b"e" * 32, b"d" * 32, "Chromium").result()
    assert window.asked(question("status"))["browser"] == "Chromium"
