"""Building blocks for fuels: carbon burnt times 44/12, and what stays unburnt in slag and fly ash."""

from accounting.domain.trees import CO2_PER_CARBON, Each, Name, Node, constant

QUANTITY, OXIDATION, NCV, CC = Name("quantity"), Name("oxidation"), Name("ncv"), Name("cc")
CARBON_CONTENT = Name("carbon_content")
HUNDRED = constant(100)

# E = FC * C * OF * 44/12, C carbon per unit of quantity.
BY_CARBON_CONTENT: Node = QUANTITY * CARBON_CONTENT * OXIDATION * CO2_PER_CARBON

# E = FC * NCV * CC * OF * 44/12, CC carbon per unit of heat.
BY_HEAT: Node = QUANTITY * NCV * CC * OXIDATION * CO2_PER_CARBON

# A blend with biofuel counts its fossil part: E = FC * NCV * (1 - BF) * CC * OF * 44/12.
BLEND_BY_HEAT: Node = (
    QUANTITY * NCV * (constant(1) - Name("biomass_fraction")) * CC * OXIDATION * CO2_PER_CARBON
)

# An air-dry or dry sample brought to the as-received basis: C_ar = C_ad (100 - M_ar) / (100 - M_ad).
BY_AIR_DRY_CARBON: Node = (
    QUANTITY
    * (Name("carbon_ad") / HUNDRED)
    * ((HUNDRED - Name("moisture_ar")) / (HUNDRED - Name("moisture_ad")))
    * OXIDATION
    * CO2_PER_CARBON
)
BY_DRY_CARBON: Node = (
    QUANTITY
    * (Name("carbon_d") / HUNDRED)
    * ((HUNDRED - Name("moisture_ar")) / HUNDRED)
    * OXIDATION
    * CO2_PER_CARBON
)

# Waste with a heating value, and without one (municipal waste, sludge).
WASTE_BY_HEAT: Node = QUANTITY * NCV * Name("factor") * Name("fossil_fraction")
WASTE_BY_CARBON: Node = QUANTITY * CARBON_CONTENT * Name("fossil_fraction") * Name("burnout") * CO2_PER_CARBON

# Carbon of the fuels that name these residues, and what left unburnt; oxidation is one minus their ratio.
FUEL_CARBON: Node = QUANTITY * CARBON_CONTENT
FUEL_CARBON_BY_HEAT: Node = QUANTITY * NCV * CC
SLAG_CARBON: Node = QUANTITY * CARBON_CONTENT
FLY_ASH_CARBON: Node = QUANTITY * CARBON_CONTENT / Name("dust_efficiency")


def oxidation(unburnt: Node, carbon: Node) -> Node:
    """Oxidation factor from unburnt carbon and fuel carbon (both tC): one minus their quotient."""
    return constant(1) - unburnt / carbon


OXIDATION_FROM_RESIDUES: Node = oxidation(
    Each("slag", SLAG_CARBON) + Each("fly_ash", FLY_ASH_CARBON),
    Each("fuel", FUEL_CARBON),
)
