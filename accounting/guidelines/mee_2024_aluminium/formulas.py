"""Aluminium smelters, MEE 2024 (CETS-AG-04.01): the streams of 2013 with the newer factor sets."""

from accounting.domain import aluminium, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Rules

SOURCE = "CETS-AG-04.01-V01-2024"
STOCK = purchased_energy.NET_OF_STOCK

RULES = Rules(
    formulas=aluminium.formulas(SOURCE),
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges, aluminium.anode_carbon),
    together=(aluminium.one_output,),
)
