"""Verification reports of earlier versions: the pages and sheets they had, and they still check."""

from hashlib import sha256
from pathlib import Path

import pytest
from proof.verification import open_verification

from accounting.paper import pages_show
from accounting.services.verification_pages import verification_html, verification_tables
from accounting.services.verification_parts import Approved
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, Stage

# Written by the program of commit 2dcf95b, with the digests of what that program made of it.
FILE = Path(__file__).parent / "verified_before.json"
PAGES = {
    "zh": "75d301411ab7a637cea686828b085dc49aa372ef65e98afec0d09e9c7bbb6c0a",
    "en": "072ee272b7f747af351361789de3d778d5b8342306da39c591313d3b8da2a65a",
}
SHEETS = {
    "zh": "60b1e10aafb983588050539d0600b09eaef8f85401e04bf0f44f478e40a22fb4",
    "en": "eedfc4ccf7365dd840241d16f4aadddee16f27603171474cecc817a3065fc6ea",
}
# Written by the program of commit ebe16c1: a corrected month, of the third version.
THIRD = FILE.with_name("verified_third.json")
THIRD_PAGES = {
    "zh": "ea23aa7c74c6e5cd828abdd3f41f3f0969c9aa002f7d005328e2c8b0eb2d6e3b",
    "en": "dd23f9959ec6a6db88db15c0475e3227d071bfe0e21c1948840d4dc4519565dc",
}
THIRD_SHEETS = {
    "zh": "5f997830697ec323ced24dccebc6401109fc7bc61897b837e6e59beaf4a42aaf",
    "en": "e482e2eae848b7a007bf47f4f683ee5adb943d1ba1c8c2d6151dfb33542c17da",
}
# Written by the program of commit cbd13c0: a month with notes and a finding, of the fourth version.
FOURTH = FILE.with_name("verified_fourth.json")
FOURTH_PAGES = {
    "zh": "df1713b722792370fc0366a80968e9e5d46b90db152ea0cfd92ba614f9392c39",
    "en": "60ed5034fa24f702f9a3a9f79edcb54d2a63697ff58f55ca721d33fa4361cf4f",
}
FOURTH_SHEETS = {
    "zh": "db9594654486b4e5d47f21b712fc2d67cf06ac19f907997ed12bbb970487d98a",
    "en": "1bfe5e6771f22e9d5a363da16c3d79721c9da83ee53ffd13fdcb29a6b36b2ab6",
}
APPROVED = Approved("2026-07-20", "ab" * 32, "7")


@pytest.mark.db
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "older",
    [
        (FILE, PAGES, SHEETS, {"results", "recomputation"}),
        (THIRD, THIRD_PAGES, THIRD_SHEETS, {"results", "recomputation", "changes"}),
        (FOURTH, FOURTH_PAGES, FOURTH_SHEETS, {"results", "recomputation"}),
    ],
    ids=["second", "third", "fourth"],
)
def test_a_report_of_an_older_version_has_the_pages_and_sheets_it_had(
    stage: Stage, language: str, older: tuple[Path, dict[str, str], dict[str, str], set[str]]
) -> None:
    file, pages, sheets, checks = older
    text = file.read_text(encoding="utf-8")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        page = verification_html(text, language, approved=APPROVED)
        tables = verification_tables(text, language, approved=APPROVED)
    assert sha256(page.encode()).hexdigest() == pages[language]
    assert sha256(repr(tables).encode()).hexdigest() == sheets[language]
    opened = open_verification(file.read_bytes())
    assert {one.name: one.holds for one in opened.checks} == dict.fromkeys(checks, True)
    assert pages_show(opened, page).holds
