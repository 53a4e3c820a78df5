"""The commands that a sentence offers, with the options that whoever reads it has typed, so that they can be typed so.

Without them a command acts in the usual profile and on the project in use, or asks for the collector's folder. Must not
know click, nor which language is spoken.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

# What takes --project; a test holds it against the commands.
OF_A_PROJECT = frozenset(
    {
        "bundle export",
        "collector devices",
        "collector export",
        "collector forks",
        "collector invite",
        "collector recover",
        "collector resolve",
        "collector revoke",
        "collector rotate-key",
        "export",
        "keys devices",
        "keys recover",
        "keys revoke",
        "keys rotate",
        "keys show",
        "outbox hold",
        "outbox list",
        "outbox release",
        "outbox seal",
        "outbox send",
        "outbox status",
        "project guideline",
        "project move",
        "project rubric",
        "project statement",
        "project terms",
        "records check",
        "records import",
        "records list",
        "records search",
        "records share",
    }
)
# What takes --insecure-key-file; the same test holds it.
OF_A_KEY = frozenset(
    {
        "endpoints add",
        "endpoints remove",
        "endpoints test",
        "keys devices",
        "keys list",
        "keys recover",
        "keys revoke",
        "keys rotate",
        "keys show",
        "keys unlock",
        "outbox seal",
        "outbox send",
        "project join",
        "records share",
    }
)
_OWN_PROFILE = "try"  # the command that makes a profile of its own
_FOLDER = "DIR"  # stands for the collector's where nobody has typed one: a trainer reads of an operator's command
_NAMED = (" --project ", " --insecure-key-file")
# What stands between marks is spoken of, and typed by somebody else.
_COMMAND = re.compile(rf"(?<![`“„])\bpreceptor (?P<words>(?P<first>[a-z]+)(?: [a-z-]+)?)(?P<folder> {_FOLDER}\b)?")


@dataclass(frozen=True)
class Typed:
    """What was typed beside a command, as a shell takes it: the profile's folder, or the collector's, and the project's
    name or id; "" for what was not. And whether keys are to be kept in a bare file.
    """

    profile: str = ""
    collector: str = ""
    project: str = ""
    insecure: bool = False

    def __bool__(self) -> bool:
        return bool(self.profile or self.collector or self.project or self.insecure)


def typed(
    *, profile: Path | None = None, collector: Path | None = None, project: str = "", insecure: bool = False
) -> Typed:
    """What was typed. What no sentence can hold as it is (a brace, a control character) is left out."""
    return Typed(
        _quoted("" if profile is None else str(profile.absolute())),
        _quoted("" if collector is None else str(collector)),
        _quoted(project),
        insecure,
    )


def with_options(text: str, typed: Typed) -> str:
    """`text` with each command in it as it can be typed; one that has its options already stays as it is."""

    def command(found: re.Match[str]) -> str:
        words, folder = found["words"], found["folder"] or ""
        if found["first"] == "collector":
            if not typed.collector or not folder:
                return found[0]
            words += f" {typed.collector}"
        elif typed.collector or found["first"] == _OWN_PROFILE:
            return found[0]  # what an operator's sentence names to trainers, they type in profiles of their own
        elif text.startswith(_NAMED, found.end()):
            return found[0]  # worded where it was raised
        return " ".join(filter(None, ("preceptor", _profile(typed), _as_named(words, found["words"], typed))))

    return _COMMAND.sub(command, text)


def _profile(typed: Typed) -> str:
    return f"--profile {typed.profile}" if typed.profile else ""


def _as_named(words: str, command: str, typed: Typed) -> str:
    """The words with the project and with how keys are kept, where the command takes them."""
    if typed.project and command in OF_A_PROJECT:
        words += f" --project {typed.project}"
    if typed.insecure and command in OF_A_KEY:
        words += " --insecure-key-file"
    return words


def _quoted(word: str) -> str:
    return shlex.quote(word) if word and word.isprintable() and not {"{", "}"} & set(word) else ""
