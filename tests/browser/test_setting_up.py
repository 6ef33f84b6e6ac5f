"""A plant, a gateway and a meter from nothing to a first reading; a colleague from invitation to her keys."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest


def fill(page: Any, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f'[name="{name}"]').last.fill(text)


def publish(line: str, value: str) -> None:
    """What the page's line does, with another value; without Mosquitto's client the same by paho."""
    words = dict(re.findall(r"-([hpuPt]) '?([^' ]+)'?", line))
    body = json.dumps({"ts": int(time.time() * 1000), "value": value, "unit": "t", "q": "good"})
    if client := shutil.which("mosquitto_pub"):
        subprocess.run(
            [client, "-h", words["h"], "-p", words["p"], "-q", "1", "-u", words["u"],
             "-P", words["P"], "-t", words["t"], "-m", body],
            check=True, timeout=30,
        )  # fmt: skip
        return
    from paho.mqtt import publish as one

    sign_in = {"username": words["u"], "password": words["P"]}
    one.single(words["t"], body, qos=1, hostname=words["h"], port=int(words["p"]), auth=sign_in)


@pytest.fixture
def operator(as_person: Callable[..., Any]) -> Any:
    person = as_person("power-operator")
    person.load_key()
    return person


def test_a_meter_goes_from_nothing_to_its_first_reading(operator: Any) -> None:
    stamp = str(int(time.time()))[-6:]
    page = operator.go("/devices")
    page.get_by_role("button", name="新增网关").click()
    fill(page, id=f"gw-{stamp}", name="二号网关")
    page.get_by_role("button", name="生成登录信息").click()
    password = page.locator('[data-testid="gateway-password"]').inner_text()
    line = page.locator('[data-testid="publish-line"]').inner_text()
    assert password in line
    assert f"gw-{stamp}" in line
    page.locator("svg").first.wait_for()
    page.get_by_role("button", name="新增计量点").click()
    fill(page, slug=f"belt-{stamp}", name_zh="原煤皮带秤", name_en="Coal belt", valid_from="2026-01-01")
    page.get_by_text("到 100000000 t 翻转").wait_for()
    page.locator('select[name="gateway"]').select_option(f"gw-{stamp}")
    page.locator("form").filter(has_text="最小分度").get_by_role("button", name="保存").click()
    page.get_by_text("等待第一条读数").wait_for()
    page.get_by_role("button", name="签名并登记").click()
    operator.sign()
    page.get_by_text("已登记").first.wait_for()
    topic = page.locator('[data-testid="publish-line"]').inner_text()
    right = re.search(r"-t (\S+)", topic).group(1)  # type: ignore[union-attr]
    publish(line.replace("/PLANT/METER/", f"/{right.split('/')[2]}/belt-0/"), "1.00")
    page.get_by_text("网关发来但没有落库的内容").wait_for(timeout=60_000)
    publish(re.sub(r"-t \S+", f"-t {right}", line), "12.34")
    page.get_by_text("读数已到达并落库").wait_for(timeout=60_000)
    assert "12.34" in page.locator("main").inner_text()
    page = operator.go("/devices")
    row = page.locator("tr").filter(has_text=f"gw-{stamp}").filter(has_text="二号网关")
    assert password not in page.locator("body").inner_text(), "the password was shown once"
    row.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    page.locator("tr").filter(has_text="二号网关").filter(has_text=f"gw-{stamp}").get_by_text(
        "已停用"
    ).wait_for()


def test_who_manages_no_meters_sees_them_and_no_button(as_person: Callable[..., Any]) -> None:
    page = as_person("power-trader").go("/devices")
    page.get_by_text("您可以查看，新增和修改由仪表员").wait_for()
    page.locator("table.grid").first.wait_for()
    for name in ("新增厂区", "新增计量点", "新增网关", "换新密码", "停用"):
        assert page.get_by_role("button", name=name).count() == 0


def test_a_colleague_is_invited_makes_her_keys_and_waits_for_review(as_person: Callable[..., Any]) -> None:
    head = as_person("cement-head")
    page = head.go("/members")
    stamp = str(int(time.time()))[-6:]
    fill(page, name="林小雨", email=f"lin{stamp}@qingfeng.example")
    page.locator('select[name="role"]').select_option("operator")
    page.get_by_role("button", name="生成邀请码").click()
    code = page.locator('[data-testid="invitation-code"]').inner_text()
    page.locator("tr").filter(has_text=f"lin{stamp}").get_by_text("等待本人接受").wait_for()
    guest = as_person("").go(f"/invitation?code={code}")
    guest.get_by_role("button", name="生成密钥与恢复码").click()
    lines = guest.locator('[data-testid="recovery-code"] li')
    lines.first.wait_for()
    guest.get_by_label("请输入第 3 行以确认已保存").fill(re.sub(r"\s", "", lines.nth(2).inner_text()))
    fill(guest, password="Lin-Xiaoyu-2026")
    guest.get_by_role("button", name="接受邀请").click()
    guest.get_by_text("待审核").wait_for()
    page = head.go("/members")
    page.locator("tr").filter(has_text=f"lin{stamp}").get_by_text("等待管理员审核").wait_for()
