"""The engine in a real browser: every case of every guideline to the digit, under the product's policy."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounting.domain.compute import compute_json
from accounting.domain.registry import guidelines
from accounting.engine import engine_of
from bench.recomputation import ASSETS, served, worker
from tests.accounting.cases import all_cases

pytestmark = pytest.mark.skipif(
    not any(ASSETS.glob("recompute.worker-*.js")), reason="the front end is not built: npm run build"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.mark.parametrize("guideline", sorted(guidelines()))
def test_the_browser_gives_every_case_the_platforms_figures(
    guideline: str, chromium: Any, address: str
) -> None:
    cases = [case for case in all_cases() if case["input"]["guideline"] == guideline]
    with worker(chromium, address) as ask:
        loaded = ask({"kind": "load", "engine": engine_of(guideline)})
        assert loaded["kind"] == "loaded", loaded
        for case in cases:
            answer = json.loads(ask({"kind": "trial", "text": json.dumps(case["input"])})["text"])
            figures = answer.pop("figures")
            assert answer == compute_json(case["input"])
            assert figures[0]["grams"] == case["expected"]["total_tco2e"].replace(".", "").lstrip("0")
            assert len(figures) == 1 + len(answer["subtotals"]) + len(answer["lines"])


def test_only_the_worker_may_compile_and_an_engine_that_breaks_says_so(chromium: Any, address: str) -> None:
    with worker(chromium, address) as ask:
        broken = {"entry": "nowhere", "files": []}
        assert "nowhere" in ask({"kind": "load", "engine": broken})["problem"]
    page = chromium.new_context().new_page()
    scripts = [path.name for path in ASSETS.glob("*.js")]
    for name in scripts:
        answer = page.request.get(f"{address}/static/ui/assets/{name}")
        allowed = "wasm-unsafe-eval" in answer.headers["content-security-policy"]
        assert allowed == name.startswith("recompute.worker-"), name
    page.context.close()
