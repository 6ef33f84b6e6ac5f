export const devices = {
  devices: {
    title: "厂区与计量点", addPlant: "新增厂区", firstPlant: "先建厂区，再接网关和计量点", readOnly: "您可以查看，新增和修改由仪表员、碳管理员或负责人进行。", meters: "计量点", addMeter: "新增计量点", noMeters: "还没有计量点",
    noMetersText: "按铭牌填写，再等待第一条读数。", gatewayFirst: "请先在下方新增网关：计量点通过网关发布读数。", meter: "计量点", medium: "介质", register: "寄存器", gateway: "网关", lastReading: "最近读数", onLedger: "链上登记", never: "尚无读数",
    chain: { unregistered: "未登记", pending: "登记中", registered: "已登记" },
    id: "编号", idHint: "小写字母、数字、连字符，2–40 位；用于主题和链上，之后不能修改", name: "名称", nameZh: "中文名称", nameEn: "英文名称", region: "所在省份", regionHint: "拼音小写，如 jiangsu；用于电网因子",
    unit: "单位", unitHint: "寄存器累计量的单位", leastCount: "最小分度", leastCountHint: "寄存器最小的一步", digits: "位数", turnsOver: "到 {{value}} {{unit}} 翻转", interval: "读数间隔（秒）",
    validFrom: "安装日期", validFromHint: "早于此日期的读数不接受", stream: "排放源流", streamHint: "如 fuel:coal；可在核算中再绑定", calibration: "检定证书", calibrationHint: "没有有效证书的读数最高 C 级；也可以之后在计量点页登记", calibratedUntil: "检定有效期至",
    gateways: "网关", addGateway: "新增网关", noGateways: "还没有网关", noGatewaysText: "网关有自己的登录名和密钥，为计量点发布读数。", key: "签名密钥", unsigned: "未签名", since: "建立时间", state: "状态", active: "在用", revoked: "已停用",
    newPassword: "换新密码", revoke: "停用", revokeTitle: "停用网关 {{name}}", revokeText: "网关立即不能登录，也不能再签名；以前的读数保留。此操作不能撤回。",
    publicKey: "设备公钥（可选）", publicKeyHint: "在设备上生成密钥对，只贴公钥（PEM、tanheng agent keys 显示的 spki 或十六进制，Ed25519 或 P-256）。没有公钥的读数为 B 级（未签名）。", publicKeyFault: "这不是 Ed25519 或 P-256 公钥。请贴“BEGIN PUBLIC KEY”开头的内容；私钥请留在设备上。",
    makeSignIn: "生成登录信息", onceTitle: "网关 {{name}} 的登录信息", once: "密码只显示这一次，关闭后只能换新。请立即写入设备。", broker: "接入地址", username: "登录名", topic: "主题", receipts: "回执主题",
    lineHint: "可直接运行的命令（把 PLANT 和 METER 换成编号）：", lineWithout: "可直接运行的命令（密码取自环境变量 MQTT_PASSWORD）：",
    plate: "铭牌", registerTitle: "在链上登记计量点", registerStatement: "我确认以下内容与铭牌一致，并在链上登记这个计量点。", registerText: "登记后，这个计量点的签名读数可锚定到链上，作为报告的依据。", registerNow: "签名并登记",
    firstReading: "第一条读数", waiting: "等待第一条读数…", arrived: "读数已到达并落库。请与现场铭牌和表底核对。", at: "仪表时间", offset: "距今", signature: "签名", signed: "签名有效", instead: "网关发来但没有落库的内容",
  },
} as const;
