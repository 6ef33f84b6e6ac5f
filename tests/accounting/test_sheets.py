"""Sheets of activity data: templates, imports of all rows or none, every way a file or a row can be wrong."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lexicon.refusals import Refused
from openpyxl import Workbook, load_workbook

from accounting.domain.registry import guidelines
from accounting.domain.sheet_rows import PlantStream, read_rows
from accounting.domain.sheets import COLUMNS, RowName, RowRemark, filled
from accounting.services.sheets import guideline_template
from accounting.sheet_files import ROWS_MAX, UNPACKED_MAX_MB, read_sheet
from tests.accounting.stage import PDF, STREAMS, Stage

pytestmark = pytest.mark.db
HEAD = "期间,排放源,项目,数值,单位,来源,备注"
GOOD = [
    "2026-06,coal,carbon_ad,55.62,%,measured,月均",
    ",coal,moisture_ad,2.85,%,实测,",
    ",coal,moisture_ar,14.30,%,measured,",
    ",diesel,ncv,42.652,GJ/t,supplier,",
]


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def book(rows: list[list[Any]], formats: dict[str, str] | None = None) -> bytes:
    made = Workbook()
    page = made.active
    for row in rows:
        page.append(row)
    for place, text in (formats or {}).items():
        page[place].number_format = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def send(stage: Stage, period: str, content: bytes, name: str = "june.csv", **more: object) -> Any:
    body = {"file": SimpleUploadedFile(name, content)} | more
    client = stage.client_of("alpha_manager")
    return client.post(f"/api/v1/periods/{period}/import/", body, format="multipart")


def values_of(stage: Stage, period: str) -> dict[tuple[str, str], str]:
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    return {(row["stream"], row["name"]): row["text"] for each in shown["streams"] for row in each["values"]}


def faults(answer: Any) -> list[tuple[int, str]]:
    body = answer.json()
    assert answer.status_code == 200, body
    assert not body["applied"]
    return [(one["row"], one["name"]) for one in body["remarks"]]


def test_a_csv_sets_every_value_and_says_what_the_total_becomes(stage: Stage) -> None:
    period = stage.open()
    answer = stage.ok(send(stage, period, sheet(*GOOD)))
    assert answer["applied"]
    assert (answer["rows"], answer["unchanged"], len(answer["changes"])) == (4, 0, 4)
    assert answer["total_before"] != answer["total_after"]
    assert values_of(stage, period)["coal", "carbon_ad"] == "55.62"
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    assert shown["total_tco2"] == answer["total_after"]
    [told] = [entry for entry in shown["history"] if entry["act"] == "values"]
    assert told["person_name"], "a page names who typed them, not her id"


def test_a_trial_says_the_same_and_keeps_nothing(stage: Stage) -> None:
    period = stage.open()
    told = stage.ok(send(stage, period, sheet(*GOOD), trial=True))
    assert (told["applied"], len(told["changes"])) == (False, 4)
    assert values_of(stage, period) == {}
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    assert shown["total_tco2"] == told["total_before"]
    assert stage.ok(send(stage, period, sheet(*GOOD)))["total_after"] == told["total_after"]


def test_the_same_file_again_changes_nothing(stage: Stage) -> None:
    period = stage.open()
    stage.ok(send(stage, period, sheet(*GOOD)))
    again = stage.ok(send(stage, period, sheet(*GOOD)))
    assert (again["applied"], again["unchanged"], again["changes"]) == (False, 4, [])


def test_evidence_that_is_named_supports_every_value_of_the_sheet(stage: Stage) -> None:
    period = stage.open()
    file = stage.ok(stage.upload("alpha_manager", PDF, period=period), 201)["id"]
    stage.ok(send(stage, period, sheet(*GOOD), evidence=[file]))
    shown = stage.ok(stage.get("alpha_manager", f"periods/{period}/"))
    assert all(row["evidence"] == [file] for each in shown["streams"] for row in each["values"])


def test_numbers_typed_in_excel_keep_the_digits_that_excel_shows(stage: Stage) -> None:
    period = stage.open()
    head = ["stream", "name", "value", "unit", "origin"]
    rows = [
        head,
        ["coal", "ncv", 20.304, "GJ/t", "measured"],
        ["coal", "oxidation", 0.98, 1, "measured"],
        ["coal", "carbon_ad", 55, "%", "measured"],
    ]
    stage.ok(send(stage, period, book(rows, {"C3": "0%"}), "june.xlsx"))
    kept = values_of(stage, period)
    assert (kept["coal", "ncv"], kept["coal", "oxidation"], kept["coal", "carbon_ad"]) == (
        "20.304",
        "0.98",
        "55",
    )


def test_chinese_excel_writes_csv_in_its_own_encoding_and_a_semicolon_separates_too(stage: Stage) -> None:
    period = stage.open()
    content = "\r\n".join([HEAD, ",煤,ncv,20.1,GJ/t,实测,入炉煤"]).replace(",", ";").encode("gb18030")
    assert stage.ok(send(stage, period, content))["applied"]
    assert values_of(stage, period) == {("coal", "ncv"): "20.1"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_periods_template_comes_back_filled_in(stage: Stage, kind: str, language: str) -> None:
    period = stage.open()
    stage.ok(send(stage, period, sheet(*GOOD)))
    got = stage.get("alpha_manager", f"periods/{period}/template/", kind=kind, lang=language)
    assert got.status_code == 200
    assert got["Content-Disposition"].endswith(f'.{kind}"')
    back = stage.ok(send(stage, period, got.content, f"back.{kind}"))
    assert (back["remarks"], back["unchanged"], back["changes"]) == ([], 4, [])


@pytest.mark.parametrize("guideline", sorted(guidelines()))
def test_every_guideline_has_a_template_with_all_its_streams(guideline: str) -> None:
    content = guideline_template(guideline, kind="xlsx", language="en")
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    listed = {(row[1], row[3]) for row in page.iter_rows(min_row=2, values_only=True)}
    for stream in guidelines()[guideline].streams:
        for item in stream.items:
            assert {(item, name) for name in stream.parameters} <= listed
    units = {str(row[6]) for row in page.iter_rows(min_row=2, values_only=True)}
    assert "None" not in units


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_guidelines_template_is_in_its_language_and_reads_back(kind: str, language: str) -> None:
    """Each form has the same rows under its language's headings, and no value yet."""
    for guideline in guidelines().values():
        content = guideline_template(guideline.id, kind=kind, language=language)
        read = read_sheet(f"template.{kind}", content)
        assert read.remarks == ()
        assert {(row.text("stream"), row.text("name")) for row in read.rows} >= {
            (item, name)
            for stream in guideline.streams
            for item in stream.items
            for name in stream.parameters
        }
        assert not any(row.text("value") for row in read.rows)
        heads, *rows = table_of(content, kind)
        assert heads == [pair[language == "en"] for pair in COLUMNS.values()]
        labels = {row[heads.index("名称" if language == "zh" else "label")] for row in rows}
        chinese = {label for label in labels if any("\u4e00" <= letter <= "\u9fff" for letter in label)}
        # An item may have a formula as its Chinese name (CaCO3); none has a Chinese one in English.
        assert bool(chinese) is (language == "zh"), guideline.id


