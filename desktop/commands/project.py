"""`preceptor project`: the projects of a profile, and joining a team's."""

from __future__ import annotations

import click
import msgspec

from desktop.commands import join_terms
from desktop.commands.asking import Caller, ask_code, collector_key_option, in_profile, json_option, key_option
from desktop.commands.join_terms import accept_terms_option
from desktop.commands.printing import harmless, one_line, print_json, print_table
from desktop.commands.project_guideline import guideline
from desktop.commands.project_statement import statement
from desktop.commands.refusal import Refused
from desktop.commands.rubrics import rubric_of
from desktop.flow import joining, moving
from desktop.flow.leaving import terms_name
from desktop.flow.wording import gettext as _
from feedback_store import rubrics
from feedback_store.store import Project


@click.group(short_help="List, make, use and join projects.")
def project() -> None:
    """Projects: a name, a rubric, a guideline, terms, and at most one collector."""


@project.command("list", short_help="List the projects.")
@in_profile
@json_option
def list_projects(caller: Caller, as_json: bool) -> None:
    """List the projects of this profile; the one in use is marked."""
    store = caller.open(readonly=True).store
    current = store.projects.current()
    found = store.projects.list()
    if as_json:
        print_json([as_values(p) | {"in_use": p == current, "records": store.records.count(p.id)} for p in found])
        return
    rows = [
        (
            "*" if p == current else "",
            p.name,
            p.rubric.id,
            str(store.records.count(p.id)),
            p.collector.address if p.collector else "–",
            p.id,
        )
        for p in found
    ]
    print_table(rows, ("", _("Name"), _("Rubric"), _("Records"), _("Collector"), _("Id")))


@project.command("new", short_help="Make a project of your own.")
@in_profile
@json_option
@click.option(
    "--rubric", default=rubrics.DEFAULT, show_default=True, metavar="ID|FILE", help="A shipped one, or a file of yours."
)
@click.option("--use", "use_it", is_flag=True, help="Use it from now on.")
@click.option("--again", is_flag=True, help="Even if a project has this name already.")
@click.argument("name")
def new(caller: Caller, as_json: bool, rubric: str, use_it: bool, again: bool, name: str) -> None:
    """Make a project NAME in this profile. Its judgements stay here until you hand them over.

    `preceptor rubrics list` names the rubrics that are shipped. A rubric of your own is a JSON file: begin with
    `preceptor rubrics copy ID FILE --name NAME`, change it, and try it with `preceptor rubrics check FILE`.
    """
    judged_by = rubric_of(rubric)
    profile = caller.open()
    namesake = next((each for each in profile.store.projects.list() if each.name == name), None)
    if namesake is not None and not again:
        text = _(
            "A project is called {name} already: {id}. Choose another name, judge in that one (preceptor project use "
            "{id}), or add --again; projects of one name are told apart by their ids."
        )
        raise Refused(text.format(name=one_line(name), id=namesake.id))
    made = profile.new_project(name, judged_by)
    if use_it:
        profile.store.projects.use(made.id).result()
    if as_json:
        print_json(as_values(made))
    else:
        click.echo(_("Project {name} made: {id}").format(name=one_line(made.name), id=made.id))


@project.command("use", short_help="Use a project from now on.")
@in_profile
@click.argument("name", metavar="NAME|ID")
def use(caller: Caller, name: str) -> None:
    """Use the project NAME from now on, here and in the window."""
    profile = caller.open()
    found = profile.store.projects.use(profile.find_project(name).id).result()
    click.echo(_("In use now: {name}").format(name=one_line(found.name)))


@project.command("rubric", short_help="Show or set what a project is judged by.")
@in_profile
@json_option
@click.option("--set", "given", default="", metavar="ID|FILE", help="A shipped one, or a file of yours.")
@click.option("--project", "name", default="", metavar="NAME|ID", help="The project in use, unless one is named.")
def rubric(caller: Caller, as_json: bool, given: str, name: str) -> None:
    """Say by which rubric a project is judged, or judge by another one from now on.

    A rubric in use is never changed: other words under the same id are its next version. Judgements that were made
    keep naming the version that they were made with. A team's project has the rubric of its collector.
    """
    profile = caller.open(readonly=not given)
    found = profile.find_project(name or None)
    if given:
        found = profile.store.projects.set_rubric(found, rubric_of(given)).result()
    used = profile.rubric(found)
    if as_json:
        print_json(as_values(found)["rubric"])
        return
    said = _("{project} is judged by {rubric}, version {version}.")
    click.echo(said.format(project=one_line(found.name), rubric=one_line(used.name), version=used.version))


