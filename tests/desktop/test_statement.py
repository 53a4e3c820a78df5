"""A statement of work: what counts, what proves it, and that no cell of its table is computed."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "feedback_store"))

from believable_collector import COLLECTOR, manifest_of
from hypothesis import given
from hypothesis import strategies as st
from joined_profile import Profile, Reply, Request, scripted

from desktop.commands.program import program
from desktop.flow import statement as stating
from desktop.flow import statement_files, statement_page, statement_table
from desktop.views.paper import pdf
from feedback_store import canonical
from feedback_store.batches import payload
from feedback_store.batches.dsse import from_base64, verify_envelope
from feedback_store.batches.manifest import GENESIS
from feedback_store.batches.payload_types import RECEIPT
from feedback_store.batches.receipt import Receipt, ReceiptItem, make_receipt, receipt_hash
from feedback_store.errors import StoreError
from feedback_store.store import Project

Delivered = tuple[Profile, Project]


class Clock:
    """A collector with a clock of its own: each batch is received on the day that is told. `refuse` names records."""

    def __init__(self) -> None:
        self.day = "2026-10-30"
        self.refuse: set[str] = set()
        self.before: dict[str, str] = {}

    def __call__(self, request: Request) -> Reply:
        manifest, batch = manifest_of(request)
        items = [
            ReceiptItem(id=i.id, rev=i.rev, status="refused" if i.id in self.refuse else "stored", rule=None)
            for i in manifest.items
        ]
        before = self.before.get(manifest.chain, GENESIS)
        made, _ = make_receipt(COLLECTOR, manifest, batch, items, f"{self.day}T23:59:59.000Z", before)
        self.before[manifest.chain] = receipt_hash(made)
        return 201, {}, made


@pytest.fixture
def delivered(tmp_path: Path) -> Iterator[Delivered]:
    """Seven judgements on three days of two months: two corrected, one withdrawn, one more refused, one not sent."""
    clock = Clock()
    profile = Profile.opened(tmp_path / "profile")
    with scripted(clock) as collector:
        project = profile.alone(collector.address, COLLECTOR, name='=HYPERLINK("http://x")')

        def send(day: str) -> None:
            clock.day = day
            assert profile.sender().send_pending(project, tries=1).problem is None

        first = profile.seal(project.id, records=3, batches=2)
        send("2026-10-30")
        (refused,) = (profile.save(project.id),)
        clock.refuse.add(refused.id)
        profile.store.outbox.release([refused.id]).result()
        profile.seal(project.id)
        send("2026-10-31")
        for item in first[0].items[:2]:
            profile.save(project.id, id=item.id, rev=2, supersedes=item.sha256)
            profile.store.outbox.release([item.id]).result()
        profile.store.records.withdraw(first[1].items[0].id, "mistake").result()
        profile.store.outbox.seal(project.id, profile.key_for(project.id)).result()
        send("2026-11-02")
        profile.save(project.id)
    yield profile, project
    profile.store.close()


def test_each_judgement_counts_once_on_the_day_of_its_receipt(delivered: Delivered) -> None:
    profile, project = delivered
    made = stating.make(profile.store, project)
    assert [
        (day.isoformat(), s.judgements, s.corrections, s.withdrawals, s.deliveries) for day, s in made.days.items()
    ] == [
        ("2026-10-30", 6, 0, 0, 2),
        ("2026-10-31", 1, 0, 0, 1),  # the refused one beside it does not count
        ("2026-11-02", 0, 2, 1, 1),
    ]
    assert (made.total.judgements, made.total.corrections, made.total.withdrawals, made.total.deliveries) == (
        7,
        2,
        1,
        4,
    )


def test_a_month_holds_what_was_received_in_it(delivered: Delivered) -> None:
    profile, project = delivered
    made = stating.make(profile.store, project)
    november, october = stating.months(made)
    assert november == (date(2026, 11, 1), date(2026, 11, 30))
    assert october == (date(2026, 10, 1), date(2026, 10, 31))
    assert made.within(*october).total.judgements == 7
    assert made.within(*november).total.judgements == 0
    assert stating.make(profile.store, project, *november).total == made.within(*november).total
    assert made.within(date(2027, 1, 1), None).entries == ()


def test_what_was_sent_twice_counts_once_by_its_first_receipt(delivered: Delivered) -> None:
    profile, project = delivered
    before = stating.make(profile.store, project)
    clock = Clock()
    clock.day = "2026-12-24"
    with scripted(clock) as restored:
        assert project.collector is not None
        moved = msgspec.structs.replace(
            project, collector=msgspec.structs.replace(project.collector, address=restored.address)
        )
        chain = profile.store.outbox.batches(project.id)[0].chain
        profile.store.outbox.send_from(project.id, chain, 1).result()
        assert profile.sender().send_pending(moved, tries=1).batches == 4
    after = stating.make(profile.store, project)
    assert after.within(None, date(2026, 12, 1)).days == before.days
    assert after.total.judgements == 8, "the one that was refused at first is taken now, and counts by that receipt"
    assert after.days[date(2026, 12, 24)].judgements == 1


def test_every_line_of_the_table_stands_in_a_receipt_that_the_collector_signed(delivered: Delivered) -> None:
    """What somebody can check who has the table, the receipts and the collector's public key."""
    profile, project = delivered
    made = stating.make(profile.store, project)
    assert project.collector is not None
    key = from_base64(project.collector.public_key)
    receipts: dict[str, Receipt] = {}
    for line in statement_files.receipts_file(made).splitlines():
        signed = verify_envelope(line, payload_type=RECEIPT, public_key=key)
        receipts[canonical.sha256_hex(signed)] = payload.parse(signed, Receipt)
    rows = list(csv.DictReader(io.StringIO(statement_table.table(made).decode("utf-8-sig"))))
    assert len(rows) == 10
    for row in rows:
        receipt = receipts[row["receipt_sha256"]]
        taken = {(item.id, str(item.rev)) for item in receipt.items if item.status in ("stored", "known")}
        assert (row["record"], row["revision"]) in taken
        assert (row["batch_sha256"], row["received_at"], row["chain"]) == (
            receipt.batch, receipt.received_at, receipt.chain,
        )  # fmt: skip
    assert len({(row["record"], row["revision"]) for row in rows}) == len(rows)
    assert {row["project_name"] for row in rows} == {'\'=HYPERLINK("http://x")'}


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r\n=1", "' =1"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("a\n=1", "a =1"),
        ("Night shift", "Night shift"),
        ("2026-10-30", "2026-10-30"),
        ("", ""),
    ],
)
def test_t20_a_cell_is_never_a_formula(cell: str, written: str) -> None:
    assert statement_table.harmless_cell(cell) == written


