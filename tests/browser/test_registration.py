"""An application by clicks: faults are told at once, keys are made here, the code shows the state."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def check_sign(body: str) -> str:
    """The 18th sign of a credit code."""
    from tenants.domain import usci_check_sign

    return usci_check_sign(body)


def test_an_enterprise_registers_with_keys_made_in_the_browser(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "licence.pdf").write_bytes(PDF)
    page = as_person("").go("/register")
    code = "91330000MA0DEM009"
    good = code + check_sign(code)
    wrong = code + ("1" if good[-1] != "1" else "2")
    page.locator('input[name="usci"]').fill(wrong)
    page.get_by_text("校验码不正确").wait_for()
    page.locator('input[name="usci"]').fill(good)
    page.get_by_text("校验码不正确").wait_for(state="detached")
    for name, text in (
        ("name", "东湖建材有限公司"),
        ("contact", "钱进"),
        ("email", "qian@donghu.example"),
        ("phone", "13800000000"),
        ("password", "Donghu-2026-key"),
    ):
        page.locator(f'input[name="{name}"]').fill(text)
    page.locator('input[name="documents"]').set_input_files(str(tmp_path / "licence.pdf"))
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="生成密钥与恢复码").click()
    page.locator('[data-testid="recovery-code"] li').first.wait_for()
    lines = page.locator('[data-testid="recovery-code"] li').all_inner_texts()
    assert len(lines) == 4
    submit = page.get_by_role("button", name="提交注册")
    assert submit.is_disabled()
    page.get_by_label("请输入第 3 行以确认已保存").fill(re.sub(r"\s", "", lines[2]))
    submit.click()
    given = page.locator('[data-testid="registration-code"]').inner_text()
    page.get_by_role("link", name="查看进度").last.click()
    page.get_by_text("待审核").wait_for()
    assert page.get_by_text("东湖建材有限公司").is_visible()
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", given)


def test_a_document_of_the_wrong_kind_is_told_before_it_is_sent(
    as_person: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "licence.exe").write_bytes(b"MZ")
    (tmp_path / "empty.pdf").write_bytes(b"")
    page = as_person("").go("/register")
    field = page.locator('input[name="documents"]')
    field.set_input_files(str(tmp_path / "licence.exe"))
    page.get_by_text("只接受 PDF、PNG 或 JPEG 文件").wait_for()
    field.set_input_files(str(tmp_path / "empty.pdf"))
    page.get_by_text("文件是空的").wait_for()
