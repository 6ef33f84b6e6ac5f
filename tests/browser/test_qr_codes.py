"""The QR codes of the pages, read from the picture as a phone does: each holds what stands beside it."""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from tests.browser.conftest import Browsing
from tests.browser.test_connecting_devices import Connecting


def read(place: Any) -> str:
    """The text of the one QR code that is seen there."""
    import zxingcpp

    code = place.get_by_role("img", name="二维码")
    code.locator("svg").wait_for()
    end = time.monotonic() + 10
    while True:
        # In the middle of the window, as a person holds it: the head of the page stays where it is.
        code.evaluate("element => element.scrollIntoView({ block: 'center' })")
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
        if found or time.monotonic() > end:
            break
        time.sleep(0.5)
    assert [one.format for one in found] == [zxingcpp.BarcodeFormat.QRCode], "one code, and it can be read"
    return str(found[0].text)


def fact(place: Any, name: str) -> str:
    """What a card says under a name."""
    return str(
        place.locator("dt", has_text=name).locator("xpath=following-sibling::dd[1]").inner_text()
    ).strip()


@pytest.fixture
def connecting(as_person: Callable[..., Any], tmp_path: Any) -> Connecting:
    person: Browsing = as_person("power-operator")
    return Connecting(person, None, tmp_path, str(time.time_ns())[-9:-3])


def test_a_gateways_code_holds_the_sign_in_that_the_page_shows_once(connecting: Connecting) -> None:
    connecting.add_gateway()
    card = connecting.page.get_by_role("region", name=f"网关{connecting.stamp}")
    told = json.loads(read(card))
    assert told["username"] == fact(card, "登录名") == connecting.username
    assert told["password"] == connecting.password
    assert f"{told['host']}:{told['port']}{' TLS' if told['tls'] else ''}" == fact(card, "接入地址")
    assert sorted(told) == ["host", "password", "port", "tls", "username"], (
        "nothing that the page does not say"
    )


def test_a_certificates_code_holds_the_files_that_the_page_gives(connecting: Connecting) -> None:
    connecting.add_gateway()
    connecting.add_meter()
    connecting.download_certificate()
    card = connecting.page.locator('[data-testid="certificate-once"]')
    told = json.loads(read(card))
    files = {
        name: (connecting.folder / f"{connecting.gateway}.{name}").read_text() for name in ("pem", "key")
    }
    assert (told["certificate"], told["key"]) == (files["pem"], files["key"])
    assert told["username"] == fact(card, "登录名")
    assert f"{told['host']}:{told['port']} TLS" == fact(card, "接入地址")


def test_a_reports_code_leads_to_its_proof(as_person: Callable[..., Any]) -> None:
    page = as_person("cement-head").go("/reports")
    page.locator("tr.link").filter(has_text="已铸造").first.click()
    address = read(page)
    digest = page.locator(".hash").first.get_attribute("title")
    assert address.endswith(f"/verify?digest={digest}")
    visitor = as_person("").page
    visitor.goto(address)
    visitor.get_by_text("与链上记录一致").wait_for()
