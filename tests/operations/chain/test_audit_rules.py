"""The audit names what no legal history leaves: one broken rule at a time in a ledger that lives.

That no legal history is accused is shown by the random histories of tests/chaincode.
"""

import copy

import pytest
from lexicon.canonical import digest
from operations.chain.audit import audit

from tests.chaincode.audited import state_of
from tests.chaincode.test_blocks import RULES, turn
from tests.chaincode.town import accepted, h
from tests.chaincode.verification import obliged, ready

CASE = ("acc_a", "pl1", "2026", f"{1:012d}")
DUTY = ("obligation", "acc_a", f"{2026:012d}")
LIMIT = ("carrylimit", "acc_a", f"{2027:012d}")
REPORT = "report acc_a~pl1~2026~000000000001 is minted"


def _use(first, quantity, unit="CEA"):
    return {"unit": unit, "vintage": 2026, "serial_from": str(first), "quantity": str(quantity)}


def _clip(first, quantity):
    return {
        "quantity": str(quantity),
        "inputs": [{"serial_from": str(first), "quantity": str(quantity)}],
    }


def _give_up(town):
    """Of company a: 20 t wait, 50 t by two persons, 10 t of reductions by one; of cancellations 5, 8, 2 t."""
    limits = {"account": "acc_a", "surrender_t": "12", "cancel_t": "3"}
    accepted(town.two("own", "set_own_limits", limits, "trader_a", "head_a"))
    for name, lot in (
        ("waits", _use(1, 20)),
        ("two", _use(21, 50)),
        ("alone", _use(1, 10, "CCER")),
    ):
        town.must("trader_a", "surrender", {"surrender": f"sur_{name}", "year": 2026, "lots": [lot]})
    town.must("head_a", "confirm_surrender", {"surrender": "sur_two"})
    for name, lot in (("waits", _use(71, 5)), ("two", _use(76, 8)), ("alone", _use(84, 2))):
        args = {"cancellation": f"can_{name}", "lots": [lot], "reason_digest": h("gift")}
        town.must("trader_a", "cancel_allowances", args)
    town.must("head_a", "confirm_cancellation", {"cancellation": "can_two"})
    basis = {"account": "acc_a", "to_vintage": 2027, "sold_t": "6", "bought_t": "0"}
    accepted(town.two("car", "set_parameters", {"group": "carry_over", "values": basis}, "adm", "reg1"))
    town.must("trader_a", "carry_over", {"carry": "car_1", "to_vintage": 2027, "lots": [_use(86, 9)]})


def _offer(town):
    """Of company a a listing of two clips and a block; of company b a listing to buy and a block to buy."""
    sell = {"listing": "lst_a", "side": "sell", "unit": "CEA", "vintage": 2026, "price_cents": "7000"}
    town.must("trader_a", "list", sell | {"clips": [_clip(95, 20), _clip(115, 20)]})
    buy = sell | {"listing": "lst_b", "side": "buy"}
    clips = [{"quantity": "10", "coins": town.coins("acc_b")[:1]}]
    town.must("trader_b", "list", buy | {"clips": clips})
    block = {"unit": "CEA", "vintage": 2026, "price_cents": "7000", "quantity": "50"}
    selling = block | {"block": "blk_a", "side": "sell", "counterparty": "acc_b"}
    town.must("head_a", "propose_block", selling | {"inputs": _clip(135, 50)["inputs"]})
    buying = block | {"block": "blk_b", "side": "buy", "counterparty": "acc_a"}
    town.must("head_b", "propose_block", buying | {"coins": town.coins("acc_b")[:3]})


@pytest.fixture(scope="module")
def lived():
    town = ready()
    accepted(town.two("o1", "set_obligation", obliged(town), "reg1", "reg2"))
    accepted(town.issue("acc_a", "allowance", 400))
    accepted(town.issue("acc_a", "allowance", 40, "CCER"))
    accepted(town.issue("acc_b", "coin", 3_000_000))
    market = {"group": "market", "values": RULES | {"block_min_t": "50"}}
    accepted(town.two("m1", "set_parameters", market, "adm", "reg1"))
    lost = {"account": "acc_b", "person": "operator_b", "ended": [], "keys": []}
    someone = town.human("spare", "acc_b", "operator")
    lost["keys"] = [town.new_key(town.people["operator_b"], someone.key)]
    accepted(town.two("reb", "rebind_colleague", lost, "trader_b", "head_b"))
    _give_up(town)
    accepted(town.serve("clock", "open_session", {"session": 1}))
    accepted(turn(town, "block"))
    _offer(town)
    return state_of(town)


