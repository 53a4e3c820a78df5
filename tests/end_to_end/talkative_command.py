"""`preceptor` with the most talkative logging there is, on standard error; and blacking out, which has no command.

python talkative_command.py --profile DIR COMMAND…
python talkative_command.py --profile DIR black-out ID      the words come by standard input
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from desktop.__main__ import main
from desktop.flow.outbox_desk import OutboxDesk
from desktop.profile import Profile
from feedback_store.record_parts import App


def black_out(folder: Path, record: str, quote: str) -> None:
    """As in the outbox of the window: the next version, and the text of those before is erased."""
    profile = Profile.open(folder, passphrase=lambda _new: os.environ["PRECEPTOR_PASSPHRASE"])
    try:
        stored = profile.store.records.newest(record)
        assert stored is not None
        desk = OutboxDesk(profile.store, profile.project.id, App("preceptor", "0.1.0"), lambda *_: None)
        desk.black_out(stored, quote, "name").result()
    finally:
        profile.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.NOTSET, format="%(name)s %(levelname)s %(message)s %(pathname)s")
    if sys.argv[3] == "black-out":
        black_out(Path(sys.argv[2]), sys.argv[4], sys.stdin.read())
    else:
        main()
