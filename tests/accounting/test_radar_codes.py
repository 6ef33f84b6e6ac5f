"""QR codes of laboratory reports: what contradicts the print, what does not, and a code that is not there."""

import io
import json
from datetime import date
from typing import Any

import pytest
import segno
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from accounting.domain.files import CSV, JPEG, PDF, PNG
from accounting.domain.radar import codes
from accounting.domain.radar.examination import examine
from accounting.domain.radar.suspicions import Sign, is_suspect
from accounting.domain.radar.traits import Paper, Traits, traits_from
from accounting.extraction import CODE_SIDE_MAX, CODE_TEXT_MAX, CODES_MAX, traits_of

LAB = """华测检测中心 煤质检测报告
No. AK-204151    Tel 0571-88234567    GB/T 213-2008
采样日期：2026-06-03
报告日期：2026年6月9日
Mad：2.31 %   Aad：21.40 %
低位发热量 Qnet,ar：21345 kJ/kg
元素碳 Cad：58.72 %
"""
AGREES = "https://lims.example/v?no=AK-204151&sampled=2026-06-03&reported=20260609&cad=58.72&q=21.345"


def paper(*said: str, text: str = LAB, name: str = "a", **more: Any) -> Paper:
    fields: dict[str, Any] = {
        "id": name, "tenant": "t", "kind": "lab_report", "plant": "p1", "period": "2026-06", "stream": "coal",
        "title": name, "stated": {}, "laboratory": "华测",
        "traits": Traits(text=text, codes=said, pages=1),
    }  # fmt: skip
    return Paper(**(fields | more))


@pytest.mark.parametrize(
    "code",
    [
        AGREES,
        "编号：AK-204151；采样日期：2026-06-03；Cad：58.72 %",
        json.dumps({"no": "AK-204151", "reported": "2026/06/09", "cad": "58.720"}),
        "https://lab.example/r/8f3a2c9d11",
        "AK-204151",
        # A number of another kind, and a date of which the print says nothing, contradict nothing.
        "https://lab.example/v?order=X7719203&no=AK-204151",
        "no=AK-204151&valid until=2031-06-09",
    ],
)
def test_a_code_that_says_what_is_printed_or_something_else_altogether_is_no_sign(code: str) -> None:
    assert codes.check(paper(code), []) == []


@pytest.mark.parametrize(
    ("code", "what", "said", "printed"),
    [
        (AGREES.replace("AK-204151", "AK-204098"), "number", "AK-204098", "AK-204151"),
        (AGREES.replace("sampled=2026-06-03", "sampled=2026-05-03"), "date", "2026-05-03", "2026-06-03"),
        (AGREES.replace("58.72", "55.10"), "figure", "55.1", "58.72"),
        ("编号：AK-204098；Cad：58.72 %", "number", "AK-204098", "AK-204151"),
        ("20260401", "date", "2026-04-01", "2026-06-03"),
    ],
)
def test_a_code_that_contradicts_the_print_names_both(code: str, what: str, said: str, printed: str) -> None:
    (found,) = codes.check(paper(code), [])
    assert found.sign is Sign.code_differs
    assert is_suspect([found])
    assert what in found.facts["what"]
    assert found.facts["code"] == said
    assert printed in found.facts["printed"]
    for language in ("zh", "en"):
        assert said in found.words(language)


def test_of_a_picture_the_code_is_held_against_the_dates_that_its_uploader_gave() -> None:
    stated = {"sampled_on": date(2026, 6, 3), "reported_on": date(2026, 6, 9)}
    assert codes.check(paper(AGREES, text="", stated=stated), []) == []
    other = AGREES.replace("reported=20260609", "reported=2026-07-09")
    (found,) = codes.check(paper(other, text="", stated=stated), [])
    assert (found.facts["code"], found.facts["printed"]) == ("2026-07-09", "2026-06-03, 2026-06-09")
    assert codes.check(paper(other, text=""), []) == [], "nothing is known of it"


