"""Allocation data of a year's verification report: what the sector's allocation plan computes with.

Whose report has them is data (`guidelines/allocation.toml`); what people entered comes from the statement's
own supplementary table. Allowances themselves are the regulator's and stand on the ledger, not here.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from accounting.domain.compute import statement_of
from accounting.domain.registry import GUIDELINES, Label
from accounting.domain.supplementary import Form, cells_of, read_forms
from accounting.domain.year import is_year

FILE = GUIDELINES / "allocation.toml"
OF_A_MONTH = Label(
    "月度核查不附配额分配数据，由年度核查给出", "a month has none; the year's verification has"
)


@cache
def allocation_forms() -> Mapping[str, Form | Label]:
    """For every guideline its table, or why there is none. Raises ValueError as `read_forms`."""
    return read_forms(FILE)


def allocation_of(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The annex of a frozen statement; without one, `none` says why in both languages.

    Values are text: entered ones as entered, computed ones with six decimals, empty where one is missing.
    """
    form = allocation_forms()[statement["guideline"]["id"]]
    if isinstance(form, Label):
        return {"none": {"zh": form.zh, "en": form.en}}
    if not is_year(statement["period"]):
        return {"none": {"zh": OF_A_MONTH.zh, "en": OF_A_MONTH.en}}
    table = statement.get("supplementary") or {"rows": []}
    entered = {row["id"]: row["value"] for row in table["rows"] if row["entered"]}
    cells = cells_of(form, statement_of(statement["input"]), entered)
    return {
        **form.head,
        "rows": [
            {
                "zh": one.row.label.zh,
                "en": one.row.label.en,
                "unit": one.row.unit,
                "value": one.text,
            }
            for one in cells
        ],
    }
