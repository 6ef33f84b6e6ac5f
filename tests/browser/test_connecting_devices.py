"""Others' devices from nothing to grade B by the page's own lines as they stand; the agent to grade A."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.test_setting_up import fill

ROOT = Path(__file__).resolve().parents[2]
TELEGRAF = os.environ.get("TELEGRAF_BIN") or shutil.which("telegraf")
NODE_RED = shutil.which("node-red") or os.environ.get("NODE_RED")
PUBLISHER = shutil.which("mosquitto_pub")
# `tanheng` of an environment without the platform (docs/agent.md); else the agent of this tree.
AGENT = os.environ.get("AGENT")
_AGENT = """
[gateway]
identity = "{identity}"
plant = "{plant}"
key_file = "gateway.key"
{broker}
[batch]
seconds = 1.0
[meters.{meter}]
unit = "t"
least_count = "0.01"
digits = 8
[[sources]]
kind = "csv"
path = "readings.csv"
time_format = "epoch_ms"
columns = {{ {meter} = "belt" }}
"""


@dataclass
class Connecting:
    """A gateway and a meter that somebody set up by clicks a moment ago, and the folder of the device."""

    person: Any
    page: Any
    folder: Path
    stamp: str
    password: str = ""
    username: str = ""

    @property
    def gateway(self) -> str:
        return f"gw-{self.stamp}"

    @property
    def meter(self) -> str:
        return f"belt-{self.stamp}"

    def add_gateway(self, *, key: str = "") -> None:
        """The sign-in is read where it is shown once."""
        page = self.page = self.person.go("/devices")
        page.get_by_role("button", name="新增网关").click()
        fill(page, id=self.gateway, name=f"网关{self.stamp}")
        page.locator('textarea[name="key"]').fill(key)
        page.get_by_role("button", name="生成登录信息").click()
        self.password = page.locator('[data-testid="gateway-password"]').inner_text()
        topic = re.search(r"-t v1/(\S+?)/", self.line()).group(1)  # type: ignore[union-attr]
        self.username = topic

    def add_meter(self, *, calibrated: bool = True) -> None:
        """By its plate; calibrated: with the certificate that the form asks for."""
        page = self.page
        page.get_by_role("button", name="新增计量点").click()
        fill(page, slug=self.meter, name_zh=f"皮带秤{self.stamp}", name_en="Belt", valid_from="2026-01-01")
        if calibrated:
            fill(page, calibration=f"JD-{self.stamp}", calibrated_until="2030-12-31")
        page.locator('select[name="gateway"]').select_option(self.gateway)
        page.locator("form").filter(has_text="最小分度").get_by_role("button", name="保存").click()
        page.wait_for_url(re.compile(r"/devices/\d+$"))
        page.get_by_text("等待第一条读数").wait_for()
        page.locator('[data-testid="publish-line"]').filter(has_text=f"/{self.meter}/r").last.wait_for()

    def line(self, tool: str = "命令行") -> str:
        """What stands under a tool on the page, as somebody would copy it."""
        if tool != "命令行":
            self.page.get_by_role("radio", name=tool).or_(
                self.page.get_by_role("button", name=tool)
            ).last.click()
        return str(self.page.locator('[data-testid="publish-line"]').last.inner_text())

    def run(self, line: str) -> "subprocess.CompletedProcess[str]":
        """Runs a line of the page in the device's folder, with the password where the page says."""
        environment = os.environ | {"MQTT_PASSWORD": self.password}
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def send(self, line: str) -> None:
        """The same, once the broker has learnt of a gateway that was added a second ago."""
        end = time.monotonic() + 10
        while (done := self.run(line)).returncode:
            assert time.monotonic() < end, done.stderr
            time.sleep(0.5)

    def download_certificate(self) -> list[str]:
        """Issues one by clicks, loads its three files down; the tools' lines that use it."""
        page = self.page = self.person.go("/devices")
        row = page.locator("tr").filter(has_text=f"网关{self.stamp}").filter(has_text=self.gateway)
        row.get_by_role("button", name="证书").click()
        page.get_by_role("button", name=re.compile("^(签发|续发)证书$")).click()
        once = page.locator('[data-testid="certificate-once"]')
        once.wait_for()
        once.locator("svg").first.wait_for()
        for name in (f"{self.gateway}.pem", f"{self.gateway}.key", "tanheng-authority.pem"):
            with page.expect_download() as coming:
                once.get_by_role("link", name=name).click()
            coming.value.save_as(self.folder / name)
        found = []
        for tool in ("命令行", "Telegraf", "边缘代理"):
            once.get_by_role("button", name=tool, exact=True).click()
            found.append(str(once.locator('[data-testid="publish-line"]').inner_text()))
        return found

    def calibrate(self) -> None:
        """Registers a certificate on the meter's page, as the page says to."""
        page = self.page
        page.locator('[data-testid="uncalibrated"]').filter(has_text="检定登记").wait_for()
        page.get_by_role("button", name="登记检定").click()
        fill(
            page, certificate=f"JD-{self.stamp}", laboratory="市计量院", calibrated_on="2026-01-05",
            valid_until="2030-12-31",
        )  # fmt: skip
        page.locator("form").filter(has_text="证书编号").get_by_role("button", name="保存").click()
        page.locator('[data-testid="uncalibrated"]').wait_for(state="detached")

    def arrived(self, grade: str) -> None:
        """The meter's page says that a reading is stored, and what it is worth."""
        self.page.get_by_text("读数已到达并落库").wait_for(timeout=60_000)
        assert self.page.locator('[data-testid="grade"]').inner_text() == grade

    def state(self, words: str) -> None:
        self.page.locator('[data-testid="arrival-state"]').filter(has_text=words).wait_for(timeout=60_000)


