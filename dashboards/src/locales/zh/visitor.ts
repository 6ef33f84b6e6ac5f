export const visitor = {
  visitor: {
    verify: "验证报告", signIn: "登录", register: "注册", enter: "进入系统", honest: "演示环境的三个组织由同一方运行：背书只对外部人员证明顺序与完整。",
    heroTitle: "每一吨排放，都能追到仪表的签名读数", heroLead: "从计量点读数到月度活动数据，从核算、核查到链上签发与配额交易，一条证据链走到底。",
    reports: "链上报告", tonnes: "年度核定排放", lastPrice: "配额最新价", noTrade: "暂无成交", howTitle: "五步完成一份可信的报告",
    steps: {
      measure: { title: "计量", text: "计量点的每条读数落库后才确认；异常读数隔离并注明原因。" },
      account: { title: "核算", text: "按行业指南逐条计算，每个数字可展开到公式、因子和证据。" },
      submit: { title: "提交", text: "负责人用本人密钥签署，摘要上链，之后无人能悄悄修改。" },
      verify: { title: "核查", text: "审核机构随机抽取，先定抽样计划再看样本，步骤缺一不可批准。" },
      trade: { title: "交易", text: "配额按序号流转，券款同时交割，监管机构实时可见。" },
    },
    checkTitle: "验证一份报告", checkText: "无需账户。拖入报告文件，摘要在您的浏览器里计算，再与链上比对。",
  },
  login: {
    title: "登录", email: "邮箱", password: "密码", submit: "登录", code: "验证码", codeHint: "验证器应用中的六位数字，或一个备用码", codeSubmit: "确认",
    noAccount: "还没有账户？", wrong: "邮箱或密码不正确。请检查后重试。", wrongCode: "验证码不正确或已用过。请等待下一个验证码。", tooMany: "尝试次数过多，请稍后再试。",
    enrolTitle: "设置第二重验证", enrolText: "用验证器应用扫描二维码，或手工输入密钥，然后输入应用显示的六位数字。", secret: "密钥", enrolSubmit: "启用", passwordAgain: "请再次输入密码以启用",
    back: "换一个账户",
  },
  register: {
    title: "注册", intro: "选择您的单位类型。审核通过并由监管机构在链上确认后即可使用。", kind: "单位类型", name: "单位名称", uscc: "统一社会信用代码", usccHint: "18 位，最后一位为校验码，输入时即核对",
    sector: "行业", role: "您的角色", person: "姓名", email: "邮箱", phone: "手机", password: "密码", passwordHint: "至少 10 位，不能全是数字，也不能是常见密码",
    document: "证明文件", documentHint: "营业执照或授权书，PDF、PNG 或 JPEG，不超过 10 MB", documentChoose: "选择或拖入文件",
    kinds: { enterprise: "报送排放、持有和交易配额", auditor: "核查排放报告并签发", regulator: "查看全局、确认账户与发行", administrator: "审核注册、发起发行、维护网络" },
    faults: {
      required: "必填", email: "邮箱格式不正确", uscc_length: "应为 18 位", uscc_character: "含有不允许的字符（不用 I、O、Z、S、V）", uscc_check: "校验码不正确，请核对是否录错", password: "密码至少 10 位",
      document: "请上传证明文件", documentKind: "只接受 PDF、PNG 或 JPEG 文件", documentSize: "文件超过 10 MB", documentEmpty: "文件是空的",
    },
    keyTitle: "生成签名密钥", keyText: "密钥在本浏览器中生成，不能导出，也不会上传。服务器只保存公钥。", keyMake: "生成密钥与恢复码", submit: "提交注册", insecure: "此地址未加密，浏览器不能生成密钥。请用 https 或 http://localhost 地址打开。",
    doneTitle: "注册已提交", doneText: "请保存查询码，凭它可以随时查看审核进度。", code: "查询码", seeStatus: "查看进度", have: "已经提交过？", steps: { form: "填写资料", key: "密钥与恢复码", done: "提交" },
  },
  status: {
    title: "注册进度", code: "查询码", ask: "查询", state: "状态", submitted: "提交时间", remark: "审核意见", stepsTitle: "开通步骤",
    step: { done: "已完成", failed: "失败", waiting: "等待", running: "进行中" },
    names: { register: "链上登记账户", propose: "提交激活", confirm: "监管机构确认", schema: "建立数据空间", device_rights: "开通采集权限", membership: "开通登录" },
  },
  verify: {
    title: "验证报告", intro: "拖入排放报告或核查报告的 PDF、Excel 或 JSON，或输入摘要。摘要在本浏览器计算，与链上记录比对；文件不会被保存。", drop: "拖入报告文件，或点击选择", dropHint: "PDF、Excel（XLSX）或 JSON，不超过 20 MB",
    digest: "报告摘要（64 位十六进制）", ask: "比对", badDigest: "摘要应为 64 位十六进制字符", computing: "正在计算摘要…",
    found: "与链上记录一致", foundText: "这份报告与链上签发的内容逐字节相同。", notFound: "链上没有这份报告", notFoundText: "文件被改动过，或从未签发。请向出具方索取原件。",
    here: "本浏览器计算的摘要", noAttachment: "文件里没有可读取的报告数据", noAttachmentText: "这不是本平台的报告，或附件已被移除。可以直接输入摘要比对。",
    foundVerification: "这份核查报告与批准排放报告时上链的摘要一致。", pagesSame: "文件与本平台出具的原件逐字节相同。", pagesDiffer: "文件里的数据是真的，但文件本身不是本平台出具的原件", pagesDifferText: "页面或单元格可能被改动过：请以下面列出的数据为准，并向出具方索取原件。",
    enterprise: "企业", period: "期间", total: "排放总量", state: "链上状态", block: "区块", tx: "交易", time: "时间", endorsers: "背书组织", signers: "签署人", guideline: "核算指南", superseded: "此报告已被更正，请查看新版本。",
    figures: "报告中的数字", figure: "项目", value: "数值", limit: "说明", tooBig: "文件超过 20 MB",
  },
} as const;
