"""Projects: a name, a rubric, a guideline, terms, and at most one collector; one of them is in use."""

from __future__ import annotations

import builtins
import sqlite3
from concurrent.futures import Future

import msgspec

from feedback_store import canonical, guideline_table, records, rubric_table, rubrics
from feedback_store.changes import Change, Changes
from feedback_store.database import Database
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.guideline_table import Guideline
from feedback_store.record_parts import Versioned
from feedback_store.rubrics import Rubric


class Terms(msgspec.Struct, frozen=True):
    """What a trainer accepts by releasing records of a project."""

    id: str
    version: int
    sha256: str
    licence: str
    text: str = ""


class CollectorAddress(msgspec.Struct, frozen=True):
    """Where batches go, and the key that signs for them (base64 of 32 bytes), pinned at joining.

    `earlier` are the keys that it had before, the first one first: a recovery that one of them signed stays valid.
    """

    address: str
    public_key: str
    name: str = ""
    earlier: tuple[str, ...] = ()


class Project(msgspec.Struct, frozen=True):
    """A project as this profile knows it. `rubric_body` is set where the rubric is no preset of ours."""

    id: str
    name: str
    rubric: Versioned
    terms: Terms | None = None
    guideline: Guideline | None = None
    collector: CollectorAddress | None = None
    train_on_foreign: bool = False
    rubric_body: Rubric | None = None


