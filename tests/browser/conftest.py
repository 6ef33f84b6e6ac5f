"""One running product with the demo's story in it, one Chromium, and people who sign in by clicks.

`BROWSER_SITE=<address>=<home>` uses a demo that is up already (`tanheng demo`) instead of telling the story.
"""

import contextlib
import json
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from bench.chromium import CHROMIUM, browser

AXE = Path(__file__).resolve().parents[2] / "dashboards" / "node_modules" / "axe-core" / "axe.min.js"
# Normal words of the protocol: a second factor, or presence before a factor changes, is asked for by 401.
NORMAL = re.compile(r"/_allauth/browser/v1/(auth/(login|session|2fa/authenticate)|account/authenticators/)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a browser test, takes its time, and says why where Chromium is missing."""
    for item in items:
        if "tests/browser" not in str(item.path):
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.timeout(900))
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The site under test. people: sign-ins by slug, each with email, password, totp and key file."""

    url: str
    home: Path
    people: dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The product after the demo's story: two minted reports, coin, allowances, one trade."""
    if there := os.environ.get("BROWSER_SITE"):
        address, _, home_of_it = there.partition("=")
        yield _running(Path(home_of_it), address)
        return
    from operations.demo.narrator import Narrator
    from operations.demo.story import tell
    from operations.site import running, scratch_ports

    home = tmp_path_factory.mktemp("site")
    # The tests' own settings are for tests in this process; the product runs with its own.
    with running(home, {**scratch_ports(), "DJANGO_SETTINGS_MODULE": "tanheng.settings"}) as up:
        tell(up, Narrator(quiet=True), days=30)
        yield _running(home, up.url)


