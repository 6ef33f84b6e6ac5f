"""Statements on their way to a minted report: submitted, withdrawn, returned, minted, superseded."""

from collections.abc import Iterator
from dataclasses import replace

from lexicon.arguments import (
    ApproveAndMint,
    ReturnStatement,
    SubmitStatement,
    Supersede,
    WithdrawSubmission,
)
from lexicon.records import Anchor, Approval, Case, PeriodHead, Plan, Report, Tenure, VerificationParameters
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, ReportState, VerificationStep

from chaincode import draws
from chaincode.callers import Caller
from chaincode.state import Draft, Name, name

# A month has a daily anchor and some late ones; a year's report rests on one a day and more.
ANCHORS_MAX = 800
# Who compiled for an enterprise is no judge of its report of that year nor of the two after.
COMPILED_YEARS = 2
# Who advised it, or shared assets or managers with it, is none for three years after the last of them
# (企业温室气体排放报告核查指南（试行）, independence of verifiers).
TIED_YEARS = 3
_OPEN = (ReportState.SUBMITTED, ReportState.IN_VERIFICATION)


def submit_statement(draft: Draft, args: SubmitStatement, caller: Caller) -> None:
    """A statement of a period that has no active report.

    Raises Refused: report_already_minted, holder_not_allowed, report_active, report_version_wrong,
    box_missing, too_many_inputs, input_twice, anchor_unknown, draw_missing.
    """
    head = _head(draft, caller.account, args.plant, args.period)
    if head is not None and head.minted is not None:
        raise Refused(Refusal.REPORT_ALREADY_MINTED, version=head.minted)
    _submit(draft, args, caller, head, None)


def supersede(draft: Draft, args: Supersede, caller: Caller) -> None:
    """A correction of a minted report; the old one counts until the new one is minted.

    Raises Refused: report_not_minted, then as `submit_statement`.
    """
    head = _head(draft, caller.account, args.statement.plant, args.statement.period)
    if head is None or head.minted is None:
        raise Refused(Refusal.REPORT_NOT_MINTED, state="")
    _submit(draft, args.statement, caller, head, args.reason_digest)


def withdraw_submission(draft: Draft, args: WithdrawSubmission, caller: Caller) -> None:
    """Takes a statement back before it is decided. Raises Refused: report_unknown, report_state_wrong."""
    report = find(draft, caller.account, args)
    require_state(report, *_OPEN)
    put(draft, replace(report, state=ReportState.WITHDRAWN, intents=(*report.intents, caller.intent_digest)))


def return_statement(draft: Draft, args: ReturnStatement, caller: Caller) -> None:
    """Sends it back. Raises Refused: report_unknown, report_state_wrong, case_unknown, not_case_auditor."""
    report, _ = under_verification(draft, args, caller)
    returned = replace(
        report,
        state=ReportState.RETURNED,
        reason_digest=args.reason_digest,
        intents=(*report.intents, caller.intent_digest),
    )
    put(draft, returned)


def named_to_mint(args: ApproveAndMint, auditor: str) -> Iterator[Name]:
    """Report, case, period, steps and the auditor's years with the enterprise."""
    place = (args.account, args.plant, args.period)
    yield name(Report, *place, args.version)
    yield name(Case, *place, args.version)
    yield name(VerificationParameters)
    yield name(PeriodHead, *place)
    yield name(Tenure, auditor, args.account)


def approve_and_mint(draft: Draft, args: ApproveAndMint, caller: Caller) -> None:
    """Mints the report of a period when every mandatory step is recorded.

    Raises Refused: report_unknown, report_state_wrong, case_unknown, not_case_auditor, step_missing,
    second_inspector_missing, approver_same_person, auditor_not_independent, finding_open.
    """
    report, case = under_verification(draft, args, caller)
    recorded = {step.step for step in case.steps}
    for step in mandatory_steps(draft, args.period):
        if step not in recorded:
            raise Refused(Refusal.STEP_MISSING, step=step)
    require_two_inspectors(case)
    if caller.person in people_of(case):
        raise Refused(Refusal.APPROVER_SAME_PERSON)
    _require_independent(draft, case)
    require_no_open_finding(case)
    approval = Approval(
        work_log_root=args.work_log_root,
        findings_root=args.findings_root,
        verification_digest=args.verification_digest,
        approved_by=caller.person,
        tx=draft.tx,
        at=draft.at,
    )
    minted = replace(
        report,
        state=ReportState.MINTED,
        approval=approval,
        intents=(*report.intents, caller.intent_digest),
    )
    put(draft, minted)
    _replace_minted(draft, minted)
    _lengthen_tenure(draft, auditor=case.auditor, account=report.account, year=int(args.period[:4]))


def find(draft: Draft, account: str, args: WithdrawSubmission | ReturnStatement | ApproveAndMint) -> Report:
    """The report that the arguments name. Raises Refused: report_unknown."""
    return draft.need(Report, account, args.plant, args.period, args.version, refusal=Refusal.REPORT_UNKNOWN)


def under_verification(
    draft: Draft, args: ReturnStatement | ApproveAndMint, caller: Caller
) -> tuple[Report, Case]:
    """Report and case, if the caller's body verifies it. Raises Refused: report_unknown, report_state_wrong,
    case_unknown, not_case_auditor.
    """
    place = (args.account, args.plant, args.period, args.version)
    draft.want(name(Report, *place), name(Case, *place))
    report = find(draft, args.account, args)
    require_state(report, ReportState.IN_VERIFICATION)
    case = draft.need(Case, *place, refusal=Refusal.CASE_UNKNOWN)
    if case.auditor != caller.account:
        raise Refused(Refusal.NOT_CASE_AUDITOR)
    return report, case


