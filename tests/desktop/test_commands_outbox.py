"""`preceptor outbox list|show|hold|release`: nothing leaves that nobody has looked at, whatever a script asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import here

MAIL, PHONE = "jane.doe@uni-mainz.de", "+49 30 5550 142"
CLEAN = {"prompt": "Name a bird.", "candidates": ["Kiwi", "Bat"], "verdict": "a>>b"}
NOT_CLEAN = {"prompt": f"Who is {MAIL}?", "candidates": [f"Call {PHONE}.", "No idea"], "verdict": "a>b"}


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A clean judgement, and one with an address and a number."""
    assert here("keys", "show", "--insecure-key-file", profile=tmp_path / "profile").status == 0
    file = tmp_path / "some.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in (CLEAN, NOT_CLEAN)))
    assert here("records", "import", file, "--trainer", "me", profile=tmp_path / "profile").status == 0
    return tmp_path / "profile"


def listed(profile: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in here("outbox", "list", "--json", profile=profile).out.splitlines()]


def states(profile: Path) -> list[tuple[object, object]]:
    return [(each["state"], each["undecided"]) for each in listed(profile)]


def ids(profile: Path) -> tuple[str, str]:
    clean, other = (str(each["id"]) for each in listed(profile))
    return clean, other


def test_the_list_says_what_keeps_each_record_here_before_anything_was_looked_at(profile: Path) -> None:
    assert states(profile) == [("saved", 0), ("saved", 2)]
    out = here("outbox", "list", profile=profile).out
    assert "2 places to look at" in out and "Name a bird." in out
    status = json.loads(here("outbox", "status", "--json", profile=profile).out)
    assert (status["records"], status["undecided"]) == ({"saved": 2}, 1)
    assert "1  of them with places to look at" in here("outbox", "status", profile=profile).out


def test_show_prints_every_text_and_each_place_with_its_offsets(profile: Path) -> None:
    _clean, other = ids(profile)
    out = here("outbox", "show", other, profile=profile).out
    for said in (MAIL, PHONE, "No idea", "A > B", "2 places to look at", "Names are not found"):
        assert said in out
    found = json.loads(here("outbox", "show", "--json", other, profile=profile).out)
    assert [(each["kind"], each["quote"], each["kept"]) for each in found["places"]] == [
        ("email", MAIL, False),
        ("phone", PHONE, False),
    ]
    for place in found["places"]:
        for where in place["where"]:
            assert found["passages"][where["passage"]]["text"][where["start"] : where["end"]] == place["quote"]
        assert place["where"]


def test_release_by_id_is_refused_in_one_sentence_with_counts_of_the_places_and_releases_nothing(profile: Path) -> None:
    clean, other = ids(profile)
    refused = here("outbox", "release", clean, other, profile=profile)
    assert refused.status == 1
    assert "1 e-mail address, 1 phone number" in refused.sentence and "--kept-as-is" in refused.sentence
    assert MAIL not in refused.sentence and PHONE not in refused.sentence, "a sentence may end in a log"
    assert states(profile) == [("saved", 0), ("saved", 2)]


def test_release_of_all_takes_the_clean_ones_and_ends_with_1_for_the_others(profile: Path) -> None:
    done = here("outbox", "release", "--all", "--json", profile=profile)
    clean, other = ids(profile)
    assert done.status == 1 and "1 e-mail address" in done.sentence and MAIL not in done.sentence
    said = json.loads(done.out)
    assert (said["released"], said["ids"]) == (1, [clean])
    shown = json.loads(here("outbox", "show", other, "--json", profile=profile).out)
    places = [{"kind": each["kind"], "where": each["where"]} for each in shown["places"]]
    assert [each["kind"] for each in places] == ["email", "phone"] and all(each["where"] for each in places)
    assert said["undecided"] == [{"id": other, "places": places}]
    assert MAIL not in done.out + done.err and PHONE not in done.out + done.err, "it may end in a log"
    assert states(profile) == [("released", 0), ("saved", 2)]
    (batch,) = json.loads(here("outbox", "seal", "--json", profile=profile).out)
    assert batch["records"] == 1


def test_kept_as_is_decides_and_is_seen_afterwards(profile: Path) -> None:
    _clean, other = ids(profile)
    assert here("outbox", "release", "--kept-as-is", other, profile=profile).status == 0
    assert states(profile) == [("saved", 0), ("released", 0)]
    assert here("outbox", "show", other, profile=profile).out.count("kept") == 2
    assert here("records", "check", profile=profile).out.count(MAIL) == 0
    (batch,) = json.loads(here("outbox", "seal", "--json", profile=profile).out)
    assert batch["records"] == 1


