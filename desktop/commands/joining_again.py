"""Which command leads on where a device has to be let in again: what is said asks for a code, and this takes it."""

from __future__ import annotations

from desktop.commands.refusal import Refused
from desktop.flow.key_words import OVER_ONCE_JOINED
from desktop.flow.wording import gettext as _
from desktop.flow.wording import sentence
from feedback_store.errors import DeliveryError
from feedback_store.known_keys import ends_a_key


def with_command(problem: DeliveryError) -> Exception:
    """A problem that is over once the project is joined again, with the command for that."""
    if problem.code == "key_lost":
        return Refused(with_its_command(sentence(problem)))
    if problem.code not in OVER_ONCE_JOINED:
        return problem
    if ends_a_key(problem.values.get("ask")):
        return Refused(with_its_command(sentence(problem)))
    return Refused(f"{sentence(problem)} {_('That is: preceptor project join ADDRESS CODE')}")


def with_its_command(lost: str) -> str:
    """A lost key's words with the command for them, where they do not name another one."""
    return lost if "project join ADDRESS CODE" in lost else f"{lost} {_('That is: preceptor keys recover CODE')}"
