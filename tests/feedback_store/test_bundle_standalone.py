"""docs/verify_bundle.py, which strangers use, says the same as Preceptor does, and needs nothing of it."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import KEY, OTHER_KEY, base64_of, bodies, body_of, re_signed, record, withdrawal

from feedback_store import canonical
from feedback_store.batches.body import erased_line
from feedback_store.batches.keys import LOW_ORDER_ENCODINGS
from feedback_store.batches.verify import verify_bundle
from feedback_store.errors import BatchError, CanonicalError

PROGRAM = Path(__file__).parents[2] / "docs" / "verify_bundle.py"
FIRST = record()
BODIES = bodies([FIRST, record()], [record()], [withdrawal(FIRST)])
BUNDLE = b"".join(BODIES)


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program as a stranger runs it: apart from this project."""
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", PROGRAM, *map(str, arguments)],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "a file.preceptor"
    file.write_bytes(BUNDLE)
    return file


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"device": KEY.key_id, "public_key": base64_of(KEY.public_key)}))
    return file


def test_it_is_one_short_file_that_needs_nothing_of_ours() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_a_good_file_is_summed_up_with_either_form_of_key(bundle: Path, key_file: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.write_text(base64_of(KEY.public_key) + "\n")
    for key in (key_file, bare):
        done = run(bundle, key)
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        summary = verify_bundle(BUNDLE, public_key=KEY.public_key)
        assert found == {name: getattr(summary, name) for name in found}
        assert {"device", "project", "trainer", "batches", "records", "erased", "first_seq", "last_seq"} == set(found)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (BUNDLE[:-1], 10),
        (BODIES[0] + BODIES[2], 9),
        (BODIES[0] + body_of([record()], seq=2, prev="a" * 64), 9),
        (BUNDLE.replace(b"Why?", b"Who?"), 10),
        (b"x" + BUNDLE, 2),
        (b"", 10),
    ],
)
def test_a_tampered_file_ends_with_1_and_the_rule(bundle: Path, key_file: Path, data: bytes, rule: int) -> None:
    bundle.write_bytes(data)
    done = run(bundle, key_file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Refused by rule {rule}: ")
    assert "Traceback" not in done.stderr


def test_what_cannot_be_read_ends_with_1_and_wrong_usage_with_2(bundle: Path, key_file: Path, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"\xff{")
    for arguments in ((tmp_path / "missing", key_file), (bundle, nonsense), (bundle, tmp_path), (bundle, bundle)):
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("Refused")
        assert "Traceback" not in done.stderr
    assert run(bundle).returncode == 2


def answers(program: ModuleType, data: bytes, public_key: bytes = KEY.public_key) -> tuple[object, object]:
    """What Preceptor and the program say: a summary's counts, or the rule that refused."""
    ours: object
    theirs: object
    try:
        summary = verify_bundle(data, public_key=public_key)
        ours = (summary.batches, summary.records, summary.erased, summary.first_seq, summary.last_seq)
    except BatchError as error:
        ours = error.values["rule"]
    try:
        found = program.verify(io.BytesIO(data), public_key)
        theirs = tuple(found[name] for name in ("batches", "records", "erased", "first_seq", "last_seq"))
    except program.RefusedError as error:
        theirs = int(re.findall(r"rule (\d+)", str(error))[0])
    return ours, theirs


def test_both_refuse_the_same_keys(program: ModuleType) -> None:
    for public_key in (
        *LOW_ORDER_ENCODINGS,
        b"",
        b"k" * 31,
        b"\xff" * 32,
        bytes([2]) + bytes(31),
        OTHER_KEY.public_key,
    ):
        assert answers(program, BUNDLE, public_key) == (4, 4), public_key.hex()


def nested(levels: int, core: bytes) -> bytes:
    """Lists and objects in turn, so many one in another, around `core`."""
    for level in range(levels):
        core = b"[%s]" % core if level % 2 else b'{"a":%s}' % core
    return core


@pytest.mark.parametrize("core", [b"0", b'""', b'"[{"', b"[]", b"{}"])
def test_a_record_is_nested_as_deeply_for_both(program: ModuleType, core: bytes) -> None:
    """The record is a level itself; what is empty holds nothing that would lie deeper."""
    assert program.strict(nested(64, core), 11)
    assert canonical.strict_loads(nested(64, core))
    for too_deep in (nested(65, core), nested(2000, core)):
        with pytest.raises(CanonicalError):
            canonical.strict_loads(too_deep)
        with pytest.raises(program.RefusedError, match="rule 11"):
            program.strict(too_deep, 11)
    assert answers(program, signed_with(b',"zz":' + nested(64, core))) == (11, 11)


@pytest.mark.parametrize("text", ['{"é":1}', '[{"a":{"é":""}}]', '{"a":"é","é":"a"}', '{"":"",":é":""}'])
def test_a_key_beyond_ascii_is_refused_by_both(program: ModuleType, text: str) -> None:
    with pytest.raises(CanonicalError):
        canonical.strict_loads(text.encode())
    with pytest.raises(program.RefusedError, match="rule 11"):
        program.strict(text.encode(), 11)


@given(st.recursive(st.text() | st.integers(-9, 9), lambda part: st.lists(part) | st.dictionaries(st.text(), part)))
def test_what_one_takes_as_canonical_the_other_takes(program: ModuleType, value: object) -> None:
    data = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    try:
        fine = canonical.encode(canonical.strict_loads(data)) == data
    except CanonicalError:
        fine = False
    try:
        assert program.strict(data, 11) == value and fine
    except program.RefusedError:
        assert not fine


@pytest.mark.parametrize("value", [b"null", b"[1,null]", b"9007199254740992", b"-9007199254740992", b"1.5", b"{}"])
def test_a_record_that_is_not_canonical_is_refused_though_its_owner_signed_it(
    program: ModuleType, value: bytes
) -> None:
    data = signed_with(b',"zz":' + value)
    ours, theirs = answers(program, data)
    assert ours == 11
    assert theirs == (11 if value != b"{}" else (1, 2, 0, 1, 1))  # fields and their meaning are not its affair
    assert answers(program, signed_with(b',"zz":"null 9007199254740992"'))[1] == (1, 2, 0, 1, 1), "that is a text"


def signed_with(more: bytes) -> bytes:
    """The first batch, with something more at the end of its first record."""
    envelope, first, *rest = BODIES[0].split(b"\n")
    spoilt = first[:-1] + more + b"}"

    def change(manifest: dict[str, Any]) -> None:
        manifest["items"][0] |= {"sha256": canonical.record_hash(spoilt), "size": len(spoilt)}

    return re_signed(b"\n".join([envelope, spoilt, *rest]), change)


Mutation = Callable[[random.Random, bytes], bytes]


def flip(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]


def cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def drop(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randrange(1, 9) :]


def insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + dice.randbytes(dice.randrange(1, 9)) + data[at:]


def lines(dice: random.Random, data: bytes) -> bytes:
    """Lines left out, doubled or swapped."""
    found = data.splitlines(keepends=True)
    one, two = dice.randrange(len(found)), dice.randrange(len(found))
    match dice.randrange(3):
        case 0:
            del found[one]
        case 1:
            found.insert(two, found[one])
        case _:
            found[one], found[two] = found[two], found[one]
    return b"".join(found)


def erase(dice: random.Random, data: bytes) -> bytes:
    """A record erased, rightly or with another's hash."""
    found = data.split(b"\n")
    places = [at for at, line in enumerate(found) if line and not line.startswith(b'{"payload":"')]
    of = found[dice.choice(places)]
    found[dice.choice(places)] = erased_line(canonical.record_hash(of))
    return b"\n".join(found)


def sign_again(dice: random.Random, data: bytes) -> bytes:
    """A manifest's field changed by the key's owner."""
    values: list[Any] = [0, 1, 2, 501, -1, "", "x", "a" * 64, "0" * 64, [], {}, True, 2**53, "2026-02-30T12:34:56.789Z"]

    def change(manifest: dict[str, Any]) -> None:
        part = dice.choice([manifest, manifest, manifest["items"][0], manifest["terms"], manifest["app"]])
        name = dice.choice(sorted(part))
        if dice.randrange(4):
            part[name] = dice.choice(values)
        elif dice.randrange(2):
            del part[name]
        else:
            part["more"] = dice.choice(values)

    return re_signed(data, change)


MUTATIONS: tuple[Mutation, ...] = (flip, cut, drop, insert, lines, erase, sign_again)


def disagreements(program: ModuleType, seed: int, count: int) -> list[tuple[int, str, object]]:
    found = []
    for number in range(count):
        dice = random.Random(seed * 1_000_000 + number)
        mutation = MUTATIONS[number % len(MUTATIONS)]
        ours, theirs = answers(program, mutation(dice, BUNDLE))
        if ours != theirs:
            found.append((number, mutation.__name__, (ours, theirs)))
    return found


def test_both_say_the_same_of_whatever_was_done_to_a_file(program: ModuleType) -> None:
    assert disagreements(program, seed=1, count=210) == []


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_both_say_the_same_ten_thousand_times(program: ModuleType) -> None:
    assert disagreements(program, seed=2, count=10_000) == []
