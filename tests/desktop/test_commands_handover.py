"""The commands of a hand-over without a network, and what an operator does with what came."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import here
from test_commands_delivery import LINE, sealed, serving

from desktop.views.errand_messages import receipts_message
from feedback_store.delivery.answers import of_refusal
from feedback_store.delivery.by_file import ReadReceipts
from feedback_store.known_keys import code_asked


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A collector that does not run any more, and a profile that had joined it."""
    return join(tmp_path_factory.mktemp("handover"))


def join(folder: Path) -> tuple[Path, Path]:
    collector, profile = folder / "team", folder / "profile"
    assert here("collector", "init", collector, "--project", "Team", profile=profile).status == 0
    with serving(collector) as (address, _process):
        code = json.loads(here("collector", "invite", collector, "--json", profile=profile).out)["code"]
        done = here("project", "join", address, code, "--use", "--insecure-key-file", profile=profile)
        assert done.status == 0, done.err
    return collector, profile


def ids(profile: Path) -> list[str]:
    return [json.loads(line)["id"] for line in here("records", "list", "--json", profile=profile).out.splitlines()]


def handed_over(profile: Path, file: Path, count: int = 2) -> None:
    """A file with one batch of fresh judgements."""
    lines = [LINE | {"tags": [f"{file.parent.name} {number}"]} for number in range(count)]
    judgements = file.with_suffix(".jsonl")
    judgements.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert here("records", "import", judgements, "--trainer", "me", profile=profile).status == 0
    sealed(profile)
    assert here("bundle", "export", file, profile=profile).status == 0


def test_a_collector_that_changed_its_key_is_followed_from_stick_to_stick(tmp_path: Path) -> None:
    collector, profile = join(tmp_path)
    for number in range(3):
        file = tmp_path / f"stick {number}" / "stick.preceptor"
        file.parent.mkdir()
        handed_over(profile, file)
        assert here("collector", "import", collector, file, profile=profile).status == 0
        read = here("bundle", "receipts", file.with_suffix(".receipts"), "--json", profile=profile)
        assert read.status == 0, read.err
        assert json.loads(read.out)["delivered"] == 1
        assert here("collector", "rotate-key", collector, profile=profile).status == 0


def test_from_a_stick_to_a_receipt_to_a_table_and_out_of_it_again(joined: tuple[Path, Path], tmp_path: Path) -> None:
    collector, profile = joined
    file, out = tmp_path / "stick.preceptor", tmp_path / "out"
    handed_over(profile, file, 3)
    taken = here("collector", "import", collector, file, profile=profile)
    assert taken.status == 0, taken.err
    receipts = tmp_path / "stick.receipts"
    assert taken.out == f"stick.preceptor: 1 batch, 1 of them new; records: 3 stored. Receipts: {receipts}\n"
    first = receipts.read_bytes()
    known = here("collector", "import", collector, file, profile=profile).out
    assert known.startswith("stick.preceptor: all of it was here before, so nothing is new.")
    again = json.loads(here("collector", "import", collector, file, "--json", profile=profile).out)
    assert (again["new"], again["records"], receipts.read_bytes()) == (0, {"known": 3}, first)
    read = here("bundle", "receipts", receipts, profile=profile)
    assert read.out == "1 delivery arrived; every receipt was checked.\n"
    assert here("bundle", "receipts", receipts, profile=profile).out == "1 receipt was here before.\n"
    assert json.loads(here("outbox", "status", "--json", profile=profile).out)["batches"][-1]["state"] == "delivered"

    exported = here("collector", "export", collector, out, profile=profile)
    assert exported.out.endswith(f"judgements in {out}; days written: 1, as they were: 0; files removed: 0.\n")
    rows = json.loads(here("collector", "export", collector, out, "--json", profile=profile).out)["rows"]

    gone = ids(profile)[0]
    assert "Say --yes" in here("collector", "erase", collector, gone, profile=profile).sentence
    erased = here("collector", "erase", collector, gone, "--yes", "--json", profile=profile)
    assert json.loads(erased.out) == {"records": 1, "revisions": 1, "scrubbed": True}
    left = json.loads(here("collector", "export", collector, out, "--json", profile=profile).out)
    assert left == {"written": 1, "kept": 0, "removed": 1, "rows": rows - 1, "gone": 1}

    device = json.loads(here("keys", "show", "--json", profile=profile).out)["device"]
    proof = tmp_path / "proof.preceptor"
    assert here("collector", "bundle", collector, device, proof, profile=profile).status == 0
    found = json.loads(here("bundle", "verify", proof, "--json", profile=profile).out)
    assert (found["valid"], found["erased"]) == (True, 1)


