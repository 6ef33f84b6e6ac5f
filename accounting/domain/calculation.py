"""The calculation: streams and factors to lines, subtotals, total and remarks. Pure, exact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from accounting.domain import combustion, purchased_energy
from accounting.domain.defaults import Defaults, without_default
from accounting.domain.exact import plain_text
from accounting.domain.registry import Form, Guideline, StreamType, guidelines
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Inputs, Line, Parameter, SourceStream, Statement
from accounting.domain.trees import Leaf, Named, Node, Operation, bind, evaluate, total_of


def calculate(inputs: Inputs, remarks: tuple[Remark, ...] = ()) -> Statement:
    """The statement of some inputs; remarks found while reading them go along.

    A blocking remark leaves a statement without lines and with total 0, `blocked` true.
    """
    work = _Work(guidelines()[inputs.guideline], inputs, Defaults(inputs), list(remarks))
    for stream in inputs.streams:
        for check in work.guideline.rules.checks:
            work.remarks += check(stream)
    for check_all in work.guideline.rules.together:
        work.remarks += check_all(inputs.streams)
    lines = tuple(line for stream in inputs.streams if (line := work.line(stream)) is not None)
    if any(remark.blocks for remark in work.remarks):
        return Statement(inputs, (), {}, Fraction(0), {}, tuple(work.remarks))
    subtotals = {
        name: sum((line.value for line in lines if line.subtotal == name), Fraction(0))
        for name in work.guideline.subtotals
    }
    total = sum((line.value for line in lines), Fraction(0))
    for check_lines in work.guideline.rules.afterwards:
        work.remarks += check_lines(lines)
    indicators = work.indicators(total)
    return Statement(inputs, lines, subtotals, total, indicators, tuple(work.remarks))


def total_tree(statement: Statement) -> Node:
    """The total as one tree: the sum of the lines' trees."""
    return total_of(tuple(line.tree for line in statement.lines))


