"""`preceptor keys`: this device's signing keys, and how they change. The private halves are never shown."""

from __future__ import annotations

import sys

import click

from desktop.commands import join_terms, public_key
from desktop.commands.asking import Caller, ask_code, collector_key_option, in_profile, json_option, key_option
from desktop.commands.join_terms import accept_terms_option
from desktop.commands.joining_again import with_command
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow import joining, key_words, recovering
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from desktop.profile import Profile
from feedback_store.batches.keys import DeviceKey, fingerprint, fingerprint_of
from feedback_store.database import FILE
from feedback_store.errors import DeliveryError, EnvironmentTrouble, NotFoundError
from feedback_store.store import Project

project_option = click.option("--project", metavar="NAME|ID", help="In this project; otherwise in the one in use.")
reason_option = click.option("--reason", default="", help="Why, for whoever checks the change later.")


@click.group(short_help="Show and change this device's keys.")
def keys() -> None:
    """Signing keys: one for each device and project, kept in the keyring."""


@keys.command("list", short_help="List this device's keys.")
@in_profile
@key_option
@json_option
def list_keys(caller: Caller, as_json: bool) -> None:
    """List this device's key in each project, how it is kept and how it stands. Nothing is made by this."""
    profile = caller.open(readonly=True)
    found = [(each, _kept_key(profile, each)) for each in profile.store.projects.list()]
    if as_json:
        print_json([_as_values(profile, project, key) for project, key in found])
        return
    rows = [
        (
            project.name,
            key_words.state_name(_state(profile, project, key)),
            _protection(profile) if key else "–",
            fingerprint(key.public_key) if key else "–",
        )
        for project, key in found
    ]
    print_table(rows, (_("Project"), _("State"), _("Kept"), _("Key")))


@keys.command("show", short_help="Show this device's public key.")
@in_profile
@key_option
@project_option
@json_option
def show(caller: Caller, project: str | None, as_json: bool) -> None:
    """Show this device's public key in a project, for those who verify its bundles. Made here when there is none."""
    profile, found, key, lost = _key(caller, project)
    values = public_key.as_values(key.public_key)
    if as_json:
        print_json(values)
        return
    click.echo(_("Project: {name}").format(name=one_line(found.name)))
    click.echo(_("Trainer: {trainer}").format(trainer=profile.trainer))
    click.echo(_("Device: {device}").format(device=values["device"]))
    click.echo(_("Public key: {key}").format(key=values["public_key"]))
    click.echo(
        {
            "keyring": _("Kept in the system's keyring."),
            "passphrase": _("Kept in a file under a passphrase."),
            "unprotected": _("Kept UNPROTECTED in the profile's folder."),
        }[profile.secrets.protection]
    )
    told = profile.keys.words(found.id, _state(profile, found, key))
    if told and not lost:
        click.echo(told)


@keys.command("rotate", short_help="Sign with a new key from now on.")
@in_profile
@key_option
@project_option
@reason_option
def rotate(caller: Caller, project: str | None, reason: str) -> None:
    """Sign with a new key from now on, confirmed by the old one.

    What the old key has signed stays valid and still arrives. The old key is deleted once the collector has confirmed
    the new one; where it cannot be reached, it is told with the next delivery. Broken off anywhere, ask again.
    """
    profile = caller.open()
    found = profile.find_project(project)
    problem = profile.collectors.rotate_key(found, reason)
    state = _state(profile, found, profile.device_key(found))
    click.echo(key_words.rotated_words(problem is None, profile.trainer, state))
    click.echo(_("This device's key: {key}").format(key=fingerprint(profile.device_key(found).public_key)))
    _tell(problem)


@keys.command("recover", short_help="Replace a lost key.")
@in_profile
@key_option
@project_option
@collector_key_option
@accept_terms_option
@click.option(
    "--end-another-key",
    is_flag=True,
    help="Also where the code ends a key that is not this computer's: it is ended, and what is signed here stops.",
)
@click.argument("code", required=False)
def recover(
    caller: Caller,
    project: str | None,
    collector_key: str,
    accept_terms: bool,
    end_another_key: bool,
    code: str | None,
) -> None:
    """Replace the lost key of a team's project by a new one, with the CODE that its operator made for it.

    The operator types: preceptor collector recover DIR DEVICE. What the lost key had signed and did not arrive waits
    in the outbox: preceptor outbox send --again sends it under the new key. A code that replaces no key, or another
    computer's, is refused and not used up.

    Without CODE it is asked for, or read from standard input: everybody on this machine can read a command line.

    Where the collector has lost its own key, too, --collector-key is needed: see preceptor project join --help
    """
    code = ask_code(code)
    profile = caller.open()
    found = profile.find_project(project)
    address = profile.collectors.address(found)
    if (missing := joining.missing(joining.wish(address, code, ""))) is not None:
        raise Refused(missing.text)
    offered = profile.collectors.look(address, code, collector_key=collector_key)
    recovering.check_recovers(offered.recovers)
    ends = offered.recovers if end_another_key else ""
    recovering.check_other(profile.keys, profile.trainer, offered.project.id, offered.recovers, meant=ends)
    terms = join_terms.accept_offered(profile, offered.project, accepted=accept_terms)
    joined = profile.collectors.join(address, code, terms=terms, collector_key=collector_key, ends=ends)
    click.echo(_("The lost key was replaced."))
    click.echo(recovering.ended_words(offered.recovers))
    if said := joining.pinned_words(joined.collector_fingerprint, joined.replaced_fingerprint):
        click.echo(said)
    click.echo(_("This device's key: {key}").format(key=joined.device_fingerprint))


