"""Sealed boxes: the published vector, and every way in which a box is not ours."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lexicon.signature import spki_of

from accounting.services.boxes import BadBox, seal, unseal

# n - 1 of P-256.
ORDER_LESS_ONE = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550
CONTEXT = "report~acc_1~plant_1~2026-05~1"
TEXT = '{"salt":"00112233445566778899aabbccddeeff","value":"48213417000"}'
BOX = (
    "0104b290a7c960fedaaf1e551325d578c10af47a232e5adca43e5b2496c21e04bb3b2dc178026ea71e045cd89124df7056a4cadc"
    "028f903663c8d2b416da0704f5db41d1ed2b926e1d2f9c9ea9ed6287f3ce539bfc75283386796ac2f244704ddaaa6147c5a6da62"
    "bd838e01ef9980a467da2ddfe9cad38e1c0f6986cb2787084371f5c5b3e66a3693c3271ef4e0b18d25ece8"
)


def key(seed: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(sha256(seed.encode()).digest(), "big") % ORDER_LESS_ONE + 1
    return ec.derive_private_key(number, ec.SECP256R1())


RECIPIENT, EPHEMERAL = key("tanheng test recipient"), key("tanheng test ephemeral")


def test_the_published_vector_is_sealed_and_opened() -> None:
    box = seal(TEXT, spki=spki_of(RECIPIENT), context=CONTEXT, ephemeral=EPHEMERAL)
    assert box.hex() == BOX
    assert unseal(box, key=RECIPIENT, context=CONTEXT) == TEXT


def test_two_boxes_of_one_text_differ() -> None:
    boxes = {seal(TEXT, spki=spki_of(RECIPIENT), context=CONTEXT) for _ in range(3)}
    assert len(boxes) == 3


@pytest.mark.parametrize("place", [0, 1, 2, 40, 66, 100, -1])
def test_a_box_with_one_flipped_bit_does_not_open(place: int) -> None:
    box = bytearray.fromhex(BOX)
    box[place] ^= 1
    with pytest.raises(BadBox):
        unseal(bytes(box), key=RECIPIENT, context=CONTEXT)


def test_another_key_another_context_and_a_torn_box_do_not_open() -> None:
    box = bytes.fromhex(BOX)
    for given, opener, context in (
        (box, EPHEMERAL, CONTEXT),
        (box, RECIPIENT, CONTEXT + "0"),
        (box[:60], RECIPIENT, CONTEXT),
        (b"", RECIPIENT, CONTEXT),
    ):
        with pytest.raises(BadBox):
            unseal(given, key=opener, context=context)
