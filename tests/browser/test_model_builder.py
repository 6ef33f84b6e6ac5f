"""A model set up by clicks, its plan filed, a month imported; a meter without calibration adds tonnes."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
# `WALK=<folder>` keeps pictures of the page in either language.
FOLDER = os.environ.get("WALK")
STREAMS = ("fuel/anthracite", "grid/grid", "material/limestone", "carbon_out/crude_steel")
WRONG = """stream,name,value,unit,origin
anthracite,quantity,"1,200",t,supplier
grid,quantity,-5,MWh,supplier
limestone,quantity,8650,t,
"""
RIGHT = """stream,name,value,unit,origin
anthracite,balance.purchased,1000,t,supplier
anthracite,balance.opening,50,t,supplier
anthracite,balance.closing,30,t,supplier
grid,quantity,100,MWh,supplier
limestone,quantity,10,t,supplier
crude_steel,quantity,900,t,supplier
"""


def posted(person: Any, path: str, body: dict[str, Any]) -> Any:
    """What a program would send with this person's session."""
    context = person.page.context
    token = next(one["value"] for one in context.cookies() if "csrf" in one["name"])
    headers = {"X-CSRFToken": token, "Referer": f"{person.site.url}/"}
    answer = context.request.post(f"{person.site.url}/api/v1/{path}", data=body, headers=headers)
    assert answer.ok, answer.text()
    return answer.json()


def tonnes(page: Any) -> str:
    return str(page.get_by_role("row").filter(has_text="合计").last.inner_text())


def run(page: Any, month: str) -> str:
    """The trial's total row."""
    form = page.locator("form").filter(has=page.locator('input[type="month"]'))
    form.locator("input").fill(month)
    with page.expect_response(re.compile("trial")):
        form.get_by_role("button").click()
    page.get_by_role("heading", name="可选的其他因子集").wait_for()
    return tonnes(page)


