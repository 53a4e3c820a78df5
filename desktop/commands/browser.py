"""`preceptor browser`: puts the native host where browsers look, and says what is wrong on the way to the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from desktop.browser import host_checks, hosts
from desktop.browser.places import Place, in_use_first, places
from desktop.commands.asking import Caller, in_profile, json_option
from desktop.commands.printing import one_line, print_json, print_table
from desktop.commands.refusal import Refused
from desktop.flow.browser_words import not_installed
from desktop.flow.health import Finding
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence

MARKS = {"well": ("✓", "green"), "note": ("·", "yellow"), "trouble": ("✗", "red")}


browser_option = click.option(
    "--browser",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this browser, as `preceptor browser status` names it. Else all that are here.",
)


def _chosen(names: Sequence[str]) -> list[Place]:
    known = places()
    if not names:
        here = [place for place in known if place.is_here]
        if not here:
            raise Refused(
                _(
                    "No browser was found here. Install one, start one that lies in a folder of your own, or name it "
                    "by --browser: --browser Chromium"
                )
            )
        return here
    wanted = {name.casefold() for name in names}
    unknown = wanted - {place.label.casefold() for place in known}
    if unknown:
        listed = ", ".join(place.label for place in known)
        raise Refused(
            _("There is no browser called {name}. Known are: {listed}.").format(name=min(unknown), listed=listed)
        )
    return [place for place in known if place.label.casefold() in wanted]


@click.group(short_help="Connect Chrome and its relatives to the window.")
def browser() -> None:
    """Connect Chrome, Chromium, Edge, Brave and Vivaldi to the window, so that answers on web pages can be judged."""


@browser.command("install", short_help="Let browsers find Preceptor.")
@in_profile
@browser_option
@click.option("--yes", is_flag=True, help="Do not ask before browsers are taken over from another profile.")
@json_option
def install(caller: Caller, names: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Let browsers find Preceptor, with this profile. Say it again after Preceptor or the profile was moved.

    Browsers that are connected with another profile are taken over from it: that is said and asked before.

    Ends with 1 when one of them was not connected, also where others were. --json says of each how it went: connected,
    connected_before, other_program, not_yet, snap or failed, and why where it was not connected.
    """
    chosen = _chosen(names)
    program = hosts.Program.this_one(caller.folder)
    _ask_to_take_over(chosen, program.profile, yes=yes)
    tried = [_install(place, program) for place in chosen]
    left = [each.place.label for each in tried if not each.connected]
    if as_json:
        print_json([each.as_json() for each in tried])
    else:
        for each in tried:
            click.echo(each.text)
    if len(left) == len(tried):
        raise Refused(_("No browser was connected."))
    if not as_json:
        click.echo(
            _(
                "Next, in the browser: open chrome://extensions, switch on Developer mode (top right), choose Load "
                "unpacked and this folder:"
            )
        )
        click.echo(str(hosts.EXTENSION))  # alone in its line, so that it can be copied whole
    if left:
        raise Refused(_("Not connected: {browsers}.").format(browsers=", ".join(left)))


@dataclass(frozen=True)
class _Tried:
    """How it went with one browser: a word for programs, and a sentence."""

    place: Place
    state: str
    text: str

    @property
    def connected(self) -> bool:
        return self.state in ("connected", "connected_before")

    def as_json(self) -> dict[str, str]:
        told = {"browser": self.place.label, "state": self.state, "manifest": str(self.place.manifest)}
        return told if self.connected else told | {"reason": self.text}


def _install(place: Place, program: hosts.Program) -> _Tried:
    try:
        how = hosts.install(place, program)
    except OSError as error:
        return _Tried(place, "failed", one_line(not_installed(place.label, sentence(error))))
    state, words = {
        "written": ("connected", _("{browser} finds Preceptor now.")),
        "as it was": ("connected_before", _("{browser} found Preceptor already.")),
        "not ours": (
            "other_program",
            _("{browser}: {file} may be another program's, so it was left as it is. If not, delete it and try again."),
        ),
        "not yet": (
            "not_yet",
            _("{browser}: not possible yet on Windows. There is no program yet that it could start."),
        ),
        "not possible": (
            "snap",
            _("{browser} is a snap, which may not start programs outside of itself. See the guide."),
        ),
    }[how]
    return _Tried(place, state, words.format(browser=place.label, file=one_line(str(place.manifest))))


