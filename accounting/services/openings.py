"""The regulator's part of a verification: opening a case for a submitted statement, opening her nonce."""

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from kit import clock
from kit.outbox import OutboxRow
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ReportState
from lexicon.transactions import Transaction

from accounting.chain.models import CaseOpening, ChainCase, ChainReport
from accounting.services import draws
from tenants.access import Viewer
from tenants.services import intents

Signing = dict[str, Any]


@transaction.atomic
def prepare(name: str) -> Signing:
    """Name and args of `open_case` for a submitted statement; the nonce of the sample stays the same.

    Raises Refused: not_found, report_state_wrong, draw_not_open.
    """
    report = _submitted(name)
    draws.require_seed(report.period)
    nonce = secrets.token_hex(32)
    opening, _ = CaseOpening.objects.get_or_create(
        id=name,
        defaults={
            "nonce": nonce,
            "commitment": sha256(bytes.fromhex(nonce)).hexdigest(),
            "created_at": clock.now(),
        },
    )
    args = _place(report) | {"nonce_commitment": opening.commitment}
    return {"name": Transaction.OPEN_CASE, "args": args}


@transaction.atomic
def open_case(viewer: Viewer, name: str, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the regulator's signed opening; the ledger assigns the auditor whom the draw gives."""
    shown = prepare(name)
    return intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"case:{name}"
    )


def nonce_of(name: str) -> Signing:
    """Name and args with which the regulator opens her nonce. Raises Refused: not_found, plan_missing,
    sample_already_open."""
    case = ChainCase.objects.filter(pk=name).first()
    opening = CaseOpening.objects.filter(pk=name).first()
    if case is None or opening is None:
        refuse(Refusal.NOT_FOUND)
    record = json.loads(case.record)
    if not record.get("plan_digest"):
        refuse(Refusal.PLAN_MISSING)
    if record.get("seed") or record.get("regulator_nonce"):
        refuse(Refusal.SAMPLE_ALREADY_OPEN)
    return {"name": Transaction.OPEN_SAMPLE, "args": _place(case) | {"nonce": opening.nonce}}


@transaction.atomic
def open_nonce(viewer: Viewer, name: str, signed: Mapping[str, str]) -> OutboxRow:
    """Queue the opening of the regulator's nonce."""
    shown = nonce_of(name)
    return intents.accept(
        viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"case:{name}"
    )


def _submitted(name: str) -> ChainReport:
    report = ChainReport.objects.filter(pk=name).first()
    if report is None:
        refuse(Refusal.NOT_FOUND)
    if report.state != ReportState.SUBMITTED:
        refuse(Refusal.REPORT_STATE_WRONG, state=report.state, needed=ReportState.SUBMITTED)
    return report


def _place(row: ChainReport | ChainCase) -> dict[str, Any]:
    return {"account": row.account, "plant": row.plant, "period": row.period, "version": row.version}
