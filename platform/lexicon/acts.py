"""Acts of two persons: who proposes and confirms each, how long it waits, the shape of its arguments."""

from collections.abc import Mapping

from lexicon.act_arguments import (
    Freeze,
    Halt,
    Rebind,
    Reinstate,
    Resume,
    SetOwnLimits,
    Suspend,
    TrustCounterparty,
    Unfreeze,
)
from lexicon.arguments import Act, Activate, SetObligation, SetParameters
from lexicon.canonical import Json
from lexicon.codec import from_json
from lexicon.evidence_arguments import VoidDraw
from lexicon.terms import Role

ACT_ARGUMENTS: dict[Act, type] = {
    Act.ACTIVATE: Activate,
    Act.SET_PARAMETERS: SetParameters,
    Act.SET_OBLIGATION: SetObligation,
    Act.SUSPEND: Suspend,
    Act.REINSTATE: Reinstate,
    Act.REBIND: Rebind,
    Act.REBIND_COLLEAGUE: Rebind,
    Act.SET_OWN_LIMITS: SetOwnLimits,
    Act.TRUST_COUNTERPARTY: TrustCounterparty,
    Act.VOID_DRAW: VoidDraw,
    Act.FREEZE: Freeze,
    Act.UNFREEZE: Unfreeze,
    Act.HALT: Halt,
    Act.RESUME: Resume,
}

_ADMINISTRATORS = (Role.ADMINISTRATOR,)
_REGULATORS = (Role.REGULATOR,)
_TRADERS = (Role.TRADER, Role.HEAD)

# Who proposes and who confirms: two different persons.
ACT_SIGNERS: dict[Act, tuple[tuple[Role, ...], tuple[Role, ...]]] = {
    Act.ACTIVATE: (_ADMINISTRATORS, _REGULATORS),
    Act.SET_PARAMETERS: (_ADMINISTRATORS, _REGULATORS),
    Act.SET_OBLIGATION: (_REGULATORS, _REGULATORS),
    Act.SUSPEND: (_ADMINISTRATORS, _ADMINISTRATORS),
    Act.REINSTATE: (_ADMINISTRATORS, _ADMINISTRATORS),
    Act.REBIND: (_ADMINISTRATORS, _REGULATORS),
    Act.REBIND_COLLEAGUE: (tuple(Role), tuple(Role)),
    Act.SET_OWN_LIMITS: (_TRADERS, _TRADERS),
    Act.TRUST_COUNTERPARTY: (_TRADERS, _TRADERS),
    Act.VOID_DRAW: (_ADMINISTRATORS, _REGULATORS),
    Act.FREEZE: (_REGULATORS, _REGULATORS),
    Act.UNFREEZE: (_REGULATORS, _REGULATORS),
    Act.HALT: (_REGULATORS, _REGULATORS),
    Act.RESUME: (_REGULATORS, _REGULATORS),
}

# Acts of an account about itself: both persons belong to the account that the act names.
OWN_ACTS = frozenset({Act.REBIND_COLLEAGUE, Act.SET_OWN_LIMITS, Act.TRUST_COUNTERPARTY})

# Hours between confirmation and effect. Not a parameter: two persons who could set it to nothing would have
# no delay. Meanwhile the account that is touched sees the act and can take it back. What an account does to
# its own limits and counterparties waits as long as `params~market` says, which its own people cannot set.
ACT_DELAY_HOURS: dict[Act, int] = {Act.REBIND: 72, Act.VOID_DRAW: 72}


def parse_act(act: Act, args: Mapping[str, Json]) -> object:
    """The argument dataclass of an act of two persons. Raises Refused: bad_argument."""
    return from_json(ACT_ARGUMENTS[act], args, "act_args")
