export const radar = {
  radar: {
    waiting: "检查中", clean: "未见异常", suspect: "疑似伪造", noted: "有提示", unreadable: "读不出内容，请人工查看", signs: "疑点", twin: "对照文件", compare: "并排查看", here: "本文件", open: "打开",
    sampled: "采样日期", received: "收样日期", tested: "检测日期", reported: "报告日期", laboratory: "检测机构", accreditation: "资质编号",
    shared: "两家企业之间的相同文件", sharedNone: "没有发现两家企业使用相同文件", one: "一处", other: "另一处", alike: "相同程度", found: "发现时间",
  },
} as const;