def test_receipts_go_where_they_are_wanted(joined: tuple[Path, Path], tmp_path: Path) -> None:
    collector, profile = joined
    file = tmp_path / "stick.preceptor"
    handed_over(profile, file)
    done = here("collector", "import", collector, file, "--receipts", tmp_path / "back", profile=profile)
    assert done.status == 0, done.err
    assert (tmp_path / "back" / "stick.receipts").exists()
    assert not (tmp_path / "stick.receipts").exists()
    assert here("bundle", "receipts", tmp_path / "back" / "stick.receipts", profile=profile).status == 0


def test_a_refused_file_is_one_sentence_and_leaves_no_receipts(joined: tuple[Path, Path], tmp_path: Path) -> None:
    collector, profile = joined
    file = tmp_path / "stick.preceptor"
    handed_over(profile, file)
    file.write_bytes(file.read_bytes().replace(b"Kiwi", b"Kaka", 1))
    sentence = here("collector", "import", collector, file, profile=profile).sentence
    assert sentence.startswith("Batch 1 of stick.preceptor is refused by rule 10: ")
    assert sentence.endswith("Nothing of the file was taken.")
    assert not (tmp_path / "stick.receipts").exists()
    missing = here("collector", "import", collector, tmp_path / "nix", profile=profile)
    assert "no such file" in missing.sentence.lower()
    assert "no collector" in here("collector", "import", tmp_path, file, profile=profile).sentence


def test_what_is_no_file_of_deliveries_is_named_with_what_is_wanted_and_where_it_is_had(
    joined: tuple[Path, Path], tmp_path: Path
) -> None:
    """It was refused by a rule, as if somebody had changed a right file."""
    collector, profile = joined
    file = tmp_path / "stick.preceptor"
    handed_over(profile, file)
    whole = file.read_bytes()
    assert here("collector", "import", collector, file, profile=profile).status == 0
    shared = tmp_path / "shared.preceptor"
    assert here("records", "share", shared, "--name", "Kim", profile=profile).status == 0
    wrong = {
        "page.html": (b"<html>", "holds no deliveries"),
        "judged.jsonl": (b'{"prompt": "A?"}\n', "holds no deliveries"),
        "empty.preceptor": (b"", "is empty"),
        "cut.preceptor": (whole[:-7], "is cut off"),
        "for-kim.preceptor": (shared.read_bytes(), "holds judgements that a trainer shares"),
        "back.receipts": ((tmp_path / "stick.receipts").read_bytes(), "holds receipts"),
    }
    for name, (data, what) in wrong.items():
        (tmp_path / name).write_bytes(data)
        said = here("collector", "import", collector, tmp_path / name, profile=profile).sentence
        assert said.startswith(f"{name} {what}"), said
        assert "ends in .preceptor" in said and said.endswith("Ask the trainer for it.") and "rule" not in said
    folder = here("collector", "import", collector, tmp_path, profile=profile).sentence
    assert folder.startswith(f"{tmp_path.name} is a folder.")


