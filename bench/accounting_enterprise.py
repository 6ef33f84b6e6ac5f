"""The scratch enterprises of `bench.accounting`: plants of metered months, closed over and over."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from kit import clock
from lexicon import canonical
from lexicon.signature import to_base64url
from lexicon.terms import AccountKind, AccountState, PeriodState, Role, VerificationStep

from accounting import tasks
from accounting.chain.models import ChainReport
from accounting.domain.compute import statement_of
from accounting.models import (
    Finding,
    PlantModel,
    Report,
    ReportingPeriod,
    SourceStream,
    VerificationCase,
    WorkLogEntry,
)
from accounting.services import files, printer
from accounting.services.calculation import Outcome, calculate_period, refresh
from accounting.services.freezing import Frozen, freeze
from accounting.services.periods import open_period
from accounting.services.plant_models import ModelSpec, StreamSpec, set_model
from accounting.services.verification_report import report_of
from accounting.services.worklog import order_of
from ingest.calendar import first_hour
from ingest.hot.models import Day, Hour, MeterIndex, Month
from ingest.models import Gateway, Meter, Plant
from tenants.access import Viewer, within
from tenants.models import BoundKey, Membership, Organisation, Person, Tenant, User
from tenants.services.schemas import create_tenant, prepare_database

METERS, STREAMS = 100, 50
YEAR, MONTHS = 2025, range(1, 13)
MONTH = f"{YEAR}-06"
ROUNDS, YEARS, PAPERS, SCHEMAS = 40, 3, 2, 15
# Readings that a sample of a year draws.
SAMPLED = 40
LINES_FEW, LINES_MANY = 125, 2_000
PLANT = "bench"
ITEMS = ("diesel", "gasoline", "fuel_oil", "crude_oil", "coal")
BORN = datetime(YEAR - 1, 12, 1, tzinfo=UTC)


def main() -> None:
    """Prints every list of times, in the order in which they are measured."""
    # As the task worker does when it starts.
    printer.prepare()
    prepare_database()
    print(json.dumps(measured(int(sys.argv[1]))))


def measured(tenants: int) -> dict[str, Any]:
    """Every list of times by its name; a month is closed for so many tenants by the worker."""
    viewer = _viewer("benchbenchbe")
    told: dict[str, Any] = {}
    assert viewer.tenant is not None  # noqa: S101 (made with it)
    with within(viewer.tenant):
        _plant(viewer.tenant.schema_name, viewer.account, meters=METERS, hourly=True)
        _model(viewer)
        period = open_period(viewer, plant=PLANT, period=MONTH)
        told["close_month_100_meters"] = _close(period)
        _months_of_the_year(viewer)
        told["year"], outcome, year = _year(viewer)
        month = ReportingPeriod.objects.get(plant=PLANT, period=MONTH)
        told["pdf"] = _papers(viewer, month, calculate_period(month))
        told["pdf_of_a_year"] = _papers(viewer, year, outcome)
        told["verification_of_a_year"] = verified(viewer, year, outcome)
        Meter.objects.update(calibrated_until=date(YEAR, 6, 10))
        Hour.objects.filter(hour__gte=first_hour(date(YEAR, 6, 28))).delete()
        _returned(period)
        told["close_month_100_meters_by_rule"] = _close(period)
    told["linear"] = _linear()
    told["schema"] = [_timed(partial(_viewer, f"schema{n:06d}")) for n in range(SCHEMAS)]
    told["closed"] = _closed(tenants)
    return told


def _close(period: ReportingPeriod) -> list[float]:
    """Milliseconds of closing the month after a late reading has changed it, each round anew."""
    times = []
    for round_ in range(ROUNDS):
        Month.objects.filter(meter__meter="m000", month=MONTH).update(count=720_000 + round_)
        began = time.perf_counter()
        refresh(period)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _returned(period: ReportingPeriod) -> None:
    """Only an open period is calculated anew: the database refuses any other (the year took it as minted)."""
    period.state = PeriodState.RETURNED
    period.save(update_fields=["state"])


def _year(viewer: Viewer) -> tuple[list[float], Outcome, ReportingPeriod]:
    """Seconds to calculate a year of twelve months and to freeze its report."""
    year = open_period(viewer, plant=PLANT, period=str(YEAR))
    times = []
    for _ in range(YEARS):
        began = time.perf_counter()
        outcome = calculate_period(year)
        freeze(viewer, year, outcome, reason="")
        times.append(time.perf_counter() - began)
    return times, outcome, year


def _papers(viewer: Viewer, period: ReportingPeriod, outcome: Outcome) -> list[float]:
    """Seconds to print a report of fifty lines or of a year's six hundred, the printer's start included."""
    made = freeze(viewer, period, outcome, reason="")
    report = _report(period, made)
    times = []
    for language in ("zh", "en")[:PAPERS]:
        files.order(report, kind="pdf", language=language, at=clock.now())
        work = files.claim()
        assert work is not None  # noqa: S101 (just ordered)
        times.append(_timed(partial(files.make, work)))
    return times


def verified(viewer: Viewer, period: ReportingPeriod, outcome: Outcome) -> list[float]:
    """Seconds to print the verification report of a year, as an auditor's whole work log makes it."""
    made = freeze(viewer, period, outcome, reason="")
    case = _case(
        viewer, _report(period, made, version=2), [line.stream.id for line in outcome.statement.lines]
    )
    times = []
    for language in ("zh", "en")[:PAPERS]:
        files.order(case.report, kind="verification_pdf", language=language, at=clock.now())
        work = files.claim()
        assert work is not None  # noqa: S101 (just ordered)
        times.append(_timed(partial(files.make, work)))
    return times


