"""The command line where nothing goes on by itself: a collector's key that leads nowhere, another computer's backup."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from command_desk import Desk, joined_desk
from test_commands_delivery import judged

from feedback_store.collector.sqlite_storage import FILE


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with joined_desk(tmp_path) as made:
        yield made


def test_after_a_lost_collector_key_each_trainer_joins_anew_by_the_fingerprint_that_is_read_out(desk: Desk) -> None:
    """ "Trainers join anew", said the page, and joining refused it; what was signed stayed where it was, for good."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    before = desk.type("project", "join", desk.address, desk.ask("collector", "invite", desk.collector)["code"])
    (known,) = (line.removeprefix("Collector's key: ") for line in before.out.splitlines() if "Collector's" in line)
    (file,) = (desk.collector / "keys").iterdir()
    refused = desk.type("collector", "rotate-key", desk.collector, "--lost")
    assert refused.status == 1 and refused.sentence.startswith(f"The key is there: {file}.")
    file.unlink()
    said = desk.type("collector", "rotate-key", desk.collector, "--lost")
    assert said.status == 0, said.err
    read_out = desk.type("collector", "fingerprint", file).out.strip()
    assert said.out.startswith(f"From now on: {read_out}.") and f'--collector-key "{read_out}"' in said.out
    desk.seal(2)  # one of which is known
    assert desk.type("outbox", "send").status == 1
    code = desk.ask("collector", "invite", desk.collector)["code"]
    without = desk.type("project", "join", desk.address, code)
    assert without.status == 1 and "--collector-key FINGERPRINT" in without.sentence
    assert known in without.sentence, "the one that was compared is named"
    assert read_out not in without.sentence, "the one that answers is not: its operator has to say it"
    half = desk.type("project", "join", desk.address, code, "--collector-key", read_out[:19])
    assert half.status == 1 and "no whole fingerprint" in half.sentence
    done = desk.type("project", "join", desk.address, code, "--collector-key", read_out)
    assert done.status == 0, done.err
    assert "The collector's key is another one from now on, as you typed it." in done.out
    assert f"Before: {known}. Now: {read_out}." in done.out
    assert desk.ask("outbox", "send")["arrived"] == 1


def test_a_lost_key_is_replaced_while_the_collector_has_lost_its_own_by_the_fingerprint_that_is_read_out(
    desk: Desk,
) -> None:
    """`keys recover` had no way to give it, and what was refused named an option that it did not know."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    (device,) = desk.ask("collector", "devices", desk.collector)
    (file,) = (desk.collector / "keys").iterdir()
    file.unlink()
    assert desk.type("collector", "rotate-key", desk.collector, "--lost").status == 0
    read_out = desk.type("collector", "fingerprint", file).out.strip()
    desk.seal(2)
    sent = desk.type("outbox", "send")
    assert sent.status == 1 and "--collector-key FINGERPRINT" in sent.err and read_out not in sent.err
    code = desk.ask("collector", "recover", desk.collector, device["device"])["code"]
    assert "--collector-key FINGERPRINT" in desk.type("keys", "recover", code).sentence
    done = desk.type("keys", "recover", code, "--collector-key", read_out)
    assert done.status == 0, done.err
    assert "The collector's key is another one from now on, as you typed it." in done.out
    assert desk.ask("outbox", "send", "--again")["arrived"] == 1


def test_a_backup_of_another_computer_asks_for_a_further_device_and_ends_nobodys_key(
    desk: Desk, tmp_path: Path
) -> None:
    """It asked for a code for a lost key; with that, the first computer delivered nothing more."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    (trainer,) = (each["trainer"] for each in desk.ask("collector", "devices", desk.collector))
    backup = desk.ask("backup", "make")["path"]
    second = Desk(desk.collector, tmp_path / "second", desk.address)
    put_back = second.type("backup", "restore", backup)
    assert put_back.status == 0, put_back.err
    further = f"a code that whoever runs it makes for a further device of yours (trainer id {trainer})"
    assert further in put_back.out
    shown = second.type("keys", "show", "--insecure-key-file")
    judged(second.profile, 2)
    assert second.type("outbox", "release", "--all").status == 0
    signed = second.type("outbox", "seal")
    sent = second.type("outbox", "send")
    assert signed.status == 0 and sent.status == 1
    for said in (shown.err, signed.err, sent.err):
        assert further in said and "preceptor project join ADDRESS CODE" in said.replace(" --insecure-key-file", "")
        assert "keys recover" not in said and "lost key (" not in said
    code = second.ask("collector", "invite", second.collector, "--trainer", trainer)["code"]
    assert second.type("project", "join", second.address, code).status == 0
    assert second.ask("outbox", "send")["arrived"] == 1
    desk.seal(3)
    assert desk.ask("outbox", "send")["arrived"] == 2, "the first computer's key was ended"
    again = desk.type("backup", "restore", backup)
    assert again.status == 0 and "further device" not in again.out, "it is of this very place"
    lost = second.profile / "secrets.json"
    lost.unlink()  # and what it has signed itself can be lost here as anywhere
    gone = second.type("outbox", "send", "--insecure-key-file")
    assert gone.status == 1 and "keys recover --insecure-key-file CODE" in gone.err


