"""Every clause has English words: in the data, in what is generated for the pages, in an English print."""

import re
import tomllib

import pytest

from accounting import clause_words
from accounting.domain.clauses import FILE, clause_text, every_clause
from accounting.domain.factors import factor_sets
from accounting.domain.registry import guidelines

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def test_no_clause_of_any_guideline_factor_set_or_data_rule_has_a_chinese_sign_in_english() -> None:
    clauses = every_clause()
    assert len(clauses) > 200
    assert [one for one in clauses if CHINESE.search(clause_text(one, "en"))] == []


def test_a_clause_stays_the_source_s_own_in_chinese() -> None:
    assert [one for one in every_clause() if clause_text(one, "zh") != one] == []


def test_every_clause_of_every_factor_and_formula_is_among_them() -> None:
    clauses = set(every_clause())
    for one in factor_sets().values():
        assert {f"{row.source}，{row.clause}" for row in one.rows} <= clauses
    for guideline in guidelines().values():
        assert {formula.clause for formula in guideline.rules.formulas.values()} <= clauses


def test_different_clauses_have_different_words_in_english() -> None:
    """What is said apart in Chinese is not said alike in English."""
    words = [clause_text(one, "en") for one in every_clause()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("clause", "english"),
    [
        (
            "发改办气候〔2013〕2526号 附件4 公式 (8)(3) 碳输入",
            "NDRC Climate [2013] No. 2526, Annex 4, formulas (8) and (3), carbon in",
        ),
        ("GB 17167-2006，表 4 电能表", "GB 17167-2006, table 4, electricity meters"),
        (
            "CETS-VG-01.01-V02-2026，3.4.1；GB 17167-2006，表 4 电能表",
            "CETS-VG-01.01-V02-2026, 3.4.1; GB 17167-2006, table 4, electricity meters",
        ),
        ("2026 年第三号化验单", "2026 年第三号化验单"),
        ("GB 17167-2006，没有的表", "GB 17167-2006，没有的表"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_clause_is_its_document_and_what_stands_in_it_and_own_words_stay(clause: str, english: str) -> None:
    assert clause_text(clause, "en") == english


def test_no_wording_stands_in_the_data_that_nothing_uses() -> None:
    clauses = every_clause()
    table = tomllib.loads(FILE.read_text("utf-8"))
    unused = [
        one
        for one in (*table["documents"], *table["clauses"])
        if not any(one in clause for clause in clauses)
    ]
    assert unused == []


def test_what_the_pages_load_is_what_the_data_say() -> None:
    assert clause_words.main(["--check"]) == 0
