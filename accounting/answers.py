"""What people said to remarks: each answer counts for the figures it was given to, and for no others."""

from collections.abc import Mapping
from typing import Any

from lexicon import canonical

from accounting.models import RemarkAnswer, ReportingPeriod


def digest_of(facts: Mapping[str, str]) -> str:
    """SHA-256 of a remark's facts, in hex: what an answer to it is about."""
    return canonical.digest({"facts": dict(facts)})


class Answers:
    """The answers of one period. A row without a digest is of a time that kept none: it answers its remark
    and stream whatever the figures."""

    def __init__(self, period: ReportingPeriod) -> None:
        self._rows = list(RemarkAnswer.objects.filter(period=period).order_by("answered_at", "id"))
        self._texts = {(row.remark, row.stream, row.facts_digest): row.text for row in self._rows}

    def to(self, remark: str, stream: str, facts: Mapping[str, str]) -> str:
        """What was said to a remark with these facts; empty for nothing."""
        exact = self._texts.get((remark, stream, digest_of(facts)))
        return exact or self._texts.get((remark, stream, ""), "")

    def before(self, remark: str, stream: str, facts: Mapping[str, str], standing: set[str]) -> str:
        """The last thing said to an unanswered remark when its figures were others; empty for nothing.

        standing: digests of all that is remarked now; what was said to another of them is no earlier word.
        """
        if self.to(remark, stream, facts):
            return ""
        texts = [
            row.text
            for row in self._rows
            if (row.remark, row.stream) == (remark, stream) and row.facts_digest not in standing
        ]
        return texts[-1] if texts else ""


def shown(period: ReportingPeriod) -> list[dict[str, Any]]:
    """The remarks of a period's last calculation, each with facts_digest, answer and answered_before."""
    answers = Answers(period)
    remarks = [(one, one.get("facts", {})) for one in (period.result or {}).get("remarks", [])]
    standing = {digest_of(facts) for _, facts in remarks}
    return [
        one
        | {
            "facts_digest": digest_of(facts),
            "answer": answers.to(one["name"], one["stream"], facts),
            "answered_before": answers.before(one["name"], one["stream"], facts, standing),
        }
        for one, facts in remarks
    ]
