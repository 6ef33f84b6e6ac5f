"""Reports made before the first chapter had its facts: the same pages and sheets, and they still check."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from accounting.models import Report
from accounting.paper import open_paper, pages_show
from accounting.services import prechecks
from accounting.services.freezing import loads
from accounting.services.rendering import html_of
from accounting.services.report_tables import tables_of
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, Stage

# Frozen by the program of commit ffe194a, with the digests of what that program made of it.
FILE = Path(__file__).parent / "minted_before.json"
PAGES = {
    "zh": "f8b12c4b82572ffd3cf90886122b7c96b70e05732ae479bf7f38899b8b109a97",
    "en": "64212f558fdbaf4ecccd829aa0ac3a77671278c842a58f79112c937bb8329b55",
}
SHEETS = {
    "zh": "52d0574f9c8f8593a256c4f68ecd5ebeebc1c23665a2b9970a7a65c5dfdf5197",
    "en": "a88ddd0005c9c32134f8be5a846ab247e0121796ae73fb2c1f61919302ab408e",
}


def minted_before() -> Report:
    content = FILE.read_text(encoding="utf-8")
    return Report(
        content=content, digest=sha256(content.encode()).hexdigest(), submitted_by="p",
        submitted_at=datetime(2026, 7, 1, tzinfo=UTC), submitted_tx="ab" * 32,
    )  # fmt: skip


@pytest.mark.db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_earlier_report_has_the_pages_and_sheets_it_had(stage: Stage, language: str) -> None:
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        page = html_of(minted_before(), language)
        assert sha256(page.encode()).hexdigest() == PAGES[language]
        sheets = repr(tables_of(minted_before(), language))
        assert sha256(sheets.encode()).hexdigest() == SHEETS[language]


@pytest.mark.db
def test_an_earlier_report_still_checks_and_is_asked_nothing_new(stage: Stage) -> None:
    opened = open_paper(FILE.read_bytes())
    assert opened.holds
    assert opened.digest == minted_before().digest
    assert "facts" not in loads(minted_before().content)["entity"]
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        assert pages_show(opened, html_of(minted_before(), "zh")).holds
    period = stage.submitted()
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = Report.objects.get(period_id=period)
        row.content = FILE.read_text(encoding="utf-8")
        asked = {one["check"] for one in prechecks.of_report(row)["checks"]}
    assert asked
    assert not asked & {"entity", "supplementary"}
