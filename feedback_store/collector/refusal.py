"""A request that is not accepted: its HTTP status, a stable code, and named values. Sentences are the client's."""

from __future__ import annotations

from feedback_store.errors import BatchError

_STATUS_OF_RULE = {1: 413, 2: 400, 3: 400, 4: 422, 5: 400, 6: 422, 7: 422, 8: 403, 9: 409, 10: 422}


class Refusal(Exception):  # noqa: N818 (an answer, not a fault)
    """Ends a request with `status` and the JSON object {code, …values}."""

    def __init__(self, status: int, code: str, **values: str | int) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.values = values


def of_rule(error: BatchError) -> Refusal:
    """The answer to a batch that broke a rule; a key that is not enrolled is 403, though its rule is 4."""
    rule = error.values.get("rule")
    number = rule if isinstance(rule, int) else 0
    status = 403 if error.code == "key_unknown" else _STATUS_OF_RULE.get(number, 400)
    return Refusal(status, error.code, rule=number)
