"""Every term with its id, Chinese and English label and, where it has one, the source that defines it.

Owns the words of people, emissions, periods and the market. Refusals are in `refusals`, units in `units`.
"""

from enum import StrEnum


class Term(StrEnum):
    """A word of the field; the member is its id as text, with labels and source."""

    zh: str
    en: str
    source: str

    def __new__(cls, value: str, zh: str = "", en: str = "", source: str = "") -> "Term":
        """Member from id, Chinese label, English label and source clause."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        member.source = source
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(id, Chinese label) pairs, as a Django field takes them."""
        return [(member.value, member.zh) for member in cls]


class AccountKind(Term):
    """What an account on the ledger is."""

    ENTERPRISE = "enterprise", "重点排放单位", "enterprise", "Order 775 art. 2"
    AUDITOR = "auditor", "技术服务机构", "verification body", "Order 775 art. 13"
    REGULATOR = "regulator", "监管机构", "regulator", "Order 775 art. 5"
    ADMINISTRATOR = "administrator", "平台管理员", "administrator", "Order 775 art. 6"


class AccountState(Term):
    """Life of an account on the ledger."""

    REGISTERED = "registered", "已登记", "registered"
    ACTIVE = "active", "已激活", "active"
    SUSPENDED = "suspended", "已停用", "suspended"


class Msp(Term):
    """The three organisations of the ledger."""

    ENTERPRISE = "EnterpriseMSP", "企业组织", "enterprises' organisation"
    AUDITOR = "AuditorMSP", "审核组织", "auditors' organisation"
    REGULATOR = "RegulatorMSP", "监管组织", "regulator's organisation"


class Role(Term):
    """What a person may do."""

    OPERATOR = "operator", "仪表员", "operator"
    CARBON_MANAGER = "carbon_manager", "碳管理员", "carbon manager"
    TRADER = "trader", "交易员", "trader"
    HEAD = "head", "负责人", "head"
    LEAD_AUDITOR = "lead_auditor", "核查组长", "lead auditor", "CETS-VG-01.01-V02-2026"
    TECHNICAL_REVIEWER = "technical_reviewer", "技术评审人", "technical reviewer", "CETS-VG-01.01-V02-2026"
    APPROVER = "approver", "批准人", "approver", "CETS-VG-01.01-V02-2026"
    REGULATOR = "regulator", "监管员", "regulator"
    ADMINISTRATOR = "administrator", "管理员", "administrator"


class ServiceRole(Term):
    """What a program's certificate may do on the ledger."""

    RELAY = "relay", "转送", "relay"
    SERVICE = "service", "平台服务", "platform service"
    INGEST = "ingest", "采集锚定", "ingest anchoring"
    CLOCK = "clock", "交易时钟", "session clock"
    ADMINISTRATOR = "administrator", "初始化", "initialisation"


class KeyUse(Term):
    """What a bound key is for."""

    SIGN = "sign", "签名密钥", "signing key"
    RECOVER = "recover", "恢复密钥", "recovery key"
    DECRYPT = "decrypt", "解密密钥", "decryption key"


class RegistrationState(Term):
    """Life of an application for registration."""

    DRAFT = "draft", "草稿", "draft"
    SUBMITTED = "submitted", "待审核", "submitted"
    SUPPLEMENT = "supplement", "待补件", "supplement asked"
    APPROVED = "approved", "审核通过，办理中", "approved, being set up"
    ACTIVE = "active", "已开通", "active"
    REJECTED = "rejected", "已拒绝", "rejected"
    SUSPENDED = "suspended", "已停用", "suspended"


class Gas(Term):
    """Greenhouse gases of the guidelines."""

    CO2 = "co2", "二氧化碳", "carbon dioxide"
    CH4 = "ch4", "甲烷", "methane"
    N2O = "n2o", "氧化亚氮", "nitrous oxide"
    SF6 = "sf6", "六氟化硫", "sulphur hexafluoride"
    CF4 = "cf4", "四氟化碳", "tetrafluoromethane"
    C2F6 = "c2f6", "六氟乙烷", "hexafluoroethane"


