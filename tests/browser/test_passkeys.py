"""Passkeys by a virtual authenticator: added, used as second factor and alone, removed; the last stays."""

from collections.abc import Callable
from typing import Any

import pytest

NAME = "办公室电脑"


@pytest.fixture
def reviewer(as_person: Callable[..., Any]) -> Any:
    """A person signed in by password and code, at a device with a built-in authenticator."""
    person = as_person("auditor-reviewer", fresh=True)
    person.authenticator = Authenticator(person)
    return person


class Authenticator:
    """Chromium's virtual authenticator: built in, with resident keys, checking its user."""

    def __init__(self, person: Any) -> None:
        self._session = person.context.new_cdp_session(person.page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = added["authenticatorId"]

    def knows_its_user(self, verified: bool) -> None:
        """Whether finger or face fits from now on."""
        self._session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": verified}
        )

    def keys(self) -> int:
        """How many passkeys it holds."""
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return len(found["credentials"])


def card(page: Any) -> Any:
    return page.locator("section.card").filter(has_text="除密码外的第二重验证")


def confirm_password(person: Any, page: Any) -> None:
    """The server asks for the password before a factor comes or goes."""
    password = person.site.people[person.slug]["password"]
    page.locator('input[name="again"]').fill(password)
    page.get_by_role("button", name="继续").click()


def add(person: Any) -> Any:
    page = person.go("/settings")
    page.get_by_label("通行密钥名称").fill(NAME)
    page.get_by_role("button", name="添加通行密钥").click()
    confirm_password(person, page)
    card(page).locator("li").filter(has_text=NAME).wait_for()
    return page


def sign_out(person: Any) -> Any:
    page = person.go("/settings")
    page.locator(".top .menu button").first.click()
    page.get_by_role("button", name="退出登录").click()
    page.locator('input[name="password"]').wait_for()
    return page


def give_password(person: Any, page: Any) -> None:
    who = person.site.people[person.slug]
    page.locator('input[name="email"]').fill(who["email"])
    page.locator('input[name="password"]').fill(who["password"])
    page.locator('button[type="submit"]').click()


def test_a_passkey_is_added_used_in_both_ways_and_removed_and_the_last_factor_stays(reviewer: Any) -> None:
    page = add(reviewer)
    assert reviewer.authenticator.keys() == 1
    page = sign_out(reviewer)
    give_password(reviewer, page)
    page.get_by_role("button", name="用通行密钥验证").click()
    page.locator(".shell").wait_for()
    page = sign_out(reviewer)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.locator(".shell").wait_for()
    page = reviewer.go("/settings")
    card(page).locator("li").filter(has_text=NAME).get_by_role("button", name="移除").click()
    confirm_password(reviewer, page)
    card(page).locator("li").filter(has_text=NAME).wait_for(state="detached")
    card(page).locator("li").filter(has_text="验证器应用").get_by_role("button", name="移除").click()
    told = page.get_by_role("alert").filter(has_text="这是您唯一的第二验证")
    told.wait_for()
    assert "请先添加另一种" in told.inner_text()
    assert "案例编号" in told.inner_text()
    page.reload()
    card(page).locator("li").filter(has_text="验证器应用").wait_for()


def test_a_device_that_does_not_know_its_user_signs_nobody_in(reviewer: Any) -> None:
    add(reviewer)
    page = sign_out(reviewer)
    reviewer.authenticator.knows_its_user(verified=False)
    page.get_by_role("button", name="用通行密钥登录").click()
    told = page.get_by_role("alert").filter(has_text="通行密钥没有完成")
    told.wait_for()
    assert page.locator(".shell").count() == 0
    reviewer.authenticator.knows_its_user(verified=True)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.locator(".shell").wait_for()
    page = reviewer.go("/settings")
    card(page).locator("li").filter(has_text=NAME).get_by_role("button", name="移除").click()
    confirm_password(reviewer, page)
    card(page).locator("li").filter(has_text=NAME).wait_for(state="detached")