def _ask_to_take_over(chosen: Sequence[Place], profile: Path, *, yes: bool) -> None:
    """Say what another profile loses, and ask; where nobody can be asked, nothing is written without --yes."""
    known = places()
    lost = dict.fromkeys(found for place in chosen if (found := hosts.taken_over(place, profile, known)))
    for each in lost:
        told = _("To the profile in {other} until now: {browsers}. From now on to the one in {profile}.")
        browsers, other = ", ".join(each.browsers), one_line(str(each.profile))
        click.echo(told.format(browsers=browsers, other=other, profile=one_line(str(profile))), err=True)
    if not lost or yes:
        return
    if not sys.stdin.isatty():
        raise Refused(
            _("Nobody can be asked here, so nothing was changed. To take the browsers over all the same, add --yes.")
        )
    click.confirm(_("Take them over?"), abort=True, err=True)


@browser.command("uninstall", short_help="Take away what install wrote.")
@browser_option
def uninstall(names: tuple[str, ...]) -> None:
    """Take away what `preceptor browser install` wrote. The window still lists the browsers that were connected."""
    known = places()
    gone, failed = [], []
    for place in _chosen(names):
        try:
            gone += [place.label] if hosts.uninstall(place, known) else []
        except OSError as error:
            failed.append(one_line(f"{place.label}: {sentence(error)}"))
    if gone:
        click.echo(_("Preceptor is not found any more by: {browsers}.").format(browsers=", ".join(gone)))
    if failed:
        raise Refused(" ".join(failed))
    if not gone:
        click.echo(_("There was nothing to take away."))


@browser.command("status", short_help="List the browsers, and which find Preceptor.")
@json_option
def status(as_json: bool) -> None:
    """List the browsers that are installed or were started here, which of them find Preceptor, and which profile."""
    found = [(place, hosts.is_installed(place), str(hosts.profile_of(place) or "")) for place in in_use_first(places())]
    if as_json:
        print_json(
            [
                {"browser": place.label, "installed": installed, "manifest": str(place.manifest)}
                | ({"profile": profile} if profile else {})
                for place, installed, profile in found
            ]
        )
        return
    _chosen(())
    said = {True: _("yes"), False: _("no")}
    rows = [(place.label, said[is_there], one_line(profile), str(place.manifest)) for place, is_there, profile in found]
    print_table(rows, (_("Browser"), _("Finds Preceptor"), _("Profile"), _("By")))


@browser.command("rename", short_help="Give a connected browser another name.")
@in_profile
@click.argument("name")
@click.argument("new")
def rename(caller: Caller, name: str, new: str) -> None:
    """Give the connected browser called NAME, as the window's settings list it, the name NEW."""
    wanted = " ".join(new.split())[:80].strip()
    if not wanted:
        raise Refused(_("The new name is empty. Give the browser one: preceptor browser rename NAME NEW"))
    browsers = caller.open().store.browsers
    found = [each for each in browsers.list() if each.name == name]
    if not found:
        words = _("No browser called {name} is connected. Connected are: {known}.")
        known = ", ".join(sorted(one_line(each.name) for each in browsers.list())) or _("none")
        raise Refused(words.format(name=one_line(name), known=known))
    if len(found) > 1:
        raise Refused(_("Several browsers are called {name}. Rename them in the window.").format(name=name))
    browsers.rename(found[0].pairing, wanted).result()
    click.echo(_("{name} is called {new} from now on.").format(name=name, new=wanted))


@browser.command("test", short_help="Check each step from a browser to the window.")
@in_profile
@browser_option
@json_option
@click.pass_context
def test(ctx: click.Context, caller: Caller, names: tuple[str, ...], as_json: bool) -> None:
    """Check each step from a browser to this profile's window, and say what to do where one fails.

    Ends with 1 when a browser cannot reach the host, or reaches another profile.
    """
    usual = caller.given_folder is None
    chosen, folder = _chosen(names), caller.folder
    found = [(place, finding) for place in chosen for finding in host_checks.check(place, folder, usual=usual)]
    if as_json:
        print_json([_as_json(place, finding) for place, finding in found])
    else:
        for place, finding in found:
            mark, colour = MARKS[finding.state]
            click.echo(f"{click.style(mark, fg=colour)} {place.label}: {one_line(finding.text)}")
            if finding.way_out:
                click.echo(f"  {one_line(finding.way_out)}")
    if any(finding.state == "trouble" for _place, finding in found):
        ctx.exit(1)


def _as_json(place: Place, finding: Finding) -> dict[str, str]:
    told = {"browser": place.label, "name": finding.name, "state": finding.state, "text": finding.text}
    return told | ({"way_out": finding.way_out} if finding.way_out else {})