def table_of(content: bytes, kind: str) -> list[list[str]]:
    """A template's first page as text, its heading first."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    page = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_of_a_guideline_is_loaded_down_by_anybody(
    stage: Stage, kind: str, language: str
) -> None:
    got = stage.get("beta_trader", "guidelines/mee-2022-power/template/", kind=kind, lang=language)
    assert got["Content-Disposition"] == f'attachment; filename="mee-2022-power.{kind}"'
    made = guideline_template("mee-2022-power", kind=kind, language=language)
    assert table_of(got.content, kind) == table_of(made, kind)


def test_a_template_of_no_guideline_kind_or_language_is_refused(stage: Stage) -> None:
    client = stage.client_of("alpha_manager")
    assert client.get("/api/v1/guidelines/ndrc-2013-power/template/").content.startswith(b"PK")
    for path, refusal in (
        ("guidelines/ndrc-2099-fusion/template/", "guideline_unknown"),
        ("guidelines/ndrc-2013-power/template/?kind=pdf", "field_invalid"),
        ("guidelines/ndrc-2013-power/template/?lang=fr", "field_invalid"),
    ):
        assert client.get(f"/api/v1/{path}").json()["refusal"] == refusal


BAD_ROWS = [
    (",nowhere,ncv,1,GJ/t,measured,", "stream_unknown"),
    (",,ncv,1,GJ/t,measured,", "stream_missing"),
    (",coal,flavour,1,GJ/t,measured,", "name_unknown"),
    (",coal,balance.sold,1,t,measured,", "name_unknown"),
    (",coal,ncv,20,kJ,measured,", "unit_wrong"),
    (",coal,ncv,20,,measured,", "unit_wrong"),
    (",coal,ncv,twenty,GJ/t,measured,", "number_wrong"),
    (",coal,ncv,1e3,GJ/t,measured,", "number_wrong"),
    (",coal,ncv,NaN,GJ/t,measured,", "number_wrong"),
    (',coal,quantity,"152,340.62",t,measured,', "number_grouped"),
    (",coal,quantity,-5,t,measured,", "negative"),
    (",coal,oxidation,98%,1,measured,", "percent_for_fraction"),
    (",coal,oxidation,98,1,measured,", "fraction_over_one"),
    (",coal,carbon_d,155.62,%,measured,", "guideline_check"),
    (",coal,carbon_content,0.55,tC/1e4Nm3,measured,", "unit_other_quantity"),
    (",coal,ncv,20,GJ/t,rumour,", "origin_wrong"),
    (",coal,ncv,20,GJ/t,,", "origin_missing"),
    (",coal,ncv,20,GJ/t,somewhere,", "origin_wrong"),
    ("2026-05,coal,ncv,20,GJ/t,measured,", "period_other"),
    (",coal,ncv,=A1*2,GJ/t,measured,", "formula"),
    (",coal,ncv,20,GJ/t,measured,=HYPERLINK(1)", "formula"),
    (",coal,ncv," + "1" * 41 + ",GJ/t,measured,", "too_long"),
    (",coal,ncv,20,GJ/t,measured," + "注" * 301, "too_long"),
]


def named(content: bytes, name: str = "june.csv") -> list[tuple[int, str]]:
    """Remarks on a file for June of the stage's plant, without a database."""
    streams = [
        PlantStream(one["slug"], one["kind"], one["item"], "", one["unit"], (one["name_zh"], one["name_en"]))
        for one in STREAMS
    ]
    read = read_sheet(name, content)
    guideline = guidelines()["mee-2022-power"]
    entries, remarks = read_rows(guideline, streams, period="2026-06", rows=filled(read.rows))
    assert entries or remarks
    return [(one.row, one.name.name) for one in (*read.remarks, *remarks)]


