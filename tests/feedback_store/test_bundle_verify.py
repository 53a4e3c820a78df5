"""A file of batches: what is whole is accepted; whatever was done to it is refused by the rule that says so (T8)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import KEY, OTHER_KEY, base64_of, bodies, body_of, re_signed, record, sealed, withdrawal
from made_judgements import PROJECT, TIME, TRAINER

from feedback_store import canonical, records
from feedback_store.batches import payload
from feedback_store.batches.body import MAX_BODY, MAX_RECORDS, erased_line, read_body, read_bundle, write_body
from feedback_store.batches.dsse import parse_envelope
from feedback_store.batches.manifest import Manifest
from feedback_store.batches.verify import BundleSummary, is_future, verify_bundle
from feedback_store.errors import BatchError
from feedback_store.records import MAX_RECORD_BYTES

FIRST, SECOND, THIRD, FOURTH = (record() for _ in range(4))
GROUPS = ([FIRST, SECOND], [THIRD], [FOURTH, withdrawal(FIRST)])
BODIES = bodies(*GROUPS)
BUNDLE = b"".join(BODIES)


def verified(data: bytes, **options: Any) -> BundleSummary:
    return verify_bundle(data, **{"public_key": KEY.public_key, **options})


def refusal(data: bytes, **options: Any) -> tuple[int, str]:
    with pytest.raises(BatchError) as error:
        verified(data, **options)
    rule = error.value.values["rule"]
    assert isinstance(rule, int)
    return rule, error.value.code


def test_a_whole_file_is_summed_up(tmp_path: Path) -> None:
    summary = BundleSummary(
        device=KEY.key_id,
        project=PROJECT,
        trainer=TRAINER,
        batches=3,
        records=5,
        erased=0,
        first_seq=1,
        last_seq=3,
        signature_checked=True,
    )
    assert verified(BUNDLE) == summary
    (tmp_path / "b.preceptor").write_bytes(BUNDLE)
    assert verify_bundle(tmp_path / "b.preceptor", public_key=KEY.public_key, project=PROJECT) == summary
    assert [write_body(body.envelope, body.lines) for body in read_bundle(BUNDLE)] == BODIES


def test_a_file_may_begin_in_the_middle_of_a_chain() -> None:
    summary = verified(b"".join(BODIES[1:]))
    assert (summary.first_seq, summary.last_seq) == (2, 3)


def test_a_new_chain_may_follow_and_bring_a_known_record_again() -> None:
    again = body_of([FIRST, SECOND], chain="d" * 32)
    assert verified(BODIES[0] + again).batches == 2


def test_revisions_rise_in_each_chain_and_may_cross_between_two() -> None:
    """Copies of one profile change a record in chains of their own, and no order of the file suits both."""
    first, second, other = record(), record(), "d" * 32
    ours, theirs = bodies([first, withdrawal(second)]), bodies([withdrawal(first), second], chain=other)
    assert verified(b"".join([*ours, *theirs])).batches == 2
    assert verified(b"".join([*theirs, *ours])).batches == 2
    assert refusal(b"".join(bodies([withdrawal(first)], [first], chain=other))) == (11, "record_old_revision")


def test_without_a_key_the_summary_says_that_nobody_is_known_to_have_signed() -> None:
    summary = verified(BUNDLE, public_key=None)
    assert not summary.signature_checked
    assert "no key" in str(summary.warnings[0])


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def test_an_erased_record_leaves_a_valid_file_that_says_so() -> None:
    erased = replaced(BUNDLE, SECOND + b"\n", erased_line(canonical.record_hash(SECOND)) + b"\n")
    assert (verified(erased).records, verified(erased).erased) == (5, 1)


@pytest.mark.parametrize(
    ("data", "rule"),
    {
        "empty": (b"", 10),
        "a newline": (b"\n", 2),
        "no last newline": (BUNDLE[:-1], 10),
        "one newline more": (BUNDLE + b"\n", 10),
        "a carriage return": (BODIES[0].replace(b"\n", b"\r\n"), 2),
        "a record less": (replaced(BUNDLE, SECOND + b"\n", b""), 10),
        "a record twice": (replaced(BUNDLE, SECOND + b"\n", (SECOND + b"\n") * 2), 10),
        "records swapped": (replaced(BODIES[0], FIRST + b"\n" + SECOND, SECOND + b"\n" + FIRST), 10),
        "a record of another batch": (replaced(BUNDLE, SECOND, THIRD), 10),
        "another record erased": (replaced(BUNDLE, SECOND, erased_line(canonical.record_hash(FIRST))), 10),
        "an erased line with a space": (
            replaced(BUNDLE, SECOND, erased_line(canonical.record_hash(SECOND)).replace(b":", b": ")),
            10,
        ),
        "an erased line in capitals": (
            replaced(BUNDLE, SECOND, erased_line(canonical.record_hash(SECOND).upper())),
            10,
        ),
        "the tail cut off": (BUNDLE[: len(BODIES[0]) + len(BODIES[1]) - len(THIRD) - 1], 10),
        "a batch left out": (BODIES[0] + BODIES[2], 9),
        "batches swapped": (BODIES[1] + BODIES[0], 9),
        "a batch twice": (BODIES[0] + BODIES[0], 9),
        "two batches at one place": (BODIES[0] + body_of([THIRD]), 9),
        "a first batch that follows something": (body_of([FIRST], prev="a" * 64), 9),
        "a second batch that follows nothing": (body_of([FIRST], seq=2), 9),
        "a second batch that follows another first one": (BODIES[0] + body_of([THIRD], seq=2, prev="a" * 64), 9),
        "another project within": (
            BODIES[0] + body_of([record(project=(p := records.new_project_id()))], project=p),
            6,
        ),
        "another trainer within": (
            BODIES[0] + body_of([record(trainer=(t := records.new_trainer_id()))], trainer=t),
            6,
        ),
        "a batch of another key within": (BODIES[0] + body_of([THIRD], key=OTHER_KEY, chain="d" * 32), 4),
        "another device named": (
            re_signed(BODIES[0], lambda manifest: manifest.update(device=OTHER_KEY.key_id)),
            6,
        ),
        "count says less": (re_signed(BODIES[0], lambda manifest: manifest.update(count=1)), 10),
        "an item less": (re_signed(BODIES[0], lambda manifest: manifest["items"].pop()), 10),
        "a revision that goes back": (
            b"".join(bodies([withdrawal(FIRST)], [FIRST])),
            11,
        ),
        "not a batch at all": (b"PK\x03\x04 something else\n", 2),
        "a record before the envelope": (FIRST + b"\n" + BUNDLE, 2),
    }.values(),
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_whatever_was_done_to_the_lines_is_refused(data: bytes, rule: int) -> None:
    assert refusal(data)[0] == rule


def test_another_project_than_the_one_asked_for_is_refused() -> None:
    assert refusal(BUNDLE, project=records.new_project_id()) == (6, "audience")  # T9


def test_another_key_is_refused() -> None:
    assert refusal(BUNDLE, public_key=OTHER_KEY.public_key) == (4, "other_key")
    assert refusal(BUNDLE, public_key=b"short") == (4, "other_key")


def signed_as_it_is(*lines: bytes, **named: Any) -> bytes:
    """A batch whose owner signed lines that are no records: what only a broken or dishonest program makes."""
    like = sealed([FIRST] * len(lines))

    def change(manifest: dict[str, Any]) -> None:
        for item, line in zip(manifest["items"], lines, strict=True):
            item.update(sha256=canonical.record_hash(line), size=len(line), **named)

    return re_signed(write_body(like.envelope, lines), change)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"no json",
        FIRST.replace(b'":', b'": ', 1),
        FIRST.replace(b'"rev":1', b'"rev":2'),
        record(project=records.new_project_id()),
        record(trainer=records.new_trainer_id()),
        SECOND,
        FIRST.replace(b'{"', b'{"a":1,"', 1),
        erased_line("a" * 64),
    ],
)
def test_a_signed_line_that_is_not_the_record_it_is_named_is_refused_by_rule_11(line: bytes) -> None:
    assert refusal(signed_as_it_is(line))[0] == 11


def test_sizes_are_held_at_the_byte() -> None:
    """T24: a line, a body and the number of lines, at the cap and one more."""
    line = b"x" * MAX_RECORD_BYTES
    assert read_body(b"e\n" + line + b"\n").lines == (line,)
    for data in (b"e\n" + line + b"x\n", b"e\n" + line + b"x", line + b"x\n"):
        assert _rule(lambda data=data: read_body(data)) == 1  # type: ignore[misc]
        assert refusal(data)[0] in (1, 2)
    full = (b"y" * (1024 * 1024 - 1) + b"\n") * 8
    assert len(full) == MAX_BODY
    assert len(read_body(full).lines) == 7
    assert _rule(lambda: read_body(full + b"\n")) == 1
    assert _rule(lambda: list(read_bundle(full + b"\n"))) == 1
    assert len(read_body(b"e\n" * (MAX_RECORDS + 1)).lines) == MAX_RECORDS
    assert _rule(lambda: read_body(b"e\n" * (MAX_RECORDS + 2))) == 1
    assert _rule(lambda: list(read_bundle(b"e\n" * (MAX_RECORDS + 2)))) == 1


def _rule(refused: Callable[[], object]) -> object:
    with pytest.raises(BatchError) as error:
        refused()
    return error.value.values["rule"]


def test_a_record_of_exactly_a_mebibyte_travels() -> None:
    small = record(justification="j")
    large = record(justification="j" * (MAX_RECORD_BYTES - len(small) + 1))
    assert len(large) == MAX_RECORD_BYTES
    assert verified(body_of([large])).records == 1


def test_a_batch_from_the_future_is_marked_and_accepted() -> None:
    summary = verified(body_of([FIRST], created_at="2999-01-01T00:00:00.000Z"))
    assert len(summary.warnings) == 1
    manifest = payload.parse(parse_envelope(read_body(BODIES[0]).envelope).payload, Manifest)
    made = datetime.fromisoformat(TIME).timestamp()
    assert not is_future(manifest, made - 24 * 3600)
    assert is_future(manifest, made - 24 * 3600 - 1)


def test_a_folder_or_a_missing_file_is_the_environments_trouble(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "not there"):
        with pytest.raises(OSError):
            verify_bundle(path, public_key=KEY.public_key)


def flipped(data: bytes, position: int) -> bytes:
    changed = bytearray(data)
    changed[position // 8] ^= 1 << position % 8
    return bytes(changed)


def not_refused(positions: list[int]) -> list[int]:
    accepted = []
    for position in positions:
        try:
            verified(flipped(BUNDLE, position))
        except BatchError:
            continue
        accepted.append(position)
    return accepted


def test_every_bit_of_every_line_end_counts() -> None:
    ends = [at * 8 + bit for at, byte in enumerate(BUNDLE) if byte == 10 for bit in range(8)]
    assert not_refused(ends) == []


def test_any_other_bit_counts() -> None:
    assert not_refused(random.Random(20).sample(range(len(BUNDLE) * 8), 500)) == []


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_ten_thousand_other_bits_count() -> None:
    assert not_refused(random.Random(21).sample(range(len(BUNDLE) * 8), 10_000)) == []


@settings(max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(
            st.one_of(
                st.binary(max_size=60),
                st.sampled_from([*BUNDLE.split(b"\n"), b'{"payload":"', b'{"payload":"e30="}', b'{"erased":"']),
            ),
            max_size=8,
        ).map(b"\n".join),
        st.builds(
            lambda at, what: BUNDLE[:at] + what + BUNDLE[at:], st.integers(0, len(BUNDLE)), st.binary(min_size=1)
        ),
        st.builds(lambda a, b: BUNDLE[:a] + BUNDLE[b:], st.integers(1, len(BUNDLE)), st.integers(0, len(BUNDLE))),
        st.text(max_size=60).map(lambda text: b'{"payload":"' + base64_of(text.encode("utf-8", "replace")).encode()),
    )
)
def test_whatever_the_bytes_are_the_answer_is_a_summary_or_a_batch_error(data: bytes) -> None:
    try:
        summary = verified(data)
    except BatchError as error:
        assert error.values["rule"] in range(1, 13)
    else:
        assert summary.batches in (1, 2, 3)
        assert data in (b"".join(BODIES[a:b]) for a in range(3) for b in range(a + 1, 4))
    try:
        read_body(data)
    except BatchError as error:
        assert error.values["rule"] in (1, 10)
