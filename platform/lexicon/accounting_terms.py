"""Words of the guidelines: subtotals, fields of a balance, regimes, regions of grid sets, variants.

Owns labels only; which guideline uses which word stands in its own folder.
"""

from lexicon.terms import Term


class Subtotal(Term):
    """Kinds of emission a guideline adds up by."""

    COMBUSTION = "combustion", "化石燃料燃烧", "fossil fuel combustion"
    DESULPHURISATION = "desulphurisation", "脱硫过程", "desulphurisation"
    ALTERNATIVE_FUEL = "alternative_fuel", "替代燃料中非生物质碳", "non-biomass carbon of alternative fuels"
    CARBONATE = "carbonate", "碳酸盐分解", "carbonate decomposition"
    RAW_MEAL_CARBON = "raw_meal_carbon", "生料中非燃料碳煅烧", "non-fuel carbon of raw meal"
    PROCESS = "process", "工业生产过程", "production process"
    FERROSILICON = "ferrosilicon", "自产硅铁的还原剂", "reductant of own ferrosilicon"
    DOLOMITE = "dolomite", "白云石煅烧", "dolomite calcined"
    CARBON_POWDER = "carbon_powder", "碳粉氧化", "carbon powder oxidised"
    RAW_MATERIAL = "raw_material", "原料碳平衡", "carbon balance of feedstock"
    N2O = "n2o", "硝酸、己二酸的氧化亚氮", "N2O of nitric and adipic acid"
    CO2_RECOVERY = "co2_recovery", "回收外供的二氧化碳（扣减）", "CO2 recovered and supplied, deducted"
    FIXED_CARBON = "fixed_carbon", "固碳产品隐含的排放（扣减）", "carbon fixed in products, deducted"
    ANODE = "anode", "炭阳极消耗", "anode consumption"
    ANODE_EFFECT = "anode_effect", "阳极效应", "anode effects"
    LIMESTONE = "limestone", "石灰石煅烧", "limestone calcined"
    SF6 = "sf6", "六氟化硫设备修理与退役", "SF6 of equipment repaired or retired"
    TRANSMISSION_LOSS = "transmission_loss", "输配电损失", "transmission and distribution loss"
    ELECTRICITY = "electricity", "净购入使用电力", "net purchased electricity"
    HEAT = "heat", "净购入使用热力", "net purchased heat"


