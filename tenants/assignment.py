"""Door 1 of three across tenants: an assigned auditor enters the schema of an open case's enterprise.

The other doors are `market.oversight`'s. No other module may open a tenant that is not the viewer's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lexicon.refusals import Refusal, refuse

from tenants.access import Viewer, within
from tenants.models import CaseAssignment, Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the door opened: the enterprise's account and the one period that may be looked at."""

    case: str
    account: str
    plant: str
    period: str
    version: int


@contextmanager
def enter_case(viewer: Viewer, case: str) -> Iterator[Entry]:
    """The schema of the case's enterprise inside the block, for the auditor it is assigned to.

    case: `account~plant~period~version`, as the ledger's key. The caller keeps to its plant and period.
    Raises: Refused not_assigned, the same for a case that does not exist, is closed, or is somebody else's.
    """
    found = CaseAssignment.objects.filter(case=case, auditor=viewer.account, open=True).first()
    tenant = Tenant.objects.filter(organisation_id=found.account).first() if found else None
    if found is None or tenant is None:
        refuse(Refusal.NOT_ASSIGNED)
    account, plant, period, version = case.split("~")
    with within(tenant):
        yield Entry(case=case, account=account, plant=plant, period=period, version=int(version))


def assigned_cases(viewer: Viewer) -> list[str]:
    """The open cases that this auditor may enter, by name."""
    rows = CaseAssignment.objects.filter(auditor=viewer.account, open=True).order_by("case")
    return list(rows.values_list("case", flat=True))