@pytest.fixture
def connecting(as_person: Callable[..., Any], tmp_path: Path) -> Connecting:
    person = as_person("power-operator")
    person.load_key()
    return Connecting(person, None, tmp_path, str(time.time_ns())[-9:-3])


@pytest.mark.skipif(
    PUBLISHER is None, reason="mosquitto_pub is not installed: apt-get install mosquitto-clients"
)
def test_mosquitto_pub_by_the_page_s_line_to_grade_b(connecting: Connecting) -> None:
    """The page first names what is wrong: a wrong password, a unit; then the line as it stands."""
    began = time.monotonic()
    connecting.add_gateway()
    connecting.add_meter()
    line = connecting.line()
    password, connecting.password = connecting.password, "wrong"
    assert connecting.run(line).returncode != 0
    connecting.state("登录名或密码不对")
    connecting.password = password
    assert connecting.run(line.replace('\\"t\\"', '\\"kg\\"')).returncode == 0
    connecting.page.get_by_text("网关发来但没有落库的内容").wait_for(timeout=60_000)
    assert connecting.run(line).returncode == 0
    connecting.arrived("B")
    assert time.monotonic() - began < 300, "under five minutes without a manual"


@pytest.mark.slow
@pytest.mark.skipif(
    PUBLISHER is None, reason="mosquitto_pub is not installed: apt-get install mosquitto-clients"
)
def test_a_wrong_topic_and_a_wrong_clock_are_named_one_after_the_other(connecting: Connecting) -> None:
    """Another's topic, a meter that is not there, a clock an hour fast, one of 2025; then as it is."""
    connecting.add_gateway()
    connecting.add_meter()
    line, page = connecting.line(), connecting.page
    other = connecting.run(line.replace(f"-t v1/{connecting.username}/", "-t v1/t_000002.cement-gw/"))
    assert "ot authorized" in other.stdout + other.stderr
    connecting.state("没有任何消息到达")
    shown = page.locator('[data-testid="instead"]')
    for wrong, words in (
        (line.replace(f"/{connecting.meter}/r", "/belt-typo/r"), "belt-typo"),
        (line.replace("$(date +%s%3N)", "$(date -d '1 hour' +%s%3N)"), "时钟"),
        (line.replace("$(date +%s%3N)", "$(date -d '2025-12-01' +%s%3N)"), "启用"),
    ):
        assert wrong != line
        assert connecting.run(wrong).returncode == 0
        shown.get_by_text(words).first.wait_for(timeout=60_000)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/instead.png", full_page=True)
    assert connecting.run(line).returncode == 0
    connecting.arrived("B")


