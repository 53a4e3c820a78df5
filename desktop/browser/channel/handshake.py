"""The window's end of one connection: from hello to a session, and its messages.

Frames come by `take`. What ends a handshake or a session is answered by an error message, and the next hello begins
anew. A pairing needs a person: once `code` is not None it waits for `allow`, or `refuse`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.browser.channel.errors import ChannelError
from desktop.browser.channel.messages import (
    MOST_PARSED,
    PAIRING_CHARACTERS,
    SIGNATURE_BYTES,
    VERSION,
    Auth,
    Data,
    DeskHello,
    Hello,
    Reveal,
    as_kind,
    read,
    to_bytes,
    to_frame,
    to_text,
)
from desktop.browser.channel.pairing import Pairing, Pairings, PairingTime, new_id
from desktop.browser.channel.sealed import Sealed
from desktop.browser.channel.transcript import (
    BY_DESKTOP,
    BY_EXTENSION,
    KEY_BYTES,
    Transcript,
    check_signature,
    code_of,
    commitment,
    session_keys,
)
from feedback_store.batches.keys import DeviceKey


@dataclass(frozen=True)
class Fresh:
    """What the window draws for one handshake."""

    ephemeral: X25519PrivateKey
    nonce: bytes

    @classmethod
    def draw(cls) -> Fresh:
        return cls(X25519PrivateKey.generate(), secrets.token_bytes(KEY_BYTES))

    @property
    def public(self) -> bytes:
        return self.ephemeral.public_key().public_bytes_raw()


@dataclass(frozen=True)
class Taken:
    """What came of a frame: frames to be sent, a session's message, as its bytes, and the code of what was refused."""

    send: tuple[bytes, ...] = ()
    message: bytes | None = None
    refused: str = ""


@dataclass(frozen=True)
class _Committed:
    """A pairing after both hellos."""

    hello: Hello
    fresh: Fresh


@dataclass(frozen=True)
class _Signed:
    """The window has signed; the extension's signature is waited for."""

    transcript: Transcript
    sealed: Sealed


@dataclass(frozen=True)
class _Asking:
    """Both have signed; a person is asked."""

    transcript: Transcript
    sealed: Sealed


@dataclass(frozen=True)
class _Session:
    """Messages come and go."""

    pairing: Pairing
    sealed: Sealed