@pytest.mark.parametrize(("row", "name"), BAD_ROWS, ids=[f"{n}-{row[1]}" for n, row in enumerate(BAD_ROWS)])
def test_a_wrong_row_is_named(row: str, name: str) -> None:
    assert (3, name) in named(sheet(GOOD[0], row, GOOD[1]))


def test_nothing_is_kept_of_a_file_with_one_wrong_row(stage: Stage) -> None:
    period = stage.open()
    assert faults(send(stage, period, sheet(GOOD[0], BAD_ROWS[0][0], GOOD[1]))) == [(3, "stream_unknown")]
    assert values_of(stage, period) == {}


def test_all_wrong_rows_are_named_in_one_run_in_both_languages(stage: Stage) -> None:
    period = stage.open()
    rows = [row for row, name in BAD_ROWS if name in ("stream_unknown", "unit_wrong", "number_wrong")]
    answer = send(stage, period, sheet(*rows))
    assert {row for row, _ in faults(answer)} == set(range(2, 2 + len(rows)))
    for one in answer.json()["remarks"]:
        assert one["zh"]
        assert one["en"]
        assert "{" not in one["zh"] + one["en"]


def test_a_value_twice_and_a_quantity_beside_a_balance_are_named(stage: Stage) -> None:
    period = stage.open()
    assert faults(send(stage, period, sheet(GOOD[0], GOOD[0]))) == [(3, "duplicate")]
    coke = [",coke,quantity,120,t,measured,", ",coke,balance.purchased,130,t,measured,"]
    more = ",coke,balance.closing,10,t,measured,"
    assert of_coke(coke[0]) == []
    assert of_coke(coke[1], more) == []
    assert of_coke(*coke, more) == [(3, "quantity_and_balance"), (4, "quantity_and_balance")]
    assert of_coke(more, coke[1], coke[0]) == [(2, "quantity_and_balance"), (3, "quantity_and_balance")]
    _, (said, _) = read_coke(*coke, more)
    assert said.facts == {"other": "2"}
    assert "见第 2 行" in str(said.as_json()["zh"])
    assert "see row 2" in str(said.as_json()["en"])