@given(st.text())
def test_t20_no_text_at_all_is_a_formula_or_has_a_second_line(text: str) -> None:
    written = statement_table.harmless_cell(text)
    assert not written.lstrip().startswith(("=", "+", "-", "@"))
    assert len(written.splitlines()) <= 1


def test_foreign_words_are_words_on_the_page(delivered: Delivered, qapp: object) -> None:
    profile, project = delivered
    hostile = msgspec.structs.replace(project, name="<img src='file:///etc/passwd'> & <b>more</b>")
    made = stating.make(profile.store, hostile)
    page = statement_page.page(made)
    assert "<img" not in page and "&lt;img" in page and "<b>" not in page
    assert pdf(page, statement_page.title(made)).startswith(b"%PDF-")


def test_the_command_writes_all_three_and_says_what_is_in_them(delivered: Delivered, tmp_path: Path) -> None:
    profile, project = delivered
    profile.store.projects.use(project.id).result()
    profile.store.close()
    files = [tmp_path / f"october{suffix}" for suffix in statement_files.SUFFIXES]
    wish = ["--profile", str(tmp_path / "profile"), "project", "statement", "--to", "2026-10-31"]
    done = CliRunner().invoke(program, [*wish, "--json", *map(str, files)])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["total"]["judgements"], len(said["receipts"]), list(said["days"])) == (
        7,
        3,
        ["2026-10-30", "2026-10-31"],
    )
    assert files[0].read_bytes().startswith(b"%PDF-")
    assert files[1].read_bytes().count(b"\n") == 8
    assert files[2].read_bytes().count(b"\n") == 3
    again = CliRunner().invoke(program, [*wish, str(files[1])])
    assert again.exit_code != 0 and "is there already" in again.output
    spoken = CliRunner().invoke(program, wish)
    assert "7 judgements in 3 deliveries" in spoken.output and "2026-10-31" in spoken.output


def test_what_cannot_be_stated_is_said_in_a_sentence(delivered: Delivered, tmp_path: Path) -> None:
    profile, project = delivered
    made = stating.make(profile.store, project)
    with pytest.raises(StoreError, match=r"ends with none of \.pdf, \.csv, \.receipts"):
        statement_files.write(made, tmp_path / "statement.xlsx", pdf)
    with pytest.raises(StoreError, match="nothing to state"):
        statement_files.write(made.within(date(2027, 1, 1), None), tmp_path / "statement.csv", pdf)
    assert statement_files.file_name(made, ".pdf").endswith("-statement-2026-10-30.pdf")
