"""What the items of a sample are called: the same on the auditor's page and in the verification report."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounting.domain.assembly import BALANCE
from accounting.domain.remarks import word_of
from accounting.models import VerificationCase
from accounting.services.freezing import loads
from accounting.services.verified_changes import results_of

SHORT = 16


def named(case: VerificationCase, items: Sequence[str]) -> list[dict[str, str]]:
    """Each item of an open case's sample with its Chinese and English name."""
    statement = loads(case.report.content)
    report = {"results": results_of(statement), "evidence": statement["evidence"]}
    return [{"item": one, **{to: name_of(one, report, to) for to in ("zh", "en")}} for one in items]


def streams_of(case: VerificationCase, items: Sequence[str]) -> dict[str, str]:
    """The line that each item is a part of, as the report names it; empty where it is none's."""
    statement = loads(case.report.content)
    return {item: stream_of(item, statement) for item in items}


def stream_of(item: str, statement: Mapping[str, Any]) -> str:
    """The line of a value, the first that a meter's day feeds, that of a document where it names one.

    In a year a day feeds its own month's line; a document is of no month.
    """
    kind, _, name = item.partition(":")
    lines = [line["stream"] for line in statement["lines"]]
    if kind == "value":
        return next((one for one in lines if name.startswith(f"{one}.")), "")
    if kind == "day":
        meter, _, day = name.partition(":")
        fed = [one for one in statement["lines"] if meter in one["meters"]]
        return next((one["stream"] for one in fed if one["period"] in ("", day[:7])), "")
    stream = next((one["stream"] for one in statement["evidence"] if one["sha256"] == name), "")
    return stream if stream in lines else ""


def name_of(item: str, report: Mapping[str, Any], language: str) -> str:
    """A meter's day, a stream's value, a document's title. report: its `results` and `evidence` are asked."""
    kind, _, name = item.partition(":")
    if kind == "evidence":
        title = next((one["title"] for one in report["evidence"] if one["sha256"] == name), "")
        return f"{title} {name[:SHORT]}".strip()
    if kind == "day":
        return name.replace(":", " ")
    # A year's streams have a point of their own, as have the fields of a balance.
    line = next((one for one in report["results"] if name.startswith(f"{one['stream']}.")), None)
    if line is None:
        return name
    value = name.removeprefix(f"{line['stream']}.").removeprefix(BALANCE)
    return f"{line[language] or line['stream']} · {word_of(value, language)}"
