"""Joining a team's project, as the trainer is asked for it: what is missing, and which field a refusal is about.

Must not know the network, nor who shows the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from desktop.flow import keymap
from desktop.flow.leaving import UNNAMED_LICENCES
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from feedback_store.errors import StoreError
from feedback_store.store import Project, Terms

LONGEST_QUOTED = 200  # an error quotes no more of an address, and a part of one is none

Field = Literal["address", "code", "name", "key", ""]

_ABOUT_THE_CODE = ("trainer_known",)
_ABOUT_THE_ADDRESS = (
    "address",
    "insecure_address",
    "busy",
    "redirected",
    "not_a_collector",
    "reply_refused",
    "collector_key_not_held",
    "collector_key_unproven",
)
_ABOUT_THE_KEY = ("collector_key_differs", "collector_key_typed")


NO_TERMS = "No terms were written. The operator of this collector keeps the judgements that are delivered to it."
_NUMBER = re.compile(r"trn_[0-9a-f]{32}")


@dataclass(frozen=True)
class JoinWish:
    """What was typed. `name` is how the operator shall know the trainer, "" for none; `terms` the hash of those that
    were accepted; `key` the fingerprint of the collector's key, where it was asked for.
    """

    address: str
    code: str
    name: str = ""
    terms: str = ""
    key: str = ""


@dataclass(frozen=True)
class FieldProblem:
    """A sentence, and the field that it is about; "" where it is about none. `instead` is what may be meant there.

    `cancelled`: somebody has left a question that it waited for, which is no error.
    """

    field: Field
    text: str
    instead: str = ""
    cancelled: bool = False


def wish(address: str, code: str, name: str, key: str = "") -> JoinWish:
    """The wish as it is sent: what was typed or pasted without the space around it."""
    return JoinWish(address.strip(), "".join(code.split()), " ".join(name.split()), key=key.strip())


def missing(wished: JoinWish) -> FieldProblem | None:
    """The first thing that is missing before anybody can be asked."""
    if not wished.address:
        return FieldProblem("address", _("Type the address that the project's operator gave you."))
    if not wished.code:
        return FieldProblem("code", _("Type the code that the project's operator gave you."))
    return None


def to_accept(offered: Project, projects: Iterable[Project]) -> Terms | None:
    """The terms that are to be read and accepted first: of whom those were accepted of before, nothing is asked.

    Nor is it where a collector was set up without any, and says so.
    """
    terms = offered.terms
    if terms is None or not terms.text.strip():
        return None
    if terms.text == NO_TERMS and terms.licence in UNNAMED_LICENCES:
        return None
    accepted = {each.terms.sha256 for each in projects if each.id == offered.id and each.terms is not None}
    return None if terms.sha256 in accepted else terms


def headline(project: str, trainer_name: str, asked_name: str = "") -> str:
    """What was joined, and by which name; whoever gave none is known by a number, which says nothing to anybody.

    A name that was asked for and not taken is said: the operator's stands, or that of an earlier joining.
    """
    project, name, asked = (" ".join(each.split()) for each in (project, trainer_name, asked_name))
    if asked and asked != name:
        if _NUMBER.fullmatch(name):
            words = _("Joined {project}. The team knows you by a number, as before; {asked} was not taken over.")
        else:
            words = _("Joined {project} as {name}: the team has you by this name, and {asked} was not taken over.")
        hint = _("The project's operator can tell you more.")
        return f"{words.format(project=project, name=name, asked=asked)} {hint}"
    if _NUMBER.fullmatch(name):
        return _("Joined {project}. The team knows you by a number only.").format(project=project)
    return _("Joined {project} as {name}.").format(project=project, name=name)


def pinned_words(joined_key: str, replaced_key: str) -> str:
    """That another key of the collector is believed from now on, since its fingerprint was typed; "" where none is."""
    if not replaced_key:
        return ""
    return _(
        "The collector's key is another one from now on, as you typed it. Before: {before}. Now: {now}. What arrived"
        " under the one before stays proven by its receipts; nothing that it signs over the network is believed any"
        " more."
    ).format(before=replaced_key, now=joined_key)


def problem(error: BaseException) -> FieldProblem:
    """What went wrong, at the field that it is about."""
    code = error.code if isinstance(error, StoreError) else ""
    if isinstance(error, StoreError) and code == "unreachable":
        nobody = _("Nobody answers at {address}. Check it letter by letter, and whether this computer is online.")
        return FieldProblem("address", nobody.format(address=error.values["address"]))
    whole = str(error.values.get("whole", "")) if isinstance(error, StoreError) else ""
    if code == "address" and 0 < len(whole) < LONGEST_QUOTED:
        stands = _("It stands in the field now; {key} joins there.").format(key=keymap.shown("Return"))
        return FieldProblem("address", f"{sentence(error)} {stands}", whole)
    if isinstance(error, StoreError) and code == "collector_key_changed":
        words = _(
            "The collector signs with another key than the one that you compared when you joined: {pinned}. Nothing was"
            " changed. Ask whoever runs the project, by telephone for instance. If the collector has lost its key, or"
            " was put back from a copy, type the fingerprint of its present key here, as it is read out to you."
            " Otherwise do not go on."
        )
        return FieldProblem("key", words.format(pinned=error.values["pinned"]))
    if code in _ABOUT_THE_KEY:
        return FieldProblem("key", sentence(error))
    if code == "busy" and isinstance(error, StoreError) and "retry_after" in error.values:
        return FieldProblem("", sentence(error))  # nothing that was typed is wrong
    if code in _ABOUT_THE_ADDRESS:
        return FieldProblem("address", sentence(error))
    if code.startswith("invitation_") or code in _ABOUT_THE_CODE:
        return FieldProblem("code", sentence(error))
    return FieldProblem("", sentence(error), cancelled=cancelled(error))
