"""Building blocks for purchased electricity, heat, steam and hot water, and the nets of balances."""

from collections.abc import Sequence

from accounting.domain.trees import Name, Node, constant

QUANTITY, HEAT_FACTOR = Name("quantity"), Name("heat_factor")

ELECTRICITY: Node = QUANTITY * Name("grid_factor")
HEAT: Node = QUANTITY * HEAT_FACTOR

# 83.74 kJ/kg is the enthalpy of water at 20 degC: heat counts from there. Steam in t, enthalpy in kJ/kg.
STEAM: Node = QUANTITY * ((Name("enthalpy") - constant("83.74")) / constant(1000)) * HEAT_FACTOR

# 4.1868 kJ/(kg K) warms water; temperature in degC above 20.
HOT_WATER: Node = (
    QUANTITY * (Name("temperature") - constant(20)) * (constant("4.1868") / constant(1000)) * HEAT_FACTOR
)

# Net of what is bought and sold (energy), and of a stock (fuels and materials). A missing field is 0.
NET_OF_ENERGY: Node = Name("purchased") - Name("sold")
NET_OF_STOCK: Node = (Name("purchased") + Name("opening")) - (
    Name("closing") + Name("sold") + Name("other_use")
)

# What a grid takes in and does not deliver: the loss of transmission and distribution.
NET_OF_TRANSMISSION: Node = (Name("feed_in") + Name("imported")) - (Name("exported") + Name("sold"))


def net_of(balance: Sequence[str]) -> Node:
    """The template of a balance by its fields: a grid's, a stock's, or of energy bought and sold."""
    if "feed_in" in balance:
        return NET_OF_TRANSMISSION
    return NET_OF_STOCK if "opening" in balance else NET_OF_ENERGY
