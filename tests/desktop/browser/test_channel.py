"""The window's end of chan/1: whom it lets in, what it refuses, and that nothing is opened twice or out of order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.browser.channel.errors import CODES, ChannelError
from desktop.browser.channel.handshake import DesktopEnd
from desktop.browser.channel.pairing import OPEN_S, TRIES
from tests.desktop.browser.extension_end import ORIGIN, ExtensionEnd, b64, frame
from tests.desktop.browser.kept_pairings import Desk, asking

SEED = b"e" * 32
T = TypeVar("T")


def refused(end: DesktopEnd, sent: bytes) -> str:
    """The code of the one error that this frame is answered with."""
    taken = end.take(sent)
    assert taken.message is None
    (told,) = taken.send
    error = json.loads(told)
    assert error["t"] == "error"
    assert (error["n"], error["message"]) == tuple(CODES[error["code"]])
    return str(error["code"])


def test_a_browser_is_let_in_by_the_digits_that_it_shows() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    end = desk.paired(extension)
    assert end.take(extension.seal(b"a capture")).message == b"a capture"
    assert extension.open(end.seal(b"kept")) == b"kept"
    (kept,) = desk.pairings.kept.values()
    assert (kept.origin, kept.ext_pub, kept.desk_pub) == (ORIGIN, extension.public, desk.key.public_key)


def test_nothing_is_kept_and_no_message_is_taken_before_the_person_typed_the_digits() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    asking(end, extension)
    assert end.code == extension.code
    assert desk.pairings.kept == {}
    with pytest.raises(ChannelError, match="no session"):
        end.seal(b"anything")
    assert refused(end, extension.seal(b"too early")) == "no_session"
    with pytest.raises(ChannelError, match="stopped waiting"):
        end.allow(extension.code)  # a frame out of turn has ended the handshake


def test_no_browser_is_let_in_while_the_window_does_not_wait_for_one() -> None:
    desk = Desk()
    assert refused(desk.end(), ExtensionEnd(SEED).hello_to_pair()) == "not_pairing"
    desk.time.open()
    desk.now = OPEN_S
    assert refused(desk.end(), ExtensionEnd(SEED).hello_to_pair()) == "not_pairing"


def test_the_digits_come_too_late_after_two_minutes() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    asking(end, extension)
    desk.now = OPEN_S
    with pytest.raises(ChannelError) as told:
        end.allow(extension.code)
    assert told.value.code == "expired"
    assert desk.pairings.kept == {}


def test_one_browser_is_let_in_at_a_time() -> None:
    desk, first = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    asking(end, first)
    assert refused(desk.end(), ExtensionEnd(b"f" * 32).hello_to_pair()) == "busy"
    end.close()
    asking(desk.end(), ExtensionEnd(b"f" * 32))


def test_a_wrong_code_ends_the_handshake_and_the_third_the_time() -> None:
    desk = Desk()
    desk.time.open()
    for number in range(TRIES):
        extension, end = ExtensionEnd(SEED), desk.end()
        assert desk.time.tries_left == TRIES - number
        asking(end, extension)
        wrong = f"{(int(extension.code) + 1) % 10**6:06}"
        with pytest.raises(ChannelError) as told:
            end.allow(wrong)
        assert told.value.code == "refused"
        assert json.loads(end.refuse())["code"] == "refused"
        with pytest.raises(ChannelError):
            end.allow(extension.code)
    assert refused(desk.end(), ExtensionEnd(SEED).hello_to_pair()) == "not_pairing"
    assert desk.pairings.kept == {}


def test_the_digits_may_be_typed_in_two_groups() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    asking(end, extension)
    end.allow(f" {extension.code[:3]} {extension.code[3:]} ")
    assert end.pairing is not None


def test_one_man_in_the_middle_has_one_guess_because_of_the_commitment() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    (hello,) = end.take(extension.hello_to_pair()).send
    extension.read_hello(hello)
    other = json.loads(ExtensionEnd(SEED).reveal(hello))
    assert refused(end, frame(**other)) == "commit"


def test_a_browser_that_was_let_in_comes_again_without_a_person() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    end, again = desk.resumed(extension.pairing, SEED)
    assert end.pairing is not None
    assert end.take(again.seal(b"more")).message == b"more"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda desk, pairing: (desk.end(), ExtensionEnd(SEED).hello_to_resume("0" * 32)),
        lambda desk, pairing: (desk.end(), ExtensionEnd(b"f" * 32).hello_to_resume(pairing)),
        lambda desk, pairing: (desk.end(ORIGIN.replace("a", "b")), ExtensionEnd(SEED).hello_to_resume(pairing)),
    ],
    ids=["pairing", "key", "origin"],
)
def test_another_pairing_key_or_origin_is_refused_before_anything_is_signed(
    wrong: Callable[[Desk, str], tuple[DesktopEnd, bytes]],
) -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    assert refused(*wrong(desk, extension.pairing)) == "unknown_pairing"


def test_a_window_with_another_key_knows_nobody() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    desk.key = type(desk.key).generate()
    assert refused(desk.end(), ExtensionEnd(SEED).hello_to_resume(extension.pairing)) == "unknown_pairing"


def test_a_pairing_revoked_in_the_midst_of_a_handshake_is_refused() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    again, end = ExtensionEnd(SEED), desk.end()
    hello, auth = end.take(again.hello_to_resume(extension.pairing)).send
    again.read_hello(hello)
    desk.pairings.kept.clear()
    assert refused(end, again.auth(auth)) == "unknown_pairing"


def test_a_signature_by_another_key_is_refused() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.time.open()
    end = desk.end()
    (hello,) = end.take(extension.hello_to_pair()).send
    (auth,) = end.take(extension.reveal(hello)).send
    extension.auth(auth)
    other = ExtensionEnd(b"f" * 32).key.sign(b"chan/1 extension\x00" + extension.transcript)
    assert refused(end, frame(t="auth", sig=b64(other))) == "auth"


@pytest.mark.parametrize("low", [bytes(32), b"\x01" + bytes(31)])
def test_keys_of_low_order_are_refused(low: bytes) -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    hello = json.loads(ExtensionEnd(SEED).hello_to_resume(extension.pairing))
    assert refused(desk.end(), frame(**{**hello, "eph_E": b64(low)})) == "key"


# T6: replay, reorder on the channel


def test_t6_a_frame_sent_twice_ends_the_session() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    end = desk.paired(extension)
    sent = extension.seal(b"once")
    assert end.take(sent).message == b"once"
    assert refused(end, sent) == "counter"
    assert refused(end, extension.seal(b"after")) == "no_session"


def test_t6_two_swapped_frames_end_the_session() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    end = desk.paired(extension)
    extension.seal(b"first")
    assert refused(end, extension.seal(b"second")) == "counter"


def test_t6_a_frame_of_another_session_opens_nothing() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    _, earlier = desk.resumed(extension.pairing, SEED)
    end, _ = desk.resumed(extension.pairing, SEED)
    assert refused(end, earlier.seal(b"from before")) == "sealed"


def test_t6_a_frame_of_the_other_direction_opens_nothing() -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    end = desk.paired(extension)
    own = json.loads(end.seal(b"own"))
    assert refused(end, frame(**{**own, "n": 0})) == "sealed"


@given(st.data())
def test_t6_no_flipped_bit_of_a_sealed_frame_is_taken(data: st.DataObject) -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    end = desk.paired(extension)
    sent = bytearray(extension.seal(b"as it was"))
    place = data.draw(st.integers(0, len(sent) * 8 - 1))
    sent[place // 8] ^= 1 << place % 8
    assert refused(end, bytes(sent)) in {"message", "sealed", "counter"}


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_whatever_do_more_than_get_an_error(sent: bytes) -> None:
    desk = Desk()
    desk.time.open()
    assert refused(desk.end(), sent) in CODES


KINDS = st.sampled_from(["hello", "reveal", "auth", "data", "paired", "status", ""])
FIELDS = st.dictionaries(
    st.sampled_from(["v", "mode", "ext_pub", "commit", "pairing", "eph_E", "n_E", "sig", "n", "c", "x"]),
    st.one_of(
        st.integers(-1, 2), st.sampled_from(["pair", "resume", b64(bytes(32)), b64(b"k" * 32), "AAAB", "0" * 32, ""])
    ),
)


@given(st.lists(st.tuples(KINDS, FIELDS), max_size=8))
def test_no_order_of_messages_makes_a_session_without_keys(messages: list[tuple[str, dict[str, object]]]) -> None:
    desk = Desk()
    desk.time.open()
    end = desk.end()
    for kind, fields in messages:
        assert end.take(frame(t=kind, **fields)).message is None
        assert end.pairing is None
        assert end.code is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"v": 2}, "version"),
        ({"v": True}, "message"),
        ({"mode": "ask"}, "message"),
        ({"more": 1}, "message"),
        ({"ext_pub": b64(bytes(31))}, "message"),
        ({"commit": b64(bytes(32)).replace("=", "")}, "message"),
        ({"commit": b64(bytes(32))[:-2] + "B="}, "message"),
        ({"pairing": "0" * 32}, "message"),
    ],
)
def test_a_hello_that_is_not_as_written_is_refused(change: dict[str, object], code: str) -> None:
    desk = Desk()
    desk.time.open()
    hello = json.loads(ExtensionEnd(SEED).hello_to_pair())
    assert refused(desk.end(), frame(**{**hello, **change})) == code


def test_every_code_has_a_number_of_its_own() -> None:
    assert [meaning.number for meaning in CODES.values()] == list(range(1, len(CODES) + 1))


# T5, T6: what is too large


def large(kind: str, size: int = 8 * 1024 * 1024) -> bytes:
    """A frame of this kind and size that takes seconds to parse."""
    head = b'{"t":"%s","n":[' % kind.encode()
    return head + b"1," * ((size - len(head) - 3) // 2) + b"1]}"


def within(seconds: float, act: Callable[[], T]) -> T:
    """What `act` gives; the time is this process's own, whatever else the machine does."""
    begun = time.process_time()
    made = act()
    assert time.process_time() - begun < seconds
    return made


