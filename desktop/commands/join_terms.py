"""The terms of a team's project are read and accepted before it is joined, as in the window.

On stderr, so that a command's own output stays what it is. Must not know how a project is joined.
"""

from __future__ import annotations

import sys

import click

from desktop.commands.printing import harmless, one_line
from desktop.commands.refusal import Refused
from desktop.flow import joining, recovering
from desktop.flow.leaving import terms_name
from desktop.flow.wording import gettext as _
from desktop.profile import Profile
from feedback_store.store import Project

accept_terms_option = click.option(
    "--accept-terms",
    is_flag=True,
    help="Accept the project's terms without being asked; they are printed all the same.",
)


def accept_terms(profile: Profile, address: str, code: str, *, collector_key: str, accepted: bool) -> str:
    """Have somebody read and accept what `code` invites to; the hash of it, "" where there is nothing to accept.

    Nothing is joined by it. Raises Refused where the terms were not accepted, DeliveryError as joining does, and where
    the code would end a key that is not this place's.
    """
    offered = profile.collectors.look(address, code, collector_key=collector_key)
    recovering.check_other(profile.keys, profile.trainer, offered.project.id, offered.recovers)
    return accept_offered(profile, offered.project, accepted=accepted)


def accept_offered(profile: Profile, offered: Project, *, accepted: bool) -> str:
    """The same of a project that was looked at."""
    terms = joining.to_accept(offered, profile.store.projects.list())
    if terms is None:
        return ""
    click.echo(f"{one_line(terms_name(terms))}\n\n{harmless(terms.text).rstrip()}\n", err=True)
    if not accepted and not sys.stdin.isatty():
        raise Refused(
            _(
                "The project's terms come first, and there is no terminal to ask whether you accept them. Nothing was"
                " joined, and the code can still be used: read them above, and add --accept-terms"
            )
        )
    question = _("What you release leaves under these terms. Do you accept them, and join?")
    if not accepted and not click.confirm(question, err=True):
        raise Refused(_("Nothing was joined. The code can still be used."))
    return terms.sha256
