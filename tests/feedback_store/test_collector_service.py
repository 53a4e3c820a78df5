"""The collector as a server: joining, tokens, limits on bodies, answers without words, a log without secrets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from running_collector import Device, Team, address_of, running

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BODY
from feedback_store.batches.dsse import sign_envelope
from feedback_store.batches.join import Join, make_join
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey, key_id
from feedback_store.batches.payload_types import JOIN
from feedback_store.collector import administration, enrolment
from feedback_store.collector.intake import inflate
from feedback_store.collector.refusal import Refusal
from feedback_store.collector.serving import serve
from feedback_store.collector.sqlite_storage import FILE, SqliteStorage
from feedback_store.errors import EnvironmentTrouble, NotFoundError


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team.made(tmp_path_factory.mktemp("collector"))


@pytest.fixture(scope="module")
def http(team: Team) -> Iterator[httpx.Client]:
    with running(team.folder) as collector, httpx.Client(base_url=collector.address, timeout=30) as client:
        yield client


@pytest.fixture
def device(team: Team, http: httpx.Client) -> Device:
    made = Device(team, http)
    assert made.join().status_code == 200
    return made


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ---------------------------------------------------------------------------------------------------- joining


def test_anybody_may_see_a_projects_facts_and_nobody_its_secrets(team: Team, http: httpx.Client) -> None:
    facts = http.get(f"/projects/{team.project}").json()
    assert facts["name"] == "Team" and facts["collector"] == "House"
    assert facts["public_key"] == base64.b64encode(team.key.public_key).decode()
    assert facts["fingerprint"].replace(" ", "") == team.key.key_id.removeprefix("ed25519:")[:32]
    assert facts["guideline"]["sha256"] == hashlib.sha256(b"# Be fair").hexdigest()
    assert facts["terms"]["licence"] == "CC-BY-4.0"
    assert facts["rubric"]["id"] == "helpsteer2"
    assert team.key.seed.hex() not in json.dumps(facts)


def test_a_code_tells_its_project(team: Team, http: httpx.Client) -> None:
    code = team.invite()
    for typed in (code, code.lower(), code.replace("-", " "), f" {code}\n"):
        assert http.post("/invitation", json={"code": typed}).json() == {"project": team.project}
    assert refused(http.post("/invitation", json={"code": "NONE"})) == (403, "invitation_unknown")


def test_codes_and_tokens_are_kept_as_hashes_only(device: Device) -> None:
    code = device.team.invite()
    kept = b"".join(path.read_bytes() for path in device.team.folder.glob(FILE + "*"))
    assert code.encode() not in kept and code.replace("-", "").encode() not in kept
    assert device.token.encode() not in kept
    assert enrolment.hash_code(code).encode() in kept


def test_joining_binds_the_name_and_gives_a_token(team: Team, http: httpx.Client) -> None:
    answer = Device(team, http).join(name="  Grace \n Hopper ")
    assert answer.json()["trainer_name"] == "Grace Hopper"
    assert answer.json()["project"] == http.get(f"/projects/{team.project}").json()
    assert len(base64.urlsafe_b64decode(answer.json()["token"] + "=")) == 32
    named = Device(team, http).join(team.invite(name="Dr. Weber"), name="Boss")
    assert named.json()["trainer_name"] == "Dr. Weber"


def test_a_code_serves_one_device_once(team: Team, http: httpx.Client, device: Device) -> None:
    code = team.invite()
    first = Device(team, http)
    assert first.join(code).status_code == 200
    old = first.token
    assert first.join(code).status_code == 200  # the answer was lost: the same device may ask again
    assert first.token != old
    assert refused(Device(team, http).join(code)) == (403, "invitation_used")
    first.token, fresh = old, first.token
    assert refused(first.put(first.body())) == (401, "token")
    first.token = fresh
    assert first.put(first.body()).status_code == 201


def test_an_expired_code_is_refused(team: Team, http: httpx.Client) -> None:
    assert refused(Device(team, http).join(team.invite(days=-1))) == (403, "invitation_expired")


def test_a_further_device_needs_a_code_made_for_its_trainer(team: Team, http: httpx.Client, device: Device) -> None:
    further = Device(team, http, trainer=device.trainer)
    assert refused(further.join()) == (403, "trainer_known")
    code = team.invite(trainer=device.trainer)
    assert refused(Device(team, http).join(code)) == (403, "invitation_other_trainer")
    answer = further.join(code, name="Somebody else")
    assert (answer.status_code, answer.json()["trainer_name"]) == (200, "Ada")
    further.deliver()
    with pytest.raises(NotFoundError, match="has joined"):
        team.invite(trainer=records.new_trainer_id())


def test_a_key_belongs_to_one_trainer_for_good(team: Team, http: httpx.Client, device: Device) -> None:
    thief = Device(team, http, key=device.key)
    assert refused(thief.join()) == (403, "key_other_trainer")
    administration.revoke(team.folder, device.key.key_id)
    assert refused(device.join()) == (403, "key_revoked")


def test_a_challenge_is_ours_fresh_and_for_this_project(
    team: Team, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(team, http)
    assert refused(device.join(challenge="0" * 64)) == (422, "challenge")
    assert refused(device.join(challenge="no hex")) == (422, "challenge")
    assert refused(device.join(challenge=enrolment.new_challenge(DeviceKey.generate(), team.project))) == (
        422,
        "challenge",
    )
    assert refused(device.join(challenge=enrolment.new_challenge(team.key, records.new_project_id()))) == (
        422,
        "challenge",
    )
    then = time.time() - 301
    monkeypatch.setattr(enrolment.time, "time", lambda: then)
    old = enrolment.new_challenge(team.key, team.project)
    monkeypatch.undo()
    assert refused(device.join(challenge=old)) == (422, "challenge_expired")
    assert refused(device.join(signed_challenge="0" * 64)) == (422, "join")
    assert refused(device.join(project=records.new_project_id())) == (422, "join")


@pytest.mark.parametrize("encoding", sorted(LOW_ORDER_ENCODINGS), ids=lambda encoding: encoding.hex()[:8])
def test_a_key_that_lets_anybody_sign_is_never_enrolled(team: Team, http: httpx.Client, encoding: bytes) -> None:
    """T10. The signature is whatever; with these keys some pass."""
    device = Device(team, http)
    challenge = http.post(f"/projects/{team.project}/challenge").json()["challenge"]
    asked = Join(
        v=1,
        aud=team.project,
        trainer=device.trainer,
        device=key_id(encoding),
        public_key=base64.b64encode(encoding).decode(),
        challenge=challenge,
    )
    envelope = sign_envelope(JOIN, payload.encode(asked), [device.key])
    assert refused(device.join(challenge=challenge, envelope=envelope)) == (422, "key_low_order")


def test_a_batch_envelope_is_no_request_to_join(team: Team, http: httpx.Client, device: Device) -> None:
    assert refused(device.join(envelope=device.sign(device.manifest([device.record()])))) == (400, "payload_type")
    made = make_join(device.key, project=team.project, trainer=device.trainer, challenge="0" * 64)
    assert refused(device.put(made + b"\n", address=address_of(made))) == (400, "payload_type")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"code":1}', b'{"code":"a","code":"b"}', b'{"code":"a","more":"b"}', b"\xff"]
)
def test_a_request_of_another_shape_is_refused(http: httpx.Client, body: bytes) -> None:
    assert refused(http.post("/invitation", content=body)) == (400, "request")


def test_a_collector_may_hold_several_projects_with_keys_of_their_own(team: Team, http: httpx.Client) -> None:
    folder = team.folder.with_name("several")
    one, two = Team.made(folder, "One"), Team.made(folder, "Two")
    assert one.key.key_id != two.key.key_id
    with pytest.raises(NotFoundError, match="Name a project"):
        administration.invite(folder)
    with running(folder) as collector, httpx.Client(base_url=collector.address) as there:
        joined = Device(two, there)
        assert refused(joined.join(one.invite())) == (403, "invitation_unknown")
        assert joined.join().json()["project"]["name"] == "Two"
        assert [d.id for d in administration.list_devices(folder, project=two.project)] == [joined.key.key_id]
        assert administration.list_devices(folder, project=one.project) == []


# ---------------------------------------------------------------------------------------- tokens, bodies, limits


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 5000])
def test_without_its_token_nobody_is_heard(device: Device, header: str) -> None:
    answer = device.put(device.body(), authorization=header)
    assert refused(answer) == (401, "token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_body_may_be_gzipped(device: Device) -> None:
    body = device.body()
    assert device.put(gzip.compress(body), address=address_of(body), content_encoding="gzip").status_code == 201


def test_t24_a_bomb_costs_no_more_than_the_limit(device: Device) -> None:
    bomb = gzip.compress(b"\0" * (MAX_BODY * 20))
    assert refused(device.put(bomb, address="0" * 64, content_encoding="gzip")) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("size", "fits"), [(MAX_BODY - 1, True), (MAX_BODY, True), (MAX_BODY + 1, False)], ids=["below", "at", "above"]
)
def test_t24_the_limit_holds_to_the_byte_while_inflating(size: int, fits: bool) -> None:
    packed = gzip.compress(b"\0" * size, 1)
    if fits:
        assert len(inflate(packed, MAX_BODY)) == size
    else:
        with pytest.raises(Refusal, match="413"):
            inflate(packed, MAX_BODY)


def test_a_damaged_or_doubled_gzip_is_refused(device: Device) -> None:
    body = device.body()
    packed = gzip.compress(body)
    for wrong in (packed[:-9], b"no gzip", packed + packed, packed + b"x", b""):
        answer = device.put(wrong, address=address_of(body), content_encoding="gzip")
        assert refused(answer) == (400, "encoding_damaged")
    assert refused(device.put(body, content_encoding="br")) == (415, "encoding")


def test_a_body_that_was_damaged_on_its_way_is_told_apart(device: Device) -> None:
    body = device.body()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    wrong = base64.b64encode(bytes(32)).decode()
    assert refused(device.put(body, content_digest=f"sha-256=:{wrong}:")) == (400, "digest")
    assert device.put(body, content_digest=f"unixsum=:AA==:, sha-256=:{digest}:").status_code == 201


def test_an_announced_size_over_the_limit_is_refused_unread(team: Team, http: httpx.Client, device: Device) -> None:
    with socket.create_connection(("127.0.0.1", http.base_url.port or 0), timeout=10) as raw:
        raw.sendall(
            f"PUT /projects/{team.project}/batches/{'0' * 64} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {device.token}\r\nContent-Length: {10**11}\r\n\r\n".encode()
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_t25_a_slow_body_is_given_up_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    patch = "from feedback_store.collector import intake; intake.read.__kwdefaults__.update(chunk_s=0.3, body_s=1.0)"
    with running(tmp_path, patch=patch) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        head = (
            f"PUT /projects/{team.project}/batches/{'0' * 64} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {device.token}\r\nContent-Length: 1000\r\n\r\n"
        ).encode()
        with (
            socket.create_connection(("127.0.0.1", collector.port), timeout=10) as silent,
            socket.create_connection(("127.0.0.1", collector.port), timeout=10) as dripping,
        ):
            silent.sendall(head)
            dripping.sendall(head)
            ended = threading.Event()

            def drip() -> None:
                while not ended.wait(0.1):
                    try:
                        dripping.sendall(b"x")
                    except OSError:
                        return

            dripper = threading.Thread(target=drip)
            dripper.start()
            try:
                device.deliver()  # meanwhile others are served
                assert silent.recv(100).startswith(b"HTTP/1.1 408")
                assert dripping.recv(100).startswith(b"HTTP/1.1 408")
            finally:
                ended.set()
                dripper.join()


# ------------------------------------------------------------------------------------------- answers and the log


def test_every_answer_is_json_with_a_code(http: httpx.Client, team: Team) -> None:
    assert http.get("/health").json() == {"status": "ok"}
    assert refused(http.get("/")) == (404, "no_such_address")
    assert refused(http.delete("/health")) == (405, "method")
    assert refused(http.get("/projects/prj_none")) == (404, "no_project")
    assert refused(http.post("/projects/prj_none/challenge")) == (404, "no_project")
    assert refused(http.put(f"/projects/prj_none/batches/{'0' * 64}")) == (404, "no_project")
    assert refused(http.get(f"/projects/{team.project}/../../etc/passwd")) == (404, "no_such_address")


def test_a_bug_leaves_as_a_code_and_its_place_in_the_log(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    patch = (
        "from feedback_store.collector import service\n"
        "def broken(*_): raise RuntimeError('a secret value')\n"
        "service.accept = broken"
    )
    with running(tmp_path, patch=patch) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        answer = device.put(device.body())
    assert refused(answer) == (500, "internal")
    log = (tmp_path / "log.txt").read_text()
    fault = next(json.loads(line) for line in log.splitlines() if '"fault"' in line)
    assert (fault["fault"], fault["at_line"].partition(":")[0]) == ("RuntimeError", "broken")
    assert "a secret value" not in log and "Traceback" not in log


def test_t21_the_log_holds_no_body_no_code_and_no_token(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    with running(tmp_path) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        code = team.invite()
        device.join(code)
        device.put(device.body(device.record(justification="MARKER of a private thought")))
        device.put(b"MARKER", address="0" * 64)
        device.put(device.body(), authorization="Bearer MARKER")
        http.get("/?MARKER=1")
    log = (tmp_path / "log.txt").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["event"] for line in lines} == {"listening", "request"}
    assert [line["status"] for line in lines if line.get("method") == "PUT"] == [201, 400, 401]
    for secret in ("MARKER", code, device.token):
        assert secret not in log


def test_a_full_or_locked_disk_is_an_outage_and_no_rejection(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    impatient = "from feedback_store.collector import sqlite_storage; sqlite_storage.BUSY_S = 0.2"
    with running(tmp_path, patch=impatient) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        body = device.body()
        blocker = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        blocker.execute("BEGIN EXCLUSIVE")
        answer = device.put(body)
        blocker.execute("ROLLBACK")
        blocker.close()
        assert refused(answer) == (503, "storage")
        assert answer.headers["retry-after"] == "30"
        assert device.put(body).status_code == 201


def test_killed_between_storing_and_answering_it_has_stored_once(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    die = (
        "import os, signal\n"
        "from feedback_store.collector import service\n"
        "kept = service.accept\n"
        "def accept(*given):\n"
        "    kept(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "service.accept = accept"
    )
    with running(tmp_path, patch=die) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        body = device.body()
        with pytest.raises(httpx.TransportError):
            device.put(body)
    with running(tmp_path) as collector, httpx.Client(base_url=collector.address) as http:
        device.http = http
        assert device.put(body).status_code == 200
        device.seq, device.head = 1, address_of(body)
        device.deliver()
    connection = sqlite3.connect(tmp_path / FILE)
    assert connection.execute("SELECT count(*) FROM record").fetchone() == (2,)
    connection.close()


def test_t25_hundreds_of_bad_requests_leave_good_ones_served(device: Device) -> None:
    body = device.body()
    for n in range(200):
        assert device.put(body[: 30 + n], address="0" * 64).status_code == 400
        assert device.put(body, authorization=f"Bearer {n}").status_code == 401
    device.deliver()


def test_many_devices_at_once_are_all_stored(team: Team, http: httpx.Client) -> None:
    devices = [Device(team, http) for _ in range(6)]
    for each in devices:
        assert each.join().status_code == 200
    failures: list[BaseException] = []

    def deliver(each: Device) -> None:
        try:
            for _ in range(5):
                each.deliver()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(each,)) for each in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# -------------------------------------------------------------------------------------------------------- running


def test_it_stops_when_asked_with_exit_code_0(tmp_path: Path) -> None:
    Team.made(tmp_path)
    with running(tmp_path) as collector:
        assert httpx.get(f"{collector.address}/health").status_code == 200
        assert collector.end() == 0


def test_it_finishes_what_it_is_answering(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    slow = (
        "import time\n"
        "from feedback_store.collector import service\n"
        "kept = service.accept\n"
        "def accept(*given):\n"
        "    print('busy', flush=True)\n"
        "    time.sleep(0.5)\n"
        "    return kept(*given)\n"
        "service.accept = accept"
    )
    with running(tmp_path, patch=slow) as collector, httpx.Client(base_url=collector.address) as http:
        device = Device(team, http)
        device.join()
        answers: list[int] = []
        sending = threading.Thread(target=lambda: answers.append(device.put(device.body()).status_code))
        sending.start()
        assert collector.process.stdout is not None
        assert collector.process.stdout.readline() == "busy\n"
        assert collector.end() == 0
        sending.join()
    assert answers == [201]


def test_it_serves_in_a_thread_until_told_to_stop(tmp_path: Path) -> None:
    Team.made(tmp_path)
    stop, listening = threading.Event(), threading.Event()
    addresses: list[str] = []

    def tell(address: str) -> None:
        addresses.append(address)
        listening.set()

    with (tmp_path / "log.txt").open("w") as log:
        serving = threading.Thread(
            target=serve, args=(tmp_path,), kwargs={"port": 0, "on_listening": tell, "stop": stop, "log": log}
        )
        serving.start()
        assert listening.wait(10)
        assert httpx.get(f"{addresses[0]}/health").status_code == 200
        stop.set()
        serving.join(10)
    assert not serving.is_alive()


def test_plain_http_is_served_to_this_machine_only(tmp_path: Path) -> None:
    Team.made(tmp_path)
    with pytest.raises(EnvironmentTrouble, match="certificate"):
        serve(tmp_path, host="0.0.0.0")


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    Team.made(tmp_path)
    with running(tmp_path) as collector, pytest.raises(EnvironmentTrouble, match="--port"):
        serve(tmp_path, port=collector.port)


def test_a_folder_without_a_collector_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="collector init"):
        serve(tmp_path)
    with pytest.raises(EnvironmentTrouble, match="collector init"):
        administration.invite(tmp_path)


def test_keys_and_data_are_readable_by_their_owner_alone(team: Team) -> None:
    key = team.folder / "keys" / f"{team.project}.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (team.folder / FILE).stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700


def test_a_lost_or_broken_key_is_told_in_a_sentence(tmp_path: Path) -> None:
    team = Team.made(tmp_path)
    path = tmp_path / "keys" / f"{team.project}.key"
    path.write_text("nonsense")
    with pytest.raises(EnvironmentTrouble, match="Restore it"):
        administration.read_key(tmp_path, team.project)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    Team.made(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(EnvironmentTrouble, match="newer"):
        SqliteStorage(tmp_path)


def test_revoking_an_unknown_device_is_told_in_a_sentence(team: Team) -> None:
    with pytest.raises(NotFoundError, match="collector devices"):
        administration.revoke(team.folder, "ed25519:" + "0" * 64)


def test_facts_are_served_as_the_canonical_bytes_that_were_made(team: Team, http: httpx.Client) -> None:
    shown = http.get(f"/projects/{team.project}").content
    assert canonical.encode(canonical.strict_loads(shown)) == shown
