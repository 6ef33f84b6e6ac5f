"""Building blocks for carbon that enters as a material and leaves in products: what is not in them is CO2."""

from accounting.domain.trees import CO2_PER_CARBON, Name, Node, constant

QUANTITY, CARBON_CONTENT = Name("quantity"), Name("carbon_content")

FEEDSTOCK_BY_CARBON_CONTENT: Node = QUANTITY * CARBON_CONTENT * CO2_PER_CARBON
FEEDSTOCK_BY_HEAT: Node = QUANTITY * Name("ncv") * Name("cc") * CO2_PER_CARBON

# Carbon kept by products, slag, dust: deducted. Steel states it as CO2 per tonne at once.
CARBON_OUT: Node = -(QUANTITY * CARBON_CONTENT * CO2_PER_CARBON)
FIXED_CARBON: Node = -(QUANTITY * Name("factor"))

# A carbon anode is eaten by electrolysis; its sulphur and ash are not carbon.
ANODE: Node = (
    QUANTITY * Name("net_consumption") * (constant(1) - Name("sulphur") - Name("ash")) * CO2_PER_CARBON
)

# A carbonate by its purity.
CARBONATE_BY_PURITY: Node = QUANTITY * Name("factor") * Name("content")
