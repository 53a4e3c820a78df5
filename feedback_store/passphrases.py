"""What a new passphrase must have at least. One that was chosen before opens its file whatever it is.

Length is what a passphrase is made of: twelve characters that are not all alike. No list of bad words, no wanted digits
and signs, which make people choose what they must write down (decision 159). Must not know what it protects.
"""

from __future__ import annotations

from unicodedata import normalize

from feedback_store.errors import SecretsError

LEAST = 12  # characters, as they are counted when the key is made: in NFC
LEAST_DIFFERENT = 5  # of them


def check_new(passphrase: str) -> None:
    """Raises SecretsError (code "passphrase_empty" or "passphrase_weak") where it protects too little."""
    said = normalize("NFC", passphrase)
    if not said:
        raise SecretsError("An empty passphrase protects nothing. Choose one.", code="passphrase_empty")
    if len(said) < LEAST:
        raise SecretsError.worded(
            "This passphrase is too short: it needs {least} characters or more. Four words that you remember are a good"
            " one.",
            code="passphrase_weak",
            least=LEAST,
        )
    if len(set(said)) < LEAST_DIFFERENT:
        raise SecretsError(
            "This passphrase repeats the same few characters. Four words that you remember are a good one.",
            code="passphrase_weak",
        )
