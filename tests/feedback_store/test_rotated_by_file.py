"""The collector changes its own key, and who only hands over files follows it by the files that come back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import golden_batches
import pytest
from made_batches import base64_of
from test_delivery_walked import check_nothing_is_lost, send_all
from test_taken_no_more import states
from walked_files import answers, hand_over, read
from walked_house import House
from walked_way import Seat

from desktop.flow.delivering import in_files, read_answers, write_files
from desktop.flow.wrong_files import not_deliveries, not_judgements
from feedback_store.batches.collector_key import follow, make_statement
from feedback_store.batches.dsse import parse_envelope, sign_envelope
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.payload_types import COLLECTOR_KEY, RECEIPT, REFUSAL
from feedback_store.collector import administration, key_ceremony, key_files
from feedback_store.collector.serving import check_keys, serve
from feedback_store.delivery.by_file import ReadReceipts
from feedback_store.delivery.key_changes import MAX_STATEMENT, pinned_key
from feedback_store.errors import DeliveryError, EnvironmentTrouble

AT = "2026-11-22T12:00:56.789Z"
PROGRAM = golden_batches.FOLDER.parent / "verify_receipts.py"


@pytest.fixture
def seat(seat: Seat) -> Seat:
    """It has delivered a batch, and hands over files from then on."""
    assert send_all(seat, 1) == ["delivered"]
    return seat


def sealed(seat: Seat) -> None:
    seat.store.outbox.release([seat.save()]).result()
    assert seat.seal()


def saved(seat: Seat, file: Path) -> Path:
    """A file of what has not arrived."""
    waiting = in_files(seat.store.outbox, seat.project, delivered_too=False)
    (found,) = write_files(seat.store.outbox, waiting, file, replace=True)
    return found


def pinned(seat: Seat) -> bytes:
    return pinned_key(seat.store.projects.get(seat.project))


def kinds(lines: tuple[bytes, ...]) -> list[str]:
    return [parse_envelope(line).payload_type for line in lines]


def stated(house: House, old: DeviceKey, new: DeviceKey) -> bytes:
    return make_statement(old, new, project=house.project, created_at=AT)


def re_signed(line: bytes, key: DeviceKey) -> bytes:
    envelope = parse_envelope(line)
    return sign_envelope(envelope.payload_type, envelope.payload, [key])


def refused(seat: Seat, lines: list[bytes], file: Path) -> str:
    """The code by which a file is refused, with nothing changed."""
    before, key = states(seat), pinned(seat)
    with pytest.raises(DeliveryError) as caught:
        read(seat, lines, file)
    assert (states(seat), pinned(seat), seat.store.keys.statements(seat.project)) == (before, key, [])
    return caught.value.code


@pytest.mark.parametrize("times", [1, 2])
def test_a_key_that_the_collector_changed_between_two_files_is_followed(
    house: House, seat: Seat, tmp_path: Path, times: int
) -> None:
    """The receipts were called those of another key, and the collector not to be trusted."""
    sealed(seat)
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    for _ in range(times):
        house.rotate_key()
    sealed(seat)
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    assert pinned(seat) == house.team.key.public_key
    assert len(seat.store.keys.statements(seat.project)) == times
    house.rotate_key()
    sealed(seat)
    assert [each.delivered for each in hand_over(house, seat, tmp_path)] == [1]
    assert states(seat) == ["delivered"] * 4
    assert send_all(seat, 1) == ["delivered"], "the network goes on where the files ended"
    check_nothing_is_lost(house, seat)


def test_the_statements_stand_before_the_answers_and_only_where_there_are_answers(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "a.preceptor"
    sealed(seat)
    saved(seat, file)
    assert kinds(answers(house, file)) == [RECEIPT]
    house.rotate_key()
    house.rotate_key()
    assert kinds(answers(house, file)) == [COLLECTOR_KEY, COLLECTOR_KEY, RECEIPT]
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert answers(house, file) == ()
    house.rotate_key()
    administration.revoke(house.team.folder, seat.key.key_id)
    file.write_bytes(whole)
    known = answers(house, file)
    assert kinds(known) == [COLLECTOR_KEY] * 3 + [RECEIPT], "what is here keeps its receipt"


def test_a_refusal_by_the_new_key_is_believed(house: House, seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "a.preceptor"
    sealed(seat)
    house.rotate_key()
    administration.revoke(house.team.folder, seat.key.key_id)
    lines = answers(house, saved(seat, file))
    assert kinds(lines) == [COLLECTOR_KEY, REFUSAL]
    assert [problem.code for problem in read(seat, lines, file).problems] == ["key_refused"]
    assert states(seat) == ["delivered", "closed"]
    assert pinned(seat) == house.team.key.public_key


def test_a_file_that_comes_late_leads_back_to_no_earlier_key(house: House, seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "a.preceptor"
    sealed(seat)
    saved(seat, file)
    house.rotate_key()
    early = answers(house, file)
    house.rotate_key()
    late = answers(house, file)
    assert read(seat, late, file).delivered == 1
    followed = seat.store.projects.get(seat.project)
    assert read(seat, early, file) == ReadReceipts(0, 1, 0, 0)
    assert seat.store.projects.get(seat.project) == followed
    assert pinned(seat) == house.team.key.public_key


def test_a_statement_that_the_pinned_key_has_not_signed_leads_nowhere(house: House, seat: Seat, tmp_path: Path) -> None:
    file, stranger, true = tmp_path / "a.preceptor", DeviceKey.generate(), house.team.key
    sealed(seat)
    (receipt,) = answers(house, saved(seat, file))
    forged = re_signed(receipt, stranger)
    whole = stated(house, true, stranger)
    said = parse_envelope(whole).payload
    other = make_statement(true, stranger, project="prj_" + "9" * 32, created_at=AT)
    for statement in (
        stated(house, stranger, DeviceKey.generate()),
        sign_envelope(COLLECTOR_KEY, said, [stranger]),
        sign_envelope(COLLECTOR_KEY, said, [stranger, stranger]),
        sign_envelope(COLLECTOR_KEY, said, [DeviceKey.generate(), stranger]),
        sign_envelope(COLLECTOR_KEY, said, [true]),
        other,
    ):
        assert refused(seat, [statement, forged], file) == "receipt_refused"
    assert refused(seat, [forged], file) == "receipt_refused"
    assert read(seat, [stated(house, stranger, true), other, receipt], file).delivered == 1, "it is passed over"
    assert pinned(seat) == true.public_key


def test_no_flipped_bit_of_a_statement_is_followed(house: House, seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "a.preceptor"
    sealed(seat)
    house.rotate_key()
    statement, receipt = answers(house, saved(seat, file))
    for at in range(0, len(statement) * 8, 97):
        changed = bytearray(statement)
        changed[at // 8] ^= 1 << at % 8
        assert refused(seat, [*bytes(changed).split(b"\n"), receipt], file) in ("receipt_refused", "no_receipt")
    assert read(seat, [statement, receipt], file).delivered == 1


def test_a_key_is_followed_only_where_every_answer_holds(house: House, seat: Seat, tmp_path: Path) -> None:
    file = tmp_path / "a.preceptor"
    sealed(seat)
    sealed(seat)
    house.rotate_key()
    statement, first, second = answers(house, saved(seat, file))
    assert refused(seat, [statement, first, re_signed(second, DeviceKey.generate())], file) == "receipt_refused"
    assert refused(seat, [first, statement, second], file) == "no_receipt", "statements come first"
    assert refused(seat, [statement], file) == "empty"
    long = sign_envelope(COLLECTOR_KEY, b" " * MAX_STATEMENT, [house.team.key])
    assert refused(seat, [long, statement, first, second], file) == "no_receipt"
    assert read(seat, [statement, first, second], file).delivered == 2


def test_the_file_is_known_for_one_of_receipts(house: House, seat: Seat, tmp_path: Path) -> None:
    sealed(seat)
    house.rotate_key()
    lines = answers(house, saved(seat, tmp_path / "a.preceptor"))
    back = tmp_path / "a.receipts"
    back.write_bytes(b"".join(line + b"\n" for line in lines))
    assert "preceptor bundle receipts" in not_deliveries(back)
    assert "preceptor bundle receipts" in not_judgements(back)
    assert read_answers(seat.store, back).delivered == 1


def test_the_second_verifier_follows_from_the_keys_that_it_is_given(house: House, seat: Seat, tmp_path: Path) -> None:
    first, stranger = tmp_path / "first.json", tmp_path / "stranger.json"
    first.write_text(json.dumps({"public_key": base64_of(house.team.key.public_key)}))
    stranger.write_text(json.dumps({"public_key": base64_of(DeviceKey.generate().public_key)}))
    sealed(seat)
    file, back = tmp_path / "a.preceptor", tmp_path / "a.receipts"
    saved(seat, file)
    house.rotate_key()
    house.rotate_key()
    one, two, receipt = answers(house, file)

    def verified(key: Path, *lines: bytes) -> subprocess.CompletedProcess[str]:
        back.write_bytes(b"".join(line + b"\n" for line in lines))
        command = [sys.executable, "-I", PROGRAM, back, file, key]
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)

    for lines in ((one, two, receipt), (two, one, receipt)):
        done = verified(first, *lines)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == {"receipts": 1, "refusals": 0, "event_refusals": 0, "collector_keys": 2}
    none = sign_envelope(COLLECTOR_KEY, parse_envelope(one).payload, [DeviceKey.generate(), DeviceKey.generate()])
    for key, lines in (
        (stranger, (one, two, receipt)),
        (first, (two, receipt)),
        (first, (none, two, receipt)),
        (first, (one, receipt, two)),
        (first, (one, two)),
    ):
        done = verified(key, *lines)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr


# Data that was put back from before a change


def stated_by(house: House) -> list[bytes]:
    with house.storage.reading() as view:
        return view.collector_keys(house.project)


def put_back_with_the_newer_key(house: House) -> tuple[DeviceKey, DeviceKey]:
    """The data's key, which the operator has in a backup, and the newer one, which lies in the folder."""
    copy, older = house.copy(), house.team.key
    house.rotate_key()
    house.put_back(copy)
    return older, house.team.key