def test_what_is_no_file_of_receipts_is_named_with_what_it_is_and_which_is_wanted(
    joined: tuple[Path, Path], tmp_path: Path
) -> None:
    """The sentence spoke of a line, and of no file."""
    collector, profile = joined
    file, receipts = tmp_path / "stick.preceptor", tmp_path / "stick.receipts"
    handed_over(profile, file)
    assert here("collector", "import", collector, file, profile=profile).status == 0
    shared = tmp_path / "shared.preceptor"
    assert here("records", "share", shared, "--name", "Kim", profile=profile).status == 0
    wrong = {
        "page.html": (b"<html>", "holds no receipts"),
        "empty.receipts": (b"", "is empty"),
        "stick.preceptor": (file.read_bytes(), "holds deliveries: it is what you hand over"),
        "for-kim.preceptor": (shared.read_bytes(), "holds judgements that somebody shares"),
    }
    for name, (data, what) in wrong.items():
        (tmp_path / name).write_bytes(data)
        said = here("bundle", "receipts", tmp_path / name, profile=profile).sentence
        assert said.startswith(f"{name} {what}"), said
        assert "ends in .receipts" in said and said.endswith("Ask whoever runs the project for it.")
    assert here("bundle", "receipts", tmp_path, profile=profile).sentence.startswith(f"{tmp_path.name} is a folder.")
    whole = receipts.read_bytes().splitlines(keepends=True)[-1]
    for name, data, said in (
        ("cut.receipts", whole[:-9], "Line 1 of cut.receipts has no end"),
        ("more.receipts", whole + b"{}\n", "Line 2 of more.receipts is no receipt"),
    ):
        (tmp_path / name).write_bytes(data)
        assert here("bundle", "receipts", tmp_path / name, profile=profile).sentence.startswith(said)
    other, stranger = join(tmp_path / "other")
    foreign = tmp_path / "other" / "foreign.preceptor"
    handed_over(stranger, foreign)
    assert here("collector", "import", other, foreign, profile=stranger).status == 0
    said = here("bundle", "receipts", foreign.with_suffix(".receipts"), profile=profile).sentence
    assert said.startswith("foreign.receipts holds somebody else's receipts: number 1 is for a delivery")


def test_a_file_of_ours_that_holds_no_judgements_is_named_where_judgements_are_imported(
    joined: tuple[Path, Path], tmp_path: Path
) -> None:
    """It said: This is not a application/vnd.preceptor.shared-records.v1+json."""
    collector, profile = joined
    file = tmp_path / "stick.preceptor"
    handed_over(profile, file)
    assert here("collector", "import", collector, file, profile=profile).status == 0
    said = here("records", "import", tmp_path / "stick.receipts", profile=profile).sentence
    assert said == "stick.receipts holds receipts, not judgements. To read them: preceptor bundle receipts FILE"
    assert here("records", "import", file, profile=profile).sentence.startswith("stick.preceptor holds deliveries")
    shared = tmp_path / "kim.preceptor"
    assert here("records", "share", shared, "--name", "Kim", profile=profile).status == 0
    shared.write_bytes(shared.read_bytes().replace(b"Kiwi", b"Kaka", 1))
    said = here("records", "import", shared, profile=profile).sentence
    assert said.startswith("kim.preceptor is not valid: Record ") and "Ask your colleague" in said


def test_terms_that_are_no_text_are_named_and_nothing_is_made(tmp_path: Path) -> None:
    """A picture in their place was called a fault of the program."""
    for name, data, said in (
        ("photo.png", b"\x89PNG\r\n\xff\xfe", "photo.png is no text"),
        ("empty.md", b" \n", "empty.md is empty."),
    ):
        (tmp_path / name).write_bytes(data)
        for option in ("--terms", "--guideline"):
            done = here(
                *("collector", "init", tmp_path / "c", "--project", "P", option, tmp_path / name),
                profile=tmp_path / "profile",
            )
            assert (done.status, done.sentence[: len(said)]) == (1, said)
    assert not (tmp_path / "c").exists()


def test_a_file_that_is_not_valid_is_named(joined: tuple[Path, Path], tmp_path: Path) -> None:
    _collector, profile = joined
    file = tmp_path / "stick.preceptor"
    handed_over(profile, file)
    stranger = here("bundle", "verify", file, profile=tmp_path / "stranger").sentence
    assert stranger.startswith("The key that signed first in stick.preceptor is not kept here")
    file.write_bytes(file.read_bytes().replace(b"Kiwi", b"Kaka", 1))
    said = here("bundle", "verify", file, profile=profile).sentence
    assert said.startswith("stick.preceptor is not valid, by rule 10: ")