def read_coke(*rows: str) -> tuple[object, list[RowRemark]]:
    """Remarks on rows of a steel producer's coke, which takes a quantity or the balance of its stock."""
    streams = [PlantStream("coke", "fuel", "coke", "", "t", ("焦炭", "coke"))]
    read = read_sheet("june.csv", sheet(*rows))
    assert read.remarks == ()
    return read_rows(guidelines()["ndrc-2013-steel"], streams, period="2026-06", rows=filled(read.rows))


def of_coke(*rows: str) -> list[tuple[int, str]]:
    return [(one.row, one.name.name) for one in read_coke(*rows)[1]]


def test_cells_of_excel_that_are_no_plain_values_are_named(stage: Stage) -> None:
    period = stage.open()
    rows = [
        ["stream", "name", "value", "unit", "origin"],
        ["coal", "ncv", "=20+1", "GJ/t", "measured"],
        ["coal", "cc", date(2026, 6, 1), "tC/TJ", "measured"],
        ["coal", "moisture_ad", True, "%", "measured"],
        ["coal", "moisture_ar", 0.143, "%", "measured"],
        ["coal", "carbon_ad", "#DIV/0!", "%", "measured"],
    ]
    found = faults(send(stage, period, book(rows, {"C5": "0.0%"}), "june.xlsx"))
    assert found == [
        (2, "formula"),
        (3, "cell_not_text"),
        (4, "cell_not_text"),
        (5, "percent_for_fraction"),
        (6, "cell_not_text"),
    ]


HEADS = [
    ("排放源,项目,数值,单位", "column_missing"),
    (HEAD + ",心情", "column_unknown"),
    (HEAD + ",数值", "column_twice"),
]


@pytest.mark.parametrize(("head", "name"), HEADS)
def test_headings_that_are_not_the_templates_are_named(head: str, name: str) -> None:
    assert (1, name) in [
        (one.row, one.name.name) for one in read_sheet("a.csv", sheet(*GOOD, head=head)).remarks
    ]


def test_wrong_headings_keep_nothing(stage: Stage) -> None:
    period = stage.open()
    assert faults(send(stage, period, sheet(*GOOD, head=HEAD + ",心情"))) == [(1, "column_unknown")]
    assert values_of(stage, period) == {}


@pytest.mark.parametrize("content", [HEAD.encode(), b"\n\n", sheet(",coal,ncv,,GJ/t,,")])
def test_a_file_without_a_value_is_named(stage: Stage, content: bytes) -> None:
    assert [name for _, name in faults(send(stage, stage.open(), content))] == ["no_values"]


def test_too_many_rows_are_named_and_none_is_kept(stage: Stage) -> None:
    period = stage.open()
    found = faults(send(stage, period, sheet(*[",coal,ncv,20,GJ/t,measured,"] * (ROWS_MAX + 1))))
    assert [name for _, name in found] == ["rows_too_many"]


