"""What the radar may say of a document: a name, how much it weighs, facts, and the other place. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Sign(Enum):
    """value: (weight, Chinese, English). Weight 2 is a suspicion by itself; of weight 1 two are needed."""

    same_image = (
        2,
        "图像与“{other}”（{place}）{percent}% 相同",
        "The image is {percent}% the same as “{other}” ({place})",
    )
    same_figures = (
        2,
        "{count} 个数值与“{other}”（{place}）相同：{figures}",
        "{count} figures are the same as in “{other}” ({place}): {figures}",
    )
    copied_month = (
        2,
        "数值照搬自 {place} 的“{other}”：{figures}",
        "The figures are those of “{other}” of {place}: {figures}",
    )
    same_elsewhere = (
        2,
        "另一家企业有图像或数值相同的文件",
        "Another enterprise has a file with the same image or figures",
    )
    dates_disordered = (
        2,
        "日期前后矛盾：{earlier_label} {earlier} 晚于 {later_label} {later}",
        "Dates out of order: {earlier_label} {earlier} is after {later_label} {later}",
    )
    dates_differ = (
        2,
        "文件中的{label} {found} 与填报的 {stated} 不同",
        "{label} in the file is {found}, stated was {stated}",
    )
    made_before = (
        2,
        "文件在 {made} 生成，早于其中的{label} {day}",
        "The file was made on {made}, before its own {label} {day}",
    )
    tested_together = (
        2,
        "{count} 个月的样品在同一周检测：{months}",
        "Samples of {count} months were tested in one week: {months}",
    )
    edited_later = (
        2,
        "文件生成后被改动：{what}",
        "The file was changed after it was made: {what}",
    )
    edited_after_signature = (
        2,
        "文件签名后被改动：{what}",
        "The file was changed after it was signed: {what}",
    )
    covered_text = (
        2,
        "有文字被遮盖并改写：{what}",
        "Text was covered and written over: {what}",
    )
    odd_font = (
        2,
        "同一页上少数数字用了另一份相同字体：{what}",
        "A few figures of a page stand in a second copy of its font: {what}",
    )
    editing_software = (
        2,
        "最后一次由编辑软件 {software} 保存",
        "Last saved by the editing software {software}",
    )
    saved_again = (
        1,
        "文件在生成之后（{made}）又被保存（{changed}）",
        "The file was saved again ({changed}) after it was made ({made})",
    )
    sums_differ = (
        2,
        "数值自相矛盾：{rule}，应为 {expected}，写的是 {found}",
        "Figures contradict one another: {rule} gives {expected}, the file says {found}",
    )
    code_differs = (
        2,
        "二维码与印出的内容不同：{what}，二维码为 {code}，印的是 {printed}",
        "The QR code and the print differ in the {what}: the code says {code}, printed is {printed}",
    )
    code_missing = (
        2,
        "没有二维码，而{laboratory}此前的 {count} 份文件都有（如 {place} 的“{other}”）",
        "There is no QR code; all {count} others of {laboratory} have one (such as “{other}” of {place})",
    )
    unit_wrong = (
        2,
        "{label} {found} 的单位写作 {unit}，量级更像 {likely}",
        "{label} {found} is written in {unit}; by its size it is {likely}",
    )
    other_month = (
        1,
        "文件中的日期都不在 {period}",
        "None of the file's dates lies in {period}",
    )

    @property
    def weight(self) -> int:
        """1 or 2."""
        return int(self.value[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One sign found. twin: id of the other document, of the same enterprise only; facts fill the words."""

    sign: Sign
    facts: Mapping[str, str] = field(default_factory=dict)
    twin: str = ""

    def words(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        return str(self.sign.value[1 if language == "zh" else 2]).format(**self.facts)


def is_suspect(found: list[Suspicion]) -> bool:
    """Whether the signs of one document together make it suspect."""
    return sum(one.sign.weight for one in found) >= 2
