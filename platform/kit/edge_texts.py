"""What a person reads when the door itself says no: not signed in, not found, wrong input, too fast, a fault of ours.

Refusals of the domain have their texts in the lexicon; these are about the request, not about carbon.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, what it means, what to do."""

    what: Text
    meaning: Text
    action: Text


_NOTHING_CHANGED = Text("没有任何数据被更改。", "Nothing was changed.")

EDGE: dict[str, Words] = {
    "not_signed_in": Words(
        Text("您尚未登录，或登录已过期。", "You are not signed in, or the session has ended."),
        Text("此页面或接口需要登录。", "This page or call needs a sign-in."),
        Text("请登录后再试。", "Sign in and try again."),
    ),
    "token_refused": Words(
        Text("访问令牌无效、已撤销或已过期。", "The token is unknown, revoked or expired."),
        Text("程序无法以此令牌访问。", "A program cannot enter with this token."),
        Text("请在“我的令牌”中新建令牌。", "Make a new token under My tokens."),
    ),
    "csrf_failed": Words(
        Text("请求缺少有效的页面校验码。", "The request lacks a valid page check (CSRF)."),
        Text(
            "为防止他人冒用您的登录，请求未被执行。",
            "To keep others from using your sign-in, it was not carried out.",
        ),
        Text("请刷新页面后重试。", "Reload the page and try again."),
    ),
    "no_membership": Words(
        Text("您还不是任何已开通机构的成员。", "You are not a member of any active organisation."),
        Text(
            "注册审核通过并上链后才能使用。", "It opens when your registration is approved and on the ledger."
        ),
        Text("请查看注册进度。", "Look at the state of your registration."),
    ),
    "second_factor_missing": Words(
        Text("您的账户尚未启用第二验证。", "Your account has no second factor yet."),
        Text(
            "除首次登录外，必须启用动态口令或通行密钥。",
            "All but a first sign-in needs a one-time code or a passkey.",
        ),
        Text("请先在“安全设置”中启用。", "Set one up under Security first."),
    ),
    "right_missing": Words(
        Text("您的角色无权进行此操作。", "Your role may not do this."),
        _NOTHING_CHANGED,
        Text(
            "请由有权限的同事操作，或联系负责人调整角色。",
            "Ask a colleague who may, or your head for another role.",
        ),
    ),
    "no_tenant": Words(
        Text(
            "此操作属于企业，您当前的机构不是企业。",
            "This belongs to an enterprise; your organisation is none.",
        ),
        _NOTHING_CHANGED,
        Text("请以企业成员身份登录。", "Sign in as a member of an enterprise."),
    ),
    "not_found": Words(
        Text("没有找到您请求的内容。", "What you asked for was not found."),
        Text("它不存在，或不在您可查看的范围内。", "It does not exist, or is outside what you may see."),
        Text("请检查地址，或从列表重新进入。", "Check the address, or enter again from a list."),
    ),
    "invalid_input": Words(
        Text("提交的内容有误，见各字段说明。", "Some fields are wrong; see each of them."),
        _NOTHING_CHANGED,
        Text("请更正后重新提交。", "Correct them and send again."),
    ),
    "not_readable": Words(
        Text("服务器无法读懂请求的格式。", "The request could not be read."),
        _NOTHING_CHANGED,
        Text("请以 JSON 或表单格式重新发送。", "Send it again as JSON or as a form."),
    ),
    "method_not_allowed": Words(
        Text("此地址不支持这种请求方式。", "This address does not take that method."),
        _NOTHING_CHANGED,
        Text("请查看接口文档。", "See the API's documentation."),
    ),
    "not_acceptable": Words(
        Text("服务器无法以所要求的格式回答。", "The answer is not available in that format."),
        _NOTHING_CHANGED,
        Text("请要求 application/json。", "Ask for application/json."),
    ),
    "too_many_requests": Words(
        Text("请求过于频繁。", "Too many requests."),
        Text("为保护其他用户，暂时限制了您的请求。", "To protect others, yours are held back for a moment."),
        Text("请在 {wait_s} 秒后重试。", "Try again in {wait_s} seconds."),
    ),
    "locked_out": Words(
        Text("登录失败次数过多，已暂时锁定。", "Too many failed sign-ins; locked for now."),
        Text(
            "仅锁定此账户在此网络的登录，不影响他人。",
            "Only this account from this network is locked, nobody else.",
        ),
        Text(
            "请在 {wait_s} 秒后重试，或使用通行密钥登录。",
            "Try again in {wait_s} seconds, or sign in by passkey.",
        ),
    ),
    "too_large": Words(
        Text("文件或请求过大。", "The file or request is too large."),
        _NOTHING_CHANGED,
        Text("请压缩或拆分后再上传（上限 {limit_mb} MB）。", "Shrink or split it (at most {limit_mb} MB)."),
    ),
    "key_reused": Words(
        Text("同一幂等键已用于另一份内容。", "This Idempotency-Key was used for other content."),
        Text("为防止重复或混淆，请求未被执行。", "To avoid a mix-up, it was not carried out."),
        Text("请为新请求使用新的幂等键。", "Use a new key for a new request."),
    ),
    "still_running": Words(
        Text("同一请求仍在处理中。", "The same request is still being worked on."),
        Text("它只会被执行一次。", "It will be carried out once only."),
        Text("请稍候再查询结果。", "Wait a moment and ask again."),
    ),
    "server_fault": Words(
        Text("服务器出现故障，请求未能完成。", "The server failed; the request was not completed."),
        Text(
            "已提交的数据不受影响，本次操作已整体撤销。",
            "What was stored before is safe; this act was undone as a whole.",
        ),
        Text(
            "请稍后重试；若仍失败，请将编号告知管理员。",
            "Try again later; if it fails again, tell the case number to an administrator.",
        ),
    ),
}
