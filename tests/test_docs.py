"""Documents that cannot rot: every setting, refusal and command is described, every link leads somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from lexicon import typescript
from lexicon.refusals import Refusal, text_of
from operations.main import COMMANDS
from tanheng.env import FOREIGN, PREFIX, Environment

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "helm").glob("*.md")])


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    ours = {PREFIX + one.name.upper() for one in fields(Environment)} - {PREFIX + name for name in FOREIGN}
    missing = [name for name in sorted(ours | set(FOREIGN)) if f"`{name}`" not in text]
    assert missing == []


def test_no_setting_is_described_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`(TANHENG_[A-Z_]+)`", text))
    known = {PREFIX + one.name.upper() for one in fields(Environment)} | {
        "TANHENG_SECRET_KEY_FILE",
        "TANHENG_MASTER_KEY_FILE",
        "TANHENG_WEB_DATABASE_URL_FILE",
        PREFIX,
    }
    assert described <= known


def test_the_glossary_and_the_words_of_the_front_end_are_fresh() -> None:
    assert typescript.main(["--check"]) == 0


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_its_words_in_both_languages_and_stands_in_the_glossary(refusal: Refusal) -> None:
    text = text_of(refusal)
    assert text is not None
    assert f"`{refusal.value}`" in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_readmes_name_every_command(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"tanheng {name}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_no_page_names_a_folder_of_somebody_s_machine() -> None:
    named = [
        page.name
        for page in PAGES
        if re.search(r"(?<![\w.])/(?:work|tmp|root|home)/", page.read_text("utf-8"))
    ]
    assert named == []


def test_decisions_are_numbered_once_each() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert len(set(numbers)) == len(numbers)
