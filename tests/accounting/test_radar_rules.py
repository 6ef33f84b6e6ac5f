"""The radar's rules on texts, hashes and structures: what gives a document away, and what does not."""

from datetime import date

import pytest

from accounting.domain.radar import arithmetic, chronology, making, sameness, wording
from accounting.domain.radar.suspicions import Sign, Suspicion, is_suspect
from accounting.domain.radar.traits import ImagePrint, Paper, Story, Traits, traits_from

LAB = """煤质检测报告
采样日期：2026-06-03  收样日期：2026年6月4日
检测日期：2026/06/06
报告日期：2026.06.09
Mad：2.31 %   Aad：21.40 %
Vad：27.15 %   FCad：49.14 %
低位发热量 Qnet,ar：21.345 MJ/kg
"""


def paper(text: str = LAB, **more: object) -> Paper:
    fields: dict[str, object] = {
        "id": "a", "tenant": "t", "kind": "lab_report", "plant": "p1", "period": "2026-06", "stream": "coal",
        "title": "June", "stated": {}, "traits": Traits(text=text),
    }  # fmt: skip
    return Paper(**(fields | more))  # type: ignore[arg-type]


def signs(found: list[Suspicion]) -> set[Sign]:
    return {one.sign for one in found}


def test_a_genuine_report_has_no_sign_at_all() -> None:
    one = paper()
    assert chronology.order(one) == []
    assert chronology.month(one) == []
    assert arithmetic.check(LAB) == []
    assert making.edits(one) == []


def test_dates_are_read_with_the_words_before_them_also_in_columns() -> None:
    found = wording.dates_of("检测日期 报告日期\n2026.06.05 2026/6/8")
    assert [(one.label, one.day.day) for one in found] == [("检测日期", 5), ("报告日期", 8)]
    assert wording.dates_of("2026-02-30") == []


def test_figures_are_those_that_are_not_equal_by_chance() -> None:
    text = "净重 48.62t 毛重 62,310 kg GB/T 213-2008 No. AB-204151 12:30:05 单价 712.50 元/t 2026 1000.00"
    assert wording.figures_of(text) == {"48.62", "62310", "712.5"}


@pytest.mark.parametrize(
    ("before", "after"),
    [("收样日期：2026年6月4日", "收样日期：2026年6月1日"), ("报告日期：2026.06.09", "报告日期：2026.06.05")],
)
def test_a_date_before_the_one_it_must_follow_is_named_with_both(before: str, after: str) -> None:
    [found] = chronology.order(paper(LAB.replace(before, after)))
    assert found.sign is Sign.dates_disordered
    assert "2026-06-0" in found.words("zh")
    assert "out of order" in found.words("en")


def test_a_stated_date_that_the_file_does_not_have_is_told() -> None:
    one = paper(stated={"sampled_on": date(2026, 6, 10), "reported_on": date(2026, 6, 9)})
    [found] = chronology.stated(one)
    assert found.facts == {"label": "采样日期", "found": "2026-06-03", "stated": "2026-06-10"}


def test_a_file_older_than_what_it_reports_is_told() -> None:
    early = Traits(text=LAB, story=Story(made_at="2026-05-20T10:00:00"))
    assert signs(chronology.making(paper(traits=early))) == {Sign.made_before}
    same_day = Traits(text=LAB, story=Story(made_at="2026-06-09T01:00:00"))
    assert chronology.making(paper(traits=same_day)) == []


def test_three_months_tested_in_one_week_are_told_and_two_are_not() -> None:
    others = [
        paper(id=str(n), period=f"2026-0{n}", stated={"tested_on": date(2026, 6, 4 + n % 2)}) for n in (3, 4)
    ]
    assert signs(chronology.together(paper(), others)) == {Sign.tested_together}
    assert chronology.together(paper(), others[:1]) == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("毛重 48.62 t  皮重 15.10 t  净重 35.52 t", Sign.sums_differ),
        ("毛重 48620 t  皮重 15100 t  净重 33520 t", Sign.unit_wrong),
        ("毛重 48.62 kg  皮重 15.10 kg  净重 33.52 kg", Sign.unit_wrong),
        (LAB.replace("FCad：49.14", "FCad：44.14"), Sign.sums_differ),
        (LAB.replace("21.345 MJ/kg", "21345 MJ/kg"), Sign.unit_wrong),
        ("数量：1,000.00 t  单价：712.50 元/t  金额：721,500.00 元", Sign.sums_differ),
        ("金额：100.00 元  税率：13 %  税额：9.00 元  价税合计：109.00 元", Sign.sums_differ),
        ("Quantity: 10.00 t\nUnit price: 5.00 元/t\nAmount: 60.00 元\nTax amount: 5.40 元", Sign.sums_differ),
        ("期初库存：10.00 t 本期购入：5.00 t 本期消耗：4.00 t 期末库存：12.00 t", Sign.sums_differ),
        ("示值误差：0.62 %  最大允许误差：0.50 %", Sign.sums_differ),
    ],
)
def test_figures_that_contradict_one_another_are_told_by_rule(text: str, sign: Sign) -> None:
    assert signs(arithmetic.check(text)) == {sign}


