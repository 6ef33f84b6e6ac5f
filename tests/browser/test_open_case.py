"""What an auditor of an open case sees: laws, signs of the radar, a browser that cannot recompute.

By programs the power plant's month is corrected, submitted and opened; after these tests it is minted.
"""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import SystemRandom
from typing import Any

import pytest

from tests.accounting.cases import all_cases
from tests.browser.test_returning import keep
from tests.browser.test_walk_every_sector import AUDITORS, as_programs, model_of

# It makes a second version of the power plant's month, which other walks of the same site read.
pytestmark = pytest.mark.slow

OTHER_MONTH = "2025-12"
# Moisture, ash and volatile matter in hundredths of a per cent.
BOUNDS = {"Mad": (121, 498), "Aad": (1511, 2498), "Vad": (2111, 2998)}
SCANNED_WITHIN_S = 90
# The story's demo has no months before its own for the law of heat; two feeders need none.
FEEDERS = {"slug": "two-feeders", "kind": "submeters", "left": ["u1-feeder-a"], "right": ["u1-feeder-e"]}
NO_WORKER = "Object.defineProperty(window, 'Worker', {value: undefined})"
NO_WASM = "Object.defineProperty(window, 'WebAssembly', {value: undefined})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open case. laws: what the interface tells its enterprise; other: plant of the copied file."""

    case: str
    month: str
    laws: list[dict[str, Any]]
    other: str
    original: bytes


@pytest.fixture(scope="module")
def opened(site: Any) -> Iterator[Open]:
    from operations.demo import reporting, verifying
    from operations.demo.cast import POWER
    from operations.demo.narrator import Narrator

    people = as_programs(site, "admin", "regulator1", "power-head", *AUDITORS)
    narrator = Narrator(quiet=True)
    head = people.by_slug["power-head"]
    minted = [row for row in head.rows("/periods/") if (row["plant"], row["state"]) == ("jiangbei", "minted")]
    month = max(row["period"] for row in minted if len(row["period"]) == len("2026-06"))
    period = next(str(row["id"]) for row in minted if row["period"] == month)
    other, theirs = another_plant(head)
    figures = drawn()
    original = laboratory_table(OTHER_MONTH, figures)
    given(head, theirs, OTHER_MONTH, original)
    head.post(f"/periods/{period}/correction/", {"reason": "补充化验单"})
    given(head, period, month, laboratory_table(month, figures))
    in_use = head.get("/plant-models/jiangbei/witnesses/")["laws"]
    # Usual laws follow from meters and streams: they are told, and not declared.
    declared = [{name: law[name] for name in FEEDERS} for law in in_use if not law["usual"]]
    declared = [law for law in declared if law["slug"] != FEEDERS["slug"]]
    head.put("/plant-models/jiangbei/witnesses/", {"laws": [*declared, FEEDERS]})
    statement = reporting.submit(people, narrator, house=POWER, period=head.get(f"/periods/{period}/"))
    verifying.open_case(people, narrator, statement)
    laws = kept_laws(head, month)
    yield Open(case=statement.case, month=month, laws=laws, other=other, original=original)
    verifying.work_through(people, narrator, statement)
    head.put("/plant-models/jiangbei/witnesses/", {"laws": declared})


def kept_laws(head: Any, month: str) -> list[dict[str, Any]]:
    """The plant's laws, once the residual of the two feeders is stored with the month."""
    end = time.monotonic() + SCANNED_WITHIN_S
    while True:
        laws: list[dict[str, Any]] = head.get("/plant-models/jiangbei/residuals/")["laws"]
        law = next(one for one in laws if one["slug"] == FEEDERS["slug"])
        if any(one["period"] == month for one in law["months"]):
            return laws
        assert time.monotonic() < end, "no residual was stored"
        time.sleep(1)


def another_plant(head: Any) -> tuple[str, str]:
    """A second plant of the enterprise with an earlier month; plant and period's id."""
    data = next(one for one in all_cases() if one["id"] == "MG-1")["input"]
    plant = f"other-{int(time.time()) % 100000}"
    names = {"name_zh": "镁冶炼分厂", "name_en": "Magnesium works"}
    head.post("/plants/", {"id": plant, "sector": "magnesium", "region": "华北", **names})
    head.put(f"/plant-models/{plant}/", model_of(data))
    return plant, str(head.post("/periods/", {"plant": plant, "period": OTHER_MONTH})["id"])


