"""Tags of one or several records: what is added to all of them, and what is taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext
from desktop.views.parts import Field, HouseDialog, in_one_line, plain_label

MOST_SHOWN = 12


class TagsDialog(HouseDialog):
    """`chosen` carries the tags to add and the tags to remove, as two tuples."""

    chosen = Signal(object, object)

    def __init__(self, count: int, tags: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__("tagsDialog", _("Tags"), _("Set the tags"), parent)
        self.leave.setText(_("Cancel"))
        self.add = Field("tagsAdd", _("Add, by commas"), most=400)
        self.body.addWidget(self.add)
        self.boxes: dict[str, QCheckBox] = {}
        if tags:
            self.body.addWidget(plain_label(_("Take away"), role="label"))
        for number, tag in enumerate(tags[:MOST_SHOWN]):
            box = QCheckBox(in_one_line(tag).replace("&", "&&"))
            box.setObjectName(f"tagsRemove{number}")
            box.setAccessibleName(_("Take away {tag}").format(tag=in_one_line(tag)))
            self.boxes[tag] = box
            self.body.addWidget(box)
        self.body.addStretch(1)
        self.say(
            ngettext("{} judgement gets a next version.", "{} judgements get a next version.", count).format(
                count_text(count)
            )
        )
        self.main.clicked.connect(self._on_main)
        self.add.edit.setFocus()

    @Slot()
    def _on_main(self) -> None:
        add = tuple(dict.fromkeys(tag.strip() for tag in self.add.text.split(",") if tag.strip()))
        remove = tuple(tag for tag, box in self.boxes.items() if box.isChecked())
        if not add and not remove:
            self.add.show_problem(_("Name a tag to add, or tick one to take away."))
            return
        self.chosen.emit(add, remove)
        self.accept()
