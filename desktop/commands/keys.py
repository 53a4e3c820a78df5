"""`preceptor keys`: this device's signing key in a project. The private half is never shown."""

from __future__ import annotations

import click

from desktop.commands import public_key
from desktop.commands.asking import Caller, in_profile, json_option, key_option
from desktop.commands.printing import one_line, print_json
from desktop.flow.wording import gettext as _
from desktop.profile import Profile
from feedback_store.batches.keys import DeviceKey
from feedback_store.database import FILE
from feedback_store.errors import NotFoundError
from feedback_store.store import Project


@click.group(short_help="Show this device's key.")
def keys() -> None:
    """Signing keys: one for each device and project, kept in the keyring."""


@keys.command("show", short_help="Show this device's public key.")
@in_profile
@key_option
@click.option("--project", metavar="NAME|ID", help="In this project; otherwise in the one in use.")
@json_option
def show(caller: Caller, project: str | None, as_json: bool) -> None:
    """Show this device's public key in a project, for those who verify its bundles. Made here when there is none."""
    profile, found, key = _key(caller, project)
    values = public_key.as_values(key.public_key)
    if as_json:
        print_json(values)
        return
    click.echo(_("Project: {name}").format(name=one_line(found.name)))
    click.echo(_("Device: {device}").format(device=values["device"]))
    click.echo(_("Public key: {key}").format(key=values["public_key"]))
    click.echo(
        {
            "keyring": _("Kept in the system's keyring."),
            "passphrase": _("Kept in a file under a passphrase."),
            "unprotected": _("Kept UNPROTECTED in the profile's folder."),
        }[profile.secrets.protection]
    )


def _key(caller: Caller, project: str | None) -> tuple[Profile, Project, DeviceKey]:
    """The key; the profile is opened for writing only where one has to be made."""
    if (caller.folder / FILE).exists():
        profile = caller.open(readonly=True)
        try:
            found = profile.find_project(project)
            return profile, found, profile.device_key(found)
        except NotFoundError as error:
            if error.code != "no_key":
                raise
            caller.close()
    profile = caller.open()
    found = profile.find_project(project)
    return profile, found, profile.device_key(found)