def require_state(report: Report, *states: ReportState) -> None:
    """Raises Refused (report_state_wrong) unless the report is in one of the states."""
    if report.state not in states:
        raise Refused(Refusal.REPORT_STATE_WRONG, state=report.state, needed=", ".join(states))


def put(draft: Draft, report: Report) -> None:
    """Writes a report under its key."""
    draft.put(report, report.account, report.plant, report.period, report.version)


def require_two_inspectors(case: Case) -> None:
    """Raises Refused (second_inspector_missing) while only one person stands for a recorded site visit."""
    if any(step.step is VerificationStep.SITE_VISIT and step.second is None for step in case.steps):
        raise Refused(Refusal.SECOND_INSPECTOR_MISSING)


def require_no_open_finding(case: Case) -> None:
    """Raises Refused (finding_open) while a finding of the case is open."""
    if count := sum(1 for one in case.findings if one.outcome_digest is None):
        raise Refused(Refusal.FINDING_OPEN, count=count)


def people_of(case: Case) -> set[str]:
    """Who recorded or attested a step."""
    return {step.person for step in case.steps} | {step.second for step in case.steps if step.second}


def mandatory_steps(draft: Draft, period: str) -> tuple[str, ...]:
    """The steps of a month's or a year's verification, in order."""
    verification = draft.parameters(VerificationParameters)
    return verification.year if len(period) == 4 else verification.month


def _submit(
    draft: Draft, args: SubmitStatement, caller: Caller, head: PeriodHead | None, reason: str | None
) -> None:
    if caller.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=caller.account)
    _check_version(draft, args, caller.account, head)
    if not args.total_boxes:
        raise Refused(Refusal.BOX_MISSING)
    _check_anchors(draft, args, caller.account)
    draws.require_committed(draft, args.period)
    plan = draft.find(Plan, caller.account, args.plant)
    report = Report(
        account=caller.account,
        plant=args.plant,
        period=args.period,
        version=args.version,
        state=ReportState.SUBMITTED,
        statement_digest=args.statement_digest,
        figures_root=args.figures_root,
        figures_count=args.figures_count,
        guideline=args.guideline,
        guideline_hash=args.guideline_hash,
        factor_sets_hash=args.factor_sets_hash,
        anchors=args.anchors,
        total_boxes=args.total_boxes,
        nonce_commitment=args.nonce_commitment,
        submitted_by=caller.person,
        intents=(caller.intent_digest,),
        reason_digest=reason,
        plan_digest=plan.plan_digest if plan else None,
    )
    put(draft, report)
    minted = head.minted if head else None
    draft.put(PeriodHead(latest=args.version, minted=minted), caller.account, args.plant, args.period)


def _head(draft: Draft, account: str, plant: str, period: str) -> PeriodHead | None:
    return draft.find(PeriodHead, account, plant, period)


def _check_version(draft: Draft, args: SubmitStatement, account: str, head: PeriodHead | None) -> None:
    if head is not None:
        latest = draft.need(
            Report, account, args.plant, args.period, head.latest, refusal=Refusal.REPORT_UNKNOWN
        )
        if latest.state in _OPEN:
            raise Refused(Refusal.REPORT_ACTIVE, version=latest.version, state=latest.state)
    expected = head.latest + 1 if head else 1
    if args.version != expected:
        raise Refused(Refusal.REPORT_VERSION_WRONG, expected=expected)


def _check_anchors(draft: Draft, args: SubmitStatement, account: str) -> None:
    if len(args.anchors) > ANCHORS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=ANCHORS_MAX)
    names = [name(Anchor, account, used.plant, used.day, used.n) for used in args.anchors]
    if len(set(names)) != len(names):
        raise Refused(Refusal.INPUT_TWICE)
    draft.want(*names)
    for used in args.anchors:
        anchor = draft.find(Anchor, account, used.plant, used.day, used.n)
        if anchor is None or anchor.root != used.root:
            raise Refused(Refusal.ANCHOR_UNKNOWN, day=used.day, n=used.n)


def _replace_minted(draft: Draft, report: Report) -> None:
    """The newly minted version becomes the period's report; the one before it is superseded."""
    place = (report.account, report.plant, report.period)
    head = draft.need(PeriodHead, *place, refusal=Refusal.REPORT_UNKNOWN)
    if head.minted is not None:
        old = draft.need(Report, *place, head.minted, refusal=Refusal.REPORT_UNKNOWN)
        put(draft, replace(old, state=ReportState.SUPERSEDED))
    draft.put(PeriodHead(latest=head.latest, minted=report.version), *place)


def _require_independent(draft: Draft, case: Case) -> None:
    """A body that declared meanwhile a tie with the enterprise does not approve."""
    tenure = draft.find(Tenure, case.auditor, case.account)
    if tenure is not None and tied_lately(tenure, int(case.period[:4])):
        raise Refused(Refusal.AUDITOR_NOT_INDEPENDENT, auditor=case.auditor)


def tied_lately(tenure: Tenure, year: int) -> bool:
    """Whether the auditor compiled for the account in the year or shortly before (Order 775 art. 13), or was
    tied to it otherwise."""
    compiled = any(0 <= year - one <= COMPILED_YEARS for one in tenure.compiled)
    return compiled or any(0 <= year - tie.year <= TIED_YEARS for tie in tenure.ties)


def _lengthen_tenure(draft: Draft, *, auditor: str, account: str, year: int) -> None:
    tenure = draft.find(Tenure, auditor, account) or Tenure(years=())
    if year not in tenure.years:
        draft.put(replace(tenure, years=(*tenure.years, year)), auditor, account)
