export const trial = {
  trial: {
    nav: "试算", title: "按指南试算", intro: "不用注册，选一个行业，填几个数就能看到排放量。数据只用于本次计算，不保存。",
    guideline: "核算指南", regime: "用途", source: "依据", period: "期间", periodHint: "年 2026、月 2026-06，或用逗号分开的几个月", region: "区域", sets: "因子集", entity: "主体",
    example: "载入算例", exampleHint: "与系统测试所用的数字相同", clear: "清空",
    streams: "排放源", none: "还没有排放源", noneText: "从下面选择一种排放源，或载入算例。", add: "添加排放源", choose: "选择排放源", remove: "删除", variant: "类型", noVariant: "未注明", month: "月份",
    quantity: "活动量", unit: "单位", byBalance: "按收支平衡填写", byQuantity: "直接填写活动量", parameter: "参数", defaultIs: "缺省 {{value}} {{unit}}", defaultUnverified: "缺省 {{value}} {{unit}}（未核对）", noDefault: "无缺省值，须填写", optional: "可选", unread: "缺省值尚未核到，须填写", from: "由 {{ids}} 计算",
    origin: "来源", result: "计算结果", total: "合计", remarks: "提示", blocked: "还不能得出合计", lines: "明细", subtotals: "分项合计", indicators: "强度指标", computing: "正在计算", stale: "以下是上一次的结果",
    again: "重新计算", keep: "注册后可接入仪表、逐月核算并上链。",
  },
};
