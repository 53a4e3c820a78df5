"""What a sender does at each answer of a collector, and what it sends."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from typing import Any

import msgspec
import pytest
from believable_collector import COLLECTOR, Believable, manifest_of, says, send
from joined_profile import QUICK, Profile, scripted

from feedback_store.delivery.answers import TABLE, Act, read_answer

ANSWERS: list[tuple[int, str, str, str, str]] = [
    # status, code, what the batch is then, how the send ended, the problem
    (400, "envelope", "closed", "done", "program_fault"),
    (400, "digest", "sealed", "retry", "damaged"),
    (400, "", "closed", "done", "not_let_through"),
    (401, "token", "sealed", "stop", "rejoin"),
    (401, "", "sealed", "retry", "held_up"),
    (403, "", "sealed", "retry", "held_up"),
    (403, "forbidden", "sealed", "retry", "held_up"),  # a code, but none of a collector's
    (403, "key_revoked", "closed", "stop", "key_refused"),
    (403, "key_unknown", "closed", "stop", "key_refused"),
    (404, "no_project", "sealed", "stop", "not_there"),
    (404, "no_such_address", "sealed", "stop", "not_there"),
    (404, "", "sealed", "retry", "held_up"),
    (404, "not_found", "sealed", "retry", "held_up"),  # a code, but none of a collector's
    (408, "slow_body", "sealed", "retry", "busy"),
    (409, "fork", "closed", "done", "fork"),
    (409, "", "sealed", "stop", "not_a_collector"),
    (409, "gap", "sealed", "stop", "not_a_collector"),  # without saying where it stands
    (413, "", "closed", "done", "not_let_through"),
    (413, "body_too_large", "closed", "done", "program_fault"),
    (415, "encoding", "sealed", "stop", "not_a_collector"),
    (422, "record_differs", "closed", "done", "program_fault"),
    (425, "", "sealed", "retry", "busy"),
    (429, "rate", "sealed", "retry", "busy"),
    (500, "internal", "sealed", "retry", "busy"),
    (502, "", "sealed", "retry", "busy"),
    (503, "storage", "sealed", "retry", "busy"),
    (504, "", "sealed", "retry", "busy"),
    (204, "", "sealed", "stop", "not_a_collector"),
    (418, "", "sealed", "stop", "not_a_collector"),
]


@pytest.mark.parametrize(("status", "code", "state", "ended", "problem"), ANSWERS)
def test_each_answer_does_what_the_table_says(
    profile: Profile, status: int, code: str, state: str, ended: str, problem: str
) -> None:
    with scripted(says(status, code) if status != 204 else (lambda _: (204, {}, b""))) as fake:
        report, project = send(profile, fake.address)
    assert (profile.states(project.id), report.ended, report.problem.code) == ([state], ended, problem)
    assert len(fake.asked) == (2 if ended == "retry" else 1)
    waiting = profile.store.outbox.to_send(project.id, ("waiting",))
    assert len(waiting) == (1 if state == "closed" else 0)  # nothing is lost, nothing goes again by itself
    sentence = str(report.problem)
    assert sentence.endswith((".", ")")) or "preceptor project " in sentence


def test_every_row_of_the_table_can_be_reached() -> None:
    for row in TABLE:
        code = "x" if row.code is None else row.code.replace("*", "x")
        said = json.dumps({"code": code, "have_seq": 0, "have_hash": "0" * 64}).encode()
        assert any(read_answer(status, said).row is row for status in row.statuses)
        assert row.template or row.act in (Act.RECEIPT, Act.GAP)


def test_a_proxys_page_is_an_outage_and_its_403_says_nothing_of_the_key(profile: Profile) -> None:
    """It was told as a key that the collector does not accept any more, and closed the chain of a good one."""
    page = b"<html><title>403 Forbidden</title>Sign in to this network</html>"
    with scripted(lambda _: (403, {"content-type": "text/html"}, page)) as proxy:
        report, project = send(profile, proxy.address)
    assert (report.ended, profile.states(project.id)) == ("retry", ["sealed"])
    assert "(403), perhaps a proxy or a sign-in page" in str(report.problem)
    assert "key" not in str(report.problem)
    with scripted(Believable()) as good:
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=good.address)
        )
        assert profile.sender().send_pending(moved, tries=1).batches == 1
    assert manifest_of(good.asked[0])[0].seq == 1, "the chain goes on"


def test_a_proxys_404_is_an_outage_and_denies_no_project(profile: Profile) -> None:
    """It was told as a project that is not there, and nothing was tried again once the collector ran."""
    believable, turns = Believable(), iter([(404, {"content-type": "text/plain"}, b"404 page not found\n")])
    with scripted(lambda request: next(turns, None) or believable(request)) as proxy:
        project = profile.alone(proxy.address, COLLECTOR)
        profile.seal(project.id)
        report = profile.sender().send_pending(project, tries=1)
        assert (report.ended, profile.states(project.id)) == ("retry", ["sealed"])
        assert "(404)" in str(report.problem) and "project move ADDRESS" in str(report.problem)
        assert "no such project" not in str(report.problem)
        assert profile.sender().send_pending(project, tries=1).batches == 1, "the same chain goes on"


def test_a_proxys_413_does_not_ask_for_an_update_of_preceptor(profile: Profile) -> None:
    with scripted(
        lambda _: (413, {"content-type": "text/html"}, b"<html>413 Request Entity Too Large</html>")
    ) as proxy:
        report, _project = send(profile, proxy.address)
    assert "too large (413), perhaps a proxy" in str(report.problem)
    assert "update" not in str(report.problem)


@pytest.mark.parametrize("seq", [-1, True, "1", 2**60, None, 1.5])
def test_a_gap_that_names_no_place_is_no_gap(seq: object) -> None:
    said = json.dumps({"code": "gap", "have_seq": seq, "have_hash": "0" * 64}).encode()
    assert read_answer(409, said).act is Act.STOP


def test_a_closed_chain_lets_the_next_one_go(profile: Profile) -> None:
    with scripted(says(422, "count")) as fake:
        report, project = send(profile, fake.address, batches=2)
        assert len(fake.asked) == 1  # the second batch stood in the same chain
        assert profile.states(project.id) == ["closed", "closed"]
    profile.store.outbox.send_again(project.id).result()
    profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
    with scripted(Believable()) as good:
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=good.address)
        )
        report = profile.sender().send_pending(moved, tries=1)
    assert (report.batches, report.arrived) == (1, 2)
    assert manifest_of(good.asked[0])[0].seq == 1


def test_every_try_sends_the_identical_bytes(profile: Profile) -> None:
    right = Believable()
    turns = iter([says(503), says(500), says(429)])
    with scripted(lambda request: next(turns, right)(request)) as fake:
        project = profile.alone(fake.address, COLLECTOR)
        profile.seal(project.id, records=80)  # large enough to be compressed
        report = profile.sender().send_pending(project, tries=10)
    assert report.batches == 1
    assert len(fake.asked) == 4
    assert len({(request.path, request.body, request.headers["content-digest"]) for request in fake.asked}) == 1
    assert fake.asked[0].headers["content-encoding"] == "gzip"


def test_the_request_carries_what_the_format_says(profile: Profile) -> None:
    with scripted(Believable()) as fake:
        _, project = send(profile, fake.address)
    (request,) = fake.asked
    (batch,) = profile.store.outbox.batches(project.id)
    assert request.method == "PUT"
    assert request.path == f"/projects/{project.id}/batches/{batch.payload_sha256}"
    assert request.headers["content-type"] == "application/vnd.preceptor.feedback-batch.v1+ndjson"
    assert request.headers["authorization"] == f"Bearer {profile.tokens[project.id]}"
    digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
    assert request.headers["content-digest"] == f"sha-256=:{digest}:"
    assert request.body == profile.store.outbox.body(batch)


def test_a_pause_that_is_asked_for_is_kept(profile: Profile) -> None:
    stop = threading.Event()
    for asked, least in (("7", 7.0), ("Wed, 24 Nov 2100 12:00:00 GMT", 3600.0), ("nonsense", 0.0)):
        with scripted(lambda _, asked=asked: (429, {"retry-after": asked}, b"{}")) as fake:  # type: ignore[misc]
            project = profile.alone(fake.address, COLLECTOR)
            profile.seal(project.id)
            waits: list[float] = []

            def tell(step: Any, waits: list[float] = waits) -> None:
                if step.event == "waiting":
                    waits.append(step.wait_s)
                    stop.set()

            stop.clear()
            profile.sender().send_pending(project, stop=stop, on_progress=tell)
        assert waits[0] >= least and waits[0] <= max(least, QUICK.longest)
