"""Records for a colleague and from one: a signed file, for comparing judgements of the same answers.

For window and command line alike. Nothing leaves here that may not leave by a delivery: no private record, none of
another trainer, none with a place of personal data that nobody decided about. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.flow.delivering import write_new
from desktop.flow.describing import trainer_text
from desktop.flow.quantities import count_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import ngettext, sentence
from desktop.flow.wrong_files import not_judgements
from feedback_store import records
from feedback_store.batches.keys import DeviceKey, fingerprint
from feedback_store.batches.shared import SharedFile, read_shared, write_shared
from feedback_store.errors import BatchError, NotFoundError, StoreError
from feedback_store.record_parts import App
from feedback_store.store import Project, Store, StoredRecord

KNOWN = "colleagues"  # a setting: by trainer, the name and the fingerprints that came with it, the believed one last


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
        name=_plain(name),
        created_at=records.now(),
        app=app,
    )
    write_new(file, bodies)
    return Shared(file, len(chosen), fingerprint(signing.public_key))


def take(store: Store, file: Path, *, new_key: bool = False, by_command: bool = True) -> Taken:
    """Read a colleague's file for comparison: all of it, or nothing with a StoreError.

    The key that came last with a trainer's records is believed. Another one is refused until `new_key` says that
    somebody asked: a new one is believed from then on, a former one for this file alone.
    What reads another file of ours is said as a command, or as a room where it is not `by_command`.
    """
    found = _read(file, by_command=by_command)
    project = next((each for each in store.projects.list() if each.id == found.project), None)
    if project is None:
        raise StoreError(
            _("{file} is of a project that is not here ({id}). Join it first, then read the file.").format(
                file=file.name, id=found.project
            ),
            code="other_project",
        )
    mark = fingerprint(found.public_key)
    known = store.settings.get(KNOWN, {})
    before = known.get(found.trainer, {"keys": []})["keys"]
    if before and mark != before[-1] and not new_key:
        if mark in before:
            text = _(
                "This trainer's key is {before} by now; these records were signed with a former one, {key}, which may"
                " be in other hands. Ask them first."
            )
        else:
            text = _(
                "Earlier records of this trainer were signed with the key {before}, these with {key}. Ask them first."
            )
        raise StoreError(text.format(before=before[-1], key=mark), code="other_key")
    name = _plain(found.name)
    keys = before if mark in before else [*before, mark]
    # First, so that whoever lists the records as they come knows whose they are.
    store.settings.set(KNOWN, {**known, found.trainer: {"name": name, "keys": keys}}).result()
    try:
        new = len(store.records.save_shared(found.records).result())
    except StoreError:  # whoever signed what is not taken is not believed either
        store.settings.set(KNOWN, known).result()
        raise
    return Taken(found.trainer, name, mark, project, new, len(found.records) - new)


def _read(file: Path, *, by_command: bool) -> SharedFile:
    if wrong := not_judgements(file, by_command=by_command):
        raise StoreError(wrong, code="no_judgements")
    try:
        return read_shared(file)
    except BatchError as error:
        if error.code == "not_batches":  # names the file itself
            raise
        words = _("{file} is not valid: {why} Ask your colleague for the file as it was written.")
        raise StoreError(words.format(file=file.name, why=sentence(error)), code=error.code) from error


def names(store: Store) -> dict[str, str]:
    """What colleagues are called, with how their key's fingerprint begins: a name alone anybody could have written."""
    known = store.settings.get(KNOWN, {})
    return {trainer: f"{each['name']} ({each['keys'][-1][:9]} …)" for trainer, each in known.items() if each["name"]}


def taken_text(taken: Taken) -> tuple[str, str]:
    """What a colleague's file brought, and by which key: two sentences."""
    count = ngettext("{} judgement", "{} judgements", taken.new).format(count_text(taken.new))
    name = taken.name or trainer_text(taken.trainer)
    text = _("{count} of {name} imported into {project}, {known} known before.")
    said = text.format(count=count, name=name, project=taken.project.name, known=count_text(taken.known))
    return said, _("Signed with the key {key}. Compare it with {name}.").format(key=taken.fingerprint, name=name)


def _plain(name: str) -> str:
    """A name in one line, without what only steers how it is drawn."""
    return "".join(letter for letter in " ".join(name.split()) if letter.isprintable())


def _chosen(store: Store, project: Project, ids: Sequence[str]) -> Iterable[StoredRecord]:
    if not ids:
        every = store.records.iter_newest(project.id, include_private=False)
        return (stored for stored in every if stored.trainer == store.trainer)
    return (_own(store, project, each) for each in dict.fromkeys(ids))


def _own(store: Store, project: Project, record_id: str) -> StoredRecord:
    stored = store.records.newest(record_id)
    if stored is None or stored.kind != "judgement" or stored.erased_at is not None or stored.project != project.id:
        raise NotFoundError(
            _("There is no judgement {id} in this project. See: preceptor records list").format(id=record_id),
            code="no_record",
        )
    if stored.private:
        raise StoreError(_("A private record never leaves. Take the mark away first."), code="private")
    if stored.trainer != store.trainer:
        raise StoreError(_("A record of another trainer is never shared by you."), code="other_trainer")
    return stored


def _check_decided(store: Store, chosen: Sequence[StoredRecord]) -> None:
    for stored in chosen:
        if not all(place.kept for place in store.outbox.places(stored)):
            text = _("Nobody has decided yet about the personal data found in {id}. Black it out, or keep it.")
            raise StoreError(text.format(id=stored.id), code="undecided")
