"""A device's public key as text: `{"device", "public_key"}` as `keys show --json` prints it, or the bare base64."""

from __future__ import annotations

import base64
from pathlib import Path

from desktop.commands.refusal import Refused
from desktop.flow.wording import gettext as _
from feedback_store.batches.dsse import from_base64
from feedback_store.batches.keys import check_public_key, key_id
from feedback_store.canonical import strict_loads
from feedback_store.errors import BatchError, CanonicalError

MAX_BYTES = 4096  # a key file is far smaller


def as_values(public_key: bytes) -> dict[str, str]:
    """The key as `keys show --json` prints it."""
    return {"device": key_id(public_key), "public_key": base64.b64encode(public_key).decode("ascii")}


def read_key_file(path: Path) -> bytes:
    """The raw public key in a file; raises Refused for anything else, and OSError."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    try:
        if len(data) <= MAX_BYTES:
            return parse(data)
    except (BatchError, CanonicalError, UnicodeDecodeError):
        pass
    raise Refused(
        _("{file} holds no public key. Give the output of `preceptor keys show --json`, or the base64 alone.").format(
            file=path
        )
    )


def parse(data: bytes) -> bytes:
    """The raw public key in JSON or bare base64; raises BatchError, CanonicalError or UnicodeDecodeError."""
    text = data.decode("ascii").strip()
    if not text.startswith("{"):
        return check_public_key(from_base64(text))
    value = strict_loads(text.encode("ascii"))
    public_key = check_public_key(from_base64(value.get("public_key")))
    if value.get("device") not in (None, key_id(public_key)):
        raise BatchError("The device is not the key's.", code="other_key", rule=4)
    return public_key
