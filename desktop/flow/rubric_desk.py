"""The rubrics that a trainer can look at, and the one that is edited for the project in use.

Unfinished edits are kept, one a rubric, and come back after a kill. A team's project has the rubric of its
collector: it is only looked at, or copied into a project of one's own. Must not know Qt.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from desktop.flow import rubric_edits
from desktop.flow.rubric_editing import EditedRubric, RubricEditing, from_bytes, to_bytes
from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.rubrics import Rubric
from feedback_store.store import Project, Store

Group = Literal["begun", "file", "project", "earlier", "own", "shipped"]


@dataclass(frozen=True)
class Offer:
    """A rubric to look at, and how it stands to the project."""

    group: Group
    rubric: Rubric
    editable: bool = False  # towards its own next version; of every other a copy can be made
    begun: EditedRubric | None = None


class RubricDesk:
    """Rubrics of a profile, for one project. `make_project(name, rubric)` makes another project of one's own."""

    def __init__(self, store: Store, project: Project, make_project: Callable[[str, Rubric], Project]) -> None:
        self.project = project
        self._store = store
        self._make_project = make_project
        self._keys = f"rubric/{project.id}/"  # an edit's key ends with the id that it began with

    @property
    def locked(self) -> str:
        """Why the project's rubric cannot be changed here; "" where it can."""
        collector = self.project.collector
        if collector is None:
            return ""
        team = collector.name or collector.address
        said = _("This project's rubric is the team's: {team} decides it. Copy it to change it for a project of yours.")
        return said.format(team=" ".join(team.split()))

    @property
    def current(self) -> Rubric:
        """The rubric that is judged by in the project."""
        named = self.project.rubric
        return self.project.rubric_body or rubrics.load(named.id, named.version)

    def offers(self, read: Rubric | None = None) -> tuple[Offer, ...]:
        """What there is to look at: the project's, its earlier versions, others of one's own, the shipped ones.

        First what is not finished, and a file that was read.
        """
        current = self.current
        shipped = rubrics.available()
        kept = [each for each in self._store.rubrics.all() if each not in shipped]
        earlier = [each for each in kept if each.id == current.id and each != current]
        newest = {each.id: each for each in kept if each.id != current.id}
        return (
            *(Offer("begun", begun.rubric, editable=True, begun=begun) for begun in self.begun),
            *([Offer("file", read)] if read is not None else []),
            Offer("project", current, editable=not self.locked and current not in shipped),
            *(Offer("earlier", each) for each in reversed(earlier)),
            *(Offer("own", each) for each in newest.values()),
            *(Offer("shipped", each) for each in rubrics.newest() if each != current),
        )

    def keep_words(self, editing: RubricEditing) -> str:
        """What keeping an edit would do, for its button."""
        if self.locked:
            return _("Make a project with it")
        return _("Keep as version {number}").format(number=editing.next_version)

    @property
    def begun(self) -> tuple[EditedRubric, ...]:
        """The edits that are not finished, the latest first."""
        found = []
        for kept in self._store.drafts.list():
            if kept.key.startswith(self._keys):
                with contextlib.suppress(msgspec.DecodeError):  # of another version of the program: it stays for that
                    found.append(from_bytes(kept.data))
        return tuple(found)

    def edit(self) -> RubricEditing:
        """Go on with the project's rubric towards its next version, also where that was begun."""
        begun = (each for each in self.begun if each.base.id == self.current.id)
        return self.resume(next(begun, EditedRubric(self.current, self.current)))

    def copy(self, rubric: Rubric) -> RubricEditing:
        """Begin a rubric of one's own with another one's words."""
        name = _("{name}, my copy").format(name=rubric.name)
        made = rubric_edits.copied(rubric, name, self._taken())
        return self._editing(EditedRubric(made, made))

    def resume(self, begun: EditedRubric) -> RubricEditing:
        """Go on with an edit that is not finished."""
        return self._editing(begun)

    def read(self, path: Path) -> Rubric:
        """A rubric file; raises RubricError for a broken one, OSError. It is not kept by being read."""
        return rubrics.check_own(rubrics.read(path))

    def write(self, rubric: Rubric, path: Path) -> None:
        """The rubric as a file that `read`, and the command line, take. Raises OSError."""
        path.write_bytes(rubrics.file_of(rubric))

    def keep_begun(self, editing: RubricEditing) -> Future[None]:
        """Keep what is not finished; an edit that changes nothing is dropped."""
        if editing.is_new or editing.rubric != editing.base:
            return self._store.drafts.save(self._key(editing.begun), to_bytes(editing.begun))
        return self.drop_begun(editing.begun)

    def drop_begun(self, begun: EditedRubric) -> Future[None]:
        """Forget an edit that is not finished."""
        return self._store.drafts.delete(self._key(begun))

    def judge_by(self, rubric: Rubric, begun: EditedRubric | None = None) -> Project:
        """Let the project be judged by this rubric from now on; beside a team's project one of one's own is made.

        `begun` is the edit that ends with it; blanks around the name typed there go. Waits for the store. Raises
        StoreError.
        """
        if begun is not None:
            rubric = msgspec.structs.replace(rubric, name=rubric.name.strip())
        if self.locked:
            made = self._make_project(self._free_name(rubric.name), rubric)
        else:
            made = self._store.projects.set_rubric(self.project, rubric).result()
        if begun is not None:
            self.drop_begun(begun).result()
        return made

    def _key(self, begun: EditedRubric) -> str:
        return self._keys + begun.base.id

    def _editing(self, begun: EditedRubric) -> RubricEditing:
        earlier = [each for each in self._store.rubrics.versions(begun.base.id) if each.id not in _shipped_ids()]
        return RubricEditing(begun, earlier=earlier, taken=self._taken(begun))

    def _taken(self, but: EditedRubric | None = None) -> tuple[str, ...]:
        """The ids of all rubrics that there are or are begun, but for one edit's own."""
        known = {each.id for each in (*rubrics.available(), *self._store.rubrics.all(), self.current)}
        others = (each for each in self.begun if but is None or each.base.id != but.base.id)
        return tuple(known | {name for each in others for name in (each.base.id, each.rubric.id)})

    def _free_name(self, wanted: str) -> str:
        names = {each.name for each in self._store.projects.list()}
        number, found = 1, wanted
        while found in names:
            number += 1
            found = f"{wanted} {number}"
        return found


def _shipped_ids() -> frozenset[str]:
    return frozenset(each.id for each in rubrics.available())
