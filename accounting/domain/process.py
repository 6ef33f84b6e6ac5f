"""Building blocks for process emissions: carbonates, clinker, carbon in raw meal."""

from accounting.domain.trees import CO2_PER_CARBON, Name, Node, constant

QUANTITY = Name("quantity")

# A material by its carbonate: mass * content * factor * share converted.
CARBONATE: Node = QUANTITY * Name("content") * Name("factor") * Name("conversion")

# CaO and MgO that came from carbonates tell the CO2 that left: 44/56 and 44/40 are mole mass ratios.
CLINKER: Node = QUANTITY * (
    (Name("cao") - Name("cao_noncarbonate")) * (constant(44) / constant(56))
    + (Name("mgo") - Name("mgo_noncarbonate")) * (constant(44) / constant(40))
)

NONFUEL_CARBON: Node = QUANTITY * Name("nonfuel_carbon") * CO2_PER_CARBON
