"""Which keys of this place a team's collector knows, from the store alone, and which code leads back to it.

Whoever is told to join again is told it by many: signing, sending, a file, the collector's answers. All of them ask
for the code that is named here. Must not know where keys are kept, nor how a project is joined.
"""

from __future__ import annotations

from feedback_store.batches.keys import fingerprint_of
from feedback_store.errors import Phrase
from feedback_store.place import place_of
from feedback_store.store import Store

JOINED = "joined_keys"  # a setting: of each team's project the key that has joined, and from which place
SIGNING = "signing_keys"  # a setting: of each project the key that signs here, noted whenever it is used


def note_joined(store: Store, project: str, device: str) -> None:
    """A collector has let a key in from this place."""
    store.settings.set(JOINED, {**store.settings.get(JOINED, {}), project: [device, place_of(store.path)]}).result()


def note_signing(store: Store, project: str, device: str) -> None:
    """A key signs in a project from now on."""
    noted = store.settings.get(SIGNING, {})
    if noted.get(project) != device:
        store.settings.set(SIGNING, {**noted, project: device}).result()


def signing(store: Store, project: str) -> str | None:
    """The key that signed last; None where none was noted."""
    device = store.settings.get(SIGNING, {}).get(project)
    return None if device is None else str(device)


def joined_elsewhere(store: Store, project: str) -> bool:
    """Whether the key that has joined did so from another place, of which this one is a copy."""
    here = place_of(store.path)
    return bool(store.settings.get(JOINED, {}).get(project, ("", here))[1] != here)


def joined(store: Store, project: str) -> str | None:
    """The key by which the collector knows this place: the one that has joined, or what it led to since."""
    device, place = store.settings.get(JOINED, {}).get(project, ("", ""))
    if not device or place != place_of(store.path):
        return None  # in a copy it may be in use where that came from
    for event in store.keys.all(project):
        if event.old == device and (event.new is None or event.state == "accepted"):
            device = event.new  # None: it was ended
    return str(device) if device else None


def let_in(store: Store, project: str) -> list[str]:
    """The key that a team's collector has let in from here, and those that changes led to since; none where that was
    never noted, and none was revoked either.
    """
    known, _place = store.settings.get(JOINED, {}).get(project, ("", ""))
    newest = store.keys.newest(project)
    if not known and newest is not None and newest.new is None and newest.state != "over":
        known = newest.old
    keys = [known] if known else []
    for event in store.keys.all(project):
        if keys and event.old == keys[-1] and event.new is not None:
            keys.append(event.new)
    return keys


def took_a_place(store: Store, project: str, device: str | None = None) -> bool:
    """Whether a key, the one that signed last if none is named, took the place of one that is gone and did not end."""
    device = device or signing(store, project)
    known = let_in(store, project)
    return bool(device and known) and device not in known and not store.keys.has_ended(project, known[-1])


def lost(store: Store, project: str) -> str | None:
    """The key by which the collector knows this place; None where it may be in use in another one."""
    device = joined(store, project)
    return None if store.keys.signed_elsewhere(project, device) else device


def asks(store: Store, project: str) -> Phrase:
    """What to do to be let in again: as `code_asked`, of the key that is lost here, if one is known to be."""
    return code_asked(store.trainer, lost(store, project) if took_a_place(store, project) else None)


def ends_a_key(ask: object) -> bool:
    """Whether `code_asked` asks for a code for a lost key."""
    return isinstance(ask, Phrase) and "key" in ask.values


def code_asked(trainer: str, lost: str | None) -> Phrase:
    """To join again, with which code: one that ends the `lost` key, or one that ends none; with what it takes to make
    it.
    """
    if lost is None:
        return Phrase(
            "Join the project again, with a code that whoever runs it makes for a further device of yours (trainer id"
            " {trainer}).",
            {"trainer": trainer},
        )
    return Phrase(
        "Join the project again, with a code that whoever runs it makes for a lost key (trainer id {trainer}, lost key"
        " {key}).",
        {"trainer": trainer, "key": fingerprint_of(lost)},
    )
