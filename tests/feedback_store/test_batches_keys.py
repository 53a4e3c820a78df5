"""Keys: RFC 8032's vectors hold, and no public key is taken under which anybody could sign (T10)."""

from __future__ import annotations

import hashlib
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from made_batches import KEY, SEED

from feedback_store.batches.keys import LOW_ORDER_ENCODINGS, DeviceKey, check_public_key, key_id, verify
from feedback_store.errors import BatchError

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
L = 2**252 + 27742317777372353535851937790883648493

# RFC 8032 7.1, all five of Ed25519 (1 to 3, 1024, SHA(abc)): seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
        "00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
        "027beceea1ec40a",
    ),
    (
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1"
        "e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d"
        "658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a"
        "7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b3b310da903401aa62100ab5d1a36553e"
        "06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc10"
        "3b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed1"
        "85ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d"
        "502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f270"
        "88d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089b"
        "eccf80cfe2df16a2cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128ba"
        "b27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969b"
        "e3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb7"
        "51fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb038dda0847dd988d"
        "cda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34df"
        "f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7"
        "984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e4"
        "88acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac09"
        "43bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5f"
        "b93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f161"
        "0e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380d"
        "b2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8ca"
        "c60c905c15fc910840b94c00a0b9d0",
        "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6"
        "ac00a9704a188a03",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad"
        "9bef1177331a704",
    ),
]

# The blacklist of libsodium's ge25519_has_small_order, written down independently of our computation; each of these
# seven stands for two encodings, with the sign bit and without.
SMALL_ORDER = [
    "00" * 32,
    "01" + "00" * 31,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
]
FOURTEEN = [
    bytes.fromhex(text)[:31] + bytes([bytes.fromhex(text)[31] | sign]) for text in SMALL_ORDER for sign in (0, 0x80)
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_keys_and_signatures_are_those_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    assert len(bytes.fromhex(message)) in (0, 1, 2, 64, 1023), "the lengths that the sections say"
    key = DeviceKey.from_seed(bytes.fromhex(seed))
    assert key.public_key.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    verify(key.public_key, bytes.fromhex(signature), bytes.fromhex(message))


def test_a_key_comes_back_from_its_seed_and_shows_no_secret() -> None:
    key = DeviceKey.generate()
    assert DeviceKey.from_seed(key.seed).public_key == key.public_key
    assert key.key_id == key_id(key.public_key)
    for text in (repr(KEY), str(KEY), f"{KEY}", repr(vars(KEY))):
        assert SEED.hex() not in text
        assert repr(SEED) not in text


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError):
        DeviceKey.from_seed(b"s" * length)


def test_the_refused_encodings_are_the_fourteen_known_ones() -> None:
    assert set(FOURTEEN) == LOW_ORDER_ENCODINGS
    assert len(LOW_ORDER_ENCODINGS) == 14


@pytest.mark.parametrize("text", SMALL_ORDER)
def test_those_points_vanish_when_doubled_three_times(text: str) -> None:
    y = int.from_bytes(bytes.fromhex(text), "little") % P
    for _ in range(3):
        # y of 2·(x, y) on −x² + y² = 1 + d·x²·y², with x² put in from the curve's equation (RFC 8032 5.1)
        x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        y = (y * y + x2) * pow(2 - (y * y - x2), -1, P) % P
    assert y == 1


@pytest.mark.parametrize("public", FOURTEEN, ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:])
def test_a_point_of_low_order_is_refused_at_enrolment_and_at_verification(public: bytes) -> None:
    for refused in (lambda: check_public_key(public), lambda: verify(public, bytes(64), b"any")):
        with pytest.raises(BatchError) as error:
            refused()
        assert (error.value.code, error.value.values["rule"]) == ("key_low_order", 4)


def test_the_library_alone_would_take_a_forged_signature_under_such_a_point() -> None:
    identity = b"\x01" + bytes(31)
    forged = identity + bytes(32)  # R the identity, S zero: made without any secret
    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"whatever is said")
    with pytest.raises(BatchError):
        verify(identity, forged, b"whatever is said")


