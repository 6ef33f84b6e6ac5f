"""What may be said of a document against what it must show: a name, facts, and both places. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

# Both languages of a text.
Words = tuple[str, str]


class Says(Enum):
    """value: (Chinese, English), filled by facts; those of `_zh` and `_en` are of one language."""

    not_read = (
        "文件里没有机器能读的文字（扫描件、照片或受损文件），未作识别：请人工核对",
        "There is no text that a machine can read (a scan, a photograph, a damaged file), "
        "and none was guessed: check it by eye",
    )
    field_missing = (
        "{kind_zh}应写明“{field_zh}”，文件中没有读到",
        "A document of this kind ({kind_en}) must show “{field_en}”; none was read",
    )
    unit_missing = (
        "“{label}” {found} 没有单位，不能与核算采用的 {stated} 比较",
        "“{label}” {found} has no unit and cannot be compared with the {stated} of the statement",
    )
    unit_differs = (
        "“{label}” {found} 的单位 {unit} 不能换算为核算采用的 {wanted}",
        "The unit {unit} of “{label}” {found} cannot be turned into the {wanted} of the statement",
    )
    quantity_differs = (
        "文件合计 {found}，核算采用 {stated}，相差 {percent} %（容差 {tolerance} %）",
        "The documents add up to {found}, the statement has {stated}: {percent} % apart "
        "(tolerance {tolerance} %)",
    )
    quantity_exceeds = (
        "文件合计 {found}，多于核算采用的 {stated} {percent} %（容差 {tolerance} %）",
        "The documents add up to {found}, {percent} % more than the {stated} of the statement "
        "(tolerance {tolerance} %)",
    )
    rows_differ = (
        "“{label}” {found} 与按各行示数和倍率算得的 {expected} 不同",
        "“{label}” {found} is not the {expected} that the rows' readings and multipliers give",
    )
    stock_differs = (
        "“{label}” {found}，核算填报 {stated}",
        "“{label}” is {found}, the statement has {stated}",
    )
    value_differs = (
        "“{label}” {found}，核算采用 {stated}",
        "“{label}” is {found}, the statement uses {stated}",
    )
    value_absent = (
        "核算采用 {stated}，文件中没有这个数值",
        "The statement uses {stated}, which does not stand in the document",
    )
    day_outside = (
        "“{label}” {day} 不在核算期 {first} 至 {last} 内",
        "“{label}” {day} is not within the period, {first} to {last}",
    )
    span_outside = (
        "文件所跨 {opened} 至 {closed} 有 {days} 天在核算期 {first} 至 {last} 之外",
        "{days} days of the document's span, {opened} to {closed}, lie outside of the period, "
        "{first} to {last}",
    )
    tested_late = (
        "“{label}” {day} 在采样（{sampled}）{days} 天之后，超过 {limit} 天",
        "“{label}” {day} is {days} days after sampling ({sampled}), more than {limit}",
    )
    party_differs = (
        "“{label}”为“{found}”，不是本企业（{name}）",
        "“{label}” is “{found}”, not this enterprise ({name})",
    )
    supplier_differs = (
        "销售方“{found}”不在本期合同的供方之列（{known}）",
        "The seller “{found}” is none of the suppliers in the contracts on file ({known})",
    )
    contract_ended = (
        "合同有效期 {opened} 至 {closed}，不覆盖核算期 {first} 至 {last}",
        "The contract holds from {opened} to {closed}, which does not cover the period, {first} to {last}",
    )
    meter_unknown = (
        "“{label}” {found} 不是本项绑定的计量点，也不在检定台账中（已知：{known}）",
        "“{label}” {found} is no meter bound to the line, nor a number in the calibration register "
        "(known: {known})",
    )
    certificate_unregistered = (
        "证书 {found} 未登记在检定台账中，核算没有采用它",
        "Certificate {found} is not in the calibration register; the statement does not use it",
    )
    certificate_off = (
        "证书有效期 {opened} 至 {closed}，不覆盖核算期 {first} 至 {last}",
        "The certificate holds from {opened} to {closed}, which does not cover the period, {first} to {last}",
    )
    register_differs = (
        "“{label}” {found}，检定台账登记为 {stated}",
        "“{label}” is {found}, the calibration register has {stated}",
    )
    accreditation_absent = (
        "文件中没有 CMA 或 CNAS 编号，填报的是 {stated}",
        "The document shows no CMA or CNAS number; {stated} was stated",
    )
    accreditation_differs = (
        "文件中的资质编号 {found} 与填报的 {stated} 不同",
        "The document's accreditation number {found} is not the stated {stated}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRemark:
    """One remark on a document. at: where in the document; against: what it was compared with; as words."""

    says: Says
    facts: Mapping[str, str] = field(default_factory=dict)
    at: Words
    against: Words

    def words(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        return str(self.says.value[0 if language == "zh" else 1]).format(**self.facts)

    def as_json(self) -> dict[str, object]:
        """As routes give it: the sentence and both places in both languages."""
        return {
            "remark": self.says.name,
            "words": {"zh": self.words("zh"), "en": self.words("en")},
            "at": {"zh": self.at[0], "en": self.at[1]},
            "against": {"zh": self.against[0], "en": self.against[1]},
        }