@project.command("join", short_help="Join a team's project.")
@in_profile
@key_option
@click.option("--name", default="", help="Your name, as the collector's operator shall know you.")
@click.option("--use", "use_it", is_flag=True, help="Use it from now on.")
@collector_key_option
@accept_terms_option
@json_option
@click.argument("address")
@click.argument("code", required=False)
def join(
    caller: Caller,
    name: str,
    use_it: bool,
    collector_key: str,
    accept_terms: bool,
    as_json: bool,
    address: str,
    code: str | None,
) -> None:
    """Join the project at ADDRESS that the one-time CODE invites to. It stands beside your own projects.

    Nothing is sent by this but this device's public key and the profile's opaque trainer id. The project's terms are
    shown first, where it has some, and you are asked whether you accept them; in a script say --accept-terms.

    Without CODE it is asked for, or read from standard input: everybody on this machine can read a command line.

    With --collector-key no collector is joined that shows another key. It is needed where a collector has lost its
    key, or was put back to an older one: nothing leads there from the key that you compared when you joined, so that
    only what its operator reads out to you, by telephone for instance, tells it from somebody else's.
    """
    code = ask_code(code)
    if (missing := joining.missing(joining.wish(address, code, name))) is not None:
        raise Refused(missing.text)
    profile = caller.open()
    terms = join_terms.accept_terms(profile, address, code, collector_key=collector_key, accepted=accept_terms)
    joined = profile.collectors.join(address, code, name=name, terms=terms, collector_key=collector_key)
    if use_it:
        profile.store.projects.use(joined.project.id).result()
    if as_json:
        print_json(
            as_values(joined.project)
            | {
                "trainer_name": joined.trainer_name,
                "device_fingerprint": joined.device_fingerprint,
                "collector_fingerprint": joined.collector_fingerprint,
                "replaced_fingerprint": joined.replaced_fingerprint or None,
            }
        )
        return
    names = (joined.project.name, joined.trainer_name, joined.asked_name)
    click.echo(joining.headline(*map(one_line, names)))
    if said := joining.pinned_words(joined.collector_fingerprint, joined.replaced_fingerprint):
        click.echo(said)
    click.echo(_("Collector's key: {key}").format(key=joined.collector_fingerprint))
    click.echo(_("This device's key: {key}").format(key=joined.device_fingerprint))
    click.echo(_("Compare both with the collector's operator."))
    if joining.to_accept(joined.project, ()) is not None:
        click.echo(_("What you release leaves under the project's terms. To read them again: preceptor project terms"))
    if not use_it:
        click.echo(_("To judge in it from now on: preceptor project use {id}").format(id=joined.project.id))


@project.command("move", short_help="Speak to a moved collector.")
@in_profile
@click.option("--project", "name", default="", metavar="NAME|ID", help="The project in use, unless one is named.")
@click.argument("address")
def move(caller: Caller, name: str, address: str) -> None:
    """Speak to a team's collector at ADDRESS from now on: it has moved. Key and pass stay, and deliveries go on.

    What answers there must have the same project, and prove that it holds the key that was compared when joining.
    Before that nothing of yours is sent there.
    """
    profile = caller.open()
    before = profile.find_project(name or None)
    moved = profile.collectors.move(address, before)
    click.echo(one_line(moving.moved_text(moved)))
    if changed := moving.changed_text(before, moved):
        click.echo(one_line(changed))


@project.command("terms", short_help="Show the terms of a project.")
@in_profile
@json_option
@click.option("--project", "name", default="", metavar="NAME|ID", help="The project in use, unless one is named.")
def show_terms(caller: Caller, as_json: bool, name: str) -> None:
    """Print the terms under which the records of a team's project leave, as its collector gave them."""
    found = caller.open(readonly=True).find_project(name or None)
    terms = found.terms
    if as_json:
        print_json(msgspec.structs.asdict(terms) if terms is not None else None)
    elif terms is None or not terms.text.strip():
        raise Refused(_("{name} has no terms.").format(name=one_line(found.name)))
    else:
        click.echo(one_line(terms_name(terms)))
        click.echo("\n" + harmless(terms.text))


project.add_command(guideline)
project.add_command(statement)


def as_values(found: Project) -> dict[str, object]:
    """A project as JSON."""
    values: dict[str, object] = {
        "id": found.id,
        "name": found.name,
        "rubric": {"id": found.rubric.id, "version": found.rubric.version, "sha256": found.rubric.sha256},
    }
    if found.collector is not None:
        values["collector"] = {"address": found.collector.address, "public_key": found.collector.public_key}
    return values
