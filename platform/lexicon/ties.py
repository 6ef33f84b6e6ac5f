"""Ties of a verification body with an enterprise that end its independence. Owns the words only.

Source: 碳排放权交易管理暂行条例 art. 13; 企业温室气体排放报告核查指南（试行）, independence of verifiers.
"""

from enum import StrEnum


class AuditorTie(StrEnum):
    """What a body declares: it compiled a report, advised, or shared assets or managers, in a year."""

    COMPILED = "compiled"
    ADVICE = "advice"
    ASSETS = "assets"
    MANAGERS = "managers"