@keys.command("revoke", short_help="Let this device's key sign nothing more.")
@in_profile
@key_option
@project_option
@reason_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(caller: Caller, project: str | None, reason: str, yes: bool) -> None:
    """Let this device's key in a project sign nothing more: it was stolen, or the device is given away.

    What had arrived stays. What did not waits here; to go on, join again with a code for a further device of yours.
    Where the collector could not be told, ask again.
    """
    profile = caller.open()
    found = profile.find_project(project)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(_("Revoking cannot be undone. Say --yes if it is meant."))
        said = _("Let this device's key in {name} sign nothing more? That cannot be undone.")
        click.confirm(said.format(name=one_line(found.name)), abort=True, err=True)
    problem = profile.collectors.revoke_key(found, reason)
    team = found.collector is not None
    click.echo(key_words.revoked_words(problem is None or not team, profile.trainer, team=team))
    _tell(problem)


@keys.command("unlock", short_help="Try whether the keys can be opened.")
@in_profile
@key_option
def unlock(caller: Caller) -> None:
    """Open where the keys are kept, by keyring or passphrase, and say how it went. Nothing is changed."""
    profile = caller.open(readonly=True)
    profile.unlock()
    click.echo(_("The keys can be opened."))
    click.echo(key_words.protection_words(profile.secrets.protection))


@keys.command("devices", short_help="List your devices in a team's project.")
@in_profile
@key_option
@project_option
@json_option
def devices(caller: Caller, project: str | None, as_json: bool) -> None:
    """List your devices in a team's project, as its collector signs that they are. One that is not yours is a theft.
    No key is made by this.

    Works beside an open window, and keeps nothing then. Where a change of keys waits to be told, close the window
    first.
    """
    profile, found = _to_ask(caller, project)
    try:
        listed = profile.collectors.ask_devices(found)
    except DeliveryError as error:
        told = "" if error.code == "key_lost" else _told(profile, found)
        if told:  # what is to be done is known without the collector too
            click.echo(told, err=True)
        raise with_command(error) from error
    if as_json:
        print_json([{"device": d.device, "state": d.state, "joined_at": d.joined_at} for d in listed.devices])
        return
    own = profile.keys.id_at_the_collector(found.id)
    rows = [
        (
            "*" if each.device == own else "",
            each.state,
            each.joined_at[:16].replace("T", " "),
            fingerprint_of(each.device),
        )
        for each in listed.devices
    ]
    print_table(rows, ("", _("State"), _("Joined (UTC)"), _("Device")))
    if told := _told(profile, found):
        click.echo(told)


def _to_ask(caller: Caller, project: str | None) -> tuple[Profile, Project]:
    """The profile to ask its collector from; for reading alone where a window writes, unless there is something to be
    told first: that is written down.
    """
    try:
        profile = caller.open()
    except EnvironmentTrouble as trouble:
        if trouble.code != "second_writer":
            raise
        profile = caller.open(readonly=True)
        found = profile.find_project(project)
        if profile.store.keys.waiting(found.id) is not None:
            raise
        return profile, found
    return profile, profile.find_project(project)


def _told(profile: Profile, project: Project) -> str:
    """How this device's key stands, where something is to be done about it."""
    return key_words.beside_devices(profile.keys.words(project.id, profile.keys.state_beside_devices(project.id)))


def _tell(problem: DeliveryError | None) -> None:
    if problem is not None:
        click.echo(sentence(problem), err=True)


def _state(profile: Profile, project: Project, key: DeviceKey | None) -> key_words.KeyState:
    return profile.keys.state(project.id, None if key is None else key.key_id)


def _protection(profile: Profile) -> str:
    return {"keyring": _("keyring"), "passphrase": _("passphrase"), "unprotected": _("UNPROTECTED")}[
        profile.secrets.protection
    ]


def _as_values(profile: Profile, project: Project, key: DeviceKey | None) -> dict[str, object]:
    earlier = [event.old_key for event in profile.store.keys.all(project.id) if event.old_key is not None]
    values: dict[str, object] = {"project": project.id, "state": _state(profile, project, key)}
    if key is not None:
        values |= public_key.as_values(key.public_key) | {"kept": profile.secrets.protection}
    return values | {"earlier": [public_key.as_values(each) for each in earlier]}


def _kept_key(profile: Profile, project: Project) -> DeviceKey | None:
    try:
        return profile.device_key(project)
    except NotFoundError:
        return None


def _key(caller: Caller, project: str | None) -> tuple[Profile, Project, DeviceKey, bool]:
    """The key, and whether it was said that the one before was lost; the profile is opened for writing only where one
    has to be made.
    """
    if (caller.folder / FILE).exists():
        profile = caller.open(readonly=True)
        try:
            found = profile.find_project(project)
            return profile, found, profile.device_key(found), False
        except NotFoundError as error:
            if error.code != "no_key":
                raise
            caller.close()
    profile = caller.open()
    found = profile.find_project(project)
    if lost := profile.collectors.lost_key(found):
        click.echo(lost.with_command, err=True)
    return profile, found, profile.device_key(found), lost is not None
