"""What the operator of a collector does: make it, invite trainers, list and revoke devices.

Works beside a running server, from another process. A collector is a folder: the database, and one key file a project.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec

from feedback_store import canonical, records
from feedback_store.batches.keys import DeviceKey, fingerprint, fingerprint_of
from feedback_store.collector import enrolment, facts, key_events
from feedback_store.collector.facts import Guideline, ProjectFacts, Terms
from feedback_store.collector.key_files import KEYS, keep_key
from feedback_store.collector.key_files import read_key as read_key
from feedback_store.collector.opening import check_address, keep_address, open_storage
from feedback_store.collector.storage import Device, Invitation, Storage
from feedback_store.errors import EnvironmentTrouble, NotFoundError, StoreError
from feedback_store.rubrics import Rubric

LEAST_DIGITS = 8  # of a device's id that name it
TRAINER = "trn_"  # how the id of a trainer begins


def init_collector(
    folder: Path,
    *,
    name: str,
    project_name: str,
    rubric: Rubric,
    terms: Terms,
    guideline: Guideline | None = None,
    database: str | None = None,
) -> str:
    """Make a project with its own signing key, and the collector around it where there is none yet; the project's id.

    `database` is the address of a PostgreSQL database to keep the data in; it is written into the folder.

    Raises EnvironmentTrouble when the folder cannot be written, StoreError for a name that says nothing or is taken,
    and for what no trainer's program would take.
    """
    if records.is_blank(name) or records.is_blank(project_name):
        raise StoreError("A collector and its project need names. Give both one.", code="blank_name")
    if database is not None:
        check_address(database)
    project, key = records.new_project_id(), DeviceKey.generate()
    made = ProjectFacts(
        project=project,
        name=project_name,
        collector=name,
        rubric=rubric,
        rubric_sha256=rubric.sha256,
        terms=terms,
        public_key=facts.public_key_text(key.public_key),
        fingerprint=fingerprint(key.public_key),
        guideline=guideline,
    )
    facts.check_takeable(made)
    try:
        (folder / KEYS).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentTrouble(
            f"{folder} cannot be made: {error.strerror}. Choose another folder.", code="cannot_open", path=str(folder)
        ) from error
    with closing(open_storage(folder, create=True, address=database)) as storage:
        if there := _ids(storage).get(project_name):
            raise StoreError.worded(
                "{folder} has a project “{name}” already. Invite to it with preceptor collector invite DIR --project"
                " {id}, or name the new one otherwise.",
                code="project_there",
                folder=str(folder),
                name=project_name,
                id=there,
            )
        if database is not None:
            keep_address(folder, database)
        keep_key(folder, project, key)
        with storage.writing() as transaction:
            transaction.add_project(project, canonical.encode(made))
    return project


def project_count(folder: Path) -> int:
    """How many projects a collector has: where it has several, commands are told which."""
    with closing(open_storage(folder)) as storage, storage.reading() as view:
        return len(view.projects())


def _ids(storage: Storage) -> dict[str, str]:
    """The projects' ids by their names."""
    with storage.reading() as view:
        found = {project: view.facts(project) for project in view.projects()}
    return {msgspec.json.decode(each, type=ProjectFacts).name: id for id, each in found.items() if each is not None}


def invite(
    folder: Path,
    *,
    project: str | None = None,
    trainer: str | None = None,
    name: str = "",
    days: int = enrolment.INVITATION_DAYS,
) -> str:
    """A one-time code for a new trainer, or for a further device of `trainer`; told now and never again.

    Raises StoreError for a name that is no name, NotFoundError for who is not there.
    """
    if name:
        facts.check_name(name, "--name")
    with closing(open_storage(folder)) as storage, storage.writing() as transaction:
        found = only_project(transaction.projects(), project)
        if trainer is not None and transaction.trainer_name(found, trainer) is None:
            raise NotFoundError(
                f"No trainer {trainer} has joined. Invite without a trainer first.", code="no_trainer", id=trainer
            )
        code = enrolment.new_code()
        made = Invitation(enrolment.hash_code(code), found, trainer, name, enrolment.expiry(days))
        transaction.add_invitation(made, records.now())
    return code


def list_devices(folder: Path, *, project: str | None = None) -> list[Device]:
    """The devices that joined a project, the first one first."""
    with closing(open_storage(folder)) as storage, storage.reading() as view:
        return view.devices(only_project(view.projects(), project))


def revoke(folder: Path, device: str, *, project: str | None = None, reason: str = "") -> Device:
    """Accept nothing new from a device from now on; what it had sent stays. Raises NotFoundError."""
    with closing(open_storage(folder)) as storage:
        with storage.reading() as view:
            found = only_project(view.projects(), project)
            known = find_device(view.devices(found), device)
        revoked = key_events.revoke(storage, read_key(folder, found), found, known.id, reason)
        if revoked is None:
            raise no_device(device)
        return revoked


def find_device(devices: Iterable[Device], said: str) -> Device:
    """The device of these whose id is said: whole, or as people read it (`fingerprint`), or how it begins.

    Raises NotFoundError where none is meant, or more than one might be; where it is a trainer's id, with their keys.
    """
    devices = tuple(devices)
    if said.strip().startswith(TRAINER):
        raise _whose(devices, said.strip())
    digits = "".join(said.split()).removeprefix("ed25519:").lower()
    found = [each for each in devices if each.id.removeprefix("ed25519:").startswith(digits)]
    if len(digits) < LEAST_DIGITS or len(found) != 1:
        raise no_device(said)
    return found[0]


def _whose(devices: Iterable[Device], trainer: str) -> NotFoundError:
    keys = [fingerprint_of(each.id) for each in devices if each.trainer == trainer and each.state == "active"]
    if not keys:
        return NotFoundError.worded(
            "{id} is a trainer's id, and no device of that trainer may deliver here. See: preceptor collector devices"
            " DIR",
            code="no_device",
            id=trainer,
        )
    return NotFoundError.worded(
        "{id} is a trainer's id, and the key of one device is wanted. Ask the trainer which of these it is, by its"
        " first characters: {keys}",
        code="no_device",
        id=trainer,
        keys="; ".join(keys),
    )


def no_device(device: str) -> NotFoundError:
    """The error for a device that nobody has joined with."""
    return NotFoundError.worded(
        "No device {id} has joined. See: preceptor collector devices DIR", code="no_device", id=device
    )


def only_project(projects: list[str], asked: str | None) -> str:
    """The project that is meant: the one asked for, or the only one. Raises NotFoundError."""
    if asked is not None and asked in projects:
        return asked
    if asked is None and len(projects) == 1:
        return projects[0]
    known = ", ".join(projects) or "none"
    raise NotFoundError(f"Name a project of this collector: {known}.", code="no_project", known=known)


def published_key(storage: Storage, project: str) -> str:
    """The key (base64) that a project's data says its receipts are signed by."""
    with storage.reading() as view:
        shown = canonical.strict_loads(view.facts(project) or b"{}")
    return str(shown["public_key"])
