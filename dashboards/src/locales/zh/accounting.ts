export const accounting = {
  home: {
    title: "工作台", todo: "待办", todoNone: "没有待办事项", period: "本期进度", position: "配额持仓", trades: "最近成交", noPeriod: "还没有核算期",
    held: "持有", due: "应清缴", surplus: "盈余", deficit: "缺口", coin: "碳币余额", openPeriod: "打开核算", noTrades: "还没有成交", plants: "厂区", seeLive: "实时监测",
    todos: {
      returned: "{{period}} 被退回，请修改后重新提交", ready: "{{period}} 待提交", collecting: "{{period}} 采集中，可补充数据与证据", sample: "{{period}} 需要公开抽样随机数", minted: "{{period}} 报告已铸造",
      surrender: "清缴待复核：{{quantity}} 吨", key: "本设备没有可用的签名密钥", obligation: "{{year}} 年履约：还需清缴 {{quantity}} 吨",
    },
    stages: { collecting: "采集", ready: "待提交", submitted: "提交", in_verification: "核查", verified: "核定", minted: "铸造" },
  },
  live: {
    title: "实时监测", plant: "厂区", total: "合计", noPlants: "还没有厂区", meters: "计量点", reading: "读数", updated: "更新", state: "状态", meter: "计量点", rate: "小时用量", medium: "介质",
    online: "在线计量点", perSecond: "接收速率", today: "今日读数", quarantined: "今日隔离", lastReading: "最近读数", stored: "入库", missing: "缺失", refused: "拒收", issued: "签发",
    equation: "签发 {{issued}} = 入库 {{stored}} + 隔离 {{quarantined}} + 拒收 {{refused}} + 缺失 {{missing}}",
    good: "正常", late: "延迟", silent: "静默", noReading: "无读数", range: "时间范围", h1: "1 小时", h24: "24 小时", d30: "30 天", seriesTitle: "各计量点用量", seriesUnit: "每小时增量",
    noSeries: "所选时段没有读数", summary: "{{n}} 个计量点在所选时段内的用量曲线", byMedium: "今日用量", choose: "选择介质", quality: "质量", serial: "序号", noMeters: "还没有计量点",
    quarantineTitle: "隔离的读数", quarantineNone: "没有被隔离的读数", reason: "原因", at: "时间", value: "数值",
  },
  periods: {
    title: "排放核算", none: "还没有核算期", noneText: "计量点产生整月数据后，核算期会自动出现。", period: "期间", plant: "厂区", state: "状态", version: "版本", total: "排放总量", computed: "计算时间", guideline: "核算指南",
  },
  period: {
    lines: "核算明细", source: "排放源", activity: "活动数据", factor: "因子", emissions: "排放量", grade: "等级", formula: "公式", evidence: "证据", remarks: "预检", total: "合计", streams: "排放源清单",
    allStreams: "全部排放源", remarksNone: "预检通过，没有提示", recompute: "重新计算", submit: "签署并提交", withdraw: "撤回提交", entered: "录入值", enter: "保存", note: "说明", upload: "上传证据", uploadHint: "PDF、图片、表格或文本，不超过 50 MB",
    evidenceNone: "还没有证据", kind: "种类", evidenceTitle: "标题", digest: "SHA-256", answer: "说明原因", answered: "已说明", history: "历史", historyNone: "还没有记录", formulaOf: "公式与数值", clause: "依据", value: "数值", origin: "来源", set: "因子集",
    gradeShare: "数据等级构成", bySource: "构成", unit: "单位", quantity: "数量", locked: "本期已提交，数据已冻结", sampleNonce: "公开抽样随机数", sampleText: "审核机构已提交抽样计划。公开您在提交时承诺的随机数后，样本即可抽取。",
    confirmStatement: "我确认本期排放数据真实、完整、准确，并对此负责。", confirmTitle: "签署 {{period}} 排放核算", withdrawTitle: "撤回 {{period}} 的提交", withdrawStatement: "撤回后，本期回到待提交状态，需要重新提交。", sampleTitle: "公开 {{period}} 抽样随机数", sampleStatement: "我公开提交时承诺的随机数，用于确定抽样样本。",
    factLines: "核算行数", factDigest: "报告摘要", factVersion: "版本", blocked: "有阻止提交的问题，请先处理", findings: "核查意见", reply: "答复", due: "期限", atStake: "涉及", replied: "已答复", save: "保存", open: "查看", stateNote: "提交后由监管机构分派审核机构",
    meters: "计量点", sourceMeasured: "计量", sourceTyped: "录入", noLines: "尚无核算结果", noLinesText: "缺少活动数据或因子，请按预检提示补充。", compareLast: "较上期", tree: "公式", evidenceKind: "证据种类", chooseStream: "对应排放源", viewFile: "查看文件",
    report: "查看报告", reason: "退回原因", saved: "已保存", person: "人员", act: "操作",
  },
  reports: {
    title: "排放报告", none: "还没有报告", noneText: "提交并经核查批准后，报告会出现在这里。", period: "期间", plant: "厂区", enterprise: "企业", state: "状态", total: "排放总量", digest: "报告摘要", minted: "铸造时间", download: "下载", receipt: "链上回执",
    verify: "验证此报告", qr: "扫码验证", pdfZh: "PDF（中文）", pdfEn: "PDF（英文）", json: "JSON", html: "网页版", preparing: "文件正在生成，请稍候再试", signatures: "签署", figures: "核算明细", chain: "链上记录", version: "版本", block: "区块", tx: "交易", submittedTx: "提交交易", mintedTx: "铸造交易", open: "打开报告",
  },
} as const;
