"""Faults of accounts, persons, keys and acts of two persons."""

from lexicon.canonical import digest
from lexicon.transactions import Act, Transaction

from tests.chaincode.tables.base import Fault, Table, account, apply
from tests.chaincode.test_trust import TRUST
from tests.chaincode.town import MARKET, NETWORK, VERIFICATION, Key, accepted, h

REGISTER = {"account": "acc_n", "kind": "enterprise", "msp": "EnterpriseMSP", "sector": "power"}
ACTION = ("action", ("a1",))
SPKI = "AAAA"


def first(person, of, number, **changes):
    """A person of `initialise`."""
    key = {"use": "sign", "spki": Key.new(number).spki}
    return {"person": person, "account": of, "role": of, "keys": [key]} | changes


FOUNDERS = [first("adm", "administrator", 1), first("reg1", "regulator", 2), first("reg2", "regulator", 3)]
FOUNDING = {
    "network": NETWORK,
    "persons": FOUNDERS,
    "market": MARKET,
    "verification": VERIFICATION,
    "supplies": [{"cap": "1000"}],
}
SECOND = {
    "factor_set": "mee-2022-485-r2",
    "digest": h("second"),
    "succeeds": "mee-2022-485",
    "succeeds_digest": h("first"),
    "since": "2026-10",
    "simulation_digest": h("simulation"),
}
THIRD = SECOND | {
    "factor_set": "mee-2022-485-r3",
    "digest": h("third"),
    "succeeds": "mee-2022-485-r2",
    "succeeds_digest": h("second"),
    "since": "2027-01",
}
BEGINNING = [
    Table(
        of=Transaction.INITIALISE,
        who="administrator",
        empty=True,
        args=FOUNDING,
        faults=[
            Fault(refusal="already_initialised", edits=[("params", ("network",), {"network": NETWORK})]),
            Fault(refusal="bad_argument", args={"persons": [first("px", "acc_a", 4, role="regulator")]}),
            Fault(refusal="role_kind_mismatch", args={"persons": [first("px", "regulator", 4, role="head")]}),
            Fault(refusal="key_missing", args={"persons": [first("px", "regulator", 4, keys=[])]}),
            Fault(
                refusal="key_invalid",
                args={"persons": [first("px", "regulator", 4, keys=[{"use": "sign", "spki": SPKI}])]},
            ),
            Fault(refusal="parameter_invalid", args={"market": MARKET | {"band": 10_000}}),
        ],
    ),
    Table(
        of=Transaction.REGISTER,
        who="adm",
        args=REGISTER,
        faults=[
            Fault(refusal="account_exists", args={"account": "acc_a"}),
            Fault(refusal="kind_msp_mismatch", args={"msp": "AuditorMSP"}),
            Fault(refusal="sector_unknown", args={"sector": None}),
        ],
    ),
]

PROPOSAL = {"action": "a1", "act": "trust_counterparty", "act_args": TRUST}


def proposed(town):
    town.must("trader_a", "propose_action", PROPOSAL)


def waiting(town):
    """Trust that is due now."""
    market = {"trust_delay_hours": 1}
    apply(town, ("params", ("market",), market))
    proposed(town)
    town.must("head_a", "confirm_action", {"action": "a1", "digest": digest(TRUST)})
    apply(town, (*ACTION, {"not_before": "2026-06-01T01:00:00Z"}))


STEPS = [
    Table(
        of=Transaction.PROPOSE_ACTION,
        who="trader_a",
        args=PROPOSAL,
        faults=[
            Fault(refusal="role_not_allowed", who="operator_a"),
            Fault(
                refusal="action_exists",
                edits=[
                    (
                        *ACTION,
                        {
                            "action": "a1",
                            "act": "halt",
                            "act_args": {},
                            "digest": h("d"),
                            "proposed_by": "reg1",
                            "confirmed_by": None,
                            "not_after": "2026-06-01T01:00:00Z",
                            "state": "proposed",
                        },
                    )
                ],
            ),
            Fault(refusal="bad_argument", args={"act_args": {"account": "acc_a"}}),
            Fault(refusal="account_mismatch", args={"act_args": TRUST | {"account": "acc_c"}}),
        ],
    ),
    Table(
        of=Transaction.CONFIRM_ACTION,
        who="head_a",
        prepare=proposed,
        args={"action": "a1", "digest": digest(TRUST)},
        faults=[
            Fault(refusal="action_unknown", args={"action": "a9"}),
            Fault(refusal="role_not_allowed", who="operator_a"),
            Fault(refusal="action_not_proposed", edits=[(*ACTION, {"state": "executed"})]),
            Fault(refusal="action_expired", edits=[(*ACTION, {"not_after": "2026-05-01T00:00:00Z"})]),
            Fault(refusal="digest_mismatch", args={"digest": h("other")}),
            Fault(refusal="same_person", edits=[(*ACTION, {"proposed_by": "head_a"})]),
            Fault(refusal="account_mismatch", edits=[(*ACTION, {"account": "acc_c"})]),
        ],
    ),
    Table(
        of=Transaction.EXECUTE_ACTION,
        who="head_a",
        prepare=waiting,
        args={"action": "a1"},
        faults=[
            Fault(refusal="action_unknown", args={"action": "a9"}),
            Fault(refusal="role_not_allowed", who="operator_a"),
            Fault(refusal="action_not_confirmed", edits=[(*ACTION, {"state": "withdrawn"})]),
            Fault(refusal="action_not_due", edits=[(*ACTION, {"not_before": "2026-07-01T00:00:00Z"})]),
            Fault(refusal="action_expired", edits=[(*ACTION, {"not_after": "2026-05-01T00:00:00Z"})]),
        ],
    ),
    Table(
        of=Transaction.WITHDRAW_ACTION,
        who="head_a",
        prepare=proposed,
        args={"action": "a1"},
        faults=[
            Fault(refusal="action_unknown", args={"action": "a9"}),
            Fault(refusal="role_not_allowed", who="operator_a"),
            Fault(refusal="account_mismatch", edits=[(*ACTION, {"account": "acc_c"})]),
            Fault(refusal="action_not_proposed", edits=[(*ACTION, {"state": "executed"})]),
        ],
    ),
]


