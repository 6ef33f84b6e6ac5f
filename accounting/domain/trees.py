"""Formulas as expression trees: written once, bound to a stream's values, evaluated exactly, published.

A template's leaves are names; a bound tree's leaves are values with unit and origin. `proof.trees` evaluates
the JSON of a bound tree with arithmetic of its own and compares it with the published template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import TypeAlias

from accounting.domain.exact import plain_text

Ratio: TypeAlias = tuple[int, int]
Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


class Node:
    """One expression. Operators build larger ones, so that a formula reads as it is printed."""

    __slots__ = ()

    def __add__(self, other: Node) -> Node:
        return Operation("sum", (*_terms(self, "sum"), *_terms(other, "sum")))

    def __mul__(self, other: Node) -> Node:
        return Operation("product", (*_terms(self, "product"), *_terms(other, "product")))

    def __truediv__(self, other: Node) -> Node:
        return Operation("quotient", (self, other))

    def __sub__(self, other: Node) -> Node:
        return Operation("minus", (self, other))

    def __neg__(self) -> Node:
        return Operation("minus", (self,))


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A number that belongs to the formula itself, such as the 44 and the 12 of the carbon to CO2 ratio."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A place in a template that a stream's value fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Each(Node):
    """In a template: a sum of any number of copies of `node`, one for every stream of the group `over`."""

    over: str
    node: Node


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A value of a stream. kind: `input` (given for this stream) or `factor` (from a factor set)."""

    kind: str
    name: str
    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A value that is itself computed (net of a balance, oxidation), under the name it fills."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """op: sum, product, quotient (two terms) or minus (one or two terms)."""

    op: str
    terms: tuple[Node, ...]


def constant(value: int | str) -> Constant:
    """A constant from a whole number or decimal text."""
    return Constant(Fraction(value))


CO2_PER_CARBON = constant(44) / constant(12)  # exact: times 44, divided by 12, never 3.667


def total_of(nodes: tuple[Node, ...]) -> Node:
    """The sum of trees; no tree gives the constant 0."""
    return Operation("sum", nodes) if nodes else constant(0)


def bind(template: Node, values: Mapping[str, Node]) -> Node:
    """A template with every name replaced by its value. Raises KeyError when a name has none."""
    if isinstance(template, Name):
        return values[template.name]
    if isinstance(template, Operation):
        return Operation(template.op, tuple(bind(term, values) for term in template.terms))
    return template


def evaluate(node: Node) -> Fraction:
    """The exact value of a bound tree. Raises ZeroDivisionError, or TypeError on a template."""
    return Fraction(*_ratio(node))


def _ratio(node: Node) -> Ratio:
    """Numerator and denominator, not in lowest terms: brought there once at the end and not at every node."""
    if isinstance(node, (Constant, Leaf)):
        return node.value.as_integer_ratio()
    if isinstance(node, Named):
        return _ratio(node.node)
    if isinstance(node, Operation):
        return _apply(node.op, [_ratio(term) for term in node.terms])
    raise TypeError("a template has no value")


def as_json(node: Node) -> dict[str, Json]:
    """The published form of a tree or template: numbers as text, every node an object with `op`."""
    if isinstance(node, Constant):
        return {"op": "constant", "value": plain_text(node.value)}
    if isinstance(node, Leaf):
        return {"op": node.kind, "name": node.name, "value": plain_text(node.value), "unit": node.unit}
    if isinstance(node, Name):
        return {"op": "name", "name": node.name}
    if isinstance(node, Each):
        return {"op": "each", "name": node.over, "args": [as_json(node.node)]}
    if isinstance(node, Named):
        return {"op": "named", "name": node.name, "args": [as_json(node.node)]}
    if isinstance(node, Operation):
        return {"op": node.op, "args": [as_json(term) for term in node.terms]}
    raise TypeError("not a tree")


def _apply(op: str, values: list[Ratio]) -> Ratio:
    if op == "sum":
        return reduce(_added, values, (0, 1))
    if op == "product":
        above = below = 1
        for numerator, denominator in values:
            above, below = above * numerator, below * denominator
        return above, below
    numerator, denominator = values[0]
    if op == "quotient":
        if values[1][0] == 0:
            raise ZeroDivisionError(op)
        return numerator * values[1][1], denominator * values[1][0]
    return _added(values[0], (-values[1][0], values[1][1])) if len(values) == 2 else (-numerator, denominator)


def _added(left: Ratio, right: Ratio) -> Ratio:
    """The sum in lowest terms: the denominators of a long sum would grow with every term."""
    above, below = left[0] * right[1] + right[0] * left[1], left[1] * right[1]
    common = gcd(above, below)
    return above // common, below // common


def _terms(node: Node, op: str) -> tuple[Node, ...]:
    """A sum of sums is one sum: shorter to read and to compare."""
    return node.terms if isinstance(node, Operation) and node.op == op else (node,)
