"""Faults of what is issued, split and merged: allowances and coin."""

from lexicon.canonical import digest
from lexicon.transactions import Transaction

from tests.chaincode.tables.base import (
    Fault,
    Table,
    account,
    coin_faults,
    lot,
    lots,
)
from tests.chaincode.town import h

ISSUE = {
    "issue": "iss_x",
    "kind": "allowance",
    "account": "acc_a",
    "amount": "10",
    "unit": "CEA",
    "vintage": 2026,
    "backing_digest": h("new"),
}
COVERED = [
    Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
    Fault(refusal="account_not_active", edits=[account("acc_a", state="suspended")]),
    Fault(refusal="holder_not_allowed", edits=[account("acc_a", kind="auditor")]),
    Fault(refusal="supply_unknown", edits=[("supply", ("CEA", 2026), None)]),
    Fault(refusal="backing_used", edits=[("backing", (h("new"),), {"issue": "iss_0"})]),
    Fault(refusal="issue_above_cap", edits=[("supply", ("CEA", 2026), {"cap": "1001"})]),
]
ISSUES = [
    Table(
        of=Transaction.PROPOSE_ISSUE,
        who="adm",
        args=ISSUE,
        faults=[
            Fault(refusal="bad_argument", args={"vintage": None}),
            Fault(
                refusal="issue_exists",
                edits=[
                    (
                        "issue",
                        ("iss_x",),
                        ISSUE
                        | {"digest": h("d"), "proposed_by": "adm", "endorsed_by": None, "state": "proposed"},
                    )
                ],
            ),
            *COVERED,
        ],
    ),
    Table(
        of=Transaction.ENDORSE_ISSUE,
        who="reg1",
        prepare=lambda town: town.must("adm", "propose_issue", ISSUE),
        args={"issue": "iss_x", "digest": digest(ISSUE)},
        faults=[
            Fault(refusal="issue_unknown", args={"issue": "iss_9"}),
            Fault(refusal="issue_not_proposed", edits=[("issue", ("iss_x",), {"state": "issued"})]),
            Fault(refusal="digest_mismatch", args={"digest": h("other")}),
            Fault(refusal="same_person", edits=[("issue", ("iss_x",), {"proposed_by": "reg1"})]),
        ],
    ),
]


def parts(town):
    """The first output of company b in two."""
    return {"coin": town.coins("acc_b")[0], "amounts_cents": ["1250000"]}


COIN = [
    Table(
        of=Transaction.SPLIT_COIN,
        who="trader_b",
        args=parts,
        faults=[
            Fault(refusal="bad_argument", args={"amounts_cents": ["1"] * 17}),
            *coin_faults(lambda coins: {"coin": coins[0]}, counted=False, enough=False),
            Fault(refusal="sum_mismatch", args={"amounts_cents": ["1250001"]}),
        ],
    ),
    Table(
        of=Transaction.MERGE_COIN,
        who="trader_b",
        args=lambda town: {"coins": town.coins("acc_b")},
        faults=[
            Fault(refusal="bad_argument", args={"coins": []}),
            *coin_faults(lambda coins: {"coins": coins}, enough=False)[:2],
            Fault(refusal="coin_unknown", args={"coins": [{"tx": h("x"), "n": 0}, {"tx": h("x"), "n": 1}]}),
            *coin_faults(lambda coins: {"coins": coins}, enough=False)[3:],
        ],
    ),
    Table(
        of=Transaction.REDEEM_COIN,
        who="head_b",
        args=lambda town: {
            "redemption": "red_1",
            "coins": town.coins("acc_b"),
            "amount_cents": "100",
            "payout_digest": h("bank"),
        },
        faults=[
            Fault(
                refusal="redemption_exists",
                edits=[
                    (
                        "redemption",
                        ("red_1",),
                        {
                            "redemption": "red_1",
                            "account": "acc_b",
                            "amount_cents": "1",
                            "payout_digest": h("x"),
                            "redeemed_by": "head_b",
                        },
                    )
                ],
            ),
            *coin_faults(lambda coins: {"coins": coins}),
        ],
    ),
]


def split_lots(town):
    """Lots at 1, 101 and 301 of company a."""
    for name, quantity, serial in (("lst_1", 100, 1), ("lst_2", 200, 101)):
        clips = [{"quantity": str(quantity), "inputs": lots((serial, quantity))}]
        listed = {"listing": name, "side": "sell", "unit": "CEA", "vintage": 2026, "price_cents": "7000"}
        town.must("trader_a", "list", listed | {"clips": clips})
        town.must("trader_a", "unlist", {"listing": name})


def merging(*serials):
    return {"unit": "CEA", "vintage": 2026, "serials": [str(serial) for serial in serials]}


LOTS = [
    Table(
        of=Transaction.MERGE_LOTS,
        who="trader_a",
        prepare=split_lots,
        args=merging(1, 101),
        faults=[
            Fault(refusal="bad_argument", args=merging(1)),
            Fault(refusal="too_many_inputs", args=merging(*range(1, 202))),
            Fault(refusal="input_twice", args=merging(1, 1)),
            Fault(refusal="lot_unknown", args=merging(2, 101)),
            Fault(refusal="lot_not_yours", edits=[lot(owner="acc_c")]),
            Fault(refusal="lot_held", edits=[lot(hold="court")]),
            Fault(refusal="lot_not_free", edits=[lot(state="pending_surrender")]),
            Fault(refusal="lots_not_adjacent", args=merging(1, 301)),
            Fault(refusal="lots_differ", edits=[lot(origin="iss_other")]),
        ],
    ),
]


TABLES = [*ISSUES, *COIN, *LOTS]
