"""A command that cannot be done as asked. Must not know any command."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 (how a command ends, said as it is)
    """The command cannot be done as asked; str() is the sentence for the user."""
