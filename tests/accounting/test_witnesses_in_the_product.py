"""The usual laws over hours and days as ingest stores them: a kiln's faults are found in their month.

The plants are drawn by the bench's generator, which knows nothing of the laws; here they go through tables,
units, streams and services, and what is found is what pages and auditors see.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from kit import clock
from lexicon.terms import PeriodState

from accounting.models import ActivityRecord, PlantModel, ReportingPeriod, SourceStream
from accounting.scan_models import PlantWitness, WitnessResidual
from accounting.services import witnessing
from bench.witness_plants import FAULTS, Month, history, with_fault
from bench.witnesses import RIGHT
from ingest.calendar import first_hour
from ingest.hot.models import Day, Hour, MeterIndex
from ingest.models import Gateway, Meter, Plant
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, Stage

pytestmark = pytest.mark.db
KILN, MONTH = "kiln-1", "2026-06"
BORN = datetime(2026, 1, 1, tzinfo=UTC)
MONTHS = (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
STEP = Decimal("0.001")
STREAMS = {
    "coal": ("fuel", "coal", ["coal-1", "coal-2"]),
    "clinker": ("process", "clinker", ["clinker-1", "clinker-2"]),
    "meal": ("process", "raw_meal", ["meal-1", "meal-2"]),
}


def set_up(schema: str) -> None:
    """A cement plant of two lines, a main scale before their coal, and its model; laws of each line, whose
    meters no stream tells apart, are declared."""
    plant = Plant.objects.create(id=KILN, name_zh="窑", name_en="Kiln", sector="cement", created_at=BORN)
    gateway = Gateway.objects.create(id="gw-kiln", name="gw-kiln", created_at=BORN)
    main = None
    for slug in ("scale", *(slug for _, _, slugs in STREAMS.values() for slug in slugs)):
        common = {"unit": "t", "least_count": STEP, "digits": 9, "valid_from": BORN}
        index = MeterIndex.objects.create(
            tenant=schema, account=ALPHA, plant=KILN, meter=slug, gateway=gateway.pk, interval_s=900,
            changed_at=BORN, **common,
        )  # fmt: skip
        row = Meter.objects.create(
            plant=plant, slug=slug, name_zh=slug, name_en=slug, medium="coal", gateway=gateway,
            index=index.pk, created_at=BORN, main=main if slug.startswith("coal") else None, **common,
        )  # fmt: skip
        main = main or row
    model = PlantModel.objects.create(plant=KILN, guideline="ndrc-2013-cement", changed_at=BORN)
    for position, (slug, (kind, item, meters)) in enumerate(STREAMS.items()):
        SourceStream.objects.create(
            model=model, slug=slug, kind=kind, item=item, name_zh=slug, name_en=slug, unit="t",
            meters={"quantity": meters}, position=position,
        )  # fmt: skip
    for kind, left in (("heat", "coal"), ("process", "meal")):
        for line in (1, 2):
            PlantWitness.objects.create(
                plant=KILN, slug=f"{left}-{line}", kind=kind, left=[f"{left}-{line}"],
                right=[f"clinker-{line}"], person="p", changed_at=BORN,
            )  # fmt: skip


def store(months: Sequence[Month]) -> None:
    """Hours and days of all meters, as the hour worker leaves them."""
    keys = dict(MeterIndex.objects.filter(plant=KILN).values_list("meter", "pk"))
    now, hours, days = clock.now(), list[Hour](), list[Day]()
    common = {"signed": 4, "estimated": 0, "ambiguous": 0, "computed_at": now}
    for first, month in zip(MONTHS, months, strict=True):
        told = {"scale": month.main}
        for name, lines in (("coal", month.fuel), ("clinker", month.output), ("meal", month.raw)):
            told |= {f"{name}-{n}": line for n, line in enumerate(lines, 1)}
        for slug, values in told.items():
            counts = [int(value / STEP) for value in values]
            for at, count in enumerate(counts):
                day = first + timedelta(days=at // 24)
                hours.append(
                    Hour(meter_id=keys[slug], hour=first_hour(first) + at, day=day, count=count, n=4, slots=4,
                         **common)
                )  # fmt: skip
            for n in range(len(counts) // 24):
                day, used = first + timedelta(days=n), sum(counts[24 * n : 24 * n + 24])
                days.append(Day(meter_id=keys[slug], day=day, count=used, n=96, slots=96, hours=24, **common))
    Hour.objects.bulk_create(hours)
    Day.objects.bulk_create(days)


def state_calorific_values(months: Sequence[Month], *, origin: str = "measured") -> None:
    """What the coal of each month was worth, as it is typed for its period; every second in kJ/kg."""
    for number, (first, month) in enumerate(zip(MONTHS, months, strict=True)):
        period = ReportingPeriod.objects.create(
            plant=KILN, period=f"{first:%Y-%m}", state=PeriodState.COLLECTING, guideline="ndrc-2013-cement",
            created_at=clock.now(),
        )  # fmt: skip
        assert month.calorific is not None
        text, unit = (month.calorific, "GJ/t") if number % 2 else (month.calorific * 1000, "kJ/kg")
        ActivityRecord.objects.create(
            period=period, stream="coal", name="ncv", text=str(text), unit=unit, origin=origin, person="p",
            entered_at=clock.now(),
        )  # fmt: skip


def drawn(fault: str) -> Sequence[Month]:
    """A kiln with a main scale, its last month with a fault, or with none."""
    for number in range(100):
        chance = random.Random(f"product/{fault}/{number}")  # noqa: S311  which plant is drawn is no secret
        told = history(chance, "cement", months=len(MONTHS))
        if told.months[0].main:
            return (with_fault(chance, told, fault) if fault else told).months
    raise AssertionError("no plant with a main scale was drawn")


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_a_fault_is_found_within_its_month_and_a_clean_one_left_in_peace(stage: Stage, fault: str) -> None:
    tenant = Tenant.objects.get(organisation_id=ALPHA)
    with within(tenant):
        set_up(tenant.schema_name)
        months = drawn(fault)
        store(months)
        state_calorific_values(months)
        laws = {one.law.slug: one for one in witnessing.laws_of(KILN)}
        assert {slug for slug, one in laws.items() if one.usual} == {
            "main-scale",
            "heat-coal",
            "process-meal",
        }
        period = ReportingPeriod.objects.get(plant=KILN, period=MONTH)
        found = {one.verdict for _, one in witnessing.residuals_of(period)}
        alarms = {verdict for verdict in found if verdict.alarms}
        assert (alarms & RIGHT[fault]) if fault else not alarms, found
        witnessing.keep(period)
        kept = WitnessResidual.objects.filter(period=period)
        assert kept.count() == len(laws)
        assert kept.filter(alarms=True).exists() is bool(fault)
    told = stage.ok(stage.get("alpha_manager", f"plant-models/{KILN}/residuals/"))["laws"]
    assert any(law["months"][-1]["alarms"] for law in told) is bool(fault)


def heat_of(month: str) -> tuple[bool, str]:
    """Whether the fuel's law compares heat, and its deviation."""
    period = ReportingPeriod.objects.get(plant=KILN, period=month)
    [row] = [row for row in witnessing.shown(period) if row["slug"] == "heat-coal"]
    return row["in_heat"], row["deviation_percent"]