def bomb() -> bytes:
    """A workbook whose sheet unpacks to far more than a sheet is."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book([["a"]]))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in good.infolist():
            body = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                body += b" " * ((UNPACKED_MAX_MB + 1) * 1024 * 1024)
            made.writestr(part.filename, body)
    return out.getvalue()


def lying(content: bytes) -> bytes:
    """The same archive, whose directory says that every part is small."""
    changed = bytearray(content)
    position = changed.find(b"PK\x01\x02")
    while position >= 0:
        changed[position + 24 : position + 28] = (100).to_bytes(4, "little")
        position = changed.find(b"PK\x01\x02", position + 4)
    return bytes(changed)


BAD_FILES = [
    ("june.csv", b"", "file_empty"),
    ("june.xlsx", b"", "file_empty"),
    ("june.xlsx", sheet(*GOOD), "file_kind_wrong"),
    ("june.csv", book([["a"]]), "file_kind_wrong"),
    ("june.csv", PDF, "file_kind_wrong"),
    ("june.pdf", PDF, "file_kind_wrong"),
    ("june.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind_wrong"),
    ("june.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind_wrong"),
    ("june.csv", b"\x00\x01\x02" * 50, "file_kind_wrong"),
    ("june.xlsx", b"PK\x03\x04 no archive", "file_kind_wrong"),
    ("june.xlsx", book([["a"]])[:-200], "file_kind_wrong"),
    ("june.xlsx", lying(bomb()), "file_kind_wrong"),
    ("june.xlsx", bomb(), "file_too_large"),
    ("june.csv", b"a" * (5 * 1024 * 1024 + 1), "file_too_large"),
]


@pytest.mark.parametrize(
    ("name", "content", "refusal"), BAD_FILES, ids=[f"{n}-{row[2]}" for n, row in enumerate(BAD_FILES)]
)
def test_a_file_that_is_no_sheet_is_refused(name: str, content: bytes, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        read_sheet(name, content)


@pytest.mark.parametrize(("name", "status"), [("june.csv", 415), ("june.xlsx", 413)])
def test_a_refused_file_is_told_in_four_parts_and_keeps_nothing(stage: Stage, name: str, status: int) -> None:
    period = stage.open()
    answer = send(stage, period, PDF if status == 415 else bomb(), name)
    body = answer.json()
    assert answer.status_code == status
    assert all(body[part]["zh"] and body[part]["en"] for part in ("what", "meaning", "action"))
    assert body["case"]
    assert values_of(stage, period) == {}


def test_entities_that_multiply_in_a_workbook_are_refused_quickly() -> None:
    out = io.BytesIO()
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><x>&e9;</x>'
    with (
        zipfile.ZipFile(io.BytesIO(book([["a"]]))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in good.infolist():
            made.writestr(part.filename, evil if part.filename.endswith("sheet1.xml") else good.read(part))
    with pytest.raises(Refused, match="file_kind_wrong"):
        read_sheet("june.xlsx", out.getvalue())


def test_a_locked_period_takes_no_sheet(stage: Stage) -> None:
    period = stage.submitted()
    assert send(stage, period, sheet(*GOOD)).json()["refusal"] == "period_locked"


def test_another_enterprise_sees_no_template_and_imports_nothing(stage: Stage) -> None:
    period = stage.open()
    assert stage.get("beta_head", f"periods/{period}/template/").status_code == 404
    client = stage.client_of("beta_head")
    body = {"file": SimpleUploadedFile("june.csv", sheet(*GOOD))}
    assert client.post(f"/api/v1/periods/{period}/import/", body, format="multipart").status_code == 404


def test_every_row_remark_reads_in_both_languages() -> None:
    facts = dict.fromkeys(
        ["given", "limit", "period", "allowed", "quantity", "other", "zh", "en"], str(Decimal(1))
    )
    for name in RowName:
        words = RowRemark(2, name, "value", facts).as_json()
        assert words["zh"]
        assert words["en"]
        assert "{" not in f"{words['zh']}{words['en']}"