def test_unknown_records_devices_projects_and_places_are_one_sentence_each(
    joined: tuple[Path, Path], tmp_path: Path
) -> None:
    collector, profile = joined
    assert "holds no record" in here("collector", "erase", collector, "x", "--yes", profile=profile).sentence
    assert "No device" in here("collector", "bundle", collector, "x", tmp_path / "f", profile=profile).sentence
    assert not (tmp_path / "f").exists()
    out = tmp_path / "out"
    assert "has no project" in here("collector", "export", collector, out, "--project", "x", profile=profile).sentence
    assert "no object storage" in here("collector", "export", collector, "ftp://x/y", profile=profile).sentence
    assert not out.exists()


NO_BATCHES = {
    "photo.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\n", "photo.jpg was not written by Preceptor. Choose a file"),
    "empty.preceptor": (b"", "empty.preceptor is empty. Ask for the file once more."),
    "settings.json": (b'{"a": 1}\n', "settings.json was not written by Preceptor. Choose a file"),
    "note.txt": (b"hello there\n", "note.txt was not written by Preceptor. Choose a file"),
}


@pytest.mark.parametrize("name", NO_BATCHES)
def test_a_file_that_holds_no_batches_is_named_with_what_to_do_and_no_rule(tmp_path: Path, name: str) -> None:
    data, begins = NO_BATCHES[name]
    (tmp_path / name).write_bytes(data)
    done = here("bundle", "verify", tmp_path / name, profile=tmp_path / "profile")
    assert done.status == 1
    assert done.err.startswith(f"preceptor: {begins}"), done.err
    assert len(done.err.splitlines()) == 1
    assert "rule" not in done.err


def test_a_file_that_was_cut_off_says_so(joined: tuple[Path, Path], tmp_path: Path) -> None:
    _collector, profile = joined
    file = tmp_path / "whole.preceptor"
    handed_over(profile, file)
    (tmp_path / "cut.preceptor").write_bytes(file.read_bytes()[:-20])
    done = here("bundle", "verify", tmp_path / "cut.preceptor", profile=profile)
    words = "cut.preceptor is cut off in the middle of its last line. Ask for the file once more, or copy it again."
    assert (done.status, done.err) == (1, f"preceptor: {words}\n")


def test_a_key_that_was_ended_is_told_by_file_with_what_to_do(tmp_path: Path) -> None:
    """The file was refused at every journey, and nobody told the trainer why."""
    collector, profile = join(tmp_path)
    file, receipts = tmp_path / "stick.preceptor", tmp_path / "stick.receipts"
    handed_over(profile, file)
    device = json.loads(here("keys", "show", "--json", profile=profile).out)["device"]
    (listed,) = json.loads(here("collector", "devices", collector, "--json", profile=profile).out)
    revoked = here("collector", "revoke", collector, device, "--reason", "lost", profile=profile)
    whose = listed["name"] and f"{listed['name']} ({listed['trainer']})"
    assert revoked.out == f"Revoked: {device} of {whose or listed['trainer'] + ', who has no name here'}.\n"
    refused = here("collector", "import", collector, file, profile=profile)
    assert refused.status == 1
    assert refused.sentence.startswith("Batch 1 of stick.preceptor is refused by rule 8: The key was revoked. Nothing")
    assert f"Give the trainer {receipts} back all the same" in refused.sentence
    read = here("bundle", "receipts", receipts, profile=profile)
    assert (read.status, read.out) == (1, "")
    assert "makes for a further device of yours (trainer id trn_" in read.sentence
    assert "Joining needs the network once; after that files serve again." in read.sentence
    assert read.sentence.endswith("Then sign anew what did not arrive: preceptor outbox seal --again")
    again = here("bundle", "receipts", receipts, profile=profile)
    assert (again.status, again.out) == (0, "Nothing in it is new.\n")
    said = here("bundle", "export", tmp_path / "more.preceptor", profile=profile).sentence
    assert said == "All that was signed was stopped. To sign it anew: preceptor outbox seal --again"
    assert here("outbox", "seal", "--again", profile=profile).out == "Delivery 2-1 signed, with 2 judgements.\n"
    assert here("bundle", "export", tmp_path / "more.preceptor", profile=profile).status == 0
    for_scripts = here("bundle", "receipts", receipts, "--json", profile=profile)
    assert json.loads(for_scripts.out) == {"delivered": 0, "known": 0, "arrived": 0, "returned": 0, "stopped": []}