@pytest.fixture
def state(lived):
    return copy.deepcopy(lived)


def _change(state, /, *key, **fields):
    """Another value of one row."""
    assert key in state.objects
    state.objects[key] = state.objects[key] | fields


def _lot(first):
    return ("lot", "CEA", f"{2026:012d}", f"{first:012d}")


def _clip_key(listing, k=0):
    return ("listing", listing, f"{k:012d}")


def _coin_of(state, lock):
    return next(key for key, value in state.of("coin") if value["listing"] == lock)


def test_a_ledger_on_which_much_happened_has_no_fault(state):
    found = audit(state)
    assert found.faults == []
    kinds = {key[0] for key in state.objects}
    assert kinds >= {"listing", "block", "surrender", "cancellation", "carry", "carrylimit", "action", "case"}
    assert found.reports_minted == 1


# --- offers ------------------------------------------------------------------------------------------------


def test_a_clip_whose_lot_another_lock_has_is_named(state):
    _change(state, *_lot(115), listing="lst_x")
    assert audit(state).faults == ["listing~lst_a~000000000001: lot CEA-2026 115 is not locked for it"]


def test_a_clip_of_another_owner_s_lot_is_named(state):
    _change(state, *_lot(95), owner="acc_b")
    assert audit(state).faults == ["listing~lst_a~000000000000: lot CEA-2026 95 is not locked for it"]


def test_a_clip_that_offers_more_than_its_lots_is_named(state):
    _change(state, *_clip_key("lst_a"), quantity="21")
    assert audit(state).faults == ["listing~lst_a~000000000000: offers 21 t, its lots are 20 t"]


def test_two_clips_of_one_lot_are_named(state):
    first = state.objects[_clip_key("lst_a")]
    _change(state, *_clip_key("lst_a", 1), lots=first["lots"])
    assert audit(state).faults == [
        "listing~lst_a~000000000001: lot CEA-2026 95 is promised by another offer, too"
    ]


def test_a_purchase_without_its_coin_is_named(state):
    _change(state, *_coin_of(state, "lst_b"), listing=None)
    assert audit(state).faults == ["listing~lst_b~000000000000: its coin is not locked for it"]


def test_a_purchase_of_more_than_its_coin_pays_is_named(state):
    _change(state, *_clip_key("lst_b"), price_cents="7001")
    assert audit(state).faults == ["listing~lst_b~000000000000: its coin is not locked for it"]


def test_blocks_without_their_lot_or_coin_are_named(state):
    _change(state, *_lot(135), state="free")
    _change(state, *_coin_of(state, "blk_b"), owner="acc_a")
    assert audit(state).faults == [
        "block~blk_a: lot CEA-2026 135 is not locked for it",
        "block~blk_b: its coin is not locked for it",
    ]


def test_offers_of_a_session_that_is_over_promise_nothing(state):
    _change(state, *_lot(135), state="free", listing=None)
    _change(state, "params", "session", phase="closed")
    assert audit(state).faults == []


# --- what waits, what was carried over, shares -------------------------------------------------------------


def test_a_lot_that_waits_for_nothing_and_a_surrender_of_nothing_are_named(state):
    _change(state, *_lot(1), state="free")
    assert audit(state).faults == [
        "surrender~sur_waits: lot CEA-2026 1 does not wait for it",
        "CEA-2026: 0 t pending_surrender, but 20 t are named",
    ]


def test_a_lot_that_waits_without_a_cancellation_is_named(state):
    del state.objects["cancellation", "can_waits"]
    assert audit(state).faults == ["CEA-2026: 5 t pending_cancellation, but 0 t are named"]


def test_a_carry_over_beyond_the_limit_on_the_ledger_is_named(state):
    _change(state, *LIMIT, limit_t="8")
    assert audit(state).faults == [f"{'~'.join(LIMIT)}: 9 t carried, above 8 t"]


def test_a_carry_limit_that_forgot_what_was_carried_is_named(state):
    _change(state, *LIMIT, carried_t="0")
    assert audit(state).faults == [f"{'~'.join(LIMIT)}: says 0 t, its carry-overs 9 t"]


def test_a_carry_over_without_a_limit_is_named(state):
    del state.objects[LIMIT]
    assert audit(state).faults == ["acc_a carried 9 t into 2027 without a limit"]


def test_a_carry_over_that_makes_more_of_its_lots_or_of_younger_ones_is_named(state):
    younger = _use(86, 9) | {"vintage": 2027}
    _change(state, "carry", "car_1", lots=[younger])
    assert "carry~car_1: a lot that is not carried into 2027" in audit(state).faults
    _change(state, "carry", "car_1", lots=[_use(86, 8)])
    assert "carry~car_1: 8 t became 9 t" in audit(state).faults


