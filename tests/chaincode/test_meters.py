"""Meters, their replacement and keys, daily anchors, plans: each refusal in the documented order."""

from hashlib import sha256

import pytest

from tests.chaincode.town import accepted, h, refusal
from tests.chaincode.verification import anchor, mint, statement

METER = {
    "account": "acc_a",
    "plant": "pl1",
    "meter": "coal_1",
    "n": 0,
    "medium": "coal",
    "unit": "t",
    "least_count": "0.001",
    "digits": 9,
    "gateway_key": {"fingerprint": sha256(bytes(3)).hexdigest(), "algorithm": "ed25519", "spki": "AAAA"},
    "valid_from": "2026-01-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("trader_a", {}, "role_not_allowed"),
        ("operator_b", {}, "account_mismatch"),
        ("operator_a", {"unit": "barrel"}, "unit_unknown"),
        ("operator_a", {"gateway_key": METER["gateway_key"] | {"algorithm": "rsa"}}, "bad_argument"),
        ("operator_a", {"gateway_key": METER["gateway_key"] | {"fingerprint": h("another")}}, "bad_argument"),
        ("operator_a", {"least_count": "1e-3"}, "bad_argument"),
        ("operator_a", {"least_count": "0"}, "bad_argument"),
        ("operator_a", {"least_count": "0.000"}, "bad_argument"),
        ("operator_a", {"least_count": "-0.001"}, "bad_argument"),
        ("operator_a", {"n": 1}, "meter_number_gap"),
    ],
)
def test_a_meter_is_refused(town, who, change, expected):
    assert refusal(town.act(who, "register_meter", METER | change)) == expected


def test_a_meter_is_registered_once(town):
    town.must("operator_a", "register_meter", METER)
    assert refusal(town.act("operator_a", "register_meter", METER)) == "meter_exists"


def replacing(**changes):
    installation = METER | {"n": 1, "gateway_key": None, "valid_from": "2026-05-20T02:00:00Z"} | changes
    return {
        "installation": installation,
        "final_value": "991204.5",
        "start_value": "37",
        "evidence_digest": h("photos"),
    }


@pytest.mark.parametrize(
    ("who", "args", "expected"),
    [
        ("trader_a", replacing(), "role_not_allowed"),
        ("operator_b", replacing(), "account_mismatch"),
        ("operator_a", replacing(unit="barrel"), "unit_unknown"),
        ("operator_a", replacing(n=0), "meter_exists"),
        ("operator_a", replacing(n=2), "meter_number_gap"),
        ("operator_a", replacing(meter="oil_1"), "meter_number_gap"),
        ("operator_a", replacing(valid_from=METER["valid_from"]), "bad_argument"),
        ("operator_a", replacing() | {"final_value": "-1"}, "bad_argument"),
        ("operator_a", replacing(least_count="0"), "bad_argument"),
    ],
)
def test_a_replacement_is_refused(town, who, args, expected):
    town.must("operator_a", "register_meter", METER)
    assert refusal(town.act(who, "replace_meter", args)) == expected


def test_a_replaced_meter_ends_when_the_next_installation_begins(town):
    town.must("operator_a", "register_meter", METER)
    town.must("head_a", "replace_meter", replacing())
    old, new = (town.read("meter", "acc_a", "pl1", "coal_1", n) for n in (0, 1))
    assert (old["valid_to"], old["final_value"]) == ("2026-05-20T02:00:00Z", "991204.5")
    assert (new["valid_from"], new["start_value"], new["gateway_key"]) == (old["valid_to"], "37", None)
    assert old["evidence_digest"] == new["evidence_digest"] == h("photos")
    assert refusal(town.act("head_a", "replace_meter", replacing())) == "meter_exists"


REVOKED = {"account": "acc_a", "plant": "pl1", "meter": "coal_1", "n": 0, "reason_digest": h("stolen")}


@pytest.mark.parametrize(
    ("who", "change", "expected"),
    [
        ("trader_a", {}, "role_not_allowed"),
        ("operator_b", {}, "account_mismatch"),
        ("operator_a", {"n": 2}, "meter_unknown"),
        ("operator_a", {"n": 0}, "meter_ended"),
        ("operator_a", {"n": 1}, "meter_key_missing"),
    ],
)
def test_the_end_of_a_meter_s_key_is_refused(town, who, change, expected):
    town.must("operator_a", "register_meter", METER)
    town.must("head_a", "replace_meter", replacing())
    assert refusal(town.act(who, "revoke_meter_key", REVOKED | change)) == expected


def test_a_gateway_s_key_ends_once(town):
    town.must("operator_a", "register_meter", METER)
    town.must("operator_a", "revoke_meter_key", REVOKED)
    meter = town.read("meter", "acc_a", "pl1", "coal_1", 0)
    assert (meter["revoked_at"], meter["gateway_key"]) == ("2026-06-01T02:00:00Z", METER["gateway_key"])
    assert refusal(town.act("operator_a", "revoke_meter_key", REVOKED)) == "meter_key_missing"


def test_plans_follow_one_another_and_a_statement_carries_the_one_in_force(town):
    plan = {"plant": "pl1", "version": 1, "plan_digest": h("plan 1")}
    assert refusal(town.act("operator_a", "file_plan", plan)) == "role_not_allowed"
    assert refusal(town.act("head_a", "file_plan", plan | {"version": 2})) == "plan_version_wrong"
    mint(town)
    assert town.read("report", "acc_a", "pl1", "2026-05", 1)["plan_digest"] is None
    for version in (1, 2):
        args = {"plant": "pl1", "version": version, "plan_digest": h(f"plan {version}")}
        town.must("head_a", "file_plan", args)
    assert refusal(town.act("head_a", "file_plan", plan)) == "plan_version_wrong"
    town.must("head_a", "submit_statement", statement(period="2026"))
    assert town.read("report", "acc_a", "pl1", "2026", 1)["plan_digest"] == h("plan 2")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (anchor(), "exists"),
        (anchor(root="other"), "anchor_exists"),
        (anchor(account="acc_x"), "account_unknown"),
        (anchor(account="aud"), "account_not_active"),
        (anchor(n=2, root="late", previous="root"), "anchor_number_gap"),
        (anchor(n=1, root="late"), "anchor_previous_wrong"),
        (anchor(n=1, root="late", previous="other"), "anchor_previous_wrong"),
        (anchor("2026-05-02", previous="other"), "anchor_previous_wrong"),
        (anchor("2026-05-04", previous="root"), "anchor_previous_wrong"),
        (anchor("2026-02-30", previous="root"), "bad_argument"),
    ],
)
def test_an_anchor_is_refused(town, args, expected):
    assert refusal(town.serve("ingest", "anchor_day", args)) == expected


def test_anchors_chain_within_a_day_and_from_day_to_day(town):
    accepted(town.serve("ingest", "anchor_day", anchor(n=1, root="late", previous="root")))
    accepted(town.serve("ingest", "anchor_day", anchor("2026-05-02", root="day 2", previous="root")))
    assert refusal(town.serve("clock", "anchor_day", anchor("2026-05-03"))) == "certificate_not_allowed"
