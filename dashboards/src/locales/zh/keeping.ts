import { factorSets } from "./factorSets";
import { leaving } from "./leaving";

/** Texts of coin outputs, trust, lost keys and parameters: they come with their pages (withTexts in i18n.ts). */
export const keeping = {
  ...leaving,
  ...factorSets,
  coins: {
    outputs: "碳币明细", outputsNote: "碳币由一笔笔“输出”组成，每笔同一时刻只能用于一个委托", none: "还没有碳币", output: "输出", amount: "金额", from: "来源", free: "可用", locked: "锁定", count: "笔数", parts: "各部分", into: "份数", choose: "勾选一笔可拆分，勾选多笔可合并",
    merge: "合并", split: "拆分", mergeTitle: "合并碳币", mergeStatement: "我将所选的各笔碳币合并为一笔，总额不变。", splitTitle: "拆分碳币", splitStatement: "我将这笔碳币拆分为下列各部分，总额不变。",
    redeem: "兑付", redeemNote: "碳币注销，由平台管理方向所填账户付款", payout: "收款指示", payoutHint: "开户行、户名、账号；链上只存摘要，平台管理方可见原文", redeemTitle: "兑付碳币", redeemStatement: "我将以下金额的碳币注销并要求付款到所填账户。碳币注销后不能恢复。", faultAmount: "请输入金额，最多两位小数", faultFree: "超过可用碳币 {{n}}", faultPayout: "请填写收款指示",
    redemptions: "兑付记录", redemptionsNone: "还没有兑付", payNote: "碳币已注销，请按收款指示付款",
    lots: "可合并的配额批次", lotsNote: "同一次发行、序列号相连的可用批次", lotsTitle: "合并配额批次", lotsStatement: "我将以下相连的批次合并为一个批次，序列号与数量不变；其中最晚可卖的批次决定合并后何时可卖。",
  },
  entity: {
    title: "企业基本情况", note: "排放报告第一章按模板要求的内容；签署时随报告固定，之后的修改只进入以后的报告。名称与统一社会信用代码来自注册资料。", enterprise: "企业", save: "保存", saved: "已保存", asked: "尚未填写", readOnly: "由碳管理员、厂区仪表员或负责人填写。",
  },
  equipment: {
    title: "设备与负责部门", note: "排放报告的设备表和数据质量控制计划按模板要求的内容；没有填写的，报告写“未填写”。签署、备案时固定，之后的修改只进入以后的报告和计划。", noStreams: "核算模型还没有排放源，保存模型后在此填写各排放源的设备。", plant: "厂区：{{name}}", stream: "排放源：{{name}}", meter: "计量点：{{name}}（{{slug}}）", given: "已填 {{n}}/{{all}}",
  },
  trust: {
    card: "可信对手", limit: "与非可信对手的大宗协议每笔不超过 {{n}} 吨", noLimit: "目前对非可信对手没有数量上限", none: "没有其他企业", state: "信任", since: "生效时间", trusted: "可信", untrusted: "未列入", begin: "列为可信", end: "移出",
    title: "将 {{name}} 列为可信对手", statement: "我提出将该企业列为可信对手：生效后与其大宗协议不受本单位数量上限限制。须由本单位另一名交易员或负责人复核。", delay: "复核后等待", hours: "{{n}} 小时，期间本单位任何人可撤回", atOnce: "无需等待，复核后即生效", endTitle: "将 {{name}} 移出可信对手", endStatement: "我将该企业移出可信对手名单，立即生效；此前已发起的协议仍可被对方接受，也可撤回。",
  },
  recovery: {
    title: "设备与恢复码都丢失", note: "由他人为您换绑新密钥", text: "在本浏览器生成新密钥和新的恢复码，再请本单位两位同事（立即生效），或管理员与监管机构（复核后 72 小时）绑定。您现有的全部密钥将同时停用。", make: "生成新密钥", reason: "原因", reasonHint: "例如：手机遗失，打印的恢复码损毁", send: "提交申请", asked: "申请时间", take: "撤回申请",
    waits: "请保留本浏览器的数据：新密钥只在这里和新的恢复码中。", states: { asked: "等待他人发起", proposed: "等待第二人复核", confirmed: "等待期内", executed: "已换绑" },
    list: "申请更换密钥", listNote: "请先当面或电话核实本人", help: "发起换绑", helpTitle: "为 {{name}} 换绑密钥", helpStatement: "我已核实本人身份，提出为其绑定她申请的新密钥并停用全部旧密钥。", colleagueStatement: "我已核实这位同事的身份，提出为其绑定她申请的新密钥并停用全部旧密钥，由本单位第三人复核后立即生效。", thirdColleague: "须由本单位另一位同事复核，复核后立即生效。",
  },
  compilations: {
    card: "独立性：关系声明", note: "本机构为企业编制过报告、提供过咨询，或与其共有资产、共用管理人员的，不得核查该企业（条例第十三条；核查指南）", title: "声明关系", tie: "关系", ties: { compiled: "编制报告", advice: "提供咨询", assets: "共有资产", managers: "共用管理人员" }, tieStatement: "我声明本机构与该企业在该年度存在这项关系。此后抽签不再抽中本机构核查它的该年度及随后三年。", statement: "我声明本机构为该企业编制过该年度的报告。此后抽签不再抽中本机构核查它的该年度及随后两年。", year: "年度", declare: "声明", none: "没有关系声明", fault: "请输入年份",
  },
  meterKey: {
    card: "网关签名密钥", inForce: "有效", ended: "已撤销", end: "撤销密钥", title: "撤销网关密钥", statement: "我撤销这个网关的签名密钥：它此前的签名仍有效，此后的读数不再算作已签名。不能恢复，新密钥随下一次安装登记。", hint: "例如网关失窃、私钥泄露", after: "此后的读数按未签名处理；更换网关并登记新的安装后恢复。",
  },
  parameters: {
    title: "规则参数", sub: "由管理员提出，监管机构复核后生效；每组一次写入全部数值", subRead: "管理员提出的修改在下方复核", group: "参数组", groups: { market: "市场", verification: "核查", compliance: "履约", supply: "总量上限", carry_over: "结转限额" },
    since: "生效于", propose: "提出修改", proposeTitle: "修改参数：{{group}}", statement: "我提出将以下参数改为新值。复核后立即写入账本，对之后的操作生效。", changes: "变更", same: "与现行值相同", field: "参数", before: "现行值", after: "新值", effect: "影响", fault: "格式不对，请按提示填写", token: "品种", limit: "限额", carried: "已结转", gone: "已兑付或注销", supplyNote: "上限不得低于已发行量", capHint: "配额为吨，碳币为分；品种填 coin 或 CEA-年份", carryNote: "限额 = 10,000 吨 + 1.5 × 净卖出量（配额方案附 5）",
    bandEffect: "{{instrument}} 按参考价的可报价范围为 {{low}}–{{high}}", capEffect: "之后还可发行 {{n}}", carryEffect: "结转限额 {{n}} 吨",
    fields: {
      band: "挂牌涨跌幅 (%)", block_band: "大宗涨跌幅 (%)", tick_cents: "最小变动价位（分）", lot_t: "交易单位（吨）", order_max_t: "挂牌单笔上限（吨）", block_min_t: "大宗单笔下限（吨）", untrusted_block_t: "非可信对手大宗上限（吨）", trust_delay_hours: "信任等待（小时）", position_max_t: "单场净买入上限（吨）", positions: "个别账户净买入上限", weekdays: "交易日（1 为周一）", closed_days: "休市日", references: "参考价",
      month: "月度核查步骤", year: "年度核查步骤", sample_deadline_hours: "抽样公开期限（小时）", confirm_deadline_hours: "双人复核期限（小时）", tenure_years_max: "同一机构连续年限", offset_percent_max: "CCER 抵销比例上限 (%)", offset_vintage_min: "CCER 最早年份",
      cap: "上限", unit: "单位", vintage: "年度", account: "账户", to_vintage: "转入年度", sold_t: "卖出（吨）", bought_t: "买入（吨）",
    },
    effects: {
      tick_cents: "报价须为其整数倍", lot_t: "数量须为其整数倍", order_max_t: "更大数量须走大宗协议；须为交易单位的整数倍", block_min_t: "留空则不开放大宗协议", untrusted_block_t: "留空则不限；各企业可自设更低", trust_delay_hours: "新列可信对手多久后生效", position_max_t: "留空则不统计持仓", positions: "每行：账户编号 吨数", weekdays: "用逗号分隔", closed_days: "如 2026-10-01，用逗号分隔", references: "每行：品种 价格；只对尚无收盘价的品种起作用",
      month: "按此顺序，缺一不可铸造", year: "按此顺序，缺一不可铸造", sample_deadline_hours: "逾期未公开的一方不计入种子", confirm_deadline_hours: "逾期未复核的操作作废", tenure_years_max: "达到后不再抽中该企业", offset_percent_max: "清缴时 CCER 的最高占比", offset_vintage_min: "留空则不限年份",
    },
  },
  hours: {
    session: "交易时段 {{from}}–{{to}}（北京时间）", blocks: "大宗 {{from}} 起", blocksAll: "全程可做大宗", closesIn: "{{at}} 收市，剩 {{left}}", opensIn: "{{at}} 开市，剩 {{left}}", none: "交易日历上没有即将到来的交易日", onDay: "{{day}}（{{weekday}}）{{at}}",
    bids: "有竞价公告的交易日，密封报价在 {{from}}–{{to}} 提交（其间暂停其他交易），开标截止 {{reveal}}；逾时未开标的报价作废并解锁。", bidsIn: "距报价开始 {{left}}", bidsEnd: "报价剩 {{left}}", revealsEnd: "开标剩 {{left}}", bidsOver: "今天的报价时段已过：现在发起的竞价收不到报价，请在下一交易日发起。",
  },
} as const;