def test_data_that_was_put_back_from_before_the_change_is_not_served_with_the_newer_key(
    house: House, seat: Seat, tmp_path: Path
) -> None:
    sealed(seat)
    file = saved(seat, tmp_path / "a.preceptor")
    older, newer = put_back_with_the_newer_key(house)
    for go_on in (lambda: serve(house.team.folder, port=0, log=io.StringIO()), lambda: answers(house, file)):
        with pytest.raises(EnvironmentTrouble) as caught:
            go_on()
        assert caught.value.code == "key_not_published"
        for key in (older, newer):
            assert fingerprint(key.public_key) in str(caught.value)
    key_files.key_path(house.team.folder, house.project).unlink()
    key_files.keep_key(house.team.folder, house.project, older)
    check_keys(house.team.folder, house.storage)
    assert read(seat, answers(house, file), file).delivered == 1


def test_the_change_is_made_once_more_and_everybody_follows(house: House, seat: Seat, tmp_path: Path) -> None:
    copy, older, folder = house.copy(), house.team.key, house.team.folder
    house.rotate_key()
    assert send_all(seat, 1) == ["delivered"]  # it follows
    newer = house.team.key
    house.put_back(copy)
    path = key_files.key_path(folder, house.project)
    path.rename(path.with_name(path.name + key_files.NEXT))
    key_files.keep_key(folder, house.project, older)
    check_keys(folder, house.storage)
    key_ceremony.rotate_key(folder)
    assert house.team.key.public_key == newer.public_key
    check_keys(folder, house.storage)
    assert send_all(seat, 1)[-1] == "delivered"
    key, _used = follow(stated_by(house), project=house.project, pinned=older.public_key)
    assert key == newer.public_key, "who has not followed yet does"
    check_nothing_is_lost(house, seat)


def test_where_the_copys_key_is_lost_those_who_follow_the_newer_one_go_on(house: House, seat: Seat) -> None:
    copy = house.copy()
    house.rotate_key()
    assert send_all(seat, 1) == ["delivered"]
    house.put_back(copy)
    house.rotate_key()
    check_keys(house.team.folder, house.storage)
    assert send_all(seat, 1)[-1] == "delivered"
    check_nothing_is_lost(house, seat)


def test_a_key_file_that_is_older_than_the_data_is_not_served(house: House) -> None:
    """Of a second server, or of a backup."""
    older, folder = house.team.key, house.team.folder
    house.rotate_key()
    key_files.key_path(folder, house.project).unlink()
    key_files.keep_key(folder, house.project, older)
    with pytest.raises(EnvironmentTrouble, match="put back from another time"):
        check_keys(folder, house.storage)


def test_a_change_that_is_under_way_is_no_other_key(house: House) -> None:
    """Its new key is published and put in place between two looks."""
    seen: list[str] = []

    def published() -> str:
        seen.append(administration.published_key(house.storage, house.project))
        if len(seen) == 1:
            house.rotate_key()
        return seen[-1]

    key_files.check_published(house.team.folder, house.project, published)
    assert len(set(seen)) == 2
