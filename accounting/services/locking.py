"""What a period was first submitted by: its rules and factors, known again by digest and not by name."""

import json
from functools import lru_cache

from lexicon import canonical

from accounting.domain.factors import factor_sets
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name, Remark
from accounting.domain.year import is_year
from accounting.models import Report, ReportingPeriod


def about_rules(period: ReportingPeriod) -> list[Remark]:
    """A period that was submitted before goes by the guideline and factor sets of then: where one of the same
    name says something else now, that is said, and somebody has to say why."""
    # A month has a copy of its streams from its first submission on; most have none and cost no query.
    if not period.streams and not is_year(period.period):
        return []
    first = Report.objects.filter(period=period).exclude(state="").order_by("version").first()
    if first is None:
        return []
    content = json.loads(first.content)
    guideline, differs = content["guideline"], list[str]()
    if guideline["id"] in guidelines() and guideline["hash"] != guideline_digest(guideline["id"]):
        differs.append(guideline["id"])
    for one in content["factor_sets"]:
        now = factor_sets().get(one["id"])
        # A guideline and the set of its own defaults may have one name.
        if now is not None and now.digest != one["digest"] and one["id"] not in differs:
            differs.append(one["id"])
    return [Remark(Name.rules_differ, "", {"rules": ", ".join(differs)})] if differs else []


@lru_cache(maxsize=32)
def guideline_digest(name: str) -> str:
    """Of a guideline's published trees, as reports and the ledger hold it."""
    return str(canonical.digest(guidelines()[name].published()))