def drawn() -> list[tuple[str, str]]:
    """A proximate analysis of this run alone, which adds up to 100 %: a file is taken once."""
    parts = [Decimal(SystemRandom().randrange(low, high)) / 100 for low, high in BOUNDS.values()]
    return [
        *((name, f"{part:.2f} %") for name, part in zip(BOUNDS, parts, strict=True)),
        ("FCad", f"{100 - sum(parts):.2f} %"),
    ]


def laboratory_table(month: str, figures: list[tuple[str, str]]) -> bytes:
    """Figures of a laboratory under the dates of a month."""
    out = io.StringIO()
    dates = (("采样日期", f"{month}-03"), ("检测日期", f"{month}-06"), ("报告日期", f"{month}-09"))
    csv.writer(out).writerows((*dates, *figures))
    return out.getvalue().encode()


def given(head: Any, period: str, month: str, content: bytes) -> None:
    """A file handed in and looked at by the radar."""
    fields = {"title": f"化验单 {month}", "kind": "lab_report", "period": period}
    fields |= {"sampled_on": f"{month}-03", "reported_on": f"{month}-09"}
    file = head.upload("/evidence/", fields, {"file": (f"lab-{month}.csv", content, "text/csv")})["id"]
    end = time.monotonic() + SCANNED_WITHIN_S
    while not next(row for row in head.rows("/evidence/", period=period) if row["id"] == file)["scanned_at"]:
        assert time.monotonic() < end, "the radar never came to the file"
        time.sleep(1)


