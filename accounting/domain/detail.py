"""A statement's lines as whoever gave the input reads them: formula with its numbers, factors, sources."""

from accounting.domain.exact import plain_text
from accounting.domain.registry import guidelines
from accounting.domain.statement import Line, Parameter, Statement
from accounting.domain.trees import Json, Named, Node, Operation, as_json, evaluate


def detail_json(statement: Statement) -> list[Json]:
    """Every line with activity, factors and their sources, tree and tonnes; none of a blocked statement."""
    return [_line(statement, line) for line in statement.lines]


def net_of(node: Node) -> Named | None:
    """The net of a balance inside a line's tree, also below the sign of a deduction; None without one."""
    if isinstance(node, Named) and node.name == "quantity":
        return node
    terms = node.terms if isinstance(node, Operation) else ()
    return next((found for term in terms if (found := net_of(term)) is not None), None)


def activity_text(line: Line) -> str:
    """The activity as given; of a balance its net, in the formula's unit."""
    given = line.stream.quantity
    if given.value is not None:
        return given.given
    net = net_of(line.tree)
    return plain_text(evaluate(net.node)) if net else ""


def activity_unit(line: Line) -> str:
    """The unit of `activity_text`: as given, or the formula's for a net."""
    given = line.stream.quantity
    return given.given_unit if given.value is not None else str(given.unit)


def parameter_json(value: Parameter) -> dict[str, str | bool]:
    """One factor of a line with where it comes from, and whether that was compared with the print."""
    return {
        "name": value.name,
        "value": value.given,
        "unit": value.given_unit,
        "source": value.source,
        "factor_set": value.factor_set,
        "clause": value.clause,
        "verified": value.verified,
    }


def _line(statement: Statement, line: Line) -> Json:
    guideline = guidelines()[statement.inputs.guideline] if statement.inputs else None
    kind = guideline.stream_type(kind=line.stream.kind, item=line.stream.item) if guideline else None
    label = kind.items[line.stream.item] if kind else None
    parameters: list[Json] = [{**parameter_json(value)} for value in line.parameters]
    return {
        "stream": line.stream.id,
        "kind": line.stream.kind,
        "item": line.stream.item,
        "item_zh": label.zh if label else "",
        "item_en": label.en if label else "",
        "subtotal": line.subtotal,
        "formula": line.formula,
        "clause": line.clause,
        "quantity": activity_text(line),
        "unit": activity_unit(line),
        "parameters": parameters,
        "tree": as_json(line.tree),
        "tco2e": line.tco2e,
    }
