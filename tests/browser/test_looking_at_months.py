"""Looks at a month from the period page: an XLSX sheet and its help, days as known, two months compared."""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.accounting.cases import all_cases
from tests.browser.test_model_builder import posted, run
from tests.browser.test_returning import keep
from tests.browser.test_walk_every_sector import model_of, three_places, values_of

# It leaves a plant and an open month on the site.
pytestmark = pytest.mark.slow

CASE = next(one for one in all_cases() if one["id"] == "MG-1")
EXPECTED = CASE["expected"]
FIRST, SECOND = "2026-01", "2026-02"
HEADING = ("stream", "name", "value", "unit", "origin")
# The second month burns twice as much bituminous coal as the first.
DOUBLED = "s2"


@pytest.fixture
def head(as_person: Callable[..., Any]) -> Any:
    person = as_person("power-head")
    person.go("/home")
    return person


@pytest.fixture
def plant(head: Any) -> str:
    """A magnesium works of its own with a model."""
    name = f"mg-{time.time_ns() // 1_000_000 % 10_000_000}"
    names = {"name_zh": "镁冶炼二厂", "name_en": "Magnesium works 2"}
    posted(head, "plants/", {"id": name, "sector": "magnesium", "region": "华北"} | names)
    token = next(one["value"] for one in head.context.cookies() if "csrf" in one["name"])
    answer = head.context.request.put(
        f"{head.site.url}/api/v1/plant-models/{name}/",
        data=model_of(CASE["input"]),
        headers={"X-CSRFToken": token, "Referer": f"{head.site.url}/"},
    )
    assert answer.ok, answer.text()
    return name


def month_of(head: Any, plant: str, month: str, **changed: str) -> str:
    """A month with the worked case's values, some quantities changed; its id."""
    period = str(posted(head, "periods/", {"plant": plant, "period": month})["id"])
    values = [
        {"stream": stream, "name": name, "text": changed.get(stream, text), "unit": unit, "origin": origin}
        for stream, name, text, unit, origin in values_of(CASE["input"])
    ]
    posted(head, f"periods/{period}/activity/", {"values": values})
    return period


