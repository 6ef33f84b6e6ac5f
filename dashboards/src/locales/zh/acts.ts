export const acts = {
  acts: {
    propose: "发起双人操作", proposeNote: "签名后由另一人复核；理由原文留在平台，链上只存摘要，相关企业可见。", act: "操作", target: "企业", person: "人员", reason: "理由与依据", reasonHint: "写明事实与法律依据，相关企业会看到", hold: "冻结种类", orders: "禁止交易", ordersHint: "该企业不能挂单、成交、报价；已挂出的不能被成交", lots: "冻结的配额批次", lotsNone: "该企业没有可以冻结的配额", period: "期间", submit: "核对并签名",
    heldLots: "解冻的配额批次", heldNone: "该企业没有被冻结的配额", ordersBack: "恢复交易", whole: "全部人员", confirmedBy: "复核人", notBefore: "生效时间", notAfter: "复核期限", executeBefore: "执行期限", delay: "复核后还要等待 72 小时才能执行，期间可以撤回。", atOnce: "复核后立即生效。", second: "第二人", secondNote: "须由另一名{{role}}复核",
    withdraw: "撤回", withdrawTitle: "撤回双人操作", withdrawStatement: "我撤回以下双人操作，它不会再生效。", execute: "执行", executeTitle: "执行双人操作", executeStatement: "等待期已满，我执行以下双人操作。", waits: "{{at}} 起可执行", proposedTitle: "发起：{{act}}",
    words: { freeze: "冻结 {{organisation}}", unfreeze: "解冻 {{organisation}}", halt: "暂停全市场交易", resume: "恢复全市场交易", suspend: "停用 {{organisation}}", suspendPerson: "停用 {{organisation}} 的 {{person}}", reinstate: "恢复 {{organisation}}", reinstatePerson: "恢复 {{organisation}} 的 {{person}}", rebind: "为 {{organisation}} 的 {{person}} 更换密钥", void_draw: "{{period}} 期间重新抽签", set_own_limits: "{{organisation}} 的自有限额", trust_counterparty: "{{organisation}} 信任 {{counterparty}}" },
    statements: { freeze: "我提出冻结该企业的下列资产或交易。", unfreeze: "我提出解除下列冻结。", halt: "我提出暂停全市场交易：不能挂单、成交、协议和报价，可以撤回与开标。", resume: "我提出恢复交易。", suspend: "我提出停用：停用期间不能签署任何操作，密钥、持仓与报告保留。", reinstate: "我提出恢复被停用的账户或人员。", void_draw: "我提出作废该期间尚未揭晓的抽签，双方重新封存随机数。" },
    faults: { target: "请选择企业", reason: "请写明理由", lots: "请选择批次，或选择禁止交易", lotsBack: "请选择批次，或选择恢复交易", period: "请输入期间，如 2026-05 或 2026" },
    alone: "单人清缴上限", aloneCancel: "单人注销上限", block: "非信任对手大宗上限", newKeys: "新密钥", endedKeys: "停用的密钥", counterparty: "交易对手", ownTitle: "本单位的双人操作", ownNone: "没有涉及本单位的双人操作",
  },
  everybody: {
    title: "人员", sub: "各单位的人员；停用与恢复须由另一名管理员复核", search: "姓名、单位、邮箱或编号", none: "没有找到人员", name: "姓名", organisation: "单位", role: "角色", status: "状态", suspend: "停用", reinstate: "恢复", suspendAll: "停用单位", reinstateAll: "恢复单位", unitStatus: "单位状态", statuses: { active: "正常", suspended: "已停用", pending: "待激活", ended: "已离开" },
  },
} as const;
