export const ledger = {
  business: {
    title: "链上业务", kind: "业务类别", kinds: { all: "全部", report: "报告", issue: "发行", trade: "成交", duty: "清缴" }, none: "还没有链上业务", noneText: "报告铸造、发行、成交与清缴上链后在此显示。",
    what: "内容", amount: "数量", who: "当事方", protected: "受保护", more: "另有 {{n}} 项", endorsed: "背书 {{n}}/3",
  },
  proof: {
    fingerprint: "证书 SHA-256 {{digest}}", open: "证明", title: "上链证明", says: "{{n}} 个组织背书（至少 {{min}} 个），写入区块 #{{block}}，其哈希被下一区块引用。", invalid: "此交易被判无效（{{code}}），没有改变账本。",
    confirmed: "上链确认用时", notOurs: "不由本服务提交",
  },
  way: { torn: "红色流向与其节点不符", price: "成交价", priceOf: "{{q}} 吨 @ {{p}}", equation: "入 {{in}} + 新增 {{born}} = 出 {{out}} + 存 {{rest}}", entry: "入 {{n}}", out: "出 {{n}}", rest: "存 {{n}}", obligation: "履约义务", unspent: "未花费", anchors: "引用的读数锚定", anchorsOf: "{{n}} 个", before: "前一版本", after: "后一版本", noAmounts: "月度报告的数值在链上加密，没有可画的数量。", due: "应清缴 {{n}} 吨", given: "清缴 {{n}} 吨" },
  outbox: {
    title: "待上链事项", sub: "签名后没有按时上链的事项：卡在哪里、为什么、怎么办", all: "全部组织", own: "本单位",
    none: "没有卡住的事项", noneText: "签名的事项都已上链，或刚刚提交。", what: "事项", who: "账户", since: "提交时间", age: "已等待", why: "原因", todo: "怎么办", attempts: "已试 {{n}} 次", next: "下次重试",
    retry: "立即重试", retried: "已重新开始处理。", signAgain: "重新签名", service: "平台服务", nodes: "节点原文", validUntil: "有效期至",
  },
} as const;
