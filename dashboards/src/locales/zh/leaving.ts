export const leaving = {
  leaving: {
    frozen: "监管机构已禁止本账户交易：不能挂单、成交、协议和报价。理由见下方双人操作。", cancel: "自愿注销", cancelNote: "注销后永久退出流通，不抵任何义务", cancelTitle: "自愿注销配额", cancelStatement: "我提出注销以下配额，经本单位另一人复核后永久退出流通。", cancelAlone: "我注销以下配额，在单人上限之内，签名后立即永久退出流通。", reason: "理由", faultInstrument: "请选择品种", faultReason: "请写明理由", cancellations: "注销记录", cancellationsNone: "还没有注销", confirmTitle: "复核注销", confirmStatement: "我复核并确认此项注销，配额永久退出流通。", withdrawTitle: "撤回注销", withdrawStatement: "我撤回此项注销，配额恢复可用。",
    carry: "结转", carryNote: "旧年度配额换为新年度配额，在核定限额之内", carryNone: "没有结转限额", carryNoneText: "结转限额由管理员与监管机构核定后出现在这里。", carryTitle: "结转到 {{to}} 年度", carryStatement: "我将以下旧年度配额结转为同等数量的新年度配额，旧配额永久失效。", from: "转出年度", to: "转入年度", limit: "限额", carried: "已结转", limits: "结转限额", carriedRows: "结转记录",
    ownLimits: "自有限额", ownLimitsNote: "限额以内一人即可，超过须两人；修改须本单位另一人复核", limitsTitle: "修改自有限额", limitsStatement: "我提出将本单位的自有限额改为以下数值，由另一名交易员或负责人复核。放宽大宗限额须等待后生效。", asMarket: "按市场规定", faultLimit: "请输入 0 或整数吨", proposeLimits: "提出修改",
  },
} as const;