class Property(Term):
    """Factors and properties of a source stream that formulas use; a guideline may say it more exactly."""

    NCV = "ncv", "低位发热量", "net calorific value"
    CC = "cc", "单位热值含碳量", "carbon per unit of heat"
    OXIDATION = "oxidation", "氧化率", "oxidation factor"
    CARBON_CONTENT = "carbon_content", "含碳量", "carbon content"
    CARBON_AD = "carbon_ad", "空干基碳", "carbon, air-dry basis"
    CARBON_D = "carbon_d", "干燥基碳", "carbon, dry basis"
    MOISTURE_AD = "moisture_ad", "空干基水分", "moisture, air-dry basis"
    MOISTURE_AR = "moisture_ar", "收到基水分", "moisture, as received"
    BIOMASS_FRACTION = "biomass_fraction", "生物质比例", "biomass share"
    FOSSIL_FRACTION = "fossil_fraction", "化石碳比例", "fossil share of the carbon"
    BURNOUT = "burnout", "燃尽率", "burn-out"
    DUST_EFFICIENCY = "dust_efficiency", "除尘效率", "dust collector efficiency"
    HEAT_RATIO = "heat_ratio", "供热比", "heat ratio"
    GRID_FACTOR = "grid_factor", "电网排放因子", "grid emission factor"
    HEAT_FACTOR = "heat_factor", "热力排放因子", "factor of heat"
    ENTHALPY = "enthalpy", "蒸汽焓值", "enthalpy of the steam"
    TEMPERATURE = "temperature", "热水温度", "temperature of the hot water"
    FACTOR = "factor", "排放因子", "emission factor"
    CONTENT = "content", "碳酸盐含量", "carbonate content"
    CONVERSION = "conversion", "转化率", "share converted"
    PURITY = "purity", "纯度", "purity"
    DENSITY = "density", "CO2 密度", "density of CO2"
    DEDUCTION = "deduction", "扣减系数", "deduction coefficient"
    CAO = "cao", "熟料氧化钙含量", "CaO of the clinker"
    CAO_NONCARBONATE = "cao_noncarbonate", "非碳酸盐来源氧化钙", "CaO not from carbonates"
    MGO = "mgo", "熟料氧化镁含量", "MgO of the clinker"
    MGO_NONCARBONATE = "mgo_noncarbonate", "非碳酸盐来源氧化镁", "MgO not from carbonates"
    NONFUEL_CARBON = "nonfuel_carbon", "生料中非燃料碳含量", "non-fuel carbon of the raw meal"
    CACO3 = "caco3", "CaCO3 含量", "CaCO3 content"
    MGCO3 = "mgco3", "MgCO3 含量", "MgCO3 content"
    REMOVAL = "removal", "尾气处理去除率", "removal efficiency"
    UTILISATION = "utilisation", "使用率", "share in use"
    GWP = "gwp", "全球增温潜势", "warming potential"
    GWP_CF4 = "gwp_cf4", "CF4 的全球增温潜势", "warming potential of CF4"
    GWP_C2F6 = "gwp_c2f6", "C2F6 的全球增温潜势", "warming potential of C2F6"
    CAPACITY = "capacity", "设备铭牌容量", "nameplate capacity"
    RECOVERED = "recovered", "回收量", "gas recovered"
    NET_CONSUMPTION = "net_consumption", "吨铝炭阳极净耗", "net anode consumption"
    SULPHUR = "sulphur", "炭阳极平均含硫量", "sulphur of the anode"
    ASH = "ash", "炭阳极平均灰分", "ash of the anode"
    CF4_FACTOR = "cf4_factor", "CF4 排放因子", "CF4 factor"
    C2F6_FACTOR = "c2f6_factor", "C2F6 排放因子", "C2F6 factor"
    C2F6_RATIO = "c2f6_ratio", "C2F6 与 CF4 排放因子之比", "ratio of C2F6 to CF4"
    EFFECT_MINUTES = "effect_minutes", "阳极效应持续时间", "anode-effect minutes"
    SLOPE = "slope", "斜率", "slope"


class Indicator(Term):
    """Emissions per unit of what is made; no part of a total."""

    POWER_TCO2_PER_MWH = "power_tco2_per_mwh", "供电强度 tCO₂/MWh", "power intensity, tCO₂/MWh"
    HEAT_TCO2_PER_GJ = "heat_tco2_per_gj", "供热强度 tCO₂/GJ", "heat intensity, tCO₂/GJ"
    CLINKER_TCO2E_PER_T = "clinker_tco2e_per_t", "熟料强度 tCO₂e/t", "clinker intensity, tCO₂e/t"


class BalanceField(Term):
    """Fields of a balance of stock, of energy bought and sold, or of a grid."""

    PURCHASED = "purchased", "购入", "purchased"
    OPENING = "opening", "期初库存", "opening stock"
    CLOSING = "closing", "期末库存", "closing stock"
    SOLD = "sold", "外售", "sold"
    OTHER_USE = "other_use", "边界外使用", "used outside the boundary"
    FEED_IN = "feed_in", "电厂上网电量", "fed in by plants"
    IMPORTED = "imported", "自外省输入", "imported from other provinces"
    EXPORTED = "exported", "向外省输出", "exported to other provinces"


class Regime(Term):
    """What a guideline's figures are for."""

    ETS = "ets", "全国碳市场", "national emission trading"
    REPORT_ONLY = "report_only", "仅报告", "report only"
    VOLUNTARY = "voluntary", "地方或自愿", "local or voluntary"


