export const administration = {
  registrations: {
    title: "用户审核", none: "没有待审核的注册", noneText: "新的注册提交后会出现在这里。", organisation: "单位", kind: "类型", contact: "联系人", at: "提交时间", state: "状态", typed: "填报信息", documents: "证明文件", decision: "审核决定", approve: "通过并签名", approveNote: "通过需要两项签名：登记账户、发起激活；之后由监管机构在链上确认。",
    reason: "理由", reasonHint: "补件或拒绝时必填，申请人可见", supplement: "要求补件", reject: "拒绝", sameName: "另有 {{n}} 个同名单位，请核对", approveTitle: "通过 {{name}} 的注册", approveStatement: "我已核对证明文件与填报信息，同意登记此账户并发起激活。", signAgain: "重新签名", retry: "重试剩余步骤",
  },
  issuance: {
    title: "碳币与配额发行", sub: "管理员发起，监管机构背书后生效", issues: "发行记录", none: "还没有发行", kind: "种类", account: "接收企业", amount: "数量", backing: "背书文件", backingHint: "选择银行回单或配额方案；文件不上传，只计算摘要", vintage: "年份", propose: "发起发行", supply: "供应量", issued: "已发行", cap: "上限", confirmTitle: "发起发行", confirmStatement: "我依据背书文件发起此项发行，等待监管机构背书。",
    faultCoin: "请输入金额，最多两位小数", faultTonnes: "请输入整数吨", faultVintage: "请输入四位年份", faultBacking: "请选择背书文件",
  },
} as const;
