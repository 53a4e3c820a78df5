"""Which command leads on where a device has to be let in again: what is said asks for a code, and this takes it."""

from __future__ import annotations

from desktop.commands.refusal import Refused
from desktop.flow.key_words import OVER_ONCE_JOINED, join_command, recover_command
from desktop.flow.wording import sentence
from feedback_store.errors import DeliveryError
from feedback_store.known_keys import ends_a_key


def with_command(problem: DeliveryError) -> Exception:
    """A problem that is over once the project is joined again, with the command for that."""
    if problem.code not in OVER_ONCE_JOINED:
        return problem
    command = problem.values.get("command")  # of a key that is lost here
    if command is None:
        command = recover_command() if ends_a_key(problem.values.get("ask")) else join_command()
    return Refused(f"{sentence(problem)} {command}")
