"""Whom to ask for endorsements: our own peer and one other, the third when they do not suffice."""

from collections.abc import Sequence

from localnet.config import ChannelConfig
from localnet.identity import Caller
from localnet.policy import BadPolicy, parse_signature_policy


def sufficient(msps: Sequence[str], policies: Sequence[bytes | None], config: ChannelConfig) -> bool:
    """Whether peers of these organisations satisfy what a transaction wrote.

    policies: for each written key its own policy, or None where the chaincode's counts; empty means a
    transaction that writes nothing, which also needs the chaincode's.
    """
    peers = [Caller(msp=msp, units=frozenset({"peer"})) for msp in msps]
    if (not policies or None in policies) and not config.endorsement(peers):
        return False
    try:
        return all(
            parse_signature_policy(policy)(peers)
            for policy in {policy for policy in policies if policy is not None}
        )
    except BadPolicy:
        return False
