"""Who signed: two different persons where the rules demand two, and the whole way to a minted report.

Pure: each rule takes a state's rows and gives one sentence for each place where it does not hold.
Source: design of the ledger, "Two persons, by chaincode" and "Rules that bypassing Django cannot bypass";
order 775 art. 17 (two inspectors on a site visit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from lexicon import records
from lexicon.acts import ACT_SIGNERS, OWN_ACTS
from lexicon.arguments import Act
from lexicon.terms import (
    ActionState,
    CancellationState,
    ReportState,
    Role,
    SurrenderState,
    VerificationStep,
)

from operations.chain.rows import Rows, Rule, named
from operations.chain.state import Key

_CARRIED = (ActionState.CONFIRMED, ActionState.EXECUTED)
_REBINDS = (Act.REBIND, Act.REBIND_COLLEAGUE)
GaveUp = records.SurrenderRecord | records.Cancellation


def acts(rows: Rows) -> Iterator[str]:
    """An act that took effect or waits for it has two persons of the roles that it needs."""
    for key, action in rows.of(records.Action).items():
        if action.state in _CARRIED and action.confirmed_by is None:
            yield f"{named(key)}: {action.act} was carried out by one person"
        if action.confirmed_by == action.proposed_by:
            yield f"{named(key)}: {action.act} was confirmed by who proposed it"
        if action.act not in ACT_SIGNERS:
            yield f"{named(key)}: there is no act {action.act}"
            continue
        act = Act(action.act)
        helped = action.act_args.get("person") if act in _REBINDS else None
        signers = (action.proposed_by, action.confirmed_by)
        for person, roles in zip(signers, ACT_SIGNERS[act], strict=True):
            if person is None:
                continue
            account = action.account if act in OWN_ACTS else None
            if person == helped or not _is(rows, person, account, roles):
                yield f"{named(key)}: {person} may not sign {action.act}"


def gave_up(rows: Rows) -> Iterator[str]:
    """Surrenders and cancellations above the account's own limit of that time have two persons of it."""
    for key, surrender in rows.of(records.SurrenderRecord).items():
        done = surrender.state is SurrenderState.CONFIRMED
        yield from _gave_up(rows, key, surrender, done=done)
    for key, cancellation in rows.of(records.Cancellation).items():
        yield from _gave_up(rows, key, cancellation, done=cancellation.state is CancellationState.DONE)


def minted(rows: Rows) -> Iterator[str]:
    """A minted report has its period's head and a case with every step, seed and person that it needs."""
    cases = rows.of(records.Case)
    heads = rows.of(records.PeriodHead)
    for key, report in rows.of(records.Report).items():
        if report.state is not ReportState.MINTED:
            continue
        head = heads.get(("period", *key[1:-1]))
        if head is None or head.minted != report.version:
            yield f"{named(key)}: its period names another version as minted"
        case = cases.get(("case", *key[1:]))
        if case is None or report.approval is None:
            # The audit's own sums say so.
            continue
        told = f"report {'~'.join(key[1:])} is minted"
        yield from (f"{told} {why}" for why in _steps(rows, key, case))
        yield from (f"{told} {why}" for why in _sample(rows, case))
        yield from (f"{told} {why}" for why in _people(rows, case, report.approval.approved_by))
        if any(finding.outcome_digest is None for finding in case.findings):
            yield f"{told} with an open finding"


RULES: tuple[Rule, ...] = (acts, gave_up, minted)


def _is(rows: Rows, person: str, account: str | None, roles: tuple[Role, ...] | None = None) -> bool:
    """Whether the ledger knows that person, of that account (None: of any) and in one of these roles."""
    known = rows.people.get(person)
    return (
        known is not None
        and (account is None or known.account == account)
        and (roles is None or known.role in roles)
    )


def _gave_up(rows: Rows, key: Key, one: GaveUp, *, done: bool) -> Iterator[str]:
    for person in (one.proposed_by, one.confirmed_by):
        if person is not None and not _is(rows, person, one.account):
            yield f"{named(key)}: {person} is nobody of {one.account}"
    if one.confirmed_by == one.proposed_by:
        yield f"{named(key)}: confirmed by who proposed it"
    if not done or one.confirmed_by is not None:
        return
    account = rows.before(records.Account, ("account", one.account), key)
    limits = account.own_limits if account else None
    alone = 0 if limits is None else _alone(limits, one)
    quantity = sum(lot.quantity for lot in one.lots)
    if quantity > alone:
        yield f"{named(key)}: {quantity} t by one person, who may {alone} t"


