"""The signatures that a verification rests on, each with its transaction and block.

The approval is not among them: its report is what it signs.
"""

import json
from typing import Any

from kit.outbox import OutboxRow
from lexicon.terms import OutboxState, ReportState
from lexicon.transactions import Transaction

from accounting.chain.models import ChainReport
from accounting.models import Report, VerificationCase

_ACTS = (
    Transaction.COMMIT_SAMPLING_PLAN,
    Transaction.RECORD_STEP,
    Transaction.ATTEST_VISIT,
    Transaction.RAISE_FINDING,
    Transaction.CLOSE_FINDING,
)


def acts_of(case: VerificationCase) -> list[dict[str, Any]]:
    """The head's submission, then each signed act of the case that the ledger has, by block.

    of: the step or the number of the finding; block: empty where nobody here knows it any more; `at`: in UTC,
    of the submission the ledger's time, of the others when this system read them there.
    """
    return [_submission(case), *(_act(row) for row in _rows(case))]


def _rows(case: VerificationCase) -> list[OutboxRow]:
    rows = OutboxRow.objects.filter(
        subject=f"case:{case.pk}", name__in=_ACTS, state=OutboxState.COMMITTED
    ).exclude(tx_id="")
    return list(rows.order_by("block_number", "committed_at", "pk"))


def _submission(case: VerificationCase) -> dict[str, Any]:
    report = case.report
    chain = ChainReport.objects.filter(pk=case.pk).first()
    return {
        "act": str(Transaction.SUPERSEDE if _supersedes(report) else Transaction.SUBMIT_STATEMENT),
        "of": "",
        "person": report.submitted_by,
        "at": chain.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if chain else "",
        "tx": report.submitted_tx,
        "block": str(chain.submitted_block) if chain else "",
    }


def _supersedes(report: Report) -> bool:
    """Whether an earlier version of the period was minted: then the ledger has this one as its correction."""
    earlier = Report.objects.filter(period=report.period, version__lt=report.version)
    return earlier.filter(state__in=[ReportState.MINTED, ReportState.SUPERSEDED]).exists()


def _act(row: OutboxRow) -> dict[str, Any]:
    args = json.loads(row.intent_text)["args"]
    return {
        "act": row.name,
        "of": str(args.get("step", args.get("number", ""))),
        "person": row.person,
        "at": row.committed_at.strftime("%Y-%m-%dT%H:%M:%SZ") if row.committed_at else "",
        "tx": row.tx_id,
        "block": "" if row.block_number is None else str(row.block_number),
    }
