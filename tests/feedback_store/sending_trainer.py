"""A trainer at work, as a program that may be killed at any moment: seals batch after batch and sends each.

    python sending_trainer.py FOLDER PROJECT TOKEN SEED BATCHES

Goes on until the profile holds BATCHES batches and each has its receipt. Says every step in a line of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from made_judgements import judgement

from feedback_store.batches.keys import DeviceKey
from feedback_store.delivery.backoff import Backoff
from feedback_store.delivery.sender import Sender, SendProgress
from feedback_store.record_parts import App
from feedback_store.store import Project, Store

BACKOFF = Backoff(first=0.01, longest=0.05)
AT_ONCE = 3  # batches between two sendings
TRIES = 1000  # in a row: a collector that starts anew takes a second


def say(step: SendProgress) -> None:
    print(step.event, step.seq, step.problem.code if step.problem else "", flush=True)


def seal_one(store: Store, project: Project, key: DeviceKey) -> None:
    """One more batch, with what a kill left unsealed."""
    store.records.save(judgement("a>b", project=project.id, trainer=store.trainer)).result()
    store.outbox.release([row.id for row in store.outbox.unsent(project.id, ("saved",))], kept_as_is=True).result()
    sealed = store.outbox.seal(project.id, key).result()
    assert sealed is not None
    print("sealed", sealed.seq, flush=True)


def main(folder: str, project_id: str, token: str, seed: str, batches: str) -> None:
    store = Store.open(Path(folder), app=App("preceptor", "0.1.0"))
    print("open", flush=True)
    project, key = store.projects.get(project_id), DeviceKey.from_seed(bytes.fromhex(seed))
    sender = Sender(store, {project_id: token}.get, backoff=BACKOFF, on_progress=say)
    missing = int(batches) - len(store.outbox.batches(project_id))
    while missing > 0 or store.outbox.next_to_send(project_id) is not None:
        for _ in range(min(missing, AT_ONCE)):
            seal_one(store, project, key)
            missing -= 1
        sender.send_pending(project, tries=TRIES)  # it stops at a wrong receipt, and the trainer presses again
    store.close()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