class Sector(Term):
    """Sectors of the first ten guidelines."""

    POWER = "power", "发电", "power generation", "NDRC 2013 No. 2526"
    GRID = "grid", "电网", "power grid", "NDRC 2013 No. 2526"
    STEEL = "steel", "钢铁", "iron and steel", "NDRC 2013 No. 2526"
    CHEMICALS = "chemicals", "化工", "chemicals", "NDRC 2013 No. 2526"
    ALUMINIUM = "aluminium", "电解铝", "aluminium", "NDRC 2013 No. 2526"
    MAGNESIUM = "magnesium", "镁冶炼", "magnesium", "NDRC 2013 No. 2526"
    GLASS = "glass", "平板玻璃", "flat glass", "NDRC 2013 No. 2526"
    CEMENT = "cement", "水泥", "cement", "NDRC 2013 No. 2526"
    CERAMICS = "ceramics", "陶瓷", "ceramics", "NDRC 2013 No. 2526"
    AVIATION = "aviation", "民航", "civil aviation", "NDRC 2013 No. 2526"


class PeriodKind(Term):
    """A month's statement of a plant or a year's report of an entity."""

    MONTH = "month", "月度存证", "month"
    YEAR = "year", "年度报告", "year"


class PeriodState(Term):
    """Life of a reporting period."""

    COLLECTING = "collecting", "采集中", "collecting"
    READY = "ready", "待提交", "ready"
    SUBMITTED = "submitted", "已提交", "submitted"
    IN_VERIFICATION = "in_verification", "核查中", "in verification"
    RETURNED = "returned", "已退回", "returned"
    VERIFIED = "verified", "已核定", "verified"
    MINTED = "minted", "已铸造", "minted"
    SUPERSEDED = "superseded", "已被更正", "superseded"


class ReportState(Term):
    """State of a report on the ledger."""

    SUBMITTED = "submitted", "已提交", "submitted"
    IN_VERIFICATION = "in_verification", "核查中", "in verification"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"
    RETURNED = "returned", "已退回", "returned"
    MINTED = "minted", "已铸造", "minted"
    SUPERSEDED = "superseded", "已被更正", "superseded"


class VerificationStep(Term):
    """Mandatory steps of a verification, in their order."""

    INDEPENDENCE = "independence", "独立性声明", "independence declared"
    PLAN = "plan", "抽样计划", "sampling plan"
    SAMPLE = "sample", "抽样", "sample opened"
    RECOMPUTATION = "recomputation", "复算", "recomputation"
    SITE_VISIT = "site_visit", "现场核查", "site visit", "Order 775 art. 17"
    FINDINGS_CLOSED = "findings_closed", "意见关闭", "findings closed"
    TECHNICAL_REVIEW = "technical_review", "技术评审", "technical review"


class Grade(Term):
    """Quality of a datum."""

    A = "A", "实测并签名", "measured and signed"
    B = "B", "实测", "measured"
    C = "C", "替代", "substituted"
    D = "D", "录入", "typed"


class Origin(Term):
    """Where an input of a line comes from."""

    MEASURED = "measured", "实测", "measured"
    CALCULATED = "calculated", "计算", "calculated"
    SUPPLIER = "supplier", "供应商", "supplier"
    DEFAULT = "default", "缺省", "default"
    SUBSTITUTED = "substituted", "替代", "substituted"


class Medium(Term):
    """What a meter measures."""

    COAL = "coal", "煤", "coal"
    OIL = "oil", "油", "oil"
    GAS = "gas", "燃气", "gas"
    ELECTRICITY = "electricity", "电", "electricity"
    HEAT = "heat", "热", "heat"
    STEAM = "steam", "蒸汽", "steam"
    WATER = "water", "水", "water"
    LIMESTONE = "limestone", "石灰石", "limestone"
    RAW_MEAL = "raw_meal", "生料", "raw meal"
    CLINKER = "clinker", "熟料", "clinker"
    CEMENT = "cement", "水泥", "cement"
    OTHER = "other", "其他", "other"


class ReadingQuality(Term):
    """What the device says about its own reading."""

    GOOD = "good", "正常", "good"
    UNCERTAIN = "uncertain", "存疑", "uncertain"
    BAD = "bad", "无效", "bad"


class AlarmKind(Term):
    """What is wrong with a meter, or with what several meters have in common."""

    SILENT = "silent", "计量点静默", "meter silent"
    GATEWAY = "gateway", "网关中断", "gateway away"
    NETWORK = "network", "厂区网络中断", "plant's network away"
    STUCK = "stuck", "读数不变", "register stuck"
    JUMP = "jump", "读数突变", "consumption jumped"
    CLOCK = "clock", "时钟偏差", "clock off"
    FLOOD = "flood", "读数过密", "too many readings"
    BROKER = "broker", "消息队列已满", "message queue full"


