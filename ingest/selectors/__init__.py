"""Reads of ingest; what accounting asks for is named here."""

from ingest.selectors.months import AnchorRef, MonthSum, anchors, covered, days, months

__all__ = ["AnchorRef", "MonthSum", "anchors", "covered", "days", "months"]
