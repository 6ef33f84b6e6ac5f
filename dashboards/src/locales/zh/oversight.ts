export const oversight = {
  wall: {
    title: "监管总览", sub: "全部企业的核算、交易与资产，实时", verified: "年度核定排放", price: "{{name}} 最新价", traded: "累计成交", trades: "{{n}} 笔", turnover: "成交金额", compliance: "已清缴", due: "应清缴", chain: "区块高度", blocks: "块", confirm: "确认 p50 {{p50}} · p95 {{p95}} 毫秒",
    session: "交易场次", reports: "报告状态", minted: "已铸造报告", feed: "实时动态", hold: "暂停滚动", resume: "继续（{{n}} 条新）", quiet: "还没有动态", service: "平台服务",
    mintedTotal: "已铸造月报合计", mintedYear: "{{year}} 年各月", regulatorOnly: "仅监管员可见", rate: "读数接收速率", standings: "各企业实时状态", alarms: "告警 {{n}}", noMonth: "还没有核算期", old: "刷新失败，显示 {{at}} 的数据。",
    rates: { none: "没有计量点", unknown: "速率未知", stale: "读数停更", silent: "一分钟内无读数", live: "实时" },
  },
  enterprises: { none: "还没有企业", filter: "按名称筛选", profile: "企业档案", purposeTitle: "说明调阅目的", purpose: "目的", purposeHint: "目的会写入日志，被调阅企业可见。" },
  trace: {
    title: "溯源", sub: "从发行到持有，金额逐节点守恒", token: "序号、碳币、交易或报告摘要", hint: "例如 CEA-2026-1-500，或交易编号、报告摘要", go: "溯源", none: "输入一个编号开始溯源", noneText: "可以从资产页、交易明细或报告复制编号。", missing: "没有找到", missingText: "编号有误，或与您的账户无关。",
    broken: "{{n}} 个节点金额不守恒", conserved: "{{n}} 个节点全部守恒", cut: "内容过多，图已截断。", graph: "流转图", table: "节点明细", what: "事件", who: "账户", holding: "持有", hidden: "受保护的交易对手", in: "流入", born: "新增", out: "流出", rest: "留存", balanced: "守恒", unbalanced: "不守恒", report: "报告", way: "过程", summary: "流转图，{{nodes}} 个节点，{{edges}} 条流向",
  },
  actions: {
    title: "待办事项", sub: "需要您复核、背书或分派的事项", twoStep: "双人操作", none: "没有双人操作", act: "操作", proposedBy: "发起人", digest: "内容摘要", at: "发起时间", state: "状态", confirm: "复核", confirmTitle: "复核双人操作", arguments: "内容",
    activate: "激活 {{organisation}} 的{{role}}", setObligation: "核定 {{account}} {{year}} 年清缴义务", setParameters: "设定参数：{{group}}", groups: { market: "市场", verification: "核查", compliance: "履约", supply: "总量上限", carry_over: "结转限额", factors: "因子集" },
    issues: "待背书的发行", issuesNone: "没有待背书的发行", endorse: "背书", endorseTitle: "背书发行", endorseStatement: "我已核对背书文件，同意此项发行。签名后资产即在链上产生。",
    cases: "待分派的核查", casesNone: "没有待分派的核查", openCase: "分派", openCaseTitle: "分派核查", openCaseStatement: "我为此项提交开立核查案件，由链上合约按该期间的双方抽签分派独立的审核机构，任何人都不能挑选。",
    draws: "审核抽签", drawsNone: "没有等待揭晓的抽签", commitDraws: "封存 {{n}} 个期间的抽签", commitDrawsTitle: "封存抽签", commitDrawsStatement: "我方为这些期间的审核抽签各封存一个随机数。封存后不能更改；双方都封存之后，企业才能提交。", drawPeriods: "期间数", openDraw: "揭晓抽签", openDrawTitle: "揭晓抽签", openDrawStatement: "我方揭晓为该期间封存的随机数。双方都揭晓后，审核机构随即确定。", drawWaiting: "等待的提交", drawAdministrator: "管理员", drawRegulator: "监管机构", drawStates: { missing: "未封存", committed: "已封存", open: "已揭晓" },
    samples: "待公开的抽样随机数", samplesNone: "没有待公开的随机数", openSample: "公开", openSampleTitle: "公开抽样随机数", openSampleStatement: "我公开开立案件时承诺的随机数，用于确定抽样样本。",
  },
  search: {
    overseer: "检索全部企业的核算、交易、资产与报告", own: "检索本单位的报告、证据、交易与资产", words: "关键词", kind: "类别", none: "没有找到“{{q}}”", noneText: "请换一个关键词。", noneKind: "当前类别没有结果，请改为“全部”再试。",
    kinds: { enterprise: "企业", statement: "核算期", report: "报告", evidence: "证据", trade: "交易", listing: "挂单", asset: "资产", transaction: "链上交易" },
  },
  chain: {
    title: "区块链", sub: "三个组织共同背书的账本", height: "区块高度", transactions: "交易", committed: "上链确认", readable: "页面可见", of: "最近 {{n}} 笔", waiting: "排队中", oldest: "最久 {{n}} 秒", blocks: "区块", none: "还没有区块", number: "编号", hash: "区块哈希", previous: "前一区块", data: "数据哈希", block: "区块 #{{n}}", transaction: "交易详情", verdict: "结论", endorsers: "背书组织", creator: "提交组织", objects: "写入对象",
    honest: "本演示由同一运营方运行三个组织：背书只对外部人员证明顺序与完整；不依赖运营方的是人员签名与仪表签名。",
  },
} as const;