class Projects:
    """The projects of a profile."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def create(
        self, name: str, *, rubric: Rubric | tuple[str, int] | str = rubrics.DEFAULT, terms: Terms | None = None
    ) -> Future[Project]:
        """Make a local project; a rubric is given whole, or as a preset's id with or without its version.

        Raises RubricError for a preset that there is not and for a changed one under the preset's id, StoreError for a
        name that says nothing.
        """
        _check_name(name)
        if isinstance(rubric, str):
            given = rubrics.load(rubric)
        else:
            given = rubrics.load(*rubric) if isinstance(rubric, tuple) else rubrics.check_own(rubric)

        def job(connection: sqlite3.Connection) -> Project:
            judged_by, body = _judged_by(connection, given)
            made = Project(records.new_project_id(), name, judged_by, terms=terms, rubric_body=body)
            return _add(connection, made)

        return self._database.write(job, then=lambda made: self._changes.tell(Change("projects", (made.id,))))

    def add(self, project: Project) -> Future[Project]:
        """Add a project, or replace what is known of it; the first one is in use."""
        return self._database.write(
            lambda connection: _add(connection, project),
            then=lambda _: self._changes.tell(Change("projects", (project.id,))),
        )

    def update(self, project: Project) -> Future[Project]:
        """Replace what is known of a project; NotFoundError when it is not there."""

        def job(connection: sqlite3.Connection) -> Project:
            get(connection, project.id)
            return _add(connection, project)

        return self._database.write(job, then=lambda _: self._changes.tell(Change("projects", (project.id,))))

    def rename(self, project_id: str, name: str) -> Future[Project]:
        """Give a project another name and leave everything else as it is.

        Raises NotFoundError when it is not there, StoreError for a name that says nothing.
        """
        _check_name(name)

        def job(connection: sqlite3.Connection) -> Project:
            return _add(connection, msgspec.structs.replace(get(connection, project_id), name=name))

        return self._database.write(job, then=lambda _: self._changes.tell(Change("projects", (project_id,))))

    def set_guideline(self, project: Project, text: str) -> Future[Project]:
        """Give a project of one's own the next version of its guideline; the same text again changes nothing.

        Raises StoreError for a team's project, and for a text that is empty or longer than it may be.
        """
        if project.collector is not None:
            raise StoreError.worded(
                "The guideline of {name!r} comes from its collector. Ask its operator.",
                code="collectors_guideline",
                name=project.name,
            )
        data = guideline_table.check(text)
        sha256 = canonical.sha256_hex(data)

        def job(connection: sqlite3.Connection) -> Project:
            found = get(connection, project.id)
            if found.guideline is not None and found.guideline.sha256 == sha256:
                return _add(connection, found)
            version = guideline_table.next_version(connection, project.id)
            guideline = Guideline(guideline_table.OWN, version, sha256, data.decode("utf-8"))
            return _add(connection, msgspec.structs.replace(found, guideline=guideline))

        return self._database.write(job, then=lambda _: self._changes.tell(Change("projects", (project.id,))))

    def set_rubric(self, project: Project, rubric: Rubric) -> Future[Project]:
        """Judge by this rubric from now on, under the next number of its id unless these very words have one.

        Judgements keep naming the version that they were made with. Raises RubricError as `rubrics.check_own`, and
        StoreError for a team's project.
        """
        if project.collector is not None:
            raise StoreError.worded(
                "The rubric of “{name}” comes from its collector. Copy it into a project of your own to change it.",
                code="collectors_rubric",
                name=project.name,
            )
        rubrics.check_own(rubric)

        def job(connection: sqlite3.Connection) -> Project:
            found = get(connection, project.id)
            judged_by, body = _judged_by(connection, rubric)
            return _add(connection, msgspec.structs.replace(found, rubric=judged_by, rubric_body=body))

        return self._database.write(job, then=lambda _: self._changes.tell(Change("projects", (project.id,))))

    def use(self, project_id: str) -> Future[Project]:
        """Make a project the one in use; NotFoundError when it is not there."""

        def job(connection: sqlite3.Connection) -> Project:
            found = get(connection, project_id)
            connection.execute("UPDATE project SET current = (id = ?)", (project_id,))
            return found

        return self._database.write(job, then=lambda _: self._changes.tell(Change("projects", (project_id,))))

    def get(self, project_id: str) -> Project:
        """The project with this id; NotFoundError when it is not there."""
        return self._database.fetch(lambda connection: get(connection, project_id))

    def find(self, name: str) -> Project:
        """A project by its id or its name; NotFoundError names those there are."""
        known = self.list()
        found = [p for p in known if p.id == name] or [p for p in known if p.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(p.id for p in found)
            raise NotFoundError.worded(
                "{count} projects are called {id!r}. Name one by its id: {ids}.",
                code="several_projects",
                id=name,
                count=len(found),
                ids=ids,
            )
        names = ", ".join(repr(p.name) for p in known) or "none"
        raise NotFoundError.worded(
            "There is no project {id!r}. There are: {names}.", code="no_project", id=name, names=names
        )

    def list(self) -> builtins.list[Project]:
        """All projects, the oldest first."""
        query = "SELECT body FROM project ORDER BY rowid"
        return self._database.fetch(lambda connection: [_parse(row[0]) for row in connection.execute(query)])

    def current(self) -> Project | None:
        """The project in use; None when there is no project at all."""
        query = "SELECT body FROM project WHERE current = 1"
        row = self._database.fetch(lambda connection: connection.execute(query).fetchone())
        return _parse(row[0]) if row else None


def _check_name(name: str) -> None:
    if records.is_blank(name):
        raise StoreError("A project needs a name. Give it one.", code="blank_name")


def get(connection: sqlite3.Connection, project_id: str) -> Project:
    row = connection.execute("SELECT body FROM project WHERE id = ?", (project_id,)).fetchone()
    if row is None:
        raise NotFoundError.worded("There is no project {id}.", code="no_project", id=project_id)
    return _parse(row[0])


def _judged_by(connection: sqlite3.Connection, rubric: Rubric) -> tuple[Versioned, Rubric | None]:
    """How a project names this rubric, and the rubric itself where it is no preset."""
    used = rubric_table.numbered(connection, rubric)
    preset = any(known.sha256 == used.sha256 for known in rubrics.available())
    return Versioned(used.id, used.version, used.sha256), None if preset else used


def _add(connection: sqlite3.Connection, project: Project) -> Project:
    if project.rubric_body is not None:
        rubric_table.keep(connection, project.rubric_body)
    if project.guideline is not None:
        source = project.collector.address if project.collector is not None else ""
        guideline_table.keep_now(connection, project.id, project.guideline, source)
    connection.execute(
        "INSERT INTO project (id, name, body, created_at, current)"
        " VALUES (?,?,?,?, NOT EXISTS (SELECT 1 FROM project WHERE current = 1))"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body",
        (project.id, project.name, msgspec.json.encode(project).decode("utf-8"), records.now()),
    )
    return project


def _parse(body: str) -> Project:
    return msgspec.json.decode(body, type=Project)
