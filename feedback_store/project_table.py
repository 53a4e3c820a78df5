"""Projects: a name, a rubric, a guideline, terms, and at most one collector."""

from __future__ import annotations

import secrets
import sqlite3

import msgspec

from feedback_store import records
from feedback_store.errors import NotFoundError
from feedback_store.records import Versioned
from feedback_store.rubrics import Rubric

replace = msgspec.structs.replace


class Guideline(msgspec.Struct, frozen=True):
    """The Markdown text that tells trainers how to judge."""

    id: str
    version: int
    sha256: str
    text: str


class Terms(msgspec.Struct, frozen=True):
    """What a trainer accepts by releasing records of a project."""

    id: str
    version: int
    sha256: str
    licence: str
    text: str = ""


class CollectorAddress(msgspec.Struct, frozen=True):
    """Where batches go, and the key that signs for them (base64 of 32 bytes), pinned at joining."""

    address: str
    public_key: str
    name: str = ""


class Project(msgspec.Struct, frozen=True):
    """A project as this profile knows it. `rubric_body` is set where the rubric is no preset of ours."""

    id: str
    name: str
    rubric: Versioned
    terms: Terms
    guideline: Guideline | None = None
    collector: CollectorAddress | None = None
    train_on_foreign: bool = False
    rubric_body: Rubric | None = None


def add(connection: sqlite3.Connection, project: Project) -> Project:
    """Add a project, or replace what is known of it; its chain is made with it."""
    connection.execute(
        "INSERT INTO project (id, name, body, created_at, chain) VALUES (?,?,?,?,?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body",
        (project.id, project.name, _body(project), records.now(), new_chain()),
    )
    if current(connection) is None:
        use(connection, project.id)
    return project


def get(connection: sqlite3.Connection, project_id: str) -> Project:
    row = connection.execute("SELECT body FROM project WHERE id = ?", (project_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no project {project_id}.", code="no_project", id=project_id)
    return _parse(row[0])


def find(connection: sqlite3.Connection, name: str) -> Project:
    """A project by its id or its name; NotFoundError names those there are."""
    found = [p for p in everything(connection) if name in (p.id, p.name)]
    if not found:
        known = ", ".join(repr(p.name) for p in everything(connection)) or "none"
        raise NotFoundError(f"There is no project {name!r}. There are: {known}.", code="no_project", id=name)
    return found[0]


def everything(connection: sqlite3.Connection) -> list[Project]:
    """All projects, the oldest first."""
    return [_parse(row[0]) for row in connection.execute("SELECT body FROM project ORDER BY created_at, id")]


def current(connection: sqlite3.Connection) -> Project | None:
    """The project in use."""
    row = connection.execute("SELECT body FROM project WHERE current = 1").fetchone()
    return _parse(row[0]) if row else None


def use(connection: sqlite3.Connection, project_id: str) -> Project:
    found = get(connection, project_id)
    connection.execute("UPDATE project SET current = (id = ?)", (project_id,))
    return found


def chain(connection: sqlite3.Connection, project_id: str) -> str:
    """The chain that the project's next batch belongs to: 32 hex."""
    row = connection.execute("SELECT chain FROM project WHERE id = ?", (project_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"There is no project {project_id}.", code="no_project", id=project_id)
    return str(row[0])


def start_new_chain(connection: sqlite3.Connection, project_id: str | None = None) -> None:
    """A new chain for one project, or for all after a restore or a copy."""
    ids = [project_id] if project_id else [p.id for p in everything(connection)]
    for each in ids:
        connection.execute("UPDATE project SET chain = ? WHERE id = ?", (new_chain(), each))


def new_chain() -> str:
    return secrets.token_hex(16)


def _body(project: Project) -> str:
    return msgspec.json.encode(project).decode("utf-8")


def _parse(body: str) -> Project:
    return msgspec.json.decode(body, type=Project)
