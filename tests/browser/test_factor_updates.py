"""A factor set by clicks: drafted with a wrong row, simulated, published by two, told to the enterprise."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_cancelling import Make, confirm, with_key
from tests.browser.test_looking_at_months import head, month_of, plant  # noqa: F401 (fixtures)

pytestmark = pytest.mark.slow
MONTH = "2026-01"


def picture(folder: Path, page: Any, name: str) -> None:
    """The page as it stands, for who runs this with `--basetemp` to look at."""
    page.wait_for_timeout(600)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def asked(person: Any, path: str) -> Any:
    return person.context.request.get(f"{person.site.url}/api/v1/{path}").json()


def default_in(person: Any, month: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A default that the month uses without anybody having typed it: its set, and the row it comes from."""
    typed = {(one["slug"], entry["name"]) for one in month["streams"] for entry in one["values"]}
    for line in month["lines"]:
        for one in line["parameters"]:
            if one["factor_set"] and (line["stream"], one["name"]) not in typed:
                rows = asked(person, f"factor-sets/{one['factor_set']}/")["row"]
                named = [
                    row for row in rows if (row["item"], row["parameter"]) == (line["item"], one["name"])
                ]
                for row in named:
                    if row["value"] and row["variant"] in ("", month["region"]):
                        return one["factor_set"], row
    raise AssertionError("the month uses no default")


def test_a_factor_set_goes_from_a_draft_to_the_enterprises_month(
    as_person: Make,
    head: Any,  # noqa: F811
    plant: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    admin, regulator = with_key(as_person, "admin"), with_key(as_person, "regulator1")
    manager = head
    month = asked(manager, f"periods/{month_of(manager, plant, MONTH)}/")
    name, factor = default_in(manager, month)
    new = format(Decimal(factor["value"]) * Decimal("1.1"), "f")
    page = admin.go("/factors")
    page.get_by_text("还没有因子提案").wait_for()
    picture(tmp_path, page, "1-empty")
    page.get_by_role("button", name="拟定提案").click()
    form = page.get_by_role("region", name="拟定提案")
    form.get_by_label("接替的因子集").select_option(value=name)
    form.get_by_label("生效月份").fill(month["period"])
    row = form.get_by_role("group", name="因子 1")
    key = f"{factor['item']}~{factor['parameter']}~{factor['variant']}"
    row.get_by_label(re.compile("· 因子")).select_option(value=key)
    row.get_by_text(re.compile("现值")).wait_for()
    row.get_by_label("新值").fill(new.replace(".", ","))
    form.get_by_role("button", name="检查").click()
    wrong = form.get_by_role("region", name="逐行问题")
    wrong.get_by_text("没有填写").first.wait_for()
    assert form.get_by_role("button", name="保存提案").count() == 0
    picture(tmp_path, page, "2-wrong-rows")
    row.get_by_label("新值").fill(new)
    row.get_by_label("来源文件").fill("关于发布电力二氧化碳排放因子的公告")
    row.get_by_label("条款").fill("全国电力平均二氧化碳排放因子")
    row.get_by_label("已与原文核对").check()
    form.get_by_role("button", name="检查").click()
    form.get_by_text("没有问题，可以保存").wait_for()
    picture(tmp_path, page, "3-draft")
    form.get_by_role("button", name="保存提案").click()
    page.get_by_text("还没有试算").wait_for()
    page.get_by_role("button", name="试算", exact=True).click()
    page.get_by_role("region", name="按企业").wait_for(timeout=120_000)
    page.get_by_role("region", name="按企业").get_by_role("button").first.click()
    page.get_by_text("将改变", exact=True).first.wait_for()
    picture(tmp_path, page, "4-simulated")
    address = page.url.removeprefix(f"{admin.site.url}/app")
    proposal = asked(admin, f"factor-proposals/{address.rpartition('/')[2]}/")
    account = asked(manager, "me/")["account"]
    (set_row,) = [one for one in asked(manager, "factor-sets/")["results"] if one["id"] == name]
    items = {one["id"]: one["zh"] for one in set_row["items"]}
    (said,) = [one for one in proposal["simulation"]["by_account"] if one["account"] == account]
    assert int(said["open_g"]) != 0
    page.get_by_role("button", name="签署发布").click()
    admin.sign()
    page.get_by_text("等待监管机构在下方复核").wait_for()
    page = regulator.go(address)
    page.get_by_text("等待监管机构在下方复核").wait_for()
    picture(tmp_path, page, "5-regulator")
    confirm(regulator, address, "设定参数：因子集")
    page = regulator.go(address)
    page.get_by_text(re.compile("已发布，区块")).wait_for()
    picture(tmp_path, page, "6-published")
    page = manager.go(f"/accounting/{month['id']}")
    told = page.get_by_role("region", name="本期改用新发布的因子集")
    told.wait_for(timeout=60_000)
    told.get_by_role("row").nth(1).wait_for()
    told.get_by_text(items[factor["item"]]).wait_for()
    picture(tmp_path, page, "7-month")
    after = asked(manager, f"periods/{month['id']}/")
    (entry,) = [one for one in after["history"] if one["act"] == "factors"]
    assert int(after["total_g"]) - int(month["total_g"]) == int(entry["facts"]["effect_g"])
    reader = as_person("power-head", language="en", width=390)
    page = reader.go(f"/accounting/{month['id']}")
    page.get_by_role("region", name="This period goes by a newly published factor set").wait_for()
    picture(tmp_path, page, "8-month-en-narrow")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    narrow = as_person("regulator1", language="en", width=390)
    page = narrow.go(address)
    page.get_by_role("heading", name="Simulation on every enterprise").wait_for()
    picture(tmp_path, page, "9-proposal-en-narrow")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page = manager.go(address)
    page.get_by_role("heading", level=1, name=re.compile("权限|没有")).wait_for()
    picture(tmp_path, page, "10-forbidden")


def test_a_file_with_a_number_that_is_no_text_is_named_by_its_row(as_person: Make, tmp_path: Path) -> None:
    admin = as_person("admin")
    name = "ndrc-2013-glass"
    table = asked(admin, f"factor-sets/{name}/")
    table["row"][2] |= {"value": 0.5, "valid_from": ""}
    table["row"][3] |= {"value": "0.5", "valid_from": "", "unit": "t"}
    path = tmp_path / "set.json"
    path.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    page = admin.go("/factors")
    page.get_by_role("button", name="拟定提案").click()
    form = page.get_by_role("region", name="拟定提案")
    form.get_by_label("接替的因子集").select_option(value=name)
    form.get_by_label("生效月份").fill("2031-01")
    form.get_by_role("button", name="上传文件").click()
    form.locator('input[type="file"]').set_input_files(str(path))
    form.get_by_text("已读取 set.json").wait_for()
    form.get_by_role("button", name="检查").click()
    wrong = form.get_by_role("region", name="逐行问题")
    wrong.get_by_text("须写成带引号的文本：0.5").wait_for()
    assert [one.inner_text() for one in wrong.locator("tbody tr td:first-child").all()] == ["3", "4"]
    picture(tmp_path, page, "11-file")
