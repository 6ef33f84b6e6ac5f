"""Faults of where figures come from: meters, anchors, plans, and the draws of auditors."""

from lexicon.transactions import Act, Transaction

from tests.chaincode.tables.base import Fault, Table, account
from tests.chaincode.test_meters import METER, replacing
from tests.chaincode.town import h
from tests.chaincode.verification import (
    anchor,
    commit,
    commitments,
    draw_nonce,
)

AT = ("acc_a", "pl1", "coal_1")


def meter(number, **fields):
    """An installation, rewritten."""
    return ("meter", (*AT, number), fields)


def installed(town):
    town.must("operator_a", "register_meter", METER)


def installation(**changes):
    """The installation of `replace_meter`, changed."""
    return {"installation": replacing()["installation"] | changes}


RSA = METER["gateway_key"] | {"algorithm": "rsa"}
METERS = [
    Table(
        of=Transaction.REGISTER_METER,
        who="operator_a",
        args=METER,
        faults=[
            Fault(refusal="account_mismatch", who="operator_b"),
            Fault(refusal="unit_unknown", args={"unit": "barrel"}),
            Fault(refusal="bad_argument", args={"least_count": "0"}),
            Fault(refusal="bad_argument", args={"gateway_key": RSA}),
            Fault(refusal="meter_exists", edits=[meter(0, **METER)]),
            Fault(refusal="meter_number_gap", args={"n": 3}, hides=frozenset({"meter_exists"})),
        ],
    ),
    Table(
        of=Transaction.REPLACE_METER,
        who="operator_a",
        prepare=installed,
        args=replacing(),
        faults=[
            Fault(refusal="account_mismatch", who="operator_b"),
            Fault(refusal="unit_unknown", args=installation(unit="barrel")),
            Fault(refusal="bad_argument", args=installation(least_count="0.00")),
            Fault(refusal="bad_argument", args=installation(gateway_key=RSA)),
            Fault(refusal="meter_exists", edits=[meter(1, **METER | {"n": 1})]),
            Fault(refusal="meter_number_gap", edits=[("meter", (*AT, 0), None)]),
            Fault(refusal="bad_argument", edits=[meter(0, valid_from="2027-01-01T00:00:00Z")]),
        ],
    ),
    Table(
        of=Transaction.REVOKE_METER_KEY,
        who="operator_a",
        prepare=installed,
        args={name: METER[name] for name in ("account", "plant", "meter", "n")} | {"reason_digest": h("r")},
        faults=[
            Fault(refusal="account_mismatch", who="operator_b"),
            Fault(refusal="meter_unknown", args={"n": 3}),
            Fault(refusal="meter_ended", edits=[meter(0, valid_to="2026-05-01T00:00:00Z")]),
            Fault(refusal="meter_key_missing", edits=[meter(0, revoked_at="2026-05-01T00:00:00Z")]),
        ],
    ),
    Table(
        of=Transaction.FILE_PLAN,
        who="head_a",
        args={"plant": "pl1", "version": 1, "plan_digest": h("plan")},
        faults=[Fault(refusal="plan_version_wrong", args={"version": 2})],
    ),
    Table(
        of=Transaction.ANCHOR_DAY,
        who="ingest",
        args=anchor("2026-05-02", previous="root"),
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
            Fault(refusal="account_not_active", edits=[account("acc_a", state="suspended")]),
            Fault(
                refusal="exists",
                edits=[("anchor", ("acc_a", "pl1", "2026-05-02", 0), anchor("2026-05-02", previous="root"))],
                hides=frozenset(),
            ),
            Fault(
                refusal="anchor_exists",
                edits=[("anchor", ("acc_a", "pl1", "2026-05-02", 0), anchor("2026-05-02", root="other"))],
            ),
            Fault(refusal="anchor_number_gap", args={"n": 4}, hides=frozenset({"exists", "anchor_exists"})),
            Fault(
                refusal="anchor_previous_wrong",
                edits=[("anchor", ("acc_a", "pl1", "2026-05-01", 0), {"root": h("another")})],
            ),
        ],
    ),
]

ROUND = {"period": "2027-01", "commitment": h("c")}
DRAW = ("draw", ("2027-01",))
OPENED = {"commitment": h("c"), "person": "adm", "nonce": h("nonce")}


def committed(town):
    commit(town, "2027-01")


DRAWS = [
    Table(
        of=Transaction.COMMIT_DRAWS,
        who="adm",
        args=commitments("adm", "2027-01", "2027-02"),
        faults=[
            Fault(refusal="bad_argument", args={"draws": []}),
            Fault(refusal="too_many_inputs", args={"draws": [ROUND] * 61}),
            Fault(refusal="input_twice", args={"draws": [ROUND, ROUND]}),
            Fault(refusal="draw_committed", args=commitments("adm", "2026-05")),
        ],
    ),
    Table(
        of=Transaction.OPEN_DRAW,
        who="adm",
        prepare=committed,
        args={"period": "2027-01", "nonce": draw_nonce("adm", "2027-01")},
        faults=[
            Fault(refusal="draw_missing", edits=[(*DRAW, {"regulator": None})]),
            Fault(refusal="draw_already_open", edits=[(*DRAW, {"administrator": OPENED})]),
            Fault(refusal="nonce_mismatch", args={"nonce": h("other")}),
        ],
    ),
    Table(
        of=Act.VOID_DRAW,
        who="adm",
        prepare=committed,
        args={"period": "2027-01", "reason_digest": h("lost")},
        faults=[
            Fault(refusal="draw_missing", args={"period": "2029-01"}),
            Fault(refusal="draw_already_open", edits=[(*DRAW, {"seed": h("seed")})]),
        ],
    ),
    Table(
        of=Transaction.DECLARE_COMPILATION,
        who="appr",
        args={"account": "acc_b", "year": 2024},
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_b",), None)]),
            Fault(refusal="holder_not_allowed", edits=[account("acc_b", kind="auditor")]),
            Fault(
                refusal="compilation_exists",
                edits=[("tenure", ("aud", "acc_b"), {"years": [], "compiled": [2024]})],
            ),
        ],
    ),
]


TABLES = [*METERS, *DRAWS]
