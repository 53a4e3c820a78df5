"""What a code for a lost key would end, looked at before it is used up.

For window and command line alike. Must not know how a project is joined.
"""

from __future__ import annotations

from typing import Protocol

from desktop.flow.key_words import again_words
from desktop.flow.wording import gettext as _
from feedback_store.batches.keys import fingerprint_of
from feedback_store.errors import DeliveryError


class OwnKeys(Protocol):
    """The keys of a profile, as far as this needs them."""

    def is_of_here(self, project: str, device: str) -> bool:
        """Whether a key is this place's."""


def check_other(keys: OwnKeys, trainer: str, project: str, recovers: str, *, meant: str = "") -> None:
    """Raise DeliveryError where a code ends a key that is not this place's, and not the one that is `meant`: another
    computer may deliver by it, and what is signed here would stop.
    """
    if recovers in ("", meant) or keys.is_of_here(project, recovers):
        return
    words = _(
        "This code ends the key {key}, which is not the one of this computer: whatever signs with it could not deliver"
        " any more, and what is signed here would stop. Nothing was changed, and the code can still be used. {ask} If"
        " that key is lost, and is to be ended and replaced from here: preceptor keys recover CODE --end-another-key"
    )
    raise DeliveryError(
        words.format(key=fingerprint_of(recovers), ask=again_words(trainer)), code="invitation_other_key"
    )


def check_recovers(recovers: str) -> None:
    """Raise DeliveryError where a code ends no key at all, though one is said to be lost."""
    if not recovers:
        words = _(
            "This code replaces no key: it is one for joining, and a lost key would go on. Nothing was changed, and the"
            " code can still be used. For a lost key ask whoever runs the project for a code, who makes it by:"
            " preceptor collector recover DIR DEVICE"
        )
        raise DeliveryError(words, code="invitation_no_recovery")


def ended_words(recovers: str) -> str:
    """Which key a code has ended."""
    return _("The key that ended: {key}").format(key=fingerprint_of(recovers))