@dataclass(slots=True)
class _Work:
    guideline: Guideline
    inputs: Inputs
    defaults: Defaults
    remarks: list[Remark] = field(default_factory=list)
    oxidations: dict[tuple[str, ...], Node | None] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    read: int = 0

    def line(self, stream: SourceStream) -> Line | None:
        """The line of one stream, or None for a stream without one or with something missing."""
        kind = self.kind_of(stream)
        if not kind.has_line:
            return None
        form = self.form(kind, stream)
        self.remarks += self.defaults.about_calorific_value(kind, stream)
        self.remarks += self.defaults.about_units(kind, stream)
        parameters, complete = self.parameters(kind, stream, form)
        quantity = self.quantity(kind, stream)
        values: dict[str, Node] = {"quantity": quantity} | {p.name: _leaf(p) for p in parameters}
        if stream.residues:
            shared = self.oxidation(stream)
            complete = complete and shared is not None
            values |= {"oxidation": shared} if shared is not None else {}
        if not complete or form.formula is None or self.blocked(stream):
            return None
        formula = self.guideline.rules.formulas[form.formula]
        tree = bind(formula.tree, values)
        return Line(
            stream=stream,
            subtotal=kind.subtotal,
            formula=form.formula,
            clause=formula.clause,
            tree=tree,
            value=evaluate(tree),
            parameters=parameters,
        )

    def blocked(self, stream: SourceStream) -> bool:
        """Whether something about the stream has no value, so that its formula must not be evaluated.

        Each remark is looked at once: with all of them for every stream the cost would grow by the square.
        """
        self.stopped |= {remark.stream for remark in self.remarks[self.read :] if remark.blocks}
        self.read = len(self.remarks)
        return stream.id in self.stopped

    def kind_of(self, stream: SourceStream) -> StreamType:
        found = self.guideline.stream_type(kind=stream.kind, item=stream.item)
        if found is None:
            raise ValueError(f"not a stream of {self.guideline.id}: {stream.kind}/{stream.item}")
        return found

    def form(self, kind: StreamType, stream: SourceStream) -> Form:
        """The first form whose parameters without a default are all given, else the last."""
        for form in kind.forms:
            needed = [name for name in form.parameters if not (name == "oxidation" and stream.residues)]
            without = without_default(self.defaults, kind, stream, needed)
            if all(name in stream.parameters for name in without):
                return form
        return kind.forms[-1]

    def parameters(
        self, kind: StreamType, stream: SourceStream, form: Form
    ) -> tuple[tuple[Parameter, ...], bool]:
        """The form's values, and whether all are there. Others that were given ride along for the report."""
        found: list[Parameter] = []
        complete = True
        for name in form.parameters:
            if name == "oxidation" and stream.residues:
                continue
            value, remarks = self.defaults.resolve(kind, stream, name)
            self.remarks += remarks
            if value is None:
                complete = False
                continue
            complete = self.fits(stream, value) and complete
            found.append(value)
        return tuple(found), complete

    def fits(self, stream: SourceStream, value: Parameter) -> bool:
        """Whether a value per tonne or per volume goes with the stream's quantity; says so if not."""
        if value.fits(stream.quantity.unit):
            return True
        facts = {"field": value.name, "given": value.given_unit, "quantity": stream.quantity.given_unit}
        self.remarks.append(Remark(Name.dimension_mismatch, stream.id, facts))
        return False

    def quantity(self, kind: StreamType, stream: SourceStream) -> Node:
        """The activity: a given value, or the net of a balance as a tree of its own."""
        given = stream.quantity
        if given.value is not None:
            return Leaf("input", "quantity", given.value, given.unit)
        fields = {name: Leaf("input", name, value, given.unit) for name, value in given.balance.items()}
        tree = bind(purchased_energy.net_of(kind.balance), fields)
        net = evaluate(tree)
        if net < 0 and not self.blocked(stream):
            facts = {"given": plain_text(net), "unit": given.unit}
            self.remarks.append(Remark(Name.negative_net, stream.id, facts))
        return Named("quantity", tree)

    def oxidation(self, stream: SourceStream) -> Node | None:
        """The oxidation shared by all fuels that name the same residues; None after saying why."""
        key = tuple(sorted(stream.residues))
        if key not in self.oxidations:
            self.oxidations[key] = self.shared_oxidation(stream, key)
        return self.oxidations[key]

    def shared_oxidation(self, stream: SourceStream, key: tuple[str, ...]) -> Node | None:
        by_id = {one.id: one for one in self.inputs.streams if one.kind == "residue"}
        unknown = [name for name in key if name not in by_id]
        if unknown or "oxidation" not in self.guideline.rules.definitions:
            self.remarks.append(Remark(Name.unknown_residue, stream.id, {"given": ", ".join(unknown or key)}))
            return None
        fuels = [one for one in self.inputs.streams if tuple(sorted(one.residues)) == key]
        carbon = [self.part(one, combustion.FUEL_CARBON) for one in fuels]
        slag = [self.part(by_id[name], combustion.SLAG_CARBON) for name in key if by_id[name].item == "slag"]
        ash = [
            self.part(by_id[name], combustion.FLY_ASH_CARBON) for name in key if by_id[name].item != "slag"
        ]
        parts = (*carbon, *slag, *ash)
        if any(part is None for part in parts):
            return None
        unburnt = Operation("sum", (total_of(_present(slag)), total_of(_present(ash))))
        tree = combustion.oxidation(unburnt, total_of(_present(carbon)))
        return self.in_range(stream, tree)

    def part(self, stream: SourceStream, template: Node) -> Node | None:
        """Carbon of one fuel or residue."""
        kind = self.kind_of(stream)
        values: dict[str, Node] = {"quantity": self.quantity(kind, stream)}
        names = ("carbon_content", "dust_efficiency") if stream.item == "fly_ash" else ("carbon_content",)
        for name in names:
            value, remarks = self.defaults.resolve(kind, stream, name)
            if value is None:
                self.remarks += remarks
                return None
            if not self.fits(stream, value):
                return None
            values[name] = _leaf(value)
        return bind(template, values)

    def in_range(self, stream: SourceStream, tree: Node) -> Node | None:
        try:
            value = evaluate(tree)
        except ZeroDivisionError:
            self.remarks.append(
                Remark(Name.not_positive, stream.id, {"field": "carbon_content", "given": "0"})
            )
            return None
        if not 0 <= value <= 1:
            facts = {"field": "oxidation", "given": f"{value.numerator}/{value.denominator}"}
            self.remarks.append(Remark(Name.fraction_out_of_range, stream.id, facts))
            return None
        return Named("oxidation", tree)

    def indicators(self, total: Fraction) -> Mapping[str, Fraction]:
        if self.guideline.rules.indicators is None:
            return {}
        found, remarks = self.guideline.rules.indicators(self.inputs.streams, total)
        self.remarks += remarks
        return found


def _leaf(value: Parameter) -> Leaf:
    return Leaf("factor" if value.source == "default" else "input", value.name, value.value, value.unit)


def _present(parts: list[Node | None]) -> tuple[Node, ...]:
    return tuple(part for part in parts if part is not None)
