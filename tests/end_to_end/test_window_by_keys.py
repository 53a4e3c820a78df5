"""The whole main job in the true window, by real key events: prompt, four answers, judgement, save, find, withdraw.

What it leaves is three revisions of one record, written out below in full. Only what chance and the clock decide (ids,
nonces, times, seeds, the order on screen) is taken from the stored bytes, by name, and held to its form.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from passing_time import live
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import Workbench
from desktop.flow.working_time import with_times_of
from desktop.profile import Profile
from desktop.theme.appearance import Appearance
from desktop.views.parts import dress
from feedback_store import rubrics
from local_models.scripted import ScriptedEngine

pytestmark = pytest.mark.long

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

ANSWERS = ("Old 😀 people never listen.", "It is the light.", "Because of scattering.", "I do not know.")
QUOTE = "people never"
AXES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")  # as they stand on screen
DIGITS = ("34021", "43210", "11223", "04040")  # what is typed for A, B, C and D


@pytest.fixture(params=[(1440, 900), (1024, 640)], ids=["1440x900", "1024x640"])
def workbench(request: pytest.FixtureRequest, tmp_path: Path, qapp: QApplication) -> Iterator[Workbench]:
    dress(qapp, Appearance("light").theme)
    profile = Profile.open(tmp_path / "profile")
    engine = ScriptedEngine(lambda _prompt, count: ANSWERS[:count])
    workbench = Workbench(profile, engine=engine)
    workbench.show()
    workbench.window.resize(*request.param)
    QTest.qWaitForWindowActive(workbench.window)
    yield workbench
    workbench.window.close()
    engine.close()
    profile.close()
    workbench.window.deleteLater()
    live(0)
    qapp.setStyleSheet("")


def test_the_main_job_by_keys_alone_leaves_exactly_the_expected_records(workbench: Workbench) -> None:
    session, bench = workbench.session, workbench.bench  # only looked at; every act is a key
    store = workbench._profile.store
    person = Person()

    person.type("Why is the sky blue?")
    person.control(Qt.Key.Key_Return)
    person.until(lambda: session.draft.finished and not session.writing, "four answers stand")
    order = session.draft.order

    # A ranking with a tie, typed; the focus returns to the answers.
    person.type("v")
    person.type("b>a=c>d")
    person.press(Qt.Key.Key_Return)
    assert session.draft.tiers == ((order[1],), tuple(sorted((order[0], order[2]))), (order[3],))

    # Two ratings of A, then back.
    person.type("1")
    person.press(Qt.Key.Key_Return)
    person.type(DIGITS[0][:2])
    person.press(Qt.Key.Key_Escape)
    assert [session.draft.rating(order[0], axis) for axis in AXES] == [3, 4, None, None, None]

    # A bias flag on a span behind an emoji: caret browsing, category, severity, who it is about, which way, Enter.
    person.type(str(session.draft.position("a") + 1))
    person.press(Qt.Key.Key_Home, CONTROL)
    person.press(Qt.Key.Key_Right, times=ANSWERS[0].index(QUOTE))
    person.press(Qt.Key.Key_Right, SHIFT, times=len(QUOTE))
    person.type("fb3")
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Tab)
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)
    assert [flag.span.exact for flag in session.draft.flags if flag.span] == [QUOTE]

    # A revision of it that follows the flag's point, kept.
    person.type("e")
    person.control(Qt.Key.Key_A)
    person.type("People often listen.")
    person.press(Qt.Key.Key_1, ALT)
    person.control(Qt.Key.Key_Return)
    assert session.draft.revision is not None and session.draft.revision.text == "People often listen."

    # Why, reached by F6; undo and redo over everything.
    while person.focus is not bench.panel.why:
        person.press(Qt.Key.Key_F6)
    person.type("B is right.")
    person.press(Qt.Key.Key_Escape)
    judged = session.draft
    steps = 0
    while session.history.can_undo:
        person.control(Qt.Key.Key_Z)
        steps += 1
        assert steps < 50
    assert session.draft.tiers is None and not session.draft.ratings and not session.draft.flags
    while session.history.can_redo:
        person.control(Qt.Key.Key_Y)
    assert with_times_of(session.draft, judged) == judged

    # All the other ratings in one go: from A's first missing one on, each digit leads to the next.
    person.type("1")
    person.press(Qt.Key.Key_Return)
    person.type("".join(DIGITS)[2:])
    assert session.can_save
    person.control(Qt.Key.Key_S)
    person.until(lambda: session.saved is not None, "the judgement is saved")
    assert session.saved is not None
    record_id = session.saved.stored.id

    # Found by search, opened, superseded.
    person.control(Qt.Key.Key_F)
    person.type("scattering")
    person.until(lambda: workbench.records.model.rowCount() == 1, "the record is found")
    person.press(Qt.Key.Key_Return, times=2)
    person.until(lambda: session.draft.supersedes is not None, "the record is on the bench")
    person.type(str(session.draft.position("d") + 1))
    person.type("b")
    person.control(Qt.Key.Key_S)
    person.until(lambda: len(store.records.history(record_id)) == 2, "the next version is saved")

    # Withdrawn, after a question whose default is to keep.
    person.control(Qt.Key.Key_F)
    person.until(lambda: workbench.records.current is not None, "a record is read")
    person.press(Qt.Key.Key_Return)
    person.press(Qt.Key.Key_Delete)
    _choose_to_withdraw(person)
    person.until(lambda: len(store.records.history(record_id)) == 3, "the judgement is withdrawn")

    stored = [each.data for each in store.records.history(record_id)]
    first, second, withdrawal = (json.loads(data) for data in stored)
    assert (first["project"], first["trainer"]) == (workbench._profile.project.id, store.trainer)
    assert stored[0] == canonical(expected_judgement(first))
    assert stored[1] == canonical(expected_revision(first, second, hash_of(stored[0])))
    assert stored[2] == canonical(expected_withdrawal(first, withdrawal, hash_of(stored[1])))


def _choose_to_withdraw(person: Person) -> None:
    """By Tab from the safe button to the other one."""
    person.until(lambda: _focus_name() == "confirmWithdrawLeave", "keeping is the default")
    person.press(Qt.Key.Key_Tab)
    assert _focus_name() == "confirmWithdrawMain"
    person.press(Qt.Key.Key_Space)


def _focus_name() -> str:
    focus = QApplication.focusWidget()
    return focus.objectName() if focus is not None else ""


# ------------------------------------------------------------------------------------------------ what must be stored


def canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785 by the standard library: enough for ASCII keys, text and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def hash_of(data: bytes) -> str:
    return hashlib.sha256(b"\x00" + data).hexdigest()


def expected_judgement(actual: dict[str, Any]) -> dict[str, Any]:
    """The first revision; `actual` gives ids, nonce, times, seeds and order, and nothing else."""
    seeds = [whole(candidate["origin"]["sampling"]["seed"]) for candidate in actual["candidates"]]
    assert len(set(seeds)) == 4
    a, b, c, d = order = actual["shown"]["order"]
    assert sorted(order) == ["a", "b", "c", "d"]
    shown_at, decided_at = time(actual["timing"]["shown_at"]), time(actual["timing"]["decided_at"])
    assert shown_at <= decided_at
    rated = {key: dict(zip(AXES, digits, strict=True)) for key, digits in zip(order, DIGITS, strict=True)}
    return {
        "v": 1,
        "kind": "judgement",
        "id": uuid7(actual["id"]),
        "rev": 1,
        "nonce": nonce(actual["nonce"]),
        "created_at": decided_at,
        "project": text("prj_[0-9a-f]{32}", actual["project"]),
        "trainer": text("trn_[0-9a-f]{32}", actual["trainer"]),
        "app": {"name": "preceptor", "version": "0.1.0"},
        "comparison": {"id": uuid7(actual["comparison"]["id"])},
        "context": {"source": "bench", "item_role": "normal"},
        "prompt": {
            "id": uuid7(actual["prompt"]["id"]),
            "version": 1,
            "messages": [{"role": "user", "content": "Why is the sky blue?"}],
        },
        "candidates": [
            expected_candidate(*given, whole(found["time_ms"]["total"]))
            for found, *given in zip(
                actual["candidates"], "abcd", ANSWERS, (5, 4, 3, 4), ("0.7", "0.9", "1.1", "0.5"), seeds, strict=True
            )
        ],
        "shown": {"order": order, "blind": True, "streamed": True, "masked": [], "seed": seeds[0]},
        "verdicts": [{"axis": "overall", "tiers": [[b], sorted([a, c]), [d]]}],
        "ratings": [
            {"candidate": key, "axis": axis, "value": int(rated[key][axis])} for key in "abcd" for axis in sorted(AXES)
        ],
        "answers": [],
        "flags": [
            {
                "candidate": "a",
                "category": "bias",
                "severity": 3,
                "kind": "stereotype",
                "target_group": "age",
                "span": {"start": 6, "end": 18, "exact": "people never", "prefix": "Old 😀 ", "suffix": " listen."},
            }
        ],
        "revision": {
            "of": "a",
            "text": "People often listen.",
            "feedback": ["people never"],
            "change_summary": "",
            "method": "hand",
            "edit": {"inserted": 2, "deleted": 4, "distance": 4},
        },
        "justification": "B is right.",
        "rubric": {"id": "helpsteer2", "version": 1, "sha256": rubrics.load("helpsteer2").sha256},
        "timing": {
            "shown_at": shown_at,
            "decided_at": decided_at,
            "active_ms": whole(actual["timing"]["active_ms"]),
        },
    }


def expected_candidate(key: str, answer: str, words: int, temperature: str, seed: int, total_ms: int) -> dict[str, Any]:
    """One answer of the scripted engine, drawn with the preset "varied" under the starter model's name."""
    return {
        "key": key,
        "text": answer,
        "finish": "stop",
        "tokens": {"prompt": 5, "completion": words},
        "time_ms": {"first": 0, "total": total_ms},
        "origin": {
            "kind": "local",
            "preset": "varied",
            "model": {
                "name": "smollm2",
                "header_sha256": "cd2d87a25589b59f222688858608478fd7ed55b0cefdc3e96076591029713ce4",
                "file_size": 98_362_432,
                "architecture": "llama",
                "quantization": "Q4_1",
                "parameters": 134_515_008,
                "licence": "apache-2.0",
            },
            "sampling": {
                "temperature": temperature,
                "top_k": 100,
                "top_p": "0.95",
                "min_p": "0.05",
                "repeat_penalty": "1.1",
                "repeat_last_n": 64,
                "frequency_penalty": "0",
                "presence_penalty": "0",
                "max_tokens": 1024,
                "seed": seed,
            },
            "engine": {
                "name": "llama-cpp-python",
                "version": "1",
                "llama_cpp": "none",
                "backend": "script",
                "k": 4,
                "reused_prefix": False,
            },
        },
    }


