export const ledger = {
  outbox: {
    title: "待上链事项", sub: "签名后没有按时上链的事项：卡在哪里、为什么、怎么办", all: "全部组织", own: "本单位",
    none: "没有卡住的事项", noneText: "签名的事项都已上链，或刚刚提交。", what: "事项", who: "账户", since: "提交时间", age: "已等待", why: "原因", todo: "怎么办", attempts: "已试 {{n}} 次", next: "下次重试",
    retry: "立即重试", retried: "已重新开始处理。", signAgain: "重新签名", service: "平台服务", nodes: "节点原文", validUntil: "有效期至",
  },
} as const;