def _case(viewer: Viewer, report: Report, streams: Sequence[str]) -> VerificationCase:
    """An approved case: every step of a year's log, a sample of readings, a finding that was answered."""
    at, total = clock.now(), str(report.total_g)
    _taken(viewer, report)
    case = VerificationCase.objects.create(
        id=f"{viewer.account}~{PLANT}~{YEAR}~2", report=report, auditor=viewer.account, seed="ab" * 32,
        plan={"population": 37_000, "sample_size": SAMPLED, "materiality_percent": "5"}, opened_at=at,
        decided_at=at, decision="approved",
    )  # fmt: skip
    contents = {
        VerificationStep.SAMPLE: {
            "items": [
                f"day:m{n % METERS:03d}:{YEAR}-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(SAMPLED)
            ]
        },
        VerificationStep.RECOMPUTATION: {
            f"{name}_g": total for name in ("frozen", "recalculated", "by_trees")
        },
        VerificationStep.SITE_VISIT: {"note": "料场、皮带秤、化验室", "person": viewer.person},
    }
    log = [
        WorkLogEntry.objects.create(
            case=case, step=step, content=canonical.encode_text(contents.get(step, {})), digest=f"{n:064x}",
            person=viewer.person, tx_id=f"{n:064x}", at=at,
        )
        for n, step in enumerate(order_of(str(YEAR)), start=1)
    ]  # fmt: skip
    finding = Finding.objects.create(
        case=case, number=1, kind="question", stream=streams[0], text="化验批次？", due_on=at.date(),
        reply="见附件", closed=True, outcome="已说明", person=viewer.person, created_at=at,
    )  # fmt: skip
    verification = report_of(case, done=log, second=viewer.person, approver=viewer.person, found=[finding])
    case.verification = canonical.encode_text(verification)
    case.save()
    return case


def _taken(viewer: Viewer, report: Report) -> None:
    """The submission as the follower writes it: the plan in force is that of the ledger's instant."""
    assert viewer.tenant is not None  # noqa: S101 (made with it)
    ChainReport.objects.create(
        id=f"{viewer.account}~{PLANT}~{report.period.period}~{report.version}", account=viewer.account,
        tenant=viewer.tenant.schema_name, plant=PLANT, period=report.period.period, version=report.version,
        state="submitted", digest=report.digest, record="{}", submitted_tx="0" * 64, submitted_block=1,
        submitted_at=clock.now(),
    )  # fmt: skip