def expected_revision(first: dict[str, Any], second: dict[str, Any], supersedes: str) -> dict[str, Any]:
    """The second revision: the first as it must be, with D put on top of a ranking that stays as it was below."""
    before = expected_judgement(first)
    decided_at = time(second["timing"]["decided_at"])
    active_ms = whole(second["timing"]["active_ms"])
    assert decided_at >= before["timing"]["decided_at"]
    tiers = [[key for key in tier if key != "d"] for tier in before["verdicts"][0]["tiers"]]
    return {
        **before,
        "rev": 2,
        "supersedes": supersedes,
        "shown": {**before["shown"], "revealed": True},  # the names were told when the first one was saved
        "nonce": nonce(second["nonce"], unlike=before["nonce"]),
        "created_at": decided_at,
        "verdicts": [{"axis": "overall", "tiers": [["d"], *filter(None, tiers)]}],
        "timing": {"shown_at": before["timing"]["shown_at"], "decided_at": decided_at, "active_ms": active_ms},
    }


def expected_withdrawal(first: dict[str, Any], withdrawal: dict[str, Any], supersedes: str) -> dict[str, Any]:
    """The third revision, which takes the judgement back."""
    return {
        "v": 1,
        "kind": "withdrawal",
        "id": first["id"],
        "rev": 3,
        "supersedes": supersedes,
        "nonce": nonce(withdrawal["nonce"], unlike=first["nonce"]),
        "created_at": time(withdrawal["created_at"]),
        "project": first["project"],
        "trainer": first["trainer"],
        "app": {"name": "preceptor", "version": "0.1.0"},
        "reason": "mistake",
    }


def text(form: str, found: object) -> str:
    assert isinstance(found, str) and re.fullmatch(form, found), found
    return found


def uuid7(found: object) -> str:
    return text("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found)


def nonce(found: object, *, unlike: str = "") -> str:
    assert found != unlike
    return text("[A-Za-z0-9+/]{21}[AQgw]==", found)


def time(found: object) -> str:
    return text(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", found)


def whole(found: object) -> int:
    assert isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**32 - 1, found
    return found
