export const modelling = {
  model: {
    title: "核算模型", open: "核算模型", none: "还没有厂区", noneText: "请先在“厂区与计量点”中建立厂区。", plant: "厂区", guideline: "核算指南", region: "电网区域", sets: "因子集", save: "保存模型", saved: "已保存，未提交的核算期随之更新", blank: "还没有模型：选择核算指南，再添加本厂的排放源。",
    boundary: "核算边界", boundaryText: "《{{guideline}}》共 {{n}} 类排放源，本厂已用的已填色", inside: "企业核算边界", goesIn: "输入", emits: "排放", keeps: "扣减", choose: "选择排放源", add: "添加", remove: "移除", notYet: "未使用",
    streams: "排放源清单", streamsText: "逐个绑定计量点，或由人工录入", name: "名称（中文）", nameEn: "名称（英文）", unit: "单位", variant: "细分", noVariant: "无", by: "数据来自", byEntry: "人工录入", byMeters: "{{n}} 个计量点", meters: "计量点", noMeters: "本厂没有这类单位的计量点", target: "对应项",
    trial: "试算", setFor: "用于", trialText: "用该月计量数据计算，不保存任何结果", month: "月份", run: "试算", missing: "缺少数据：{{streams}}", missingText: "可以保存，但缺这项数据的月份不能提交。", factors: "自有因子与缺省值对比", factorsNone: "所有因子均为缺省值", own: "自有", default: "缺省", effect: "影响", sets2: "可选的其他因子集", valueOf: "试填一个值", addValue: "加入", values: "试填的值",
    plan: "数据质量控制计划", planText: "什么数据如何计量、按哪条规则处理；以摘要上链备案", planNone: "尚未备案", planCurrent: "已备案，与模型一致", planBehind: "备案后模型有改动", planWaiting: "上链中", planFile: "签名备案", planVersion: "版本", planConfirm: "我备案这份数据质量控制计划；今后提交的核算将携带其摘要。", planTitle: "备案 {{plant}} 的数据质量控制计划", planContent: "第 {{n}} 版内容", notGiven: "未填写", stream: "排放源", department: "负责部门", equipment: "主要设备", meter: "计量点", device: "设备型号", place: "安装位置", interval: "读数间隔 s", every: "检定频次", digest: "摘要",
    calibration: "检定登记", calibrationText: "没有检定证书覆盖的日子，数据等级降为 C，并按准确度要求修正；从未登记过证书的计量点每天如此", calibrationNone: "还没有登记检定证书", certificate: "证书编号", laboratory: "检定机构", calibratedOn: "检定日期", validUntil: "有效期至", required: "准确度要求 %", found: "实测误差 %", register: "登记", withdraw: "撤销", withdrawn: "已撤销", ended: "已到期",
  },
  looks: {
    checks: "预检：与审核员的自动检查相同", checksText: "通过 {{passed}} 项，需留意 {{warned}} 项，未通过 {{failed}} 项",
    known: "时间机器", knownText: "任一天结束时所知道的数值", day: "日期", show: "查看", knownAt: "自何时起", nothing: "当时还没有任何结果", now: "以今天所知", slide: "当时所知，截至",
    compare: "两期对比", compareText: "逐行列出差异与原因", with: "对比期", before: "对比期", after: "本期", change: "变化", activity: "因活动量", factor: "因因子", same: "没有差异", only: "—",
    adjustments: "按规则补正", gap: "缺测 {{amount}} 小时", uncalibrated: "未检定 {{amount}} 天", out_of_accuracy: "超差 {{amount}} 天", added: "补入", premium: "保守加量", rule: "规则", expected: "预期 {{low}} – {{high}} {{unit}}", outside: "超出预期范围，需要说明", second: "第二来源（结算单、地磅）", basisHistory: "按 {{months}} 个月历史", basisDefault: "按缺省值",
  },
};