class FactorRole(Term):
    """What a factor set may serve as in a calculation."""

    FUEL = "fuel", "燃料", "fuels"
    PROCESS = "process", "过程", "process"
    GRID = "grid", "电网", "grid"
    GWP = "gwp", "增温潜势", "warming potentials"


class Variant(Term):
    """Techniques, equipment and kinds that choose a row of a default table."""

    KILN = "kiln", "窑炉", "kiln"
    POWER_BOILER = "power_boiler", "电站锅炉", "power station boiler"
    INDUSTRIAL_BOILER = "industrial_boiler", "工业锅炉", "industrial boiler"
    HIGH_PRESSURE = "high_pressure", "高压法", "high pressure"
    MEDIUM_PRESSURE = "medium_pressure", "中压法", "medium pressure"
    ATMOSPHERIC = "atmospheric", "常压法", "atmospheric"
    DUAL_PRESSURE = "dual_pressure", "双加压法", "dual pressure"
    COMBINED = "combined", "综合法", "combined"
    LOW_PRESSURE = "low_pressure", "低压法", "low pressure"
    NITRIC_OXIDATION = "nitric_oxidation", "硝酸氧化工艺", "nitric acid oxidation"
    OTHER = "other", "其他工艺", "other process"
    HIGH_CARBON = "high_carbon", "掺用煤矸石或高碳粉煤灰", "with coal gangue or high-carbon fly ash"
    CARBIDE_SLAG = "carbide_slag", "电石渣", "carbide slag"
    DOMESTIC = "domestic", "国内航班", "domestic flights"
    INTERNATIONAL = "international", "国际航班", "international flights"


class Region(Term):
    """Regions of the 2012 grid averages, and provinces of the later ones (Shanxi and Shaanxi differ)."""

    NORTH = "north", "华北", "North"
    NORTHEAST = "northeast", "东北", "Northeast"
    EAST = "east", "华东", "East"
    CENTRAL = "central", "华中", "Central"
    NORTHWEST = "northwest", "西北", "Northwest"
    SOUTH = "south", "南方", "South"
    BEIJING = "beijing", "北京", "Beijing"
    TIANJIN = "tianjin", "天津", "Tianjin"
    HEBEI = "hebei", "河北", "Hebei"
    SHANXI = "shanxi", "山西", "Shanxi"
    INNER_MONGOLIA = "inner_mongolia", "内蒙古", "Inner Mongolia"
    LIAONING = "liaoning", "辽宁", "Liaoning"
    JILIN = "jilin", "吉林", "Jilin"
    HEILONGJIANG = "heilongjiang", "黑龙江", "Heilongjiang"
    SHANGHAI = "shanghai", "上海", "Shanghai"
    JIANGSU = "jiangsu", "江苏", "Jiangsu"
    ZHEJIANG = "zhejiang", "浙江", "Zhejiang"
    ANHUI = "anhui", "安徽", "Anhui"
    FUJIAN = "fujian", "福建", "Fujian"
    JIANGXI = "jiangxi", "江西", "Jiangxi"
    SHANDONG = "shandong", "山东", "Shandong"
    HENAN = "henan", "河南", "Henan"
    HUBEI = "hubei", "湖北", "Hubei"
    HUNAN = "hunan", "湖南", "Hunan"
    GUANGDONG = "guangdong", "广东", "Guangdong"
    GUANGXI = "guangxi", "广西", "Guangxi"
    HAINAN = "hainan", "海南", "Hainan"
    CHONGQING = "chongqing", "重庆", "Chongqing"
    SICHUAN = "sichuan", "四川", "Sichuan"
    GUIZHOU = "guizhou", "贵州", "Guizhou"
    YUNNAN = "yunnan", "云南", "Yunnan"
    SHAANXI = "shaanxi", "陕西", "Shaanxi"
    GANSU = "gansu", "甘肃", "Gansu"
    QINGHAI = "qinghai", "青海", "Qinghai"
    NINGXIA = "ningxia", "宁夏", "Ningxia"
    XINJIANG = "xinjiang", "新疆", "Xinjiang"
