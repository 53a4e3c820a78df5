"""This device's key in words: how it is kept, how it stands, and what changing it means.

For window and command line alike. Must not know keyrings or who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.flow.wording import gettext as _
from desktop.flow.wording import said
from feedback_store import known_keys
from feedback_store.own_keys import KeptEvent

KeyState = Literal[
    "none", "missing", "active", "new", "new_untold", "new_lost", "waiting", "refused", "ending", "revoked"
]
HAS_TO_JOIN = ("new", "new_untold", "new_lost")  # the key before was revoked, that beside "ending", or it is gone
OVER_ONCE_JOINED = ("rejoin", "key_refused", "key_lost")  # the codes of what is over once the project is joined again


def key_state(newest: KeptEvent | None, *, made: bool) -> KeyState:
    """How the key of a project stands after its last change; `made` says that there is one. "ending": the collector has
    not heard that it was revoked.
    """
    if newest is not None and newest.new is None and newest.state != "over":
        return "ending" if newest.state == "made" else "revoked"
    if not made:
        return "none"
    if newest is not None and newest.state == "over" and newest.new is not None:
        return "refused"
    return "waiting" if newest is not None and newest.state == "made" else "active"


def state_words(state: KeyState, trainer: str, *, team: bool = True, lost: str | None = None) -> str:
    """The state in a sentence that says what to do, "" where there is nothing to say; `trainer` is the id that the
    operator of a `team`'s project needs. `lost` is the key whose place a new one took; None where it may be in use in
    the place that this profile came from.
    """
    if state == "revoked" and not team:
        return _("It was revoked and signs nothing more. Another one is made once something is signed.")
    asked = {"ask": again_words(trainer), "network": joining_words()}
    return {
        "none": "",
        "missing": _("It is not here any more, and another one is made once something is signed. {ask}").format(
            ask=_for_a_lost_key(trainer, lost)
        ),
        "active": "",
        "new": _("It is new, and the collector does not know it: the one before was revoked. {ask}").format(**asked),
        "new_untold": _(
            "It is new, and the collector does not know it: the one before was revoked. The collector has not heard of"
            " that yet, and would take what a thief signs with the one before. It is told once you look at your devices"
            " where there is a network; until then, tell whoever runs the project. {ask} {network}"
        ).format(**asked),
        "new_lost": _new_lost_words(trainer, lost),
        "waiting": _("It is new. The collector has not confirmed it yet; that comes with the next delivery."),
        "refused": _(
            "It is new, and the collector did not take it, since the one before was ended there. {ask} {network}"
        ).format(**asked),
        "ending": _(
            "It was revoked and signs nothing more. The collector has not heard of that yet, and would take what a"
            " thief signs with it. It is told once you look at your devices where there is a network; until then, tell"
            " whoever runs the project. {ask} {network}"
        ).format(**asked),
        "revoked": _("It was revoked and signs nothing more. {ask}").format(**asked),
    }[state]


def _new_lost_words(trainer: str, lost: str | None) -> str:
    if lost is None:
        words = _(
            "It is new, and the collector does not know it: the one before stayed in the place that this profile came"
            " from. {ask}"
        )
    else:
        words = _("It is new, and the collector does not know it: the one before is not here any more. {ask}")
    return words.format(ask=_for_a_lost_key(trainer, lost))


def beside_devices(words: str) -> str:
    """The sentence of a state where several devices are seen; "" where there is nothing to say."""
    return _("About this device's key: {words}").format(words=words) if words else ""


def again_words(trainer: str) -> str:
    """How to go on where no key is lost, and yet another has to join: the code to ask for, and the id it takes."""
    return said(known_keys.code_asked(trainer, None))


def trainer_words(trainer: str) -> str:
    """Who this profile's trainer is to the operator of a team's project, and what they need that for."""
    return _(
        "Your trainer id: {trainer}. Whoever runs the project needs it to make a code for a further device."
    ).format(trainer=trainer)


def joining_words() -> str:
    """For those who hand over files: what cannot be done by file."""
    return _("Joining needs the network once; after that files serve again.")


def state_name(state: KeyState) -> str:
    """The state in a word or two, for a table."""
    return {
        "none": _("none yet"),
        "missing": _("missing"),
        "new": _("new, has to join"),
        "new_untold": _("new, has to join"),
        "new_lost": _("new, has to join"),
        "active": _("active"),
        "waiting": _("not confirmed yet"),
        "refused": _("not taken"),
        "ending": _("revoked, not told yet"),
        "revoked": _("revoked"),
    }[state]


def protection_words(protection: str) -> str:
    """Where the key lies that signs for this device; "" where nothing was ever signed and nothing is known."""
    return {
        "keyring": _("In the system's keyring."),
        "passphrase": _("In a file of the profile, under your passphrase."),
        "unprotected": _(
            "Unprotected key: it lies open in the profile's folder, and whoever reads it can sign for you."
        ),
        "": _("There is none yet; it is made when something is signed for the first time."),
    }[protection]


def rotation_words(*, team: bool) -> str:
    """What a change of keys means, in a sentence, before it is made; of a team's project its collector confirms it."""
    if team:
        return _(
            "From now on a new key signs for you on this computer. What the old one has signed stays valid and still"
            " arrives; the old one is deleted once the collector has confirmed the new one."
        )
    return _(
        "From now on a new key signs for you on this computer, and the old one is deleted. What it has signed stays"
        " valid."
    )


