import { recompute } from "./recompute";

export const verifying = {
  ...recompute,
  factorNotice: {
    title: "本期改用新发布的因子集", text: "管理员与监管机构发布了新的因子集，自 {{since}} 起生效。本期尚未提交过，草稿已按新值计算；数据未变。", effect: "对本期草稿的影响", factor: "因子", before: "原值", after: "新值", none: "本期没有用到变更的因子，合计不变。", noTotal: "草稿当时还没有合计",
  },
  findings: {
    visitAlone: "还缺第二名核查人员的确认", visitBoth: "两名核查人员已确认",
    over: "随第 {{n}} 版结束", returnedWhy: "审核机构退回：{{reason}}", thread: "往来", auditor: "审核员", enterprise: "企业", waits: "等待{{side}}答复", due: "{{day}} 前", overdue: "已逾期（{{day}}）", onWay: "上链中，企业尚不可见", closing: "关闭意见上链中", attach: "附上文件", attached: "已附：{{names}}", ask: "回复", askHint: "企业将重新计时",
    raise: "提出核查意见", raiseStatement: "我提出这条核查意见。上链后企业可见并开始计时，意见未关闭前链上不接受批准。", close: "关闭核查意见", closeStatement: "我确认这条意见已处理，往来与处理结果的摘要上链。",
    dueHint: "留空按规则：疑问 2、缺失 3、错误 5 个工作日；可以更晚", kind: "种类", open: "未关闭 {{n}} 条", overdueText: "企业逾期未答复：可再次追问，或退回核算由企业补正；未关闭前不能批准。",
    todo: "{{period}} 有核查意见待答复，{{day}} 前", todoOverdue: "{{period}} 核查意见已逾期（{{day}}），请立即答复；监管机构可见逾期", clock: "意见", answerBy: "企业 {{day}} 前", reviewBy: "审核 {{day}} 前",
    plan: "修改抽样计划", planReason: "修改理由（监管机构可见）", planAgain: "新版本取代旧版本，旧版本与理由保留在账本上；抽样种子仍由第一版决定，样本只能增加。", planVersion: "第 {{n}} 版", planFirst: "首次提交", underWay: "进行中的核查", underWayNone: "没有进行中的核查", step: "进度", plans: "抽样计划", atLate: "逾期",
  },
  witness: {
    title: "物理见证", none: "没有可用的见证：绑定燃料与产出的计量点，或设置总表与分表后自动生成", law: "定律", sides: "上报与应有", found: "上报", expected: "应有", deviation: "偏差", tolerance: "允差 ±{{percent}}%", verdict: "判断",
    trend: "逐月残差", formula: "公式", meters: "参与的计量点", month: "月份", kept: "存储时间", noMonths: "还没有存储的月份，几分钟后再看", open: "定律与趋势", page: "物理见证", sub: "每条定律、允差与逐月残差。残差随核算期存储，提交后不再改变。", usual: "允差（本类定律）", plant: "厂区", noPlant: "还没有厂区", left: "左侧", right: "右侧",
    declare: "设置定律", declareText: "通用定律由计量点和源流自动得出，始终有效，可以另加定律。选择定律，勾选左右两侧的计量点，先在某个月试算，再保存。保存后未提交月份的残差重新判断；已提交的月份不变。", declared: "本企业设置", usualLaw: "通用定律（自动）", usualLaws: "通用定律（自动生成）", empty: "还没有定律，从下面添加一条。", kind: "定律种类", add: "添加定律", remove: "删除这条定律", bothSides: "每条定律的左右两侧都要勾选计量点",
    save: "保存定律", saved: "已保存", usualAgain: "只剩通用定律", backToUsual: "删除全部自设定律", try: "试算", tryText: "只计算，不保存", notYours: "只有碳管理员、厂区仪表员和负责人可以设置定律；您可以查看结果。", noMeters: "计量点不足", noMetersText: "定律至少要两个计量点，请先在设备页接入。",
    sides_submeters_left: "各分表", sides_submeters_right: "总表", sides_heat_left: "燃料（输入）", sides_heat_right: "产出", sides_process_left: "原料", sides_process_right: "产品",
    limits: "定律只比较计量数据。手工录入的数量、没有总表且产出波动大的燃料，5% 的少报可能看不出来。",
  },
  matters: {
    title: "核查报告第三章", note: "系统按记录自动写明，核查组可逐项补充", own: "核查组说明", write: "补充说明", save: "保存说明", saved: "已保存", notYours: "由核查组长填写；技术复核前可以修改。", reviewed: "技术复核已完成，说明不再改变。",
  },
  verdicts: {
    title: "样本判定", text: "逐项判定：合格、不合格或提意见；再点一次取消。不合格和提意见的，随后在该项上提出核查意见。每一项都有结论后，才能记录“意见关闭”和技术评审。", notYours: "由核查组长判定；技术评审前可以修改。", reviewed: "技术评审已完成，结论不再改变。",
    verdict: "结论", item: "抽样项", missing: "未判定 {{n}}", passChecked: "自动核验通过的 {{n}} 项判为合格", checking: "自动核验中…", noChecks: "自动核验没有完成，请稍后重新打开本页；仍可逐项判定。", finding: "意见 #{{n}}",
    failedText: "{{name}} 经核查不合格：", remarkText: "对 {{name}} 请说明：",
  },
  visit: {
    title: "现场记录", note: "地点、铅封、照片；进入现场核查步骤的摘要", place: "现场地点", placeHint: "到过哪些车间、仪表间", captured: "记录于", arrived: "收到于", seals: "计量表铅封", registered: "登记：", seen: "现场所见铅封号", none: "未登记", nothing: "没有记录", noMeters: "报告没有用到计量表。",
    same: "一致", differs: "不一致", unregistered: "未登记", unseen: "未查看", save: "保存记录", photos: "现场照片", noPhotos: "没有照片。", addPhoto: "添加照片", here: "在本机，未发送",
    unkept: "本浏览器没有存下现场记录", unkeptText: "浏览器的存储打不开或已满，刚才的内容没有保存，也没有发送。请不要关闭本页：释放空间或退出无痕模式后，再保存一次。", unsent: "本机有 {{n}} 项未发送", unsentText: "没有网络时记录与照片保存在本浏览器，连上网络后自动发送，记录时间不变。发送之前请不要清除浏览器数据；断网时请不要刷新本页。", send: "现在发送", discard: "放弃未发送的内容",
  },
  peers: {
    title: "同行比较", byPeriod: "各期间的同行比较", note: "与同一指南下的其他企业比较，看不到任何一家的数据", none: "还没有可比较的数据", noneText: "核算期提交后，这里给出本厂区的排放强度；同期至少有五家其他企业提交后，给出同行均值和百分位。", period: "期间", measure: "指标", own: "本厂区", mean: "同行均值（合计/合计）", few: "其他企业不足 5 家", later: "待同行数据下次更新", deviation: "与均值之差", place: "百分位", made: "同行数据截至",
    percentile: "{{n}} 家中有 {{percent}}% 低于本厂区", lowest: "低于全部 {{n}} 家同行", highest: "高于全部 {{n}} 家同行",
  },
  basis: {
    title: "读数依据：{{meter}}", text: "当月数量 = 各日之和，各日 = 各小时之和，每小时 = 两端寄存器读数之差。读数由网关签名，当天的读数汇总成一个根上链；签名与归属由本浏览器当场验证。", month: "月份", none: "这个月没有读数", noneText: "数量来自手工录入或证明材料，请看该行的来源与证据。",
    sumOf: "= {{n}} 天之和", days: "各日", day: "日期", signed: "签名 / 读数", known: "完整性", anchor: "上链", notAnchored: "未上链", anchored: "已锚定 {{n}}", ambiguous: "{{n}} 小时待判定", estimated: "{{n}} 小时估算", hours: "{{n}} 小时实测",
    ofDay: "{{day}} 各小时", hour: "小时", ambiguousHour: "待判定", estimatedHour: "估算", measured: "实测", unsignedHour: "这一小时没有带签名的读数，下面是之前最近一条签名读数。", begins: "小时开始时的读数", ends: "小时结束时的读数",
    signatureValid: "网关签名有效（由本浏览器验证），公钥指纹", signatureWrong: "签名与内容不符，公钥指纹", cannotCheck: "本浏览器不支持此签名算法，请下载后用 tanheng verify 验证；公钥指纹", inDay: "读数在 {{day}} 的批次中（第 {{index}}/{{size}} 批），与当日的根一致", notInDay: "读数与 {{day}} 的根不一致（第 {{index}}/{{size}} 批）",
    inBlock: "当日的根已写入区块 #{{block}}，{{n}}/3 组织背书", otherDay: "属于 {{day}} 的根，不在本月", file: "下载这条读数的证明", open: "查看读数依据", meters: "计量点与读数", metersText: "打开任一计量点，可从月到日、到小时，直到签名读数。", purpose: "查看企业读数须写明目的，企业可在日志中看到。", quantity: "当月数量", nowhere: "编号有误，或账本上没有。可到“搜索”按企业、期间、序列号或区块查找。", difference: "{{to}} − {{from}} = {{n}}",
  },
  supplementary: {
    title: "补充数据表", none: "本指南的年度报告不需要补充数据表：{{reason}}", absent: "本年没有适用的数据行，无需填报。", row: "项目", value: "数值", how: "来源", entered: "填报", computed: "由本年数据计算", save: "保存", saved: "已保存", follows: "依据：", unverified: "尚未与当年表式原文核对", above: "{{low}} 大于 {{high}}", toEntity: "去填写企业基本情况",
  },
  scans: { text: "文件雷达能读 PDF 文字、表格和图像指纹；扫描件或照片里的文字不识别（没有文字识别），只作为图像比对：同图、近似图能发现，改写扫描件中的数字而重新扫描的，发现不了，请逐份人工核对。" },
} as const;
