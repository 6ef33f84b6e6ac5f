export const market = {
  market: {
    title: "交易市场", instrument: "品种", last: "最新价", change: "涨跌", volume: "成交量", high: "涨停", low: "跌停", previous: "昨收", session: "场次 {{n}}", closedHint: "休市中：挂单在下一场次生效前不能提交。", chartLabel: "价格走势图",
    depth: "买卖盘口", tape: "逐笔成交", price: "价格", quantity: "数量", sum: "累计", time: "时间", tx: "上链", spread: "价差", noBook: "当前没有挂单", noTape: "还没有成交", noCandles: "还没有成交，暂无走势", none: "还没有可交易的品种",
    ticket: "下单", list: "挂单", take: "摘牌成交", sell: "卖出", buy: "买入", available: "可卖 {{n}} 吨", coinAvailable: "可用 {{n}} 碳币", amount: "金额", submit: "核对并签名", mode: "方式", side: "方向",
    modeList: "挂单等待", modeTake: "按盘口成交", listHint: "按您的价格挂出，等待对手摘牌；本场次有效。", takeHint: "从最优价起逐笔摘取对手挂单，不劣于您的限价。", limit: "限价",
    faults: { price: "请输入价格，最多两位小数", quantity: "请输入整数吨", band: "价格超出涨跌幅 {{low}}–{{high}}", holding: "超过可卖数量 {{n}} 吨", coin: "超过可用碳币 {{n}}", empty: "盘口没有对手挂单" },
    confirmList: "{{side}}挂单 {{quantity}} 吨 × {{price}}", confirmTake: "{{side}} {{quantity}} 吨，限价 {{price}}", statementList: "我挂出以下委托，成交时配额与碳币同时交割。", statementTake: "我摘取以下挂单，配额与碳币在同一交易中交割，全部成交或全部不成交。",
    own: "我的委托", ownNone: "还没有委托", trades: "我的成交", cancel: "撤单", cancelTitle: "撤销委托", cancelStatement: "撤销后，未成交部分退回持仓。", state: "状态", open: "剩余", step: "周期", bookTab: "盘口", tapeTab: "成交", mine: "含本人 {{n}} 吨", effective: "均价",
    readOnly: "监管视图：可看不可交易",
  },
  assets: {
    title: "配额与碳币", coinFree: "可用碳币", coinLocked: "挂单冻结", holdings: "配额持仓", lots: "配额批次", instrument: "品种", free: "可用", tradable: "可卖", listed: "挂牌中", pending: "待复核", surrendered: "已清缴", held: "冻结", serials: "序号", quantity: "数量", state: "状态", trace: "溯源",
    none: "还没有配额", noneText: "监管机构背书发行后，配额会出现在这里。", intents: "我的链上操作", intentsNone: "还没有签署过操作", name: "操作", at: "时间", block: "区块", origin: "来源",
    obligations: "履约", obligationsNone: "还没有清缴义务", obligationsNoneText: "年度排放核定后，应清缴的数量会出现在这里。", year: "年度", verified: "核定排放", due: "应清缴", done: "已清缴", deadline: "截止", surrender: "清缴", surrenders: "清缴记录", surrendersNone: "还没有清缴", confirm: "复核", by: "发起人",
    surrenderTitle: "清缴 {{year}} 年配额", surrenderStatement: "我以下列配额履行 {{year}} 年清缴义务，清缴后不可再交易。", confirmTitle: "复核清缴", confirmStatement: "我复核并确认此项清缴。", howMany: "清缴数量（吨）", notInteger: "请输入整数吨", oldest: "按年份由旧到新使用",
  },
} as const;
