"""Obligations proposed by a regulator: the verified total of a minted yearly report, opened against its root.

The report's figures lie in the enterprise's schema; the ledger has their root. Reading the opening goes by
door 3, with its purpose logged where the enterprise sees it.
"""

import json
from collections.abc import Mapping
from typing import Any

from kit.outbox import OutboxRow
from lexicon import commitment
from lexicon.arguments import Act, Opening, ProposeAction, SetObligation
from lexicon.codec import from_json
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ActionState, KeyUse, ReportState
from lexicon.transactions import Transaction, to_args
from proof import merkle

from accounting.models import Report
from market import oversight
from market.models import MintedReport, Obligation
from tenants import selectors as people
from tenants.access import Viewer
from tenants.models import Tenant, TwoStepAction
from tenants.services import intents

PURPOSE = "核定清缴义务 / setting the obligation of {year}"


def due() -> list[MintedReport]:
    """Minted yearly reports whose year has no obligation yet, or one of an earlier version; oldest first."""
    years = MintedReport.objects.filter(state=ReportState.MINTED, period__regex=r"^20[0-9]{2}$")
    met = {(row.account, row.year): row for row in Obligation.objects.all()}
    return [row for row in years.order_by("minted_at", "pk") if _is_due(row, met)]


def prepare(viewer: Viewer, row: MintedReport, *, action: str) -> dict[str, Any]:
    """Name and args of the `propose_action` that sets the obligation of a report's year.

    Raises: Refused no_permission, report_unknown (its figures are not here), opening_mismatch.
    """
    return {
        "name": str(Transaction.PROPOSE_ACTION),
        "args": to_args(_proposal(viewer, row, action=action)),
    }


def propose(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed proposal: its arguments are built here again, and anything else is not as shown.

    Raises: Refused bad_argument, report_unknown, action_exists, obligation_exists, those of `prepare` and
    of a signed intent.
    """
    given = from_json(ProposeAction, intents.read(body).args)
    if given.act is not Act.SET_OBLIGATION:
        refuse(Refusal.BAD_ARGUMENT, field="args.act")
    wanted = from_json(SetObligation, given.act_args, "act_args")
    row = report_of(wanted.account, wanted.plant_or_entity, str(wanted.year), wanted.version)
    if not any(each.pk == row.pk for each in due()):
        refuse(Refusal.OBLIGATION_EXISTS, year=wanted.year)
    return intents.accept(
        viewer,
        name=Transaction.PROPOSE_ACTION,
        args=_proposal(viewer, row, action=given.action),
        signed=body,
        subject=f"obligation:{wanted.account}:{wanted.year}",
    )


def report_of(account: str, plant: str, period: str, version: int) -> MintedReport:
    """The minted report of a place. Raises: Refused report_unknown, report_not_minted."""
    row = MintedReport.objects.filter(account=account, plant=plant, period=period, version=version).first()
    if row is None:
        refuse(Refusal.REPORT_UNKNOWN)
    if row.state != ReportState.MINTED:
        refuse(Refusal.REPORT_NOT_MINTED, state=row.state)
    return row


def proposed() -> dict[tuple[str, int], TwoStepAction]:
    """The proposals that wait for a second regulator, by account and year."""
    rows = TwoStepAction.objects.filter(act=Act.SET_OBLIGATION, state=ActionState.PROPOSED)
    return {(row.account, int(json.loads(row.act_args)["year"])): row for row in rows}


def opening_of(content: str) -> dict[str, Any]:
    """The opening of a report's total from its canonical JSON: salt, value in g, place, and the path of
    siblings to the root (RFC 6962)."""
    figures = json.loads(content)["commitment"]["figures"]
    leaves = [
        commitment.leaf_hash(
            salt=bytes.fromhex(figure["salt"]), name=figure["name"], value=int(figure["value"])
        )
        for figure in figures
    ]
    path = merkle.inclusion(leaves, 0).path
    return {
        "salt": figures[0]["salt"],
        "value": figures[0]["value"],
        "index": 0,
        "path": [sibling.hex() for sibling in path],
        "root": merkle.root(leaves).hex(),
    }


def box_of(viewer: Viewer, row: MintedReport) -> list[dict[str, str]]:
    """The boxes of the total that were sealed to keys of the viewer's; the page opens them."""
    own = {key.fingerprint for key in people.bound_keys(viewer.person) if key.use == KeyUse.DECRYPT}
    boxes: list[dict[str, str]] = row.record.get("total_boxes", [])
    return [box for box in boxes if box["fingerprint"] in own]


def _proposal(viewer: Viewer, row: MintedReport, *, action: str) -> ProposeAction:
    found = _opening(viewer, row)
    if found.pop("root") != row.figures_root:
        refuse(Refusal.OPENING_MISMATCH)
    act = SetObligation(
        account=row.account,
        year=int(row.period),
        plant_or_entity=row.plant,
        version=row.version,
        opening=from_json(Opening, found, "opening"),
    )
    return ProposeAction(action=action, act=Act.SET_OBLIGATION, act_args=to_args(act))


def _opening(viewer: Viewer, row: MintedReport) -> dict[str, Any]:
    tenant = Tenant.objects.filter(organisation_id=row.account).first()
    if tenant is None:
        refuse(Refusal.REPORT_UNKNOWN)
    with oversight.open_tenant(viewer, tenant, PURPOSE.format(year=row.period)):
        report = Report.objects.filter(
            period__plant=row.plant, period__period=row.period, version=row.version
        ).first()
        if report is None:
            refuse(Refusal.REPORT_UNKNOWN)
        return opening_of(report.content)


def _is_due(row: MintedReport, met: Mapping[tuple[str, int], Obligation]) -> bool:
    obligation = met.get((row.account, int(row.period)))
    return obligation is None or obligation.version < row.version
