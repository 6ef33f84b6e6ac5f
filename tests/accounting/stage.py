"""A power plant with a metered month on a ledger in memory: every step of the main path through the API."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from kit import clock

from accounting.services import draws
from ingest.hot.models import Day, MeterIndex, Month
from ingest.models import Gateway, Meter, Plant
from tenants.access import within
from tenants.models import Tenant
from tests import world
from tests.market import town as town_module
from tests.market.town import Town, town

API = "/api/v1"
MONTH = "2026-06"
PERIODS = ["2026", *(f"2026-{month:02d}" for month in range(1, 13))]
PLANT = "jiangbei"
ALPHA, BETA = world.HOUSES["alpha"].account, world.HOUSES["beta"].account
CASE = f"{ALPHA}~{PLANT}~{MONTH}~1"
PDF = b"%PDF-1.7 a laboratory report of June\n%%EOF"
AUDITORS = ("lead_auditor", "technical_reviewer", "approver")
HOURS = 30 * 24
# meter: (medium, unit, least count, counts of the month, stream)
METERS = {
    "feeder-a": ("coal", "t", "0.01", 7_617_031),
    "feeder-b": ("coal", "t", "0.01", 7_617_031),
    "oil": ("oil", "t", "0.001", 12_350),
    "grid-in": ("electricity", "MWh", "0.001", 215_640),
}
STREAMS = [
    {"slug": "coal", "kind": "fuel", "item": "coal", "name_zh": "煤", "name_en": "Coal", "unit": "t",
     "meters": {"quantity": ["feeder-a", "feeder-b"]}},
    {"slug": "diesel", "kind": "fuel", "item": "diesel", "name_zh": "柴油", "name_en": "Diesel", "unit": "t",
     "meters": {"quantity": ["oil"]}},
    {"slug": "grid", "kind": "electricity", "item": "grid", "name_zh": "购电", "name_en": "Grid power",
     "unit": "MWh", "meters": {"quantity": ["grid-in"]}},
]  # fmt: skip
MODEL = {"guideline": "mee-2022-power", "streams": STREAMS}
CARBON = {"carbon_ad": "55.62", "moisture_ad": "2.85", "moisture_ar": "14.30"}
# Ended on 20 June; the stage's meters are calibrated by their plates besides (`never_calibrated`).
CERTIFICATE = {
    "plant": PLANT, "meter": "oil", "certificate": "JL-2025-0611", "laboratory": "市计量院",
    "calibrated_on": "2025-06-21", "valid_until": "2026-06-20", "required_percent": "0.5",
}  # fmt: skip
# January of case P3: the same quantities and tests, so the same lines.
COAL, DIESEL, GRID, TOTAL = "271325.958138", "38.234484", "122.979492", "271487.172114"


class Stage:
    """The plant, the people, the ledger; each method is one step."""

    def __init__(self, client_of: Callable[[str], Any], ledger: Town) -> None:
        self.client_of = client_of
        self.ledger = ledger

    def get(self, who: str, path: str, **query: object) -> Any:
        return self.client_of(who).get(f"{API}/{path}", query)

    def post(self, who: str, path: str, body: object = None) -> Any:
        return self.client_of(who).post(f"{API}/{path}", body if body is not None else {}, format="json")

    def put(self, who: str, path: str, body: object) -> Any:
        return self.client_of(who).put(f"{API}/{path}", body, format="json")

    def ok(self, answer: Any, status: int = 200) -> Any:
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def signed(self, who: str, path: str, fact: dict[str, Any], **more: object) -> Any:
        """Sign what a route showed and send it."""
        body = world.signed_intent(who, fact["name"], fact["args"], now=clock.now())
        return self.post(who, path, body | more)

    def sign_route(self, who: str, path: str, send: str = "", **query: object) -> Any:
        """Read what a route wants signed, sign it, send it, and let the ledger have it."""
        fact = self.ok(self.get(who, path, **query))
        answer = self.signed(who, send or path, fact, **query)
        self.ok(answer, 202)
        self.ledger.settle()
        return answer

    def upload(self, who: str, content: bytes = PDF, name: str = "report.pdf", **more: object) -> Any:
        fields = {
            "title": "June",
            "kind": "lab_report",
            "accreditation": "CNAS L1234",
            "sampled_on": "2026-06-25",
            "reported_on": "2026-06-28",
        }
        body = fields | more | {"file": SimpleUploadedFile(name, content)}
        return self.client_of(who).post(f"{API}/evidence/", body, format="multipart")

    def commit_draws(self) -> None:
        """Both sides commit to the draws, once."""
        for who in ("administrator_1", "regulator_1"):
            if self.ok(self.get(who, "draws/"))["to_commit"]:
                self.sign_route(who, "draws/commitments/")

    def open_draw(self) -> None:
        """Both sides open the month's draw."""
        for who in ("administrator_1", "regulator_1"):
            self.sign_route(who, f"draws/{MONTH}/opening/")

    def open(self) -> str:
        """Model and period; the period's id."""
        return str(self.ledger.set_up("open", self._open))

    def _open(self) -> str:
        self.ok(self.put("alpha_manager", f"plant-models/{PLANT}/", MODEL))
        return str(
            self.ok(self.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
        )

    def ready(self) -> str:
        """A period with values, evidence and answers, ready for its head; its id."""
        return str(self.ledger.set_up("ready", self._ready))

    def _ready(self) -> str:
        period = self.open()
        evidence = self.ok(self.upload("alpha_manager", period=period), 201)["id"]
        values = [
            {
                "stream": "coal",
                "name": name,
                "text": text,
                "unit": "%",
                "origin": "measured",
                "evidence": [evidence],
            }
            for name, text in CARBON.items()
        ]
        shown = self.ok(self.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
        for remark in shown["remarks"]:
            if remark["needs_answer"]:
                body = {"remark": remark["name"], "stream": remark["stream"], "text": "第一个月"}
                self.ok(self.post("alpha_manager", f"periods/{period}/answers/", body))
        self.ok(self.post("alpha_manager", f"periods/{period}/readiness/"))
        return period

    def submitted(self) -> str:
        """A period whose statement the ledger has; its id."""
        return str(self.ledger.set_up("submitted", self._submitted))

    def _submitted(self) -> str:
        period = self.ready()
        self.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
        return period

    def in_verification(self) -> str:
        """A period with a case, drawn by the ledger; its id."""
        return str(self.ledger.set_up("in_verification", self._in_verification))

    def _in_verification(self) -> str:
        period = self.submitted()
        self.open_draw()
        self.sign_route("regulator_1", f"cases/{CASE}/opening/")
        return period

    def judge(self, case: str = CASE, **verdicts: str) -> Any:
        """A verdict on each item of a case's sample: as given by item, else a pass."""
        items = self.ok(self.get("lead_auditor", f"cases/{case}/verdicts/"))["items"]
        given = {one["item"]: verdicts.get(one["item"], "pass") for one in items}
        return self.ok(self.put("lead_auditor", f"cases/{case}/verdicts/", {"verdicts": given}))

    def step(self, who: str, step: str) -> Any:
        """The next step of the log; findings are closed once every item of the sample passed."""
        if step == "findings_closed":
            self.judge()
        fact = self.ok(self.get(who, f"cases/{CASE}/steps/{step}/"))
        answer = self.signed(who, f"cases/{CASE}/steps/", fact, step=step)
        self.ledger.settle()
        return answer

    def raise_finding(self, **changes: object) -> int:
        """A finding that the ledger has; its number."""
        fields = {"kind": "question", "stream": "coal", "text": "化验批次？", "at_stake_g": 1000} | changes
        fact = self.ok(self.get("lead_auditor", f"cases/{CASE}/findings/", **fields))
        self.ok(self.signed("lead_auditor", f"cases/{CASE}/findings/", fact, **fields), 202)
        self.ledger.settle()
        return int(fact["args"]["number"])

    def close_finding(self, number: int, outcome: str = "已说明") -> None:
        """The signed end of a finding, as the ledger has it."""
        self.sign_route("lead_auditor", f"cases/{CASE}/findings/{number}/closure/", outcome=outcome)

    def sampled(self) -> str:
        """A case whose sample is drawn; the period's id."""
        return str(self.ledger.set_up("sampled", self._sampled))

    def _sampled(self) -> str:
        period = self.in_verification()
        self.ok(self.step("lead_auditor", "independence"), 202)
        self.sign_route("lead_auditor", f"cases/{CASE}/plan/")
        self.ok(self.step("lead_auditor", "plan"), 202)
        self.sign_route("alpha_head", f"periods/{period}/sample-nonce/")
        self.sign_route("regulator_1", f"cases/{CASE}/sample/")
        return period

    def reviewed(self) -> str:
        """A case that only waits for its approver; the period's id."""
        return str(self.ledger.set_up("reviewed", self._reviewed))

    def _reviewed(self) -> str:
        period = self.sampled()
        for step in ("sample", "recomputation", "findings_closed"):
            self.ok(self.step("lead_auditor", step), 202)
        self.ok(self.step("technical_reviewer", "technical_review"), 202)
        return period

    def minted(self) -> str:
        """A period whose report is minted; its id."""
        return str(self.ledger.set_up("minted", self._minted))

    def _minted(self) -> str:
        period = self.reviewed()
        self.sign_route("approver", f"cases/{CASE}/approval/")
        return period

    def corrected(self, period: str) -> None:
        """A minted month is opened again for 100 MWh more of power, and each remark has its answer."""
        self.ok(self.post("alpha_head", f"periods/{period}/correction/", {"reason": "关口表计量误差"}))
        Month.objects.filter(meter__meter="grid-in").update(count=315_640, version=2)
        for remark in self.ok(self.get("alpha_head", f"periods/{period}/"))["remarks"]:
            if remark["needs_answer"]:
                body = {"remark": remark["name"], "stream": remark["stream"], "text": "电表更正"}
                self.ok(self.post("alpha_manager", f"periods/{period}/answers/", body))

    def state(self, period: str) -> str:
        return str(self.ok(self.get("alpha_head", f"periods/{period}/"))["state"])


def staged(client_of: Callable[[str], Any]) -> Stage:
    """A stage with alpha's plant metered and the auditors active on the ledger."""
    ledger = town()
    stage = Stage(client_of, ledger)
    ledger.set_up("stage", lambda: _build(stage))
    return stage


def _build(stage: Stage) -> None:
    ledger = stage.ledger
    house = world.HOUSES["audit"]
    if house.account not in {account["account"] for account in ledger.state("account")}:
        args = {"account": house.account, "kind": "auditor", "msp": "AuditorMSP"}
        ledger.sign("administrator_1", "register", args)
    there = {person["person"] for person in ledger.state("person")}
    for name in AUDITORS:
        if world.person_id(name) not in there:
            town_module._activate(ledger, name)
    ledger.follow()
    tenant = Tenant.objects.get(organisation_id=ALPHA)
    with within(tenant):
        make_plant(tenant.schema_name)
    # The product commits for four years; what a test submits lies in this one, and every test pays for it.
    with patch.object(draws, "wanted", lambda: PERIODS):
        stage.commit_draws()


def make_plant(schema: str) -> None:
    """Plant, gateway, meters and their month, in the schema on the connection."""
    born = datetime(2026, 1, 1, tzinfo=UTC)
    plant = Plant.objects.create(
        id=PLANT, name_zh="江北热电厂", name_en="Jiangbei", sector="power", created_at=born
    )
    gateway = Gateway.objects.create(id="gw1", name="gw1", created_at=born)
    for slug, (medium, unit, least, count) in METERS.items():
        index = MeterIndex.objects.create(
            tenant=schema, account=ALPHA, plant=PLANT, meter=slug, gateway="gw1", unit=unit,
            least_count=Decimal(least), digits=9, interval_s=900, valid_from=born, changed_at=born,
        )  # fmt: skip
        Meter.objects.create(
            plant=plant, slug=slug, name_zh=slug, name_en=slug, medium=medium, unit=unit,
            least_count=Decimal(least), digits=9, gateway=gateway, valid_from=born, index=index.pk,
            created_at=born, calibrated_until=date(2026, 12, 31),
        )  # fmt: skip
        make_month(index, count)


def never_calibrated(slug: str) -> None:
    """Takes away what a meter of alpha was set up with: only the register says whether it is calibrated."""
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        Meter.objects.filter(slug=slug).update(calibrated_until=None)


def make_month(index: MeterIndex, count: int) -> None:
    """A complete June: thirty days of equal counts, the rest on the last."""
    now = clock.now()
    for day in range(30):
        part = count // 30 + (count % 30 if day == 29 else 0)
        Day.objects.create(
            meter=index, day=date(2026, 6, 1) + timedelta(days=day), count=part, n=96, slots=96, signed=96,
            hours=24, estimated=0, ambiguous=0, computed_at=now,
        )  # fmt: skip
    Month.objects.create(
        meter=index, month=MONTH, count=count, n=96 * 30, slots=96 * 30, signed=96 * 30,
        hours=HOURS, estimated=0, ambiguous=0, computed_at=now,
    )  # fmt: skip