@pytest.mark.skipif(
    PUBLISHER is None, reason="mosquitto_pub is not installed: apt-get install mosquitto-clients"
)
def test_a_fast_clock_s_reading_is_set_aside_and_released_when_its_time_has_come(
    connecting: Connecting, as_person: Callable[..., Any]
) -> None:
    """The live page lists it with its reason; from when it may be released, and who did, stands there."""
    connecting.add_gateway()
    connecting.add_meter()
    plant = re.search(r"-t v1/\S+?/(\S+?)/", connecting.line()).group(1)  # type: ignore[union-attr]
    ahead = connecting.line().replace("$(date +%s%3N)", "$(date -d '330 seconds' +%s%3N)")
    for _ in range(3):
        connecting.send(ahead)

    def listed(person: Any) -> Any:
        page = person.go("/live")
        page.locator("h1").wait_for()
        choice = page.get_by_role("button", name="江北热电厂", exact=True)
        if plant == "jiangbei" and choice.count():
            choice.click()
        rows = page.locator("tr").filter(has_text=connecting.meter).filter(has_text="时钟")
        rows.nth(2).wait_for(timeout=60_000)
        return rows.last

    row = listed(connecting.person)
    row.get_by_text("起可放行").wait_for()
    release = row.get_by_role("button", name="放行")
    if folder := os.environ.get("SHOTS"):
        row.screenshot(path=f"{folder}/held.png")
    release.wait_for(timeout=60_000)
    if folder := os.environ.get("SHOTS"):
        row.screenshot(path=f"{folder}/releasable.png")
    trader = listed(as_person("power-trader"))
    assert trader.get_by_role("button", name="放行").count() == 0
    release.click()
    row.get_by_text(re.compile("已于 .* 放行")).wait_for()
    if folder := os.environ.get("SHOTS"):
        row.screenshot(path=f"{folder}/released.png")
    # The other two by one press.
    page = connecting.person.page
    page.get_by_role("button", name="全部放行").click()
    page.get_by_text(re.compile("已放行 [2-9] 条")).wait_for()
    if folder := os.environ.get("SHOTS"):
        page.locator("section").filter(has_text="隔离的读数").last.screenshot(path=f"{folder}/together.png")
    connecting.page = connecting.person.go("/devices")
    connecting.page.get_by_role("link", name=f"皮带秤{connecting.stamp}").first.click()
    connecting.arrived("B")


@pytest.mark.skipif(TELEGRAF is None, reason="telegraf is not installed, nor named by TELEGRAF_BIN")
def test_telegraf_by_the_page_s_part_to_grade_b(connecting: Connecting) -> None:
    plugins = [
        subprocess.run([str(TELEGRAF), "plugins", kind], capture_output=True, text=True, check=True).stdout
        for kind in ("inputs", "outputs")
    ]
    if "inputs.exec" not in plugins[0] or "outputs.mqtt" not in plugins[1]:
        pytest.skip("this telegraf was built without inputs.exec or outputs.mqtt")
    connecting.add_gateway()
    connecting.add_meter()
    part = connecting.line("Telegraf")
    (connecting.folder / "value.json").write_text('{"value": 12.34}')
    inputs = (
        '[[inputs.exec]]\n  commands = ["cat value.json"]\n'
        f'  data_format = "json"\n  name_override = "{connecting.meter}"\n'
    )
    (connecting.folder / "telegraf.conf").write_text(f"[agent]\n  omit_hostname = true\n{inputs}{part}\n")
    done = connecting.run(f"{TELEGRAF} --config telegraf.conf --once")
    assert done.returncode == 0, done.stderr
    connecting.arrived("B")
    assert "12.34" in connecting.page.locator(".big-figure").inner_text()


@pytest.mark.skipif(NODE_RED is None, reason="node-red is not installed: set NODE_RED to its program")
def test_node_red_by_the_page_s_flow_to_grade_b(connecting: Connecting) -> None:
    """The flow is imported as it stands; the password is entered in the connection, as the page says."""
    connecting.add_gateway()
    connecting.add_meter()
    flow = json.loads(connecting.line("Node-RED"))
    broker = next(node for node in flow if node["type"] == "mqtt-broker")
    broker["credentials"]["password"] = connecting.password
    # Somebody presses the inject node's button; here it presses itself once.
    next(node for node in flow if node["type"] == "inject").update(once=True, onceDelay=1)
    tab = {"id": "tab", "type": "tab", "label": "tanheng"}
    flow = [tab, *(node if node["type"] == "mqtt-broker" else node | {"z": "tab"} for node in flow)]
    port = free_port()
    (connecting.folder / "settings.js").write_text(
        f"module.exports = {{uiPort: {port}, uiHost: '127.0.0.1'}};"
    )
    command = [str(NODE_RED), "--userDir", str(connecting.folder), "--settings", "settings.js"]
    with subprocess.Popen(command, cwd=connecting.folder, stdout=subprocess.DEVNULL) as process:
        try:
            deploy(port, flow)
            connecting.arrived("B")
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def deploy(port: int, flow: list[dict[str, Any]]) -> None:
    """What the editor sends when an imported flow is deployed; within a minute and a half of its start."""
    end = time.monotonic() + 90
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as editor:
        while True:
            try:
                assert editor.post("/flows", json=flow).status_code == 204
            except httpx.TransportError:
                assert time.monotonic() < end, "Node-RED takes no flow"
                time.sleep(1)
            else:
                return


