"""The signatures that a verification rests on, each with its transaction and block.

The approval is not among them: its report is what it signs.
"""

import json
from typing import Any

from kit.outbox import OutboxRow
from lexicon.terms import OutboxState
from lexicon.transactions import Transaction

from accounting.chain.models import ChainReport
from accounting.models import VerificationCase

_ACTS = (
    Transaction.COMMIT_SAMPLING_PLAN,
    Transaction.RECORD_STEP,
    Transaction.ATTEST_VISIT,
    Transaction.RAISE_FINDING,
    Transaction.CLOSE_FINDING,
)


def acts_of(case: VerificationCase) -> list[dict[str, Any]]:
    """The head's submission, then each signed act of the case that the ledger has, by block.

    of: the step or the number of the finding; block: empty where nobody here knows it any more; `at` in UTC.
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
        "act": str(Transaction.SUBMIT_STATEMENT),
        "of": "",
        "person": report.submitted_by,
        "at": report.submitted_at.strftime("%Y-%m-%dT%H:%M:%SZ") if report.submitted_at else "",
        "tx": report.submitted_tx,
        "block": str(chain.submitted_block) if chain else "",
    }


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
