"""Argument shapes: what is written is read back; what is not of the shape is refused by field name."""

import pytest
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AllowanceUnit, Side
from lexicon.transactions import (
    ARGUMENTS,
    SERVICE_OF,
    SIGNERS,
    Clip,
    List,
    LotInput,
    Transaction,
    parse,
    to_args,
)

OFFER = List(
    listing="lst_1",
    side=Side.SELL,
    unit=AllowanceUnit.CEA,
    vintage=2026,
    price_cents=7050,
    clips=(Clip(quantity=100, inputs=(LotInput(serial_from=1, quantity=100),)),),
)


def test_arguments_written_are_read_back_equal():
    assert parse("list", to_args(OFFER)) == OFFER


def test_amounts_are_text_and_defaults_are_left_out():
    written = to_args(OFFER)
    assert written["price_cents"] == "7050"
    assert written["vintage"] == 2026
    assert written["clips"] == [{"quantity": "100", "inputs": [{"serial_from": "1", "quantity": "100"}]}]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price_cents": 7050}, "args.price_cents"),
        ({"price_cents": "07050"}, "args.price_cents"),
        ({"price_cents": "0"}, "args.price_cents"),
        ({"price_cents": "-1"}, "args.price_cents"),
        ({"vintage": True}, "args.vintage"),
        ({"side": "hold"}, "args.side"),
        ({"listing": "A B"}, "args.listing"),
        ({"listing": "lst_1\n"}, "args.listing"),
        ({"clips": {}}, "args.clips"),
        ({"clips": [{"quantity": "1", "inputs": [{"serial_from": "1"}]}]}, "args.clips.0.inputs.0.quantity"),
        ({"total": "5"}, "args.total"),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(change, field):
    with pytest.raises(Refused) as refused:
        parse("list", {**to_args(OFFER), **change})
    assert refused.value.refusal is Refusal.BAD_ARGUMENT
    assert refused.value.facts == {"field": field}


def test_an_unknown_transaction_is_refused():
    with pytest.raises(Refused) as refused:
        parse("transfer", {})
    assert refused.value.refusal is Refusal.UNKNOWN_TRANSACTION


def test_every_transaction_has_arguments_and_one_kind_of_signer():
    acts = {f"{verb}_action" for verb in ("propose", "confirm", "execute", "withdraw")}
    by_act = acts | {"bind_key", "unbind_key"}
    assert set(ARGUMENTS) == set(Transaction)
    for name in Transaction:
        assert (name in SIGNERS) + (name in SERVICE_OF) + (name.value in by_act) == 1