def test_a_model_is_built_tried_and_its_plan_filed_and_a_month_imported(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    plant = f"steel-{int(time.time()) % 100000}"
    head = as_person("power-head")
    head.go("/home")
    names = {"name_zh": "炼钢分厂", "name_en": "Steel works"}
    posted(head, "plants/", {"id": plant, "sector": "steel", "region": "north"} | names)
    person = as_person("power-carbon")
    person.load_key()
    page = person.go(f"/model/{plant}")
    page.get_by_text("还没有模型").wait_for()
    for choice in STREAMS:
        page.get_by_label("选择排放源").select_option(choice)
        page.get_by_role("button", name="添加").click()
    assert page.locator('.boundary [data-used="true"]').count() == len(STREAMS)
    page.get_by_role("button", name="保存模型").click()
    page.get_by_text("已保存").wait_for()
    page.get_by_role("button", name="签名备案").wait_for()
    form = page.locator("form").filter(has=page.get_by_role("button", name="加入", exact=True))
    for name, value in (("quantity", "1000"), ("ncv", "21.5")):
        form.locator("select").nth(1).select_option(name)
        form.locator("input").fill(value)
        form.get_by_role("button", name="加入", exact=True).click()
    assert page.get_by_role("button", name="无烟煤 · 低位发热量 = 21.5").count() == 1
    form = page.locator("form").filter(has=page.locator('input[type="month"]'))
    form.get_by_role("button").click()
    page.get_by_text("缺少数据：电网购电、石灰石、粗钢").wait_for()
    effect = page.get_by_role("row").filter(has_text="低位发热量").filter(has_text="20.304")
    assert "+" in effect.locator("td").last.inner_text()
    page.get_by_role("button", name="签名备案").click()
    person.sign()
    page.get_by_text("已备案，与模型一致").wait_for(timeout=60_000)
    equipment_said(page)
    period = posted(person, "periods/", {"plant": plant, "period": "2026-01"})["id"]
    imported(person.go(f"/accounting/{period}"), tmp_path)


def test_each_device_of_a_plant_is_a_line_until_somebody_writes_about_it(
    as_person: Callable[..., Any],
) -> None:
    page = as_person("power-carbon").go("/model/jiangbei")
    device = page.locator("details").filter(has=page.locator('form[data-owner="meter:raw-water"]'))
    device.get_by_text("已填 0/3").wait_for()
    model = device.get_by_label("测量设备型号")
    assert not model.is_visible()
    device.locator("summary").click()
    model.fill("LDG-100")
    device.get_by_role("button", name="保存").click()
    device.get_by_text("已填 1/3").wait_for()
    model.fill("")
    device.get_by_role("button", name="保存").click()
    device.get_by_text("已填 0/3").wait_for()


def equipment_said(page: Any) -> None:
    """What the filed plan does not say is shown so; a department that is named makes the plan one behind."""
    page.get_by_text("第 1 版内容").click()
    plan = page.locator("details.plan-content")
    assert plan.get_by_role("row").filter(has_text="无烟煤").get_by_text("未填写").count() > 0
    form = page.locator('form[data-owner="stream:anthracite"]')
    form.get_by_label("数据获取负责部门").fill("能源动力部")
    form.get_by_label("主要设备").fill("1 号高炉 1,080 m³")
    form.get_by_role("button", name="保存").click()
    form.get_by_role("status").get_by_text("已保存").wait_for()
    page.get_by_text("备案后模型有改动").wait_for()
    pictured(page, "model-zh")
    page.reload()
    assert form.get_by_label("数据获取负责部门").input_value() == "能源动力部"
    page.get_by_role("button", name="EN", exact=True).first.click()
    form.get_by_label("Department responsible for the data").wait_for()
    page.get_by_text("What version 1 says").click()
    plan.get_by_role("row").filter(has_text="anthracite").get_by_text("not given").first.wait_for()
    pictured(page, "model-en")
    page.get_by_role("button", name="中文").first.click()


def pictured(page: Any, name: str) -> None:
    if FOLDER:
        page.screenshot(path=str(Path(FOLDER) / f"{name}.png"), full_page=True)


def imported(page: Any, folder: Path) -> None:
    """A wrong sheet is told row by row and keeps nothing; a right one shows its total first."""
    card = page.get_by_role("region", name="表格导入")
    for name, text in (("wrong", WRONG), ("right", RIGHT)):
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        card.locator('input[type="file"]').set_input_files(str(path))
        if name == "wrong":
            for said in ("带千位分隔符", "-5 为负", "没有填来源"):
                card.get_by_text(said).wait_for()
            page.get_by_text("尚无核算结果").wait_for()
    card.get_by_text("期初库存").wait_for()
    card.get_by_role("button", name="保存这 6 个数值").click()
    page.get_by_role("row").filter(has_text="无烟煤").filter(has_text="1,020.000").wait_for()


def test_a_meter_without_a_certificate_raises_the_tonnes_until_one_that_holds_is_registered(
    as_person: Callable[..., Any],
) -> None:
    person = as_person("power-carbon")
    page = person.go("/accounting")
    row = page.get_by_role("row").filter(has_text="江北热电厂").last
    month = re.search(r"\d{4}-\d{2}", row.inner_text())[0]  # type: ignore[index]
    page = person.go("/model/jiangbei")
    before = run(page, month)
    # What the plant was set up with; without it the feeder is not calibrated.
    kept = page.get_by_role("row").filter(has_text="u1-feeder-a").filter(has_text="SL-JB")
    kept.get_by_role("button", name="撤销").click()
    kept.get_by_text("已撤销").wait_for()
    assert run(page, month) != before
    page.get_by_text("按规则补正").first.wait_for()
    form = page.locator("form").filter(has=page.locator('[name="certificate"]'))
    for number, until in ((int(time.time()), "2026-01-01"), (int(time.time()) + 1, "2030-01-01")):
        form.locator("select").select_option("u1-feeder-a")
        fields = {"certificate": f"JL-{number}", "laboratory": "市计量测试所", "on": "2025-01-02"}
        for name, text in (fields | {"until": until, "required": "0.5"}).items():
            form.locator(f'[name="{name}"]').fill(text)
        form.get_by_role("button", name="登记").click()
        new = page.get_by_role("row").filter(has_text=f"JL-{number}")
        new.wait_for()
        assert new.get_by_text("已到期").count() == (until < "2026-02")
        holds = until > "2026-02"
        said = run(page, month)
        # The row of the trial before stands there until the new one is drawn.
        end = time.monotonic() + 10
        while (said == before) is not holds and time.monotonic() < end:
            page.wait_for_timeout(200)
            said = tonnes(page)
        assert (said == before) is holds


def test_a_guideline_is_chosen_by_click_and_its_streams_are_offered(as_person: Callable[..., Any]) -> None:
    """The sector's own is chosen beforehand; another of the thirteen is a click, and it is what is kept."""
    plant = f"choice-{int(time.time()) % 100000}"
    head = as_person("power-head")
    head.go("/home")
    names = {"name_zh": "选指南分厂", "name_en": "Chooser"}
    posted(head, "plants/", {"id": plant, "sector": "power", "region": "north"} | names)
    page = as_person("power-carbon").go(f"/model/{plant}")
    choice = page.get_by_label("核算指南")
    choice.locator('option[value="ndrc-2013-glass"]').wait_for(state="attached")
    assert len(set(choice.locator("option").evaluate_all("rows => rows.map((row) => row.value)"))) == 13
    assert choice.input_value().endswith("power")
    offered = page.get_by_label("选择排放源")
    assert offered.locator('option[value="fuel/aviation_kerosene"]').count() == 0
    choice.select_option(label="平板玻璃生产企业（2013 试行）")
    assert choice.input_value() == "ndrc-2013-glass"
    page.get_by_text("2526号").first.wait_for()
    wanted = page.locator('option[value^="carbonate/"], option[value^="process/"]').first
    wanted.wait_for(state="attached")
    offered.select_option(wanted.get_attribute("value"))
    page.get_by_role("button", name="添加").click()
    page.get_by_role("button", name="保存模型").click()
    page.get_by_text("已保存").wait_for()
    page.reload()
    choice.locator('option[value="ndrc-2013-glass"]').wait_for(state="attached")
    assert page.get_by_label("核算指南").input_value() == "ndrc-2013-glass"
    assert page.locator('.boundary [data-used="true"]').count() == 1
