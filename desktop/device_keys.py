"""This device's signing keys: one a project, made when first needed, changed without a moment in which none is right.

A change keeps the new key beside the old one before anything is signed with it. Which of them signs, the store's key
events say; the old one goes only when the change was confirmed. So every crash leaves a state that goes on by itself.
Must not know Qt, click or the network.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop.flow.key_words import KeyState, again_words, gone_words, key_state, state_words
from desktop.flow.wording import gettext as _
from feedback_store import known_keys
from feedback_store.batches import payload
from feedback_store.batches.keys import DeviceKey
from feedback_store.batches.manifest import Manifest
from feedback_store.errors import NotFoundError, StoreError
from feedback_store.own_keys import KeptEvent
from feedback_store.secrets import Secrets
from feedback_store.store import Store


class DeviceKeys:
    """The keys of one profile. `secrets` opens where they are kept; `guard` is held while they are used."""

    def __init__(self, store: Store, secrets: Callable[[], Secrets], guard: threading.RLock) -> None:
        self._store = store
        self._secrets = secrets
        self._guard = guard

    def key(self, project: str) -> DeviceKey:
        """The key that signs in a project now, made when first needed.

        Raises SecretsError, and NotFoundError in a profile that is open for reading and has none yet.
        """
        with self._guard:
            newest = self._store.keys.newest(project)
            following = self._following(project, newest)
            if following is not None:
                if not self._store.readonly:
                    self.settle(project)  # a delivery may have had it confirmed
                return self._noted(project, following)
            held = self._read(_name(project))
            ended = held is not None and self._store.keys.has_ended(project, held.key_id)  # and its successor is lost
            if held is not None and not ended:
                return self._noted(project, held)
            if self._store.readonly:
                raise NotFoundError(
                    _("This device has no key in this project yet. See: preceptor keys show"), code="no_key"
                )
            made = self._make(_name(project))
            if ended and self._store.projects.get(project).collector is None:
                self._store.keys.joined(project, made.key_id).result()  # a team has to let it in first
            return self._noted(project, made)

    def lost(self, project: str) -> bool:
        """Whether this device had a key in a project and holds none any more: `key` makes another. SecretsError."""
        with self._guard:
            had = self._store.projects.get(project).collector is not None or self._store.outbox.batches(project)
            return bool(had) and not self._held(project)

    def note_joined(self, project: str, *, told: bool) -> None:
        """A collector has let the key in from this place: it is missed from now on, without having signed.

        `told`: it has heard of all that was changed before, too.
        """
        device = self.key(project).key_id
        if told:
            self._store.keys.joined(project, device).result()
        known_keys.note_joined(self._store, project, device)

    def lost_signer(self, project: str) -> str | None:
        """The id of the key that signed last of those that are not held any more and were not ended, or of the one that
        has joined from this place. SecretsError.
        """
        with self._guard:
            held = self._held(project)
        chains: set[str] = set()
        for batch in reversed(self._store.outbox.batches(project)):
            if batch.chain in chains:
                continue
            chains.add(batch.chain)
            device = payload.parse(batch.payload, Manifest).device
            if device not in held and not self._store.keys.has_ended(project, device):
                return device
        joined = known_keys.joined(self._store, project)
        return joined if joined not in held else None

    def state(self, project: str, device: str | None) -> KeyState:
        """How the key stands that signs in a project now, None where none is held. A missing one is asked for where the
        keys are kept: SecretsError.
        """
        if device is not None:
            return self.signing_state(project, device)
        found = key_state(self._store.keys.newest(project), made=False)
        signer = self.lost_signer(project) if found == "none" else None
        return found if signer is None or self._store.keys.signed_elsewhere(project, signer) else "missing"

    def signing_state(self, project: str, device: str | None = None) -> KeyState:
        """How a key stands that is there and signs, the one that signed last if none is named, without opening where
        the keys are kept.
        """
        newest = self._store.keys.newest(project)
        device = device or known_keys.signing(self._store, project)
        let_in = known_keys.let_in(self._store, project)
        if device is None or not let_in or device in let_in:
            return key_state(newest, made=True)
        if known_keys.took_a_place(self._store, project, device):
            return "new_lost"
        return "new_untold" if newest is not None and newest.state == "made" else "new"

    def words(self, project: str, state: KeyState) -> str:
        """What is to be said of a key in that state, "" where nothing is; nor does this open where the keys are."""
        lost = known_keys.lost(self._store, project)
        team = self._store.projects.get(project).collector is not None
        return state_words(state, self._store.trainer, team=team, lost=lost)

    def is_of_here(self, project: str, device: str) -> bool:
        """Whether a key is this place's: held, missed here, or ended before. One of another computer, which came with a
        backup of it, is not. SecretsError.
        """
        with self._guard:
            held = self._held(project)
        known = {*held, known_keys.joined(self._store, project)}
        if device in known or self._store.keys.has_ended(project, device):
            return True
        return device == self.lost_signer(project) and not self._store.keys.signed_elsewhere(project, device)

    def _held(self, project: str) -> set[str]:
        kept = (self._read(_name(project)), self._read(_next(project)))
        return {key.key_id for key in kept if key is not None}

    def rotate(self, project: str, reason: str = "") -> KeptEvent:
        """Have a new key sign from now on; the event waits to be told to the collector, if there is one.

        A change that waits is not begun anew. Raises SecretsError, and StoreError where the key is gone that would
        confirm the new one.
        """
        with self._guard:
            self._check_there(project)
            waiting = self._store.keys.waiting(project)
            if waiting is not None and waiting.kind == "rotate":
                return waiting
            old = self.key(project)
            self.settle(project)
            new = self._read(_next(project))
            if new is None or new.key_id == old.key_id:
                new = self._make(_next(project))
            return self._store.keys.rotate(project, old, new, reason).result()

    def fresh(self, project: str) -> DeviceKey:
        """A key to take a lost one's place: kept, and used once the recovery is. The same one if asked again.

        The new key of a change that the collector has not heard of serves for that, too.
        """
        with self._guard:
            self.settle(project)
            return self._read(_next(project)) or self._make(_next(project))

    def revoke(self, project: str, reason: str = "") -> KeptEvent:
        """Have this device's key sign nothing more; a revocation that waits to be told is not made anew.

        Raises SecretsError, and StoreError where the collector has confirmed one, since the key that follows is
        nobody's yet, and where the key is gone that was to end.
        """
        with self._guard:
            newest = self._store.keys.newest(project)
            if newest is not None and newest.kind == "revoke" and newest.state == "made":
                return newest
            team = self._store.projects.get(project).collector is not None
            if team and newest is not None and newest.kind == "revoke" and newest.state == "accepted":
                words = _("This device's key was revoked before. {ask}")
                raise StoreError(words.format(ask=again_words(self._store.trainer)), code="key_revoked")
            self._check_there(project)
            return self._store.keys.revoke(project, self._only(project), reason).result()

    def id_at_the_collector(self, project: str) -> str | None:
        """The id of this device's key as its collector knows it: one that was revoked, until another has joined; None
        where none is held. None is made by this. Raises SecretsError.
        """
        newest = self._store.keys.newest(project)
        if newest is not None and newest.kind == "revoke" and newest.state != "over":
            return newest.old
        with self._guard:
            held = self._following(project, newest) or self._read(_name(project))
        return None if held is None or self._store.keys.has_ended(project, held.key_id) else held.key_id

    def state_beside_devices(self, project: str) -> KeyState:
        """How this device's key stands where the trainer's devices are listed. None is made by this. SecretsError."""
        missing = self.id_at_the_collector(project) is None
        return self.state(project, None) if missing else self.signing_state(project)

    def replace(self, project: str) -> DeviceKey:
        """Another key in the place of one that the collector has ended: revoked there, or replaced by a copy of this
        profile. Raises SecretsError.
        """
        with self._guard:
            self._store.keys.end(project, self._only(project)).result()
            return self.key(project)

    def settle(self, project: str) -> None:
        """Finish a change that was confirmed: the new key is the key, the old one is gone. Raises SecretsError."""
        with self._guard:
            newest = self._store.keys.newest(project)
            following = self._following(project, newest)
            if following is not None and newest is not None and newest.state in ("accepted", "joined"):
                self._promote(project, following)

    def _check_there(self, project: str) -> None:
        """Raise StoreError where the key is gone that a team's collector knows: what `key` would make in its place is
        none that could be changed or ended there.
        """
        if self._store.projects.get(project).collector is None:
            return
        passed = self._secrets().get(f"token/{project}") is not None  # it goes with the key, and is gone with it
        if self._held(project) and (passed or self.signing_state(project, self.key(project).key_id) != "new_lost"):
            return
        signer = self.lost_signer(project)
        if signer is None and not known_keys.joined_elsewhere(self._store, project):
            return  # none is known to have been here, or the one that was has ended
        lost = None if self._store.keys.signed_elsewhere(project, signer) else signer
        raise StoreError(gone_words(self._store.trainer, lost), code="key_lost")

    def _only(self, project: str) -> DeviceKey:
        """The key that signs now, as the only one that is kept: it ends, and the one before it has ended already."""
        key = self.key(project)
        self._promote(project, key)
        return key

    def _promote(self, project: str, key: DeviceKey) -> None:
        self._secrets().set(_name(project), key.seed)
        self._secrets().delete(_next(project))

    def _following(self, project: str, newest: KeptEvent | None) -> DeviceKey | None:
        """The new key of the last change, while it is kept beside the old one."""
        if newest is None or newest.new is None:
            return None
        following = self._read(_next(project))
        return following if following is not None and following.key_id == newest.new else None

    def _noted(self, project: str, key: DeviceKey) -> DeviceKey:
        """The same key, known to the store as the one that signs, wherever it may write."""
        if not self._store.readonly:
            known_keys.note_signing(self._store, project, key.key_id)
        return key

    def _make(self, name: str) -> DeviceKey:
        key = DeviceKey.generate()
        self._secrets().set(name, key.seed)
        return key

    def _read(self, name: str) -> DeviceKey | None:
        seed = self._secrets().get(name)
        return None if seed is None else DeviceKey.from_seed(seed)


def _name(project: str) -> str:
    return f"device-key/{project}"


def _next(project: str) -> str:
    return f"next-key/{project}"
