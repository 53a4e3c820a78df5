"""What can go wrong in feedback_store, as one tree.

StoreError                 code, values, an English sentence
├── CanonicalError         bytes that are not strict or not canonical JSON
├── RecordError            a record that breaks a rule; values["path"] names the field
├── RubricError            a rubric file that breaks a rule, or a value outside its rubric
├── EnvironmentTrouble     the machine's fault: full disk, read-only, locked, corrupt, newer database
├── NotFoundError          an id that the store does not hold
├── SecretsError           the keyring or the key file cannot be used
├── BatchError             a bundle that fails verification; values["rule"] is the rule's number
└── DeliveryError          the collector refused or cannot be reached
"""

from __future__ import annotations

from typing import Self


class StoreError(Exception):
    """Base of all errors of feedback_store.

    `code` is a stable word for programs, `values` are the named parts of the sentence. `template` is the sentence
    with the values' names in braces, for translation; empty where the sentence was not made by `worded`.
    """

    template = ""

    def __init__(self, message: str, *, code: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.values = values

    @classmethod
    def worded(cls, template: str, *, code: str, **values: object) -> Self:
        """The error whose sentence is `template` with its values filled in."""
        error = cls(template.format(**values), code=code, **values)
        error.template = template
        return error


class CanonicalError(StoreError):
    """Bytes that are not strict JSON, or a value that has no canonical form."""


class RecordError(StoreError):
    """A record that breaks a rule of its own shape; `values["path"]` names the field."""


class RubricError(StoreError):
    """A broken rubric, or a value that its rubric does not allow; `values["path"]` names the field.

    The sentence begins with the path, a `template` does not: where the place is marked, nobody needs the path.
    """

    @classmethod
    def worded(cls, template: str, *, code: str, **values: object) -> Self:
        """As for every StoreError, with the path before the sentence."""
        error = cls(f"{values['path']}: {template.format(**values)}", code=code, **values)
        error.template = template
        return error


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
