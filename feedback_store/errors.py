"""What can go wrong in feedback_store, as one tree.

StoreError                 code, values, an English sentence
├── CanonicalError         bytes that are not strict or not canonical JSON
├── PlacedError            wrong in one place; values["path"] names the field
│   ├── RecordError        a record that breaks a rule
│   └── RubricError        a rubric file that breaks a rule, or a value outside its rubric
├── EnvironmentTrouble     the machine's fault: full disk, read-only, locked, corrupt, newer database
├── NotFoundError          an id that the store does not hold
├── SecretsError           the keyring or the key file cannot be used
├── BatchError             a bundle that fails verification; values["rule"] is the rule's number
└── DeliveryError          the collector refused or cannot be reached
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Phrase:
    """A part of a sentence that is to be translated by itself: a template with named values, as an error has."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class StoreError(Exception):
    """Base of all errors of feedback_store.

    `code` is a stable word for programs, `values` are the named parts of the sentence. `template` is the sentence
    with the values' names in braces, for translation; a value may be a Phrase or an error, which are translated too.
    """

    def __init__(self, message: str, *, code: str, **values: object) -> None:
        super().__init__(message)
        self.template = message.replace("{", "{{").replace("}", "}}")
        self.code = code
        self.values = values

    @classmethod
    def worded(cls, template: str, *, code: str, **values: object) -> Self:
        """The error whose sentence is `template` with its values filled in."""
        error = cls(template.format(**values), code=code, **values)
        error.template = template
        return error

    @classmethod
    def again(cls, error: StoreError, *, code: str, **values: object) -> Self:
        """What `error` says, as an error of this kind, with its values and more."""
        told = cls(str(error), code=code, **{**error.values, **values})
        told.template = error.template
        return told


class CanonicalError(StoreError):
    """Bytes that are not strict JSON, or a value that has no canonical form."""


class PlacedError(StoreError):
    """An error in one place of a value; `values["path"]` names the field, where there is one.

    The sentence begins with the path, the `template` does not: where the place is marked, nobody needs the path.
    """

    @classmethod
    def worded(cls, template: str, *, code: str, **values: object) -> Self:
        """As for every StoreError, with the path before the sentence."""
        error = super().worded(template, code=code, **values)
        if "path" in values:
            error.args = (f"{values['path']}: {error}",)
        return error

    @property
    def place(self) -> str:
        """What the sentence begins with before its template: the path, where it was worded with one."""
        begins = f"{self.values.get('path')}: "
        return begins if str(self).startswith(begins) else ""


class RecordError(PlacedError):
    """A record that breaks a rule of its own shape."""


class RubricError(PlacedError):
    """A broken rubric, or a value that its rubric does not allow."""


class EnvironmentTrouble(StoreError):  # noqa: N818 (it is trouble of the machine, not an error of ours)
    """The machine's fault: full disk, read-only folder, a second writer, a damaged or newer database."""


class NotFoundError(StoreError):
    """An id that the store does not hold."""


class SecretsError(StoreError):
    """The keyring or the key file cannot be used."""


class BatchError(StoreError):
    """A bundle that fails verification; `values["rule"]` is the rule's number in docs/batch-format.md."""


class DeliveryError(StoreError):
    """The collector refused, or cannot be reached."""
