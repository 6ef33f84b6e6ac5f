"""The formula a guideline writes as text says what its tree calculates, for every form of every stream."""

import ast
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from proof import trees

from accounting.domain.purchased_energy import NET_OF_TRANSMISSION
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.trees import as_json

OPERATIONS = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
    ast.Div: lambda one, other: one / other,
}
# Primes over primes: no two names share a value, and no sum or product of some is by chance that of others.
VALUES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def of_text(text: str, values: Mapping[str, Fraction]) -> Fraction:
    """What a written formula gives for the values of its names."""

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.Constant):
            return Fraction(str(node.value))
        assert isinstance(node, ast.Name), ast.dump(node)
        return values[node.id]

    return value(ast.parse(text.replace("net quantity", "quantity"), mode="eval").body)


def of_tree(tree: Any, values: Mapping[str, Fraction]) -> Fraction:
    """What a published tree gives for the values of its names, by the evaluator that knows no sector."""

    def bound(node: Any) -> Any:
        if node["op"] == "name":
            one = values[node["name"]]
            parts = [{"op": "constant", "value": str(part)} for part in (one.numerator, one.denominator)]
            return {"op": "quotient", "args": parts}
        return node | {"args": [bound(each) for each in node["args"]]} if "args" in node else node

    return Fraction(*trees.evaluate(bound(tree)))


@pytest.mark.parametrize("guideline", guidelines().values(), ids=lambda one: one.id)
def test_each_written_formula_gives_what_its_tree_gives(guideline: Guideline) -> None:
    formulas = guideline.published()["formulas"]
    forms = [(kind, form) for kind in guideline.streams for form in kind.forms if form.line]
    assert {form.formula for _, form in forms} == set(formulas)
    for kind, form in forms:
        names = ["quantity", *kind.balance, *kind.parameters]
        values = {
            name: Fraction(prime, 41 + at)
            for at, (name, prime) in enumerate(zip(names, VALUES, strict=False))
        }
        assert len(values) == len(names)
        if "feed_in" in kind.balance:
            values["quantity"] = of_tree(as_json(NET_OF_TRANSMISSION), values)
        assert of_text(form.line, values) == of_tree(formulas[form.formula], values), (kind.key, form.line)


def test_a_formula_that_is_written_otherwise_gives_something_else() -> None:
    tree = guidelines()["ndrc-2013-glass"].published()["formulas"]["carbon_powder"]
    values = {"quantity": Fraction(3), "carbon_content": Fraction(5, 7)}
    assert of_text("quantity * carbon_content * 44/12", values) == of_tree(tree, values)
    for wrong in ("quantity * carbon_content", "quantity * carbon_content * 12/44", "quantity * 44/12"):
        assert of_text(wrong, values) != of_tree(tree, values)