def _share(state, percent, before=None):
    """The share of reductions that the ledger says, from its first block on or from a later one."""
    key = ("params", "compliance")
    _change(state, *key, offset_percent_max=percent)
    earlier = [] if before is None else [(0, state.objects[key] | {"offset_percent_max": before})]
    later = 10**6 if earlier else 0
    state.past[key] = [*earlier, (later, state.objects[key])]


def test_reductions_above_the_share_on_the_ledger_are_named(state):
    _share(state, 1)
    assert audit(state).faults == ["surrender~sur_alone: 10 t of reductions, above 1 % of 500 t"]


def test_a_share_that_was_lowered_later_accuses_nobody(state):
    _share(state, 1, before=2)
    assert audit(state).faults == []


def test_a_surrender_above_what_was_due_is_named_by_the_one_that_went_beyond(state):
    _share(state, 20)
    state.past[DUTY] = [(at, value | {"due_t": "55"}) for at, value in state.past[DUTY]]
    assert audit(state).faults == ["surrender~sur_two: 60 t surrendered, 55 t were due"]


def test_a_surrender_of_a_year_without_obligation_and_a_wrong_sum_of_reductions_are_named(state):
    key = DUTY
    _change(state, *key, offset_t="9")
    assert audit(state).faults == [f"{'~'.join(DUTY)} says 9 t of reductions, its surrenders 10 t"]
    del state.objects[key]
    assert "surrender~sur_two: acc_a has no obligation of 2026" in audit(state).faults


# --- persons -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "fields", "faults"),
    [
        ("o1", {"confirmed_by": None}, ["action~o1: set_obligation was carried out by one person"]),
        ("o1", {"confirmed_by": "reg1"}, ["action~o1: set_obligation was confirmed by who proposed it"]),
        ("o1", {"confirmed_by": "adm"}, ["action~o1: adm may not sign set_obligation"]),
        ("o1", {"confirmed_by": "nobody"}, ["action~o1: nobody may not sign set_obligation"]),
        ("own", {"confirmed_by": "head_b"}, ["action~own: head_b may not sign set_own_limits"]),
        ("reb", {"confirmed_by": "operator_b"}, ["action~reb: operator_b may not sign rebind_colleague"]),
        ("o1", {"act": "invented"}, ["action~o1: there is no act invented"]),
    ],
)  # fmt: skip
def test_an_act_without_two_persons_who_may_is_named(state, action, fields, faults):
    _change(state, "action", action, **fields)
    assert audit(state).faults == faults


@pytest.mark.parametrize(
    ("key", "fields", "faults"),
    [
        (("surrender", "sur_two"), {"confirmed_by": None},
         ["surrender~sur_two: 50 t by one person, who may 12 t"]),
        (("surrender", "sur_two"), {"confirmed_by": "trader_a"},
         ["surrender~sur_two: confirmed by who proposed it"]),
        (("surrender", "sur_two"), {"confirmed_by": "head_b"},
         ["surrender~sur_two: head_b is nobody of acc_a"]),
        (("surrender", "sur_waits"), {"proposed_by": "nobody"},
         ["surrender~sur_waits: nobody is nobody of acc_a"]),
        (("cancellation", "can_two"), {"confirmed_by": None},
         ["cancellation~can_two: 8 t by one person, who may 3 t"]),
        (("cancellation", "can_two"), {"confirmed_by": "trader_a"},
         ["cancellation~can_two: confirmed by who proposed it"]),
    ],
)  # fmt: skip
def test_who_gave_up_without_a_second_person_is_named(state, key, fields, faults):
    _change(state, *key, **fields)
    assert audit(state).faults == faults


def test_own_limits_that_were_tightened_later_accuse_nobody(state):
    key = ("account", "acc_a")
    _change(state, *key, own_limits={"surrender_t": "0", "cancel_t": "0", "block_t": None})
    state.past[key].append((10**6, state.objects[key]))
    assert audit(state).faults == []


def test_without_blocks_a_state_is_judged_by_what_it_says_now(state):
    state.past, state.written = {}, {}
    assert audit(state).faults == []
    _change(state, "account", "acc_a", own_limits=None)
    assert audit(state).faults == [
        "surrender~sur_alone: 10 t by one person, who may 0 t",
        "cancellation~can_alone: 2 t by one person, who may 0 t",
    ]


# --- minted reports ----------------------------------------------------------------------------------------


