"""The models' shelf of a profile, built and joined to what it works with. Must not know the rooms, nor the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.bridge.courier import Courier
from desktop.bridge.shelf import ShelfBridge
from desktop.bridge.work import Work
from desktop.flow.models.servers import Servers
from desktop.flow.models.shelf import ModelShelf
from desktop.profile import Profile, endpoint_key, models_folder
from local_models.endpoints.kept import Endpoint
from local_models.engine import Engine


@dataclass(frozen=True)
class Models:
    """The models' shelf, which outlives the rooms of a project, and how it is heard of and worked for."""

    shelf: ModelShelf
    bridge: ShelfBridge
    work: Work


def make_models(
    profile: Profile, engine: Engine, work: Work, courier: Courier, unlock: Callable[[], None], parent: QObject
) -> Models:
    """The models' shelf of a profile; `unlock` has a passphrase asked for before a server's key is kept."""
    bridge = ShelfBridge(parent)

    def keep(endpoint: Endpoint, key: str) -> None:
        if key:
            unlock()
        profile.add_endpoint(endpoint, key) if key else profile.endpoints.add(endpoint)

    servers = Servers(
        known=profile.endpoints,
        keep=keep,
        forget=profile.remove_endpoint,
        key_of=lambda each: endpoint_key(each, lambda: profile.secrets),
    )
    shelf = ModelShelf(
        catalog=profile.catalog,
        servers=servers,
        engine=engine,
        folder=models_folder(profile.folder),
        start=work.start,
        post=courier.post,
    )
    shelf.listen = bridge.listen
    shelf.tell = bridge.tell
    return Models(shelf, bridge, work)
