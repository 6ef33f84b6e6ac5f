export const compliance = {
  obligations: {
    title: "清缴义务", sub: "年度报告铸造后，由两名监管人员核定", none: "没有待核定的年度报告", noneText: "年度报告经核查并铸造后出现在这里。", due: "待核定的年度报告", enterprise: "企业",
    propose: "核定", confirm: "复核", waits: "等待另一名监管人员复核", proposeTitle: "核定清缴义务", confirmTitle: "复核清缴义务",
    proposeStatement: "我核定该企业 {{year}} 年的清缴义务，以其链上年度报告的总量为准。", confirmStatement: "我已独立核对该企业 {{year}} 年的总量，确认这项清缴义务。",
    set: "已核定的清缴义务", setNone: "还没有核定过清缴义务", setNoneText: "两名监管人员核定后，每家企业每年的应清缴、已清缴和状态列在这里。", left: "尚缺", by: "截止日", late: "逾期未足额清缴",
    check: "本浏览器核对", rootHolds: "总量与链上根一致", boxHolds: "与密封给我的总量一致", boxNone: "没有密封给本设备的总量",
    mismatch: { what: "总量与链上记录不一致，不能签署", meaning: "服务器给出的总量、盐值或路径算不出链上的根，或与企业密封给您的总量不同。没有签署任何内容。", action: "请通知平台管理员核对年度报告；不要在核实前核定。" },
  },
  compliance: {
    sub: "按年度清缴配额；超过本单位自有限额时须由两人完成", held: "可清缴持有", owed: "应清缴", given: "已清缴", short: "尚缺", surplus: "足额，另有结余", penaltyNote: "逾期未足额清缴将受处罚",
    certificate: "履约状态", met: "{{year}} 年度已足额清缴", open: "{{year}} 年度尚未足额清缴", tx: "最近的链上交易",
  },
} as const;
