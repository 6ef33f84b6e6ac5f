export const verifying = {
  findings: {
    thread: "往来", auditor: "审核员", enterprise: "企业", waits: "等待{{side}}答复", due: "{{day}} 前", overdue: "已逾期（{{day}}）", onWay: "上链中，企业尚不可见", closing: "关闭意见上链中", attach: "附上文件", attached: "已附：{{names}}", ask: "回复", askHint: "企业将重新计时",
    raise: "提出核查意见", raiseStatement: "我提出这条核查意见。上链后企业可见并开始计时，意见未关闭前链上不接受批准。", close: "关闭核查意见", closeStatement: "我确认这条意见已处理，往来与处理结果的摘要上链。",
    dueHint: "留空按规则：疑问 2、缺失 3、错误 5 个工作日；可以更晚", kind: "种类", open: "未关闭 {{n}} 条", overdueText: "企业逾期未答复：可再次追问，或退回核算由企业补正；未关闭前不能批准。",
    todo: "{{period}} 有核查意见待答复，{{day}} 前", todoOverdue: "{{period}} 核查意见已逾期（{{day}}），请立即答复；监管机构可见逾期", clock: "意见", answerBy: "企业 {{day}} 前", reviewBy: "审核 {{day}} 前",
    plan: "修改抽样计划", planReason: "修改理由（监管机构可见）", planAgain: "新版本取代旧版本，旧版本与理由保留在账本上；抽样种子仍由第一版决定，样本只能增加。", planVersion: "第 {{n}} 版", planFirst: "首次提交", underWay: "进行中的核查", underWayNone: "没有进行中的核查", step: "进度", plans: "抽样计划", atLate: "逾期",
  },
  witness: {
    title: "物理见证", none: "没有可用的见证：绑定燃料与产出的计量点，或设置总表与分表后自动生成", law: "定律", sides: "上报与应有", found: "上报", expected: "应有", deviation: "偏差", tolerance: "允差 ±{{percent}}%", verdict: "判断",
    trend: "逐月残差", formula: "公式", meters: "参与的计量点", month: "月份", kept: "存储时间", noMonths: "还没有存储的月份，几分钟后再看", open: "定律与趋势", page: "物理见证", sub: "每条定律、允差与逐月残差。残差随核算期存储，提交后不再改变。", usual: "允差（本类定律）", plant: "厂区", noPlant: "还没有厂区", left: "左侧", right: "右侧",
    limits: "定律只比较计量数据。手工录入的数量、没有总表且产出波动大的燃料，5% 的少报可能看不出来。",
  },
  scans: { text: "文件雷达能读 PDF 文字、表格和图像指纹；扫描件或照片里的文字不识别（没有文字识别），只作为图像比对：同图、近似图能发现，改写扫描件中的数字而重新扫描的，发现不了，请逐份人工核对。" },
} as const;