class DesktopEnd:
    """One connection. `origin` is the host's word for whose extension it is; the keys are the proof.

    `draw` gives what is drawn for a handshake, `name` the id of a new pairing: 32 hex digits.
    """

    def __init__(
        self,
        origin: str,
        key: DeviceKey,
        pairings: Pairings,
        time: PairingTime,
        draw: Callable[[], Fresh] = Fresh.draw,
        name: Callable[[], str] = new_id,
    ) -> None:
        self._origin = origin
        self._key = key
        self._pairings = pairings
        self._time = time
        self._draw = draw
        self._name = name
        self._step: _Committed | _Signed | _Asking | _Session | None = None

    @property
    def code(self) -> str | None:
        """The digits that the person has to type, while one is asked."""
        return code_of(self._step.transcript.hash()) if isinstance(self._step, _Asking) else None

    @property
    def pairing(self) -> Pairing | None:
        """Whose session this is; None where there is none."""
        return self._step.pairing if isinstance(self._step, _Session) else None

    def take(self, frame: bytes) -> Taken:
        """Take one frame of the extension's."""
        try:
            if len(frame) > MOST_PARSED and self.pairing is None:
                raise ChannelError("no_session")
            return self._take(read(frame))
        except ChannelError as error:
            return Taken((self._ended(error),), refused=error.code)

    def seal(self, message: bytes) -> bytes:
        """The frame for a message of the session; raises ChannelError("no_session")."""
        if not isinstance(self._step, _Session):
            raise ChannelError("no_session")
        return self._step.sealed.seal(message)

    def is_code(self, typed: str) -> bool:
        """Whether these are the digits; nothing is lost by asking, and nobody but the person at the window asks."""
        code = self.code
        return code is not None and hmac.compare_digest(typed.encode(), code.encode())

    def allow(self, typed: str) -> tuple[bytes, ...]:
        """The person typed this: let the browser in where it is the code; what is to be sent.

        Raises ChannelError "refused" or "expired"; `refuse` with that code ends the handshake and says so.
        """
        asking = self._step
        if not isinstance(asking, _Asking):
            raise ChannelError("expired")
        self._time.check(self, typed, code_of(asking.transcript.hash()))
        agreed = asking.transcript
        pairing = Pairing(self._name(), agreed.origin, agreed.ext_pub, agreed.desk_pub)
        self._pairings.add(pairing)
        self._step = _Session(pairing, asking.sealed)
        return (asking.sealed.seal(to_frame({"t": "paired", "pairing": pairing.id})),)

    def refuse(self, code: str = "refused") -> bytes:
        """End what there is, and what the extension is told."""
        return self._ended(ChannelError(code))

    def close(self) -> None:
        """The connection is gone."""
        self._time.leave(self)
        self._step = None

    def _ended(self, error: ChannelError) -> bytes:
        self.close()
        return to_frame(error.told())

    def _take(self, message: dict[str, Any]) -> Taken:
        match message["t"], self._step:
            case "hello", _:
                self.close()
                return Taken(self._hello(as_kind(message, Hello)))
            case "reveal", _Committed() as committed:
                return Taken(self._reveal(committed, as_kind(message, Reveal)))
            case "auth", _Signed() as signed:
                self._auth(signed, as_kind(message, Auth))
                return Taken()
            case "data", _Session() as session:
                data = as_kind(message, Data)
                return Taken(message=session.sealed.open(data.n, data.c))
            case "data", _:
                raise ChannelError("no_session")
        raise ChannelError("message")

    def _hello(self, hello: Hello) -> tuple[bytes, ...]:
        if hello.v != VERSION:
            raise ChannelError("version")
        to_bytes(hello.ext_pub)
        fresh = self._draw()
        if hello.mode == "resume":
            return self._resume(hello, fresh)
        if hello.pairing or hello.eph_E or hello.n_E:
            raise ChannelError("message")
        to_bytes(hello.commit)
        self._time.claim(self)
        self._step = _Committed(hello, fresh)
        return (self._own_hello(fresh),)

    def _resume(self, hello: Hello, fresh: Fresh) -> tuple[bytes, ...]:
        if hello.commit or len(hello.pairing) != PAIRING_CHARACTERS:
            raise ChannelError("message")
        pairing = self._pairings.find(hello.pairing)
        if pairing is None or not pairing.admits(self._origin, to_bytes(hello.ext_pub), self._key.public_key):
            raise ChannelError("unknown_pairing")
        return (self._own_hello(fresh), self._sign(hello, fresh, hello.eph_E, hello.n_E))

    def _own_hello(self, fresh: Fresh) -> bytes:
        return to_frame(
            DeskHello(desk_pub=to_text(self._key.public_key), eph_D=to_text(fresh.public), n_D=to_text(fresh.nonce))
        )

    def _reveal(self, committed: _Committed, reveal: Reveal) -> tuple[bytes, ...]:
        made = commitment(to_bytes(reveal.eph_E), to_bytes(reveal.n_E))
        if not hmac.compare_digest(made, to_bytes(committed.hello.commit)):
            raise ChannelError("commit")
        return (self._sign(committed.hello, committed.fresh, reveal.eph_E, reveal.n_E),)

    def _sign(self, hello: Hello, fresh: Fresh, ephemeral: str, nonce: str) -> bytes:
        transcript = Transcript(
            mode=hello.mode,
            pairing=hello.pairing,
            origin=self._origin,
            ext_pub=to_bytes(hello.ext_pub),
            commit=to_bytes(hello.commit) if hello.commit else b"",
            desk_pub=self._key.public_key,
            eph_d=fresh.public,
            n_d=fresh.nonce,
            eph_e=to_bytes(ephemeral),
            n_e=to_bytes(nonce),
        )
        agreed = transcript.hash()
        keys = session_keys(fresh.ephemeral, transcript.eph_e, agreed)
        self._step = _Signed(transcript, Sealed.of_desktop(keys))
        return to_frame(Auth(sig=to_text(self._key.sign(BY_DESKTOP + agreed))))

    def _auth(self, signed: _Signed, auth: Auth) -> None:
        agreed = signed.transcript
        check_signature(agreed.ext_pub, BY_EXTENSION, agreed.hash(), to_bytes(auth.sig, SIGNATURE_BYTES))
        if agreed.mode == "pair":
            self._step = _Asking(agreed, signed.sealed)
            return
        pairing = self._pairings.find(agreed.pairing)  # it may have been revoked since hello
        if pairing is None:
            raise ChannelError("unknown_pairing")
        self._step = _Session(pairing, signed.sealed)
