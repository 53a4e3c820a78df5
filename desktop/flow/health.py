"""How a profile stands: its keys, its database, the disk, each in a sentence with a way out. Changes nothing.

`preceptor doctor` and the window's settings show it. Must not know the window, llama.cpp or the network.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.flow.quantities import size_text
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from feedback_store import backups, secrets
from feedback_store.database import FILE
from feedback_store.errors import SecretsError, StoreError
from feedback_store.store import Store
from local_models.errors import EngineError

FREE_BYTES = 500_000_000  # a profile of years, and room for a backup of it


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, and what to do where it is not well.

    `repairable` where the program itself can mend it.
    """

    name: str
    state: Literal["well", "note", "trouble"]
    text: str
    way_out: str = ""
    repairable: bool = False


def check_keys(folder: Path) -> Iterator[Finding]:
    """Where keys are, or would be, kept. A keyring is asked to keep something for a moment."""
    if (folder / secrets.FILE).exists():
        kept = secrets.open_secrets(folder, passphrase=_nobody_asks).protection
        if kept == "unprotected":
            text = _("The keys of this profile are UNPROTECTED: whoever reads its folder can sign for you.")
            yield Finding("keys", "note", text)
            return
        if kept == "passphrase":
            yield Finding("keys", "well", _("The keys of this profile are in a file under a passphrase."))
            return
    with tempfile.TemporaryDirectory() as temporary:
        try:
            keyring = secrets.open_secrets(Path(temporary))
        except SecretsError as error:
            if error.code != "keyring_absent":
                raise
            text = _("There is no keyring here; keys are kept in a file under a passphrase.")
            yield Finding("keys", "note", text, _("Set PRECEPTOR_PASSPHRASE where nobody can type it."))
            return
        keyring.set("doctor", b"preceptor")
        keyring.delete("doctor")
    yield Finding("keys", "well", _("The keyring keeps what it is given."))


def check_database(folder: Path) -> Iterator[Finding]:
    """The profile's database, read whole."""
    database = folder / FILE
    if not database.exists():
        text = _("There is no profile in {folder} yet; the first start makes it.").format(folder=folder)
        yield Finding("database", "note", text)
        return
    Store.open(folder, readonly=True).close()
    backups.check(database)
    yield Finding("database", "well", _("The database is whole: {path}").format(path=database))


def check_disk(folder: Path) -> Iterator[Finding]:
    """Room for records and backups, and a folder that may be written."""
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(place, os.W_OK):
        text = _("{folder} may not be written.").format(folder=place)
        yield Finding("disk", "trouble", text, _("Check its permissions, or choose another with --profile."))
        return
    free = shutil.disk_usage(place).free
    text = _("{free} are free for the profile.").format(free=size_text(free))
    if free < FREE_BYTES:
        yield Finding("disk", "trouble", text, _("Free some space; saving stops when the disk is full."))
    else:
        yield Finding("disk", "well", text)


def _nobody_asks(_new: bool) -> str:
    raise AssertionError("looking at how keys are kept asks for no passphrase")


CHECKS = (check_keys, check_database, check_disk)


def all_of(folder: Path) -> list[Finding]:
    """What there is to say of the profile in a folder."""
    return [finding for check in CHECKS for finding in guarded(check, folder)]


def guarded(check: Callable[[Path], Iterator[Finding]], folder: Path) -> Iterator[Finding]:
    """A check's findings; an error that it meets is a finding too, and its sentence says the way out."""
    try:
        yield from check(folder)
    except (StoreError, EngineError, OSError) as error:
        yield Finding(check.__name__.removeprefix("check_"), "trouble", sentence(error))
