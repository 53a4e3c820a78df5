"""What joining asks a collector, and what is read of its answers: a refusal is a sentence of ours.

None of its words enters a sentence. Must not know which keys there are beside those that the store knows.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from feedback_store import canonical, known_keys
from feedback_store.batches.collector_proof import check_proof
from feedback_store.delivery.backoff import pause, pause_time
from feedback_store.delivery.http import Connection, Reply
from feedback_store.errors import BatchError, CanonicalError, DeliveryError, Phrase
from feedback_store.store import Store

SIGNATURE_RULE = 4  # of docs/batch-format.md
_REFUSALS = {
    "invitation_unknown": "The collector does not know this code. Check it, letter by letter. If it is right, ask"
    " whoever runs the project for another, who makes it by: preceptor collector invite DIR (if you have joined before,"
    " with --trainer {trainer}; for a lost key: preceptor collector recover DIR DEVICE)",
    "invitation_expired": "This code has expired. Ask whoever runs the project for another, who makes it by: preceptor"
    " collector invite DIR (if you have joined before, with --trainer {trainer}; for a lost key: preceptor collector"
    " recover DIR DEVICE)",
    "invitation_used": "This code was used by another device. Ask whoever runs the project for another, who makes it"
    " by: preceptor collector invite DIR (if you have joined before, with --trainer {trainer}; for a lost key:"
    " preceptor collector recover DIR DEVICE)",
    "invitation_other_trainer": "This code was made for another trainer; you are {trainer}. To be the same trainer on a"
    " second computer, put a backup of the first one back here, and join then. Otherwise ask for a new code.",
    "trainer_known": "You have joined with another key before. {ask}",
    "key_other_trainer": "This device's key belongs to another trainer there. Use a new profile.",
    "key_revoked": "This device's key was revoked. {ask}",
    "key_retired": "This device's key was replaced before. {ask}",
    "heads": "More arrives under the lost key just now. Try again.",
    "challenge_expired": "The collector's question has expired. Try again.",
    "no_project": "The collector at {address} does not have this project: it is another one, or an older copy of it."
    " Nothing was changed; ask whoever runs the project for its present address.",
}


def ask(
    connection: Connection, method: str, path: str, value: Mapping[str, str], store: Store, project: str = ""
) -> dict[str, Any]:
    return loads(request(connection, method, path, store, project, canonical.encode(dict(value))))


def request(
    connection: Connection, method: str, path: str, store: Store, project: str = "", body: bytes = b""
) -> bytes:
    """The answer's bytes; DeliveryError for a refusal, which asks for a code by what is known of a `project`'s keys."""
    reply = connection.request(method, path, body=body, headers={"content-type": "application/json"})
    if reply.status != 200:
        raise _refusal(reply, connection.address, store, project)
    return reply.body


def ask_proof(connection: Connection, store: Store, project: str, public_key: bytes) -> None:
    """Have what answers prove that it holds the raw key that it shows; DeliveryError where it does not."""
    challenge = secrets.token_hex(32)
    asked = canonical.encode({"challenge": challenge})
    try:
        line = request(connection, "POST", f"/projects/{project}/proof", store, project, asked)
        check_proof(line, project=project, challenge=challenge, public_key=public_key)
    except DeliveryError as error:
        if error.code != "not_a_collector" and (error.code == "no_project" or error.code not in _REFUSALS):
            raise
        raise _unproven(connection.address) from error
    except BatchError as error:
        if error.values.get("rule") != SIGNATURE_RULE:
            raise _unproven(connection.address) from error
        raise DeliveryError.worded(
            "What answers at {address} shows the collector's key, and signs with another one: it is not the collector."
            " Nothing was changed. Check the address, letter by letter; if it is right, ask whoever runs the project.",
            code="collector_key_not_held",
            address=connection.address,
        ) from error


def _unproven(address: str) -> DeliveryError:
    return DeliveryError.worded(
        "What answers at {address} shows the collector's key, and does not answer the question by which a collector"
        " proves that it holds it. Nothing was changed. Check the address, letter by letter; if it is right, ask"
        " whoever runs the project: its collector may be of an earlier version.",
        code="collector_key_unproven",
        address=address,
    )


def _refusal(reply: Reply, address: str, store: Store, project: str) -> DeliveryError:
    try:
        code = loads(reply.body).get("code")
    except DeliveryError:
        code = None
    if isinstance(code, str) and code in _REFUSALS:
        ask = known_keys.asks(store, project)
        return DeliveryError.worded(_REFUSALS[code], code=code, trainer=store.trainer, address=address, ask=ask)
    if reply.status >= 500 or reply.status in (408, 429):
        return busy(address, reply.retry_after)
    if 300 <= reply.status < 400:
        return DeliveryError.worded(
            "{address} sends elsewhere, which is not followed. Ask the project for its present address.",
            code="redirected",
            address=address,
        )
    return not_a_collector(Phrase("status {status}", {"status": reply.status}))


def busy(address: str, asked: float | None) -> DeliveryError:
    """That it cannot answer now, and when to ask again where it said so."""
    wished = pause(asked)
    if wished > 0:
        return DeliveryError.worded(
            "The collector at {address} cannot answer now, and asks for a pause. Try again in {time}.",
            code="busy",
            address=address,
            time=pause_time(wished),
            retry_after=wished,
        )
    return DeliveryError.worded(
        "The collector at {address} cannot answer now. Try again later.", code="busy", address=address
    )


def loads(data: bytes) -> dict[str, Any]:
    try:
        found = canonical.strict_loads(data)
    except CanonicalError as error:
        raise not_a_collector(Phrase("its answer is not strict JSON")) from error
    if not isinstance(found, dict):
        raise not_a_collector(Phrase("its answer is no object"))
    return found


def text_in(said: Mapping[str, Any], name: str, pattern: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or re.fullmatch(pattern, found) is None:
        raise not_a_collector(Phrase("its answer has no {name}", {"name": name}))
    return found


def name_in(said: Mapping[str, Any], trainer: str) -> str:
    """The name that the trainer has there, in one line; the trainer's id where it is none.

    Whatever it is, the device is enrolled by now and the code is used: a name is no reason to say that it failed.
    """
    found = said.get("trainer_name")
    named = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", found).split()) if isinstance(found, str) else ""
    return named[:200] or trainer


def not_a_collector(why: Phrase) -> DeliveryError:
    return DeliveryError.worded(
        "What answers there is not a collector that Preceptor understands ({why}). Check the address.",
        code="not_a_collector",
        why=why,
    )
