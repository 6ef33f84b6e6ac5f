"""A report's JSON says itself whether its figures fit: a changed figure is found by its check."""

import json
from copy import deepcopy
from typing import Any

import pytest
from lexicon import canonical, commitment
from lexicon.units import Rounding, cover_t_from_grams, grams_from_t, rounded
from proof import merkle
from proof.report import NotAReport, open_report

from accounting.domain.compute import statement_of
from accounting.domain.registry import guidelines
from accounting.domain.trees import as_json
from tests.accounting.cases import input_of


def report(case: str = "CE-2") -> dict[str, Any]:
    """A report over a worked case, with fixed salts."""
    statement = statement_of(input_of(case))
    guideline = guidelines()[statement.inputs.guideline]
    lines = [
        {
            "stream": line.stream.id, "subtotal": line.subtotal, "formula": line.formula,
            "tree": as_json(line.tree), "grams": str(line.grams), "tco2e": line.tco2e,
        }
        for line in statement.lines
    ]  # fmt: skip
    figures = [
        (commitment.TOTAL, statement.grams),
        *[(f"subtotal:{name}", grams_from_t(value)) for name, value in statement.subtotals.items()],
        *[(f"line:{line.stream.id}", line.grams) for line in statement.lines],
    ]
    salts = [bytes([number]) * 16 for number in range(len(figures))]
    leaves = [
        commitment.leaf_hash(salt=salt, name=name, value=value)
        for salt, (name, value) in zip(salts, figures, strict=True)
    ]
    return {
        "schema": "tanheng-report/1",
        "guideline": {"id": guideline.id, "hash": canonical.digest(guideline.published())},
        "lines": lines,
        "subtotals": [
            {"name": name, "tco2e": str(rounded(value, Rounding.CASE))}
            for name, value in statement.subtotals.items()
        ],
        "total": {
            "grams": str(statement.grams),
            "tco2e": str(rounded(statement.total, Rounding.CASE)),
            "cover_t": str(cover_t_from_grams(statement.grams)),
        },
        "commitment": {
            "root": merkle.root(leaves).hex(),
            "figures": [
                {"name": name, "value": str(value), "salt": salt.hex()}
                for salt, (name, value) in zip(salts, figures, strict=True)
            ],
        },
    }


def failed(content: dict[str, Any]) -> set[str]:
    published = guidelines()["ndrc-2013-cement"].published()
    opened = open_report(canonical.encode(content), published=published)
    return {check.name for check in opened.checks if not check.holds}


@pytest.mark.parametrize("case", ["P1", "P3", "CE-1", "CE-2"])
def test_a_report_of_every_shape_holds_against_its_guideline(case: str) -> None:
    content = report(case)
    published = guidelines()[content["guideline"]["id"]].published()
    opened = open_report(canonical.encode(content), published=published)
    assert opened.holds, opened.checks
    assert len(opened.checks) == 6


def change(path: str, value: object) -> dict[str, Any]:
    content = deepcopy(report())
    node: Any = content
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    node[int(last) if last.isdigit() else last] = value
    return content


CHANGES = [
    ("lines.0.tco2e", "1.000000", {"lines"}),
    ("lines.0.grams", "1", {"lines", "commitment"}),
    ("lines.0.tree.args.0.value", "17321", {"lines", "subtotals", "total", "commitment"}),
    ("lines.0.tree.args.3.value", "not", {"lines", "subtotals", "total", "commitment"}),
    ("lines.0.formula", "electricity", {"formulas"}),
    ("subtotals.0.tco2e", "1.000000", {"subtotals"}),
    ("subtotals.0.name", "other", {"subtotals", "commitment"}),
    ("total.cover_t", "117611", {"total"}),
    ("total.grams", "1", {"total"}),
    ("commitment.root", "0" * 64, {"commitment"}),
    ("commitment.figures.0.salt", "ff" * 16, {"commitment"}),
    ("commitment.figures.0.salt", "ff", {"commitment"}),
    ("commitment.figures.0.value", "1", {"commitment"}),
    ("commitment", "x", {"commitment"}),
    ("guideline.hash", "0" * 64, {"guideline"}),
]


@pytest.mark.parametrize(
    ("path", "value", "checks"), CHANGES, ids=[f"{row[0]}-{n}" for n, row in enumerate(CHANGES)]
)
def test_a_changed_figure_fails_the_checks_that_own_it(path: str, value: object, checks: set[str]) -> None:
    assert failed(change(path, value)) == checks


WRONG = [
    (b"", "not_json"),
    (b"\xff", "not_json"),
    (b'{"schema":1.5}', "not_json"),
    (b'{"a":1, "b":2}', "not_canonical"),
    (b"[]", "not_a_report"),
    (b'{"schema":"x"}', "not_a_report"),
    (b"[" * 100_000, "not_json"),
    (b" " * (8 * 1024 * 1024 + 1), "too_large"),
]


@pytest.mark.parametrize(("content", "reason"), WRONG, ids=[f"{row[1]}-{n}" for n, row in enumerate(WRONG)])
def test_bytes_that_are_no_report_are_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(NotAReport) as refused:
        open_report(content)
    assert refused.value.reason == reason


def test_the_digest_is_that_of_the_bytes() -> None:
    from hashlib import sha256

    content = canonical.encode(report())
    assert open_report(content).digest == sha256(content).hexdigest()
    assert json.loads(content)["schema"] == "tanheng-report/1"
