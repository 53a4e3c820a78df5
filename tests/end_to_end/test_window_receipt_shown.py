"""The receipt of a delivery is looked at where the delivery stands: what it says, by which key, whether it holds."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import msgspec
import pytest
from made_judgements import judgement
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from running_collector import Team, running
from trainer import OpenWindow, Trainer, words_of

from desktop.profile import Profile
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.keys import DeviceKey, fingerprint

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team.made(tmp_path / "collector", "Night shift")


@pytest.fixture
def delivered(team: Team, open_window: OpenWindow) -> Trainer:
    """A trainer before the outbox of a team's project: one delivery has arrived."""
    with running(team.folder) as collector:

        def begin(profile: Profile) -> None:
            project = profile.store.projects.use(
                profile.collectors.join(collector.address, team.invite()).project.id
            ).result()
            made = msgspec.structs.replace(
                judgement("a>b", project=project.id, trainer=profile.trainer), rubric=project.rubric
            )
            profile.store.outbox.release([profile.store.records.save(made).result().id]).result()

        trainer = Trainer(open_window(insecure=True, size=(1440, 900), begin=begin))
        trainer.control(Qt.Key.Key_4)
        receipt = trainer.workbench.outbox.sent.receipt
        assert receipt.why_not == "There is no receipt yet: a delivery has one once it has arrived."
        trainer.control(Qt.Key.Key_Return)
        trainer.until(receipt.isEnabled, "it has arrived")
    return trainer


def facts(dialog: QDialog) -> dict[str, str]:
    labels = [each for each in dialog.findChildren(QPlainTextEdit) if each.objectName().startswith("receiptFact")]
    return dict(each.accessibleName().split(": ", 1) for each in labels)


def test_a_receipt_is_read_and_kept_beside_its_delivery(team: Team, delivered: Trainer, tmp_path: Path) -> None:
    delivered.push("showReceipt")
    dialog = delivered.dialog("receiptDialog")
    store = delivered.workbench._profile.store
    (row,) = store.outbox.receipts(team.project)
    (batch,) = store.outbox.batches(team.project)
    assert words_of(dialog, "receiptHolds").startswith("It holds: the collector signed it")
    said = facts(dialog)
    assert said["Records"] == "1 stored"
    assert said["Signed by"].startswith(fingerprint(team.key.public_key))
    assert said["SHA-256 of the delivery"] == batch.payload_sha256 and said["SHA-256 of the receipt"] == row.sha256
    received = json.loads(parse_envelope(row.envelope).payload)["received_at"]
    assert received[:4] in said["Received"] and said["Received"].endswith("by the collector's clock")
    delivered.push("receiptDialogMain")
    delivered.dialog("receiptFile")
    file = tmp_path / "kept.receipts"
    delivered.replace_text(str(file))
    delivered.press(Qt.Key.Key_Return)
    delivered.dialog("receiptDialog")
    delivered.until(file.exists, "it is written")
    assert file.read_bytes() == row.envelope + b"\n"
    delivered.go_to("receiptDialogLeave")
    delivered.press(Qt.Key.Key_Return)
    delivered.alone()
    delivered.go_to("batches")  # Enter on a delivery shows it too
    delivered.press(Qt.Key.Key_Return)
    delivered.dialog("receiptDialog")


def test_a_receipt_that_the_pinned_key_has_not_signed_is_said_not_to_hold(team: Team, delivered: Trainer) -> None:
    projects = delivered.workbench._profile.store.projects
    project = projects.get(team.project)
    assert project.collector is not None
    other = base64.b64encode(DeviceKey.from_seed(bytes([9]) * 32).public_key).decode("ascii")
    pinned = msgspec.structs.replace(project.collector, public_key=other)
    projects.update(msgspec.structs.replace(project, collector=pinned)).result()
    delivered.workbench.shown.do("show_receipt")
    dialog = delivered.dialog("receiptDialog")
    assert words_of(dialog, "receiptDoubt").startswith("It does not hold (") and "Tell the project" in words_of(
        dialog, "receiptDoubt"
    )
    assert facts(dialog)["Signed by"].endswith("a key that is not known here")


def test_a_project_of_ones_own_offers_no_receipt(open_window: OpenWindow) -> None:
    trainer = Trainer(open_window(insecure=True))
    trainer.control(Qt.Key.Key_4)
    assert trainer.workbench.outbox.sent.receipt.isHidden()
