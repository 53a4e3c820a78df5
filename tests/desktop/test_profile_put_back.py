"""T12: a profile whose folder was put back, keys and all, begins a new chain, whatever keeps its keys, and says so."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import here
from made_judgements import judgement

from desktop.flow import new_chains
from desktop.flow.delivering import hand_over
from desktop.flow.new_chains import began_anew, will_begin_anew
from desktop.profile import Profile, sealed_folder
from desktop.views.errand_messages import report_message, saved_message
from desktop.views.parts import Message
from feedback_store.batches.seal import SealedBatch
from feedback_store.delivery.send_report import SendReport
from feedback_store.errors import DeliveryError
from feedback_store.store import BatchRow


@pytest.mark.parametrize("way", ["passphrase", "insecure"])
def test_a_folder_put_back_with_its_key_file_begins_a_new_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("feedback_store.store.place_of", lambda database: str(database.resolve()))  # the old inode
    folder = tmp_path / "profile"

    def seal() -> SealedBatch:
        profile = Profile.open(
            folder, insecure_key_file=way == "insecure", passphrase=lambda *_: "four words to remember"
        )
        try:
            made = judgement("a>b", project=profile.project.id, trainer=profile.trainer)
            profile.store.outbox.release([profile.store.records.save(made).result().id]).result()
            sealed = profile.store.outbox.seal(profile.project.id, profile.device_key(profile.project)).result()
            assert sealed is not None
            return sealed
        finally:
            profile.close()

    first = seal()
    shutil.copytree(folder, tmp_path / "kept")
    lost = seal()
    assert (lost.chain, lost.seq) == (first.chain, 2)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "kept", folder)
    again = seal()
    assert again.chain != first.chain and again.seq == 1
    assert sealed_folder() == tmp_path / "state" / "preceptor-sealed"
    assert {path.name for path in sealed_folder().iterdir()} == {first.chain, again.chain}


@pytest.fixture
def put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile that signed twice, put back to where it had signed once; its next judgement is released."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("feedback_store.store.place_of", lambda database: str(database.resolve()))  # the old inode
    profile = tmp_path / "profile"
    assert here("keys", "show", "--insecure-key-file", profile=profile).status == 0
    file = tmp_path / "some.jsonl"
    line = {"prompt": "Name a bird.", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}
    file.write_text("".join(json.dumps(line | {"tags": [str(n)]}) + "\n" for n in range(3)))
    assert here("records", "import", file, "--trainer", "me", profile=profile).status == 0
    ids = [json.loads(each)["id"] for each in here("outbox", "list", "--json", profile=profile).out.splitlines()]
    for number, record in enumerate(ids[:2]):
        if number == 1:
            shutil.copytree(profile, tmp_path / "kept")
        assert here("outbox", "release", record, profile=profile).status == 0
        assert here("outbox", "seal", profile=profile).err == ""
    shutil.rmtree(profile)
    shutil.copytree(tmp_path / "kept", profile)
    assert here("outbox", "release", ids[2], profile=profile).status == 0
    return profile


BEGAN = "This profile was put back from an earlier copy, so its deliveries are numbered from 1 again."
WILL_BEGIN = "This profile was put back from an earlier copy; from the next one on its deliveries are numbered from 1."


def test_seal_says_in_a_sentence_that_a_new_chain_begins_and_once(put_back: Path) -> None:
    assert WILL_BEGIN in here("outbox", "status", profile=put_back).out
    assert json.loads(here("outbox", "status", "--json", profile=put_back).out)["next_chain"] == "put back"
    done = here("outbox", "seal", profile=put_back)
    assert (done.status, done.err) == (0, BEGAN + "\n")
    assert done.out == "Delivery 2-1 signed, with 1 judgement.\n", "and not a second Delivery 1"
    again = here("outbox", "seal", profile=put_back)
    assert (again.status, again.err) == (0, "")
    status = here("outbox", "status", profile=put_back).out
    assert WILL_BEGIN not in status and BEGAN in status
    said = json.loads(here("outbox", "status", "--json", profile=put_back).out)
    assert [batch.get("new_chain") for batch in said["batches"]] == [None, "put back"]
    assert [(batch["delivery"], batch["seq"]) for batch in said["batches"]] == [("1", 1), ("2-1", 1)]
    assert [line.split()[0] for line in status.splitlines() if " signed " in line] == ["1", "2-1"]
    assert "next_chain" not in said


def test_seal_for_a_script_names_the_reason_at_the_batch(put_back: Path) -> None:
    done = here("outbox", "seal", "--json", profile=put_back)
    assert [(batch["seq"], batch["new_chain"]) for batch in json.loads(done.out)] == [(1, "put back")]
    assert done.err == BEGAN + "\n"


def test_a_file_saved_from_the_window_says_that_a_new_chain_begins(put_back: Path, tmp_path: Path) -> None:
    profile = Profile.open(put_back, insecure_key_file=True)
    try:
        outbox, project = profile.store.outbox, profile.project
        handed = hand_over(outbox, project.id, lambda: (profile.device_key(project), ""), tmp_path / "a.preceptor")
        assert saved_message(handed) == Message("warning", str(handed), BEGAN)
        handed = hand_over(outbox, project.id, lambda: (profile.device_key(project), ""), tmp_path / "b.preceptor")
        assert saved_message(handed).kind == "success", "it is said once"
    finally:
        profile.close()


def test_whatever_came_of_sending_a_new_chain_is_said_with_it() -> None:
    gone = DeliveryError("The collector does not answer.", code="unreachable")
    for report in (
        SendReport("prj", batches=1),
        SendReport("prj", batches=1, returned=1),
        SendReport("prj", batches=1, restored=True),
        SendReport("prj", outage=gone),
    ):
        message = report_message(report, BEGAN)
        assert message.kind == "warning" and message.reason.endswith(BEGAN)
        assert BEGAN not in report_message(report).reason
    assert report_message(SendReport("prj", batches=1)).kind == "success"


def row(number: int, chain: str, reason: str = "") -> BatchRow:
    return BatchRow(number, str(number), "prj", chain, 1, "", b"", "", "delivered", reason, 1, 0)


def test_no_two_deliveries_of_a_project_are_shown_with_one_number() -> None:
    """Each chain is numbered from 1, so that "Delivery 1" stood there twice."""
    places = (("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3), ("c", 1))
    rows = [replace(row(number, chain), seq=seq) for number, (chain, seq) in enumerate(places)]
    assert list(new_chains.names(rows).values()) == ["1", "2", "2-1", "2-2", "3", "3-1"]
    told = [new_chains.number_words(each, new_chains.series(rows)) for each in rows]
    assert told[4:] == ["", "Delivery 1 of series 3; each series is numbered from 1."]


@pytest.mark.parametrize("reason", ["put back", "elsewhere"])
def test_only_a_chain_that_was_left_by_itself_is_told_of(reason: str) -> None:
    rows = [row(1, "a", reason), row(2, "a", reason), row(3, "b"), row(4, "b")]
    assert began_anew(rows) == {"3": reason} and will_begin_anew(rows) == ""
    assert will_begin_anew(rows[:2]) == reason and began_anew(rows[:2]) == {}
    for known in ("fork", "gap", "key_refused", "other key", ""):
        assert began_anew([row(1, "a", known), row(2, "b")]) == {}
        assert will_begin_anew([row(1, "a", known)]) == ""
    assert will_begin_anew([]) == ""