def test_list_and_release_say_under_which_terms_and_that_names_are_not_found(profile: Path) -> None:
    clean, _other = ids(profile)
    said = ("This project states no terms.", "Names are not: read the texts for them.")
    assert all(each in here("outbox", "list", profile=profile).out for each in said)
    done = here("outbox", "release", clean, profile=profile)
    assert done.out == "1 judgement released.\n"
    assert all(each in done.err for each in said)
    assert here("outbox", "release", "--all", "--json", profile=profile).err.count("Names are not") == 0


def test_hold_keeps_what_was_released_and_all_that_waits(profile: Path) -> None:
    clean, other = ids(profile)
    here("outbox", "release", clean, profile=profile)
    assert here("outbox", "hold", clean, profile=profile).out == "1 judgement held back.\n"
    release_all = "Nothing is released. To release all that waits: preceptor outbox release --all\n"
    assert here("outbox", "seal", profile=profile).out == release_all
    done = json.loads(here("outbox", "hold", "--all", "--json", profile=profile).out)
    assert done == {"held": 1, "ids": [other]}
    assert states(profile) == [("held", 0), ("held", 2)]
    assert here("outbox", "release", "--all", "--kept-as-is", profile=profile).status == 0


@pytest.mark.parametrize("command", ["show", "hold", "release"])
def test_a_judgement_that_is_not_there_is_refused_in_one_sentence(command: str, profile: Path) -> None:
    assert "There is no judgement nix." in here("outbox", command, "nix", profile=profile).sentence


@pytest.mark.parametrize("command", ["hold", "release"])
def test_ids_or_all_have_to_be_said(command: str, profile: Path) -> None:
    assert here("outbox", command, profile=profile).status == 2
    assert here("outbox", command, "--all", "x", profile=profile).status == 2


def test_a_file_that_is_handed_over_holds_nothing_undecided(profile: Path, tmp_path: Path) -> None:
    here("outbox", "release", "--all", profile=profile)
    here("outbox", "seal", profile=profile)
    bundle = tmp_path / "all.preceptor"
    assert here("bundle", "export", bundle, "--all", profile=profile).status == 0
    data = bundle.read_bytes()
    assert b"Kiwi" in data and MAIL.encode() not in data and PHONE.encode() not in data


def test_records_of_another_trainer_are_not_listed_and_not_released(tmp_path: Path, profile: Path) -> None:
    file = tmp_path / "theirs.jsonl"
    file.write_text(json.dumps({**CLEAN, "prompt": "Name a fish."}) + "\n")
    trainer = "trn_" + "7" * 32
    assert here("records", "import", file, "--trainer", trainer, profile=profile).status == 0
    found = [json.loads(line) for line in here("records", "list", "--json", profile=profile).out.splitlines()]
    (theirs,) = (str(each["id"]) for each in found if each["trainer"] == trainer)
    assert theirs not in [each["id"] for each in listed(profile)]
    assert "another trainer" in here("outbox", "release", "--kept-as-is", theirs, profile=profile).sentence


def test_what_was_sealed_is_called_by_its_name(profile: Path) -> None:
    clean, other = ids(profile)
    assert here("outbox", "release", clean, profile=profile).status == 0
    assert here("outbox", "seal", profile=profile).out == "Delivery 1 signed, with 1 judgement.\n"
    assert here("records", "withdraw", clean, profile=profile).status == 0
    assert here("outbox", "seal", profile=profile).out == "Delivery 2 signed, with 1 withdrawal.\n"
    assert here("records", "reinstate", clean, profile=profile).status == 0
    assert here("outbox", "release", clean, profile=profile).status == 0
    assert here("outbox", "seal", profile=profile).status == 0
    assert here("records", "withdraw", clean, profile=profile).status == 0
    assert here("outbox", "release", "--kept-as-is", other, profile=profile).status == 0
    assert here("outbox", "seal", profile=profile).out == "Delivery 4 signed, with 1 judgement and 1 withdrawal.\n"


def test_seal_does_not_send_back_to_a_release_that_was_refused(profile: Path) -> None:
    """It went in a circle: release --all was refused, and seal said to release all by release --all."""
    assert "outbox release --all" in here("outbox", "seal", profile=profile).out
    here("outbox", "release", "--all", profile=profile)
    here("outbox", "seal", profile=profile)
    told = here("outbox", "seal", profile=profile).out
    assert "1 judgement waits with something found in it" in told
    assert "preceptor outbox show ID" in told and "release --all" not in told
