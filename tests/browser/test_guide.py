"""The guidance centre by clicks: a course read to its example, a wrong field to the step that explains it."""

from collections.abc import Callable
from typing import Any

TOTAL = "130408.980859"


def test_a_visitor_reads_a_course_to_its_worked_example(as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/guide")
    page.get_by_role("link", name="水泥生产企业").click()
    page.locator('[data-step="boundary"]').wait_for()
    steps = page.locator(".guide-steps li")
    assert 8 <= steps.count() <= 12
    page.get_by_role("link", name="算例").first.click()
    page.locator(f'[data-example="{TOTAL}"]').wait_for()
    page.get_by_role("link", name="载入试算").click()
    page.locator(f'[data-total="{TOTAL}"]').wait_for()


def test_a_remark_leads_to_the_step_of_its_field(as_person: Callable[..., Any]) -> None:
    page = as_person("").go("/try?guideline=ndrc-2013-cement")
    page.locator(f'[data-total="{TOTAL}"]').wait_for()
    page.get_by_label("熟料氧化钙含量").first.fill("65.42")
    page.get_by_role("link", name="怎么填").first.click()
    page.locator('[data-step="clinker"]').wait_for()
    assert page.get_by_text("65.42 % 填 0.6542").count() == 1


def test_a_term_is_found_and_the_application_has_the_centre_too(as_person: Callable[..., Any]) -> None:
    page = as_person("power-head").go("/help")
    page.get_by_label("查找术语").fill("低位发热量")
    page.get_by_text("net calorific value").first.wait_for()
    page.get_by_label("查找术语").fill("没有这样的词")
    page.get_by_text("没有含“没有这样的词”的术语").wait_for()
    page.get_by_role("link", name="钢铁生产企业").click()
    page.locator('[data-step="boundary"]').wait_for()
