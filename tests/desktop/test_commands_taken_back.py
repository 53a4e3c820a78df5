"""What is taken back in a profile that was put back, as a trainer says it on the command line and in the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Ended, here
from test_commands_delivery import judged, sealed, serving
from test_commands_handover import handed_over, ids, join

from desktop.flow import insisting
from desktop.views.errand_messages import receipts_message
from feedback_store.delivery.by_file import ReadReceipts
from feedback_store.delivery.send_report import SendReport

REFUSED = (
    "1 withdrawal was refused, since a copy of this profile had delivered a later version. It goes out again with the"
    " next delivery, under a higher number."
)


def done(*command: str | Path, profile: Path) -> Ended:
    ended = here(*command, profile=profile)
    assert ended.status == 0, ended.err
    return ended


def carried(collector: Path, profile: Path, file: Path) -> Ended:
    """What is signed goes to the operator in a file, and the receipts back."""
    done("bundle", "export", file, profile=profile)
    done("collector", "import", collector, file, profile=profile)
    return here("bundle", "receipts", file.with_suffix(".receipts"), profile=profile)


def exported(collector: Path, profile: Path, folder: Path) -> list[Path]:
    done("collector", "export", collector, folder, profile=profile)
    return list(folder.rglob("*.parquet"))


@pytest.fixture
def put_back(tmp_path: Path) -> tuple[Path, Path, str]:
    """A collector, a profile that was put back, and its judgement, which is there in a version that it forgot."""
    collector, profile = join(tmp_path)
    file = tmp_path / "first.preceptor"
    handed_over(profile, file, count=1)
    file.unlink()
    assert carried(collector, profile, file).status == 0
    backup = json.loads(done("backup", "make", "--json", profile=profile).out)["path"]
    (name,) = ids(profile)
    done("records", "withdraw", name, profile=profile)
    done("records", "reinstate", name, profile=profile)
    sealed(profile)
    assert carried(collector, profile, tmp_path / "second.preceptor").status == 0
    done("backup", "restore", Path(backup).stem, profile=profile)
    return collector, profile, name


def test_what_is_erased_is_erased_by_the_next_stick(put_back: tuple[Path, Path, str], tmp_path: Path) -> None:
    """Nothing led out: a second erasing told of a next delivery, and none could be made."""
    collector, profile, name = put_back
    erased = done("records", "erase", name, "--yes", profile=profile)
    assert "1 was signed for delivery: the next delivery asks the collector to erase it too." in erased.out
    assert done("outbox", "seal", profile=profile).out == "Delivery 2-1 signed, with 1 withdrawal.\n"
    read = carried(collector, profile, tmp_path / "third.preceptor")
    assert (read.status, read.out) == (0, "1 delivery arrived; every receipt was checked.\n")
    assert exported(collector, profile, tmp_path / "table") == []
    assert "next delivery" not in done("records", "erase", name, "--yes", profile=profile).out, "it has been asked"


def test_what_was_erased_before_its_delivery_left_does_not_come_back(tmp_path: Path) -> None:
    """It was said to have come back, with exit 1, and no reason was to be found."""
    collector, profile = join(tmp_path)
    judged(profile, 2)
    sealed(profile)
    name = ids(profile)[0]
    told = done("records", "erase", name, "--yes", profile=profile).out
    assert "signed for delivery" in told and "was delivered" not in told
    read = carried(collector, profile, tmp_path / "first.preceptor")
    assert (read.status, read.err) == (0, "")
    status = json.loads(done("outbox", "status", "--json", profile=profile).out)
    assert ([each["returned"] for each in status["batches"]], status["returned"]) == ([0], [])


def test_what_was_erased_does_not_come_back_from_a_collector_that_was_put_back(tmp_path: Path) -> None:
    """It asks for what it lacks, and hears of the hash alone."""
    collector, profile = join(tmp_path)
    copy = {path: path.read_bytes() for path in collector.glob("*.sqlite3*")}
    judged(profile, 2)
    sealed(profile)
    with serving(collector) as (address, _process):
        done("project", "move", address, profile=profile)
        done("outbox", "send", profile=profile)
    done("records", "erase", ids(profile)[0], "--yes", profile=profile)
    for path in collector.glob("*.sqlite3*"):
        path.unlink()
    for path, data in copy.items():
        path.write_bytes(data)
    with serving(collector) as (address, _process):
        done("project", "move", address, profile=profile)
        looked = done("outbox", "send", "--look", profile=profile)
    assert "1 delivery that it lacked was sent again; every delivery that this profile holds is there." in looked.out
    assert "came back" not in looked.err


def test_a_withdrawal_that_was_refused_is_told_by_file_with_what_to_do(
    put_back: tuple[Path, Path, str], tmp_path: Path
) -> None:
    collector, profile, name = put_back
    done("records", "withdraw", name, profile=profile)
    done("outbox", "seal", profile=profile)
    read = carried(collector, profile, tmp_path / "third.preceptor")
    assert (read.status, read.out) == (1, "1 delivery arrived; every receipt was checked.\n")
    then = "Sign and hand over once more: preceptor outbox seal, then preceptor bundle export FILE"
    assert read.sentence == f"{REFUSED} {then}"
    assert "came back" not in done("outbox", "status", profile=profile).out
    assert done("outbox", "seal", profile=profile).out == "Delivery 2-2 signed, with 1 withdrawal.\n"
    assert carried(collector, profile, tmp_path / "fourth.preceptor").status == 0
    assert exported(collector, profile, tmp_path / "table") == []


def test_it_is_told_over_the_network_too_and_signing_again_by_wish_goes_on_by_itself(
    put_back: tuple[Path, Path, str], tmp_path: Path
) -> None:
    collector, profile, name = put_back
    done("records", "withdraw", name, profile=profile)
    done("outbox", "seal", profile=profile)
    with serving(collector) as (address, _process):
        done("project", "move", address, profile=profile)
        sent = here("outbox", "send", profile=profile)
        assert (sent.status, sent.out) == (1, "1 delivery arrived; every receipt was checked.\n")
        then = "Sign and send once more: preceptor outbox seal, then preceptor outbox send"
        assert sent.err.endswith(f"preceptor: {REFUSED} {then}\n")
        again = done("outbox", "send", "--again", "--json", profile=profile)
        counts = json.loads(again.out)
        assert (counts["batches"], counts["arrived"], counts["returned"]) == (1, 1, 0)
    assert exported(collector, profile, tmp_path / "table") == []


def test_the_window_tells_of_it_after_a_file_of_receipts() -> None:
    message = receipts_message(ReadReceipts(delivered=1, known=0, arrived=0, returned=0, withdrawals=1))
    assert (message.kind, message.reason) == ("warning", REFUSED)


class Refusing:
    """An outbox whose collector takes a withdrawal at last."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.signed = 0

    def refused_withdrawals(self, _project: str) -> int:
        return int(self.left > 0)

    def sign(self) -> None:
        self.signed += 1
        self.left -= 1


@pytest.mark.parametrize(("times", "signed", "told"), [(0, 0, ""), (4, 4, ""), (99, insisting.ROUNDS, REFUSED)])
def test_sign_and_send_goes_on_until_it_is_taken_and_not_for_ever(times: int, signed: int, told: str) -> None:
    outbox = Refusing(times)
    one = SendReport("p", batches=1, arrived=1, went_on=True)
    report, refused = insisting.send(outbox, "p", lambda: one, outbox.sign)  # type: ignore[arg-type]
    assert (outbox.signed, report.batches, report.arrived, refused) == (signed, 1 + signed, 1 + signed, told)
    only_asked, still = insisting.send(Refusing(4), "p", lambda: one, None)  # type: ignore[arg-type]
    assert (only_asked.batches, still) == (1, REFUSED), "where nobody asked for signing nothing is signed"
    assert report.went_on and not report.restored
    ended = SendReport("p", ended="retry")
    assert insisting.send(Refusing(4), "p", lambda: ended, outbox.sign)[0] == ended  # type: ignore[arg-type]
