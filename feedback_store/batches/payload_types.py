"""The kinds of signed payload. Each door takes exactly one: what was signed for one place serves at no other."""

from __future__ import annotations

_PREFIX = "application/vnd.preceptor."

FEEDBACK_BATCH = _PREFIX + "feedback-batch.v1+json"
RECEIPT = _PREFIX + "receipt.v1+json"
REFUSAL = _PREFIX + "refusal.v1+json"
EVENT_REFUSAL = _PREFIX + "event-refusal.v1+json"
KEY_EVENT = _PREFIX + "key-event.v1+json"
DEVICE_LIST = _PREFIX + "device-list.v1+json"
COLLECTOR_KEY = _PREFIX + "collector-key.v1+json"
COLLECTOR_PROOF = _PREFIX + "collector-proof.v1+json"
JOIN = _PREFIX + "join.v1+json"
SHARED_RECORDS = _PREFIX + "shared-records.v1+json"
TASK_BUNDLE = _PREFIX + "task-bundle.v1+json"

ALL = (
    *(FEEDBACK_BATCH, RECEIPT, REFUSAL, EVENT_REFUSAL, KEY_EVENT, DEVICE_LIST, COLLECTOR_KEY, JOIN),
    *(COLLECTOR_PROOF, SHARED_RECORDS, TASK_BUNDLE),
)
