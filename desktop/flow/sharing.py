"""Records for a colleague and from one: a signed file, for comparing judgements of the same answers.

For window and command line alike. Nothing leaves here that may not leave by a delivery: no private record, none of
another trainer, none with a place of personal data that nobody decided about. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.delivering import write_new
from desktop.flow.wording import gettext as _
from feedback_store import records
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.shared import read_shared, write_shared
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.record_parts import App
from feedback_store.store import Project, Store, StoredRecord

KNOWN = "colleagues"  # a setting: by trainer, the name and the fingerprint that came with their records first


@dataclass(frozen=True)
class Shared:
    """A file that was written."""

    file: Path
    records: int
    fingerprint: str


@dataclass(frozen=True)
class Taken:
    """A file that was read: whose it says it is, by which key, and how many records were new or here before."""

    trainer: str
    name: str
    fingerprint: str
    project: Project
    new: int
    known: int


def share(
    store: Store,
    key: Callable[[], DeviceKey],
    project: Project,
    file: Path,
    *,
    app: App,
    ids: Sequence[str] = (),
    name: str = "",
    kept_as_is: bool = False,
) -> Shared:
    """Write standing judgements of the profile's trainer into a file, signed: those of `ids`, or all of the project.

    Raises StoreError: nothing to share, a record that may not leave, undecided places unless `kept_as_is`.
    """
    chosen = list(_chosen(store, project, ids))
    if not chosen:
        raise StoreError(_("There is no judgement of yours in this project to share."), code="nothing_to_share")
    if not kept_as_is:
        _check_decided(store, chosen)
    signing = key()
    bodies = write_shared(
        signing,
        [stored.data for stored in chosen],
        project=project.id,
        trainer=store.trainer,
        name=" ".join(name.split()),
        created_at=records.now(),
        app=app,
    )
    write_new(file, bodies)
    return Shared(file, len(chosen), fingerprint(signing.public_key))


def take(store: Store, file: Path, *, new_key: bool = False) -> Taken:
    """Read a colleague's file for comparison: all of it, or nothing with a StoreError.

    The key that came first with a trainer's records is remembered; another one is refused until `new_key` says that
    somebody asked.
    """
    found = read_shared(file)
    project = next((each for each in store.projects.list() if each.id == found.project), None)
    if project is None:
        raise StoreError(
            _("These records belong to a project that is not here ({id}). Join it first, then read the file.").format(
                id=found.project
            ),
            code="other_project",
        )
    mark = fingerprint(found.public_key)
    known = store.settings.get(KNOWN, {})
    before = known.get(found.trainer, {"keys": []})["keys"]
    if before and mark not in before and not new_key:
        text = _("Earlier records of this trainer were signed with the key {before}, these with {key}. Ask them first.")
        raise StoreError(text.format(before=before[-1], key=mark), code="other_key")
    new = len(store.records.save_shared(found.records).result())
    if mark not in before:
        store.settings.set(KNOWN, {**known, found.trainer: {"name": found.name, "keys": [*before, mark]}})
    return Taken(found.trainer, found.name, mark, project, new, len(found.records) - new)


def _chosen(store: Store, project: Project, ids: Sequence[str]) -> Iterable[StoredRecord]:
    if not ids:
        every = store.records.iter_newest(project.id, include_private=False)
        return (stored for stored in every if stored.trainer == store.trainer)
    return (_own(store, project, each) for each in dict.fromkeys(ids))


def _own(store: Store, project: Project, record_id: str) -> StoredRecord:
    stored = store.records.newest(record_id)
    if stored is None or stored.kind != "judgement" or stored.erased_at is not None or stored.project != project.id:
        raise NotFoundError(_("There is no judgement {id} in this project.").format(id=record_id), code="no_record")
    if stored.private:
        raise StoreError(_("A private record never leaves. Take the mark away first."), code="private")
    if stored.trainer != store.trainer:
        raise StoreError(_("A record of another trainer is never shared by you."), code="other_trainer")
    return stored


def _check_decided(store: Store, chosen: Sequence[StoredRecord]) -> None:
    for stored in chosen:
        undecided = [place.quote for place in store.outbox.places(stored) if not place.kept]
        if undecided:
            text = _("Nobody has decided about these in {id}: {places}. Black them out, or keep them.")
            raise StoreError(text.format(id=stored.id, places=", ".join(undecided)), code="undecided")
