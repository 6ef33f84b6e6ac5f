"""Verification cases: the drawn auditor, the plan before the sample, the steps of the work log.

Source: design of the ledger, "Rules that bypassing Django cannot bypass".
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from lexicon.arguments import CommitSamplingPlan, OpenCase, OpenSample, RecordStep
from lexicon.intents import instant_from_text
from lexicon.records import Account, Case, Report, Step, Tenure, VerificationParameters
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, AccountState, ReportState, Role, VerificationStep

from chaincode import reports
from chaincode.callers import Caller
from chaincode.state import Draft, name

CANDIDATES_MAX = 50
_STEP_SIGNER = {VerificationStep.TECHNICAL_REVIEW: Role.TECHNICAL_REVIEWER}


def open_case(draft: Draft, args: OpenCase, caller: Caller) -> None:
    """Draws the auditor of a submitted statement among the independent candidates.

    Raises Refused: report_unknown, report_state_wrong, case_exists, too_many_inputs, account_unknown,
    auditor_not_independent (no auditor), no_candidate.
    """
    place = (args.account, args.plant, args.period, args.version)
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    if draft.find(Case, *place) is not None:
        raise Refused(Refusal.CASE_EXISTS)
    reports.require_state(report, ReportState.SUBMITTED)
    independent = _independent(draft, args)
    draw = sha256(
        b"tanheng-draw-1" + bytes.fromhex(report.nonce_commitment + args.draw_nonce + report.statement_digest)
    ).hexdigest()
    auditor = independent[int(draw, 16) % len(independent)]
    case = Case(
        account=args.account,
        plant=args.plant,
        period=args.period,
        version=args.version,
        auditor=auditor,
        candidates=args.candidates,
        draw=draw,
        opened_by=caller.person,
        enterprise_commitment=report.nonce_commitment,
        regulator_commitment=args.nonce_commitment,
    )
    draft.put(case, *place)
    reports.put(draft, replace(report, state=ReportState.IN_VERIFICATION, auditor=auditor))


def commit_sampling_plan(draft: Draft, args: CommitSamplingPlan, caller: Caller) -> None:
    """Keeps the plan's digest. Raises Refused: case_unknown, report_state_wrong, not_case_auditor,
    plan_already_committed.
    """
    case = _open_case(draft, args)
    _require_auditor(case, caller)
    if case.plan_digest is not None:
        raise Refused(Refusal.PLAN_ALREADY_COMMITTED)
    _put(draft, replace(case, plan_digest=args.plan_digest, plan_at=draft.at))


def open_sample(draft: Draft, args: OpenSample, caller: Caller) -> None:
    """Opens a side's nonce; with both, or after the deadline with one, the seed of the sample stands.

    Seed = SHA-256(plan digest, enterprise's nonce, regulator's nonce); a side that did not open is left out.
    Raises Refused: case_unknown, report_state_wrong, account_mismatch, plan_missing, sample_already_open,
    nonce_mismatch.
    """
    case = _open_case(draft, args)
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
    hours = draft.parameters(VerificationParameters).sample_deadline_hours
    late = draft.now > instant_from_text(case.plan_at) + timedelta(hours=hours)
    _put(draft, _seeded(opened, case.plan_digest, late=late))


def record_step(draft: Draft, args: RecordStep, caller: Caller) -> None:
    """One entry of the work log, in the order that the parameters give.

    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, step_unknown, role_not_allowed,
    step_already_recorded, step_out_of_order, plan_missing, sample_not_open, step_chain_broken,
    reviewer_same_person.
    """
    case = _open_case(draft, args)
    _require_auditor(case, caller)
    order = reports.mandatory_steps(draft, args.period)
    _check_step(args, caller, case, order)
    last = case.steps[-1].digest if case.steps else None
    if args.previous != last:
        raise Refused(Refusal.STEP_CHAIN_BROKEN)
    if args.step is VerificationStep.TECHNICAL_REVIEW and caller.person in {s.person for s in case.steps}:
        raise Refused(Refusal.REVIEWER_SAME_PERSON)
    step = Step(step=args.step, digest=args.digest, previous=last, person=caller.person, at=draft.at)
    _put(draft, replace(case, steps=(*case.steps, step)))


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


def _independent(draft: Draft, args: OpenCase) -> list[str]:
    """Candidates, in the order named, whose years with the enterprise are fewer than the limit."""
    candidates = list(dict.fromkeys(args.candidates))
    if len(candidates) > CANDIDATES_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=CANDIDATES_MAX)
    draft.want(
        *(name(Account, candidate) for candidate in candidates),
        *(name(Tenure, candidate, args.account) for candidate in candidates),
    )
    limit = draft.parameters(VerificationParameters).tenure_years_max
    year = int(args.period[:4])
    independent = []
    for candidate in candidates:
        account = draft.need(Account, candidate, refusal=Refusal.ACCOUNT_UNKNOWN, account=candidate)
        if account.kind is not AccountKind.AUDITOR or account.state is not AccountState.ACTIVE:
            raise Refused(Refusal.AUDITOR_NOT_INDEPENDENT, auditor=candidate)
        tenure = draft.find(Tenure, candidate, args.account)
        if len(set(tenure.years if tenure else ()) | {year}) <= limit:
            independent.append(candidate)
    if not independent:
        raise Refused(Refusal.NO_CANDIDATE)
    return independent


def _open_case(draft: Draft, args: CommitSamplingPlan | OpenSample | RecordStep) -> Case:
    place = (args.account, args.plant, args.period, args.version)
    draft.want(name(Case, *place), name(Report, *place), name(VerificationParameters))
    case = draft.need(Case, *place, refusal=Refusal.CASE_UNKNOWN)
    report = draft.need(Report, *place, refusal=Refusal.REPORT_UNKNOWN)
    reports.require_state(report, ReportState.IN_VERIFICATION)
    return case


def _require_auditor(case: Case, caller: Caller) -> None:
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


def _put(draft: Draft, case: Case) -> None:
    draft.put(case, case.account, case.plant, case.period, case.version)
