"""The task worker's loop: prints ordered files, scans evidence, follows late readings, settles refusals."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from kit import live, schema
from lexicon.terms import PeriodState

from accounting import metered
from accounting.models import ReportingPeriod
from accounting.services import (
    factor_simulation,
    factor_versions,
    files,
    peers,
    printer,
    radar,
    standing,
    states,
    submission,
    witnessing,
)
from accounting.services.calculation import refresh
from tenants.access import within
from tenants.models import Tenant

log = logging.getLogger(__name__)

# A late reading reaches the draft statement within five seconds: the hour worker needs its part of them.
PAUSE_S = 2.0
# Values, models and certificates are calculated with when they are kept; what else moves an open period is
# slow (a month that ends, a plant's rule), so one whose meters said nothing new waits this long.
RECHECK_S = 60.0
# By period: what its meters had said when it was last calculated here, and when that was.
_followed: dict[UUID, tuple[tuple[object, ...], float]] = {}


def run(pause: Callable[[float], bool]) -> None:
    """Work until `pause` says stop. pause(seconds): waits, true when the process is to end."""
    printer.prepare()
    keep_standings()
    while not pause(0 if work_once() else PAUSE_S):
        pass


def work_once() -> bool:
    """One round over all tenants; true when a file was made, so that there may be more."""
    made, moved = False, False
    for tenant in _tenants():
        try:
            with within(tenant):
                moved = follow_periods() > 0 or moved
                made = factor_simulation.simulate_next() or made
                made = print_one() or made
                made = radar.scan_next() or made
                made = witnessing.keep_next() or made
        except Exception:  # a tenant's fault must not stop the others' work
            log.exception("tasks of %s failed", tenant.schema_name)
    factor_simulation.finish()
    if moved:
        standing.tell()
    return made


def follow_periods() -> int:
    """Calculate open periods anew, take back refused submissions; how many periods changed."""
    moved, published = 0, factor_versions.how_many()
    rows = ReportingPeriod.objects.filter(state__in=(*states.OPEN, PeriodState.SUBMITTED))
    for period in rows.defer("result"):
        if _follow(period, published):
            moved += 1
            _tell(period)
    return moved


def _follow(period: ReportingPeriod, published: int) -> bool:
    """Whether anything of a period changed. published: how many factor sets there are."""
    if period.state == PeriodState.SUBMITTED:
        return submission.settle_refused(period)
    said, now = (published, *metered.stamp(period.plant, period.period)), time.monotonic()
    known = _followed.get(period.pk)
    if known and known[0] == said and now - known[1] < RECHECK_S:
        return False
    before = period.result_digest
    refresh(period)
    _followed[period.pk] = (said, now)
    return period.result_digest != before


def _tell(period: ReportingPeriod) -> None:
    """Open pages of the enterprise read the period again."""
    tenant = schema.current()
    if isinstance(tenant, Tenant) and tenant.organisation_id:
        frame = {"name": "period", "period": str(period.pk), "plant": period.plant, "month": period.period}
        live.publish(f"account.{tenant.organisation_id}", frame)


def keep_standings() -> None:
    """Every tenant's periods for overseers and peers, once at the start: some are older than the tables."""
    for tenant in _tenants():
        try:
            with within(tenant):
                standing.keep_all()
                peers.keep_all()
        except Exception:  # as above
            log.exception("standings of %s failed", tenant.schema_name)


def _tenants() -> QuerySet[Tenant]:
    found: QuerySet[Tenant] = Tenant.objects.exclude(organisation=None).order_by("schema_name")
    return found


def print_one() -> bool:
    """Make the tenant's next ordered file; true when one was made."""
    work = files.claim()
    if work is None:
        return False
    try:
        files.make(work)
    except printer.PrintError as error:
        log.warning("printing %s failed: %s", files.name_of(work.row), error)
        return False
    return True
