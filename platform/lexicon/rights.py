"""What each role may do in the application: the one table behind permissions, pages and docs/permissions.md.

The ledger enforces its own part again from the bound key; this table never widens what the ledger allows.
"""

from lexicon.terms import Role, Term

_ENTERPRISE = frozenset({Role.OPERATOR, Role.CARBON_MANAGER, Role.TRADER, Role.HEAD})
_AUDITOR = frozenset({Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER, Role.APPROVER})
_TRADERS = frozenset({Role.TRADER, Role.HEAD})
_KEEPERS = frozenset({Role.OPERATOR, Role.CARBON_MANAGER, Role.HEAD})
_OVERSEERS = frozenset({Role.REGULATOR, Role.ADMINISTRATOR})


class Right(Term):
    """An act of the application that only some roles may do."""

    SEE_ENTERPRISE = "see_enterprise", "查看本企业数据", "see the own enterprise's data"
    MANAGE_METERS = "manage_meters", "管理计量点", "manage meters"
    RELEASE_QUARANTINE = "release_quarantine", "处理隔离读数", "settle quarantined readings"
    KEEP_PERIODS = "keep_periods", "维护核算数据", "keep activity data and evidence"
    SUBMIT_STATEMENT = "submit_statement", "提交排放核算", "submit an emission statement"
    SEE_MARKET = "see_market", "查看行情", "see the market"
    TRADE = "trade", "挂牌与成交", "list and take"
    AGREE_BLOCKS = "agree_blocks", "签订大宗协议", "agree on blocks"
    REDEEM_COIN = "redeem_coin", "兑付碳币", "have coin paid out"
    CLOSE_AUCTIONS = "close_auctions", "结束竞价", "close auctions"
    SURRENDER = "surrender", "清缴配额", "surrender allowances"
    MANAGE_MEMBERS = "manage_members", "管理成员", "manage members"
    SEE_CASES = "see_cases", "查看核查案件", "see verification cases"
    LEAD_VERIFICATION = "lead_verification", "主持核查", "lead a verification"
    REVIEW_VERIFICATION = "review_verification", "技术评审", "review a verification"
    APPROVE_REPORT = "approve_report", "批准报告", "approve a report"
    OPEN_CASES = "open_cases", "分派核查", "open verification cases"
    KEEP_DRAWS = "keep_draws", "封存与揭晓抽签", "commit to and open draws of auditors"
    ENDORSE_ISSUE = "endorse_issue", "背书发行", "endorse an issue"
    PROPOSE_ISSUE = "propose_issue", "发起发行", "propose an issue"
    PROPOSE_FACTORS = "propose_factors", "拟定因子更新", "propose factor sets"
    SET_OBLIGATION = "set_obligation", "核定清缴义务", "set an obligation"
    CONFIRM_ACTIONS = "confirm_actions", "复核双人操作", "confirm acts of two persons"
    REVIEW_REGISTRATIONS = "review_registrations", "审核注册", "review registrations"
    OVERSEE = "oversee", "监管视图", "oversee all enterprises"
    LOOK_INTO_TENANT = "look_into_tenant", "调阅企业数据", "look into an enterprise, with a purpose"
    SEE_NETWORK = "see_network", "查看网络状态", "see the network"
    SEE_AUDIT = "see_audit", "查看操作日志", "see the audit log"


ROLES_OF_RIGHT: dict[Right, frozenset[Role]] = {
    Right.SEE_ENTERPRISE: _ENTERPRISE,
    Right.MANAGE_METERS: _KEEPERS,
    Right.RELEASE_QUARANTINE: _KEEPERS,
    Right.KEEP_PERIODS: _KEEPERS,
    Right.SUBMIT_STATEMENT: frozenset({Role.HEAD}),
    Right.SEE_MARKET: _ENTERPRISE | _OVERSEERS,
    Right.TRADE: _TRADERS,
    Right.AGREE_BLOCKS: frozenset({Role.HEAD}),
    Right.REDEEM_COIN: frozenset({Role.HEAD}),
    Right.CLOSE_AUCTIONS: _TRADERS | {Role.ADMINISTRATOR},
    Right.SURRENDER: _TRADERS,
    Right.MANAGE_MEMBERS: frozenset({Role.HEAD, Role.APPROVER}),
    Right.SEE_CASES: _AUDITOR | {Role.REGULATOR},
    Right.LEAD_VERIFICATION: frozenset({Role.LEAD_AUDITOR}),
    Right.REVIEW_VERIFICATION: frozenset({Role.TECHNICAL_REVIEWER}),
    Right.APPROVE_REPORT: frozenset({Role.APPROVER}),
    Right.OPEN_CASES: frozenset({Role.REGULATOR}),
    Right.KEEP_DRAWS: _OVERSEERS,
    Right.ENDORSE_ISSUE: frozenset({Role.REGULATOR}),
    Right.PROPOSE_ISSUE: frozenset({Role.ADMINISTRATOR}),
    Right.PROPOSE_FACTORS: frozenset({Role.ADMINISTRATOR}),
    Right.SET_OBLIGATION: frozenset({Role.REGULATOR}),
    Right.CONFIRM_ACTIONS: _OVERSEERS,
    Right.REVIEW_REGISTRATIONS: frozenset({Role.ADMINISTRATOR}),
    Right.OVERSEE: _OVERSEERS,
    Right.LOOK_INTO_TENANT: frozenset({Role.REGULATOR}),
    Right.SEE_NETWORK: _OVERSEERS,
    Right.SEE_AUDIT: frozenset({Role.HEAD, Role.APPROVER}) | _OVERSEERS,
}


def may(role: Role, right: Right) -> bool:
    """Whether `role` has `right`."""
    return role in ROLES_OF_RIGHT[right]
