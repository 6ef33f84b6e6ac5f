"""A report calculated again in Chromium: Python and the engine started, a month and a year, cold and warm."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from lexicon import canonical
from proof.report import SCHEMA
from tanheng.static import with_static_files

from accounting.domain.compute import statement_of
from accounting.domain.detail import detail_json
from accounting.domain.exact import tco2e_text
from accounting.domain.registry import guidelines
from accounting.engine import engine_of
from bench.chromium import CHROMIUM, browser
from bench.figures import Figure, Outcome, Skipped, percentile

ASSETS = Path(__file__).resolve().parents[1] / "dashboards" / "dist" / "assets"
# A month is the guideline's worked example; a year that of a works of several lines, as its report has it.
GUIDELINE = "ndrc-2013-cement"
KILNS, MONTHS = 5, 12
COLD_RUNS, WARM_RUNS = 5, 20
COLD_LIMIT_S, WARM_LIMIT_S = 5.0, 0.5
# As the pages': no WebAssembly in the page itself.
PAGE_POLICY = "default-src 'self'; script-src 'self'; object-src 'none'"
PAGE = b"<!doctype html><html lang=en><title>recomputation</title><body></body></html>"
# The page's side of src/recompute/runner.ts, with the milliseconds from the click to the answer.
DRIVE = """
window.drive = (script) => {
  const born = performance.now();
  const worker = new Worker(script, { type: "module" });
  const once = (ask) => new Promise((done) => {
    worker.addEventListener("message", (event) => done(event.data), { once: true });
    worker.postMessage(ask);
  });
  window.ask = async (ask) => {
    // Python starts with the worker, so that is where a cold start begins.
    const began = ask.kind === "load" ? born : performance.now();
    const told = await once(ask);
    return { ...told, ms: performance.now() - began };
  };
  window.finish = () => worker.terminate();
};
"""


def run() -> Iterator[Outcome]:
    """Seconds from the first click to the figures (the slowest of five starts), and of later clicks (p95)."""
    because = _missing()
    year = year_report()
    lines = len(json.loads(year)["lines"])
    asks = {
        "recomputation": {"kind": "trial", "text": json.dumps(example_input())},
        f"recomputation_of_a_year_of_{lines}_lines": {"kind": "recompute", "text": year},
    }
    for name, asked in asks.items():
        if because:
            yield from (Skipped(figure=f"{name}_{part}_s", because=because) for part in ("cold", "warm"))
            continue
        cold, warm = measure(asked)
        yield Figure(name=f"{name}_cold_s", value=percentile(cold, 0.95), unit="s", limit=COLD_LIMIT_S)
        yield Figure(name=f"{name}_warm_s", value=percentile(warm, 0.95), unit="s", limit=WARM_LIMIT_S)


def example_input() -> dict[str, Any]:
    """The input of the guideline's worked example."""
    data: dict[str, Any] = json.loads((guidelines()[GUIDELINE].folder / "example.json").read_text("utf-8"))
    given: dict[str, Any] = data["input"]
    return given


def year_input() -> dict[str, Any]:
    """Twelve months of a works with several kilns, each with the streams and own values of the example."""
    one = example_input()
    year = str(one["period"])[:4]
    streams = [
        _differing(stream, month * KILNS + kiln)
        | {"id": f"{month:02d}.k{kiln}-{stream['id']}", "period": f"{year}-{month:02d}"}
        for month in range(1, MONTHS + 1)
        for kiln in range(1, KILNS + 1)
        for stream in one["streams"]
    ]
    return one | {"period": [f"{year}-{month:02d}" for month in range(1, MONTHS + 1)], "streams": streams}


def _differing(stream: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The stream with figures of its own behind the last decimal: no month is another's."""
    texts = {
        name: value | {"value": f"{value['value']}{'' if '.' in value['value'] else '.'}0{number:02d}"}
        for name, value in {"quantity": stream.get("quantity"), **stream["parameters"]}.items()
        if value and "value" in value and value.get("source") != "default"
    }
    given = {"quantity": texts.pop("quantity")} if "quantity" in texts else {}
    return {**stream, **given, "parameters": stream["parameters"] | texts}


def year_report() -> str:
    """What a browser calculates again of a year's report: input, lines with their trees, subtotals."""
    data = year_input()
    statement = statement_of(data)
    subtotals = [{"name": name, "tco2e": tco2e_text(value)} for name, value in statement.subtotals.items()]
    report = {"schema": SCHEMA, "input": data, "lines": detail_json(statement), "subtotals": subtotals}
    return canonical.encode_text(report)


def measure(asked: Mapping[str, object]) -> tuple[list[float], list[float]]:
    """Seconds of cold starts, each in a browser context of its own, and of calculations after them.

    Raises RuntimeError when the browser's answer is no calculation.
    """
    engine = engine_of(GUIDELINE)
    cold: list[float] = []
    warm: list[float] = []
    with browser() as chromium, served() as address:
        for _ in range(COLD_RUNS):
            with worker(chromium, address) as ask:
                began = ask({"kind": "load", "engine": engine})["ms"]
                cold.append((began + answered(ask(asked))) / 1000)
                warm += [answered(ask(asked)) / 1000 for _ in range(WARM_RUNS // COLD_RUNS)]
    return cold, warm


def answered(told: Mapping[str, Any]) -> float:
    """Milliseconds of an answer that has figures. Raises RuntimeError for any other."""
    if told["kind"] != "answer" or not json.loads(told["text"]).get("figures"):
        raise RuntimeError(str(told)[:300])
    return float(told["ms"])


@contextmanager
def served() -> Iterator[str]:
    """The front end's files with the headers they have in the product; the address of an empty page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")

    def empty(_environ: Mapping[str, object], answer: Callable[..., object]) -> list[bytes]:
        answer("200 OK", [("Content-Type", "text/html"), ("Content-Security-Policy", PAGE_POLICY)])
        return [PAGE]

    server = make_server("127.0.0.1", 0, with_static_files(empty), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def worker(chromium: Any, address: str) -> Iterator[Callable[[Mapping[str, object]], dict[str, Any]]]:
    """A fresh context with the built worker in it; a function that asks it and gives its answer."""
    context = chromium.new_context()
    context.add_init_script(DRIVE)
    page = context.new_page()
    page.goto(address)
    page.evaluate("(script) => window.drive(script)", f"/static/ui/assets/{script_name()}")
    try:
        yield lambda ask: dict(page.evaluate("(ask) => window.ask(ask)", ask))
    finally:
        context.close()


def script_name() -> str:
    """The built worker's file. Raises StopIteration where the front end is not built."""
    return next(ASSETS.glob("recompute.worker-*.js")).name


def _missing() -> str:
    if CHROMIUM is None:
        return "no Chromium on this machine"
    return "" if any(ASSETS.glob("recompute.worker-*.js")) else "the front end is not built"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        """Nothing: a bench prints figures only."""


if __name__ == "__main__":
    from bench.harness import main

    main("recomputation")
