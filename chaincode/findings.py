"""Findings of a case: raised and closed by its lead auditor; an open one holds the decision up.

Text, thread and files stay with the enterprise and its auditor; the ledger has their digests and the due day.
"""

from dataclasses import replace

from lexicon.evidence_arguments import CloseFinding, RaiseFinding
from lexicon.evidence_records import FindingMark
from lexicon.records import Case
from lexicon.refusals import Refusal, Refused
from lexicon.terms import VerificationStep

from chaincode import cases
from chaincode.callers import Caller
from chaincode.state import Draft

# A case's record is read and written whole.
FINDINGS_MAX = 200


def raise_finding(draft: Draft, args: RaiseFinding, caller: Caller) -> None:
    """Keeps an open finding, until the step that says that all are closed.

    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, step_already_recorded,
    too_many_inputs, finding_exists.
    """
    case = cases.open_case_of(draft, args)
    cases.require_auditor(case, caller)
    if any(step.step is VerificationStep.FINDINGS_CLOSED for step in case.steps):
        raise Refused(Refusal.STEP_ALREADY_RECORDED, step=VerificationStep.FINDINGS_CLOSED)
    if len(case.findings) >= FINDINGS_MAX:
        raise Refused(Refusal.TOO_MANY_INPUTS, limit=FINDINGS_MAX)
    if _find(case, args.number) is not None:
        raise Refused(Refusal.FINDING_EXISTS, number=args.number)
    raised = FindingMark(
        number=args.number,
        digest=args.digest,
        due_on=args.due_on,
        raised_by=caller.person,
        raised_at=draft.at,
    )
    cases.put(draft, replace(case, findings=(*case.findings, raised)))


def close_finding(draft: Draft, args: CloseFinding, caller: Caller) -> None:
    """Ends a finding with the digest of its thread and outcome.

    Raises Refused: case_unknown, report_state_wrong, not_case_auditor, finding_unknown, finding_closed.
    """
    case = cases.open_case_of(draft, args)
    cases.require_auditor(case, caller)
    found = _find(case, args.number)
    if found is None:
        raise Refused(Refusal.FINDING_UNKNOWN, number=args.number)
    if found.outcome_digest is not None:
        raise Refused(Refusal.FINDING_CLOSED)
    closed = replace(found, outcome_digest=args.outcome_digest, closed_by=caller.person, closed_at=draft.at)
    rows = tuple(closed if one is found else one for one in case.findings)
    cases.put(draft, replace(case, findings=rows))


def _find(case: Case, number: int) -> FindingMark | None:
    return next((one for one in case.findings if one.number == number), None)
