/** Texts of factor sets and proposals of new ones. */
export const factorSets = {
  factorSets: {
    title: "因子更新", sub: "因子集从不修改，只由新的一版从某月起接替：先拟定，再对全部企业试算，最后由管理员与监管机构两人签署", subRead: "管理员拟定的因子集在此查看试算并复核",
    list: "因子集", listNote: "系统自带与已发布的全部因子集", set: "因子集", used: "用于", since: "生效月份", whole: "系统自带", rows: "{{n}} 行", digest: "摘要", download: "下载", empty: "没有因子集",
    proposals: "提案", none: "还没有因子提案", noneText: "管理员可以拟定新的一版，先试算再签署。", factors: "变更因子", by: "拟定人", at: "拟定时间", state: "状态",
    states: { drafted: "待试算", simulating: "试算中", simulated: "已试算", signed: "待复核", published: "已发布", overtaken: "已被另一提案取代", withdrawn: "已撤回" },
    draft: "拟定提案", draftNote: "只写有变化的因子；其余沿用现行值", close: "收起", succeeds: "接替的因子集", succeedsHint: "只能接替每一系列的最新一版", sinceHint: "从这个月起、尚未提交过的核算期采用新值；更早的与已提交的不变", how: "填写方式", form: "逐项填写", file: "上传文件",
    factor: "因子", choose: "请选择", now: "现值 {{value}}", value: "新值", unit: "单位", source: "来源文件", clause: "条款", verified: "已与原文核对", add: "再加一个因子", remove: "删除",
    drop: "选择或拖入因子集文件（JSON）", dropHint: "与下载的因子集同一格式：可只含有变化的行，也可是整张表；数值写成带引号的文本，新值的 valid_from 留空或写生效月份首日", read: "已读取 {{name}}",
    check: "检查", keep: "保存提案", remarks: "逐行问题", row: "行", head: "整体", column: "字段", what: "问题与处理", look: "请留意", stops: "须改正", same: "{{n}} 行与现行相同", good: "没有问题，可以保存",
    columns: { since: "生效月份", value: "新值", unit: "单位", source: "来源文件", clause: "条款", verified: "已核对", item: "因子", variant: "变体或区域", valid_from: "有效日期", parameter: "参数", zh: "中文名", en: "英文名" },
    changes: "变更的因子", before: "现行值", after: "新值", unread: "尚无数值", notVerified: "未核对原文", markSame: "数值不变，来源或核对标记改变",
    simulation: "对全部企业的试算", simulate: "试算", again: "重新试算", notYet: "还没有试算", notYetText: "试算用每家企业此刻的数据计算其未提交的核算期，只保存差值。", running: "正在逐家计算：{{done}} / {{of}}", simulatedAt: "试算于", total: "未提交核算期合计", frozenTotal: "已冻结月份（如当时采用）", frozenNote: "已提交、已核查、已铸造的月份保持原样；这一栏只说明去年同期若采用新值会差多少，不会改变任何一份报告。",
    byFactor: "按因子", byFactorNote: "按表中顺序逐个改用，合计等于总影响", byAccount: "按企业", account: "企业", months: "核算期", openEffect: "影响（将改变）", frozenMonths: "已冻结", frozenEffect: "影响（不改变）", without: "{{n}} 个尚无合计", noAccounts: "没有企业受影响",
    effects: "{{name}} 的核算期", period: "期间", plant: "厂区", kind: "是否改变", kinds: { open: "将改变", year: "年度（由各月组成）", frozen: "不改变" }, effect: "影响", noTotal: "尚无合计",
    publish: "签署发布", publishTitle: "发布因子集 {{set}}", publishStatement: "我提出自 {{since}} 起以这一版因子集接替 {{succeeds}}。我已看过对全部企业的试算；监管机构复核后立即写入账本，从此不能修改。", simulationDigest: "试算摘要", withdraw: "撤回提案",
    signed: "已由管理员签署，等待监管机构在下方复核。复核前不能重新试算。", published: "已发布，区块 {{n}}。", overtaken: "另一提案先发布了，这份不能再发布；请以最新一版为基础另拟。", withdrawn: "提案已撤回，仅供查阅。", waitsForRegulator: "由管理员签署后，监管机构在此复核。", back: "全部提案", open: "查看试算",
  },
} as const;
