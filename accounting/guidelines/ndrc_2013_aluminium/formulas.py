"""Electrolytic aluminium smelters, NDRC 2013 (trial): fuels, anodes, anode effects, limestone, energy."""

from accounting.domain import aluminium, purchased_energy
from accounting.domain.checks import ranges
from accounting.domain.formulas import Rules

SOURCE = "发改办气候〔2013〕2526号 附件5"
STOCK = purchased_energy.NET_OF_STOCK

RULES = Rules(
    formulas=aluminium.formulas(SOURCE),
    definitions={"quantity": (STOCK, purchased_energy.NET_OF_ENERGY)},
    checks=(ranges, aluminium.anode_carbon),
    together=(aluminium.one_output,),
)
