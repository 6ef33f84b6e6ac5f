"""The names of all remarks, their sentences in Chinese and English, and which of them want an answer."""

from enum import Enum


class Name(Enum):
    """value: (blocks, Chinese, English). A blocking remark leaves no total; the others ride beside it."""

    # The shape of the input.
    malformed_input = (True, "输入不是约定的格式：{problem}", "The input has not the agreed shape: {problem}")
    unknown_field = (True, "输入里有不认识的字段 {field}", "The input has an unknown field {field}")
    number_not_text = (True, "{field} 的数值必须写成文本", "The number of {field} must be written as text")
    bad_number = (True, "{field} 不是十进制数：{given}", "{field} is no decimal number: {given}")
    # What the calculation is for.
    unknown_guideline = (True, "没有这个核算指南：{guideline}", "No such guideline: {guideline}")
    unknown_rule_version = (
        True,
        "指南没有这个规则版本：{version}",
        "The guideline has no rule version {version}",
    )
    rule_version_ambiguous = (
        True,
        "所选期间跨两个规则版本，请写明 rule_version",
        "The period spans two rule versions: name one",
    )
    bad_period = (
        True,
        "期间写法不对：{given}（应为 2023 或 2023-06）",
        "Bad period {given}: write 2023 or 2023-06",
    )
    missing_factor_set = (True, "没有指定 {role} 因子集", "No factor set is named for {role}")
    unknown_factor_set = (True, "没有这个 {role} 因子集：{given}", "No {role} factor set is called {given}")
    factor_set_foreign = (
        True,
        "因子集 {given} 不属于本指南；{role} 可选：{allowed}",
        "Factor set {given} does not belong to this guideline; for {role}: {allowed}",
    )
    region_missing = (True, "所选电网因子集按区域取值，请写明 region", "This grid set has regions: name one")
    unknown_region = (True, "电网因子集没有区域 {given}", "The grid set has no region {given}")
    no_streams = (True, "没有任何排放源", "There is no source stream")
    # One stream.
    duplicate_stream = (True, "排放源编号重复", "Two streams have this id")
    unknown_stream = (
        True,
        "本指南没有这类排放源：{kind} / {item}",
        "The guideline has no stream {kind} / {item}",
    )
    stream_period_missing = (
        True,
        "按月计算时每个排放源都要写明月份",
        "With a list of months each stream names one",
    )
    stream_period_outside = (
        True,
        "排放源的月份 {given} 不在核算期间内",
        "Month {given} is outside the period",
    )
    quantity_missing = (True, "没有活动水平数据", "There is no activity data")
    quantity_and_balance = (True, "活动量与收支平衡只能给一种", "Give a quantity or a balance, not both")
    balance_not_allowed = (True, "本排放源不能用收支平衡", "This stream takes no balance")
    balance_required = (
        True,
        "本排放源只能填收支平衡的各项",
        "This stream takes the fields of its balance only",
    )
    unknown_balance_field = (True, "收支平衡没有字段 {field}", "The balance has no field {field}")
    wrong_unit = (
        True,
        "{field} 的单位 {given} 不可用，可用：{allowed}",
        "{field}: unit {given} not allowed: {allowed}",
    )
    negative_quantity = (True, "{field} 不能为负", "{field} must not be negative")
    unknown_parameter = (True, "本排放源没有参数 {field}", "This stream has no parameter {field}")
    bad_source = (
        True,
        "{field} 没有注明来源，或来源 {given} 不认识",
        "{field} names no known source: {given}",
    )
    missing_factor = (
        True,
        "缺少 {field}：没有给出，因子集 {set} 也没有缺省值",
        "{field} is missing, {set} has no default",
    )
    factor_unknown = (
        True,
        "{field}：因子集 {set} 列有这一项，但尚无数值；请凭文件给出数值，或由管理员录入因子集",
        "{field}: {set} lists it without a figure; give one with its document, or have the set completed",
    )
    dimension_mismatch = (
        True,
        "{field} 的单位 {given} 与活动量单位 {quantity} 不是同一种量",
        "{field} in {given} does not go with a quantity in {quantity}",
    )
    fraction_out_of_range = (
        True,
        "{field} 应在 0 到 1 之间：{given}",
        "{field} must lie between 0 and 1: {given}",
    )
    percent_for_fraction = (
        True,
        "{field} 应是 0 到 1 的小数，{given} 像是百分数：若是，请填 {fraction}",
        "{field} is a fraction of 0 to 1; {given} looks like a percentage: if it is, write {fraction}",
    )
    percent_out_of_range = (
        True,
        "{field} 应在 0 到 100 之间：{given}",
        "{field} must lie in 0 to 100: {given}",
    )
    not_positive = (True, "{field} 必须大于 0：{given}", "{field} must be above 0: {given}")
    noncarbonate_over_total = (
        True,
        "{field}：非碳酸盐来源的部分大于总量",
        "{field}: the part not from carbonates is above the total",
    )
    physically_impossible = (
        True,
        "{field} 为 {given} {unit}，物理上不可能：应在 {low} 至 {high} {unit} 之间",
        "{field}: {given} {unit} is physically impossible, it lies between {low} and {high} {unit}",
    )
    carbon_and_moisture_over_whole = (
        True,
        "{field} {given} % 与水分 {moisture} % 之和超过 100 %",
        "{field}: {given} % and {moisture} % of moisture are more than 100 % together",
    )
    moisture_ar_below_ad = (
        True,
        "收到基水分 {given} % 小于空干基水分 {dried} %：请确认两项没有填反",
        "Moisture as received, {given} %, is below that of the air-dry sample, {dried} %: check their places",
    )
    recovered_over_capacity = (
        True,
        "回收量 {recovered} kg 大于设备容量 {capacity} kg",
        "{recovered} kg recovered is above the device's capacity of {capacity} kg",
    )
    not_whole = (True, "设备台数必须是整数：{given}", "Devices are counted whole: {given}")
    negative_loss = (
        True,
        "售出电量 {sold} MWh 大于供电量 {supplied} MWh，输配电损失为负",
        "{sold} MWh sold is above the {supplied} MWh supplied: the loss is negative",
    )
    unknown_residue = (
        True,
        "氧化率所引用的灰渣 {given} 不存在",
        "The residue {given} named for oxidation does not exist",
    )
    # Worth a look; the calculation stands.
    rule_version_differs = (
        False,
        "{period} 的数据按规定适用规则版本 {expected}，所选为 {given}",
        "Data of {period} fall under rule version {expected}; {given} was chosen",
    )
    default_differs = (
        False,
        "{field} 标为缺省值，但因子集 {set} 的缺省值是 {expected}",
        "{field} is called a default, but the default of {set} is {expected}",
    )
    factor_unverified = (
        False,
        "{field} 的缺省值尚未与指南原文核对",
        "The default of {field} has not been checked against the guideline's text",
    )
    loss_rate_high = (
        False,
        "输配电损失为供电量的 {percent} %，超过 15 %",
        "The loss is {percent} % of the supply, above 15 %",
    )
    dolomite_ratio_unusual = (
        False,
        "每吨镁消耗白云石 {ratio} t，通常在 9 至 13 t",
        "Dolomite is {ratio} t to a tonne of magnesium; 9 to 13 t is usual",
    )
    fuel_and_feedstock = (
        False,
        "与燃料 {other} 的品种和数量相同：同一笔台账不能既作燃料又作原料",
        "Same item and quantity as fuel {other}: one row is fuel or feedstock, not both",
    )
    outputs_differ = (
        False,
        "炭阳极所用铝产量 {anode} t 与阳极效应所用铝产量 {effect} t 不同",
        "Anodes go by {anode} t of aluminium, anode effects by {effect} t",
    )
    fraction_for_percent = (
        False,
        "{field} 以百分数计，{given} 像是小数：请确认单位",
        "{field} is in per cent; {given} looks like a fraction: check its unit",
    )
    fraction_large = (
        False,
        "{field} 为 {given}，即 {percent} %：请确认没有把百分数当作小数",
        "{field} is {given}, that is {percent} %: make sure that it was no percentage",
    )
    far_from_default = (
        False,
        "{field} 为 {given}，与缺省值 {expected} 相差十倍以上：请确认单位",
        "{field} is {given}, ten times off the default {expected} or more: check its unit",
    )
    fuel_set_differs = (
        False,
        "规则版本 {version} 适用燃料因子集 {expected}，所选为 {given}",
        "Rule version {version} goes with fuel set {expected}; {given} was chosen",
    )
    negative_net = (
        False,
        "净消耗量为负：{given} {unit}",
        "The net quantity is negative: {given} {unit}",
    )
    ncv_far_from_default = (
        False,
        "低位发热量 {given} 偏离缺省值 {expected} 30 % 以上",
        "The calorific value of {given} is over 30 % off the default of {expected}",
    )
    carbon_out_of_range = (
        False,
        "收到基元素碳含量为 {given}，不在 0.2 到 0.8 之间",
        "The carbon content as received is {given}, outside 0.2 to 0.8",
    )
    water_above_boiling = (
        False,
        "热水温度 {given} ℃ 高于 {usual} ℃，只有加压热水才会如此：请确认",
        "Water of {given} °C is above {usual} °C, as only water under pressure is: make sure",
    )
    carbon_balance_negative = (
        False,
        "产品和废物带走的碳（折 {kept} tCO₂）多于原料带入的碳（折 {fed} tCO₂）：请核对产量、含碳量和单位",
        "Products and waste carry more carbon ({kept} tCO₂) than the feed brought ({fed} tCO₂): "
        "check output, carbon content and units",
    )
    recovered_over_emitted = (
        False,
        "回收外供的 CO₂ {caught} t 多于燃烧和生产过程产生的 {formed} t：请核对气量和单位",
        "{caught} t of CO₂ recovered is more than the {formed} t that burning and processes made: "
        "check volume and unit",
    )
    deduction_over_process = (
        False,
        "扣减的 {deducted} tCO₂ 大于它所扣减的排放 {formed} tCO₂：请核对数量和系数",
        "{deducted} tCO₂ are deducted from emissions of only {formed} tCO₂: check quantities and factors",
    )
    flight_kind_missing = (
        False,
        "航空燃料应注明国内（domestic）或国际（international）航班",
        "Aviation fuel names its flights: domestic or international",
    )
    indicator_missing = (
        False,
        "缺少供热比或产量，不计算强度指标",
        "No intensity: heat ratio or production is missing",
    )

    # What the data behind a period says (a page's calculation, not `tanheng compute`).
    hours_missing = (False, "计量点 {meter} 缺 {hours} 小时数据", "Meter {meter} lacks {hours} hours")
    hours_ambiguous = (
        True,
        "计量点 {meter} 有 {hours} 小时的寄存器下降原因未定",
        "Meter {meter}: the register dropped in {hours} hours and nobody said why",
    )
    hours_filled = (
        False,
        "计量点 {meter} 有 {percent} % 的小时为估算",
        "Meter {meter}: {percent} % of hours are filled",
    )
    uncalibrated = (False, "计量点 {meter} 的检定于 {day} 到期", "Meter {meter}: calibration ended on {day}")
    calibration_missing = (
        False,
        "计量点 {meter} 有 {days} 天没有检定证书，数据等级为 C：请在计量点页或核算模型页的检定登记中登记证书",
        "Meter {meter}: no calibration certificate for {days} days, so its data are grade C; "
        "register the certificate on the meter's page or on the model's page",
    )
    gap_substituted = (
        False,
        "计量点 {meter} 缺测 {hours} 小时（{first} 至 {last}），按规则补入 {added} {unit}，"
        "其中保守加量 {premium}",
        "Meter {meter} lost {hours} hours ({first} to {last}): "
        "{added} {unit} by rule, {premium} of it premium",
    )
    calibration_corrected = (
        False,
        "计量点 {meter} 有 {days} 天不在检定有效期内或超差，按规则修正 {added} {unit}",
        "Meter {meter}: {days} days outside its calibration or accuracy, corrected by {added} {unit}",
    )
    accuracy_unknown = (
        False,
        "计量点 {meter} 有 {days} 天未检定，且没有可用于修正的准确度要求：请登记检定证书",
        "Meter {meter}: {days} days not calibrated, no accuracy to correct by; register its certificate",
    )
    sources_differ = (
        False,
        "两个来源相差 {percent} %（核算采用 {used} {unit}，另一来源 {other} {unit}）",
        "Two sources differ by {percent} %: {used} {unit} is used, the other says {other} {unit}",
    )
    opening_differs = (
        False,
        "期初库存 {opening} {unit} 与上月期末库存 {closing} {unit} 不同",
        "The opening stock of {opening} {unit} is not last month's closing stock of {closing} {unit}",
    )
    outside_expected = (
        False,
        "{field} 为 {given}，不在预期范围 {low} 至 {high} 内（{basis}）",
        "{field} is {given}, outside the expected {low} to {high} ({basis})",
    )
    month_jump = (False, "本月比上月变化 {percent} %", "This month differs from the last by {percent} %")
    months_missing = (
        False,
        "本年没有这些月份的核算期：{months}",
        "The year has no period for: {months}",
    )
    months_open = (
        True,
        "这些月份尚未提交：{months}。请先提交各月",
        "Not submitted yet: {months}. Submit the months first",
    )
    year_differs = (
        False,
        "年度与已提交的 {months} 合计相差 {added} t：请说明原因，或先更正这些月份",
        "The year differs by {added} t in all from what was submitted for {months}:"
        " say why, or correct those months first",
    )
    model_differs = (
        False,
        "本期提交过，仍按提交时的排放源和计量点计算；现行模型不同之处：{streams}。"
        "要改用现行模型，请在本期打开时再保存一次模型",
        "This period was submitted before and goes by its streams and meters of then; the model now differs"
        " in {streams}. To go by the model, save it once more while the period is open",
    )
    rules_differ = (
        False,
        "本期首次提交时所用的 {rules} 与现在同名的内容不同：请说明原因，审核机构会看到",
        "{rules} says something else now than when this period was first submitted:"
        " say why; the auditor sees it",
    )
    evidence_missing = (True, "手工录入的数据没有证明材料", "A typed value has no evidence")
    accreditation_missing = (
        False,
        "检测报告“{title}”没有写检测机构的资质编号；依据 {rule_zh}{mark_zh}",
        "Laboratory report {title} names no accreditation number of its laboratory; by {rule_en}{mark_en}",
    )
    accreditation_wrong = (
        False,
        "检测报告“{title}”的资质编号 {given} 既不是 CMA 证书编号（12 位数字），也不是 CNAS 编号（L 加数字）；"
        "依据 {rule_zh}{mark_zh}",
        "Laboratory report {title}: accreditation number {given} is neither a CMA certificate (12 digits)"
        " nor a CNAS number (L and digits); by {rule_en}{mark_en}",
    )
    accreditation_ended = (
        False,
        "检测报告“{title}”的 CMA 证书 {given} 为 {issued} 年签发、至 {last} 年有效，不覆盖报告日期 {day}；"
        "依据 {rule_zh}{mark_zh}",
        "Laboratory report {title}: CMA certificate {given} was issued in {issued} and good until {last},"
        " which leaves out the report's day {day}; by {rule_en}{mark_en}",
    )

    @property
    def blocks(self) -> bool:
        return bool(self.value[0])

    @property
    def needs_answer(self) -> bool:
        """Whether a period cannot be submitted before a person has said something to it."""
        return self in ANSWERED