def _report(period: ReportingPeriod, made: Frozen, *, version: int = 1) -> Report:
    return Report.objects.create(
        period=period, version=version, state="minted", content=made.content, digest=made.digest,
        figures_digest=made.digest, total_g=made.total_g, args=made.args, nonce=made.nonce,
        created_at=clock.now(), submitted_at=clock.now(), minted_at=clock.now(), minted_block=1,
    )  # fmt: skip


def _linear() -> float:
    """Processor time a line of a long calculation by that of a short one, the best of some each."""
    few = min(_worked(_input(LINES_FEW)) for _ in range(9)) / LINES_FEW
    many = min(_worked(_input(LINES_MANY)) for _ in range(3)) / LINES_MANY
    return many / few


def _worked(data: dict[str, Any]) -> float:
    began = time.process_time()
    statement_of(data)
    return time.process_time() - began


def _input(lines: int) -> dict[str, Any]:
    streams = [
        {
            "id": f"s{n}", "kind": "fuel", "item": ITEMS[n % len(ITEMS)], "parameters": {},
            "quantity": {"value": f"{n}.25", "unit": "t"},
        }
        for n in range(lines)
    ]  # fmt: skip
    sets = {"fuel": "ndrc-2013-cement", "process": "ndrc-2013-cement", "gwp": "ar2"}
    head = {"guideline": "ndrc-2013-cement", "factor_sets": sets, "period": MONTH, "entity": "bench"}
    return head | {"streams": streams}


def _closed(tenants: int) -> float:
    """Seconds in which the task worker closes a month of so many tenants after readings changed all of it."""
    for n in range(tenants):
        viewer = _viewer(f"many{n:08d}")
        assert viewer.tenant is not None  # noqa: S101 (made with it)
        with within(viewer.tenant):
            _plant(viewer.tenant.schema_name, viewer.account, meters=4, hourly=False)
            _small_model()
            ReportingPeriod.objects.create(
                plant=PLANT, period=MONTH, state=PeriodState.COLLECTING, guideline="ndrc-2013-cement",
                factor_sets=_SETS, region="anhui", created_at=clock.now(),
            )  # fmt: skip
    began = time.perf_counter()
    tasks.work_once()
    seconds = time.perf_counter() - began
    _check_closed(tenants)
    return seconds


def _check_closed(tenants: int) -> None:
    """The worker goes on after a tenant that failed, and a month without a result would look quick."""
    closed = 0
    for tenant in Tenant.objects.filter(organisation__account__startswith="acc_many"):
        with within(tenant):
            closed += ReportingPeriod.objects.exclude(result_digest="").count()
    if closed != tenants:
        raise RuntimeError(f"of {tenants} tenants' months {closed} were closed")


_SETS = {
    "fuel": "ndrc-2013-cement", "process": "ndrc-2013-cement", "grid": "mee-average-2023-provincial",
    "gwp": "ar2",
}  # fmt: skip


def _small_model() -> None:
    """Two fuels of two meters each, as rows: setting a model up is not what is measured."""
    model = PlantModel.objects.create(
        plant=PLANT, guideline="ndrc-2013-cement", factor_sets=_SETS, region="anhui", changed_at=clock.now()
    )
    SourceStream.objects.bulk_create(
        SourceStream(
            model=model, slug=item, kind="fuel", item=item, name_zh=item, name_en=item, unit="t", position=n,
            meters={"quantity": [f"m{2 * n:03d}", f"m{2 * n + 1:03d}"]},
        )
        for n, item in enumerate(("diesel", "coal"))
    )  # fmt: skip


def _model(viewer: Viewer) -> None:
    streams = [
        StreamSpec(
            slug=f"s{n:03d}", kind="fuel", item=ITEMS[n % len(ITEMS)], unit="t",
            name_zh=f"燃料 {n}", name_en=f"Fuel {n}",
            meters={"quantity": [f"m{2 * n:03d}", f"m{2 * n + 1:03d}"]},
        )
        for n in range(STREAMS)
    ]  # fmt: skip
    set_model(viewer, PLANT, ModelSpec(guideline="ndrc-2013-cement", region="anhui", streams=streams))