def key_of(number, **changes):
    """A key of somebody new, with its proof."""

    def made(town):
        human = town.human("new", "acc_a", "operator")
        town.people["new"] = human = type(human)("new", "acc_a", "operator", Key.new(number))
        return town.new_key(human, human.key) | changes

    return made


def newcomer(town):
    """Arguments of `activate` for somebody new."""
    return {"account": "acc_a", "person": "new", "role": "operator", "keys": [key_of(900)(town)]}


def person(name, **fields):
    """A person, rewritten."""
    return ("person", (name,), fields)


UNBOUND = [{"use": "decrypt", "spki": Key.new(901).spki}]
OWNED = [("key", (Key.new(900).fingerprint,), {"person": "head_a"})]


def bad_keys(field="keys", many=True):
    """What can be wrong with new keys."""

    def of(keys):
        return {field: keys if many else keys[0]}

    unproved = {"use": "sign", "spki": Key.new(900).spki}
    return [
        Fault(refusal="key_invalid", args=of([{"use": "sign", "spki": SPKI}])),
        Fault(refusal="key_proof_invalid", args=of([unproved])),
        Fault(refusal="key_already_bound", edits=OWNED),
    ]


LEFT = {"account": "acc_a", "person": "operator_a", "reason_digest": h("left")}
ACCOUNTS = [
    Table(
        of=Act.ACTIVATE,
        who="adm",
        args=newcomer,
        faults=[
            Fault(refusal="account_unknown", args={"account": "acc_x"}),
            Fault(refusal="account_not_active", edits=[account("acc_a", state="suspended")]),
            Fault(refusal="person_exists", args={"person": "head_a"}),
            Fault(refusal="role_kind_mismatch", args={"role": "approver"}),
            Fault(refusal="key_missing", args={"keys": UNBOUND}),
            Fault(refusal="bad_argument", args=lambda town: {"keys": [key_of(900)(town)] + UNBOUND * 12}),
            *bad_keys(),
        ],
    ),
    Table(
        of=Act.SUSPEND,
        note="a person",
        who="adm",
        args=LEFT,
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
            Fault(refusal="person_unknown", args={"person": "nobody"}),
            Fault(refusal="account_mismatch", edits=[person("operator_a", account="acc_b")]),
            Fault(refusal="person_not_active", edits=[person("operator_a", active=False)]),
        ],
    ),
    Table(
        of=Act.SUSPEND,
        note="an account",
        who="adm",
        args={"account": "acc_a", "reason_digest": h("left")},
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
            Fault(
                refusal="system_account",
                args={"account": "regulator"},
                hides=frozenset({"account_unknown"}),
            ),
            Fault(refusal="account_not_active", edits=[account("acc_a", state="suspended")]),
        ],
    ),
    Table(
        of=Act.SUSPEND,
        note="one of two regulators",
        who="adm",
        args=LEFT,
        faults=[Fault(refusal="last_person", args={"account": "regulator", "person": "reg1"})],
    ),
    Table(
        of=Act.REINSTATE,
        who="adm",
        prepare=lambda town: accepted(
            town.two(
                "s1",
                "suspend",
                {"account": "acc_a", "person": "operator_a", "reason_digest": h("l")},
                "adm",
                "adm2",
            )
        ),
        args={"account": "acc_a", "person": "operator_a", "reason_digest": h("back")},
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
            Fault(refusal="person_unknown", args={"person": "nobody"}),
            Fault(refusal="account_mismatch", edits=[person("operator_a", account="acc_b")]),
            Fault(refusal="not_suspended", edits=[person("operator_a", active=True)]),
        ],
    ),
    Table(
        of=Act.SET_OWN_LIMITS,
        who="trader_a",
        args={"account": "acc_a", "surrender_t": "1", "cancel_t": "1"},
        faults=[],
    ),
    Table(
        of=Act.SET_PARAMETERS,
        who="adm",
        args={"group": "market", "values": MARKET},
        faults=[
            Fault(refusal="parameter_group_unknown", args={"group": "weather"}),
            Fault(refusal="bad_argument", args={"values": {}}),
        ],
    ),
    Table(
        of=Act.SET_PARAMETERS,
        note="of factor sets",
        who="adm",
        args={"group": "factors", "values": THIRD},
        prepare=lambda town: accepted(
            town.two("second", "set_parameters", {"group": "factors", "values": SECOND}, "adm", "reg1")
        ),
        faults=[
            Fault(refusal="bad_argument", args={"values": THIRD | {"since": "2026"}}),
            Fault(refusal="parameter_invalid", args={"values": THIRD | {"since": SECOND["since"]}}),
            Fault(refusal="factor_set_succeeded", edits=[("factors", ("mee-2022-485-r3",), THIRD)]),
        ],
    ),
    Table(
        of=Act.SET_PARAMETERS,
        note="of carry-over",
        who="adm",
        args={
            "group": "carry_over",
            "values": {"account": "acc_a", "to_vintage": 2027, "sold_t": "0", "bought_t": "0"},
        },
        faults=[
            Fault(refusal="account_unknown", edits=[("account", ("acc_a",), None)]),
            Fault(refusal="holder_not_allowed", edits=[account("acc_a", kind="auditor")]),
            Fault(
                refusal="parameter_invalid",
                edits=[
                    (
                        "carrylimit",
                        ("acc_a", 2027),
                        {
                            "account": "acc_a",
                            "to_vintage": 2027,
                            "sold_t": "0",
                            "bought_t": "0",
                            "limit_t": "20000",
                            "carried_t": "20000",
                        },
                    )
                ],
            ),
        ],
    ),
]