def test_the_laws_of_the_cases_plant_stand_with_formula_meters_and_this_months_residual(
    opened: Open, as_person: Callable[..., Any]
) -> None:
    lead = as_person("auditor-lead")
    page = lead.go(f"/review/{opened.case}")
    page.get_by_role("link", name="定律与趋势").click()
    page.wait_for_url("**/witnesses")
    for law in opened.laws:
        card = page.get_by_role("region", name=re.compile(rf"· {law['slug']}$"))
        card.get_by_text(law["formula"]["zh"]).wait_for()
        said = card.inner_text()
        assert all(f"({each['meter']}, {each['unit']})" in said for each in law["left"] + law["right"])
    heat = page.get_by_role("region", name=re.compile("· heat-power$"))
    heat.get_by_role("row").filter(has_text=opened.month).get_by_text("历史不足，未判断").wait_for()
    law = next(one for one in opened.laws if one["slug"] == FEEDERS["slug"])
    card = page.get_by_role("region", name=re.compile("· two-feeders$"))
    month = next(one for one in law["months"] if one["period"] == opened.month)
    row = card.get_by_role("row").filter(has_text=opened.month).first
    cells = [cell.strip() for cell in row.locator("td").all_inner_texts()]
    found, expected = (Decimal(cell.replace(",", "")) for cell in cells[2:4])
    percent = (100 * (found - expected) / expected).quantize(Decimal("0.01"))
    shown = Decimal(cells[4].split("%")[0])
    assert abs(shown - percent) <= Decimal("0.01")
    assert shown == Decimal(month["deviation_percent"])
    assert month["alarms"]
    assert shown < -5, "feeder A carries 5.5 % less than feeder E"
    assert month["words"]["zh"] in cells[1]
    page.get_by_role("link", name="返回").click()
    page.get_by_text("物理见证", exact=True).first.wait_for()
    for language, width in (("zh", 390), ("en", 390)):
        narrow = as_person("auditor-lead", language=language, width=width)
        page = narrow.go(f"/review/{opened.case}/witnesses")
        page.get_by_text(law["formula"][language]).wait_for()
        keep(page, f"laws-{language}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_auditor_slides_back_to_what_was_known_two_days_before(
    opened: Open, as_person: Callable[..., Any]
) -> None:
    """The story knows its month for a day only: an earlier one is put before it on the way to the page."""
    for language, width in (("zh", 1280), ("en", 390)):
        lead = as_person("auditor-lead", language=language, width=width)
        known = f"{lead.site.url}/api/v1/cases/{opened.case}/known/"
        days = lead.context.request.get(known).json()
        day = days["results"][0]["day"]
        shown = lead.context.request.get(f"{known}{day}/").json()
        before = (date.fromisoformat(day) - timedelta(days=2)).isoformat()
        days["results"].insert(0, days["results"][0] | {"day": before, "total_g": "1250000"})
        earlier = shown | {"total_tco2": "1.250000"}
        answered(lead, known, days)
        answered(lead, f"{known}{before}/", earlier)
        page = lead.go(f"/review/{opened.case}/known")
        slider, total = page.get_by_role("slider"), page.locator("tfoot td").filter(has_text=".")
        total.first.wait_for()
        assert not total.filter(has_text=re.compile(r"^1\.250$")).count()
        keep(page, f"known-today-{language}")
        slider.press("Home")
        assert slider.get_attribute("aria-valuetext") == before
        total.filter(has_text=re.compile(r"^1\.250$")).first.wait_for()
        keep(page, f"known-before-{language}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        lead.context.unroute(known)
        page = lead.go(f"/review/{opened.case}/known")
        total.first.wait_for()
        # Nothing to slide over within a day, unless midnight came between.
        assert slider.count() == (0 if days["results"][-1]["day"] == str(today_in_shanghai()) else 1)


def answered(person: Any, address: str, told: Any) -> None:
    """From now on this is what her pages are told at an address."""
    person.context.route(address, lambda route: route.fulfill(json=told))


def today_in_shanghai() -> date:
    return datetime.now(timezone(timedelta(hours=8))).date()


@pytest.mark.parametrize(
    ("without", "words"),
    [
        pytest.param(NO_WASM, "此浏览器不支持 WebAssembly，无法在本机重算。", id="no WebAssembly"),
        pytest.param(NO_WORKER, "此浏览器不支持后台线程，无法在本机重算。", id="no workers"),
    ],
)
def test_a_browser_that_cannot_recompute_says_so_and_shows_no_lamp(
    opened: Open, as_person: Callable[..., Any], without: str, words: str
) -> None:
    lead = as_person("auditor-lead")
    lead.context.add_init_script(without)
    page = lead.go(f"/review/{opened.case}/recompute")
    page.get_by_role("button", name="在本机重算").click()
    page.get_by_text(words).wait_for()
    page.get_by_text("本机没有给出结果，平台的结果未经本机核对").wait_for()
    keep(page, "no-recomputation")
    assert page.locator("[data-lamps], tr[data-equal]").count() == 0


@pytest.mark.parametrize(
    ("side", "dark", "said"),
    [
        pytest.param("platform", "平台", 1, id="the platform says a gram more"),
        pytest.param("content", "链上", 0, id="the report that is shown is not the one signed"),
    ],
)
def test_a_difference_of_one_gram_puts_a_lamp_out_and_says_where(
    opened: Open, as_person: Callable[..., Any], side: str, dark: str, said: int
) -> None:
    lead = as_person("auditor-lead")
    address = re.compile(rf"/api/v1/cases/{opened.case}/recomputation/")

    def lie(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        if side == "platform":
            figure = next(one for one in told["platform"]["figures"] if one["name"] == "total")
            figure["grams"] = str(int(figure["grams"]) + 1)
        else:
            # One space more: every figure is the same, and the text is another.
            told["content"] = told["content"].replace('{"', '{ "', 1)
        route.fulfill(response=answer, json=told)

    lead.context.route(address, lie)
    page = lead.go(f"/review/{opened.case}/recompute")
    page.get_by_role("button", name="在本机重算").click()
    page.locator('[data-lamps="differ"]').wait_for(timeout=120_000)
    keep(page, f"lamp-out-{side}")
    pills = (
        page.locator(".notice").filter(has=page.locator("[data-lamps]")).locator(".pill").all_inner_texts()
    )
    assert [pill.split(" · ")[0] for pill in pills if "不" in pill.split(" · ")[1]] == [dark], pills
    assert page.locator('tr[data-equal="false"]').count() == said
    assert page.locator('tr[data-equal="true"]').count() > 0
    lead.context.unroute(address)


def test_figures_of_another_plants_month_are_told_with_the_reason_and_both_places(
    opened: Open, as_person: Callable[..., Any]
) -> None:
    lead = as_person("auditor-lead")
    page = lead.go(f"/review/{opened.case}")
    file = page.locator("li").filter(has_text=f"{opened.other} {OTHER_MONTH}")
    file.get_by_role("link", name=f"化验单 {opened.month}", exact=True).wait_for()
    file.get_by_text("疑似伪造").wait_for()
    sign = file.locator(".notice").filter(has_text="对照文件")
    assert sign.count() == 1
    said = sign.inner_text()
    assert OTHER_MONTH in said
    assert f"对照文件: 化验单 {OTHER_MONTH}" in said
    assert f"{opened.other} {OTHER_MONTH}" in said
    twin = sign.get_by_role("link").get_attribute("href")
    answer = lead.context.request.get(f"{lead.site.url}{twin}")
    assert answer.body() == opened.original
    first = page.get_by_text(re.compile("疑似伪造|未见异常|读不出内容")).first
    assert first.inner_text() == "疑似伪造", "what may be forged comes first"
    page = as_person("auditor-lead", language="en", width=390).go(f"/review/{opened.case}")
    page.get_by_text(f"{opened.other} {OTHER_MONTH}", exact=True).wait_for()
    keep(page, "signs-en")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_lead_writes_on_a_matter_and_the_reviewer_reads_it(
    opened: Open, as_person: Callable[..., Any]
) -> None:
    page = as_person("auditor-lead").go(f"/review/{opened.case}")
    form = page.locator("form[data-matters]")
    activity = form.get_by_role("region", name="活动数据")
    activity.get_by_text("数据等级").wait_for()
    assert form.get_by_text("补充说明").count() == 10
    activity.get_by_text("补充说明").click()
    activity.get_by_label("核查组说明").fill("逐日核对皮带秤日报，与入炉煤台账一致。")
    form.get_by_role("button", name="保存说明").click()
    form.get_by_text("已保存").wait_for()
    keep(page, "matters-zh")
    page.reload()
    form.wait_for()
    assert activity.get_by_label("核查组说明").input_value() == "逐日核对皮带秤日报，与入炉煤台账一致。"
    page = as_person("auditor-reviewer", language="en", width=390).go(f"/review/{opened.case}")
    form = page.locator("form[data-matters]")
    form.get_by_text("The lead auditor writes these").wait_for()
    activity = form.get_by_role("region", name="Activity data")
    activity.get_by_text("逐日核对皮带秤日报，与入炉煤台账一致。").wait_for()
    assert form.get_by_role("textbox").count() == 0
    keep(page, "matters-en")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


PEER = {
    "period": "2026-06", "measure": "fuel_carbon", "unit": "tCO₂/GJ", "own": "0.082140", "peers": 7,
    "words": {"zh": "燃料排放 / 燃料热量", "en": "emissions of the fuels per heat of the fuels"},
    "mean": "0.093500", "percentile": "0.0", "deviation_percent": "-12.1", "edge": "lowest",
    "made_at": "2026-07-20T08:00:00Z",
}  # fmt: skip
ALONE = dict.fromkeys(("peers", "mean", "percentile", "deviation_percent", "made_at")) | {"edge": ""}


@pytest.mark.parametrize(("language", "width"), [("zh", 1440), ("en", 390)])
def test_a_plants_place_among_its_peers_stands_under_its_laws(
    opened: Open, as_person: Callable[..., Any], language: str, width: int
) -> None:
    """The demo has too few enterprises for a group: its answers are put before the page here."""
    lead = as_person("auditor-lead", language=language, width=width)
    address = f"{lead.site.url}/api/v1/cases/{opened.case}/peers/"
    assert all(row["peers"] is None for row in lead.context.request.get(address).json()["results"])
    title, none, few, later, edge, place = {
        "zh": (
            "同行比较",
            "还没有可比较的数据",
            "其他企业不足 5 家",
            "待同行数据下次更新",
            "低于全部 7 家同行",
            "7 家中有 42.9% 低于本厂区",
        ),
        "en": (
            "Peers",
            "Nothing to compare yet",
            "fewer than 5 others",
            "when the peers are next renewed",
            "below all 7 peers",
            "42.9% of 7 are below",
        ),
    }[language]
    answered(lead, address, {"results": []})
    card = lead.go(f"/review/{opened.case}/witnesses").get_by_role("region", name=title, exact=True)
    card.get_by_text(none).wait_for()
    rows = [
        PEER,
        PEER | {"period": "2026-05", "percentile": "42.9", "edge": ""},
        PEER | {"period": "2026-04"} | ALONE,
        PEER | {"period": "2026-03"} | ALONE | {"made_at": PEER["made_at"]},
    ]
    answered(lead, address, {"results": rows})
    page = lead.go(f"/review/{opened.case}/witnesses")
    card = page.get_by_role("region", name=title, exact=True)
    for words in (edge, place, few, later):
        card.get_by_text(words).wait_for()
    card.scroll_into_view_if_needed()
    keep(page, f"peers-{language}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    lead.context.unroute(address)