def _alone(limits: records.OwnLimits, one: GaveUp) -> int:
    return limits.surrender_t if isinstance(one, records.SurrenderRecord) else limits.cancel_t


def _steps(rows: Rows, report: Key, case: records.Case) -> Iterator[str]:
    """Every step that was mandatory at that time is recorded once, each over the one before."""
    rules = rows.rules_before(records.VerificationParameters, report)
    if rules is None:
        yield "without rules of verification"
        return
    recorded = [step.step for step in case.steps]
    for step in rules.year if len(case.period) == 4 else rules.month:
        if step not in recorded:
            yield f"without the step {step}"
    if len(set(recorded)) != len(recorded):
        yield "with a step recorded twice"
    if [step.previous for step in case.steps] != [None, *(step.digest for step in case.steps)][
        : len(case.steps)
    ]:
        yield "on a work log that is no chain"


def _sample(rows: Rows, case: records.Case) -> Iterator[str]:
    """The seed follows from the first plan and the opened nonces: nobody knew it before the plan was kept."""
    plan = case.plans[0].plan_digest if case.plans else case.plan_digest
    if plan is None:
        yield "without a sampling plan"
        return
    sides: Mapping[str, tuple[str | None, str]] = {
        "enterprise": (case.enterprise_nonce, case.enterprise_commitment),
        "regulator": (case.regulator_nonce, case.regulator_commitment),
    }
    for side, (nonce, commitment) in sides.items():
        if nonce is not None and sha256(bytes.fromhex(nonce)).hexdigest() != commitment:
            yield f"on a nonce of the {side} that is not the committed one"
        if nonce is None and case.left_out != side:
            yield f"without the nonce of the {side}"
    opened = [nonce for nonce, _ in sides.values() if nonce is not None]
    if not opened or case.seed != sha256(bytes.fromhex(plan + "".join(opened))).hexdigest():
        yield "on a sample whose seed does not follow from its plan"
    yield from _plan_before_sample(rows, case)


def _plan_before_sample(rows: Rows, case: records.Case) -> Iterator[str]:
    """The work log has the plan before the sample, unless rules that were ever in force had it otherwise."""
    recorded = [str(step.step) for step in case.steps]
    if not _sampled_first(recorded):
        return
    key = ("params", "verification")
    kind = "year" if len(case.period) == 4 else "month"
    current = rows.state.objects.get(key, {})
    orders = [value.get(kind) for _, value in rows.state.past.get(key, [(0, current)])]
    if not any(isinstance(order, list) and not _planned_first(order) for order in orders):
        yield "with the sample recorded before its plan"


def _sampled_first(steps: list[str]) -> bool:
    plan, sample = VerificationStep.PLAN.value, VerificationStep.SAMPLE.value
    return plan in steps and sample in steps and steps.index(sample) < steps.index(plan)


def _planned_first(order: list[object]) -> bool:
    plan, sample = VerificationStep.PLAN.value, VerificationStep.SAMPLE.value
    return plan in order and sample in order and order.index(plan) < order.index(sample)


def _people(rows: Rows, case: records.Case, approver: str) -> Iterator[str]:
    """Lead auditors, reviewer and approver are different persons of the case's body; a visit has two."""
    stepped: set[str] = set()
    for step in case.steps:
        reviews = step.step is VerificationStep.TECHNICAL_REVIEW
        role = Role.TECHNICAL_REVIEWER if reviews else Role.LEAD_AUDITOR
        if not _is(rows, step.person, case.auditor, (role,)):
            yield f"with the step {step.step} by {step.person}, who may not"
        if reviews and step.person in stepped:
            yield f"on a review by {step.person}, who took part"
        if step.step is VerificationStep.SITE_VISIT and step.second in (None, step.person):
            yield "after a site visit of one inspector"
        if step.second is not None and not _is(rows, step.second, case.auditor):
            yield f"with the step {step.step} attested by {step.second}, who may not"
        stepped |= {step.person, step.second or step.person}
    if approver in stepped:
        yield f"by {approver}, who took part in the verification"
    if not _is(rows, approver, case.auditor, (Role.APPROVER,)):
        yield f"by {approver}, who is no approver of {case.auditor}"