class EvidenceKind(Term):
    """What a piece of evidence is."""

    INVOICE = "invoice", "发票", "invoice"
    STATEMENT_OF_SUPPLY = "statement_of_supply", "结算单", "statement of supply"
    LAB_REPORT = "lab_report", "检测报告", "laboratory report", "CETS-VG-01.01-V02-2026"
    CALIBRATION = "calibration", "检定证书", "calibration certificate"
    STOCK_TAKE = "stock_take", "盘库记录", "stock take"
    PRODUCTION_RECORD = "production_record", "生产台账", "production record"
    WEIGHBRIDGE = "weighbridge", "过磅单", "weighbridge slip"
    CONTRACT = "contract", "合同", "contract"
    PHOTO = "photo", "照片", "photograph"
    OTHER = "other", "其他", "other"


class RemarkLevel(Term):
    """How much a remark weighs."""

    INFORMATION = "information", "提示", "information"
    WARNING = "warning", "警告", "warning"
    BLOCKING = "blocking", "阻止提交", "blocks submission"


class FindingKind(Term):
    """Kinds of an auditor's finding."""

    ERROR = "error", "错误", "error"
    MISSING = "missing", "缺失", "missing"
    QUESTION = "question", "疑问", "question"


class ItemVerdict(Term):
    """What a verifier says of one item of a sample; all but a pass lead to a finding on it."""

    PASS = "pass", "合格", "pass"
    FAIL = "fail", "不合格", "fail"
    REMARK = "remark", "提意见", "remark"


class TokenKind(Term):
    """What can be issued."""

    COIN = "coin", "碳币", "carbon coin"
    ALLOWANCE = "allowance", "配额", "allowance"


class AllowanceUnit(Term):
    """Units of compliance."""

    CEA = "CEA", "全国碳排放配额", "national allowance", "Order 775 art. 9"
    CCER = "CCER", "核证自愿减排量", "certified emission reduction", "MEE order 19 art. 29"


class LotState(Term):
    """State of a range of allowances."""

    FREE = "free", "可用", "free"
    LISTED = "listed", "挂牌中", "listed"
    PENDING_SURRENDER = "pending_surrender", "清缴待复核", "pending surrender"
    PENDING_CANCELLATION = "pending_cancellation", "注销待复核", "pending cancellation"
    SURRENDERED = "surrendered", "已清缴", "surrendered"
    CANCELLED = "cancelled", "已注销", "cancelled"
    CARRIED_OVER = "carried_over", "已结转", "carried over"
    PROVINCE_HELD = "province_held", "省级持有", "held by the province"


class Side(Term):
    """Side of a listing."""

    SELL = "sell", "卖出", "sell"
    BUY = "buy", "买入", "buy"


class ListingState(Term):
    """State of a listing or of one of its clips."""

    OPEN = "open", "挂单中", "open"
    PARTLY_TAKEN = "partly_taken", "部分成交", "partly taken"
    TAKEN = "taken", "全部成交", "taken"
    CANCELLED = "cancelled", "已撤单", "cancelled"
    EXPIRED = "expired", "已过期", "expired"


class SessionPhase(Term):
    """Phase of the market."""

    CLOSED = "closed", "休市", "closed"
    OPEN = "open", "连续交易", "open"
    BLOCK = "block", "连续交易与大宗协议", "open, with block agreements"
    AUCTION = "auction", "单向竞价", "auction"
    SETTLED = "settled", "已结算", "settled"


class HoldKind(Term):
    """Why allowances cannot be used by their owner."""

    COURT = "court", "司法冻结", "held by a court"
    REGULATOR = "regulator", "监管冻结", "held by the regulator"
    PROVINCE = "province", "省级持有", "held by the province"


class TradeKind(Term):
    """How two sides met."""

    LISTED = "listed", "挂牌协议", "listed"
    BLOCK = "block", "大宗协议", "block agreement"
    AUCTION = "auction", "单向竞价", "auction"


class BlockState(Term):
    """State of a block agreement."""

    PROPOSED = "proposed", "待对方确认", "proposed"
    ACCEPTED = "accepted", "已成交", "accepted"
    DECLINED = "declined", "已拒绝或撤回", "declined or taken back"


class AuctionState(Term):
    """State of an auction."""

    OPEN = "open", "进行中", "open"
    CLOSED = "closed", "已结束", "closed"


class BidState(Term):
    """State of a bid."""

    SEALED = "sealed", "已密封", "sealed"
    REVEALED = "revealed", "已开标", "revealed"
    WON = "won", "已中标", "won"
    LOST = "lost", "未中标", "lost"