# What deserves a look because a unit is easily mistaken.
_UNITS = frozenset({Name.fraction_for_percent, Name.fraction_large, Name.far_from_default})

# A remark that only reports the state of a factor table, or of an indicator, asks nothing of anybody.
ANSWERED = _UNITS | frozenset(
    {
        Name.rule_version_differs,
        Name.fuel_set_differs,
        Name.default_differs,
        Name.negative_net,
        Name.ncv_far_from_default,
        Name.carbon_out_of_range,
        Name.flight_kind_missing,
        Name.hours_missing,
        Name.hours_filled,
        Name.uncalibrated,
        Name.calibration_missing,
        Name.month_jump,
        Name.accuracy_unknown,
        Name.sources_differ,
        Name.opening_differs,
        Name.outside_expected,
        Name.months_missing,
        Name.year_differs,
        Name.model_differs,
        Name.rules_differ,
        Name.accreditation_missing,
        Name.accreditation_wrong,
        Name.accreditation_ended,
        Name.loss_rate_high,
        Name.dolomite_ratio_unusual,
        Name.fuel_and_feedstock,
        Name.outputs_differ,
        Name.water_above_boiling,
        Name.carbon_balance_negative,
        Name.recovered_over_emitted,
        Name.deduction_over_process,
    }
)
