"""Building blocks for gases that leave a process: SF6, N2O, PFC, and CO2 that is caught and supplied."""

from accounting.domain.trees import Name, Node, constant

QUANTITY, THOUSAND = Name("quantity"), constant(1000)

# Of one device: what it held less what was recovered, kg, times the warming potential per tonne.
SF6: Node = QUANTITY * (Name("capacity") - Name("recovered")) * Name("gwp") / THOUSAND

# Nitric and adipic acid: kg made per tonne, less what the abatement device destroys while it runs.
N2O: Node = (
    QUANTITY * Name("factor") * (constant(1) - Name("removal") * Name("utilisation")) / THOUSAND * Name("gwp")
)

# Anode effects by kg of each gas per tonne of aluminium, and by the minutes a cell spends in one.
PFC_BY_FACTOR: Node = (
    QUANTITY * (Name("cf4_factor") * Name("gwp_cf4") + Name("c2f6_factor") * Name("gwp_c2f6")) / THOUSAND
)
PFC_BY_SLOPE: Node = (
    QUANTITY
    * Name("effect_minutes")
    * Name("slope")
    * (Name("gwp_cf4") + Name("c2f6_ratio") * Name("gwp_c2f6"))
    / THOUSAND
)

# CO2 sold or used outside is deducted: volume times its share of CO2 times the density of pure CO2.
CO2_SUPPLIED: Node = -(QUANTITY * Name("purity") * Name("density"))