def test_heat_is_the_mass_times_what_the_month_s_coal_is_worth_and_masses_where_nobody_says(
    stage: Stage,
) -> None:
    """Coal of four fifths the worth burns a quarter more: heat agrees. A default says nothing of it."""
    tenant = Tenant.objects.get(organisation_id=ALPHA)
    line = (Decimal(10),) * 720
    usual = Month((line, line), (Decimal(20),) * 720, (line, line), (line, line), Decimal(21))
    poorer = Month(
        tuple(tuple(one / Decimal("0.8") for one in each) for each in usual.fuel),
        usual.main, usual.output, usual.raw, Decimal("16.8"),
    )  # fmt: skip
    with within(tenant):
        set_up(tenant.schema_name)
        store([usual, usual, poorer])
        state_calorific_values([usual, usual, poorer])
        assert heat_of(MONTH) == (True, "0.00")
        ncv = ActivityRecord.objects.filter(name="ncv")
        ncv.filter(period__period=MONTH).update(origin="default")
        assert heat_of(MONTH) == (False, "25.00")
        ncv.filter(period__period=MONTH).update(origin="measured", text="15.96", unit="GJ/t")
        assert heat_of(MONTH) == (True, "-5.00")
        ncv.filter(period__period="2026-05").delete()
        assert heat_of(MONTH) == (False, "25.00"), "one month says too little"