def test_a_change_of_keys_that_was_not_taken_is_told_by_file_and_where_the_keys_are_seen(tmp_path: Path) -> None:
    collector, profile = join(tmp_path)
    file, receipts = tmp_path / "stick.preceptor", tmp_path / "stick.receipts"
    device = json.loads(here("keys", "show", "--json", profile=profile).out)["device"]
    assert "told with the next delivery" in here("keys", "rotate", profile=profile).out
    handed_over(profile, file)
    assert here("collector", "revoke", collector, device, profile=profile).status == 0
    refused = here("collector", "import", collector, file, profile=profile).sentence
    assert refused.startswith("The change of keys before batch 1 of stick.preceptor is refused by rule 8: The key was")
    assert f"Give the trainer {receipts} back all the same" in refused
    read = here("bundle", "receipts", receipts, profile=profile).sentence
    assert read.startswith("The collector did not take this device's new key: the one before it was ended there.")
    assert "Joining needs the network once" in read
    assert [each["state"] for each in json.loads(here("keys", "list", "--json", profile=profile).out)][1] == "refused"
    for asked in (here("keys", "show", profile=profile).out, here("keys", "devices", profile=profile).err):
        assert "did not take it" in asked and "Join the project again" in asked


def test_what_the_collector_lacks_is_told_by_file_and_goes_with_the_next(tmp_path: Path) -> None:
    collector, profile = join(tmp_path)
    file, receipts = tmp_path / "stick.preceptor", tmp_path / "stick.receipts"
    handed_over(profile, file)
    copy = tmp_path / "copy"
    shutil.copytree(collector, copy)
    assert here("collector", "import", collector, file, profile=profile).status == 0
    assert here("bundle", "receipts", receipts, profile=profile).status == 0
    more = tmp_path / "later" / "more.preceptor"
    more.parent.mkdir()
    handed_over(profile, more, 1)
    refused = here("collector", "import", copy, more, profile=profile).sentence
    assert "what lies between is missing" in refused and "more.receipts back all the same" in refused
    read = here("bundle", "receipts", more.with_suffix(".receipts"), profile=profile)
    assert (read.status, read.out[:62]) == (0, "The collector lacks 1 delivery that had arrived, so it waits a")
    for_scripts = here("bundle", "receipts", more.with_suffix(".receipts"), "--json", profile=profile)
    assert json.loads(for_scripts.out)["missing"] == 0
    assert here("bundle", "export", tmp_path / "all.preceptor", profile=profile).out.startswith("2 deliveries written")
    assert here("collector", "import", copy, tmp_path / "all.preceptor", profile=profile).status == 0
    read = here("bundle", "receipts", tmp_path / "all.receipts", profile=profile)
    assert (read.status, read.out) == (0, "2 deliveries arrived; every receipt was checked.\n")


def test_the_window_says_first_what_a_file_of_receipts_has_stopped() -> None:
    problem = of_refusal("fork", earlier_key=False).problem(code_asked("trn", None))
    message = receipts_message(ReadReceipts(delivered=1, known=0, arrived=1, returned=0, problems=(problem,)))
    assert (message.kind, message.text) == ("warning", str(problem))
    assert message.reason == "1 delivery arrived; every receipt was checked."
    ended = receipts_message(
        ReadReceipts(0, 0, 0, 0, (of_refusal("key_revoked", earlier_key=False).problem(code_asked("trn", None)),))
    )
    assert [way[0] for way in ended.ways] == ["join_project"]
    assert ended.reason == "Joining needs the network once; after that files serve again."
    assert receipts_message(ReadReceipts(0, 1, 0, 0)).kind == "success"
    lacking = receipts_message(ReadReceipts(0, 0, 0, 0, missing=2))
    assert (lacking.kind, lacking.text[:42]) == ("warning", "The collector lacks 2 deliveries that had ")
