export const deals = {
  trading: { tabs: "交易方式", listed: "挂牌协议", blocks: "大宗协议", auctions: "单向竞价", halted: "监管已暂停全市场交易：可以撤回和开标，不能下单。" },
  blocks: {
    propose: "发起大宗协议", hint: "与一个对手商定：不少于 {{n}} 吨，价格 {{low}}–{{high}}；锁定到本场次结束，对手确认后同时交割。", closed: "现在不在大宗协议时段。开放时：不少于 {{n}} 吨，价格 {{low}}–{{high}}。", notTraded: "大宗协议尚未开放。",
    headsOnly: "大宗协议由负责人发起和接受；交易员可以查看、拒绝和撤回。", other: "对手", choose: "请选择企业", ourSide: "本方", own: "我的大宗协议", none: "还没有大宗协议", noneText: "发起的，或对手发给您的大宗协议会出现在这里。",
    byUs: "本方发起", byThem: "对方发起", waiting: "待对方确认", forUs: "待我方确认", accepted: "已成交", declined: "已拒绝", withdrawn: "已撤回", lapsed: "随场次失效",
    accept: "接受", decline: "拒绝", withdraw: "撤回", changed: "协议条款与页面所示不同，请刷新后重新核对。",
    proposeTitle: "向 {{name}} 发起大宗协议", proposeSell: "我向该对手提出卖出以下配额。配额锁定到本场次结束；对手确认后，配额与碳币在同一交易中交割。", proposeBuy: "我向该对手提出买入以下配额。碳币锁定到本场次结束；对手确认后，配额与碳币在同一交易中交割。",
    acceptTitle: "接受 {{name}} 的大宗协议", acceptStatement: "我接受以下价格与数量，配额与碳币在同一交易中交割，不可撤销。", declineTitle: "拒绝大宗协议", declineStatement: "我拒绝以下大宗协议，对方锁定的配额或碳币立即退回。", withdrawTitle: "撤回大宗协议", withdrawStatement: "我撤回以下大宗协议，锁定的配额或碳币立即退回。",
    faults: { counterparty: "请选择对手", price: "请输入价格，最多两位小数", band: "价格超出大宗协议范围 {{low}}–{{high}}", quantity: "请输入整数吨", least: "大宗协议不少于 {{n}} 吨，较小数量请用挂牌协议", holding: "超过可卖数量 {{n}} 吨", coin: "超过可用碳币 {{n}}" },
  },
  auctions: {
    open: "发起竞价", hint: "卖方设底价、买方设最高限价；密封报价在竞价时段提交，之后开标，统一价成交。配额或碳币锁定到竞价结束。", closed: "休市中，不能发起竞价。", floor: "底价", ceiling: "最高限价", list: "竞价公告", none: "还没有竞价", noneText: "任何企业发起的竞价会出现在这里。", by: "发起企业", us: "本企业", kind: "方向", selling: "出售", buying: "收购", limit: "限价", bids: "报价数", stage: "阶段", result: "结果", soldAt: "{{t}} 吨 × {{price}}", unsold: "未成交",
    stages: { announced: "已公告", bidding: "报价中", revealing: "开标中", over: "待结束", closed: "已结束" },
    bid: "报价", bidFor: "为 {{name}} 的竞价报价", bidHint: "数量与价格只在本浏览器，密封后上链；开标前请勿清除浏览器数据，建议导出备份。", reveal: "开标", close: "结束竞价", own: "我的报价", ownNone: "还没有报价", number: "编号", locked: "锁定", said: "报价内容", sealedHere: "密封，可在本浏览器开标", sealedElsewhere: "密封，内容不在本浏览器", filled: "成交", exportBids: "导出报价备份", importBids: "导入报价备份", imported: "已导入 {{n}} 份报价", fileFaults: { file_wrong: "这不是报价备份，或内容已被改动", file_foreign: "这是另一企业的报价备份" },
    openTitle: "发起竞价", openSell: "我以下列配额发起竞价出售。配额锁定到竞价结束，不低于底价者按统一价成交。", openBuy: "我以下列碳币发起竞价收购。碳币锁定到竞价结束，不高于限价者按统一价成交。", bidTitle: "提交密封报价", bidStatement: "我提交以下密封报价。报价不可撤回；锁定的碳币或配额在竞价结束时结清或退回；须在开标期内由本人开标，否则无效。", digest: "密封摘要", revealTitle: "开标", revealStatement: "我公开以下报价。", closeTitle: "结束竞价", closeStatement: "我结束以下竞价：按价格、时间顺序统一价成交，其余退回。", changed: "服务器返回的报价与本页密封的不同，请刷新后重试。",
    faults: { price: "请输入价格，最多两位小数", quantity: "请输入整数吨", holding: "超过可卖数量 {{n}} 吨", coin: "超过可用碳币 {{n}}", floor: "低于底价 {{n}}", ceiling: "高于最高限价 {{n}}", offered: "超过竞价数量 {{n}} 吨" },
  },
} as const;