@pytest.mark.parametrize("kind", ["hello", "data", "auth"])
def test_t5_a_frame_that_is_no_sealed_message_is_refused_by_its_length_and_not_parsed(kind: str) -> None:
    """It held the window's thread for eight seconds, before any key was shown."""
    desk, extension = Desk(), ExtensionEnd(SEED)
    assert within(0.5, lambda: refused(desk.end(), large(kind))) == "no_session"
    desk.paired(extension)
    end, again = desk.resumed(extension.pairing, SEED)
    assert within(0.5, lambda: refused(end, large(kind))) == "message"
    assert end.pairing is None and refused(end, again.seal(b"more")) == "no_session"


@pytest.mark.parametrize("end", [b"", b'="', b'"],"c":""}'])
def test_t5_a_frame_that_is_a_sealed_message_but_for_its_end_is_read_once(end: bytes) -> None:
    """Each letter of eight million was given up again, one by one."""
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    last, _again = desk.resumed(extension.pairing, SEED)
    sent = b'{"t":"data","n":0,"c":"' + b"A" * (8 * 1024 * 1024 - 40) + end
    assert within(0.2, lambda: refused(last, sent)) == "message"


@pytest.mark.parametrize("size", [100, 8000])
def test_t6_a_counter_has_one_spelling_in_a_frame_of_any_size(size: int) -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    end, again = desk.resumed(extension.pairing, SEED)
    assert refused(end, again.seal(b"0" * size).replace(b'"n":0,', b'"n":00,')) == "message"


@pytest.mark.parametrize("size", [0, 2900, 3100, 768 * 1024, 6 * 1024 * 1024 - 64])
def test_a_sealed_message_of_any_size_that_a_host_carries_is_opened(size: int) -> None:
    desk, extension = Desk(), ExtensionEnd(SEED)
    desk.paired(extension)
    end, again = desk.resumed(extension.pairing, SEED)
    for number in range(2):
        assert end.take(again.seal(b"%d" % number * size)).message == b"%d" % number * size