def _months_of_the_year(viewer: Viewer) -> None:
    """The other months, calculated and then taken as submitted: a year is made of such."""
    index = {row.meter: row for row in MeterIndex.objects.all()}
    for number in MONTHS:
        name = f"{YEAR}-{number:02d}"
        if name == MONTH:
            continue
        days = (date(YEAR + number // 12, number % 12 + 1, 1) - timedelta(days=1)).day
        Month.objects.bulk_create(
            Month(meter=one, month=name, count=700_000, **_counts(days * 24)) for one in index.values()
        )
        open_period(viewer, plant=PLANT, period=name)
    ReportingPeriod.objects.update(state=PeriodState.MINTED)


def _plant(schema: str, account: str, *, meters: int, hourly: bool) -> None:
    """Plant, meters and their June; hourly: also every hour and day, as ingest keeps them."""
    plant = Plant.objects.create(
        id=PLANT, name_zh="基准厂", name_en="Bench", sector="cement", created_at=BORN
    )
    gateway = Gateway.objects.create(id="gw", name="gw", created_at=BORN)
    rows = MeterIndex.objects.bulk_create(
        MeterIndex(
            tenant=schema, account=account, plant=PLANT, meter=f"m{n:03d}", gateway="gw", unit="t",
            least_count=Decimal("0.001"), digits=9, interval_s=900, valid_from=BORN, changed_at=BORN,
        )
        for n in range(meters)
    )  # fmt: skip
    Meter.objects.bulk_create(
        Meter(
            plant=plant, slug=row.meter, name_zh=row.meter, name_en=row.meter, medium="coal", unit="t",
            least_count=Decimal("0.001"), digits=9, gateway=gateway, valid_from=BORN, index=row.pk,
            created_at=BORN, calibrated_until=date(YEAR, 12, 31),
        )
        for row in rows
    )  # fmt: skip
    Month.objects.bulk_create(Month(meter=row, month=MONTH, count=720_000, **_counts(720)) for row in rows)
    if hourly:
        for row in rows:
            _hours(row)


def _hours(row: MeterIndex) -> None:
    first, start = date(YEAR, 6, 1), first_hour(date(YEAR, 6, 1))
    days = [first + timedelta(days=n) for n in range(30)]
    Day.objects.bulk_create(Day(meter=row, day=day, count=24_000, **_counts(24)) for day in days)
    Hour.objects.bulk_create(
        Hour(
            meter=row, hour=start + 24 * n + hour, day=day, count=1_000, n=4, slots=4, signed=4,
            estimated=False, ambiguous=False, computed_at=BORN,
        )
        for n, day in enumerate(days)
        for hour in range(24)
    )  # fmt: skip


def _counts(hours: int) -> dict[str, Any]:
    return {
        "n": 4 * hours, "slots": 4 * hours, "signed": 4 * hours, "hours": hours, "estimated": 0,
        "ambiguous": 0, "computed_at": BORN,
    }  # fmt: skip


def _viewer(name: str) -> Viewer:
    """An enterprise with its schema and a head who can read what is sealed to her."""
    organisation = Organisation.objects.create(
        account=f"acc_{name}", kind=AccountKind.ENTERPRISE, name=name, status=AccountState.ACTIVE,
        created_at=clock.now(),
    )  # fmt: skip
    tenant = create_tenant(organisation)
    user = User.objects.create(email=f"{name}@bench.example")
    person = Person.objects.create(id=f"per_{name}", user=user, name=name, created_at=clock.now())
    Membership.objects.create(
        person=person, organisation=organisation, role=Role.HEAD, status="active", created_at=clock.now()
    )
    spki = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    BoundKey.objects.create(
        fingerprint=name.ljust(64, "0"), person=person, use="decrypt", spki=to_base64url(spki),
        status="bound", created_at=clock.now(),
    )  # fmt: skip
    return Viewer(
        person=person.pk, name=name, user=user, account=organisation.account, kind=AccountKind.ENTERPRISE,
        role=Role.HEAD, organisation=organisation.name, tenant=tenant,
    )  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