def book(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    made = Workbook()
    page = made.active
    assert page is not None
    for row in (HEADING, *rows):
        page.append(row)
    made.save(path)
    return path


def test_an_xlsx_sheet_is_refused_by_rows_explained_corrected_and_kept(
    head: Any, plant: str, tmp_path: Path
) -> None:
    period = posted(head, "periods/", {"plant": plant, "period": SECOND})["id"]
    rows = [(stream, name, Decimal(text), *rest) for stream, name, text, *rest in values_of(CASE["input"])]
    wrong = [(row[0], row[1], -5, *row[3:]) if row[0] == "s5" else row for row in rows]
    page = head.go(f"/accounting/{period}")
    card = page.get_by_role("region", name="表格导入")
    card.locator('input[type="file"]').set_input_files(str(book(tmp_path / "wrong.xlsx", wrong)))
    told = card.get_by_role("row").filter(has_text="-5 为负")
    at = 2 + next(n for n, row in enumerate(rows) if row[0] == "s5")
    assert told.locator("td").first.inner_text().strip() == str(at)
    assert card.get_by_role("button", name=re.compile("保存这")).count() == 0
    keep(page, "sheet-refused")
    told.get_by_role("link", name="怎么填").click()
    page.locator('[data-step="dolomite"]').wait_for()
    page.go_back()
    card.locator('input[type="file"]').set_input_files(str(book(tmp_path / "right.xlsx", rows)))
    shown = three_places(EXPECTED["total_tco2e"])
    card.get_by_text(shown).wait_for()
    page.get_by_text("尚无核算结果").first.wait_for()
    keep(page, "sheet-tried")
    card.get_by_role("button", name=f"保存这 {len(rows)} 个数值").click()
    card.get_by_text(f"已保存 {len(rows)}").wait_for()
    page.locator(".card-head strong .num").first.get_by_text(shown).wait_for()


def test_a_month_is_shown_as_known_on_a_day_and_beside_another_with_the_cause(head: Any, plant: str) -> None:
    coal = next(one for one in CASE["input"]["streams"] if one["id"] == DOUBLED)["quantity"]["value"]
    month_of(head, plant, FIRST)
    period = month_of(head, plant, SECOND, **{DOUBLED: str(2 * Decimal(coal))})
    more = Decimal(EXPECTED["lines"][DOUBLED])
    before = Decimal(EXPECTED["total_tco2e"])
    page = head.go(f"/accounting/{period}")
    card = page.get_by_role("region", name="两期对比")
    card.get_by_label("对比期").select_option(label=FIRST)
    row = card.get_by_role("row").filter(has_text=f"排放源 {DOUBLED}")
    row.first.wait_for()
    shown = [three_places(str(each)) for each in (more, 2 * more)]
    cells = row.locator("td").all_inner_texts()
    assert [cell.split("\n")[0].strip() for cell in cells[1:3]] == shown
    # The change is all the activity's: no factor differs.
    assert figures(cells[3]) == [three_places(str(more)), three_places(str(more)), three_places("0")]
    foot = [figures(text) for text in card.locator("tfoot td").all_inner_texts()]
    totals = [three_places(str(each)) for each in (before, before + more)]
    assert foot[1:] == [[totals[0]], [totals[1]], figures(cells[3])]
    machine = page.get_by_role("region", name="时间机器")
    day = machine.get_by_role("button", name=re.compile(r"^\d{4}-")).last
    on = day.inner_text().split(" ")[0]
    day.click()
    total = machine.get_by_role("row").filter(has_text="合计").last
    total.get_by_text(three_places(str(before + more))).wait_for()
    line = machine.get_by_role("row").filter(has_text=f"排放源 {DOUBLED}").first
    line.get_by_text(three_places(str(2 * more))).wait_for()
    machine.get_by_text("mee-average-2023-provincial").wait_for()
    keep(page, "months-compared")
    posted(
        head,
        f"periods/{period}/activity/",
        {
            "values": [
                {"stream": DOUBLED, "name": "quantity", "text": coal, "unit": "t", "origin": "supplier"}
            ]
        },
    )
    page.reload()
    machine.get_by_label("日期").fill(on)
    total.get_by_text(three_places(str(before))).wait_for()


def test_a_feeder_is_unbound_tried_saved_and_bound_again(as_person: Callable[..., Any]) -> None:
    page = as_person("power-carbon").go("/accounting")
    row = page.get_by_role("row").filter(has_text="江北热电厂").last
    month = re.search(r"\d{4}-\d{2}", row.inner_text())[0]  # type: ignore[index]
    page.goto(page.url.replace("/accounting", "/model/jiangbei"))
    coal = page.locator("fieldset.model-stream").filter(has_text="入炉煤").first
    feeder = coal.get_by_label(re.compile("1号机给煤机A"))
    feeder.wait_for()
    ten = coal.locator("legend").inner_text()
    assert "10" in ten
    before = run(page, month)
    feeder.uncheck()
    coal.locator("legend").get_by_text(re.compile(r"\b9\b")).wait_for()
    assert tonnes_of(run(page, month)) < tonnes_of(before)
    try:
        kept(page)
        page.reload()
        feeder.wait_for()
        assert not feeder.is_checked()
    finally:
        feeder.check()
        kept(page)
    page.reload()
    feeder.wait_for()
    assert feeder.is_checked()
    assert coal.locator("legend").inner_text() == ten
    assert run(page, month) == before


def kept(page: Any) -> None:
    page.get_by_role("button", name="保存模型").click()
    page.get_by_text("已保存").wait_for()


def tonnes_of(row: str) -> Decimal:
    """The tonnes of a total's row."""
    found = re.search(r"[\d,]+\.\d{3}", row)
    assert found, row
    return Decimal(found[0].replace(",", ""))


def figures(text: str) -> list[str]:
    """The figures of a cell, without signs."""
    return re.findall(r"[\d,]+\.\d{3}", text)
