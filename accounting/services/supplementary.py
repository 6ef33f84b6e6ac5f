"""A year's supplementary data table: what is entered, the whole table, and what it still lacks."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse

from accounting.domain import supplementary
from accounting.domain.registry import Label
from accounting.domain.statement import Statement
from accounting.domain.supplementary import ENTERED, Cell, Form
from accounting.domain.year import is_year
from accounting.entity_models import SupplementaryValue
from accounting.models import ReportingPeriod
from accounting.services import states
from accounting.services.calculation import calculate_period
from accounting.services.entity import unfaulty
from tenants.access import Viewer


def table_of(period: ReportingPeriod, statement: Statement) -> dict[str, Any] | None:
    """The table as a report carries it; None for a month, and where none is asked for."""
    form = _form(period, statement)
    if form is None:
        return None
    cells = supplementary.cells_of(form, statement, entered_in(period))
    return {
        **form.head,
        "rows": [_row(one) for one in cells],
        "above": [
            {"row": low.row.id, "value": low.text, "most": high.text, "of": high.row.id}
            for low, high in supplementary.above_in(form, cells)
        ],
    }


def shown(period: ReportingPeriod) -> dict[str, Any]:
    """The table as its page shows it; without one, why none is asked for."""
    statement = calculate_period(period).statement
    why = supplementary.forms()[period.guideline]
    reason = {"zh": why.zh, "en": why.en} if isinstance(why, Label) else None
    return {"table": table_of(period, statement), "none": reason, "open": period.state in states.OPEN}


def entered_in(period: ReportingPeriod) -> dict[str, str]:
    """What people entered, by row."""
    rows = SupplementaryValue.objects.filter(period=period)
    return dict(rows.values_list("row", "text"))


@transaction.atomic
def enter(viewer: Viewer, period: ReportingPeriod, values: Mapping[str, str]) -> None:
    """Keep entered rows of a year's table; an empty text takes one away.

    Raises Refused: period_locked, field_invalid (no such row, or its text is wrong).
    """
    period = ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    states.need_open(period)
    form = supplementary.forms()[period.guideline]
    if isinstance(form, Label) or not is_year(period.period):
        refuse(Refusal.FIELD_INVALID, field=period.period, reason="没有补充数据表 / no supplementary table")
    checked = {name: _checked(form, name, text.strip()) for name, text in values.items()}
    for name, text in checked.items():
        if not text:
            SupplementaryValue.objects.filter(period=period, row=name).delete()
            continue
        SupplementaryValue.objects.update_or_create(
            period=period,
            row=name,
            defaults={"text": text, "person": viewer.person, "entered_at": clock.now()},
        )
    names = [f"supplementary.{name}" for name in sorted(checked)]
    states.note(period, "values", person=viewer.person, values=names)


def lacking(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a table still lacks or says wrongly, in Chinese and English."""
    rows = {one["id"]: one for one in table["rows"]}
    found = [(f"未填：{one['zh']}", f"not given: {one['en']}") for one in missing(table)]
    return found + [
        (
            f"{rows[one['row']]['zh']} {one['value']} 大于{rows[one['of']]['zh']} {one['most']}",
            f"{rows[one['row']]['en']} {one['value']} is above {rows[one['of']]['en']} {one['most']}",
        )
        for one in table["above"]
    ]


def missing(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows that a person still has to enter; optional ones are missed nowhere."""
    rows = [one for one in table["rows"] if one["entered"] and not one.get("optional")]
    return [one for one in rows if not one["value"]]


def _form(period: ReportingPeriod, statement: Statement) -> Form | None:
    if not is_year(period.period) or statement.blocked:
        return None
    return supplementary.form_of(period.guideline, statement)


def _row(cell: Cell) -> dict[str, Any]:
    row = cell.row
    return {
        "id": row.id,
        "zh": row.label.zh,
        "en": row.label.en,
        "unit": row.unit,
        "entered": row.rule == ENTERED,
        **({"optional": True} if row.is_optional else {}),
        "value": cell.text,
    }


def _checked(form: Form, name: str, text: str) -> str:
    row = form.row(name)
    if row is None or row.rule != ENTERED:
        refuse(Refusal.FIELD_INVALID, field=name[:40], reason="没有这一行 / no such row")
    return unfaulty(text, row.label, supplementary.fault_of(row, text) if text else None)