@pytest.mark.parametrize(
    "public",
    [b"", b"k" * 31, b"k" * 33, (P + 3).to_bytes(32, "little"), b"\xff" * 32, (2).to_bytes(32, "little")],
    ids=["empty", "short", "long", "y + p", "all ones", "not on the curve"],
)
def test_bytes_that_are_no_public_key_are_refused(public: bytes) -> None:
    with pytest.raises(BatchError) as error:
        check_public_key(public)
    assert error.value.values["rule"] == 4


def test_every_real_key_is_taken_and_half_of_all_bytes_are_no_point() -> None:
    for _ in range(50):
        check_public_key(DeviceKey.generate().public_key)
    refused = 0
    for _ in range(200):
        try:
            check_public_key(os.urandom(32))
        except BatchError:
            refused += 1
    assert 50 < refused < 150


SIGNATURE = KEY.sign(b"said")
R, S = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")


def scalar(value: int) -> bytes:
    return value.to_bytes(32, "little")


def refuses(signature: bytes) -> None:
    with pytest.raises(BatchError) as error:
        verify(KEY.public_key, signature, b"said")
    assert (error.value.code, error.value.values["rule"]) == ("bad_signature", 4)
    assert str(error.value) == "The signature does not match."


def over(r: bytes) -> bytes:
    """This R with the S that fits where R is read as the neutral point: S = h·a, so that S·B − h·A = 0.

    Only the key's own holder can make it, and gives the key away with it.
    """
    half = bytearray(hashlib.sha512(SEED).digest()[:32])
    half[0] &= 248  # RFC 8032 5.1.5
    half[31] = half[31] & 127 | 64
    h = int.from_bytes(hashlib.sha512(r + KEY.public_key + b"said").digest(), "little")
    return r + scalar(h * int.from_bytes(half, "little") % L)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(R + scalar(S + L), id="the same S, not reduced"),
        pytest.param(R + scalar(L), id="S is L"),
        pytest.param(R + scalar(L - 1), id="S is L - 1"),
        pytest.param(R + scalar(0), id="S is 0"),
        pytest.param(R + b"\xff" * 32, id="S is all ones"),
        pytest.param(R + scalar(S | 1 << 255), id="the highest bit of S set"),
        pytest.param(bytes(32) + scalar(S), id="R is zero"),
        pytest.param(b"\xff" * 32 + scalar(S), id="R is all ones"),
        pytest.param(R[:31] + bytes([R[31] ^ 0x80]) + scalar(S), id="the other sign of R"),
        pytest.param(scalar(S) + R, id="R and S exchanged"),
        pytest.param(SIGNATURE[:63], id="a byte short"),
        pytest.param(SIGNATURE + b"\0", id="a byte long"),
        pytest.param(b"", id="empty"),
        pytest.param(bytes(64), id="zeros"),
        pytest.param(DeviceKey.generate().sign(b"said"), id="another key's"),
    ],
)
def test_a_signature_is_refused_when_anything_is_changed(changed: bytes) -> None:
    """T10. The library's rule, S < L (RFC 8032 5.1.7), is held here by name: a signature has one spelling."""
    refuses(changed)


NEUTRAL = scalar(1)


@pytest.mark.parametrize(
    "r", [each for each in FOURTEEN if each != NEUTRAL], ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:]
)
def test_an_r_of_low_order_or_in_another_spelling_is_refused(r: bytes) -> None:
    """T10. A check that decodes R reads the neutral point in three of these; one times the cofactor takes them all."""
    refuses(over(r))
    refuses(r + scalar(S))


@pytest.mark.parametrize("more", range(19))
def test_an_r_whose_y_is_not_reduced_is_refused(more: int) -> None:
    """T10. All nineteen y that have a second spelling below 2**255."""
    refuses(over(scalar(P + more)))
    refuses(over(scalar(P + more | 1 << 255)))


def test_the_neutral_point_as_r_holds_in_its_one_spelling_for_the_holder_alone() -> None:
    """RFC 8032 takes it. That it does shows that the refusals above are refused for their R, not for their S."""
    verify(KEY.public_key, over(NEUTRAL), b"said")
    with pytest.raises(BatchError):
        verify(DeviceKey.generate().public_key, over(NEUTRAL), b"said")
    with pytest.raises(BatchError):
        verify(KEY.public_key, over(NEUTRAL), b"something else")
