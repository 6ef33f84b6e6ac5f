"""A report's JSON opened by anyone: digest, figures by their own trees, commitment. Knows no sector."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from lexicon import canonical, commitment
from lexicon.factor_lines import number_of

from proof import merkle, trees

SCHEMA = "tanheng-report/1"
# A plant's year with daily trees stays below this; more is an attack on the reader.
SIZE_MAX = 8 * 1024 * 1024
PLACES = 6
GRAMS_PER_TONNE = 1_000_000


class NotAReport(ValueError):
    """Bytes that are no report of ours; `reason` is a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; detail names the first figure that does not hold."""

    name: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A report: SHA-256 of its bytes (what is minted), its content, and how its figures fit together."""

    digest: str
    content: Mapping[str, object]
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)


def open_report(received: bytes, *, published: Mapping[str, object] | None = None) -> Opened:
    """The report in some bytes with every check. published: the guideline's trees, to compare formulas with.

    Raises NotAReport for bytes that are not the canonical JSON of a report.
    """
    content = _content(received)
    checks = [_lines(content), _subtotals(content), _total(content), _commitment(content)]
    checks += _published_sets(content)
    if published is not None:
        checks += [_guideline(content, published), _formulas(content, published)]
    return Opened(sha256(received).hexdigest(), content, tuple(checks))


def _content(received: bytes) -> Mapping[str, object]:
    if len(received) > SIZE_MAX:
        raise NotAReport("too_large")
    try:
        value = json.loads(received.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        same = canonical.encode(value) == received
    except (ValueError, RecursionError) as error:
        raise NotAReport("not_json") from error
    if not same:
        raise NotAReport("not_canonical")
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise NotAReport("not_a_report")
    return value


def _lines(content: Mapping[str, object]) -> Check:
    """Each line's tree gives the line's figures."""
    for line in _objects(content.get("lines")):
        try:
            value = trees.evaluate(line.get("tree"))
        except trees.BadTree as error:
            return Check("lines", holds=False, detail=f"{line.get('stream')}: {error.reason}")
        if (line.get("tco2e"), line.get("grams")) != (trees.rounded(value, places=PLACES), _grams(value)):
            return Check("lines", holds=False, detail=str(line.get("stream")))
    return Check("lines", holds=True)


def _subtotals(content: Mapping[str, object]) -> Check:
    for row in _objects(content.get("subtotals")):
        lines = [one for one in _objects(content.get("lines")) if one.get("subtotal") == row.get("name")]
        if row.get("tco2e") != trees.rounded(_sum(lines), places=PLACES):
            return Check("subtotals", holds=False, detail=str(row.get("name")))
    return Check("subtotals", holds=True)


def _total(content: Mapping[str, object]) -> Check:
    total = content.get("total")
    value = _sum(_objects(content.get("lines")))
    expected = {
        "grams": _grams(value),
        "tco2e": trees.rounded(value, places=PLACES),
        "cover_t": trees.rounded((int(_grams(value)), GRAMS_PER_TONNE), places=0),
    }
    return Check("total", holds=total == expected)


def _commitment(content: Mapping[str, object]) -> Check:
    """Figures and salts lead to the root, the figures are the report's own, and the total is the first."""
    given = content.get("commitment")
    if not isinstance(given, Mapping):
        return Check("commitment", holds=False, detail="missing")
    figures = _objects(given.get("figures"))
    try:
        leaves = [
            commitment.leaf_hash(
                salt=bytes.fromhex(str(one.get("salt"))),
                name=str(one.get("name")),
                value=int(str(one.get("value"))),
            )
            for one in figures
        ]
    except ValueError:
        return Check("commitment", holds=False, detail="figures")
    said = [(one.get("name"), one.get("value")) for one in figures]
    if said != _figures(content):
        return Check("commitment", holds=False, detail="figures")
    return Check("commitment", holds=merkle.root(leaves).hex() == given.get("root"), detail="root")


def _published_sets(content: Mapping[str, object]) -> list[Check]:
    """Each factor set that was published later is carried, with the digest that the report names for it.

    A report that goes by the programs' own sets alone has no such check.
    """
    named = {str(one.get("id")): one.get("digest") for one in _objects(content.get("factor_sets"))}
    wanted = {digest: name for name, digest in named.items() if number_of(name) > 1}
    carried = content.get("published_sets")
    texts = [one for one in carried if isinstance(one, str)] if isinstance(carried, list) else []
    found = {sha256(text.encode()).hexdigest() for text in texts}
    if not wanted and not texts:
        return []
    missing = [name for digest, name in wanted.items() if digest not in found]
    holds = not missing and found <= set(wanted)
    return [Check("factor_sets", holds=holds, detail="" if holds else ", ".join(missing) or "published_sets")]


def _figures(content: Mapping[str, object]) -> list[tuple[object, object]]:
    """Names and grams the commitment must be over: total, subtotals, lines."""
    lines = _objects(content.get("lines"))
    subtotals = [
        (
            f"subtotal:{row.get('name')}",
            _grams(_sum([one for one in lines if one.get("subtotal") == row.get("name")])),
        )
        for row in _objects(content.get("subtotals"))
    ]
    return [
        (commitment.TOTAL, _grams(_sum(lines))),
        *subtotals,
        *[(f"line:{one.get('stream')}", one.get("grams")) for one in lines],
    ]


def _guideline(content: Mapping[str, object], published: Mapping[str, object]) -> Check:
    named = content.get("guideline")
    digest = named.get("hash") if isinstance(named, Mapping) else None
    return Check("guideline", holds=digest == canonical.digest(published))


def _formulas(content: Mapping[str, object], published: Mapping[str, object]) -> Check:
    """Each line's tree is the published formula that the line names."""
    formulas, definitions = published.get("formulas"), published.get("definitions")
    if not isinstance(formulas, Mapping) or not isinstance(definitions, Mapping):
        return Check("formulas", holds=False, detail="published")
    for line in _objects(content.get("lines")):
        formula = formulas.get(line.get("formula"))
        if not trees.follows(line.get("tree"), formula=formula, definitions=definitions):
            return Check("formulas", holds=False, detail=str(line.get("stream")))
    return Check("formulas", holds=True)


def _sum(lines: Sequence[Mapping[str, object]]) -> trees.Ratio:
    """The exact sum of lines by their trees; a bad tree counts as nothing (`_lines` names it)."""
    total: trees.Ratio = (0, 1)
    for line in lines:
        try:
            total = trees.add(total, trees.evaluate(line.get("tree")))
        except trees.BadTree:
            continue
    return total


def _grams(value: trees.Ratio) -> str:
    return trees.rounded((value[0] * GRAMS_PER_TONNE, value[1]), places=0)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _refuse(_: str) -> object:
    raise ValueError("a number that is not whole")
