"""Makes docs/channel-vectors.json: two handshakes of chan/1 from known secrets, for both ends in both languages.

python -m tests.desktop.browser.channel_vectors > docs/channel-vectors.json
"""

from __future__ import annotations

import json
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.browser.channel.handshake import DesktopEnd, Fresh
from desktop.browser.channel.pairing import Pairing, PairingTime
from feedback_store.batches.keys import DeviceKey
from tests.desktop.browser.extension_end import ORIGIN, ExtensionEnd
from tests.desktop.browser.kept_pairings import KeptPairings

EXT_SEED, DESK_SEED = bytes(range(32)), bytes(range(32, 64))
EPH_E, EPH_D = bytes(range(64, 96)), bytes(range(96, 128))
N_E, N_D = bytes(range(128, 160)), bytes(range(160, 192))
PAIRING = "00112233445566778899aabbccddeeff"
TO_DESKTOP = (
    "first",
    '{"t":"capture.put","text":"Größe ≤ 5 µm 🙂"}',
    '{"t":"judge.put","capture":"0199","flags":[{"span":{"exact":"½ ≠ ⅓"}}]}',
    '{"t":"candidates.ask","n":2}',
    '{"t":"candidates.cancel"}',
    '{"t":"queue.summary","id":"0199","ids":[]}',
    '{"t":"page.find","id":"0200","page":"00ff"}',
    '{"t":"status","id":"0201"}',
    '{"t":"rubric.get","id":"0202"}',
)
TO_EXTENSION = (
    '{"t":"paired","pairing":"' + PAIRING + '"}',
    "",
    '{"t":"judge.ack"}',
    '{"t":"candidates.delta","number":0,"text":"Weil 🙂"}',
    '{"t":"candidates.done","problem":""}',
    '{"t":"queue.summary","id":"0199","items":[{"id":"0199","state":"signed"}]}',
    '{"t":"status","id":"0201","project":"Größe 🙂","browser":"","waiting":2}',
    '{"t":"rubric","id":"0202","sha256":"00ff","rubric":{}}',
    '{"t":"page.found","id":"0200","page":"00ff","selectors":[{"type":"TextPositionSelector","start":3,"end":9}]}',
)


def vectors() -> dict[str, object]:
    return {
        "secrets": {
            "ext_seed": EXT_SEED.hex(),
            "desk_seed": DESK_SEED.hex(),
            "eph_E": EPH_E.hex(),
            "eph_D": EPH_D.hex(),
            "n_E": N_E.hex(),
            "n_D": N_D.hex(),
        },
        "origin": ORIGIN,
        "pair": _handshake("pair"),
        "resume": _handshake("resume"),
    }


def _handshake(mode: str) -> dict[str, object]:
    key, kept, time = DeviceKey.from_seed(DESK_SEED), KeptPairings(), PairingTime(lambda: 0.0)
    time.open()
    extension = ExtensionEnd(EXT_SEED, ephemeral=EPH_E, nonce=N_E)
    kept.add(Pairing(PAIRING, ORIGIN, extension.public, key.public_key))
    end = DesktopEnd(
        ORIGIN, key, kept, time, lambda: Fresh(X25519PrivateKey.from_private_bytes(EPH_D), N_D), lambda: PAIRING
    )
    frames: list[list[str]] = []

    def said(by: str, *bodies: bytes) -> tuple[bytes, ...]:
        frames.extend([by, body.decode("ascii")] for body in bodies)
        return bodies

    if mode == "pair":
        (hello,) = said("desktop", *end.take(*said("extension", extension.hello_to_pair())).send)
        (auth,) = said("desktop", *end.take(*said("extension", extension.reveal(hello))).send)
    else:
        hello, auth = said("desktop", *end.take(*said("extension", extension.hello_to_resume(PAIRING))).send)
        extension.read_hello(hello)
    end.take(*said("extension", extension.auth(auth)))
    made: dict[str, object] = {
        "transcript_hash": extension.transcript.hex(),
        "e2d": extension.keys[0].hex(),
        "d2e": extension.keys[1].hex(),
    }
    if mode == "pair":
        made["commit"] = json.loads(frames[0][1])["commit"]
        made["code"] = extension.code
        said("desktop", *end.allow(extension.code))
        extension.open(frames[-1][1].encode())
    for message in TO_DESKTOP:
        (frame,) = said("extension", extension.seal(message.encode()))
        assert end.take(frame).message == message.encode()
    said("desktop", *(end.seal(message.encode()) for message in TO_EXTENSION))
    return {**made, "frames": frames, "to_desktop": TO_DESKTOP, "to_extension": TO_EXTENSION}


if __name__ == "__main__":
    json.dump(vectors(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