@dataclass(frozen=True)
class LostKey:
    """That this device's key is gone: what is said of it, and with which command the code is used, "" where none is
    asked for.
    """

    words: str
    command: str = ""

    @property
    def with_command(self) -> str:
        """Both, for whoever types commands."""
        return f"{self.words} {self.command}".strip()


def join_command() -> str:
    """The command that takes a code which ends no key."""
    return _("That is: preceptor project join ADDRESS CODE")


def recover_command() -> str:
    """The command that takes a code for a lost key."""
    return _("That is: preceptor keys recover CODE")


def lost_key(trainer: str, signer: str | None, *, made: bool = True, elsewhere: bool = False) -> LostKey:
    """That the key of a team's project is gone, and what to ask its operator for: `signer`, where it had signed
    something. `made`: there is another one by now. `elsewhere`: it may be in use where this profile came from, and a
    code for a lost key would end it there.
    """
    if elsewhere:
        return LostKey(_elsewhere_words(made).format(ask=_for_a_lost_key(trainer, None)), join_command())
    if made:
        words = _(
            "This device's key is not here any more, so a new one was made, which the collector does not know."
            " Everything is kept. {ask}"
        )
    else:
        words = _("This device's key and its pass are not here any more. Everything is kept. {ask}")
    return LostKey(words.format(ask=_for_a_lost_key(trainer, signer)), recover_command())


def gone_words(trainer: str, lost: str | None) -> str:
    """That the key of a team's project is gone which was to be changed or ended; `lost` as in `state_words`."""
    if lost is None:
        words = _(
            "Nothing was changed: this device's key stayed in the place that this profile came from, and is changed or"
            " ended there. {ask}"
        )
    else:
        words = _(
            "Nothing was changed: this device's key is not here any more, so that it can be neither changed nor ended"
            " from here. Where it may come back (a keyring, a secrets.json that was moved away), put it back. {ask}"
            " That ends the lost one."
        )
    return words.format(ask=_for_a_lost_key(trainer, lost))


def before_another_words(lost: LostKey | None) -> str:
    """That a key is gone, before another one is made; "" where none is `lost`."""
    if lost is None:
        return ""
    return _(
        "A key is missing: the one that signed for you here is gone. Where it may come back (a keyring, a secrets.json"
        " that was moved away), cancel, and put it back. The passphrase is for a new key."
    )


def _elsewhere_words(made: bool) -> str:
    if made:
        return _(
            "This profile was put back or copied from another place, whose key is not here. So a new one was made,"
            " which the collector does not know. Everything is kept. The other key goes on where it is; a code for a"
            " lost key would end it there. {ask}"
        )
    return _(
        "This profile was put back or copied from another place, whose key and pass are not here. Everything is kept."
        " The other key goes on where it is; a code for a lost key would end it there. {ask}"
    )


def joins_again_words(trainer: str) -> str:
    """What a profile of another place, in a team's project, needs here; said when it is put back."""
    words = _(
        "It came from another place, whose keys are not in it. If that computer goes on too, or its keys are not on"
        " this one: {ask}"
    )
    return words.format(ask=_for_a_lost_key(trainer, None))


def own_lost_key() -> LostKey:
    """That the key of a project of one's own is gone."""
    return LostKey(
        _(
            "This device's key is not here any more, so a new one was made. What the old one has signed stays valid;"
            " whoever checks that needs the old public key."
        )
    )


def _for_a_lost_key(trainer: str, signer: str | None) -> str:
    return said(known_keys.code_asked(trainer, signer))


def revoked_words(told: bool, trainer: str, *, team: bool = True) -> str:
    """That a key was ended, and whether the collector knows."""
    return state_words("revoked" if told else "ending", trainer, team=team)


def rotated_words(told: bool, trainer: str, state: KeyState = "active") -> str:
    """That a key was changed, and whether the collector knows, or has refused it and left it in that `state`, or lets
    it in by a code alone.
    """
    if state == "refused" or state in HAS_TO_JOIN:
        return state_words(state, trainer)
    if told:
        return _("A new key signs for you.")
    return _("A new key signs for you. The collector is told with the next delivery.")