def coded(count: int, **more: Any) -> list[Paper]:
    return [paper(AGREES, name=f"o{n}", period=f"2026-0{n + 1}", **more) for n in range(count)]


def test_a_report_without_the_code_that_all_others_of_its_laboratory_have_is_told_with_one_of_them() -> None:
    (found,) = codes.check(paper(), coded(3))
    assert (found.sign, found.twin, found.facts["count"]) == (Sign.code_missing, "o0", "3")
    assert "华测" in found.words("zh")
    assert found in examine(paper(), coded(3))


@pytest.mark.parametrize(
    "others",
    [
        coded(1),
        [*coded(3), paper(name="bare")],
        coded(3, laboratory="国检"),
        coded(3, kind="invoice"),
        coded(3, tenant="u"),
        [],
    ],
    ids=["one alone", "one has none either", "another laboratory", "another kind", "another tenant", "none"],
)
def test_where_others_do_not_all_have_one_nothing_is_missed(others: list[Paper]) -> None:
    assert codes.check(paper(), others) == []


def test_a_sheet_has_no_page_for_a_code_and_nobody_knows_who_tested() -> None:
    assert codes.check(paper(traits=Traits(text=LAB)), coded(3)) == []
    assert codes.check(paper(laboratory=""), coded(3, laboratory="")) == []
    assert codes.check(paper(traits=Traits(readable=False, pages=1)), coded(3)) == []


def picture(text: str, *, scale: int = 6, at: tuple[int, int] = (600, 900)) -> Image.Image:
    target = io.BytesIO()
    segno.make(text, error="m").save(target, kind="png", scale=scale, border=4)
    sheet = Image.new("RGB", (1000, 1400), (250, 250, 248))
    sheet.paste(Image.open(target).convert("RGB"), at)
    return sheet


def stored(image: Image.Image, form: str) -> bytes:
    target = io.BytesIO()
    image.save(target, form)
    return target.getvalue()


def pdf(*images: Image.Image) -> bytes:
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=(595, 842))
    for image in images:
        page.drawString(60, 800, "No. AK-204151")
        page.drawImage(ImageReader(image), 0, 0, 595, 700)
        page.showPage()
    page.save()
    return target.getvalue()


def test_codes_are_read_from_pictures_scans_and_pages() -> None:
    for content, kind in (
        (stored(picture(AGREES), "PNG"), PNG),
        (stored(picture(AGREES).rotate(2, fillcolor=(250, 250, 248)), "JPEG"), JPEG),
        (pdf(picture(AGREES)), PDF),
    ):
        found = traits_of(content, kind.media_type)
        assert (found.codes, found.pages) == ((AGREES,), 1), kind
        assert traits_from(json.loads(json.dumps(found.as_json()))) == found
    plain = traits_of(b"a;b\n1;2\n", CSV.media_type)
    assert (plain.codes, plain.pages) == ((), 0)


def test_codes_are_bounded_in_number_and_length_and_a_large_picture_is_made_smaller() -> None:
    many = traits_of(pdf(*(picture(f"no=AK-{n:06d}") for n in range(8))), PDF.media_type)
    assert many.codes == tuple(f"no=AK-{n:06d}" for n in range(CODES_MAX))
    long = traits_of(stored(picture("x" * 900, scale=4, at=(20, 20)), "PNG"), PNG.media_type)
    assert [len(one) for one in long.codes] == [CODE_TEXT_MAX]
    large = picture(AGREES, scale=12, at=(0, 0)).resize((6_000, 8_400))
    assert max(large.size) > CODE_SIDE_MAX
    assert traits_of(stored(large, "PNG"), PNG.media_type).codes == (AGREES,)


def test_traits_kept_before_codes_were_looked_for_are_read_and_say_nothing() -> None:
    old = Traits(text=LAB).as_json()
    del old["codes"], old["pages"]
    assert traits_from(old) == Traits(text=LAB)
