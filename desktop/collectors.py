"""The collectors of a profile's projects: joined, told of changed keys, asked for devices, and sent to.

The HTTP client, which few starts need, comes with what is asked first. Must not know Qt or click.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from desktop.device_keys import DeviceKeys
from desktop.flow import key_words, recovering
from desktop.flow.wording import gettext as _
from feedback_store.errors import DeliveryError
from feedback_store.pause_table import Clock
from feedback_store.secrets import Secrets
from feedback_store.store import Project, Store

if TYPE_CHECKING:
    from feedback_store.batches.device_list import DeviceList
    from feedback_store.delivery.asking import Asking
    from feedback_store.delivery.joining import Joined, Offer
    from feedback_store.delivery.sender import Sender, Tell


class Collectors:
    """Of one profile. `secrets` opens where the tokens are kept; `guard` is held while they are used."""

    def __init__(self, store: Store, keys: DeviceKeys, secrets: Callable[[], Secrets], guard: threading.RLock) -> None:
        self.store = store
        self.keys = keys
        self._secrets = secrets
        self._guard = guard
        self.clock = Clock()  # by which their pauses are counted

    def look(self, address: str, code: str, *, collector_key: str = "") -> Offer:
        """What `code` invites to, and which key it ends; nothing is joined by it. Raises DeliveryError."""
        from feedback_store.delivery import joining  # as in join

        return joining.look(address, code, store=self.store, collector_key=collector_key)

    def join(
        self, address: str, code: str, *, name: str = "", terms: str = "", collector_key: str = "", ends: str = ""
    ) -> Joined:
        """Join the project that `code` invites to; it stands beside the others from then on. Use is not changed.

        Raises DeliveryError: no such collector, a code that does not hold, other terms, another key than is pinned, or
        a code that would end a key which is neither this place's nor the one that `ends` names.
        """
        from feedback_store.delivery import joining  # brings the HTTP client, which few starts need

        def keep_token(project_id: str, token: str) -> None:
            with self._guard:
                self._secrets().set(f"token/{project_id}", token.encode("ascii"))

        keys = joining.JoiningKeys(
            key=self.keys.key,
            keep_token=keep_token,
            fresh=self.keys.fresh,
            other=self.keys.replace,
            may_end=partial(recovering.check_other, self.keys, self.store.trainer, meant=ends),
        )
        joined = joining.join(
            address, code, store=self.store, keys=keys, name=name, terms=terms, collector_key=collector_key
        )
        told = self._tell_keys(joined.project) is None  # a revocation that nobody was told of yet
        self.keys.note_joined(joined.project.id, told=told)
        return joined

    def address(self, project: Project) -> str:
        """Where a project's collector is; DeliveryError for a project of one's own."""
        if project.collector is None:
            words = _(
                "{name} is a project of your own: there is no collector to ask. Name a team's project with --project, "
                "or join one: preceptor project join ADDRESS CODE"
            )
            raise DeliveryError(words.format(name=project.name), code="no_collector", name=project.name)
        return project.collector.address

    def move(self, address: str, project: Project) -> Project:
        """Speak to a project's collector at another address. Raises DeliveryError."""
        from feedback_store.delivery import joining  # as in join

        self.address(project)  # of a project of one's own nobody is asked
        return joining.move(address, store=self.store, project=project)

    def sender(self, *, on_progress: Tell | None = None, wanted: Callable[[str], bool] = lambda _: True) -> Sender:
        """What sends what is sealed, by itself in the `wanted` projects; `on_progress` hears of it on its thread."""
        from feedback_store.delivery.sender import Sender  # as in join

        return Sender(self.store, self._pass, on_progress=on_progress, wanted=wanted)

    def rotate_key(self, project: Project, reason: str = "") -> DeliveryError | None:
        """Sign with a new key from now on, and tell the collector; why it was not told yet, if it was not.

        What is told later goes by itself with the next delivery, and so does all in a pause that the collector has
        asked for. Raises SecretsError.
        """
        self.keys.rotate(project.id, reason)
        return self._tell_keys(project, at_once=False)

    def revoke_key(self, project: Project, reason: str = "") -> DeliveryError | None:
        """Have this device's key sign nothing more, and tell the collector at once; asked again, it is told again.

        Raises SecretsError, and StoreError where it was told before.
        """
        self.keys.revoke(project.id, reason)
        return self._tell_keys(project)

    def ask_devices(self, project: Project) -> DeviceList:
        """This trainer's devices in a team's project, as its collector says; it is told of changed keys first.

        Raises DeliveryError, also in a pause that it has asked for.
        """
        return self._asking(project).devices()

    def lost_key(self, project: Project) -> key_words.LostKey | None:
        """That this device's key in `project` was lost, asked before another is made; None where not. SecretsError."""
        team = project.collector is not None
        gone = self.keys.lost(project.id)
        signer = self.keys.lost_signer(project.id) if team and (gone or self._token(project.id) is None) else None
        if signer is None and not gone:
            return None
        away = self.store.keys.signed_elsewhere(project.id, signer)
        return key_words.lost_key(self.store.trainer, signer, elsewhere=away) if team else key_words.own_lost_key()

    def _tell_keys(self, project: Project, *, at_once: bool = True) -> DeliveryError | None:
        if self.store.keys.waiting(project.id) is not None:
            untold = self._asking(project).tell_keys(at_once=at_once)
            if untold is not None:
                return untold
        self.keys.settle(project.id)
        return None

    def _asking(self, project: Project) -> Asking:
        from feedback_store.delivery.asking import Asking  # as in join

        token = self._pass(project.id) or "none"  # the collector's answer to it says what to do
        return Asking(self.store, project, self.address(project), token, self.clock)

    def _pass(self, project_id: str) -> str | None:
        """The token; DeliveryError where the key that signed was lost with it."""
        token = self._token(project_id)
        if token is None and (signer := self.keys.lost_signer(project_id)) is not None:
            made, away = not self.keys.lost(project_id), self.store.keys.signed_elsewhere(project_id, signer)
            lost = key_words.lost_key(self.store.trainer, signer, made=made, elsewhere=away)
            raise DeliveryError(lost.words, code="key_lost", command=lost.command)
        return token

    def _token(self, project_id: str) -> str | None:
        with self._guard:
            kept = self._secrets().get(f"token/{project_id}")
        return None if kept is None else kept.decode("ascii")