@pytest.mark.skipif(
    PUBLISHER is None, reason="mosquitto_pub is not installed: apt-get install mosquitto-clients"
)
def test_a_certificate_from_issue_to_revocation(connecting: Connecting) -> None:
    """Loaded down once; its line works as it stands; a renewal leaves it; revoked, it opens nothing."""
    connecting.add_gateway()
    connecting.add_meter()
    meter_page = connecting.page.url
    line, _, _ = connecting.download_certificate()
    assert connecting.password not in line
    assert connecting.run(line).returncode == 0
    connecting.page.goto(meter_page)
    connecting.arrived("B")
    page = connecting.page = connecting.person.go("/devices")
    assert "PRIVATE KEY" not in page.content()
    row = page.locator("tr").filter(has_text=f"网关{connecting.stamp}").filter(has_text=connecting.gateway)
    row.get_by_role("button", name="证书").click()
    page.get_by_role("button", name="续发证书").click()
    page.locator('[data-testid="certificate-once"]').wait_for()
    assert connecting.run(line).returncode == 0, "the renewal left the old one valid"
    page.get_by_role("button", name="换发证书").click()
    page.get_by_role("dialog").get_by_role("button", name="换发证书").click()
    page.get_by_text("已撤销").nth(1).wait_for()
    end = time.monotonic() + 15
    while connecting.run(line).returncode == 0:
        assert time.monotonic() < end, "a revoked certificate signs in"
    page.get_by_role("button", name="撤销证书").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销证书").click()
    page.get_by_text("已撤销").nth(2).wait_for()


def test_the_agent_by_certificate_to_grade_a(connecting: Connecting) -> None:
    """`tanheng agent keys`, the key pasted, the page's part of agent.toml, one reading, the certificate."""
    made = agent(connecting, "keys", "--file", "gateway.key")
    assert made.returncode == 0, made.stderr
    connecting.add_gateway(key=json.loads(made.stdout)["spki"])
    connecting.add_meter(calibrated=False)
    meter_page = connecting.page.url
    plant = re.search(r"-t v1/\S+?/(\S+?)/", connecting.line()).group(1)  # type: ignore[union-attr]
    _, _, broker = connecting.download_certificate()
    text = _AGENT.format(identity=connecting.username, plant=plant, broker=broker, meter=connecting.meter)
    (connecting.folder / "agent.toml").write_text(text)
    now_ms = int(time.time() * 1000)
    (connecting.folder / "readings.csv").write_text(f"time,belt\n{now_ms - 1000},7.41\n{now_ms},7.42\n")
    checked = agent(connecting, "check", "--config", "agent.toml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    sent = agent(connecting, "replay", "readings.csv", "--config", "agent.toml")
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["receipted"] == 2
    connecting.page.goto(meter_page)
    connecting.arrived("C")
    connecting.calibrate()
    connecting.page.locator('[data-testid="grade"]').filter(has_text="A").wait_for(timeout=60_000)
    connecting.arrived("A")
    assert "7.42" in connecting.page.locator(".big-figure").inner_text()


def agent(connecting: Connecting, *words: str) -> "subprocess.CompletedProcess[str]":
    """`tanheng agent` in the device's folder."""
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "platform"))
    program = [AGENT, "agent"] if AGENT else [sys.executable, "-m", "agent"]
    return subprocess.run(
        [*program, *words],
        cwd=connecting.folder, env=os.environ | ({} if AGENT else {"PYTHONPATH": paths}), capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
