"""Expression trees of a report: evaluated with own arithmetic and compared with the published guideline.

Knows no sector and no factor. Numbers are pairs of whole numbers (numerator, denominator), so that a fault
in the platform's arithmetic cannot hide in the checker's.
"""

import re
from collections.abc import Mapping, Sequence
from math import gcd
from typing import TypeAlias, TypeGuard

Ratio: TypeAlias = tuple[int, int]

# A published formula is a few levels deep; what is deeper or longer is an attack on the checker.
DEPTH_MAX = 24
NODES_MAX = 20_000
_DECIMAL = re.compile(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?", re.ASCII)
_LISTS = (list, tuple)
_LEAVES = frozenset({"input", "factor"})
_OPERATIONS = frozenset({"sum", "product", "quotient", "minus"})


class BadTree(ValueError):
    """A tree that is not of the published shape or divides by zero; `reason` is a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def evaluate(tree: object) -> Ratio:
    """The exact value of a bound tree in lowest terms, denominator above 0. Raises BadTree."""
    return _evaluate(tree, _Budget(NODES_MAX), 0)


def rounded(value: Ratio, *, places: int) -> str:
    """A ratio as decimal text, HALF_UP (ties away from zero); zero has no sign."""
    numerator, denominator = value
    whole = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if numerator < 0 and whole else ""
    cut = len(digits) - places
    return f"{sign}{digits[:cut]}.{digits[cut:]}" if places else f"{sign}{digits}"


def add(left: Ratio, right: Ratio) -> Ratio:
    """The exact sum of two ratios."""
    return _lowest(left[0] * right[1] + right[0] * left[1], left[1] * right[1])


def follows(tree: object, *, formula: object, definitions: Mapping[str, object]) -> bool:
    """Whether a bound tree is the published formula with values in its names.

    definitions: name to the templates that may stand for it (net of a balance, oxidation from residues).
    """
    if not _is_object(formula) or not _is_object(tree):
        return False
    if formula["op"] == "name":
        return _fills(tree, str(formula.get("name")), definitions)
    if formula["op"] == "each":
        return _copies(tree, formula, definitions)
    if formula["op"] == "constant":
        return tree.get("op") == "constant" and tree.get("value") == formula.get("value")
    ours, theirs = _args(tree), _args(formula)
    if tree.get("op") != formula["op"] or len(ours) != len(theirs):
        return False
    return all(
        follows(one, formula=other, definitions=definitions) for one, other in zip(ours, theirs, strict=True)
    )


class _Budget:
    """Counts nodes down, so that a small file cannot keep a checker busy for ever."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes

    def spend(self, depth: int) -> None:
        self.nodes -= 1
        if self.nodes < 0 or depth > DEPTH_MAX:
            raise BadTree("too_large")


def _evaluate(tree: object, budget: _Budget, depth: int) -> Ratio:
    budget.spend(depth)
    if not _is_object(tree):
        raise BadTree("not_a_node")
    op = tree["op"]
    if op == "constant" or op in _LEAVES:
        return _decimal(tree.get("value"))
    values = [_evaluate(one, budget, depth + 1) for one in _args(tree)]
    if op == "named" and len(values) == 1:
        return values[0]
    if op not in _OPERATIONS:
        raise BadTree("unknown_operation")
    return _apply(str(op), values)


def _apply(op: str, values: list[Ratio]) -> Ratio:
    if op == "sum":
        total: Ratio = (0, 1)
        for value in values:
            total = add(total, value)
        return total
    if op == "product":
        result: Ratio = (1, 1)
        for numerator, denominator in values:
            result = _lowest(result[0] * numerator, result[1] * denominator)
        return result
    if op == "minus" and len(values) == 1:
        return -values[0][0], values[0][1]
    if len(values) != 2:
        raise BadTree("wrong_number_of_terms")
    left, right = values
    if op == "minus":
        return add(left, (-right[0], right[1]))
    if right[0] == 0:
        raise BadTree("division_by_zero")
    return _lowest(left[0] * right[1], left[1] * right[0])


def _fills(tree: Mapping[str, object], name: str, definitions: Mapping[str, object]) -> bool:
    if tree.get("name") != name:
        return False
    if tree["op"] in _LEAVES:
        return True
    args = _args(tree)
    templates = definitions.get(name)
    if tree["op"] != "named" or len(args) != 1 or not isinstance(templates, Sequence):
        return False
    return any(follows(args[0], formula=one, definitions=definitions) for one in templates)


def _copies(
    tree: Mapping[str, object], formula: Mapping[str, object], definitions: Mapping[str, object]
) -> bool:
    """A sum of copies of the template inside `each`; no copy at all is the constant 0."""
    if tree["op"] == "constant":
        return tree.get("value") == "0"
    (template,) = _args(formula)
    copies = _args(tree) if tree["op"] == "sum" else ()
    return bool(copies) and all(follows(one, formula=template, definitions=definitions) for one in copies)


def _is_object(node: object) -> TypeGuard[Mapping[str, object]]:
    # JSON's own type first: to ask the abstract one costs as much as the arithmetic of a node.
    return (type(node) is dict or isinstance(node, Mapping)) and isinstance(node.get("op"), str)


def _args(node: Mapping[str, object]) -> Sequence[object]:
    args = node.get("args", ())
    return args if isinstance(args, _LISTS) else ()


def _decimal(text: object) -> Ratio:
    found = _DECIMAL.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadTree("not_a_number")
    sign, whole, decimals = found.group(1), found.group(2), found.group(3) or ""
    numerator = int(whole + decimals)
    return _lowest(-numerator if sign else numerator, 10 ** len(decimals))


def _lowest(numerator: int, denominator: int) -> Ratio:
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    divisor = gcd(numerator, denominator)
    return numerator // divisor, denominator // divisor