def _running(home: Path, url: str) -> Running:
    rows = json.loads((home / "keys" / "people" / "sign-ins.json").read_text("utf-8"))
    return Running(url=url, home=home, people={row["email"].split("@")[0]: row for row in rows})


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the whole run."""
    with browser() as started:
        yield started


_told_twice: list[str] = []


@dataclass(slots=True)
class Complaints:
    """What must not happen on any page: script errors, refused styles, words to other origins."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    pressed_twice: list[str] = field(default_factory=list)

    def watch(self, page: Any, origin: str) -> None:
        """Collect from a page, for as long as it lives."""
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._note(message, page))
        page.on("request", lambda request: self._look(request.url, origin))

    def _note(self, message: Any, page: Any) -> None:
        where = message.location.get("url", "") if message.location else ""
        if message.type == "error" and not NORMAL.search(where):
            self.errors.append(f"{page.url}: {message.text} ({where})")

    def _look(self, url: str, origin: str) -> None:
        if not url.startswith((origin, origin.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(url)


@pytest.fixture(scope="session")
def complaints() -> Complaints:
    """Collected over the whole run; `test_zz_quiet` reads it at the end."""
    return Complaints(pressed_twice=_told_twice)


@dataclass
class Browsing:
    """A person's own browser context: cookies, keys and language of her own."""

    site: Running
    context: Any
    complaints: Complaints
    slug: str = ""
    asked: deque[str] = field(default_factory=lambda: deque(maxlen=40))

    @cached_property
    def page(self) -> Any:
        """Her one tab."""
        page = self.context.new_page()
        page.set_default_timeout(45_000)  # two cores shared with the product: late is no fault
        self.complaints.watch(page, self.site.url)
        for event, end in (("request", "asks"), ("requestfailed", "failed"), ("requestfinished", "has")):
            page.on(event, lambda request, end=end: self._keep(end, request))
        return page

    def _keep(self, end: str, request: Any) -> None:
        if "/api/" in request.url:
            address = request.url.removeprefix(self.site.url)
            self.asked.append(f"{time.strftime('%X')} {end} {request.method} {address}")

    def seen(self) -> str:
        """Her page as it stands, its dialog first, and what it asked last; never an error of its own."""
        if "page" not in self.__dict__:
            return "no page"
        try:
            dialogs = [one.inner_text(timeout=2_000) for one in self.page.get_by_role("dialog").all()]
            words = self.page.locator("body").inner_text(timeout=2_000)[:3000]
            return "\n".join([self.page.url, *dialogs, words, *self.asked])
        except Exception as gone:
            return f"{self.page.url}: {gone}"

    def go(self, path: str) -> Any:
        """A page of the application by its address."""
        self.page.goto(f"{self.site.url}/app{path}")
        return self.page

    def load_key(self) -> None:
        """Her key file, read by the page as a person loads it."""
        self.go("/settings")
        self.page.locator('input[type="file"]').first.set_input_files(self.site.people[self.slug]["key"])
        self.page.get_by_text("本设备可以签名").first.wait_for()

    def sign(self) -> None:
        """Press sign in the open dialog and wait for the ledger's word."""
        from playwright.sync_api import TimeoutError as Late

        dialog = self.page.get_by_role("dialog")
        press = dialog.get_by_role("button", name="确认并签名")
        press.click()
        try:
            press.wait_for(state="detached", timeout=20_000)
        except Late:  # as a person does; it is the same intent, so two presses are one act
            self.complaints.pressed_twice.append(f"{self.page.url}: {self.seen()}")
            press.click()
        dialog.get_by_text(re.compile(r"区块 #\d+")).wait_for(timeout=90_000)
        dialog.get_by_role("button", name="关闭").last.click()
        dialog.wait_for(state="detached")


_used: dict[str, str] = {}
_lock = threading.Lock()


def fresh_code(secret: str) -> str:
    """A code of this secret that was not given yet: the server takes each once."""
    from operations.demo import one_time

    with _lock:
        while (code := one_time.code(secret)) == _used.get(secret):
            time.sleep(1)
        _used[secret] = code
        return code


@pytest.fixture(scope="session")
def _states() -> dict[str, Any]:
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """A failed walk says what stood on each person's page: a time-out alone explains nothing."""
    report = yield
    if report.when == "call" and report.failed:
        for browsing in getattr(item, "funcargs", {}).get("as_person", Nobody()).opened:
            report.sections.append((f"what {browsing.slug or 'a visitor'} saw", browsing.seen()))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Presses on sign that had no effect at first: no test fails by them, and they are not hidden."""
    for line in _told_twice:
        terminalreporter.write_line(f"PRESSED TWICE {line}")


class Nobody:
    """A test without persons."""

    opened: tuple[Browsing, ...] = ()


@pytest.fixture
def as_person(
    site: Running, chromium: Any, complaints: Complaints, _states: dict[str, Any]
) -> Iterator[Callable[..., Browsing]]:
    """as_person("power-head"): signed in, Chinese, light. Options: language, theme, width, height, fresh."""
    opened: list[Browsing] = []

    def make(
        slug: str,
        *,
        language: str = "zh",
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
        fresh: bool = False,
    ) -> Browsing:
        state = None if fresh else _states.get(slug)
        context = chromium.new_context(viewport={"width": width, "height": height}, storage_state=state)
        context.add_init_script(
            # A printed report is a page without storage.
            f"try {{ localStorage.setItem('tanheng-language','{language}');"
            f"localStorage.setItem('tanheng-theme','{theme}') }} catch {{}}"
        )
        browsing = Browsing(site, context, complaints, slug)
        opened.append(browsing)
        if slug and state is None:
            sign_in(browsing)
            if not fresh:  # a fresh session belongs to its test, which may end it
                _states[slug] = context.storage_state()
        return browsing

    make.opened = opened  # type: ignore[attr-defined]  # for the report of a failure
    yield make
    for browsing in opened:
        browsing.context.close()


def sign_in(browsing: Browsing) -> None:
    """By the sign-in page: password, then the code; again when the half minute turned over."""
    from playwright.sync_api import TimeoutError as Late

    person = browsing.site.people[browsing.slug]
    page = browsing.go("/login")
    page.locator('input[name="email"]').fill(person["email"])
    page.locator('input[name="password"]').fill(person["password"])
    page.locator('button[type="submit"]').click()
    for _ in range(3):
        page.locator('input[name="code"]').fill(fresh_code(person["totp"]))
        page.locator('button[type="submit"]').click()
        with contextlib.suppress(Late):
            page.locator(".shell").wait_for(timeout=8_000)
            return
    raise AssertionError(f"{browsing.slug} cannot sign in: {page.locator('main').inner_text()[:400]}")


def axe(page: Any) -> list[str]:
    """Serious and critical findings of axe on the page as it is, one line each."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}))"
        ".violations"
    )
    return [
        f"{one['id']}: {node['html'][:140]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
