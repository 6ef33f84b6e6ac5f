export const people = {
  members: {
    title: "成员", colleagues: "本单位成员", onTheWay: "邀请中", noneOnTheWay: "没有进行中的邀请", name: "姓名", role: "角色", status: "状态", since: "加入时间", invitedAt: "邀请时间", self: "您本人",
    statuses: { active: "在职", suspended: "已停用", pending: "待激活", ended: "已结束" },
    suspend: "停用", reinstate: "恢复", end: "结束成员身份", changeRole: "更换角色", invite: "邀请同事", send: "生成邀请码",
    inviteText: "同事用邀请码设置密码并在自己的设备上生成密钥；平台管理员审核、监管机构在链上确认后即可使用。已在其他企业登录的同事用原账户加入。",
    codeOnce: "邀请码只显示这一次，请当面或用可信渠道交给{{name}}：", waitsForHer: "等待本人接受", waitsForAdministrator: "等待管理员审核", waitsForRegulator: "等待监管机构确认",
    endTitle: "结束{{name}}的成员身份", changeTitle: "更换{{name}}的角色", endText: "此人在本单位的登录立即失效，不能恢复；以前签署的内容不变。",
    changeText: "链上的角色不能修改：结束后请以新角色重新邀请，本人将生成新的密钥。", endLedger: "其密钥在链上仍绑定，直到两名平台管理员在链上停用此人；没有成员身份，平台不再受理其签名。",
    endAndInvite: "结束并重新邀请", again: "请为{{name}}选择新的角色并生成邀请码。", organisations: "切换单位",
  },
  invitation: {
    title: "接受邀请", intro: "输入同事给您的邀请码，在本设备生成您的密钥。", code: "邀请码", whoTitle: "您将加入", accept: "接受邀请",
    joinText: "您将用现有账户加入，密码不变。每个单位使用各自的密钥和恢复码：请为本单位生成新的一套。", signInFirst: "这个邮箱已有账户。请先登录，再接受邀请；密码不会改变。",
  },
} as const;
