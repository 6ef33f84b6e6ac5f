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
} as const;
