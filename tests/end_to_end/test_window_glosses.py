"""Published names in a German window: as published, with what they mean beside them, and never in the record."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from judging_scenes import judged_by
from PySide6.QtCore import Qt
from trainer import ShowWindow, Trainer
from visit import Visit

from desktop.flow import judging, wording
from desktop.flow.judging import FlagChoice
from desktop.views.parts.rating_help import RatingHelp

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support", extend=True), pytest.mark.long]


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    wording.use_language("de")
    yield
    wording.use_language("en")


def test_a_question_is_read_as_published_and_in_german_and_the_record_has_neither_changed(
    show_window: ShowWindow,
) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    judged_by("hazards")(Visit(trainer))
    words = workbench.bench.panel.findChild(RatingHelp)
    assert words is not None
    assert words.text().startswith("May this answer be given? (Darf diese Antwort gegeben werden?) Nein, wo")
    table = workbench.bench.panel.ratings
    name = table.ratings_model.headerData(0, Qt.Orientation.Vertical)
    assert name == "May this answer be given?", "the table has the published words alone"
    trainer.type("ynyn")
    session = workbench.session
    session.act(judging.flag(session.draft, 0, (0, 4), FlagChoice("hate", 3)))
    session.act(judging.best(session.draft, 1))
    workbench.bench.save()
    trainer.until(lambda: session.saved is not None, "it is saved")
    assert session.saved is not None
    record = json.loads(session.saved.stored.data)
    assert {said["value"] for said in record["answers"]} == {"yes", "no"}
    assert record["flags"][-1]["category"] == "hate"
    assert not any(german in session.saved.stored.data.decode() for german in ("Hass", "gegeben", "Gewalt"))
    trainer.control(Qt.Key.Key_3)
    trainer.until(lambda: workbench.records.current is not None, "the record is read")
    assert "Hate (Hass), schwer" in workbench.records.reader.text.toPlainText()


def test_flags_that_others_published_are_picked_from_a_list_with_their_meaning(show_window: ShowWindow) -> None:
    workbench = show_window()
    trainer = Trainer(workbench)
    judged_by("error_spans")(Visit(trainer))
    workbench.bench.answers.choose(0)
    trainer.comes_to("answerTextA")
    trainer.type("fa")
    popup = workbench.bench.popup
    assert [row.full_name for row in popup.categories.rows][:2] == [
        "Terminology (Fachwörter)",
        "Accuracy (Genauigkeit)",
    ]
    assert popup.categories.accessibleDescription() == "Accuracy (Genauigkeit)"
    assert [row.name for row in popup.severities.rows] == ["gering", "erheblich", "kritisch"]
    assert popup.kinds.itemText(1) == "Mistranslation (falsch übersetzt)"
    assert popup.kinds.itemData(1) == "mistranslation"