def _step(state, name, **fields):
    """Another step of that name in the minted report's case; without fields, none."""
    case = ("case", *CASE)
    steps = [
        step | fields if step["step"] == name else step
        for step in state.objects[case]["steps"]
        if fields or step["step"] != name
    ]
    _change(state, *case, steps=steps)


def _chained(state, steps):
    previous, chain = None, []
    for step in steps:
        chain.append(step | {"previous": previous})
        previous = step["digest"]
    _change(state, "case", *CASE, steps=chain)


def test_a_report_without_a_mandatory_step_is_named(state):
    case = state.objects["case", *CASE]
    _chained(state, [step for step in case["steps"] if step["step"] != "site_visit"])
    assert audit(state).faults == [f"{REPORT} without the step site_visit"]


def test_steps_that_the_ledger_demands_only_later_accuse_nobody(state):
    key = ("params", "verification")
    case = state.objects["case", *CASE]
    _chained(state, [step for step in case["steps"] if step["step"] != "site_visit"])
    year = [step["step"] for step in state.objects["case", *CASE]["steps"]]
    state.past[key] = [(0, state.objects[key] | {"year": year}), (10**6, state.objects[key])]
    assert audit(state).faults == []


def test_a_step_twice_and_a_broken_work_log_are_named(state):
    steps = state.objects["case", *CASE]["steps"]
    _chained(state, [*steps[:-1], steps[-1], steps[-1]])
    assert f"{REPORT} with a step recorded twice" in audit(state).faults
    _change(state, "case", *CASE, steps=steps)
    _step(state, "recomputation", previous=h("another"))
    assert audit(state).faults == [f"{REPORT} on a work log that is no chain"]


def test_a_sample_recorded_before_its_plan_is_named(state):
    steps = list(state.objects["case", *CASE]["steps"])
    steps[1], steps[2] = steps[2], steps[1]
    _chained(state, steps)
    assert audit(state).faults == [f"{REPORT} with the sample recorded before its plan"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"plan_digest": None, "plans": []}, "without a sampling plan"),
        ({"seed": None}, "on a sample whose seed does not follow from its plan"),
        ({"seed": h("chosen")}, "on a sample whose seed does not follow from its plan"),
        ({"plans": [], "plan_digest": h("a plan after the seed")},
         "on a sample whose seed does not follow from its plan"),
    ],
)  # fmt: skip
def test_a_seed_that_was_chosen_or_known_before_the_plan_is_named(state, fields, why):
    _change(state, "case", *CASE, **fields)
    assert audit(state).faults == [f"{REPORT} {why}"]


def test_a_nonce_that_was_not_committed_or_is_missing_is_named(state):
    _change(state, "case", *CASE, regulator_commitment=h("another"))
    assert audit(state).faults == [f"{REPORT} on a nonce of the regulator that is not the committed one"]
    _change(state, "case", *CASE, regulator_nonce=None)
    assert f"{REPORT} without the nonce of the regulator" in audit(state).faults


def test_an_approver_who_took_a_step_is_named(state):
    report = ("report", *CASE)
    _change(state, *report, approval=state.objects[report]["approval"] | {"approved_by": "lead"})
    assert audit(state).faults == [
        f"{REPORT} by lead, who took part in the verification",
        f"{REPORT} by lead, who is no approver of aud",
    ]


@pytest.mark.parametrize(
    ("step", "fields", "faults"),
    [
        ("recomputation", {"person": "appr"},
         ["with the step recomputation by appr, who may not", "by appr, who took part in the verification"]),
        ("technical_review", {"person": "lead"},
         ["with the step technical_review by lead, who may not", "on a review by lead, who took part"]),
        ("site_visit", {"second": None}, ["after a site visit of one inspector"]),
        ("site_visit", {"second": "lead"}, ["after a site visit of one inspector"]),
        ("site_visit", {"second": "head_a"}, ["with the step site_visit attested by head_a, who may not"]),
    ],
)  # fmt: skip
def test_steps_by_who_may_not_are_named(state, step, fields, faults):
    _step(state, step, **fields)
    assert audit(state).faults == [f"{REPORT} {why}" for why in faults]


def test_an_open_finding_and_another_version_in_the_period_s_head_are_named(state):
    finding = {
        "number": 1, "digest": digest("finding"), "due_on": "2026-06-30", "raised_by": "lead",
        "raised_at": "2026-06-01T02:00:00Z", "outcome_digest": None, "closed_by": None, "closed_at": None,
    }  # fmt: skip
    _change(state, "case", *CASE, findings=[finding])
    _change(state, "period", *CASE[:-1], minted=None)
    assert audit(state).faults == [
        "report~acc_a~pl1~2026~000000000001: its period names another version as minted",
        f"{REPORT} with an open finding",
    ]
