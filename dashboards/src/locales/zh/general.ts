export const general = {
  brand: { name: "碳衡", line: "碳核算与交易" },
  unit: { coin: "碳币", tonne: "吨", tco2: "tCO₂", coinPerTonne: "碳币/吨", tco2PerHour: "tCO₂/h", ms: "毫秒", perSecond: "条/秒" },
  age: { seconds: "{{n}} 秒", minutes: "{{n}} 分钟", hours: "{{n}} 小时" },
  link: {
    connecting: "连接中", live: "实时", resync: "重新同步", stale: "已停更 {{n}} 秒", offline: "连接中断", signed_out: "需要登录",
    chain: "区块链状态", noBlock: "—",
  },
  ui: {
    loading: "正在加载", copy: "复制", copied: "已复制", retry: "重试", close: "关闭", cancel: "取消", more: "加载更多", open: "打开",
    all: "全部", none: "无", yes: "是", no: "否", save: "保存", send: "提交", back: "返回", next: "下一步",
    forbidden: "您没有权限查看此页", forbiddenMeaning: "此页属于其他角色。请从左侧菜单选择您的页面，或联系本单位负责人。",
    missing: "没有找到这一页", missingMeaning: "地址有误，或内容不属于您的单位。请从左侧菜单重新进入。",
    table: "查看数据表", chart: "查看图表",
  },
  fault: {
    case: "案例编号",
    offline: { what: "连接不到服务器", meaning: "刚才的操作没有发出，您看到的仍是上次的数据。", action: "请检查网络后重试。" },
    timeout: { what: "服务器没有在时限内回答", meaning: "操作可能仍在进行；同一操作重试不会执行两次。", action: "请稍候重试。" },
    page_fault: { what: "页面发生错误", meaning: "数据没有改变。", action: "请刷新页面；若再次出现，请把这段文字发给管理员。" },
    other: { what: "操作没有完成", meaning: "服务器没有接受这次请求，数据没有改变。", action: "请稍候重试；若仍不成功，请把编号发给管理员。" },
  },
  shell: {
    skip: "跳到正文", navigation: "导航", otherLanguage: "EN", light: "浅色", dark: "深色", account: "账户", signOut: "退出登录",
    notYet: "您的账户尚未开通", noOrganisation: "您还不属于任何单位",
    fold: "收起侧栏", unfold: "展开侧栏", searchHint: "搜索报告、交易、资产…",
  },
  menuGroup: { daily: "日常", accounting: "核算", trading: "资产与交易", verification: "核查", oversight: "监管", administration: "管理", general: "通用" },
  menu: {
    home: "工作台", live: "实时监测", accounting: "排放核算", reports: "排放报告", market: "交易市场", assets: "配额与碳币", search: "搜索",
    settings: "密钥与设置", queue: "核查队列", oversight: "监管总览", actions: "待办事项", enterprises: "企业", trace: "溯源", chain: "区块链",
    registrations: "用户审核", issuance: "发行",
  },
  chip: {
    waiting: "待上链", sent: "已排序", committed: "已上链", refused: "链上拒绝", expired: "已过期",
    block: "区块 #{{n}}", seconds: "{{s}} 秒", refusedWhy: "未上链：{{why}}", progress: "上链进度", signed: "已签名", ordered: "已提交排序", confirmed: "已确认",
    queued: "已签名并排队。链恢复后自动上链，不会丢失，也不会执行两次。",
  },
} as const;
