"""/verify without an account: the digest is computed in the browser, a changed report fails."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# A report is printed by the task worker once it is minted.
PRINTED_WITHIN_S = 60.0


@pytest.fixture
def report(as_person: Callable[..., Any], tmp_path: Path) -> dict[str, Any]:
    """The files of a minted report, downloaded by their owner."""
    owner = as_person("power-head")
    owner.go("/reports").locator("tr.link").first.click()
    owner.page.wait_for_url("**/reports/*-*")
    base = f"{owner.site.url}/api/v1/reports/{owner.page.url.rsplit('/', 1)[1]}"
    shown = owner.context.request.get(f"{base}/").json()
    text = owner.context.request.get(f"{base}/json/").body()
    (tmp_path / "report.json").write_bytes(text)
    pdf = owner.context.request.get(f"{base}/pdf/?lang=zh")
    end = time.monotonic() + PRINTED_WITHIN_S
    while not pdf.ok and time.monotonic() < end:
        time.sleep(0.5)
        pdf = owner.context.request.get(f"{base}/pdf/?lang=zh")
    if pdf.ok:
        (tmp_path / "report.pdf").write_bytes(pdf.body())
    return {"digest": shown["digest"], "folder": tmp_path, "pdf": pdf.ok}


def drop(page: Any, path: Path) -> None:
    """Choose a file in the drop zone."""
    page.locator('.ant-upload input[type="file"]').set_input_files(str(path))


def test_a_true_report_is_the_same_as_on_the_ledger(
    report: dict[str, Any], as_person: Callable[..., Any]
) -> None:
    page = as_person("").go("/verify")
    drop(page, report["folder"] / "report.json")
    page.get_by_text("与链上记录一致").wait_for()
    assert page.get_by_text(report["digest"]).first.is_visible()


def test_the_report_inside_a_pdf_is_found_and_hashed_here(
    report: dict[str, Any], as_person: Callable[..., Any]
) -> None:
    assert report["pdf"], "the PDF was not made"
    page = as_person("").go("/verify")
    drop(page, report["folder"] / "report.pdf")
    page.get_by_text("与链上记录一致").wait_for()
    assert page.get_by_text(report["digest"]).first.is_visible()


def test_a_report_with_one_figure_changed_is_not_on_the_ledger(
    report: dict[str, Any], as_person: Callable[..., Any]
) -> None:
    text = (report["folder"] / "report.json").read_text("utf-8")
    total = json.loads(text)["total"]["grams"]
    changed = report["folder"] / "changed.json"
    changed.write_text(text.replace(f'"grams":"{total}"', f'"grams":"{int(total) - 1}"'), "utf-8")
    page = as_person("").go("/verify")
    drop(page, changed)
    page.get_by_text("链上没有这份报告").wait_for()


def test_a_file_without_a_report_says_so(as_person: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 nothing")
    page = as_person("").go("/verify")
    drop(page, tmp_path / "other.pdf")
    page.get_by_text("文件里没有可读取的报告数据").wait_for()


def test_the_address_on_a_qr_code_compares_at_once(
    report: dict[str, Any], as_person: Callable[..., Any]
) -> None:
    visitor = as_person("")
    visitor.page.goto(f"{visitor.site.url}/verify?digest={report['digest']}")
    visitor.page.get_by_text("与链上记录一致").wait_for()


def test_a_digest_that_is_none_is_refused_in_words(as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/verify")
    page.locator('input[name="digest"]').fill("abc")
    page.get_by_role("button", name=re.compile("比对")).click()
    page.get_by_text("摘要应为 64 位十六进制字符").wait_for()
