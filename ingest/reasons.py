"""Why a reading was not stored: the names, whether a person may release it, and what people are told."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Named reasons in order of precedence: the first that applies is the answer."""

    UNKNOWN_TOPIC = "unknown_topic"
    UNKNOWN_TENANT = "unknown_tenant"
    UNKNOWN_METER = "unknown_meter"
    METER_NOT_OF_GATEWAY = "meter_not_of_gateway"
    TORN_JSON = "torn_json"
    MALFORMED = "malformed"
    EVENT_UNDECLARED = "event_undeclared"
    WRONG_METER_IN_BODY = "wrong_meter_in_body"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    NEGATIVE = "negative"
    UNKNOWN_UNIT = "unknown_unit"
    UNIT_MISMATCH = "unit_mismatch"
    FINER_THAN_LEAST_COUNT = "finer_than_least_count"
    OVER_REGISTER = "over_register"
    FUTURE = "future"
    TOO_OLD = "too_old"
    BEFORE_INSTALLATION = "before_installation"
    FORK = "fork"
    TIME_TAKEN = "time_taken"


REFUSED = frozenset({Reason.TOO_OLD, Reason.BEFORE_INSTALLATION})
"""Refused for good: no later fact can make such a reading countable, so nobody is asked to release it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Three of the four parts of a message, in Chinese and English; the case number is the row's."""

    what: tuple[str, str]
    meaning: tuple[str, str]
    action: tuple[str, str]


_KEPT = ("读数未计入，原文已隔离保存。", "The reading is not counted; its text is kept in quarantine.")
_FINAL = ("读数被拒收，不会计入任何期间。", "The reading is refused and counts in no period.")
_DEVICE = ("请在网关上更正后重发。", "Correct it on the gateway and send again.")
_PROVISION = (
    "请核对接入页给出的主题与凭证。",
    "Compare topic and credentials with those of the provisioning page.",
)
_KEY = (
    "请核对网关密钥；密钥已更换时先在接入页登记。",
    "Check the gateway's key; register a new key on the provisioning page first.",
)

TOLD: dict[Reason, Told] = {
    Reason.UNKNOWN_TOPIC: Told(
        ("主题不符合格式。", "The topic does not follow the grammar."), _KEPT, _PROVISION
    ),
    Reason.UNKNOWN_TENANT: Told(("没有这家企业。", "There is no such enterprise."), _KEPT, _PROVISION),
    Reason.UNKNOWN_METER: Told(("没有登记这块计量表。", "No such meter is registered."), _KEPT, _PROVISION),
    Reason.METER_NOT_OF_GATEWAY: Told(
        ("这块计量表不属于发送的网关。", "The meter does not belong to the gateway that sent it."),
        _KEPT,
        _PROVISION,
    ),
    Reason.TORN_JSON: Told(("JSON 残缺，无法读出。", "The JSON is torn and cannot be read."), _KEPT, _DEVICE),
    Reason.MALFORMED: Told(
        ("报文缺少字段或字段类型不对。", "A field is missing or of the wrong type."), _KEPT, _DEVICE
    ),
    Reason.EVENT_UNDECLARED: Told(
        ("设备报告了换表或清零。", "The device reports that its meter was replaced or reset."),
        ("换表与清零改变计量结果，须由人声明。", "It changes what counts, so a person has to declare it."),
        ("请在计量点页面声明换表或清零。", "Declare it on the meter's page."),
    ),
    Reason.WRONG_METER_IN_BODY: Told(
        ("签名报文写的计量表与主题不同。", "The signed body names another meter than the topic."),
        _KEPT,
        _DEVICE,
    ),
    Reason.UNKNOWN_KEY: Told(
        ("签名密钥未登记或已停用。", "The signing key is not registered or was revoked."), _KEPT, _KEY
    ),
    Reason.BAD_SIGNATURE: Told(
        ("签名与报文不符。", "The signature does not fit the body."),
        ("报文可能在途中被改动，未计入。", "The body may have been altered on its way; it is not counted."),
        _KEY,
    ),
    Reason.NOT_A_NUMBER: Told(("读数不是数字。", "The value is not a number."), _KEPT, _DEVICE),
    Reason.NOT_FINITE: Told(("读数为 NaN 或无穷。", "The value is NaN or infinite."), _KEPT, _DEVICE),
    Reason.NEGATIVE: Told(("累计寄存器读数为负。", "A register's reading is negative."), _KEPT, _DEVICE),
    Reason.UNKNOWN_UNIT: Told(("不认识这个单位。", "The unit is not known."), _KEPT, _DEVICE),
    Reason.UNIT_MISMATCH: Told(
        ("单位与登记的不同。", "The unit differs from the registered one."),
        _KEPT,
        ("请改用累计寄存器的单位，或更新登记。", "Send the register's own unit, or update the registration."),
    ),
    Reason.FINER_THAN_LEAST_COUNT: Told(
        ("读数比最小分度更细。", "The value is finer than the meter's least count."),
        _KEPT,
        ("分度改变属于换表，请登记新的安装。", "A new least count is a new installation: register it."),
    ),
    Reason.OVER_REGISTER: Told(
        ("读数超出寄存器位数。", "The value is larger than the register can show."), _KEPT, _DEVICE
    ),
    Reason.FUTURE: Told(
        ("仪表时钟快了五分钟以上。", "The meter's clock is more than five minutes ahead."),
        (
            "读数已隔离，校时后由人放行。",
            "The reading is held until the clock is right and a person releases it.",
        ),
        ("请校准网关时钟。", "Set the gateway's clock."),
    ),
    Reason.TOO_OLD: Told(
        ("读数早于四百天。", "The reading is older than four hundred days."),
        _FINAL,
        ("请改用手工录入并附证据。", "Enter it by hand with evidence instead."),
    ),
    Reason.BEFORE_INSTALLATION: Told(
        ("读数早于计量表的启用日期。", "The reading is older than the meter's installation."),
        _FINAL,
        ("请核对启用日期。", "Check the installation's date."),
    ),
    Reason.FORK: Told(
        ("同一序号收到两个不同读数。", "Two different readings came under one sequence number."),
        (
            "先到的计入，后到的留作证据并告知审核员。",
            "The first counts; the second is kept as evidence for the auditor.",
        ),
        ("请查明网关是否被改动或复制。", "Find out whether the gateway was altered or cloned."),
    ),
    Reason.TIME_TAKEN: Told(
        ("同一时刻已有另一序号的读数。", "Another reading already stands at this very instant."),
        _KEPT,
        _DEVICE,
    ),
}
