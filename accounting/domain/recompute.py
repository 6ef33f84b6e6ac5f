"""A frozen report calculated again from its own input, by one file on the server and in a browser. Pure."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from lexicon.commitment import TOTAL
from lexicon.units import grams_from_t
from proof import trees

from accounting.domain.compute import result_json, statement_of
from accounting.domain.factors import FactorSet, read_published, trying
from accounting.domain.statement import Statement
from accounting.domain.trees import Json

GRAMS = 1_000_000  # in a tonne


def figures(statement: Statement) -> list[tuple[str, int]]:
    """Names and whole grams of all figures a report commits to; the total is the first."""
    subtotals = [(f"subtotal:{name}", grams_from_t(value)) for name, value in statement.subtotals.items()]
    lines = [(f"line:{line.stream.id}", line.grams) for line in statement.lines]
    return [(TOTAL, statement.grams), *subtotals, *lines]


def recompute(content: str) -> dict[str, Json]:
    """What a report's canonical JSON gives when it is calculated anew.

    `digest` of the text; `figures` from its input by the formulas; `by_trees`: the same figures from the
    trees in its lines by the checker's own arithmetic; `remarks`. Amounts are whole grams as text.
    A report that is blocked now has no figures. Published factor sets are those that the report carries.
    Raises ValueError for text that is no report.
    """
    report = json.loads(content)
    is_report = isinstance(report, dict) and isinstance(report.get("lines"), list)
    if not is_report:
        raise ValueError("not a report")
    with trying(*carried_sets(report)):
        statement = statement_of(report.get("input"))
    remarks: list[Json] = [remark.as_json() for remark in statement.remarks]
    return {
        "digest": sha256(content.encode()).hexdigest(),
        "figures": _rows([] if statement.blocked else figures(statement)),
        "by_trees": _rows(_by_trees(report)),
        "remarks": remarks,
    }


def carried_sets(report: Mapping[str, Any]) -> list[FactorSet]:
    """The published factor sets that a report carries, each of the digest that the report names for it.

    Raises ValueError for a set that is none or of another digest.
    """
    named = {one["id"]: one["digest"] for one in report.get("factor_sets", ())}
    found = [read_published(str(text)) for text in report.get("published_sets", ())]
    for one in found:
        if named.get(one.id) != one.digest:
            raise ValueError(f"the report carries another {one.id} than it names")
    return found


def recompute_text(content: str) -> str:
    """`recompute` from text to text, as a browser calls it."""
    return json.dumps(recompute(content), ensure_ascii=False)


def trial_text(given: str) -> str:
    """An input object calculated, from text to text: what a changed factor would do. Nothing is kept."""
    statement = statement_of(json.loads(given))
    result = result_json(statement)
    if not statement.blocked:
        result["figures"] = _rows(figures(statement))
    return json.dumps(result, ensure_ascii=False)


def _rows(found: Sequence[tuple[str, int]]) -> list[Json]:
    return [{"name": name, "grams": str(grams)} for name, grams in found]


def _by_trees(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The report's figures from the trees that it shows. Raises BadTree."""
    values = [
        (str(line["stream"]), line["subtotal"], trees.evaluate(line["tree"])) for line in report["lines"]
    ]
    named = [str(row["name"]) for row in report.get("subtotals", ())]
    return [
        (TOTAL, _grams(_sum([value for _, _, value in values]))),
        *((f"subtotal:{name}", _grams(_sum([v for _, of, v in values if of == name]))) for name in named),
        *((f"line:{stream}", _grams(value)) for stream, _, value in values),
    ]


def _sum(values: Sequence[trees.Ratio]) -> trees.Ratio:
    total: trees.Ratio = (0, 1)
    for value in values:
        total = trees.add(total, value)
    return total


def _grams(value: trees.Ratio) -> int:
    return int(trees.rounded((value[0] * GRAMS, value[1]), places=0))
