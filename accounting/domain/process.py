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

# A product or material by a factor of its own (ferrosilicon, clinker), and by its purity (dolomite).
BY_FACTOR: Node = QUANTITY * Name("factor")
BY_PURITY: Node = QUANTITY * Name("purity") * Name("factor")

# Carbon that is oxidised wholly, such as carbon powder in a glass batch.
CARBON_OXIDISED: Node = QUANTITY * Name("carbon_content") * CO2_PER_CARBON

# CaCO3 and MgCO3 of clay and glaze: 44/100 and 44/84 are mole mass ratios, as fractions, never whole numbers.
FIRING: Node = (
    QUANTITY
    * Name("utilisation")
    * (Name("caco3") * (constant(44) / constant(100)) + Name("mgco3") * (constant(44) / constant(84)))
)

# What a material without carbonates saves against the clinker's factor: a negative line.
SUBSTITUTE: Node = -(QUANTITY * Name("deduction"))
