"""Verification cases: the drawn auditor, the plan before the sample, the steps of the work log.

Source: design of the ledger, "Rules that bypassing Django cannot bypass".
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from lexicon.arguments import CommitSamplingPlan, OpenCase, OpenSample, RecordStep
from lexicon.evidence_arguments import AttestVisit, CloseFinding, DeclareCompilation, RaiseFinding
from lexicon.evidence_records import PlanVersion, Tie
from lexicon.intents import instant_from_text
from lexicon.records import Account, Case, Draw, Report, Staff, Step, Tenure, VerificationParameters
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, ReportState, Role, VerificationStep
from lexicon.ties import AuditorTie

from chaincode import draws, reports, staff
from chaincode.callers import Caller
from chaincode.state import Draft, name

_TENURES_AT_ONCE = 20
PLANS_MAX = 20
_STEP_SIGNER = {VerificationStep.TECHNICAL_REVIEW: Role.TECHNICAL_REVIEWER}


def open_case(draft: Draft, args: OpenCase, caller: Caller) -> None:
    """Assigns the auditor whom the period's draw gives: the first in its order who is independent.

    Raises Refused: report_unknown, case_exists, report_state_wrong, draw_not_open, no_candidate.
    """
    place = (args.account, args.plant, args.period, args.version)
    draft.want(name(Report, *place), name(Case, *place), name(Draw, args.period), name(Staff))
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    if draft.find(Case, *place) is not None:
        raise Refused(Refusal.CASE_EXISTS)
    reports.require_state(report, ReportState.SUBMITTED)
    seed = draws.require_seed(draft, args.period)
    candidates = staff.able_auditors(staff.read(draft))
    auditor, passed_over = _drawn(draft, args, draws.ranked(seed, args.account, candidates))
    case = Case(
        account=args.account,
        plant=args.plant,
        period=args.period,
        version=args.version,
        auditor=auditor,
        candidates=candidates,
        passed_over=passed_over,
        draw=seed,
        opened_by=caller.person,
        enterprise_commitment=report.nonce_commitment,
        regulator_commitment=args.nonce_commitment,
    )
    draft.put(case, *place)
    reports.put(draft, replace(report, state=ReportState.IN_VERIFICATION, auditor=auditor))


def declare_compilation(draft: Draft, args: DeclareCompilation, caller: Caller) -> None:
    """The signer's body compiled for this enterprise, advised it, or shared assets or managers with it: it is
    not drawn for that year and the two after, of the others the three after.

    Raises Refused: account_unknown, holder_not_allowed (no enterprise), compilation_exists.
    """
    draft.want(name(Account, args.account), name(Tenure, caller.account, args.account))
    account = draft.need(Account, args.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=args.account)
    if account.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=args.account)
    tenure = draft.find(Tenure, caller.account, args.account) or Tenure(years=())
    tie = Tie(kind=args.tie, year=args.year)
    compiled = args.tie is AuditorTie.COMPILED
    if args.year in tenure.compiled if compiled else tie in tenure.ties:
        raise Refused(Refusal.COMPILATION_EXISTS, year=args.year)
    told = (
        replace(tenure, compiled=(*tenure.compiled, args.year))
        if compiled
        else replace(tenure, ties=(*tenure.ties, tie))
    )
    draft.put(told, caller.account, args.account)


def commit_sampling_plan(draft: Draft, args: CommitSamplingPlan, caller: Caller) -> None:
    """Keeps the plan's digest; a later plan takes its place with a reason, until the sample is recorded.

    The seed stays that of the first plan: nobody tries plans until a sample pleases.
    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, step_already_recorded,
    plan_already_committed.
    """
    case = open_case_of(draft, args)
    require_auditor(case, caller)
    if any(step.step is VerificationStep.SAMPLE for step in case.steps):
        raise Refused(Refusal.STEP_ALREADY_RECORDED, step=VerificationStep.SAMPLE)
    superseded = args.reason is not None and args.plan_digest != case.plan_digest
    if case.plan_digest is not None and (not superseded or len(case.plans) >= PLANS_MAX):
        raise Refused(Refusal.PLAN_ALREADY_COMMITTED)
    version = PlanVersion(plan_digest=args.plan_digest, person=caller.person, at=draft.at, reason=args.reason)
    put(
        draft,
        replace(
            case,
            plan_digest=args.plan_digest,
            plan_at=case.plan_at or draft.at,
            plans=(*case.plans, version),
        ),
    )


def open_sample(draft: Draft, args: OpenSample, caller: Caller) -> None:
    """Opens a side's nonce; with both, or after the deadline with one, the seed of the sample stands.

    Seed = SHA-256(first plan's digest, enterprise's nonce, regulator's nonce); who did not open is left out.
    Raises Refused: case_unknown, report_state_wrong, account_mismatch, plan_missing, sample_already_open,
    nonce_mismatch.
    """
    case = open_case_of(draft, args)
    by_regulator = caller.role is Role.REGULATOR
    if not by_regulator and caller.account != case.account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)
    if case.plan_digest is None or case.plan_at is None:
        raise Refused(Refusal.PLAN_MISSING)
    if case.seed is not None:
        raise Refused(Refusal.SAMPLE_ALREADY_OPEN)
    commitment = case.regulator_commitment if by_regulator else case.enterprise_commitment
    if sha256(bytes.fromhex(args.nonce)).hexdigest() != commitment:
        raise Refused(Refusal.NONCE_MISMATCH)
    opened = (
        replace(case, regulator_nonce=args.nonce)
        if by_regulator
        else replace(case, enterprise_nonce=args.nonce)
    )
    first = case.plans[0].plan_digest if case.plans else case.plan_digest
    hours = draft.parameters(VerificationParameters).sample_deadline_hours
    late = draft.now > instant_from_text(case.plan_at) + timedelta(hours=hours)
    put(draft, _seeded(opened, first, late=late))


def record_step(draft: Draft, args: RecordStep, caller: Caller) -> None:
    """One entry of the work log, in the order that the parameters give.

    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, step_unknown, role_not_allowed,
    step_already_recorded, step_out_of_order, plan_missing, sample_not_open, step_chain_broken,
    second_inspector_missing, reviewer_same_person, finding_open.
    """
    case = open_case_of(draft, args)
    require_auditor(case, caller)
    order = reports.mandatory_steps(draft, args.period)
    _check_step(args, caller, case, order)
    last = case.steps[-1].digest if case.steps else None
    if args.previous != last:
        raise Refused(Refusal.STEP_CHAIN_BROKEN)
    reports.require_two_inspectors(case)
    if args.step is VerificationStep.TECHNICAL_REVIEW and caller.person in reports.people_of(case):
        raise Refused(Refusal.REVIEWER_SAME_PERSON)
    if args.step is VerificationStep.FINDINGS_CLOSED:
        reports.require_no_open_finding(case)
    step = Step(step=args.step, digest=args.digest, previous=last, person=caller.person, at=draft.at)
    put(draft, replace(case, steps=(*case.steps, step)))


def attest_visit(draft: Draft, args: AttestVisit, caller: Caller) -> None:
    """The second inspector's word for the site visit: another person of the case's body (Order 775 art. 17).

    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, step_missing, step_already_recorded,
    digest_mismatch, same_person.
    """
    case = open_case_of(draft, args)
    require_auditor(case, caller)
    visit = next((step for step in case.steps if step.step is VerificationStep.SITE_VISIT), None)
    if visit is None:
        raise Refused(Refusal.STEP_MISSING, step=VerificationStep.SITE_VISIT)
    if visit.second is not None:
        raise Refused(Refusal.STEP_ALREADY_RECORDED, step=visit.step)
    if visit.digest != args.digest:
        raise Refused(Refusal.DIGEST_MISMATCH)
    if visit.person == caller.person:
        raise Refused(Refusal.SAME_PERSON)
    attested = replace(visit, second=caller.person)
    put(draft, replace(case, steps=tuple(attested if step is visit else step for step in case.steps)))


def _check_step(args: RecordStep, caller: Caller, case: Case, order: Sequence[str]) -> None:
    if args.step not in order:
        raise Refused(Refusal.STEP_UNKNOWN, step=args.step)
    signer = _STEP_SIGNER.get(args.step, Role.LEAD_AUDITOR)
    if caller.role is not signer:
        raise Refused(Refusal.ROLE_NOT_ALLOWED, role=caller.role, allowed=signer)
    if args.step in {step.step for step in case.steps}:
        raise Refused(Refusal.STEP_ALREADY_RECORDED, step=args.step)
    if args.step != order[len(case.steps)]:
        raise Refused(Refusal.STEP_OUT_OF_ORDER, expected=order[len(case.steps)])
    if args.step is VerificationStep.PLAN and case.plan_digest is None:
        raise Refused(Refusal.PLAN_MISSING)
    if args.step is VerificationStep.SAMPLE and case.seed is None:
        raise Refused(Refusal.SAMPLE_NOT_OPEN)


def _drawn(draft: Draft, args: OpenCase, order: list[str]) -> tuple[str, tuple[str, ...]]:
    """The first independent candidate in the order drawn, and those passed over before it."""
    limit = draft.parameters(VerificationParameters).tenure_years_max
    year = int(args.period[:4])
    for place, candidate in enumerate(order):
        if place % _TENURES_AT_ONCE == 0:
            ahead = order[place : place + _TENURES_AT_ONCE]
            draft.want(*(name(Tenure, auditor, args.account) for auditor in ahead))
        tenure = draft.find(Tenure, candidate, args.account) or Tenure(years=())
        if len({*tenure.years, year}) <= limit and not reports.tied_lately(tenure, year):
            return candidate, tuple(order[:place])
    raise Refused(Refusal.NO_CANDIDATE)


def open_case_of(
    draft: Draft,
    args: CommitSamplingPlan | OpenSample | RecordStep | AttestVisit | RaiseFinding | CloseFinding,
) -> Case:
    """The case of a statement in verification. Raises Refused: case_unknown, report_state_wrong."""
    place = (args.account, args.plant, args.period, args.version)
    draft.want(name(Case, *place), name(Report, *place), name(VerificationParameters))
    case = draft.need(Case, *place, refusal=Refusal.CASE_UNKNOWN)
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    reports.require_state(report, ReportState.IN_VERIFICATION)
    return case


def require_auditor(case: Case, caller: Caller) -> None:
    """Raises Refused (not_case_auditor) unless the caller's body verifies the case."""
    if case.auditor != caller.account:
        raise Refused(Refusal.NOT_CASE_AUDITOR)


def _seeded(case: Case, plan_digest: str, *, late: bool) -> Case:
    opened = [nonce for nonce in (case.enterprise_nonce, case.regulator_nonce) if nonce is not None]
    if len(opened) < 2 and not late:
        return case
    seed = sha256(bytes.fromhex(plan_digest + "".join(opened))).hexdigest()
    left_out = None
    if len(opened) < 2:
        left_out = "enterprise" if case.enterprise_nonce is None else "regulator"
    return replace(case, seed=seed, left_out=left_out)


def put(draft: Draft, case: Case) -> None:
    """Writes a case under its key."""
    draft.put(case, case.account, case.plant, case.period, case.version)
