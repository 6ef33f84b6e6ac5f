export const guide = {
  guide: {
    nav: "指南", title: "指南中心", intro: "每份核算指南一门课：装哪些表、怎么采样、因子怎么选、算例、模板和常见问题。", courses: "各行业课程", steps: "课程步骤", all: "全部指南", try: "载入试算",
    of: "第 {{at}} 步，共 {{all}} 步", fields: "本步说明的填报项", balance: "收支平衡", case: "测试用例 {{id}}，数字由系统现算", templates: "填报模板", templatesNote: "按本指南的排放源和参数生成", xlsx: "Excel 模板", csv: "CSV 模板",
    marked: "尚未与原文核对或没有数值的缺省值", item: "品种", value: "缺省值", noValue: "没有数值，须填写",
    questions: "常见问题", glossary: "术语", find: "查找术语", findNone: "没有含“{{asked}}”的术语", help: "怎么填",
  },
};
