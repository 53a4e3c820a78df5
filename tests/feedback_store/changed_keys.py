"""A profile whose key changes, and what its collector says of that."""

from __future__ import annotations

from joined_profile import Profile, Ready, kept_by, sealed_hashes

from feedback_store.batches.device_list import DeviceList
from feedback_store.batches.keys import DeviceKey
from feedback_store.delivery import key_changes
from feedback_store.delivery.http import Connection
from feedback_store.store import Project

Answer = key_changes.NotTaken | None


def rotate(profile: Profile, project: Project) -> DeviceKey:
    """Change the key as the program does, here in memory; the old one."""
    old = profile.key_for(project.id)
    new = DeviceKey.generate()
    profile.store.keys.rotate(project.id, old, new).result()
    profile.keys[project.id] = new
    return old


def tell(profile: Profile, project: Project) -> Answer:
    event = profile.store.keys.waiting(project.id)
    assert event is not None
    assert project.collector is not None
    with Connection(project.collector.address) as connection:
        return key_changes.tell_event(connection, profile.store, project, profile.tokens[project.id], event)


def devices(profile: Profile, project: Project) -> DeviceList:
    assert project.collector is not None
    with Connection(project.collector.address) as connection:
        return key_changes.ask_devices(connection, profile.store, project, profile.tokens[project.id])


def arrived(ready: Ready) -> bool:
    team, profile, project = ready
    return sorted(kept_by(team, profile)) == sorted(sealed_hashes(profile, project))