def test_files_of_two_keys_are_not_said_to_be_of_one_that_was_ended(desk: Desk, tmp_path: Path) -> None:
    desk.seal(1)
    backup = desk.ask("backup", "make")["path"]
    second = Desk(desk.collector, tmp_path / "second", desk.address)
    assert second.type("backup", "restore", backup).status == 0
    assert second.type("keys", "show", "--insecure-key-file").status == 0
    second.seal(2)
    done = second.type("bundle", "export", tmp_path / "a.preceptor")
    assert done.status == 0, done.err
    assert "More than one key has signed what waits" in done.out + done.err
    assert "ended" not in done.out + done.err


def test_sending_says_and_counts_what_waits_for_a_click_and_does_not_end_with_0(desk: Desk) -> None:
    """It said "Nothing is signed." and ended with 0; then the words told it, and neither the JSON nor the exit code."""
    desk.seal(2)
    (device,) = desk.ask("collector", "devices", desk.collector)
    code = desk.ask("collector", "recover", desk.collector, device["device"])["code"]
    assert desk.type("keys", "recover", code).status == 0
    waits = "2 judgements wait to be sent again: preceptor outbox send --again"
    said, counted = desk.type("outbox", "send"), desk.type("outbox", "send", "--json")
    assert (said.status, said.out, said.sentence) == (1, "Nothing is signed.\n", waits)
    assert (counted.status, json.loads(counted.out)["waiting"], counted.sentence) == (1, 2, waits)
    assert desk.type("outbox", "seal").out == f"Nothing is released. {waits}\n", "it said that nothing waits"
    judged(desk.profile, 3)
    assert desk.type("outbox", "release", "--all").status == 0
    both = desk.type("outbox", "send")
    assert both.out == "Nothing is signed. To sign what is released: preceptor outbox seal\n" and both.sentence == waits
    assert desk.type("outbox", "seal").status == 0
    some = desk.type("outbox", "send")
    assert (some.status, some.out) == (1, "1 judgement arrived; every receipt was checked.\n")
    assert some.err.endswith(f"preceptor: {waits}\n")
    again = desk.ask("outbox", "send", "--again")
    assert (again["arrived"], again["waiting"]) == (2, 0)
    assert desk.type("outbox", "send").out == "Nothing is signed.\n"


def test_a_file_of_a_key_that_a_restored_collector_does_not_know_tells_the_way_out(desk: Desk, tmp_path: Path) -> None:
    """It said that the key is not enrolled, with the next file too, and only a page of decisions knew what heals it."""
    desk.seal(1)
    assert desk.type("outbox", "send").status == 0
    saved = tmp_path / "saved"
    with closing(sqlite3.connect(desk.collector / FILE)) as connection:
        connection.execute("VACUUM INTO ?", (str(saved),))
    assert desk.type("keys", "rotate").status == 0
    desk.seal(2)
    assert desk.type("outbox", "send").status == 0
    older = tmp_path / "older"
    shutil.copytree(desk.collector, older, ignore=shutil.ignore_patterns(f"{FILE}*"))
    shutil.copy(saved, older / FILE)
    desk.seal(3)
    some, everything = tmp_path / "some.preceptor", tmp_path / "all.preceptor"
    assert desk.type("bundle", "export", some).status == 0
    refused = desk.type("collector", "import", older, some)
    assert refused.status == 1 and "this collector does not know its key" in refused.sentence
    assert "preceptor bundle export FILE --all" in refused.sentence
    assert desk.type("bundle", "export", everything, "--all").status == 0
    files = sorted(tmp_path.glob("all*.preceptor"))
    for file in files:
        taken = desk.type("collector", "import", older, file)
        assert taken.status == 0, taken.err
