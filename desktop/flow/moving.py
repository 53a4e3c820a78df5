"""A collector that has moved: what is asked for its new address, and what to say once it is spoken to there.

Must not know the network, nor who shows the sentences.
"""

from __future__ import annotations

from desktop.flow import joining
from desktop.flow.joining import LONGEST_QUOTED, FieldProblem
from desktop.flow.wording import cancelled, sentence
from desktop.flow.wording import gettext as _
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.keys import fingerprint
from feedback_store.errors import StoreError
from feedback_store.store import Project


def asked_text(project: Project) -> str:
    """Where it is now, and what is held against what answers at another address."""
    assert project.collector is not None
    words = _(
        "{project} is delivered to {address}. What answers at the new address must have the same project, and prove"
        " that it holds this key, which you compared when you joined, or one that it has led over to. Before that"
        " nothing of yours goes there. Nothing else changes: your key, your pass and what waits stay as they are."
    )
    return words.format(project=" ".join(project.name.split()), address=project.collector.address)


def pinned_key(project: Project) -> str:
    """The fingerprint of the key that the collector must show."""
    assert project.collector is not None
    return fingerprint(from_base64(project.collector.public_key))


def missing(address: str) -> str:
    """What is missing before anybody can be asked; "" for nothing."""
    return "" if address.strip() else _("Type the address that the project's operator gave you.")


def problem(error: BaseException) -> FieldProblem:
    """Why it stays where it was, at the field of the address."""
    whole = str(error.values.get("whole", "")) if isinstance(error, StoreError) and error.code == "address" else ""
    if 0 < len(whole) < LONGEST_QUOTED:
        return FieldProblem("address", sentence(error), whole)
    there = isinstance(error, StoreError) and error.code == "collector_key_changed"  # only joining takes another key
    said = sentence(error) if there else joining.problem(error).text
    return FieldProblem("address", said, cancelled=cancelled(error))


def moved_text(project: Project) -> str:
    """That it is spoken to there from now on."""
    assert project.collector is not None
    words = _("{project} is delivered to {address} from now on.")
    return words.format(project=" ".join(project.name.split()), address=project.collector.address)


def changed_text(before: Project, after: Project) -> str:
    """What the collector says otherwise of the project than it did before; "" for nothing."""
    one, other = before.collector, after.collector
    said = (
        (before.name != after.name, _("It has another name.")),
        (_sha(before.terms) != _sha(after.terms), _("It has other terms: read them before you release anything.")),
        (_sha(before.guideline) != _sha(after.guideline), _("It has another guideline.")),
        (before.rubric != after.rubric, _("It is judged by another rubric, or another version of it.")),
        (
            one is not None and other is not None and one.public_key != other.public_key,
            _("It signs with another key now, to which the one that you compared has led over."),
        ),
    )
    return " ".join(words for differs, words in said if differs)


def _sha(text: object) -> str:
    return str(getattr(text, "sha256", ""))