def changed(town):
    """Arguments of a rebind of company a's operator by a new key."""
    human = town.people["operator_a"]
    new = Key.new(900)
    return {"account": "acc_a", "person": "operator_a", "keys": [town.new_key(human, new)], "ended": ()}


PENDING = [
    person("operator_a", pending_rebind="a1"),
    (
        *ACTION,
        {
            "action": "a1",
            "act": "rebind",
            "act_args": {},
            "digest": h("d"),
            "proposed_by": "adm",
            "confirmed_by": "reg1",
            "not_after": "2026-07-01T00:00:00Z",
            "state": "confirmed",
        },
    ),
]


def keys_lost(who):
    return [
        Fault(refusal="person_unknown", args={"person": "nobody"}),
        Fault(refusal="account_mismatch", edits=[person("operator_a", account="acc_b")]),
        Fault(refusal="person_not_active", edits=[person("operator_a", active=False)]),
        Fault(refusal="rebind_pending", edits=PENDING),
        Fault(refusal="key_not_bound", args={"ended": [h("no key")]}),
        Fault(refusal="key_missing", args={"keys": []}),
        Fault(refusal="bad_argument", args={"keys": UNBOUND * 12}),
        *bad_keys(),
        Fault(
            refusal="last_key",
            args=lambda town: {
                "keys": UNBOUND,
                "ended": [town.people["operator_a"].key.fingerprint],
            },
            hides=frozenset({"key_already_bound"}),
        ),
    ]


def own_keys(town):
    return town.read("person", "operator_a")["keys"]


KEYS = [
    Table(of=Act.REBIND, who="adm", args=changed, faults=keys_lost("adm")),
    Table(
        of=Act.REBIND,
        note="of oneself",
        who="adm",
        args=changed,
        faults=[Fault(refusal="same_person", args={"person": "adm", "account": "administrator"})],
    ),
    Table(of=Act.REBIND_COLLEAGUE, who="head_a", args=changed, faults=keys_lost("head_a")),
    Table(
        of=Act.REBIND_COLLEAGUE,
        note="of oneself",
        who="trader_a",
        args=changed,
        faults=[Fault(refusal="same_person", who="operator_a")],
    ),
    Table(
        of=Transaction.BIND_KEY,
        who="operator_a",
        args=lambda town: {
            "person": "operator_a",
            "key": town.new_key(town.people["operator_a"], Key.new(900)),
        },
        faults=[
            Fault(refusal="role_not_allowed", args={"person": "trader_a"}),
            Fault(
                refusal="bad_argument", edits=lambda town: [person("operator_a", keys=own_keys(town) * 12)]
            ),
            *bad_keys("key", many=False),
        ],
    ),
    Table(
        of=Transaction.UNBIND_KEY,
        who="operator_a",
        prepare=lambda town: town.must(
            "operator_a",
            "bind_key",
            {"person": "operator_a", "key": town.new_key(town.people["operator_a"], Key.new(900))},
        ),
        args={"person": "operator_a", "fingerprint": Key.new(900).fingerprint},
        faults=[
            Fault(refusal="role_not_allowed", args={"person": "trader_a"}),
            Fault(refusal="key_not_bound", args={"fingerprint": h("no key")}),
            Fault(
                refusal="last_key",
                args=lambda town: {"fingerprint": town.people["operator_a"].key.fingerprint},
                edits=lambda town: [person("operator_a", keys=own_keys(town)[:1])],
            ),
        ],
    ),
]

TABLES = [*BEGINNING, *STEPS, *ACCOUNTS, *KEYS]
