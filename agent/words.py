"""What the agent says to people, in Chinese and English: what happened, what it means, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Notice(StrEnum):
    """The named things that can go wrong, or right again."""

    CONFIGURATION_INVALID = "configuration_invalid"
    KEY_MISSING = "key_missing"
    KEY_INVALID = "key_invalid"
    KEY_READABLE = "key_readable"
    ALREADY_RUNNING = "already_running"
    SPOOL_DAMAGED = "spool_damaged"
    DISK_UNUSABLE = "disk_unusable"
    SPOOL_FULL = "spool_full"
    SPOOL_ROOM = "spool_room"
    SPOOL_WENT_BACK = "spool_went_back"
    PLATFORM_WENT_BACK = "platform_went_back"
    BROKER_AWAY = "broker_away"
    BROKER_BACK = "broker_back"
    BROKER_REFUSES = "broker_refuses"
    PUBLISH_DENIED = "publish_denied"
    BATCH_REFUSED = "batch_refused"
    RECEIPT_LATE = "receipt_late"
    RECEIPT_BACK = "receipt_back"
    CLOCK_OFF = "clock_off"
    CLOCK_RIGHT = "clock_right"
    SOURCE_AWAY = "source_away"
    SOURCE_BACK = "source_back"
    SOURCE_UNREADABLE = "source_unreadable"
    LIBRARY_MISSING = "library_missing"
    REGISTER_FELL = "register_fell"
    METER_UNKNOWN = "meter_unknown"


@dataclass(frozen=True, slots=True)
class Words:
    """One notice in one language, with places for facts."""

    what: str
    meaning: str
    action: str


_TEXTS: Mapping[Notice, tuple[Words, Words]] = {
    Notice.CONFIGURATION_INVALID: (
        Words("配置有误：{problems}", "代理没有启动，未读取任何仪表。", "按上面每行改正后再运行。"),
        Words(
            "The configuration is wrong, as the lines above say.",
            "The agent has not started and reads no meter.",
            "Correct each line named above and run it again.",
        ),
    ),
    Notice.KEY_MISSING: (
        Words("没有密钥文件 {path}。", "没有密钥不能签名，代理没有启动。", "运行 tanheng agent keys。"),
        Words(
            "There is no key file {path}.",
            "Nothing can be signed; the agent has not started.",
            "Run tanheng agent keys.",
        ),
    ),
    Notice.KEY_INVALID: (
        Words(
            "{path} 不是 Ed25519 私钥：{error}",
            "代理没有启动。",
            "恢复原文件；若已丢失，换新密钥并重新登记。",
        ),
        Words(
            "{path} holds no Ed25519 private key: {error}",
            "The agent has not started.",
            "Restore the file; if it is lost, make a new key and register it.",
        ),
    ),
    Notice.KEY_READABLE: (
        Words(
            "{path} 可被他人读取（权限 {mode}）。",
            "别人可以冒充本网关签名。",
            "chmod 600 {path}；若可能已泄露，请吊销并换新。",
        ),
        Words(
            "{path} can be read by others (mode {mode}).",
            "Somebody else could sign as this gateway.",
            "chmod 600 {path}; if it may have leaked, revoke it and make a new one.",
        ),
    ),
    Notice.ALREADY_RUNNING: (
        Words(
            "已有一个代理在使用缓存 {path}（进程 {pid}）。",
            "两个代理会给不同读数编同一序号。",
            "先停止它，或为本代理另设 spool。",
        ),
        Words(
            "Another agent uses the spool {path} (process {pid}).",
            "Two agents would give different readings one number.",
            "Stop it first, or give this one its own spool.",
        ),
    ),
    Notice.SPOOL_DAMAGED: (
        Words(
            "缓存文件损坏，已移到 {path}：{error}",
            "其中尚未送达的读数缺失；新读数用新的启动序号。",
            "检查存储卡；保留该文件以便取证。",
        ),
        Words(
            "The spool was damaged and is kept as {path}: {error}",
            "Readings in it that had not arrived are missing; new ones get a new boot number.",
            "Check the disk or card; keep the file as evidence.",
        ),
    ),
    Notice.DISK_UNUSABLE: (
        Words("文件无法使用：{error}", "代理没有运行。", "检查路径、权限和存储卡。"),
        Words(
            "A file cannot be used: {error}",
            "The agent does not run.",
            "Check the path, the rights to it and the disk.",
        ),
    ),
    Notice.SPOOL_FULL: (
        Words(
            "缓存已满：{reason}。",
            "CSV 与 MQTT 来源暂停等待，不丢失；轮询来源的读数此间不取，起止时间和次数会上报。",
            "恢复与平台的连接，清理磁盘，或增大 limits.spool_mb。",
        ),
        Words(
            "The spool is full: {reason}.",
            "CSV and MQTT sources wait and lose nothing; polled readings are not taken, which is reported.",
            "Restore the way to the platform, free disk space, or raise limits.spool_mb.",
        ),
    ),
    Notice.SPOOL_ROOM: (
        Words("缓存又有空间。", "恢复取数；期间未取 {missed} 个读数。", "无需操作。"),
        Words("The spool has room again.", "Readings are taken; {missed} were not.", "Nothing."),
    ),
    Notice.SPOOL_WENT_BACK: (
        Words(
            "平台已有 {meter} 的序号 {to}，本缓存只到 {seq}。",
            "缓存是旧副本；未回执的读数改用启动序号 {boot} 重发。",
            "确认没有第二台设备使用同一密钥。",
        ),
        Words(
            "The platform has sequence {to} of {meter}, this spool ends at {seq}.",
            "The spool is an old copy; what has no receipt is sent again under boot {boot}.",
            "Make sure that no second box uses the same key.",
        ),
    ),
    Notice.PLATFORM_WENT_BACK: (
        Words(
            "平台只有 {meter} 到 {to} 的读数，此前已回执到 {before}。",
            "平台可能从备份恢复；重发本机仍保留的 {again} 批。",
            "无需操作；缺失部分平台会列出。",
        ),
        Words(
            "The platform has {meter} up to {to}, though it had receipted {before}.",
            "It may have been restored from a backup; {again} batches that are still kept are sent again.",
            "Nothing; the platform lists what is missing.",
        ),
    ),
    Notice.BROKER_AWAY: (
        Words(
            "连不上 {host}:{port}：{error}",
            "读数保存在本机缓存，连上后按序补传。",
            "检查网络、地址和证书（broker.url, broker.ca_file）。",
        ),
        Words(
            "No way to {host}:{port}: {error}",
            "Readings stay in the spool and are sent in order later.",
            "Check the network, the address and the certificate (broker.url, broker.ca_file).",
        ),
    ),
    Notice.BROKER_BACK: (
        Words("已连接 {host}:{port}。", "正在按序补传 {waiting} 批。", "无需操作。"),
        Words("Connected to {host}:{port}.", "{waiting} batches are sent in order.", "Nothing."),
    ),
    Notice.BROKER_REFUSES: (
        Words(
            "{host}:{port} 拒绝登录 {identity}：{error}",
            "读数保存在本机缓存。",
            "核对 gateway.identity 与口令文件；网关是否已被吊销？在网关页换新口令。",
        ),
        Words(
            "{host}:{port} refuses the sign-in of {identity}: {error}",
            "Readings stay in the spool.",
            "Compare gateway.identity and the password file. Was it revoked? Renew the password on its page.",
        ),
    ),
    Notice.PUBLISH_DENIED: (
        Words(
            "不允许发布到 {topic}：{error}",
            "这些读数保存在本机缓存。",
            "gateway.identity 必须是网关页显示的用户名。",
        ),
        Words(
            "Publishing to {topic} is denied: {error}",
            "These readings stay in the spool.",
            "gateway.identity must be the user name that the gateway's page shows.",
        ),
    ),
    Notice.BATCH_REFUSED: (
        Words("平台没有接受 {meter} 从 {seq} 起的一批：{reason}", "该批保留在缓存，稍后重试。", "{todo_zh}"),
        Words(
            "The platform did not accept the batch of {meter} from {seq}: {reason}",
            "It stays in the spool and is tried again.",
            "{todo_en}",
        ),
    ),
    Notice.RECEIPT_LATE: (
        Words(
            "{seconds} 秒没有 {meter} 的回执。",
            "读数保留在缓存并重发。",
            "平台是否在运行？计量点是否已按此编号登记到本网关？",
        ),
        Words(
            "No receipt for {meter} for {seconds} s.",
            "Its readings stay in the spool and are sent again.",
            "Does the platform run? Is the meter registered with this id and gateway?",
        ),
    ),
    Notice.RECEIPT_BACK: (
        Words("{meter} 的读数又有回执。", "已送达平台。", "无需操作。"),
        Words("Readings of {meter} get receipts again.", "They are at the platform.", "Nothing."),
    ),
    Notice.CLOCK_OFF: (
        Words(
            "本机时钟比平台{direction_zh} {seconds} 秒（限值 {limit} 秒）。",
            "由本机计时的读数标为存疑，不计入小时用量。",
            "校时（NTP），代理会自动恢复。",
        ),
        Words(
            "This clock is {seconds} s {direction_en} the platform's (limit {limit} s).",
            "Readings timed by it are marked uncertain and do not count for hours.",
            "Set the clock (NTP); the agent notices by itself.",
        ),
    ),
    Notice.CLOCK_RIGHT: (
        Words("本机时钟已正确。", "读数恢复正常标记。", "无需操作。"),
        Words("This clock is right again.", "Readings are marked good.", "Nothing."),
    ),
    Notice.SOURCE_AWAY: (
        Words(
            "来源 {source} 无应答：{error}",
            "此间的读数取不到；累计寄存器恢复后总量不丢。",
            "检查设备、地址和接线。",
        ),
        Words(
            "The source {source} does not answer: {error}",
            "Readings of this time are not taken; a register's total is there when it is back.",
            "Check the device, its address and the wiring.",
        ),
    ),
    Notice.SOURCE_BACK: (
        Words("来源 {source} 已恢复。", "读数继续。", "无需操作。"),
        Words("The source {source} answers again.", "Readings go on.", "Nothing."),
    ),
    Notice.SOURCE_UNREADABLE: (
        Words(
            "{source} {place} 读不懂：{error}",
            "此条没有成为读数；共 {count} 条，见 tanheng agent status。",
            "改正来源的格式或 {key} 配置。",
        ),
        Words(
            "{source} {place} cannot be read: {error}",
            "It did not become a reading; {count} so far, see tanheng agent status.",
            "Correct the source's format or the setting {key}.",
        ),
    ),
    Notice.LIBRARY_MISSING: (
        Words(
            "来源 {source} 需要 {package}，本机没有安装。",
            "代理没有启动。",
            "pip install {package}（或 tanheng-agent[{extra}]）。",
        ),
        Words(
            "The source {source} needs {package}, which is not installed.",
            "The agent has not started.",
            "pip install {package} (or tanheng-agent[{extra}]).",
        ),
    ),
    Notice.REGISTER_FELL: (
        Words(
            "{meter} 的寄存器由 {old} 降至 {new}。",
            "读数照发；平台等待人说明，绝不计负数。",
            "在计量点页选择：翻转、换表、清零；换表也可用 tanheng agent replaced。",
        ),
        Words(
            "The register of {meter} fell from {old} to {new}.",
            "Readings go on; the platform waits for a person's word and counts nothing negative.",
            "Declare rollover, replacement or reset on the meter's page; or run tanheng agent replaced.",
        ),
    ),
    Notice.METER_UNKNOWN: (
        Words("配置里没有计量点 {meter}。", "什么也没有做。", "可用：{known}。"),
        Words("The configuration has no meter {meter}.", "Nothing was done.", "Known: {known}."),
    ),
}

_ADVICE: Mapping[str, tuple[str, str]] = {
    "batch_key_unknown": (
        "在网关页登记本机公钥（tanheng agent keys 可再次显示）。",
        "Register this gateway's public key on its page (tanheng agent keys shows it).",
    ),
    "batch_key_revoked": (
        "本机密钥已停用：生成新密钥（tanheng agent keys），在网关页登记。",
        "This key was revoked: make a new one (tanheng agent keys) and register it on the gateway's page.",
    ),
    "batch_signature_invalid": (
        "密钥文件与登记的不一致：核对指纹。",
        "Compare the fingerprint of the key file.",
    ),
    "unknown_meter": ("在平台登记该计量点，编号须一致。", "Register the meter on the platform with this id."),
    "meter_not_of_gateway": (
        "该计量点属于另一网关：在平台改正。",
        "The meter belongs to another gateway: correct it.",
    ),
    "unknown_tenant": ("核对 gateway.identity。", "Check gateway.identity."),
}
_ADVICE_ELSE = ("在平台的隔离区查看原因。", "See the reason in the platform's quarantine.")


class AgentError(Exception):
    """Something that stops a command; `notice` names it."""

    def __init__(self, notice: Notice, /, **facts: object) -> None:
        self.notice = notice
        self.facts = facts
        super().__init__(text_of(notice, **facts))


def text_of(notice: Notice, **facts: object) -> str:
    """The notice's words: Chinese line, English line, and its name, by which it is asked about."""
    chinese, english = _TEXTS[notice]
    lines = [
        f"{words.what.format(**facts)} {words.meaning.format(**facts)} {words.action.format(**facts)}"
        for words in (chinese, english)
    ]
    return "\n".join([*lines, f"[agent.{notice}]"])


def todo(reason: str) -> dict[str, str]:
    """What to do about a batch that the platform refused, as facts of BATCH_REFUSED."""
    chinese, english = _ADVICE.get(reason, _ADVICE_ELSE)
    return {"todo_zh": chinese, "todo_en": english}
