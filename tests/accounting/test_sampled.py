"""Items of a sample by what they are called, in both languages; what nobody knows keeps its own name."""

import pytest

from accounting.services.sampled import name_of

DIGEST = "ab" * 32
REPORT = {
    "results": [
        {"stream": "coal", "zh": "入炉煤", "en": "Coal as fired"},
        {"stream": "12.grid", "zh": "", "en": ""},
    ],
    "evidence": [{"sha256": DIGEST, "title": "六月化验"}],
}


@pytest.mark.parametrize(
    ("item", "zh", "en"),
    [
        ("day:grid-in:2026-06-03", "grid-in 2026-06-03", "grid-in 2026-06-03"),
        (f"evidence:{DIGEST}", "六月化验 abababababababab", "六月化验 abababababababab"),
        (f"evidence:{'cd' * 32}", "cdcdcdcdcdcdcdcd", "cdcdcdcdcdcdcdcd"),
        ("value:coal.ncv", "入炉煤 · 低位发热量", "Coal as fired · net calorific value"),
        ("value:12.grid.quantity", "12.grid · 活动量", "12.grid · the quantity"),
        ("value:gone.ncv", "gone.ncv", "gone.ncv"),
    ],
)
def test_an_item_has_the_name_of_what_it_is(item: str, zh: str, en: str) -> None:
    assert (name_of(item, REPORT, "zh"), name_of(item, REPORT, "en")) == (zh, en)