@pytest.mark.parametrize(
    "text",
    [
        "毛重 48.62 t  皮重 15.10 t  净重 33.52 t",
        "毛重 48620 kg  皮重 15100 kg  净重 33520 kg",
        "数量：1,000.33 t  单价：712.50 元/t  金额：712,735.13 元",
        "金额：100.00 元  税率：13 %  税额：13.00 元  价税合计：113.00 元",
        "期初库存：10.00 t 本期购入：5.00 t 本期消耗：4.00 t 期末库存：11.00 t",
        "示值误差：-0.42 %  最大允许误差：0.50 %",
    ],
)
def test_figures_that_agree_are_left_in_peace(text: str) -> None:
    assert arithmetic.check(text) == []


def test_a_table_under_labels_is_checked_row_by_row() -> None:
    text = "毛重(t)  皮重(t)  净重(t)\n48.62  15.10  33.52\n47.00  15.00  31.00\n"
    assert signs(arithmetic.check(text)) == {Sign.sums_differ}


@pytest.mark.parametrize(
    ("story", "sign"),
    [
        (Story(edits=("content",)), Sign.edited_later),
        (
            Story(signed=True, edits=("content",), edits_after_signature=("content",)),
            Sign.edited_after_signature,
        ),
        (Story(covered=("x 80, y 720",)), Sign.covered_text),
        (Story(odd_fonts=("SimSun 33.1",)), Sign.odd_font),
        (Story(software="Adobe Photoshop 24.0"), Sign.editing_software),
    ],
)
def test_an_edited_file_is_suspect_by_one_sign(story: Story, sign: Sign) -> None:
    found = making.edits(paper(traits=Traits(story=story)))
    assert signs(found) == {sign}
    assert is_suspect(found)


def test_a_file_saved_again_is_noted_and_not_suspect() -> None:
    story = Story(made_at="2026-06-09T10:00:00", changed_at="2026-06-11T10:00:00", software="WPS 文字")
    found = making.edits(paper(traits=Traits(story=story)))
    assert signs(found) == {Sign.saved_again}
    assert not is_suspect(found)


def test_copied_figures_are_told_with_the_month_they_come_from() -> None:
    earlier = paper(id="b", period="2026-05", title="May")
    moved = (
        LAB.replace("-06-", "-07-").replace("年6月", "年7月").replace("/06/", "/07/").replace(".06.", ".07.")
    )
    [found] = sameness.twins(paper(moved), [earlier])
    assert found.sign is Sign.copied_month
    assert found.twin == "b"
    assert "p1 2026-05" in found.words("zh")
    [elsewhere] = sameness.twins(paper(moved), [paper(id="c", plant="p2")])
    assert elsewhere.sign is Sign.same_figures


def test_documents_of_one_month_may_repeat_each_other_and_certificates_any_month() -> None:
    assert sameness.twins(paper(), [paper(id="b")]) == []
    assert sameness.twins(paper(), [paper(id="b", kind="invoice", period="2026-05")]) == []
    standing = {"kind": "calibration"}
    assert sameness.twins(paper(**standing), [paper(id="b", period="2026-05", **standing)]) == []
    assert sameness.twins(paper(period=""), [paper(id="b", period="2026-05")]) == []


def hashes(*apart: int) -> ImagePrint:
    """A print whose tiles have that many bits set."""
    return ImagePrint(1, "0" * 64, tuple(f"{(1 << bits) - 1:064x}" for bits in apart))


def test_a_copy_with_a_painted_date_is_a_copy_and_another_month_of_one_form_is_not() -> None:
    blank = hashes(*[0] * 20)
    assert sameness.likeness([blank], [hashes(*[0] * 18, 120, 120)]) == pytest.approx(0.9)
    assert sameness.likeness([blank], [hashes(*[0] * 13, *[60] * 7)]) == 0
    assert sameness.likeness([blank], [hashes(*[20] * 20)]) == 1
    assert sameness.likeness([blank], [hashes(*[110] * 20)]) == 0


def test_traits_survive_their_json() -> None:
    traits = Traits(text="a", images=(hashes(*[1] * 8),), story=Story(edits=("content",), signed=True))
    assert traits_from(traits.as_json()) == traits
