"""Run in a child process, inside a D-Bus session of its own with a real gnome-keyring: what secrets.py does there.

dbus-run-session -- python keyring_session.py CASE FOLDER      prints one JSON object
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import secretstorage

from feedback_store import secrets
from feedback_store.errors import SecretsError

VALUE = bytes(range(256))


def unlocked_daemon(home: Path) -> None:
    """Start gnome-keyring with an open collection, in a home of its own (it ends with the session bus)."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True)
    os.environ.update(HOME=str(home), XDG_RUNTIME_DIR=str(runtime))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    said = subprocess.run(
        ["gnome-keyring-daemon", "--unlock", "--components=secrets"],
        input=b"pass",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=180,
    )
    os.environ.update(line.split("=", 1) for line in said.stdout.decode().split() if "=" in line)


def lock() -> None:
    connection = secretstorage.dbus_init()
    secretstorage.get_default_collection(connection).lock()
    connection.close()


def keep(profile: Path) -> dict[str, object]:
    """Write, read by another opening, overwrite, delete; a second profile on the same machine sees nothing of it."""
    kept = secrets.open_secrets(profile)
    first = kept.get("device-key/a")
    kept.set("device-key/a", VALUE)
    again = secrets.open_secrets(profile)
    same = again.get("device-key/a") == VALUE
    again.set("device-key/a", b"other")
    overwritten = kept.get("device-key/a") == b"other"
    second = profile.parent / "second"
    second.mkdir()
    foreign = secrets.open_secrets(second).get("device-key/a")
    kept.delete("device-key/a")
    kept.delete("device-key/a")
    return {
        "protection": kept.protection,
        "first": first,
        "same": same,
        "overwritten": overwritten,
        "foreign": foreign,
        "deleted": again.get("device-key/a") is None,
        "file": (profile / secrets.FILE).read_text(),
    }


def locked(profile: Path) -> dict[str, object]:
    """Lock the collection of a profile that has a key, and of a new one that could be asked for a passphrase."""
    secrets.open_secrets(profile).set("device-key/a", VALUE)
    lock()
    new = profile.parent / "new"
    new.mkdir()
    return {
        "known": refusal(lambda: secrets.open_secrets(profile).get("device-key/a")),
        "new": refusal(lambda: secrets.open_secrets(new, passphrase=lambda _new: "a passphrase")),
        "written": sorted(path.name for path in new.iterdir()),
    }


def wiped(profile: Path) -> dict[str, object]:
    """Remove everything from the keyring behind the profile's back."""
    secrets.open_secrets(profile).set("device-key/a", VALUE)
    connection = secretstorage.dbus_init()
    for item in secretstorage.get_default_collection(connection).get_all_items():
        item.delete()
    connection.close()
    return {"lost": refusal(lambda: secrets.open_secrets(profile).get("device-key/a"))}


def refusal(refused: object) -> list[str]:
    assert callable(refused)
    try:
        return ["none", repr(refused())]
    except SecretsError as error:
        return [error.code, str(error)]


if __name__ == "__main__":
    case, folder = sys.argv[1], Path(sys.argv[2])
    unlocked_daemon(folder / "home")
    profile = folder / "profile"
    profile.mkdir()
    print(json.dumps({"keep": keep, "locked": locked, "wiped": wiped}[case](profile)))
