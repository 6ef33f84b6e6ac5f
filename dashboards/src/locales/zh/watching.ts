export const watching = {
  begin: {
    title: "从零到第一个月", note: "完成后，每月的核算自动开始", guide: "指南中心", done: "（已完成）", then: "整月读数到齐后，核算期会自动出现在“排放核算”。",
    plant: "新增厂区", plantText: "名称、行业和所在省份。", gateway: "新增网关", gatewayText: "得到登录名和密码，设备用它发布读数。", meter: "新增计量点", meterText: "按铭牌填写单位、最小分度和位数。", reading: "收到第一条读数", readingText: "按计量点页给出的命令发一条；不通时页面会说明原因。",
    model: "建立核算模型", modelText: "选定核算指南，把排放源绑定到计量点。", noPlant: "先新增厂区，再接入网关和计量点，读数随后出现在这里。", noPlantOthers: "由本单位的仪表员、碳管理员或负责人新增厂区后，读数会出现在这里。",
  },
  day: {
    title: "厂区今日", open: "厂区今日", date: "日期", equation: "数据守恒", equationText: "签发 {{issued}} = 入库 {{stored}} + 隔离 {{quarantined}} + 拒绝 {{refused}} + 缺失 {{missing}}",
    issuedUnknown: "签发数未知：有设备不带序号，只能数入库、隔离和拒绝的读数（B 级）。", holds: "平衡", lacking: "缺 {{n}} 条", waitingHours: "待计算 {{n}} 个小时", chainBreaks: "签名链断开 {{n}} 处",
    hours: "24 小时", hoursNote: "每格一小时，点开看数值", total: "当日", full: "完整", part: "不完整", estimated: "估算", ambiguous: "待人工判定", nothing: "无读数", future: "未到",
    cell: "{{hour}}:00–{{next}}:00，{{quantity}} {{unit}}，{{complete}}/{{expected}} 条，{{state}}，第 {{version}} 版", cellEmpty: "{{hour}}:00–{{next}}:00，{{state}}",
    balances: "总表与分表", balancesNone: "还没有设置总表。在计量点页面为分表指定总表后，这里按日核对。", mainMeter: "总表", below: "分表合计", difference: "差额", share: "差额占比", within: "在 2 % 以内", beyond: "超出 2 %",
    gaps: "缺口", gapsNone: "这一天没有缺口", gapMeter: "计量点", gapSpan: "时段", gapMissing: "应有读数", owner: "负责人", due: "期限", noOwner: "未指派", take: "由我处理", give: "指派", giveTitle: "指派处理人：{{meter}}", takeUntil: "处理期限", closeGap: "无法补传", closeTitle: "关闭缺口：{{meter}}",
    closeText: "读数确实补不回来时，请写明原因。相关小时保持为估算值（C 级），关闭后不再提醒。", reason: "原因", refilled: "已补传，自动关闭", accepted: "{{name}} 关闭：{{note}}", overdue: "已逾期", state: "状态", openState: "待补传", shrunk: "已部分补传",
    adjustments: "已提交月份的迟到调整", adjustmentsNone: "没有调整。月份提交后才到的读数会记在这里，已提交的数字不变。", month: "月份", before: "提交时", after: "现在", change: "变化", found: "发现时间",
  },
  reception: {
    since: "自", stop: " 起。", database: "平台数据库暂时连不上。", server: "网页暂时连不上平台。",
    databaseThen: "不是厂里的故障。页面上是此前的内容；设备发来的读数由消息队列和平台磁盘保留，恢复后自动补存，本页随之更新，无需处理。", serverThen: "页面上是此前的内容。读数的接收与网页无关；请先确认本机网络，恢复后本页自动更新。",
    worker: "平台暂未接收读数。", broker: "网关暂时连不上平台。", store: "平台存储暂不可用，读数暂存在平台磁盘。",
    behind: "平台正在补存积压的读数。",
    workerThen: "不是厂里的故障。网关发来的读数由消息队列保留，恢复后自动补存，无需处理。", brokerThen: "不是厂里的故障。装有边缘代理的网关会保留读数并自动补传；自身不保留读数的设备会留下缺口，届时列出。", storeThen: "不是厂里的故障。恢复后自动补存，无需处理。",
    behindThen: "最新值可能晚几分钟，不会丢失。",
  },
  alarm: {
    title: "告警", none: "没有告警", since: "开始", handle: "已处理", handleTitle: "处理告警", handleText: "请写明做了什么（派单、联系厂家、核对现场等）。条件消失后告警自动结束。", note: "处理说明", handledBy: "{{name}} 已处理：{{note}}",
    silent: "{{name}} 静默", gateway: "网关 {{gateway}} 中断，影响 {{meters}} 个计量点", network: "厂区网络中断，影响 {{meters}} 个计量点", stuck: "{{name}} 连续 {{hours}} 小时读数不变", jump: "{{name}} 一小时用量是此前一周最大值的 {{times}} 倍以上", clockAhead: "{{name}} 仪表时钟快 {{seconds}} 秒", clockBehind: "{{name}} 仪表时钟慢 {{seconds}} 秒",
    silentWhy: "同网关的其他计量点正常，应是仪表或接线的问题。", gatewayWhy: "同一网关的计量点同时静默，应是网关或它的网络。恢复后网关会自动补传。", networkWhy: "各网关同时静默，应是厂区网络。恢复后网关会自动补传。", stuckWhy: "读数一直到达但寄存器不动，请核对脉冲或接线。", jumpWhy: "请核对是否换表、错位或真实负荷变化，写明后关闭。", clockWhy: "偏差超过 1 分钟。快 5 分钟以上的读数会被隔离，请给设备校时。",
  },
  meterLife: {
    lines: "接入方式", tool: "工具", mosquitto_pub: "命令行", telegraf: "Telegraf", node_red: "Node-RED", agent: "边缘代理", agentText: "写入 agent.toml 的 [broker]；其余见 tanheng agent 说明。签名读数为 A 级。", lineText: "复制后直接运行；密码取自环境变量 MQTT_PASSWORD。", telegrafText: "写入 telegraf.conf；采集到的指标名为计量点编号、字段名为 value。", nodeRedText: "在 Node-RED 中导入，再在连接里填密码。",
    state_waiting: "还没有收到任何连接。请核对地址和端口，设备要能连到这个地址。", state_refused: "刚才有连接因登录名或密码不对被拒绝（{{at}}）。请核对登录名 {{username}} 和密码；密码只显示一次，忘了可以换新。", state_handshake: "刚才有连接在 TLS 握手时被拒绝（{{at}}）：证书已撤销、已过期、不是本站签发，或设备不信任本站机构。请核对证书、私钥和 tanheng-authority.pem；可在网关的“证书”中换发。", state_connected: "网关已登录（{{at}}），但没有任何消息到达。主题必须以 v1/{{username}}/ 开头；用旧版协议发到别处会被静默丢弃，请用 MQTT 5。", state_revoked: "网关已停用，不能登录。请在厂区页新增网关或把计量点换到另一个网关。", state_held: "消息到了，但没有落库。原因如下：",
    replace: "换表", replaceText: "旧表与新表的单位、最小分度、位数相同时在这里换；不同则请新增计量点。换表当日用量 = (旧表底 − 最后读数) + (新读数 − 新表底)。", at: "换表时间", oldEnd: "旧表底", newStart: "新表底", seal: "封签号", note: "说明", sameGateway: "网关不变", replaced: "已登记换表。新安装需要再次签名登记到链上。", installation: "第 {{n}} 次安装", doReplace: "登记换表",
    place: "位置", main: "总表", noMain: "无（独立或总表本身）", gateway: "网关", savePlace: "保存", saved: "已保存。",
    calibrations: "检定登记", noCalibrations: "还没有检定记录", serial: "出厂编号（表号）", certificate: "证书编号", laboratory: "检定机构", calibratedOn: "检定日期", validUntil: "有效期至", required: "要求 %", foundShare: "实测 %", addCalibration: "登记检定", withdrawn: "已撤回", expired: "已过期", valid: "有效",
    grade: "数据等级", grade_A: "签名读数", grade_B: "未签名：登记设备公钥并用边缘代理可升为 A", grade_C: "瞬时量积分，或检定已过期", proof: "读数证明", proofText: "某一时刻（或其之前最近）的签名读数：网关原样批次、签名、公钥及其到当日锚定根的路径。持有报告的任何人可用命令离开本站核验；当日根上链后可取。", proofAt: "时刻", proofLoad: "下载读数证明", proofLine: "tanheng verify 报告.pdf --reading 读数证明.json", rateHint: "瞬时量（kW、t/h、Nm3/h）按梯形积分，数据等级最高 C；有累计寄存器时请接累计量。", quantityUnit: "用量单位",
  },
  certificates: {
    short: "证书", title: "网关 {{name}} 的证书", text: "证书与私钥是网关登录消息代理的凭据，名称即登录名，由本站的机构签发。续发不影响旧证书；换发使旧证书立即失效；撤销后几秒内断开。密码登录不受影响。",
    unavailable: "本站的消息代理没有启用证书登录（未装 mosquitto、未设 TLS 端口，或用的是外部代理）。请使用密码。", authority: "代理的签发机构", issue: "签发证书", renew: "续发证书", replace: "换发证书", replaceText: "此网关以前的证书立即失效，正在用它们的连接会断开。私钥丢失或泄露时这样做。",
    none: "还没有证书", list: "证书列表", serial: "序列号", issued: "签发", expires: "到期", state_active: "有效", state_expired: "已到期", state_revoked: "已撤销", revoke: "撤销证书", revokeText: "用此证书的连接在几秒内断开，之后不能登录。此操作不能撤回。",
    onceTitle: "网关 {{name}} 的新证书", once: "私钥只在这里出现一次，本站不保存。请立即下载三个文件并放到设备上（私钥权限 0600）。二维码含证书与私钥。", lineText: "在三个文件所在的目录运行：",
  },
  kept: {
    title: "读数的存储", measured: "测量于", day: "近 24 小时读数", ever: "累计读数", each: "每条读数占用（全平台）", bodies: "本厂签名原文", left: "磁盘还够用", days: "{{n}} 天（按全平台近 24 小时的速度）", long: "十年以上", unknown: "尚未测得",
    store_embedded: "原始读数存于内置 PostgreSQL。", store_influx: "原始读数存于本站自带的 InfluxDB。", store_elsewhere: "原始读数存于外部 InfluxDB，其磁盘不在此处可见。", store_unknown: "平台还没有测量过。", ruleEver: "原始读数、小时值和签名原文都长期保留。", ruleDays: "原始读数在 {{n}} 天后移入归档文件；小时值和签名原文长期保留。",
  },
  meterRange: { y1: "1 年", perDay: "每日", perHour: "每小时" },
} as const;
