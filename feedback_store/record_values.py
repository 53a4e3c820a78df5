"""What one field of a record may hold: ids, hashes, times, numbers and names, by their ranges and patterns.

Must not know which part of a record has which field.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from feedback_store import canonical

MAX_SEED = 4294967294  # llama.cpp's seeds are uint32 and 2^32 − 1 means "random"

# `$` in Python also matches before a last newline; `(?!\n)` closes that and means nothing in ECMA 262.
END = r"$(?!\n)"
Uuid7 = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9a-f]{{8}}-[0-9a-f]{{4}}-7[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}{END}",
        description="a UUID of version 7 in lower case",
    ),
]
Hash = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{64}}{END}", description="a SHA-256 of 64 lower-case hex digits")]
Time = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{3}}Z{END}",
        description="a time like 2026-11-22T12:34:56.789Z",
    ),
]
Nonce = Annotated[str, Meta(pattern=rf"^[A-Za-z0-9+/]{{21}}[AQgw]=={END}", description="base64 of 16 bytes")]
ProjectId = Annotated[
    str, Meta(pattern=rf"^prj_[0-9a-f]{{32}}{END}", description="a project's id: prj_ and 32 lower-case hex digits")
]
TrainerId = Annotated[
    str, Meta(pattern=rf"^trn_[0-9a-f]{{32}}{END}", description="a trainer's id: trn_ and 32 lower-case hex digits")
]
Key = Annotated[str, Meta(pattern=rf"^[a-z]{{1,2}}{END}", description="a candidate's key: one or two letters a to z")]
Decimal = Annotated[
    str,
    Meta(pattern=rf"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?{END}", description='a decimal number as a text, like "0.8"'),
]
Integer = Annotated[int, Meta(ge=-canonical.MAX_INTEGER, le=canonical.MAX_INTEGER)]
Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]
Count = Annotated[int, Meta(ge=0, le=canonical.MAX_INTEGER)]
Number = Annotated[int, Meta(ge=1, le=canonical.MAX_INTEGER)]  # counted from 1
Pairing = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{32}}{END}", description="32 lower-case hex digits")]
RedactedKind = Literal["email", "phone", "card", "iban", "ip", "key", "name", "date_of_birth", "address", "other"]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
WebOrigin = Annotated[
    str, Meta(min_length=1, max_length=300, description="scheme, host and port; a host has at most 253 characters")
]
