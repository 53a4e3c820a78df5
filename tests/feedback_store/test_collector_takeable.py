"""What a collector publishes is what trainers' programs take, and a join that is done never looks failed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joined_profile import Profile, Reply, Request, proof, scripted
from made_judgements import RUBRIC
from running_collector import Team, running

from feedback_store.batches.manifest import TermsAccepted
from feedback_store.collector import administration, facts
from feedback_store.collector.facts import make_guideline, make_terms
from feedback_store.delivery.http import MAX_REPLY
from feedback_store.errors import DeliveryError, RecordError, StoreError
from feedback_store.refusals import convert

LONG = {
    "project_name": ("n" * 201, "long_name", "--project"),
    "name": ("n" * 201, "long_name", "--name"),
    "terms": (make_terms("t", licence="l" * 1001), "long_licence", "--licence"),
    "guideline": (make_guideline("g" * 3_000_000), "long_facts", "--guideline"),
}


def made(folder: Path, **wishes: Any) -> str:
    given: dict[str, Any] = {
        "name": "House",
        "project_name": "Team",
        "rubric": RUBRIC,
        "terms": make_terms("t", licence="l"),
    }
    return administration.init_collector(folder, **{**given, **wishes})


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    found = Profile.opened(tmp_path / "profile")
    yield found
    found.store.close()


@pytest.mark.parametrize("what", LONG)
def test_a_collector_that_nobody_could_join_or_deliver_to_is_not_made(tmp_path: Path, what: str) -> None:
    value, code, option = LONG[what]
    with pytest.raises(StoreError, match=option) as told:
        made(tmp_path / "collector", **{what: value})
    assert told.value.code == code
    assert not (tmp_path / "collector").exists(), "nothing of it is left behind"


@pytest.mark.parametrize(
    ("name", "character"), [("two\nlines", "U+000A"), ("is a\x07bell", "U+0007"), ("two\u2028lines", "U+2028")]
)
def test_a_name_stands_in_one_line_and_what_breaks_it_is_named(tmp_path: Path, name: str, character: str) -> None:
    """It was told to be too long: "this one has 9"."""
    count, number = len(name), name.index(chr(int(character[2:], 16))) + 1
    for what, option in {"project_name": "--project", "name": "--name"}.items():
        with pytest.raises(StoreError) as told:
            made(tmp_path / "collector", **{what: name})
        assert told.value.code == "name_of_lines"
        assert str(told.value) == (
            f"The name after {option} has a line break or another control character in it: {character}, character"
            f" {number} of {count}. Give one without it."
        )


def test_what_is_just_taken_is_joined_and_signed(tmp_path: Path, profile: Profile) -> None:
    terms = make_terms("t" * 1_000_000, licence="l" * 1000)
    guideline = make_guideline("g" * 1_050_000)
    project = made(tmp_path / "collector", project_name="p" * 200, name="c" * 200, terms=terms, guideline=guideline)
    team = Team(tmp_path / "collector", project)
    with running(team.folder) as collector:
        joined = profile.join(collector.address, team.invite(name="n" * 200))
    assert joined.trainer_name == "n" * 200
    profile.seal(project)


def test_the_limits_are_those_of_the_trainers_side() -> None:
    assert facts.MAX_FACTS < MAX_REPLY
    accepted = {"id": "t", "version": 1, "sha256": "0" * 64, "licence": "l" * facts.MAX_LICENCE}
    convert(RecordError, accepted, TermsAccepted)
    with pytest.raises(RecordError):
        convert(RecordError, {**accepted, "licence": "l" * (facts.MAX_LICENCE + 1)}, TermsAccepted)


@pytest.mark.parametrize(
    ("name", "code"), [("n" * 201, "long_name"), ("two\nlines", "name_of_lines"), ("a\x00b", "name_of_lines")]
)
def test_nobody_is_invited_under_what_is_no_name(tmp_path: Path, name: str, code: str) -> None:
    team = Team.made(tmp_path / "collector")
    with pytest.raises(StoreError, match="after --name") as told:
        team.invite(name=name)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("name", "said"), [("n" * 300, "n" * 200), ("two\nlines", "two lines"), ("", None), (7, None), ("\x00", None)]
)
def test_a_bad_name_does_not_make_a_join_that_is_done_look_failed(
    tmp_path: Path, profile: Profile, name: object, said: str | None
) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        known = httpx.get(f"{collector.address}/projects/{team.project}", timeout=180).json()
    with scripted(answers(team, known, {"token": "t" * 43, "trainer_name": name})) as fake:
        joined = profile.join(fake.address, "CODE")
    assert joined.trainer_name == (said or profile.store.trainer)
    assert profile.tokens == {team.project: "t" * 43}
    assert profile.store.projects.get(team.project) == joined.project


def test_nothing_is_kept_of_an_answer_without_a_token(tmp_path: Path, profile: Profile) -> None:
    team = Team.made(tmp_path / "collector")
    with running(team.folder) as collector:
        known = httpx.get(f"{collector.address}/projects/{team.project}", timeout=180).json()
    with (
        scripted(answers(team, known, {"trainer_name": "Ada"})) as fake,
        pytest.raises(DeliveryError, match="no token"),
    ):
        profile.join(fake.address, "CODE")
    assert profile.tokens == {} and team.project not in [each.id for each in profile.store.projects.list()]


def answers(team: Team, known: object, joined: dict[str, object]) -> Any:
    """A collector that ends a join with `joined`."""
    told = {"/invitation": {"project": team.project}, "/challenge": {"challenge": "a" * 64}}

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return 200, {}, json.dumps(known).encode()
        if request.path.endswith("/proof"):
            return proof(team, request)
        if request.path.endswith("/join"):
            return 200, {}, json.dumps({"project": known, **joined}).encode()
        return 200, {}, json.dumps(next(each for end, each in told.items() if request.path.endswith(end))).encode()

    return answer
