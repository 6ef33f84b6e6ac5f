export const review = {
  queue: { title: "核查队列", none: "没有分派给您的案件", noneText: "监管机构分派后，案件会出现在这里。", enterprise: "企业", next: "下一步", opened: "分派时间", approve: "待批准" },
  review: {
    visit: "记录现场核查", visitNote: "现场所见", visitHint: "到访日期、地点、查看的计量器具与记录、访谈的人", attest: "确认现场核查", attestStatement: "我与记录人一同到场核查，确认这份现场核查记录属实。",
    title: "核查：{{name}}", frozen: "企业提交时冻结的数据", closed: "案件未对您开放", closedText: "案件已结束，或核算内容仅对被分派的审核机构开放。", steps: "核查流程与存证", about: "关于这份报告", auditor: "审核机构",
    submitted: "企业提交", opened: "监管机构分派", minted: "批准并铸造", sampling: "抽样", materiality: "重要性水平", population: "总体", size: "样本量", sizeHint: "留空则用系统建议值", seed: "抽样种子", seedWaiting: "等待双方公开随机数", seedText: "企业与监管机构公开各自承诺的随机数后，链上合约计算种子并抽取样本。",
    noFindings: "没有核查意见", outcome: "处理结果", close: "关闭意见", newFinding: "新增意见", findingText: "意见内容", stakeFault: "请输入吨数", return: "退回补充", commitPlan: "提交抽样计划", record: "记录：{{step}}", approve: "批准并铸造", notYours: "下一步“{{step}}”由本机构其他人员完成",
    entryDigest: "记录摘要", planStatement: "我在看到样本之前提交此抽样计划；如需更改，只能写明理由提交新版本。", stepStatement: "我已完成“{{step}}”，并将其记录上链。", returnStatement: "我将此核算退回企业补充，理由如下。", approveStatement: "我批准这份报告。签名后报告在链上铸造，不可撤销。",
    independenceStatement: "本人及所在机构未编制该企业的排放报告，不持有或交易配额，与该企业无利害关系。",
  },
} as const;