class CancellationState(Term):
    """State of a voluntary cancellation."""

    PENDING = "pending", "待复核", "pending"
    DONE = "done", "已注销", "cancelled for good"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class ActionState(Term):
    """State of an act of two persons."""

    PROPOSED = "proposed", "待复核", "proposed"
    CONFIRMED = "confirmed", "延时中", "confirmed, waiting"
    EXECUTED = "executed", "已生效", "executed"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"
    EXPIRED = "expired", "已过期", "expired"


class IssueState(Term):
    """State of an issue of coin or allowances."""

    PROPOSED = "proposed", "待背书", "proposed"
    ISSUED = "issued", "已发行", "issued"


class ObligationState(Term):
    """State of a year's obligation."""

    OPEN = "open", "待清缴", "open"
    MET = "met", "已足额清缴", "met"


class SurrenderState(Term):
    """State of a surrender."""

    PENDING = "pending", "待复核", "pending"
    CONFIRMED = "confirmed", "已清缴", "confirmed"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


class OutboxState(Term):
    """Where an intent stands on its way to the ledger."""

    WAITING = "waiting", "待上链", "waiting"
    SENT = "sent", "已排序", "sent"
    COMMITTED = "committed", "已上链", "committed"
    REFUSED = "refused", "链上拒绝", "refused"
    EXPIRED = "expired", "已过期", "expired"


class Trouble(Term):
    """Why an intent has not reached the ledger, or has not come back from it."""

    NOT_CARRIED = "not_carried", "上链服务尚未处理", "the relay has not taken it"
    BEHIND = "behind", "等待同一事项的前一笔", "an earlier intent of the same matter comes first"
    UNREACHABLE = "unreachable", "账本连接不上或背书不足", "too few organisations' peers answer"
    DISAGREEMENT = "disagreement", "各组织的背书结果不一致", "the organisations' answers differ"
    CONFLICTS = "conflicts", "与同时的交易反复冲突", "it keeps conflicting with other transactions"
    ORDERER_SILENT = "orderer_silent", "排序节点没有答复", "the orderer does not answer"
    ORDERER_REFUSED = (
        "orderer_refused",
        "排序节点拒收，将重新背书",
        "the orderer refused it; it is endorsed anew",
    )
    NOT_READ = "not_read", "已发往账本，尚未读回", "sent to the ledger, not read back yet"
    FAULT = "fault", "处理时发生内部故障", "an internal fault"
    EXPIRED = "expired", "签名已过有效期，未上链", "the signature ran out before it reached the ledger"


class Remedy(Term):
    """What to do about an intent that is stuck."""

    WAIT = "wait", "无需处理，前一笔完成后自动继续。", "Nothing: it goes on when the earlier one is done."
    RETRY = "retry", "系统会自动重试，也可立即重试。", "It is tried again by itself; or try it now."
    START_RELAY = (
        "start_relay",
        "请运维确认上链服务在运行（tanheng status），再立即重试。",
        "Have the relay checked (tanheng status), then try it now.",
    )
    START_FOLLOWER = (
        "start_follower",
        "请运维确认读取服务在运行（tanheng status）；不会重复上链。",
        "Have the follower checked (tanheng status); it cannot take effect twice.",
    )
    SIGN_AGAIN = "sign_again", "请回到原页面重新签名提交。", "Go back to its page and sign it again."


# The kinds of account each role belongs to: a role outside its kind is refused at activation.
ROLES_OF_KIND: dict[AccountKind, tuple[Role, ...]] = {
    AccountKind.ENTERPRISE: (Role.OPERATOR, Role.CARBON_MANAGER, Role.TRADER, Role.HEAD),
    AccountKind.AUDITOR: (Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER, Role.APPROVER),
    AccountKind.REGULATOR: (Role.REGULATOR,),
    AccountKind.ADMINISTRATOR: (Role.ADMINISTRATOR,),
}

# Administrator and regulator share one organisation of the ledger.
MSP_OF_KIND: dict[AccountKind, Msp] = {
    AccountKind.ENTERPRISE: Msp.ENTERPRISE,
    AccountKind.AUDITOR: Msp.AUDITOR,
    AccountKind.REGULATOR: Msp.REGULATOR,
    AccountKind.ADMINISTRATOR: Msp.REGULATOR,
}

# The two accounts that exist from block 1 on.
ADMINISTRATOR_ACCOUNT = "administrator"
REGULATOR_ACCOUNT = "regulator"
