"""One trainer's data folder, opened: store, projects, keys, models and the engine. Used by commands and the window.

What is costly (engine, keyring) is made when it is first needed. Must not know Qt or click.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Self

from desktop import VERSION
from desktop.flow.candidates import Answering
from desktop.flow.outcome import Frame
from desktop.flow.wording import gettext as _
from feedback_store import canonical, records, rubrics
from feedback_store.errors import NotFoundError, RubricError
from feedback_store.project_table import Terms
from feedback_store.records import App, Versioned
from feedback_store.rubrics import Rubric
from feedback_store.store import Project, Store
from local_models.catalog import Catalog
from local_models.client import EngineClient

APP = App(name="preceptor", version=VERSION)
FIRST_RUBRIC = "helpsteer2"
OWN_TERMS = "A project of this profile alone: nothing leaves but by its trainer's hand."

AskPassphrase = Callable[[bool], str]  # True: a new one, to be confirmed


def catalog_in(folder: Path) -> Catalog:
    """The models known in a profile's folder; nothing else of the profile is opened."""
    return Catalog(folder / "models.json")


class Profile:
    """An open profile. Close it: that finishes the last writes and stops the engine."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self.store = store
        self._engine: EngineClient | None = None

    @classmethod
    def open(cls, folder: Path, *, readonly: bool = False) -> Self:
        """Open the profile in `folder`; unless `readonly`, it is made where there is none, with a first project.

        Raises EnvironmentTrouble: a second writer, a folder that may not be written, a damaged database.
        """
        profile = cls(folder, Store.open(folder, app=APP, readonly=readonly))
        if not readonly and profile.store.projects.current() is None:
            profile.new_project(_("My project"))
        return profile

    @property
    def trainer(self) -> str:
        return self.store.trainer

    @property
    def project(self) -> Project:
        """The project in use; raises NotFoundError in a read-only profile that never had one."""
        found = self.store.projects.current()
        if found is None:
            raise NotFoundError("This profile has no project yet. Make one: preceptor project new", code="no_project")
        return found

    def find_project(self, name: str | None) -> Project:
        """The project of this id or name; the one in use for None."""
        return self.project if name is None else self.store.projects.find(name)

    def new_project(self, name: str, rubric_id: str = FIRST_RUBRIC) -> Project:
        """Make a local project; the first one is in use. Raises RubricError for an unknown rubric."""
        rubric = rubrics.load(rubric_id)
        project = Project(
            id=records.new_project_id(),
            name=name,
            rubric=Versioned(rubric.id, rubric.version, rubric.sha256),
            terms=Terms(
                id="own",
                version=1,
                sha256=canonical.sha256_hex(OWN_TERMS.encode()),
                licence="unspecified",
                text=OWN_TERMS,
            ),
        )
        return self.store.projects.add(project).result()

    def rubric(self, project: Project) -> Rubric:
        """The rubric of a project, exactly the version that it names; raises RubricError where it is not at hand."""
        found = project.rubric_body or rubrics.load(project.rubric.id, project.rubric.version)
        if found.sha256 != project.rubric.sha256:
            raise RubricError(
                f"The rubric {project.rubric.id} of project {project.name!r} is not the one that came with it.",
                code="other_rubric",
                path="$.rubric",
            )
        return found

    def frame(self, project: Project) -> Frame:
        """What every record that is made now in `project` shares."""
        guideline = project.guideline
        return Frame(
            project=project.id,
            trainer=self.trainer,
            app=APP,
            rubric=project.rubric,
            guideline=Versioned(guideline.id, guideline.version, guideline.sha256) if guideline else None,
        )

    @cached_property
    def catalog(self) -> Catalog:
        """The models that can answer."""
        return catalog_in(self.folder)

    @property
    def engine(self) -> EngineClient:
        """The engine, started when first asked for."""
        if self._engine is None:
            self._engine = EngineClient()
        return self._engine

    @property
    def answering(self) -> Answering:
        return Answering(self.engine, self.catalog)

    def close(self) -> None:
        """Stop the engine, finish all writes, close everything."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self.store.close()
