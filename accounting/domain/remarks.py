"""Named remarks of a calculation: what is wrong or worth a look, with the facts that fill a sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lexicon.accounting_terms import BalanceField, Property

from accounting.domain.exact import grouped_text, unit_text
from accounting.domain.remark_names import Name
from accounting.domain.trees import Json

__all__ = ["Name", "Remark", "word_of"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark with the facts that fill its sentence. stream: id of the stream it is about, or empty."""

    name: Name
    stream: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return self.name.blocks

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        facts = {fact: _said(fact, value, language) for fact, value in self.facts.items()}
        if "basis" in facts:
            facts["basis"] = facts["basis"].format(**self.facts)
        said = str(self.name.value[1 if language == "zh" else 2]).format(**facts)
        return _BETWEEN_HANZI.sub("", said) if language == "zh" else said

    def as_json(self) -> dict[str, Json]:
        facts: dict[str, Json] = dict(self.facts)
        return {
            "name": self.name.name,
            "blocks": self.blocks,
            "needs_answer": self.name.needs_answer,
            "stream": self.stream,
            "facts": facts,
            "zh": self.text("zh"),
            "en": self.text("en"),
        }


# A sentence leaves room for a fact that may be Latin; between two Chinese characters print has none.
_BETWEEN_HANZI = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_WORDS: Mapping[str, tuple[str, str]] = {
    term.value: (term.zh, term.en) for kind in (BalanceField, Property) for term in kind
} | {
    "quantity": ("活动量", "the quantity"),
    "balance": ("收支平衡", "the balance"),
    "second": ("活动量的第二来源", "the second source of the quantity"),
    "history": ("按本厂 {months} 个月历史", "by {months} months of the plant's own"),
    "default": ("缺省值 ± 30 %", "the default ± 30 %"),
}
# Facts that are names of ours and have words of their own in each language.
_SPOKEN = frozenset({"field", "basis"})
_AMOUNTS = frozenset(
    {"added", "premium", "used", "other", "opening", "closing"}
    | {"kept", "fed", "caught", "formed", "deducted"}
)


def _said(fact: str, value: str, language: str) -> str:
    """A fact as a sentence has it: words of ours in the language, amounts and units as in print."""
    if fact in _SPOKEN:
        return word_of(value, language)
    if fact in _AMOUNTS:
        return grouped_text(value)
    return unit_text(value) if fact == "unit" else value


def word_of(field_name: str, language: str) -> str:
    """What people call a field; one that is no word of ours stays as it was written."""
    zh, en = _WORDS.get(field_name, (field_name, field_name))
    return zh if language == "zh" else en
